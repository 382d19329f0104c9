"""Devices on a PortAudio that is made up: odd shapes, streams that are born dead, none at all."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import pytest

from voice_coach.audio import library, portaudio
from voice_coach.audio.devices import (
    CardLoudspeaker,
    CardMicrophone,
    DeviceLost,
    NoSound,
    list_devices,
    loudspeaker_available,
    microphone_available,
)
from voice_coach.audio.frames import HEARING_SAMPLES, SPEAKING_SAMPLES, Frame, silence

Callback = Callable[..., None]


class FakeStream:
    """Calls back when it is told to, and once at its start."""

    def __init__(self, card: FakeCard, callback: Callback, finished: Callable[[], None]) -> None:
        self.card, self.callback, self.finished = card, callback, finished
        self.latency = 0.05
        self.active = True
        self.closed = False

    def start(self) -> None:
        if not self.card.stillborn:
            self.turn()
        self.card.stillborn = max(0, self.card.stillborn - 1)

    def turn(self) -> None:
        self.card.turn(self.callback)

    def close(self, ignore_errors: bool = True) -> None:  # noqa: ARG002 - as PortAudio's
        self.closed = True


class FakeCard(ModuleType):
    """Stands for the module ``sounddevice`` with one card that takes some shapes only."""

    class PortAudioError(Exception):
        """As PortAudio's."""

    def __init__(self, rates: Sequence[int], channels: Sequence[int], stillborn: int = 0) -> None:
        super().__init__("sounddevice")
        self.rates, self.channels, self.stillborn = rates, channels, stillborn
        self.sound: Sequence[int] = (0,)
        self.played: list[bytes] = []
        self.streams: list[FakeStream] = []
        self.tried = 0
        self.block = 0
        self.default = type("Default", (), {"device": (0, 0)})
        self.devices = [
            {
                "name": "Fake Card: USB",
                "hostapi": 0,
                "index": 0,
                "max_input_channels": max(channels),
                "max_output_channels": max(channels),
                "default_samplerate": float(rates[0]),
            }
        ]

    def query_hostapis(self) -> list[dict[str, str]]:
        return [{"name": "Fake"}]

    def query_devices(self) -> list[dict[str, object]]:
        return self.devices

    def _open(
        self, *, samplerate: int, channels: int, blocksize: int, callback: Callback,
        finished_callback: Callable[[], None], **_: object,
    ) -> FakeStream:  # fmt: skip
        self.tried += 1
        if samplerate not in self.rates or channels not in self.channels:
            raise self.PortAudioError("Invalid sample rate")
        self.block = blocksize * channels * 2
        self.streams.append(FakeStream(self, callback, finished_callback))
        return self.streams[-1]

    RawInputStream = _open

    def turn(self, callback: Callback) -> None:
        block = np.resize(np.array(self.sound, dtype=np.int16), self.block // 2)
        callback(block.tobytes(), len(block), None, None)


class FakePlayer(FakeCard):
    """The same, playing."""

    RawOutputStream = FakeCard._open

    def turn(self, callback: Callback) -> None:
        data = bytearray(self.block)
        callback(memoryview(data), 0, None, None)
        self.played.append(bytes(data))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeCard], None]:
    monkeypatch.setattr(portaudio, "_START_SECONDS", 0.05)
    monkeypatch.setattr(portaudio, "_HEARTBEAT_SECONDS", 0.1)
    return lambda fake: monkeypatch.setattr(library, "sounddevice", lambda: fake)


Plug = Callable[[FakeCard], None]


def read_on(microphone: CardMicrophone) -> None:
    for _ in range(10):
        microphone.read()


def first_read(fake: FakeCard, microphone: CardMicrophone) -> Frame | None:
    """Before which what was heard is left out."""
    with ThreadPoolExecutor(1) as reader:
        frame = reader.submit(microphone.read)
        while not frame.done():
            fake.streams[-1].turn()
            time.sleep(0.001)
    return frame.result()


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_microphone_of_any_shape_is_heard_at_one_rate(card: Plug, rate: int, channels: int) -> None:
    fake = FakeCard([rate], [channels])
    fake.sound = (1000,) if channels == 1 else (3000, -1000)
    card(fake)
    microphone = CardMicrophone()
    frames = [first_read(fake, microphone)]
    for _ in range(30):
        fake.streams[-1].turn()
    frames += [microphone.read() for _ in range(12)]
    assert [frame.index for frame in frames if frame] == list(range(13))
    assert frames[-1] is not None
    assert len(frames[-1].pcm) == HEARING_SAMPLES
    assert np.abs(frames[-1].pcm.astype(int) - 1000).max() < 20
    microphone.close()
    assert fake.streams[-1].closed


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_loudspeaker_of_any_shape_plays_all_channels(card: Plug, rate: int, channels: int) -> None:
    fake = FakePlayer([rate], [channels])
    card(fake)
    loudspeaker = CardLoudspeaker()
    for _ in range(10):
        loudspeaker.play(np.full(SPEAKING_SAMPLES, 2000, dtype=np.int16))
    for _ in range(15):
        fake.streams[-1].turn()
    played = np.frombuffer(b"".join(fake.played), dtype=np.int16).reshape(-1, channels)
    steady = played[(played[:, 0] > 1900)]
    assert len(steady) / rate == pytest.approx(0.15, abs=0.04)
    assert (played.max(axis=1) == played.min(axis=1)).all()


