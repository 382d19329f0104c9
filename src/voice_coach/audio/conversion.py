"""Samples as numbers: int16 in frames and files, float where they are computed with.

Resampling is done in floating point: soxr dithers integers, which makes silence noisy and differs
from run to run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voice_coach.audio.frames import Pcm


def to_float(pcm: Pcm) -> NDArray[np.float32]:
    """From -1 to 1."""
    return pcm.astype(np.float32) / np.float32(32768.0)


def to_int16(samples: NDArray[np.float32]) -> Pcm:
    """Rounded; what is louder than full scale is clipped."""
    pcm: Pcm = np.clip(np.rint(samples * np.float32(32768.0)), -32768, 32767).astype(np.int16)
    return pcm
