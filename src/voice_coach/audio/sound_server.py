"""The devices of the sound server (PulseAudio, or PipeWire speaking its protocol).

PortAudio reaches the server through ALSA's plugin, as one device called ``pulse``, behind which all
the server's own devices hide. ``pactl`` tells their names; the plugin takes one of them from the
environment (``PULSE_SOURCE``, ``PULSE_SINK``) when it opens a stream.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

PLUGIN: Final = "pulse"
"""What ALSA's plugin is called in PortAudio's list."""
BEHIND_PLUGIN: Final = frozenset({"pulse", "default", "pipewire", "sysdefault"})
"""Names in PortAudio's list that lead to the server, or to nothing a person would choose."""
_ANSWER_SECONDS: Final = 1.0
"""A frozen server never answers."""
_RUN: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class ServerDevice:
    """A microphone (source) or a loudspeaker (sink) of the server."""

    id: str
    """The server's own name for it, such as ``alsa_input.usb-0d8c``."""
    description: str
    """The name for people; where two are alike, with the server's own name behind it."""
    microphone: bool
    """Else a loudspeaker."""
    channels: int
    rate: float
    """Samples a second."""
    default: bool


class _Answer(msgspec.Struct):
    """What ``pactl`` tells about a source or a sink; everything else in it is left out."""

    name: str
    description: str
    sample_specification: str = ""
    monitor_source: str = ""


class _Info(msgspec.Struct):
    """What ``pactl`` tells about the server."""

    default_source_name: str = ""
    default_sink_name: str = ""


def server_devices() -> tuple[ServerDevice, ...] | None:
    """What the server has now, without the echoes of its loudspeakers ("Monitor of ...").

    None where there is no server, no ``pactl``, or no answer within a second.
    """
    if shutil.which("pactl") is None:
        return None
    try:
        info = msgspec.json.decode(_ask("info"), type=_Info)
        sources = msgspec.json.decode(_ask("list", "sources"), type=list[_Answer])
        sinks = msgspec.json.decode(_ask("list", "sinks"), type=list[_Answer])
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    heard = [
        one for one in sources if not one.monitor_source or one.name == info.default_source_name
    ]
    return (
        *_devices(heard, True, info.default_source_name),
        *_devices(sinks, False, info.default_sink_name),
    )


def _ask(*question: str) -> bytes:
    return subprocess.run(
        ["pactl", "--format=json", *question],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_ANSWER_SECONDS,
        check=True,
    ).stdout


def _devices(answers: Sequence[_Answer], microphone: bool, default: str) -> Iterator[ServerDevice]:
    descriptions = Counter(one.description for one in answers)
    for one in answers:
        alike = descriptions[one.description] > 1
        shape = re.search(r"(\d+)ch (\d+)Hz", one.sample_specification)
        yield ServerDevice(
            id=one.name,
            description=f"{one.description} ({one.name})" if alike else one.description,
            microphone=microphone,
            channels=int(shape[1]) if shape else 1,
            rate=float(shape[2]) if shape else 48_000.0,
            default=one.name == default,
        )


@contextlib.contextmanager
def directed_to(device: str) -> Iterator[None]:
    """Streams opened meanwhile go to this device of the server; empty: to its default."""
    wanted = dict.fromkeys(("PULSE_SOURCE", "PULSE_SINK"), device) if device else {}
    with _RUN:
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
