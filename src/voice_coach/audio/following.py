"""What is to be done when the devices of this machine change while a session runs. Pure.

A sound server moves streams by itself (measured on PulseAudio 16): those of the default device to
the new default one, and, when a chosen device goes away, also that one's, where they then stay. So
a chosen device that is gone is given up, lest the coach is suddenly heard from another loudspeaker,
and is opened again when it is back.

Elsewhere (Core Audio, WASAPI and the like) PortAudio's streams stay where they are, and it learns
of new devices only when it is initialised anew, which ends all of its streams: they are all opened
anew then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from voice_coach.audio.listing import Kind, SoundDevice, named

KINDS: Final[tuple[Kind, Kind]] = ("microphone", "loudspeaker")


class Streams(Protocol):
    """The streams that are open."""

    def is_open(self, kind: Kind) -> bool:
        """Whether there is one of that kind."""

    def take(self, kind: Kind, reason: str) -> None:
        """End it with ``DeviceLost(reason)``; it is then opened anew as soon as that works."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """The devices of one kind at one time."""

    names: tuple[str, ...]
    default: str

    @classmethod
    def of(cls, kind: Kind, devices: Sequence[SoundDevice]) -> _Picture:
        usable = [device for device in devices if device.serves_as(kind)]
        default = next((device.name for device in usable if device.is_default(kind)), "")
        return cls(tuple(sorted(device.name for device in usable)), default)

    def has(self, chosen: str) -> bool:
        """Whether what is wanted is there: a chosen device by its name, or any."""
        return bool(named(chosen, self.names)) if chosen else bool(self.names)


class ServerFollower:
    """For devices of a sound server."""

    def __init__(self, chosen: Mapping[Kind, str], streams: Streams) -> None:
        """``chosen``: by name; empty: the default one."""
        self._chosen = chosen
        self._streams = streams
        self._before: dict[Kind, _Picture] = {}

    def __call__(self, devices: Sequence[SoundDevice]) -> None:
        """What there is now."""
        for kind in KINDS:
            now = _Picture.of(kind, devices)
            before = self._before.get(kind, now)
            self._before[kind] = now
            chosen = self._chosen[kind]
            if chosen:
                if before.has(chosen) and not now.has(chosen):
                    self._streams.take(kind, "gone")
            elif before.default and now.default and before.default != now.default:
                # The server has moved it already; opened anew, its echo is learnt anew as well.
                self._streams.take(kind, "changed")


class LibraryFollower:
    """For devices that PortAudio lists by itself, on the word of a PortAudio that looks again."""

    def __init__(self, chosen: Mapping[Kind, str], streams: Streams) -> None:
        """``chosen``: by name; empty: the default one."""
        self._chosen = chosen
        self._streams = streams
        self._before: dict[Kind, _Picture] = {}

    def __call__(self, devices: Sequence[SoundDevice]) -> None:
        """What there is now. A device that is missing from it may only be in use: its stream tells
        when it is gone.
        """
        anew = False
        for kind in KINDS:
            now = _Picture.of(kind, devices)
            before = self._before.get(kind)
            self._before[kind] = now
            if before == now or not now.has(self._chosen[kind]):
                continue
            if not self._streams.is_open(kind):
                anew = True
            elif before is not None and not self._chosen[kind]:
                anew |= bool(before.default and now.default and before.default != now.default)
        if anew:
            for kind in KINDS:
                self._streams.take(kind, "changed")


Follow = Callable[[Sequence[SoundDevice]], None]
