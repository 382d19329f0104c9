"""What is known in a session: shared by its scenes, gone when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_coach.content.loader import Content
from voice_coach.content.safety_scripts import PlanTexts
from voice_coach.content.scripts import Length, Practice, Slot
from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.conversation.scene import Line, Style, Variety
from voice_coach.understanding.plans import IfThen
from voice_coach.understanding.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person said to one question of a practice."""

    question: str
    """The question's id."""
    text: str
    plan: str = ""
    """Its words in the plan, where one of the offered options was taken."""
    quotable: bool = True


@dataclass(slots=True)
class Memory:
    """One session's knowledge."""

    practice: str | None = None
    length: Length | None = None
    exercise: str | None = None
    """The exercise that was asked for by name; None: the default one."""
    first_rating: float | None = None
    rating: float | None = None
    answers: list[Answer] = field(default_factory=list)
    slots: dict[Slot, Answer] = field(default_factory=dict)
    plan: IfThen | None = None
    grounded: bool = False
    """An exercise was done."""
    ground_only: bool = False
    """The person came for an exercise, not for a practice."""
    plan_only: bool = False
    """The person came for their safety plan, not for a practice."""
    screened: bool = False
    """The fear screen was passed in this session. It never clears: it only lets pass."""
    locked: bool = False
    """There was a sign of danger: the gated practices stay closed until the session ends."""

    def start_over(self) -> None:
        """Forget all but what protects the person."""
        fresh = Memory(length=None, locked=self.locked, screened=self.screened)
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))

    def texts(self) -> tuple[str, ...]:
        """The answers so far, oldest first."""
        return tuple(answer.text for answer in self.answers)


@dataclass(slots=True)
class Stage:
    """What every scene works with."""

    content: Content
    understanding: Understanding
    safety_plan_texts: PlanTexts
    quotes: bool = True
    """Open speech is heard well enough to be said back."""
    safe_word: str = ""
    """Lower case; silences everything at once. Empty: none."""
    wake_phrase: str = ""
    """Lower case; calls the coach back from a rest. Empty: a rest is a pause."""
    asleep: bool = False
    """The session begins at rest."""
    speed: float = 1.0
    """Factor on the words per minute."""
    volume: float = 1.0
    """Factor on the loudness."""
    memory: Memory = field(default_factory=Memory)
    variety: Variety = field(default_factory=Variety)
    safety_plan: SafetyPlan = field(default_factory=SafetyPlan)
    """As it was kept, and as it is built; no starting over forgets it."""
    offers_model: bool = False
    """A better model is offered, this once."""

    def line(self, variants: tuple[str, ...] | str, style: Style = Style.QUESTION) -> Line:
        """One of the variants, ready to be said."""
        if isinstance(variants, str):
            return Line(variants, style)
        return Line(self.variety.pick(variants), style)

    def filled(
        self, variants: tuple[str, ...], style: Style = Style.QUESTION, **words: str
    ) -> Line:
        """One of the variants with the person's words put in."""
        text = self.variety.pick(variants)
        for name, word in words.items():
            text = text.replace("{" + name + "}", word)
        return Line(" ".join(text.split()), style, personal=True)

    @property
    def practice(self) -> Practice:
        """The practice that is on. KeyError where none was chosen."""
        return self.content.practices[self.memory.practice or ""]
