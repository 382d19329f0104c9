"""The doctor's look at the sound, with a room that is made up in place of the sound card."""

from __future__ import annotations

import re

import numpy as np
import pytest
import soxr

from voice_coach.audio import devices
from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.devices import DeviceLost, NoSound, SoundDevice
from voice_coach.audio.frames import (
    HEARING_RATE,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    Frame,
    Pcm,
)
from voice_coach.audio.measuring import Echo, Level, SoundMeasured
from voice_coach.findings import Finding, State
from voice_coach.settings import Settings
from voice_coach.sound_check import SoundCheck, echo, levels

MICROPHONE = SoundDevice("USB Headset", "ALSA", 1, 0, 48000.0, True, False)
LOUDSPEAKER = SoundDevice("Built-in Audio", "ALSA", 0, 2, 48000.0, False, True)


class Hardware:
    """A microphone that hears the loudspeaker after ``delay`` frames, and noise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.devices = [MICROPHONE, LOUDSPEAKER]
        self.noise = 30.0
        self.gain = 0.2
        self.delay = 5
        self.speaks_from: int | None = None
        self.breaks_at: int | None = None
        self.opened: list[str | None] = []
        self.closed = 0
        self.loudest = 0
        self.read_frames = 0
        self.told: list[str] = []
        self._air = np.zeros(self.delay * HEARING_SAMPLES, dtype=np.int16)
        self._resampler = soxr.ResampleStream(SPEAKING_RATE, HEARING_RATE, 1, dtype="float32")
        self._draw = np.random.default_rng(1)
        monkeypatch.setattr(devices, "list_devices", lambda: tuple(self.devices))
        monkeypatch.setattr(devices, "CardMicrophone", self.open)
        monkeypatch.setattr(devices, "CardLoudspeaker", self.open)

    def open(self, name: str | None) -> Hardware:
        if name == "gone":
            raise NoSound("There is no microphone named 'gone'.")
        self.opened.append(name)
        return self

    def read(self) -> Frame:
        if self.read_frames == self.breaks_at:
            raise DeviceLost("The microphone is gone.", "gone")
        pcm = self._draw.normal(0, self.noise, HEARING_SAMPLES)
        arrived, self._air = self._air[:HEARING_SAMPLES], self._air[HEARING_SAMPLES:]
        pcm[: len(arrived)] += arrived * self.gain
        if self.speaks_from is not None and self.read_frames >= self.speaks_from:
            pcm += 1500 * np.sin(np.arange(HEARING_SAMPLES) / 5)
        self.read_frames += 1
        return Frame(0, pcm.astype(np.int16) if self.noise else np.zeros_like(pcm, dtype=np.int16))

    def play(self, pcm: Pcm) -> None:
        self.loudest = max(self.loudest, int(np.abs(pcm).max()))
        heard = to_int16(self._resampler.resample_chunk(to_float(pcm)))
        self._air = np.concatenate([self._air, heard])

    def close(self) -> None:
        self.closed += 1

    def check(self, settings: Settings | None = None, **how: bool) -> dict[str, Finding]:
        findings = SoundCheck(self.told.append, **how)(settings or Settings())
        return {finding.part: finding for finding in findings}


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> Hardware:
    return Hardware(monkeypatch)


def test_the_devices_of_a_session_are_opened_and_closed(hardware: Hardware) -> None:
    hardware.devices.append(MICROPHONE)
    found = hardware.check(Settings(microphone="usb"))
    assert found["microphone"].found == "works; there are: USB Headset"
    assert found["loudspeaker"].found == "works; there are: Built-in Audio"
    assert hardware.opened == ["usb", None]
    assert hardware.closed == 2


def test_the_tone_is_heard(hardware: Hardware) -> None:
    found = hardware.check()
    assert [finding.state for finding in found.values()] == [State.WELL] * 4
    milliseconds = int(re.findall(r"after (\d+) ms", found["echo"].found)[0])
    assert milliseconds in range(80, 95), "five frames, of which one had passed, and the resampler"
    assert "-40 dBFS" in found["echo"].found
    assert "noise -61 dBFS" in found["levels"].found
    assert "soft tone" in hardware.told[1]
    assert hardware.read_frames < 250, "a few seconds"


def test_without_a_tone_nothing_sounds(hardware: Hardware) -> None:
    found = hardware.check(tone=False)
    assert hardware.loudest == 0
    assert list(found) == ["microphone", "loudspeaker", "levels"]
    assert not any("tone" in text for text in hardware.told)


def test_a_voice_is_measured_where_it_is_asked_for(hardware: Hardware) -> None:
    hardware.speaks_from = 200
    found = hardware.check(ask=True)
    assert "your voice -30 dBFS" in found["levels"].found
    assert "Please say" in hardware.told[-1]


def test_missing_devices_are_no_hindrance(hardware: Hardware) -> None:
    hardware.devices = [LOUDSPEAKER]
    found = hardware.check()
    assert (found["microphone"].state, found["loudspeaker"].state) == (State.WITHOUT, State.WELL)
    assert "Plug one in" in found["microphone"].mend
    hardware.devices = [MICROPHONE]
    found = hardware.check()
    assert (found["microphone"].state, found["loudspeaker"].state) == (State.WELL, State.WITHOUT)
    assert "echo" not in found


def test_a_device_that_cannot_be_opened_is_named(hardware: Hardware) -> None:
    found = hardware.check(Settings(microphone="gone"))
    assert found["microphone"].state is State.WITHOUT
    assert "USB Headset" in found["microphone"].found
    assert "'gone'" in found["microphone"].mend
    assert hardware.closed == 1, "the loudspeaker"


def test_a_muted_microphone_is_found_out(hardware: Hardware) -> None:
    hardware.noise = 0
    found = hardware.check(ask=True)
    assert found["microphone"].state is State.WITHOUT
    assert "nothing but silence" in found["microphone"].found
    assert "Unmute it" in found["microphone"].mend
    assert not any("Please say" in text for text in hardware.told)


def test_a_device_that_is_lost_meanwhile(hardware: Hardware) -> None:
    hardware.breaks_at = 50
    found = hardware.check()
    assert found["sound"].state is State.WITHOUT
    assert "gone" in found["sound"].mend
    assert hardware.closed == 2


def test_without_portaudio_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> tuple[SoundDevice, ...]:
        raise NoSound("The library PortAudio is missing. Install it.")

    monkeypatch.setattr(devices, "list_devices", missing)
    (finding,) = SoundCheck()(Settings())
    assert finding.state is State.WITHOUT
    assert "Install it." in finding.mend


# --- what is made of the figures ---


def measured(
    noise: float = -60.0,
    speech: float | None = -30.0,
    clipped: int = 0,
    heard: Echo | None = None,
) -> SoundMeasured:
    return SoundMeasured(Level(noise, noise + 12, 0, False), noise, heard, speech, clipped)


@pytest.mark.parametrize(
    ("figures", "state", "found", "mend"),
    [
        (measured(), State.WELL, "30 dB above it", ""),
        (measured(speech=-50.0, noise=-75.0), State.POOR, "too quiet", "Turn the microphone up"),
        (measured(speech=-6.0), State.POOR, "too loud", "Turn the microphone down"),
        (measured(clipped=40), State.POOR, "too loud and clipping", "Turn the microphone down"),
        (measured(clipped=1), State.WELL, "30 dB above it", ""),
        (measured(noise=-35.0, speech=-15.0), State.POOR, "a noisy room", "a fan"),
        (measured(noise=-44.0), State.POOR, "too close to the noise", "Sit nearer"),
        (measured(speech=None), State.POOR, "nobody was heard to speak", "If you did: turn the"),
    ],
)
def test_levels_in_words(figures: SoundMeasured, state: State, found: str, mend: str) -> None:
    finding = levels(figures, asked=True)
    assert finding.state is state
    assert found in finding.found
    assert mend in finding.mend
    assert bool(finding.mend) is (state is State.POOR)


def test_who_was_not_asked_to_speak_is_not_told_to_speak_up() -> None:
    assert levels(measured(speech=None), asked=False).state is State.WELL


@pytest.mark.parametrize(
    ("heard", "speech", "headphones", "state", "says"),
    [
        (Echo(0.06, -40.0, 0), -30.0, False, State.WELL, "after 60 ms at -40 dBFS"),
        (None, -30.0, False, State.POOR, "headphones = true"),
        (None, -30.0, True, State.WELL, "as should be"),
        (Echo(0.06, -40.0, 0), -30.0, True, State.POOR, "set it to false"),
        (Echo(0.6, -40.0, 0), -30.0, False, State.POOR, "later than the 450 ms"),
        (Echo(0.06, -20.0, 0), -30.0, False, State.POOR, "17 dB louder there than you"),
        (Echo(0.06, -20.0, 0), None, False, State.POOR, "That is loud"),
        (Echo(0.06, -10.0, 500), -10.0, False, State.POOR, "It clips"),
        (Echo(0.06, -34.0, 0), -30.0, False, State.WELL, "-34 dBFS"),
    ],
)
def test_the_echo_in_words(
    heard: Echo | None, speech: float | None, headphones: bool, state: State, says: str
) -> None:
    finding = echo(measured(speech=speech, heard=heard), headphones)
    assert finding.state is state
    assert says in f"{finding.found} {finding.mend}"
    assert bool(finding.mend) is (state is State.POOR)
