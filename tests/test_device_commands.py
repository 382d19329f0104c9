"""``voice-coach devices``: list, use, meter."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voice_coach.audio import devices, listing
from voice_coach.audio.devices import DeviceLost, NoSound
from voice_coach.audio.frames import HEARING_SAMPLES, Frame
from voice_coach.audio.listing import SoundDevice
from voice_coach.cli import main
from voice_coach.settings import load

THERE = (
    SoundDevice("Built-in Microphone", "ALSA", 2, 0, 48_000.0, True, False),
    SoundDevice("USB Headset", "ALSA", 1, 2, 44_100.0, False, False),
    SoundDevice("USB Camera", "ALSA", 1, 0, 44_100.0, False, False),
    SoundDevice("Built-in Loudspeaker", "ALSA", 0, 2, 48_000.0, False, True),
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(listing, "list_devices", lambda: THERE)
    file = tmp_path / "settings.toml"
    file.write_text('# mine\nlength = "short"\n', "utf-8")
    return file


def call(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--settings", str(file), "devices", *arguments])


def test_the_list_tells_kinds_systems_the_default_and_the_chosen(file: Path) -> None:
    text = call(file).output
    microphones, _, loudspeakers = text.partition("Loudspeakers:")
    assert "Built-in Microphone (ALSA, default, in use)" in microphones
    assert "USB Headset (ALSA)" in microphones
    assert "Built-in Loudspeaker (ALSA, default, in use)" in loudspeakers
    assert "Camera" not in loudspeakers
    call(file, "use", "microphone", "headset")
    assert "USB Headset (ALSA, chosen)" in call(file, "list").output
    assert "Built-in Microphone (ALSA, default)\n" in call(file, "list").output


def test_a_chosen_device_that_is_away_is_told_of(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(file, "use", "microphone", "headset")
    monkeypatch.setattr(listing, "list_devices", lambda: THERE[:1])
    text = call(file).output
    assert "USB Headset (chosen, not there now)" in text
    assert "none was found" in text


def test_a_choice_is_remembered_with_its_whole_name(file: Path) -> None:
    result = call(file, "use", "loudspeaker", "headset")
    assert result.exit_code == 0
    assert "From now on: USB Headset" in result.output
    assert load(file).loudspeaker == "USB Headset"
    assert load(file).microphone == ""
    assert file.read_text("utf-8").startswith('# mine\nlength = "short"\n')


def test_default_goes_back(file: Path) -> None:
    call(file, "use", "microphone", "headset")
    result = call(file, "use", "microphone", "default")
    assert "default of the system" in result.output
    assert load(file).microphone == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bluetooth", "no microphone named 'bluetooth'. There are: Built-in Microphone, USB"),
        ("usb", "'usb' can mean several: USB Headset, USB Camera."),
        ("loudspeaker", "no microphone named 'loudspeaker'"),
        ("", "no microphone named ''"),
    ],
)
def test_a_name_that_means_none_or_several(file: Path, name: str, says: str) -> None:
    before = file.read_text("utf-8")
    result = call(file, "use", "microphone", name)
    assert result.exit_code == 2
    assert says in result.output
    assert file.read_text("utf-8") == before


def test_without_portaudio_it_is_said_what_to_install(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> tuple[SoundDevice, ...]:
        raise NoSound("The library PortAudio is missing. Install it.")

    monkeypatch.setattr(listing, "list_devices", missing)
    for command in ([], ["use", "microphone", "x"]):
        result = call(file, *command)
        assert result.exit_code == 2
        assert "Install it." in result.output


class FakeMicrophone:
    """Loud frames, and then it is lost."""

    live = True
    muted = False
    names: list[str | None] = []  # noqa: RUF012 - emptied before each test
    closed = 0

    def __init__(self, name: str | None) -> None:
        self.names.append(name)
        self._left = 120

    def read(self) -> Frame:
        self._left -= 1
        if not self._left:
            raise DeviceLost("The microphone is gone.", "gone")
        import numpy as np

        return Frame(0, np.full(HEARING_SAMPLES, 32_767, dtype=np.int16))

    def close(self) -> None:
        FakeMicrophone.closed += 1


@pytest.fixture
def microphone(monkeypatch: pytest.MonkeyPatch) -> type[FakeMicrophone]:
    monkeypatch.setattr(devices, "CardMicrophone", FakeMicrophone)
    FakeMicrophone.names.clear()
    FakeMicrophone.closed = 0
    return FakeMicrophone


def test_the_meter_shows_the_chosen_or_the_named_one(
    file: Path, microphone: type[FakeMicrophone]
) -> None:
    assert "clipping" in call(file, "meter", "--seconds", "1").output
    call(file, "use", "microphone", "headset")
    result = call(file, "meter", "--seconds", "1")
    assert result.output.splitlines()[-1].startswith("Clipped: 16000 samples")
    call(file, "meter", "camera", "--seconds", "1")
    call(file, "meter", "default", "--seconds", "1")
    assert microphone.names == [None, "USB Headset", "USB Camera", None]
    assert microphone.closed == 4


def test_a_microphone_that_is_lost_ends_the_meter_with_a_sentence(
    file: Path, microphone: type[FakeMicrophone]
) -> None:
    result = call(file, "meter")
    assert result.exit_code == 2
    assert "Error: The microphone is gone." in result.output
    assert microphone.closed == 1
