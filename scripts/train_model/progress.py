"""Says how far a step is and how long it still takes."""

from __future__ import annotations

import sys
import time


class Progress:
    """Counts pieces of work and prints a line now and then."""

    def __init__(self, name: str, total: int, interval: float = 10.0) -> None:
        self._name = name
        self._total = max(total, 1)
        self._done = 0
        self._interval = interval
        self._began = self._told = time.monotonic()

    def advance(self, pieces: int = 1, remark: str = "") -> None:
        """Counts pieces as done."""
        self._done += pieces
        now = time.monotonic()
        if now - self._told < self._interval and self._done < self._total:
            return
        self._told = now
        left = (now - self._began) / max(self._done, 1) * (self._total - self._done)
        self.note(f"{self._done}/{self._total}, {left / 60:.1f} min left {remark}")

    def note(self, text: str) -> None:
        """Prints one line."""
        print(f"{self._name}: {text}", file=sys.stderr, flush=True)
