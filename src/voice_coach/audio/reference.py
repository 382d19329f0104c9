"""What a loudspeaker has really played, beside what a microphone heard meanwhile.

An echo canceller learns the way from the one to the other, and must not see it change. What the
program hands to a loudspeaker is not that: a queue grows and shrinks, runs empty while the program
is busy elsewhere, is cut when the coach falls silent; the device's clock is not the microphone's.
So the reference is what the device has taken, block by block, by the time when the microphone's
frame arrived: from there to its echo nothing lies but the devices and the air.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import Final

import numpy as np
import soxr

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import (
    BLOCK_SECONDS,
    BLOCKS,
    FRAME_SECONDS,
    HEARING_RATE,
    HEARING_SAMPLES,
    Frame,
    Pcm,
    silence,
)

_KEPT: Final = round(5.0 / BLOCK_SECONDS)
"""Blocks that are remembered: a microphone's queue is shorter."""
_LATELY: Final = round(1.0 / FRAME_SECONDS)
"""Frames over which the distance is looked at: devices give and take in bursts."""
_SURE: Final = _LATELY // 2
"""Frames from which on it is known."""
_SPARE: Final = 1
"""Blocks by which the distance that is held is shorter than any: it is never waited for."""
_TOO_LONG: Final = 8
"""Blocks by which the usual distance may become longer than the one that is held. With every move
the way of the echo is learnt anew, so what drifts is followed seldom.
"""


class Reference:
    """Of one loudspeaker. ``took`` is for the device's thread, ``beside`` for the program's."""

    def __init__(self, rate: int, channels: int) -> None:
        """``rate``: of the blocks, samples a second."""
        self._rate = rate
        self._channels = channels
        self._number = 0
        self._fresh: deque[tuple[int, float, bytes]] = deque(maxlen=_KEPT)
        self._times: deque[float] = deque(maxlen=_KEPT)
        self._blocks: deque[bytes] = deque(maxlen=_KEPT)
        self._taken = 0
        """Blocks till now, and those that are not remembered any more."""
        self._distances: deque[int] = deque(maxlen=_LATELY)
        """By how many blocks the loudspeaker was ahead when a frame had arrived."""
        self._held: int | None = None
        """The distance that is held; None: nothing is known."""
        self._resampler = soxr.ResampleStream(rate, HEARING_RATE, 1, dtype="float32", quality="LQ")
        self._known = np.zeros(0, dtype=np.int16)

    def took(self, at: float, block: bytes) -> None:
        """The device takes a block of BLOCK_SECONDS, int16, to be played now; ``at``: of
        ``time.monotonic()``.
        """
        self._number += 1
        self._fresh.append((self._number, at, block))

    def beside(self, frame: Frame) -> Pcm:
        """HEARING_SAMPLES at HEARING_RATE that go with this frame of the microphone's."""
        self._remember()
        if frame.arrived is None:
            self._held = None
            self._distances.clear()
            return silence()
        heard = BLOCKS * (frame.index + 1)
        end = heard + self._hold(self._taken_by(frame.arrived) - heard)
        fresh = np.concatenate([self._block(number) for number in range(end - BLOCKS, end)])
        resampled = to_int16(self._resampler.resample_chunk(to_float(fresh)))
        known = np.concatenate([self._known, resampled])
        given, self._known = known[:HEARING_SAMPLES], known[HEARING_SAMPLES:]
        return np.pad(given, (HEARING_SAMPLES - len(given), 0))  # the resampler's first are short

    def _remember(self) -> None:
        while self._fresh:
            number, at, block = self._fresh.popleft()
            if number != self._taken + 1:  # nobody asked for long, and some were dropped
                self._times.clear()
                self._blocks.clear()
            self._times.append(at)
            self._blocks.append(block)
            self._taken = number

    def _taken_by(self, then: float) -> int:
        """Blocks that the device had taken: what it took later cannot be in what arrived then."""
        return self._taken - len(self._times) + bisect_right(self._times, then)

    def _hold(self, distance: int) -> int:
        """The distance to hold, in view of one more."""
        self._distances.append(distance)
        nearest, usual = min(self._distances) - _SPARE, float(np.median(self._distances))
        if len(self._distances) < _SURE:
            held = nearest if self._held is None else min(self._held, nearest)
        elif self._held is None or not usual - _TOO_LONG <= self._held <= usual:
            held = nearest
        else:
            held = self._held
        self._held = held
        return held

    def _block(self, number: int) -> Pcm:
        """That one of all that were taken; silence where it is not known."""
        at = number - (self._taken - len(self._blocks))
        if not 0 <= at < len(self._blocks):
            return np.zeros(round(self._rate * BLOCK_SECONDS), dtype=np.int16)
        block: Pcm = np.frombuffer(self._blocks[at], dtype=np.int16)[:: self._channels]
        return block
