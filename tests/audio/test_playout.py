"""What waits to be played, and what the canceller is told of it."""

from __future__ import annotations

import numpy as np
import pytest

from voice_coach.audio.frames import (
    BLOCK_SECONDS,
    FRAME_SECONDS,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    SPEAKING_SAMPLES,
    Frame,
    Pcm,
    silence,
)
from voice_coach.audio.playout import Playout

SILENT = np.zeros(SPEAKING_SAMPLES, dtype=np.int16)
LOUD = np.full(SPEAKING_SAMPLES, 8000, dtype=np.int16)


class Card:
    """A microphone and a loudspeaker that take turns on one clock, and a way from the one to the
    other that is ``delay`` blocks long.
    """

    def __init__(self, rate: int = SPEAKING_RATE, delay: int = 12, drift: float = 0.0) -> None:
        self.playout = Playout(rate, 1)
        self.played: list[Pcm] = []
        """What the canceller was told, frame by frame."""
        self.sounded: list[tuple[float, bool]] = []
        """When the microphone heard a block, and whether there was sound in it."""
        self._delay = delay * BLOCK_SECONDS
        self._rate = 1 + drift
        self._taken = 0
        self._heard = 0

    def frame(self, *handed: Pcm, burst: int = 0) -> Frame:
        """20 ms go by, and then these frames are handed over; ``burst``: blocks that are taken
        ahead of their time.
        """
        self._heard += 1
        now = self._heard * FRAME_SECONDS
        while (self._taken - burst) * BLOCK_SECONDS < now * self._rate - 1e-9:
            sound = any(self.playout.take(now - 1e-3))
            due = self._taken * BLOCK_SECONDS / self._rate  # a burst is taken early, not heard so
            self.sounded.append((due + self._delay, sound))
            self._taken += 1
        frame = Frame(self._heard - 1, silence(), arrived=now)
        self.played.append(self.playout.reference.beside(frame))
        for pcm in handed:
            self.playout.put(pcm)
        return frame

    def speak(self, seconds: float, pcm: Pcm = LOUD) -> None:
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.frame(pcm)

    def be_busy(self, seconds: float, pcm: Pcm = LOUD) -> None:
        """The program hands over nothing for so long, and then all at once."""
        frames = round(seconds / FRAME_SECONDS)
        for _ in range(frames - 1):
            self.frame()
        self.frame(*[pcm] * frames)

    def delays(self) -> list[float]:
        """Seconds from what the canceller was told until it was heard, at each beginning of sound
        after the first second.
        """
        told = [any(part) for whole in self.played for part in np.split(whole, 2)]
        told_at = beginnings([(at * BLOCK_SECONDS, sound) for at, sound in enumerate(told)])
        heard_at = beginnings(self.sounded)
        assert len(told_at) == len(heard_at)
        pairs = zip(told_at, heard_at, strict=True)
        return [heard - told for told, heard in pairs if told > 1.0]


def beginnings(blocks: list[tuple[float, bool]]) -> list[float]:
    """When sound begins that nothing came before for a while."""
    return [
        at
        for index, (at, sound) in enumerate(blocks)
        if sound and not any(before for _, before in blocks[max(0, index - 8) : index])
    ]


def test_the_way_of_the_echo_stays_the_same_whatever_happens_to_the_queue() -> None:
    card = Card()
    for busy in (0.1, 0.3, 0.04, 0.2):
        card.speak(0.4, SILENT)
        card.speak(1.0)
        card.be_busy(busy)
        card.speak(0.6)
    card.playout.stop()
    card.speak(2.0, SILENT)
    card.speak(1.0)
    assert card.playout.underflows >= 3
    delays = card.delays()
    assert len(delays) >= 4
    assert max(delays) - min(delays) < 0.001, "it would have to be learnt anew"
    assert min(delays) > 0, "the reference comes before its echo"


def test_bursts_do_not_move_it() -> None:
    card = Card()
    chance = np.random.default_rng(3)
    for index in range(600):
        card.frame(LOUD if index % 90 > 45 else SILENT, burst=int(chance.integers(0, 4)))
    delays = card.delays()
    assert len(delays) > 3
    assert max(delays) - min(delays) < 0.011, "a block, which a burst took ahead of its time"


def test_what_is_stopped_is_not_told() -> None:
    card = Card()
    card.speak(0.5, SILENT)
    card.playout.put(LOUD)
    card.playout.put(LOUD)
    card.playout.stop()
    card.speak(0.5, SILENT)
    assert not any(part.any() for part in card.played)
    assert not any(sound for _, sound in card.sounded)


def test_a_queue_that_grew_gets_short_again_in_silence() -> None:
    card = Card()
    card.speak(1.0)
    before = card.playout.waiting
    card.be_busy(0.4)
    card.speak(0.5)
    assert card.playout.waiting > before + 0.25
    card.speak(3.0)
    assert card.playout.waiting > before + 0.25, "no word is left out"
    card.speak(2.0, SILENT)
    assert card.playout.waiting < before + 0.1
    assert card.playout.underflows == 1


def test_more_waits_where_the_program_came_too_late() -> None:
    card = Card()
    card.speak(1.0)
    calm = card.playout.waiting
    for _ in range(3):
        card.be_busy(0.2)
        card.speak(3.0, SILENT)
    assert calm < card.playout.waiting < calm + 0.15


@pytest.mark.parametrize("drift", [-0.002, 0.002])
def test_clocks_that_differ(drift: float) -> None:
    card = Card(drift=drift)
    for _ in range(60):
        card.speak(0.5, SILENT)
        card.speak(0.5)
    assert card.playout.waiting < 0.25
    delays = card.delays()
    assert min(delays) > 0
    assert max(delays) - min(delays) < 0.13, "it is moved before it is lost"


def test_a_microphone_that_is_no_device_has_no_reference() -> None:
    card = Card()
    card.speak(0.5)
    assert not card.playout.reference.beside(Frame(25, silence())).any()


def test_it_is_found_again_after_a_rest() -> None:
    card = Card()
    card.speak(1.0)
    for _ in range(1000):  # a rest, in which nobody asks
        card._heard += 1
        while card._taken < 2 * card._heard:
            card.playout.take(card._heard * FRAME_SECONDS - 1e-3)
            card._taken += 1
        card.playout.put(SILENT)
    card.played.clear()
    card.speak(0.5, SILENT)
    card.speak(1.0)
    assert all(len(part) == HEARING_SAMPLES for part in card.played)
    assert card.played[-1].any()
