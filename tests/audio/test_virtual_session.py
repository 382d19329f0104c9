"""Devices that come, go, change and freeze while a session runs, on the virtual sound card."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_card import (
    Card,
    Recording,
    lines_of,
    plug_in,
    plug_in_microphone,
    real_time,
    room_noise,
    session,
    started,
    unplug,
    where,
)

pytestmark = real_time


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with started(tmp_path) as virtual:
        yield virtual


def test_a_sound_server_that_is_started_again_is_found_again(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(session(14))
    time.sleep(2.0)
    card.server.kill()
    card.server.wait()
    noise.wait()
    time.sleep(3.0)
    card.server = card.start()
    noise = room_noise(card)
    shown, last = lines_of(program)
    noise.kill()
    gone = next(at for at, text in shown if "microphone is gone" in text.lower())
    assert gone < 2.0 + 2.5
    assert any("microphone is working again" in text for _, text in shown), shown
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"], (shown, last)


def test_a_frozen_sound_server_does_not_stop_the_session(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(session(14))
    time.sleep(2.0)
    card.server.send_signal(signal.SIGSTOP)
    time.sleep(5.0)
    card.server.send_signal(signal.SIGCONT)
    shown, last = lines_of(program)
    noise.kill()
    assert any("microphone is gone" in text for _, text in shown), shown
    assert any("microphone is working again" in text for _, text in shown), shown
    assert float(last[1]) < 1.5, "one frame may wait until a stream is known to be dead, no longer"
    assert last[3] == "CardMicrophone"


def test_a_mute_is_said_within_two_seconds_or_so_and_so_is_its_end(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(session(9))
    time.sleep(1.0)
    card.run("pactl", "set-source-mute", "microphone", "1")
    time.sleep(4.0)
    card.run("pactl", "set-source-mute", "microphone", "0")
    shown, _ = lines_of(program)
    noise.kill()
    muted = next(at for at, text in shown if "may be muted" in text)
    assert 2.5 < muted < 4.0
    assert any("working again" in text and at > 5.0 for at, text in shown), shown


def at_of(shown: list[tuple[float, str]], text: str) -> float:
    """When that was first shown."""
    return next(at for at, one in shown if text in one)


def told_of(shown: list[tuple[float, str]], device: str) -> list[str]:
    """What was shown of a device, the captions of the voice left out."""
    return [text for _, text in shown if text.startswith(f"The {device} is")]


def test_another_default_loudspeaker_is_followed(card: Card) -> None:
    plug_in(card, "second")
    noise = room_noise(card)
    program = card.program(session(7))
    time.sleep(2.0)
    card.run("pactl", "set-default-sink", "second")
    time.sleep(2.0)
    recording = Recording(card, "second")
    time.sleep(1.5)
    assert where(card, "sink-inputs") >= {"second"}
    assert "loudspeaker" not in where(card, "sink-inputs")
    assert recording.hum_seconds() > 0.4
    shown, last = lines_of(program)
    noise.kill()
    assert told_of(shown, "loudspeaker") == [], "it was never gone"
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"]


def test_another_default_microphone_is_followed(card: Card) -> None:
    plug_in_microphone(card, "second")
    noise = room_noise(card)
    program = card.program(session(6))
    time.sleep(2.0)
    assert where(card, "source-outputs") == {"microphone"}
    card.run("pactl", "set-default-source", "second")
    time.sleep(2.0)
    assert where(card, "source-outputs") == {"second"}
    shown, last = lines_of(program)
    noise.kill()
    assert told_of(shown, "microphone") == [], "it was never gone"
    assert float(last[1]) < 1.0, "the session goes on meanwhile"
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"]


def test_a_default_loudspeaker_that_is_unplugged_and_plugged_in_again(card: Card) -> None:
    plug_in(card, "headset")
    card.run("pactl", "set-default-sink", "headset")
    noise = room_noise(card)
    program = card.program(session(11))
    time.sleep(2.0)
    unplug(card, "sink_name=headset")
    time.sleep(2.0)
    assert "loudspeaker" in where(card, "sink-inputs")
    plug_in(card, "headset")
    card.run("pactl", "set-default-sink", "headset")
    time.sleep(2.0)
    assert "loudspeaker" not in where(card, "sink-inputs")
    recording = Recording(card, "headset")
    time.sleep(2.0)
    assert recording.hum_seconds() > 0.4
    shown, last = lines_of(program)
    noise.kill()
    assert told_of(shown, "loudspeaker") == [], "there was always one"
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"]


def test_a_chosen_loudspeaker_that_is_unplugged_is_not_replaced(card: Card) -> None:
    plug_in(card, "headset")
    noise = room_noise(card)
    program = card.program(session(15, loudspeaker="headset"))
    time.sleep(2.0)
    assert "headset" in where(card, "sink-inputs")
    unplug(card, "sink_name=headset")
    time.sleep(1.0)
    others = Recording(card, "loudspeaker")
    time.sleep(2.0)
    assert others.hum_seconds() == 0, "what is said to one ear is not said to the room"
    plug_in(card, "headset")
    time.sleep(2.0)
    recording = Recording(card, "headset")
    time.sleep(2.5)
    assert recording.hum_seconds() > 0.4
    shown, last = lines_of(program)
    noise.kill()
    gone, back = at_of(shown, "loudspeaker is gone"), at_of(shown, "loudspeaker is working")
    assert gone < 4.0, shown
    assert any(gone < at < back for at, text in shown if text.startswith("coach:")), shown
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"]


def test_a_chosen_microphone_that_is_unplugged_and_plugged_in_again(card: Card) -> None:
    plug_in_microphone(card, "headset")
    noise = room_noise(card)
    program = card.program(session(11, microphone="headset"))
    time.sleep(2.0)
    unplug(card, "source_name=headset")
    time.sleep(2.0)
    assert where(card, "source-outputs") == set(), "nobody else's microphone is listened to"
    plug_in_microphone(card, "headset")
    time.sleep(2.0)
    assert where(card, "source-outputs") == {"headset"}
    shown, last = lines_of(program)
    noise.kill()
    assert at_of(shown, "microphone is gone") < 4.0
    assert "working again" in told_of(shown, "microphone")[-1]
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"]


def test_all_devices_are_unplugged_and_plugged_in_again(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(session(13))
    time.sleep(2.0)
    for module in ("module-loopback", "source_name=microphone", "name=loudspeaker", "name=air"):
        unplug(card, module)
    noise.wait()
    time.sleep(2.0)
    card.run("pactl", "load-module", "module-null-sink", "rate=48000", "sink_name=air")
    plug_in(card, "loudspeaker")
    plug_in_microphone(card, "microphone")
    card.run("pactl", "set-default-sink", "loudspeaker")
    card.run("pactl", "set-default-source", "microphone")
    noise = room_noise(card)
    time.sleep(4.0)
    recording = Recording(card, "loudspeaker")
    shown, last = lines_of(program)
    noise.kill()
    assert at_of(shown, "microphone is gone") < 4.5
    assert at_of(shown, "loudspeaker is gone") < 4.5
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"], (shown, last)
    assert recording.hum_seconds() > 0.4


def test_a_sound_server_that_freezes_and_is_started_again(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(session(13))
    time.sleep(2.0)
    card.server.send_signal(signal.SIGSTOP)
    time.sleep(3.0)
    card.server.kill()
    card.server.wait()
    noise.wait()
    card.server = card.start()
    noise = room_noise(card)
    shown, last = lines_of(program)
    noise.kill()
    assert at_of(shown, "microphone is gone") < 4.0
    gone, back = at_of(shown, "loudspeaker is gone"), at_of(shown, "loudspeaker is working")
    assert gone < 4.0
    assert any(gone < at < back for at, text in shown if text.startswith("coach:")), shown
    assert float(last[1]) < 1.5
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"], (shown, last)
