"""Learns how the loudspeaker sounds at the microphone, and takes that away: nothing else changes.

A Kalman filter in the frequency domain, partitioned (Enzner & Vary 2006; Kuech, Mabande & Enzner
2014). It is linear, so the voice of somebody who speaks at the same time stays whole, and it
slows its learning down by itself while somebody does. Where the way of the echo is not linear or
drifts it takes little away, and never adds anything.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voice_coach.audio.frames import HEARING_SAMPLES

Wave = NDArray[np.float64]

PARTITIONS: Final = 30
"""Frames of echo that are known: 0.6 s, delay and reverberation together. Sound servers alone may
take 0.3 s."""
_PERSISTENCE: Final = 0.998
"""How much of the way of the echo stays from frame to frame."""
_SMOOTHING: Final = 0.8
"""Of the power that is left over, from frame to frame."""
_BINS: Final = HEARING_SAMPLES + 1
_LEAST: Final = 1e-9


class AdaptiveFilter:
    """One loudspeaker, one microphone; frames of HEARING_SAMPLES, full scale 1."""

    def __init__(self) -> None:
        shape = (PARTITIONS, _BINS)
        self._way = np.zeros(shape, dtype=np.complex128)
        self._unsure = np.full(shape, 0.1)
        self._played = np.zeros(shape, dtype=np.complex128)
        self._before = np.zeros(HEARING_SAMPLES)
        self._left = np.full(_BINS, 1e-3)

    def take_away(self, heard: Wave, played: Wave) -> Wave:
        """What was heard without what was played, now or in the frames before."""
        spectrum = np.fft.rfft(np.concatenate([self._before, played]))
        self._before = played
        self._played = np.concatenate([spectrum[None], self._played[:-1]])
        power = np.abs(self._played) ** 2
        if power.max() < _LEAST:
            return heard
        echo = np.fft.irfft((self._played * self._way).sum(axis=0))[HEARING_SAMPLES:]
        rest: Wave = heard - echo
        self._learn(rest, power)
        return rest if np.sum(rest**2) < np.sum(heard**2) else heard

    def _learn(self, rest: Wave, power: Wave) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(HEARING_SAMPLES), rest]))
        self._left = _SMOOTHING * self._left + (1 - _SMOOTHING) * np.abs(error) ** 2
        expected = 0.5 * (self._unsure * power).sum(axis=0) + self._left + _LEAST
        step = self._unsure / expected
        change = np.fft.irfft(step * np.conj(self._played) * error, axis=1)
        change[:, HEARING_SAMPLES:] = 0.0  # a way has no future
        self._way += np.fft.rfft(change, axis=1)
        stays = _PERSISTENCE**2
        self._unsure = np.maximum(
            stays * (1 - 0.5 * step * power) * self._unsure + (1 - stays) * np.abs(self._way) ** 2,
            1e-12,
        )
