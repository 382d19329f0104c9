"""Streams of PortAudio's that are known to live.

A stream counts as alive only while its callback is called: some die at the start, or when the
sound server does, without any error (measured on PulseAudio).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Final, Protocol

from voice_coach.audio import library
from voice_coach.audio.frames import BLOCK_SECONDS
from voice_coach.audio.library import NoSound
from voice_coach.audio.listing import Kind, find, list_devices
from voice_coach.audio.sound_server import directed_to

_HEARTBEAT_SECONDS: Final = 0.5
"""Without a callback for so long, a stream is dead."""
_START_SECONDS: Final = 1.0
"""The first callback may take a little longer."""
_CLOSE_SECONDS: Final = 1.0
_TAKEN_SECONDS: Final = 3.0
"""A stream that was told to end and has not been closed after so long hangs."""
_STILLBORN_AT_MOST: Final = 3
"""Streams that start and deliver nothing until it is given up: each costs ``_START_SECONDS``."""
_MICROPHONE_LATENCY: Final = 0.1
_LOUDSPEAKER_LATENCY: Final = 0.05


_GONE: Final = "The {} is gone. Plug it in again, or choose another."


class DeviceLost(Exception):
    """A device went away or fell silent while it was in use."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """``gone``, ``frozen``: as in ``conversation.events.DeviceChanged``. ``changed``: it is to
        be opened anew, since another one is meant now (see ``absences``).
        """


def look_again() -> bool:
    """Look for devices anew, as PortAudio does not by itself, before one is opened; whether it may
    be opened now. Where a stream is open nothing is done, as it would be killed; where it was told
    to end (``take_all``), it is waited for.
    """
    if _OPEN:
        waited = time.monotonic() - max((one.taken_at for one in _OPEN), default=0.0)
        return not any(one.taken_at for one in _OPEN) or waited > _TAKEN_SECONDS
    sounddevice = library.sounddevice()
    with library.quiet():
        sounddevice._terminate()
        sounddevice._initialize()
    return True


def is_open(kind: Kind) -> bool:
    """Whether a stream of that kind is in use."""
    return any(one.kind == kind and one.in_use for one in tuple(_OPEN))


def take(kind: Kind, reason: str) -> None:
    """Have the streams of that kind end with ``DeviceLost(reason)`` at their next frame."""
    for one in tuple(_OPEN):
        if one.kind == kind and one.in_use:
            one.take(reason)


def microphone_available() -> bool:
    """Whether there is any microphone to open."""
    try:
        return any(device.inputs for device in list_devices())
    except NoSound:
        return False


def loudspeaker_available() -> bool:
    """Whether there is any loudspeaker to open."""
    try:
        return any(device.outputs for device in list_devices())
    except NoSound:
        return False


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to open a device."""

    rate: int
    channels: int
    latency: float | str


class _PortAudioStream(Protocol):
    latency: float
    active: bool

    def start(self) -> None: ...

    def close(self, ignore_errors: bool = ...) -> None: ...


class Stream:
    """A stream that is known to live: its callback was called, and its last call is watched."""

    def __init__(self, kind: Kind, shape: Shape) -> None:
        self.kind = kind
        self.shape = shape
        self.taken_at = 0.0
        """When it was told to end; 0: it was not."""
        self._taken = ""
        self._beat: float | None = None
        self._finished = False
        self._stream: _PortAudioStream | None = None

    @property
    def latency(self) -> float:
        """Seconds, as PortAudio says."""
        return float(self._stream.latency) if self._stream is not None else 0.0

    def beat(self) -> None:
        """The callback was called."""
        self._beat = time.monotonic()

    def finished(self) -> None:
        """PortAudio says that the stream is over."""
        self._finished = True

    def start(self, stream: _PortAudioStream) -> bool:
        """Start it; whether it lives."""
        self._stream = stream
        _OPEN.add(self)
        stream.start()
        until = time.monotonic() + _START_SECONDS
        while self._beat is None and time.monotonic() < until:
            time.sleep(0.005)
        return self._beat is not None and not self._finished

    @property
    def in_use(self) -> bool:
        """Neither closed nor being closed."""
        return self._stream is not None

    def take(self, reason: str) -> None:
        """Have it end: called by whoever watches the devices, from any thread."""
        self._taken, self.taken_at = reason, time.monotonic()

    def check_taken(self) -> None:
        """Raise ``DeviceLost`` where it was told to end."""
        if self._taken:
            raise DeviceLost(_GONE.format(self.kind), self._taken)

    def check(self) -> None:
        """Raise ``DeviceLost`` where it is dead, or was told to end."""
        self.check_taken()
        if self._finished:
            raise DeviceLost(_GONE.format(self.kind), "gone")
        silent = self._silent_for()
        if silent > _HEARTBEAT_SECONDS:
            message = f"The {self.kind} has not answered for {silent:.1f} seconds."
            raise DeviceLost(message, "frozen")

    def close(self) -> None:
        """Close it; a device that is gone already is no error.

        A frozen sound server never answers: a stream without a heartbeat is left to a thread of
        its own, and nobody waits for it.
        """
        stream, self._stream = self._stream, None
        if stream is None:
            return

        def close() -> None:
            stream.close(True)
            _OPEN.discard(self)

        closing = threading.Thread(target=close, daemon=True)
        with library.quiet():
            closing.start()
            closing.join(_CLOSE_SECONDS if self._silent_for() <= _HEARTBEAT_SECONDS else 0.0)

    def _silent_for(self) -> float:
        """Seconds since the last callback."""
        return time.monotonic() - (self._beat or 0.0)


