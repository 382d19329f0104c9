"""Takes the coach's own voice out of what the microphone hears.

The canceller is WebRTC's AEC3, from the package ``livekit``: it finds the delay by itself (up
to ``LONGEST_DELAY``) and follows a room that changes. It must be told what is played before the
echo arrives, so the reference is what is handed to the loudspeaker, not what has left it.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np
import soxr

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import HEARING_RATE, SPEAKING_RATE, Pcm

LONGEST_DELAY: Final = 0.45
"""Seconds from the handing over of a frame to its echo that the canceller bridges. Measured with
espeak-ng's voice: 28 dB are taken out up to 0.48 s, and nothing from 0.53 s on.
"""

_BLOCK: Final = HEARING_RATE // 100
"""The canceller takes 10 ms at a time."""


class EchoCanceller(Protocol):
    """One microphone and one loudspeaker, frame by frame."""

    def clean(self, heard: Pcm, spoken: Pcm) -> Pcm:
        """What was heard (HEARING_SAMPLES) without the echo of what was played till now; spoken:
        the newest SPEAKING_SAMPLES handed to the loudspeaker.
        """

    def reset(self) -> None:
        """Begin anew: a device has changed, and with it the way of the echo."""


class NoCanceller:
    """Headphones, or nothing that cancels: what is heard stays as it is."""

    def clean(self, heard: Pcm, spoken: Pcm) -> Pcm:  # noqa: ARG002 - the protocol
        """Unchanged."""
        return heard

    def reset(self) -> None:
        """Nothing is kept."""


class WebRtcCanceller:
    """See the module's docstring. Raises ImportError where ``livekit`` is not installed."""

    def __init__(self) -> None:
        from livekit import rtc

        self._rtc: Any = rtc
        self.reset()

    def reset(self) -> None:
        """See ``EchoCanceller``."""
        self._processing = self._rtc.apm.AudioProcessingModule(echo_cancellation=True)
        self._resampler = soxr.ResampleStream(
            SPEAKING_RATE, HEARING_RATE, 1, dtype="float32", quality="LQ"
        )
        self._reference = np.zeros(0, dtype=np.int16)

    def clean(self, heard: Pcm, spoken: Pcm) -> Pcm:
        """See ``EchoCanceller``."""
        fresh = to_int16(self._resampler.resample_chunk(to_float(spoken)))
        self._reference = np.concatenate([self._reference, fresh])
        cleaned = np.empty_like(heard)
        for at in range(0, len(heard), _BLOCK):
            self._tell(self._next_reference())
            frame = self._frame(heard[at : at + _BLOCK])
            self._processing.process_stream(frame)
            cleaned[at : at + _BLOCK] = np.frombuffer(frame.data, dtype=np.int16)
        return cleaned

    def _next_reference(self) -> Pcm:
        """The oldest 10 ms not told yet; the resampler's first frames are a little short."""
        block, self._reference = self._reference[:_BLOCK], self._reference[_BLOCK:]
        missing = _BLOCK - len(block)
        return np.concatenate([np.zeros(missing, dtype=np.int16), block]) if missing else block

    def _tell(self, reference: Pcm) -> None:
        self._processing.process_reverse_stream(self._frame(reference))

    def _frame(self, pcm: Pcm) -> Any:
        return self._rtc.AudioFrame(bytearray(pcm.tobytes()), HEARING_RATE, 1, len(pcm))


def canceller() -> EchoCanceller:
    """The best that is installed."""
    try:
        return WebRtcCanceller()
    except (ImportError, OSError):  # not installed, or its library does not load here
        return NoCanceller()
