"""What waits to be played: between the program, which hands over a frame of 20 ms as often as the
microphone gives it one, and the device, which takes a block of 10 ms when its own clock says so.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
import soxr

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import BLOCK_SECONDS, BLOCKS, SPEAKING_RATE, Pcm
from voice_coach.audio.reference import Reference

_SPARE: Final = 5
"""Blocks that wait before any is taken, since the program hands them over in bursts, and that at
least wait later on: silence beyond them is left out.
"""
_MORE_SPARE: Final = 3
"""Blocks more after every time that the program came too late."""
_SPARE_AT_MOST: Final = 15
_LOWEST_OF: Final = 50
"""Frames, over which the shortest queue is looked for: one second."""


class Playout:
    """``take`` is for the device's thread, all else for the program's."""

    def __init__(self, rate: int, channels: int) -> None:
        """``rate``: the device's, samples a second."""
        self.reference = Reference(rate, channels)
        self.underflows = 0
        """Times that the program came too late."""
        self._channels = channels
        self._block = round(rate * BLOCK_SECONDS)
        self._resampler = soxr.ResampleStream(SPEAKING_RATE, rate, 1, dtype="float32", quality="MQ")
        self._rest: Pcm = np.zeros(0, dtype=np.int16)
        self._queue: deque[bytes] = deque()
        self._flows = False
        self._waiting: deque[int] = deque(maxlen=_LOWEST_OF)

    @property
    def waiting(self) -> float:
        """Seconds that wait to be taken."""
        return len(self._queue) * BLOCK_SECONDS

    @property
    def _spare(self) -> int:
        return min(_SPARE + _MORE_SPARE * self.underflows, _SPARE_AT_MOST)

    def put(self, pcm: Pcm) -> None:
        """Queue SPEAKING_SAMPLES at SPEAKING_RATE. Silence is left out where too much waits:
        because the program was late once, or because the device's clock is the slower one.
        """
        if self._too_much_waits() and not pcm.any():
            self._waiting = deque((one - BLOCKS for one in self._waiting), _LOWEST_OF)
            return
        fresh = to_int16(self._resampler.resample_chunk(to_float(pcm)))
        samples = np.concatenate([self._rest, fresh])
        whole = len(samples) // self._block * self._block
        self._rest = samples[whole:]
        for at in range(0, whole, self._block):
            mono = samples[at : at + self._block]
            self._queue.append(np.repeat(mono, self._channels).tobytes())

    def _too_much_waits(self) -> bool:
        self._waiting.append(len(self._queue))
        known = len(self._waiting) == _LOWEST_OF
        return known and min(self._waiting) >= self._spare + BLOCKS

    def stop(self) -> None:
        """Silence takes the place of what waits."""
        self._rest = np.zeros_like(self._rest)
        for _ in range(len(self._queue)):
            try:
                self._queue.append(bytes(len(self._queue.popleft())))
            except IndexError:  # the device's thread took the last one
                return

    def take(self, at: float) -> bytes:
        """The next block, or silence; ``at``: of ``time.monotonic()``."""
        block = self._next()
        self.reference.took(at, block)
        return block

    def _next(self) -> bytes:
        self._flows = self._flows or len(self._queue) >= self._spare
        if self._flows:
            try:
                return self._queue.popleft()
            except IndexError:
                self._flows = False
                self.underflows += 1
        return bytes(2 * self._block * self._channels)
