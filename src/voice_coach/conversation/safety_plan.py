"""A plan for a bad hour, built in calm and by voice, in the person's own words.

Five questions, each of which can be left out: how it shows, what helps, who, where, and what makes
the place safer. In one large app 49 % of people in a confirmed crisis opened such a plan and 2.4 %
chose the helpline (domain.md, section 6), so in a crisis it is offered first.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from voice_coach.content.scripts import Asked
from voice_coach.conversation.choosing import Named
from voice_coach.conversation.events import Expectation, Expected, Heard, Keep
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.plan_words import PARTS, SafetyPlan
from voice_coach.conversation.scene import OPEN, YES_NO, Ask, Line, Part, Step, Style
from voice_coach.understanding.answers import YesNo


class Building(Enum):
    """Where in the building of the plan we are."""

    ASKING = auto()
    """One of the five questions is on."""
    CONFIRMING = auto()
    CHOOSING = auto()
    """Which part is to be changed."""
    CHANGING = auto()
    """The question of that one part is on."""
    KEEPING = auto()


class SafetyPlanScene:
    """Asks for the parts one after the other, says the plan back, asks whether to keep it.

    What was said stands in ``stage.safety_plan`` at once, so a crisis in the middle of it finds the
    part that is there, and the scene, begun again, goes on from it.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.texts = stage.safety_plan_texts
        self.at = 0
        self.phase = Building.ASKING if self.plan.is_empty else Building.CONFIRMING
        self.opened = False

    @property
    def plan(self) -> SafetyPlan:
        """As it stands."""
        return self.stage.safety_plan

    @property
    def asked(self) -> Asked:
        """The question that is on."""
        if self.phase is Building.CONFIRMING:
            return self.texts.right
        if self.phase is Building.CHOOSING:
            return self.texts.which
        if self.phase is Building.KEEPING:
            return self.texts.keep
        by_part = {
            "signs": self.texts.signs,
            "helps": self.texts.helps,
            "who": self.texts.who,
            "place": self.texts.place,
            "safer": self.texts.safer,
        }
        return by_part[PARTS[self.at]]

    @property
    def expects(self) -> Ask:
        """What is listened for."""
        if self.phase is Building.CHOOSING:
            phrases = self.stage.understanding.answers.phrases_for_choice(self.parts)
            return Ask(Expectation(Expected.CHOICE, phrases))
        return YES_NO if self.phase in (Building.CONFIRMING, Building.KEEPING) else OPEN

    @property
    def parts(self) -> tuple[Named, ...]:
        """The parts, as they can be named."""
        return tuple(Named(part, self.texts.names[part]) for part in PARTS)

    # --- asking ---

    def begin(self) -> Step:
        """The first question; the one that was on, where the scene is taken up again."""
        before: tuple[Part, ...] = ()
        if not self.opened:
            self.opened = True
            before = (self.line(self.texts.intro),) if self.plan.is_empty else ()
        return self.said_back() if self.phase is Building.CONFIRMING else self.ask(*before)

    def ask(self, *before: Part) -> Step:
        """The question that is on, after something else was said."""
        return Step((*before, self.line(self.asked.ask)), self.expects)

    def said_back(self, *before: Part) -> Step:
        """The plan, and whether it is right; where it is empty, the end."""
        if self.plan.is_empty:
            return self.end(*before, self.line(self.texts.nothing))
        self.phase = Building.CONFIRMING
        lines = self.plan.lines(self.texts)
        return self.ask(*before, self.line(self.texts.said_back), *lines)

    def end(self, *parts: Part) -> Step:
        """Over."""
        self.stage.memory.plan_only = False
        return Step(parts, outcome="built")

    # --- answers ---

    def heard(self, heard: Heard) -> Step | None:
        """To the five questions whatever is said is the answer: it is the person's own plan."""
        text = heard.text.strip()
        if self.phase in (Building.ASKING, Building.CHANGING):
            self.put(text)
            return self.go_on(self.line(self.texts.noted))
        if self.phase is Building.CHOOSING:
            return self.choose(text)
        answer = self.stage.understanding.answers.yes_no(text)
        if self.phase is Building.CONFIRMING:
            return self.confirm(answer, text)
        return None if answer is None else self.keep(answer is YesNo.YES)

    def confirm(self, answer: YesNo | None, text: str) -> Step | None:
        """It is right, or a part is to be changed, which may be named at once."""
        if answer is None:
            return self.choose(text)
        self.phase = Building.CHOOSING if answer is YesNo.NO else Building.KEEPING
        return self.ask()

    def choose(self, text: str) -> Step | None:
        """Ask again for the part that was named."""
        part = self.stage.understanding.answers.choice(text, self.parts)
        if part is None:
            return None
        self.at = PARTS.index(part)
        self.phase = Building.CHANGING
        return self.ask()

    def keep(self, wanted: bool) -> Step:
        """Keep it for other days, or for this session alone."""
        done = self.line(self.texts.done)
        if not wanted:
            return self.end(self.line(self.texts.not_kept), done)
        said = tuple((part, getattr(self.plan, part)) for part in PARTS)
        return self.end(Keep(said), self.line(self.texts.kept), done)

    def put(self, answer: str) -> None:
        """Write an answer into the plan."""
        words: dict[str, str] = {PARTS[self.at]: answer}
        self.stage.safety_plan = replace(self.plan, **words)

    def go_on(self, *before: Part) -> Step:
        """The next question, or the plan said back."""
        if self.phase is Building.ASKING and self.at + 1 < len(PARTS):
            self.at += 1
            return self.ask(*before)
        return self.said_back(*before)

    # --- the rest of a scene ---

    def missed(self, count: int) -> Step:
        """Other words, then an example, then it is left open."""
        if count <= 2:
            text = self.asked.again if count <= 1 else self.asked.choices
            return Step((self.line(text),), self.expects)
        return self.skip()

    def waited(self) -> Step:
        """Nothing is waited for here."""
        return self.missed(1)

    def skip(self) -> Step:
        """Left open, or as it stands; unasked nothing is kept."""
        if self.phase is Building.KEEPING:
            return self.keep(wanted=False)
        if self.phase in (Building.CONFIRMING, Building.CHOOSING):
            self.phase = Building.KEEPING
            return self.ask()
        return self.go_on(self.line(self.texts.passed))

    def back(self) -> Step | None:
        """To the question before."""
        if self.phase is Building.ASKING:
            if self.at == 0:
                return None
            self.at -= 1
            return self.ask()
        return self.said_back()

    def help(self) -> Step:
        """An example of an answer, or the ways to answer."""
        return Step((self.line(self.asked.choices),), self.expects)

    def forget(self) -> bool:
        """Empty the part that was said last, and ask for it again."""
        filled = [index for index, part in enumerate(PARTS) if getattr(self.plan, part)]
        if not filled:
            return False
        if self.phase is not Building.CHANGING:
            self.at = filled[-1]
        if self.phase in (Building.CONFIRMING, Building.CHOOSING, Building.KEEPING):
            self.phase = Building.CHANGING
        self.put("")
        return True

    def ahead(self) -> tuple[Line, ...]:
        """The next question."""
        if self.phase is not Building.ASKING or self.at + 1 == len(PARTS):
            return ()
        following: tuple[Asked, ...] = (
            self.texts.helps,
            self.texts.who,
            self.texts.place,
            self.texts.safer,
        )
        return (Line(self.stage.variety.peek(following[self.at].ask), Style.SAFETY),)

    def line(self, variants: tuple[str, ...] | str) -> Line:
        """A slow, plain line."""
        return self.stage.line(variants, Style.SAFETY)
