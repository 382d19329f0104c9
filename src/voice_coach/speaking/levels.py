"""Loudness: makes a clip louder or softer without clipping, and fades without clicks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voice_coach.audio.frames import SPEAKING_RATE, Pcm

SOFTEST = 0.2
LOUDEST = 2.0
"""Linear gains that are taken; what lies outside is moved to the nearer end."""

FADE_SAMPLES = SPEAKING_RATE // 200
"""5 ms: too short to be heard as a fade, long enough not to click."""

_CEILING = 0.95 * np.iinfo(np.int16).max
_BLOCK = FADE_SAMPLES


def scaled(pcm: Pcm, gain: float) -> Pcm:
    """The clip at a linear gain; where it would clip it is turned down smoothly around the peak.

    espeak-ng's peaks reach full scale while its RMS is near -19 dBFS, so a plain factor of two
    would clip. The gain is worked out for each 5 ms and its neighbours, then interpolated.
    """
    gain = min(max(gain, SOFTEST), LOUDEST)
    if gain == 1.0 or pcm.size == 0:
        return pcm
    wave = pcm.astype(np.float64) * gain
    return np.round(wave * _limit(wave)).astype(np.int16)


def _limit(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """A factor of at most 1 for each sample that keeps the wave below the ceiling."""
    blocks = -(-wave.size // _BLOCK)
    padded = np.zeros(blocks * _BLOCK)
    padded[: wave.size] = np.abs(wave)
    peaks = padded.reshape(blocks, _BLOCK).max(axis=1)
    wanted = np.minimum(1.0, _CEILING / np.maximum(peaks, 1.0))
    edges = np.pad(wanted, 2, mode="edge")
    # The least of five neighbours: interpolation between centres then never exceeds ``wanted``.
    least = np.lib.stride_tricks.sliding_window_view(edges, 5).min(axis=1)
    centres = (np.arange(blocks) + 0.5) * _BLOCK
    factors: NDArray[np.float64] = np.interp(np.arange(wave.size), centres, least)
    return factors


def ramp(start: float, end: float) -> NDArray[np.float64]:
    """FADE_SAMPLES factors from one gain to another."""
    return np.linspace(start, end, FADE_SAMPLES)


def faded_out(pcm: Pcm, gain: float) -> Pcm:
    """The first 5 ms of what would have come, from this gain to nothing."""
    tail = pcm[:FADE_SAMPLES]
    return np.round(tail * ramp(gain, 0.0)[: tail.size]).astype(np.int16)
