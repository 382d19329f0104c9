"""The doctor: what is found out, in words, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voice_coach.audio import devices
from voice_coach.audio.devices import NoSound, SoundDevice
from voice_coach.audio.frames import HEARING_SAMPLES, Frame, Pcm
from voice_coach.doctor import (
    Finding,
    Report,
    State,
    check_model,
    check_network,
    check_sound,
    check_voice,
    examine,
)
from voice_coach.settings import Settings, Voice


def report(**states: State) -> Report:
    return Report(tuple(Finding(part, state, "found") for part, state in states.items()))


@pytest.mark.parametrize(
    ("states", "well", "says"),
    [
        (
            {"ears": State.WELL, "voice": State.WELL, "microphone": State.WELL}
            | {"loudspeaker": State.WELL},
            True,
            "you speak, the coach speaks",
        ),
        (
            {"voice": State.WELL, "microphone": State.WITHOUT, "loudspeaker": State.WELL},
            True,
            "you type, the coach speaks",
        ),
        (
            {"voice": State.WITHOUT, "microphone": State.WELL, "loudspeaker": State.WELL},
            True,
            "you speak, the coach is shown as captions",
        ),
        ({"sound": State.WITHOUT}, True, "you type, the coach is shown"),
        ({"ears": State.BROKEN, "voice": State.WELL}, False, "before this is mended: ears"),
    ],
)
def test_what_is_made_of_it(states: dict[str, State], well: bool, says: str) -> None:
    made = report(**states)
    assert made.well is well
    assert says in made.as_text().splitlines()[-1]


def test_what_to_do_stands_under_what_was_found() -> None:
    text = Report((Finding("voice", State.WITHOUT, "no sound came", "Install it."),)).as_text()
    assert text.splitlines()[:2] == [
        "without  voice        no sound came",
        " " * 22 + "Install it.",
    ]


def test_every_check_is_given_the_settings() -> None:
    settings = Settings(voice=Voice(name="bob"))

    def check(given: Settings) -> list[Finding]:
        return [Finding("voice", State.WELL, given.voice.name)]

    assert examine(settings, [check, check]).findings == (Finding("voice", State.WELL, "bob"),) * 2


def test_the_network_is_tried_and_refused() -> None:
    (finding,) = check_network(Settings())
    assert finding.state is State.WELL
    assert "tried and refused" in finding.found


def test_the_model_that_comes_along_is_loaded() -> None:
    (finding,) = check_model(Settings())
    assert finding.state is State.WELL
    assert "starter-en" in finding.found


def test_without_a_model_no_session_can_be_held(tmp_path: Path) -> None:
    (finding,) = check_model(Settings(model=str(tmp_path / "nowhere")))
    assert finding.state is State.BROKEN
    assert "nowhere" in finding.mend


def test_a_word_is_really_rendered() -> None:
    (finding,) = check_voice(Settings())
    assert finding.state is State.WELL
    assert "s of speech rendered" in finding.found


def test_a_voice_that_does_not_exist_is_named() -> None:
    (finding,) = check_voice(Settings(voice=Voice(name="no such voice")))
    assert finding.state is State.WITHOUT
    assert "no such voice" in finding.mend


MICROPHONE = SoundDevice("USB Headset", "ALSA", 1, 0, 48000.0, True, False)
LOUDSPEAKER = SoundDevice("Built-in Audio", "ALSA", 0, 2, 48000.0, False, True)


class Hardware:
    """What there is, in place of the sound card."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.devices: list[SoundDevice] = []
        self.level = 7
        self.opened: list[str | None] = []
        self.closed = 0
        monkeypatch.setattr(devices, "list_devices", lambda: tuple(self.devices))
        monkeypatch.setattr(devices, "CardMicrophone", self.open)
        monkeypatch.setattr(devices, "CardLoudspeaker", self.open)

    def open(self, name: str | None) -> Hardware:
        if name == "gone":
            raise NoSound("There is no microphone named 'gone'.")
        self.opened.append(name)
        return self

    def read(self) -> Frame:
        return Frame(0, np.full(HEARING_SAMPLES, self.level, dtype=np.int16))

    def play(self, pcm: Pcm) -> None:
        assert not pcm.any()

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> Hardware:
    return Hardware(monkeypatch)


def test_the_devices_of_a_session_are_opened_and_closed(hardware: Hardware) -> None:
    hardware.devices += [MICROPHONE, LOUDSPEAKER, MICROPHONE]
    assert check_sound(Settings(microphone="usb")) == [
        Finding("microphone", State.WELL, "works; there are: USB Headset"),
        Finding("loudspeaker", State.WELL, "works; there are: Built-in Audio"),
    ]
    assert hardware.opened == ["usb", None]
    assert hardware.closed == 2


def test_missing_devices_are_no_hindrance(hardware: Hardware) -> None:
    hardware.devices += [LOUDSPEAKER]
    microphone, loudspeaker = check_sound(Settings())
    assert (microphone.state, loudspeaker.state) == (State.WITHOUT, State.WELL)
    assert "Plug one in" in microphone.mend


def test_a_device_that_cannot_be_opened_is_named(hardware: Hardware) -> None:
    hardware.devices += [MICROPHONE, LOUDSPEAKER]
    microphone, _ = check_sound(Settings(microphone="gone"))
    assert microphone.state is State.WITHOUT
    assert "USB Headset" in microphone.found
    assert "'gone'" in microphone.mend


def test_a_muted_microphone_is_found_out(hardware: Hardware) -> None:
    hardware.devices += [MICROPHONE]
    hardware.level = 0
    microphone, _ = check_sound(Settings())
    assert microphone.state is State.WITHOUT
    assert "nothing but silence" in microphone.found
    assert "Unmute it" in microphone.mend


def test_without_portaudio_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> tuple[SoundDevice, ...]:
        raise NoSound("The library PortAudio is missing. Install it.")

    monkeypatch.setattr(devices, "list_devices", missing)
    (finding,) = check_sound(Settings())
    assert finding.state is State.WITHOUT
    assert "Install it." in finding.mend
