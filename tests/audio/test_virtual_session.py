"""Devices that come, go, change and freeze while a session runs, on the virtual sound card."""

from __future__ import annotations

import signal
import time

from virtual_card import Card, lines_of, real_time, room_noise, session

pytestmark = real_time


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
