"""Opens lost devices again, without ever making the loop wait.

A frozen sound server answers nobody: whoever asks it to open a device hangs until it thaws. So each
attempt is made in a thread of its own, one at a time, because PortAudio takes one call at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Device = TypeVar("Device")
Opened = TypeVar("Opened")

RETRY_SECONDS: Final = 0.5
"""From the end of an attempt that failed to the next one."""


class Reopening(Generic[Device, Opened]):
    """Call it with a lost device every frame, until it gives the opened one."""

    def __init__(self, opening: Callable[[Device], Opened | None]) -> None:
        """``opening``: opens a device, however long that takes; None: it cannot be opened yet."""
        self._opening = opening
        self._one_at_a_time = threading.Lock()
        self._attempts: dict[Device, _Attempt[Opened]] = {}

    def __call__(self, device: Device) -> Opened | None:
        """The device, once it is open. Returns at once."""
        attempt = self._attempts.get(device)
        if attempt is None or attempt.failed_for(RETRY_SECONDS):
            self._begin(device)
            return None
        if attempt.opened is not None:
            del self._attempts[device]
        return attempt.opened

    def _begin(self, device: Device) -> None:
        attempt: _Attempt[Opened] = _Attempt()
        self._attempts[device] = attempt

        def open_it() -> None:
            with self._one_at_a_time:
                try:
                    attempt.opened = self._opening(device)
                finally:
                    attempt.over_at = time.monotonic()

        threading.Thread(target=open_it, name="reopening", daemon=True).start()


class _Attempt(Generic[Opened]):
    def __init__(self) -> None:
        self.opened: Opened | None = None
        self.over_at: float | None = None

    def failed_for(self, seconds: float) -> bool:
        """Whether it is over without success, for so long."""
        over = self.over_at is not None and time.monotonic() - self.over_at >= seconds
        return over and self.opened is None
