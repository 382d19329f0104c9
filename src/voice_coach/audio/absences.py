"""When to tell that a device is gone, and when that it is back. Knows times, and no audio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Device = TypeVar("Device")

CHANGED: Final = "changed"
"""The reason of a device that is only exchanged for another one: told only if that takes long."""
CHANGE_SECONDS: Final = 2.0
STEADY_SECONDS: Final = 1.0
"""A device that was found again has worked for so long when it is told of: some come and go twice
a second.
"""


@dataclass(frozen=True, slots=True)
class Told(Generic[Device]):
    """What is to be told now."""

    device: Device
    present: bool
    reason: str


class Absences(Generic[Device]):
    """Which devices are away, and what of it the person knows. All times in seconds."""

    def __init__(self) -> None:
        self._since: dict[Device, float] = {}
        self._reasons: dict[Device, str] = {}
        self._back_at: dict[Device, float] = {}
        self._known: set[Device] = set()

    @property
    def missing(self) -> tuple[Device, ...]:
        """Those to be looked for."""
        return tuple(self._since)

    def lost(self, device: Device, reason: str, at: float) -> None:
        """It went away just now."""
        self._since[device] = at
        self._reasons[device] = reason
        self._back_at.pop(device, None)

    def found(self, device: Device, at: float) -> None:
        """It is open again."""
        del self._since[device]
        self._back_at[device] = at

    def due(self, at: float) -> Iterator[Told[Device]]:
        """What is to be told now, once."""
        for device, since in self._since.items():
            reason = self._reasons[device]
            wait = CHANGE_SECONDS if reason == CHANGED else 0.0
            if device not in self._known and at - since >= wait:
                self._known.add(device)
                yield Told(device, False, "gone" if reason == CHANGED else reason)
        for device, since in tuple(self._back_at.items()):
            if at - since >= STEADY_SECONDS:
                del self._back_at[device]
                if device in self._known:
                    self._known.discard(device)
                    yield Told(device, True, "")
