"""Which microphones and loudspeakers there are, and which one a name means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from voice_coach.audio import library
from voice_coach.audio.library import NoSound
from voice_coach.audio.sound_server import BEHIND_PLUGIN, PLUGIN, server_devices

Kind: TypeAlias = Literal["microphone", "loudspeaker"]

_CUT: Final = 31
"""Windows' oldest sound system cuts names off after so many characters."""


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One that can be opened."""

    name: str
    system: str
    """The sound system it belongs to, such as ALSA or Core Audio."""
    inputs: int
    """Channels of a microphone; 0 for a loudspeaker."""
    outputs: int
    rate: float
    """Samples a second by default."""
    default_input: bool
    default_output: bool

    def serves_as(self, kind: Kind) -> bool:
        """Whether it is a microphone, or a loudspeaker; some are both."""
        return bool(self.inputs if kind == "microphone" else self.outputs)

    def is_default(self, kind: Kind) -> bool:
        """Whether it is taken where none is chosen."""
        return self.default_input if kind == "microphone" else self.default_output


@dataclass(frozen=True, slots=True)
class Target:
    """What to tell PortAudio to open."""

    index: int | None = None
    """PortAudio's number; None: its default."""
    server_device: str = ""
    """The sound server's name of it, see ``sound_server``; empty: the server's default."""


def list_devices() -> tuple[SoundDevice, ...]:
    """All devices there are to choose from. Raises ``NoSound`` without PortAudio.

    PortAudio's own list is as it was when the program began (see ``portaudio.look_again``); the
    sound server's is as it is now.
    """
    found = portaudio_list()
    served = _served(found)
    if served is None:
        return found
    return (
        *(device for device, _ in served),
        *(device for device in found if device.name not in BEHIND_PLUGIN),
    )


def server_list() -> tuple[SoundDevice, ...] | None:
    """The sound server's devices; None where PortAudio reaches none. Raises ``NoSound``."""
    served = _served(portaudio_list())
    return None if served is None else tuple(device for device, _ in served)


def portaudio_list() -> tuple[SoundDevice, ...]:
    """PortAudio's own list. Raises ``NoSound`` without PortAudio."""
    sounddevice = library.sounddevice()
    default_input, default_output = sounddevice.default.device
    systems = sounddevice.query_hostapis()
    return tuple(
        SoundDevice(
            name=str(one["name"]),
            system=str(systems[one["hostapi"]]["name"]),
            inputs=int(one["max_input_channels"]),
            outputs=int(one["max_output_channels"]),
            rate=float(one["default_samplerate"]),
            default_input=one["index"] == default_input,
            default_output=one["index"] == default_output,
        )
        for one in sounddevice.query_devices()
    )


def _served(found: Sequence[SoundDevice]) -> list[tuple[SoundDevice, str]] | None:
    """The sound server's devices with its names for them; None: PortAudio reaches no server."""
    if all(device.name != PLUGIN for device in found):
        return None
    devices = server_devices()
    if devices is None:
        return None
    return [
        (
            SoundDevice(
                name=one.description,
                system="sound server",
                inputs=one.channels if one.microphone else 0,
                outputs=0 if one.microphone else one.channels,
                rate=one.rate,
                default_input=one.default and one.microphone,
                default_output=one.default and not one.microphone,
            ),
            one.id,
        )
        for one in devices
    ]


def named(name: str, names: Iterable[str]) -> list[str]:
    """Which of these names are meant: the one that is the same, else all that hold it.

    A name that was cut off and stands there whole as well counts once.
    """
    there = list(dict.fromkeys(names))
    same = [one for one in there if one.casefold() == name.casefold()]
    alike = [one for one in there if name.casefold() in one.casefold()]
    return same[:1] or [one for one in alike if not _cut_off(one, alike)]


def _cut_off(name: str, names: Iterable[str]) -> bool:
    return len(name) == _CUT and any(one != name and one.startswith(name) for one in names)


def find(kind: Kind, name: str | None) -> Target:
    """The device that a name, or a part of it, means; None: the system's default.

    Raises ``NoSound`` where there is none.
    """
    found = portaudio_list()
    usable = [(at, device) for at, device in enumerate(found) if device.serves_as(kind)]
    if not usable:
        raise NoSound(f"There is no {kind} on this machine. Plug one in and start again.")
    if not name:
        return Target()
    served = [one for one in _served(found) or () if one[0].serves_as(kind)]
    names = [device.name for device, _ in served] + [device.name for _, device in usable]
    meant = named(name, names)
    if not meant:
        known = ", ".join(sorted(set(names)))
        raise NoSound(f"There is no {kind} named {name!r}. There are: {known}.")
    for device, server_name in served:
        if device.name == meant[0]:
            plugin = next(at for at, one in enumerate(found) if one.name == PLUGIN)
            return Target(plugin, server_name)
    return Target(next(at for at, device in usable if device.name == meant[0]))
