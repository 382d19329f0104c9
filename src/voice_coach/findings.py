"""What the doctor finds out about one part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a part is."""

    WELL = "ok"
    POOR = "poor"
    """It works, and would work better."""
    WITHOUT = "without"
    """Not there, and sessions are held without it: typed, or only shown."""
    BROKEN = "broken"
    """No session can be held until it is mended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one part."""

    part: str
    state: State
    found: str
    mend: str = ""
    """What to do about it, in plain words; empty where there is nothing to do."""

    def lines(self) -> Iterator[str]:
        """A line, and another one with what to do."""
        yield f"{self.state.value:<8} {self.part:<12} {self.found}"
        if self.mend:
            yield f"{'':<22}{self.mend}"
