"""Arriving: how the person is, and whether to settle the body first."""

from __future__ import annotations

from voice_coach.conversation.asking import AskingScene
from voice_coach.conversation.choosing import choose_from_menu
from voice_coach.conversation.events import Heard
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import RATING, YES_NO, Caption, Line, Part, Step, Style
from voice_coach.understanding.answers import YesNo

HIGH = 7
"""From this rating on the body comes first (domain.md, section 2)."""
MIDDLE = 4
HIGHEST = 10


def rating_in(stage: Stage, text: str) -> float | None:
    """The rating that was said, 0 to 10, or None."""
    number = stage.understanding.answers.number(text)
    if number is None or not 0 <= number.value <= HIGHEST:
        return None
    return number.value


class RatingScene(AskingScene):
    """Greets the first time, and asks how the person is, 0 to 10."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, stage.content.session.rating, RATING)
        self.greeted = stage.memory.grounded

    def opening(self) -> tuple[Part, ...]:
        """Who speaks, that nothing leaves the device, that it is not therapy."""
        if self.greeted:
            return ()
        self.greeted = True
        session = self.stage.content.session
        better: tuple[Part, ...] = ()
        offer: tuple[Part, ...] = ()
        if not self.stage.quotes:
            better = (Caption(self.stage.variety.pick(session.better_model)),)
            if self.stage.offers_model:
                self.stage.offers_model = False
                offer = (self.stage.line(session.offer_model),)
        greeting = self.stage.line(session.greeting)
        return (*better, greeting, Line(session.promise), Line(session.privacy), *offer)

    def heard(self, heard: Heard) -> Step | None:
        """A number; somebody who already names a practice is still asked how they are."""
        rating = rating_in(self.stage, heard.text)
        if rating is None:
            if choose_from_menu(self.stage, heard.text):
                return self.asking_again()
            return None
        memory = self.stage.memory
        memory.rating = rating
        if memory.first_rating is None:
            memory.first_rating = rating
        return Step((self.reply(rating),), outcome="rated")

    def reply(self, rating: float) -> Line:
        """What is said to a rating: it is information, never a mark."""
        replies = self.stage.content.session.rating
        if rating >= HIGH:
            return self.stage.line(replies.high, Style.REFLECTION)
        if rating >= MIDDLE:
            return self.stage.line(replies.middle, Style.REFLECTION)
        return self.stage.line(replies.low, Style.REFLECTION)

    def skip(self) -> Step:
        """A rating can be left out."""
        return Step(outcome="rated")


class GroundFirstScene(AskingScene):
    """Offers to settle the body before anything else."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, stage.content.session.rating.ground, YES_NO)

    def heard(self, heard: Heard) -> Step | None:
        """Yes, or an exercise by name; no."""
        if choose_from_menu(self.stage, heard.text) and self.stage.memory.ground_only:
            self.stage.memory.ground_only = False
            return Step(outcome="accepted")
        answer = self.stage.understanding.answers.yes_no(heard.text)
        if answer is None:
            return None
        return Step(outcome="declined" if answer is YesNo.NO else "accepted")

    def skip(self) -> Step:
        """It is only an offer."""
        return Step(outcome="declined")
