"""The gate in front of the practices that could do harm where there is coercion.

One fear question has a sensitivity of 64.8 % (domain.md, section 6): a yes routes to the safety
scene, a no lets pass and never clears. The question spoken aloud is itself a hazard, so it is asked
only of somebody who says that they are alone, and is answered by a bare number.
"""

from __future__ import annotations

from voice_coach.conversation.asking import AskingScene
from voice_coach.conversation.events import Expectation, Expected, Heard
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import Ask, Step
from voice_coach.understanding.answers import YesNo

FIRST, SECOND = 1, 2


class GateScene(AskingScene):
    """Asks whether they are alone, then whether they are afraid."""

    def __init__(self, stage: Stage) -> None:
        self.gate = stage.content.session.gate
        numbered = Expectation(Expected.YES_NO, self.gate.numbers)
        super().__init__(stage, self.gate.alone, Ask(numbered))
        self.alone = False

    def heard(self, heard: Heard) -> Step | None:
        """One or two, yes or no; anything uncertain keeps the gate closed."""
        answer = self.answer(heard.text)
        if answer is None:
            return None
        if not self.alone:
            return self.about_being_alone(answer)
        if answer is YesNo.YES:
            return Step(outcome="feared")
        if answer is YesNo.UNSURE:
            return self.refuse(self.gate.unsure)
        self.stage.memory.screened = True
        return Step((self.stage.line(self.gate.clear),), outcome="cleared")

    def about_being_alone(self, answer: YesNo) -> Step:
        """Only somebody who is surely alone is asked the other question."""
        if answer is not YesNo.YES:
            return self.refuse(self.gate.not_alone)
        self.alone = True
        self.asked = self.gate.fear
        return Step((self.stage.line(self.asked.ask),), self.expects)

    def answer(self, text: str) -> YesNo | None:
        """One is yes, two is no, in both questions."""
        answers = self.stage.understanding.answers
        number = answers.number(text)
        if number is not None and number.value in (FIRST, SECOND) and not number.hedged:
            return YesNo.YES if number.value == FIRST else YesNo.NO
        return answers.yes_no(text)

    def refuse(self, variants: tuple[str, ...]) -> Step:
        """Not now: back to what is possible."""
        self.stage.memory.practice = None
        return Step((self.stage.line(variants),), outcome="refused")

    def missed(self, count: int) -> Step:
        """No clear answer is no pass."""
        return super().missed(count) if count <= 2 else self.refuse(self.gate.unsure)

    def skip(self) -> Step:
        """The gate cannot be skipped past."""
        return self.refuse(self.gate.unsure)
