"""The unit in which time passes: one frame of sound is 20 ms.

Everything that hears works on mono int16 at 16 kHz (320 samples a frame), everything that is
heard leaves as mono int16 at 24 kHz (480 samples a frame). Sound cards and files are converted
at the edge, in ``devices`` and ``files``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FRAME_SECONDS = 0.02

BLOCK_SECONDS = 0.01
"""What sound cards give and take at a time."""
BLOCKS = 2
"""In a frame."""

HEARING_RATE = 16_000
"""Samples a second, from the microphone to the recogniser (what the models are trained on)."""
HEARING_SAMPLES = 320
"""Samples in one frame from the microphone."""

SPEAKING_RATE = 24_000
"""Samples a second, from the synthesiser to the loudspeaker (espeak-ng itself has 22,050)."""
SPEAKING_SAMPLES = 480
"""Samples in one frame to the loudspeaker."""

Pcm: TypeAlias = NDArray[np.int16]
"""Mono int16 samples; the rate is named where it is made."""


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms from the microphone."""

    index: int
    """How many frames came before it; frame ``i`` begins at ``i * FRAME_SECONDS``."""
    pcm: Pcm
    """HEARING_SAMPLES samples at HEARING_RATE."""
    residue: Pcm | None = None
    """The same frame without all that may be the coach's own voice, and with less of the person's:
    for noticing that somebody speaks, not for making out what. None: no echo is taken out.
    """
    arrived: float | None = None
    """When a microphone gave it, of ``time.monotonic()``; None: no device did."""

    @property
    def start(self) -> float:
        """Seconds from the first frame to the start of this one."""
        return self.index * FRAME_SECONDS

    @property
    def end(self) -> float:
        """Seconds from the first frame to the end of this one."""
        return (self.index + 1) * FRAME_SECONDS


def silence() -> Pcm:
    """One frame of nothing, as the microphone would give it."""
    return np.zeros(HEARING_SAMPLES, dtype=np.int16)
