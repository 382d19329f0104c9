"""When a turn is over: policies that take durations and booleans, never audio and no clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from voice_coach.conversation.events import Patience, Quiet
from voice_coach.settings import PROFILES, Profile, Timings

__all__ = [
    "APART",
    "DONE",
    "PROFILES",
    "SETTLE",
    "ClosedTurn",
    "Completeness",
    "OpenTurn",
    "Profile",
    "QuietClock",
    "Timings",
]


SETTLE: Final = 0.16
"""Seconds of silence after a whole phrase: longer than the closure in "eigh-t" or "sto-p"."""
SETTLE_EXTENDABLE: Final = 0.30
"""Seconds after a phrase that might go on: pauses within a phrase are under 0.2
(Campione & Véronis 2002)."""
TALKING: Final = 0.6
"""Seconds more for somebody who talks in sentences: pauses of a second are common there."""
_QUICK: Final = 0.5
"""``Timings.closed`` of somebody who needs no more time than that."""
DONE: Final = 0.24
"""Seconds of silence after "that's all": within 0.3 the turn is over."""
APART: Final = 0.35
"""Seconds of silence on both sides of a command for it to be meant as one."""


class Completeness(Enum):
    """How whole a closed answer is, as far as its words tell."""

    URGENT = "urgent"
    """"Stop": nothing may hold it up."""
    WHOLE = "whole"
    """A whole expected phrase."""
    EXTENDABLE = "extendable"
    """A whole phrase that a longer one begins with: "no", where "no way" is known too."""
    PARTIAL = "partial"
    """No whole phrase (yet)."""
    TALKING = "talking"
    """No whole phrase but many words: somebody answers a plain question at length."""


@dataclass(frozen=True, slots=True)
class ClosedTurn:
    """Ends a command, a number, a yes or no, a choice: soon where the words are whole."""

    timings: Timings

    def silence_needed(self, completeness: Completeness) -> float:
        """Seconds of silence that end the turn."""
        more = max(0.0, self.timings.closed - _QUICK)
        match completeness:
            case Completeness.URGENT:
                return SETTLE
            case Completeness.WHOLE:
                return SETTLE + more
            case Completeness.EXTENDABLE:
                return SETTLE_EXTENDABLE + more
            case Completeness.PARTIAL:
                return self.timings.closed_at_most
            case Completeness.TALKING:
                return self.timings.closed_at_most + TALKING

    def over(self, silence: float, completeness: Completeness) -> bool:
        """Whether this much silence after such an answer ends it."""
        return silence >= self.silence_needed(completeness)


class OpenTurn:
    """Ends an answer that is thought about while it is said.

    It learns from the pauses within the answers of this session, in memory and as durations only:
    whoever pauses long is given more time, and whoever never does waits less.
    """

    LATEST: Final = 40
    """Pauses that count."""
    SURE: Final = 20
    """Pauses from which on a quick speaker is believed to be one. Fewer, and one in a hundred
    answers with pauses of up to 3 s would be cut off."""
    QUICKEST: Final = 0.7
    """Of the setting, at least."""
    SLOWEST: Final = 2.0
    """Of the setting, at most."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._pauses: deque[float] = deque(maxlen=self.LATEST)

    def paused(self, seconds: float) -> None:
        """The person was silent for so long and then went on with the same answer."""
        self._pauses.append(seconds)

    def silence_needed(self, *, trailing: bool) -> float:
        """Seconds of silence that end the turn; more after "and", "because", "um"."""
        return self._learnt() + (self._timings.trailing if trailing else 0.0)

    def over(self, silence: float, *, trailing: bool) -> bool:
        """Whether this much silence ends it."""
        return silence >= self.silence_needed(trailing=trailing)

    def _learnt(self) -> float:
        setting = self._timings.reflective
        if not self._pauses:
            return setting
        wanted = 1.5 * max(self._pauses) + 1.0
        shortest = self.QUICKEST if len(self._pauses) >= self.SURE else 1.0
        return min(max(wanted, shortest * setting), self.SLOWEST * setting)


class QuietClock:
    """Counts how long nothing has been said; reports each stage once.

    It stands still while the coach speaks, and starts afresh with every ``restart``.
    """

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._seconds = 0.0
        self._stages: list[tuple[float, Quiet]] = []
        self.restart(Patience.CLOSED)

    def restart(self, patience: Patience) -> None:
        """Count from zero. Somebody who asked for a minute has it before the first cue."""
        timings = self._timings
        extra = timings.minute - timings.cue if patience is Patience.MINUTE else 0.0
        self._seconds = 0.0
        self._stages = [
            (timings.cue + extra, Quiet.CUE),
            (timings.offer + extra, Quiet.OFFER),
            (timings.pause + extra, Quiet.PAUSE),
        ]

    def voice(self) -> None:
        """A voice sounds: the count begins again; stages that were reported stay reported."""
        self._seconds = 0.0

    def tick(self, seconds: float) -> Quiet | None:
        """So much more silence; the stage that is reached by it, if any."""
        self._seconds += seconds
        if self._stages and self._seconds >= self._stages[0][0] - 1e-9:
            return self._stages.pop(0)[1]
        return None
