"""A scene is one stretch of the conversation that a single question-and-answer logic conducts.

The state machine (``states``) says which scene is on; the scene says what is asked, takes the
answers, and ends with an outcome that is the machine's next trigger. A scene never sees commands,
risks or keys: ``Conversation`` has taken those out before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

from voice_coach.conversation.events import Expectation, Expected, Heard, Keep, Patience, Tone


class Style(Enum):
    """How a line is said; the paces are in ``session.toml``, ``[manners]``."""

    QUESTION = "question"
    REFLECTION = "reflection"
    GROUNDING = "grounding"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say."""

    text: str
    style: Style = Style.QUESTION
    personal: bool = False
    """Holds the person's own words."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Something to show and not to say."""

    text: str


Part: TypeAlias = Line | Caption | Tone | Keep


@dataclass(frozen=True, slots=True)
class Ask:
    """What is listened for after the parts have been said."""

    expectation: Expectation
    patience: Patience = Patience.CLOSED


OPEN = Ask(Expectation(Expected.OPEN), Patience.REFLECTIVE)
RATING = Ask(Expectation(Expected.RATING))
YES_NO = Ask(Expectation(Expected.YES_NO))
NOTHING = Ask(Expectation(Expected.COMMAND))


@dataclass(frozen=True, slots=True)
class Step:
    """What a scene wants next: say the parts, then either ask, or wait, or be over."""

    parts: tuple[Part, ...] = ()
    ask: Ask = NOTHING
    wait: float | None = None
    """Seconds from the beginning of ``parts`` until ``waited`` is called; None: no waiting."""
    pause: float | None = None
    """Seconds from the end of ``parts`` until ``waited`` is called; None: no pausing."""
    outcome: str | None = None
    """The machine's next trigger: the scene is over once the parts have been queued."""


class Miss(Enum):
    """Three ways not to get an answer, with three replies (design.md, habit 3)."""

    SILENCE = "silence"
    NOISE = "noise"
    MISMATCH = "mismatch"


class Scene(Protocol):
    """See the module's docstring."""

    def begin(self) -> Step:
        """The first step; also after the scene was interrupted and is taken up again."""

    def heard(self, heard: Heard) -> Step | None:
        """The person answered; None where the answer does not fit what was asked."""

    def missed(self, count: int) -> Step:
        """Ask again, otherwise: 1 in other words, 2 with the choices, 3 and more by the keys."""

    def waited(self) -> Step:
        """The wait of the last step has run out."""

    def skip(self) -> Step:
        """Leave out what was asked."""

    def back(self) -> Step | None:
        """To what was asked before; None where there is nothing before."""

    def help(self) -> Step:
        """What is wanted here, with an example."""

    def forget(self) -> bool:
        """Drop the last answer; False where there is none."""

    def ahead(self) -> tuple[Line, ...]:
        """What will probably be said next, to be rendered ahead."""


@dataclass(slots=True)
class Variety:
    """Chooses among variants: one not yet used in this session, while there is one."""

    used: dict[str, int] = field(default_factory=dict)

    def pick(self, variants: tuple[str, ...]) -> str:
        """The least used of the variants, the first of equals."""
        choice = self.peek(variants)
        self.used[choice] = self.used.get(choice, 0) + 1
        return choice

    def peek(self, variants: tuple[str, ...]) -> str:
        """What ``pick`` would choose now."""
        return min(variants, key=lambda text: self.used.get(text, 0))

    def first_time(self, text: str) -> bool:
        """Whether this was never said in this session; from now on it was."""
        self.used[text] = self.used.get(text, 0) + 1
        return self.used[text] == 1

    def fresh(self, variants: tuple[str, ...]) -> str | None:
        """One that was never used in this session, or None."""
        unused = [text for text in variants if text not in self.used]
        return self.pick(tuple(unused)) if unused else None