_OPEN: Final[set[Stream]] = set()
"""Streams that PortAudio has not closed yet, be they alive or hanging."""


def open_input(name: str | None, hear: Callable[[bytes], None]) -> Stream:
    def make(sounddevice: ModuleType, shape: Shape, device: int | None) -> Stream:
        stream = Stream("microphone", shape)

        def callback(data: object, _frames: int, _time: object, _status: object) -> None:
            stream.beat()
            hear(bytes(data))  # type: ignore[call-overload]

        return _started(stream, sounddevice.RawInputStream, device, callback)

    return _open("microphone", name, _MICROPHONE_LATENCY, make)


def open_output(name: str | None, begin: Callable[[Shape], Callable[[], bytes]]) -> Stream:
    """``begin``: gives what to call for each block of a stream of that shape."""

    def make(sounddevice: ModuleType, shape: Shape, device: int | None) -> Stream:
        stream = Stream("loudspeaker", shape)
        block = begin(shape)

        def callback(data: memoryview, _frames: int, _time: object, _status: object) -> None:
            stream.beat()
            data[:] = block()

        return _started(stream, sounddevice.RawOutputStream, device, callback)

    return _open("loudspeaker", name, _LOUDSPEAKER_LATENCY, make)


def _started(
    stream: Stream,
    kind: Callable[..., _PortAudioStream],
    device: int | None,
    callback: Callable[..., None],
) -> Stream:
    shape = stream.shape
    opened = kind(
        samplerate=shape.rate,
        blocksize=round(shape.rate * BLOCK_SECONDS),
        device=device,
        channels=shape.channels,
        dtype="int16",
        latency=shape.latency,
        callback=callback,
        finished_callback=stream.finished,
    )
    try:
        if stream.start(opened):
            return stream
    except BaseException:
        stream.close()
        raise
    stream.close()
    raise _Stillborn


class _Stillborn(Exception):
    """A stream started without an error and never called back."""


def _open(
    what: Kind,
    name: str | None,
    latency: float,
    make: Callable[[ModuleType, Shape, int | None], Stream],
) -> Stream:
    """Try the shapes in turn: the card's own rate first, then what is left."""
    sounddevice = library.sounddevice()
    target = find(what, name)
    problem, stillborn = "no device", 0
    for shape in _shapes(latency):
        try:
            with library.quiet(), directed_to(target.server_device):
                return make(sounddevice, shape, target.index)
        except sounddevice.PortAudioError as error:
            problem = str(error.args[0]) if error.args else "unknown error"
        except _Stillborn:
            problem = "it starts but delivers nothing"
            stillborn += 1
            if stillborn == _STILLBORN_AT_MOST:
                break
    which = f"the {what} {name!r}" if name else f"a {what}"
    raise NoSound(
        f"Cannot open {which} ({problem}). See whether it is plugged in, permitted and not used by"
        " another program; voice-coach doctor lists what there is."
    )


def _shapes(latency: float) -> Iterator[Shape]:
    yield Shape(48_000, 1, latency)
    for calmer in (0.1, "high"):
        for channels in (1, 2):
            for rate in (48_000, 16_000, 44_100):
                yield Shape(rate, channels, calmer)
