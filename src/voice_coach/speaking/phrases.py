"""Finds the beginning of the phrase in which a sentence was cut into."""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_coach.audio.frames import SPEAKING_RATE, Pcm

_BLOCK: Final = SPEAKING_RATE // 100
"""10 ms."""
_PAUSE: Final = 6
"""Blocks of near silence that part two phrases; the closure of a "t" is shorter."""
_BELOW_PEAK: Final = 0.02
"""Of the clip's peak: near silence."""
_SAID: Final = round(0.1 * SPEAKING_RATE)
"""Samples of a phrase that are too few to count as begun."""


def phrase_start(pcm: Pcm, at: int) -> int:
    """The sample at which the phrase begins that sounds at sample ``at``, mono at SPEAKING_RATE."""
    blocks = pcm[: at // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    if not blocks.size:
        return 0
    quiet = np.abs(blocks.astype(np.int32)).max(axis=1) < _BELOW_PEAK * np.abs(
        pcm.astype(np.int32)
    ).max(initial=1)
    run = 0
    start = 0
    for index, is_quiet in enumerate(quiet.tolist()):
        if not is_quiet and run >= _PAUSE and index * _BLOCK < at - _SAID:
            start = (index - 1) * _BLOCK
        run = run + 1 if is_quiet else 0
    return start