def test_stream_that_is_born_dead_is_opened_anew(card: Plug) -> None:
    fake = FakeCard([48_000], [1], stillborn=2)
    card(fake)
    CardMicrophone()
    assert len(fake.streams) == 3
    assert [stream.closed for stream in fake.streams] == [True, True, False]


def test_nothing_that_opens(card: Plug) -> None:
    card(FakeCard([8_000], [6]))
    with pytest.raises(NoSound, match=r"Cannot open a microphone \(Invalid sample rate\)"):
        CardMicrophone()


def test_no_device_at_all(card: Plug) -> None:
    fake = FakeCard([48_000], [1])
    fake.devices = []
    card(fake)
    assert list_devices() == ()
    assert not microphone_available()
    assert not loudspeaker_available()
    with pytest.raises(NoSound, match="no microphone on this machine"):
        CardMicrophone()


def test_names(card: Plug) -> None:
    card(FakeCard([48_000], [1]))
    CardMicrophone("usb")
    with pytest.raises(NoSound, match=r"named 'bluetooth'\. There are: Fake Card: USB"):
        CardMicrophone("bluetooth")


def test_silent_stream_is_lost(card: Plug) -> None:
    card(FakeCard([48_000], [1]))
    microphone = CardMicrophone()
    with pytest.raises(DeviceLost) as lost:
        read_on(microphone)
    assert lost.value.reason == "frozen"


def test_stream_that_ends_is_lost(card: Plug) -> None:
    fake = FakeCard([48_000], [1])
    card(fake)
    microphone = CardMicrophone()
    fake.streams[-1].finished()
    with pytest.raises(DeviceLost) as lost:
        read_on(microphone)
    assert lost.value.reason == "gone"


def test_a_program_that_does_not_keep_up_loses_time_but_no_place(card: Plug) -> None:
    fake = FakeCard([48_000], [1])
    fake.sound = (500,)
    card(fake)
    microphone = CardMicrophone()
    first_read(fake, microphone)
    for _ in range(400):
        fake.streams[-1].turn()
    for _ in range(100):
        microphone.read()
    fake.streams[-1].turn()
    assert microphone.overflows in range(99, 115)
    microphone.close()


def test_muted(card: Plug) -> None:
    fake = FakeCard([48_000], [1])
    card(fake)
    microphone = CardMicrophone()
    first_read(fake, microphone)
    for _ in range(250):
        fake.streams[-1].turn()
    for _ in range(120):
        microphone.read()
    assert microphone.muted


def test_what_was_heard_before_the_session_is_left_out(card: Plug) -> None:
    fake = FakeCard([16_000], [1])
    fake.sound = (1000,)
    card(fake)
    microphone = CardMicrophone()
    for _ in range(100):
        fake.streams[-1].turn()
    fake.sound = (2000,)
    for _ in range(4):
        fake.streams[-1].turn()
    frame = first_read(fake, microphone)
    assert frame is not None
    assert frame.index == 0
    assert (frame.pcm[40:] > 1500).all(), "the newest frame, but for the resampler's beginning"
    assert frame.arrived == pytest.approx(time.monotonic(), abs=5.0)


def test_what_is_stopped_is_not_played(card: Plug) -> None:
    fake = FakePlayer([48_000], [1])
    card(fake)
    loudspeaker = CardLoudspeaker()
    for _ in range(10):
        loudspeaker.play(np.full(SPEAKING_SAMPLES, 2000, dtype=np.int16))
    loudspeaker.stop()
    for _ in range(10):
        fake.streams[-1].turn()
    assert not any(map(any, fake.played))


@pytest.mark.parametrize("channels", [1, 2])
def test_the_loudspeaker_tells_what_it_played(card: Plug, channels: int) -> None:
    fake = FakePlayer([48_000], [channels])
    card(fake)
    loudspeaker = CardLoudspeaker()
    for _ in range(10):
        loudspeaker.play(np.full(SPEAKING_SAMPLES, 2000, dtype=np.int16))
    played = []
    for index in range(8):
        fake.streams[-1].turn()
        fake.streams[-1].turn()
        frame = Frame(index, silence(), arrived=time.monotonic())
        played.append(loudspeaker.played(frame))
    assert np.concatenate(played).max() == pytest.approx(2000, abs=300)
    assert not played[0].any()


class NoLibrary(MetaPathFinder):
    """Importing sounddevice fails as it does where PortAudio is missing."""

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return None


def test_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoLibrary(), *sys.meta_path])
    library.sounddevice.cache_clear()
    with pytest.raises(NoSound, match="apt install libportaudio2"):
        list_devices()
    assert not microphone_available()
    monkeypatch.undo()
    library.sounddevice.cache_clear()
