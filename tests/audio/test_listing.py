"""Which devices there are to choose from, and which one a name means."""

from __future__ import annotations

import os
import subprocess
from types import ModuleType

import pytest

from voice_coach.audio import library, listing, sound_server
from voice_coach.audio.library import NoSound
from voice_coach.audio.listing import Target, find, list_devices, named
from voice_coach.audio.sound_server import ServerDevice, directed_to, server_devices

LONG = "Microphone (USB Audio Device of mine)"


@pytest.mark.parametrize(
    ("name", "names", "meant"),
    [
        ("usb", ["USB Headset", "Built-in"], ["USB Headset"]),
        ("headset", ["Headset", "Headset Mic"], ["Headset"]),
        ("head", ["Headset", "Headset Mic"], ["Headset", "Headset Mic"]),
        ("head", ["Headset", "Headset", "Built-in"], ["Headset"]),
        ("usb", [LONG[:31], LONG], [LONG]),
        ("nothing", ["Headset"], []),
        ("ÜBER", ["über Mikrofon"], ["über Mikrofon"]),
    ],
)
def test_names(name: str, names: list[str], meant: list[str]) -> None:
    assert named(name, names) == meant


class FakePortAudio(ModuleType):
    """A library with these devices: names with channels in and out."""

    def __init__(self, *devices: tuple[str, int, int]) -> None:
        super().__init__("sounddevice")
        self.devices = devices
        self.default = type("Default", (), {"device": (0, 0)})

    def query_hostapis(self) -> list[dict[str, str]]:
        return [{"name": "ALSA"}]

    def query_devices(self) -> list[dict[str, object]]:
        return [
            {
                "name": name,
                "index": index,
                "hostapi": 0,
                "max_input_channels": inputs,
                "max_output_channels": outputs,
                "default_samplerate": 48_000.0,
            }
            for index, (name, inputs, outputs) in enumerate(self.devices)
        ]


SERVED = (
    ServerDevice("alsa_input.usb", "Headset", True, 1, 44_100.0, False),
    ServerDevice("alsa_input.pci", "Built-in Audio", True, 2, 48_000.0, True),
    ServerDevice("alsa_output.usb", "Headset", False, 2, 48_000.0, True),
)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePortAudio(("default", 32, 32), ("hw:1,0", 2, 0), ("pulse", 32, 32))
    monkeypatch.setattr(library, "sounddevice", lambda: fake)
    monkeypatch.setattr(listing, "server_devices", lambda: SERVED)


@pytest.mark.usefixtures("served")
def test_the_sound_servers_devices_stand_in_place_of_the_way_to_it() -> None:
    there = list_devices()
    assert [device.name for device in there] == ["Headset", "Built-in Audio", "Headset", "hw:1,0"]
    assert [device.is_default("microphone") for device in there] == [False, True, False, False]
    assert [device.is_default("loudspeaker") for device in there] == [False, False, True, False]
    assert [device.serves_as("loudspeaker") for device in there] == [False, False, True, False]


@pytest.mark.usefixtures("served")
def test_a_device_of_the_server_is_opened_through_the_plugin() -> None:
    assert find("microphone", "headset") == Target(2, "alsa_input.usb")
    assert find("loudspeaker", "headset") == Target(2, "alsa_output.usb")
    assert find("microphone", "hw:1") == Target(1)
    assert find("loudspeaker", "pulse") == Target(2)
    assert find("microphone", None) == Target()
    with pytest.raises(NoSound, match=r"no loudspeaker named 'built-in'\. There are: Headset"):
        find("loudspeaker", "built-in")


def test_without_the_server_portaudios_own_list_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePortAudio(("pulse", 32, 32))
    monkeypatch.setattr(library, "sounddevice", lambda: fake)
    monkeypatch.setattr(listing, "server_devices", lambda: None)
    assert [device.name for device in list_devices()] == ["pulse"]
    assert find("microphone", "pulse") == Target(0)


def test_where_portaudio_reaches_no_server_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePortAudio(("Built-in Microphone", 1, 0))
    monkeypatch.setattr(library, "sounddevice", lambda: fake)
    monkeypatch.setattr(listing, "server_devices", lambda: pytest.fail("asked"))
    assert [device.name for device in list_devices()] == ["Built-in Microphone"]


ANSWERS = {
    ("info",): b'{"default_source_name": "usb", "default_sink_name": "pci", "cookie": "x"}',
    ("list", "sources"): b"""[
        {"name": "pci.monitor", "description": "Monitor of Built-in", "monitor_source": "pci",
         "sample_specification": "s16le 2ch 48000Hz"},
        {"name": "usb", "description": "USB", "monitor_source": "",
         "sample_specification": "s16le 1ch 44100Hz", "mute": false}]""",
    ("list", "sinks"): b"""[
        {"name": "pci", "description": "Speaker", "monitor_source": "pci.monitor",
         "sample_specification": "s16le 2ch 48000Hz"},
        {"name": "pci2", "description": "Speaker", "monitor_source": "pci2.monitor",
         "sample_specification": "nonsense"}]""",
}


@pytest.fixture
def pactl(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("shutil.which", lambda _: "pactl")
    monkeypatch.setattr(sound_server, "_ask", lambda *question: ANSWERS[question])
    return monkeypatch


@pytest.mark.usefixtures("pactl")
def test_what_pactl_tells() -> None:
    assert server_devices() == (
        ServerDevice("usb", "USB", True, 1, 44_100.0, True),
        ServerDevice("pci", "Speaker (pci)", False, 2, 48_000.0, True),
        ServerDevice("pci2", "Speaker (pci2)", False, 1, 48_000.0, False),
    )


@pytest.mark.parametrize(
    "trouble",
    [
        subprocess.TimeoutExpired("pactl", 1.0),
        subprocess.CalledProcessError(1, "pactl"),
        PermissionError("not allowed"),
    ],
)
def test_no_answer_is_no_server(pactl: pytest.MonkeyPatch, trouble: Exception) -> None:
    def fail(*_: str) -> bytes:
        raise trouble

    pactl.setattr(sound_server, "_ask", fail)
    assert server_devices() is None


@pytest.mark.parametrize("answer", [b"", b"Failure: No such entity", b'[{"nam": 1}]', b"\xff"])
def test_an_answer_that_cannot_be_read_is_none(pactl: pytest.MonkeyPatch, answer: bytes) -> None:
    pactl.setattr(sound_server, "_ask", lambda *_: answer)
    assert server_devices() is None


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SINK", "mine")
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    with directed_to(""):
        assert os.environ["PULSE_SINK"] == "mine"
    with directed_to("usb"):
        assert os.environ["PULSE_SOURCE"] == os.environ["PULSE_SINK"] == "usb"
    assert os.environ["PULSE_SINK"] == "mine"
    assert "PULSE_SOURCE" not in os.environ
