"""A voice that says nothing, for captions alone."""

from __future__ import annotations

import numpy as np

from voice_coach.audio.frames import Pcm
from voice_coach.speaking.synthesizer import Utterance


class SilentVoice:
    """A Synthesizer that renders no samples: everything that is said is over at once."""

    def render(self, utterance: Utterance) -> Pcm:  # noqa: ARG002 - the protocol's signature
        """No samples."""
        return np.zeros(0, dtype=np.int16)

    def close(self) -> None:
        """Nothing to release."""
