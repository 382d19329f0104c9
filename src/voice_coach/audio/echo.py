"""Takes the coach's own voice out of what the microphone hears, in two ways at once.

*For listening*, a linear filter (``adaptive_filter``): the person's voice stays whole, and some
echo stays too. *For noticing* that somebody speaks at all, WebRTC's AEC3, from the package
``livekit``: it leaves hardly any echo, and cuts the person where both sound. It finds the delay by
itself (up to ``LONGEST_DELAY``) and follows a room that changes.

Neither may be told of the same sound twice, or of sound that was never played: see ``reference``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from voice_coach.audio.adaptive_filter import AdaptiveFilter
from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import HEARING_RATE, Frame, Pcm

LONGEST_DELAY: Final = 0.45
"""Seconds from the playing of a frame to its echo that AEC3 bridges. Measured with espeak-ng's
voice and a reference that was a frame ahead: 28 dB up to 0.48 s, and nothing from 0.53 s on.
"""

_BLOCK: Final = HEARING_RATE // 100
"""AEC3 takes 10 ms at a time."""


class EchoCanceller(Protocol):
    """One microphone and one loudspeaker, frame by frame."""

    def clean(self, frame: Frame, played: Pcm) -> Frame:
        """The frame without the echo of what was played till now, with its residue; played: as
        ``Loudspeaker.played`` gives it.
        """

    def reset(self) -> None:
        """Begin anew: a device has changed, and with it the way of the echo."""


class NoCanceller:
    """Nothing is taken out, and the frames have no residue."""

    def clean(self, frame: Frame, played: Pcm) -> Frame:  # noqa: ARG002 - the protocol
        """Unchanged."""
        return frame

    def reset(self) -> None:
        """Nothing is kept."""


class NoEcho:
    """Headphones or a recording: there is no echo, so the residue is all that is heard."""

    def clean(self, frame: Frame, played: Pcm) -> Frame:  # noqa: ARG002 - the protocol
        """Unchanged."""
        return replace(frame, residue=frame.pcm)

    def reset(self) -> None:
        """Nothing is kept."""


class Trust:
    """Whether the linear filter has learnt the way of the echo: before that, and where the way
    cannot be learnt, AEC3 alone is listened to, and there is no residue.

    Judged by frames in which hardly anything but the echo sounds: AEC3 leaves little of them.
    """

    ECHO: Final = 1e-6
    """Power of a frame that counts, of full scale (-60 dB)."""
    ECHO_ALONE: Final = 0.03
    """AEC3 leaves this share of it at the most (-15 dB)."""
    KEEPS: Final = 0.99
    """Of what is known, from frame to frame: two seconds of echo."""
    FRAMES: Final = 50
    ENOUGH: Final = 2.5
    """Times that the echo is weaker after the filter (4 dB)."""
    TOO_LITTLE: Final = 1.25
    """From which on it is not trusted any more (1 dB)."""

    def __init__(self) -> None:
        self._before = self._after = 0.0
        self._frames = 0
        self._trusted = False

    def after(self, heard: float, rest: float, suppressed: float) -> bool:
        """Whether it is to be trusted, by the powers of one frame more."""
        if heard > self.ECHO and suppressed < self.ECHO_ALONE * heard:
            self._before = self.KEEPS * self._before + heard
            self._after = self.KEEPS * self._after + rest
            self._frames += 1
            if self._frames >= self.FRAMES:
                gain = self._before / (self._after + 1e-12)
                self._trusted = gain >= (self.TOO_LITTLE if self._trusted else self.ENOUGH)
        return self._trusted


def _power(wave: NDArray[np.float64]) -> float:
    return float(np.mean(np.square(wave)))


class LinearCanceller:
    """The linear filter alone, where AEC3 is not to be had: the echo is softer, and commands can be
    heard over it. What is left of it cannot be told from a person, so there is no residue.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """See ``EchoCanceller``."""
        self._filter = AdaptiveFilter()

    def clean(self, frame: Frame, played: Pcm) -> Frame:
        """See ``EchoCanceller``."""
        return replace(frame, pcm=_pcm(self._filter.take_away(_wave(frame.pcm), _wave(played))))


class WebRtcCanceller:
    """See the module's docstring. Raises ImportError where ``livekit`` is not installed."""

    def __init__(self) -> None:
        from livekit import rtc

        self._rtc: Any = rtc
        self.reset()

    def reset(self) -> None:
        """See ``EchoCanceller``."""
        self._processing = self._rtc.apm.AudioProcessingModule(echo_cancellation=True)
        self._filter = AdaptiveFilter()
        self._trust = Trust()

    def clean(self, frame: Frame, played: Pcm) -> Frame:
        """See ``EchoCanceller``."""
        heard = _wave(frame.pcm)
        rest = self._filter.take_away(heard, _wave(played))
        suppressed = self._suppressed(frame.pcm, played)
        if not self._trust.after(_power(heard), _power(rest), _power(_wave(suppressed))):
            return replace(frame, pcm=suppressed)
        return replace(frame, pcm=_pcm(rest), residue=suppressed)

    def _suppressed(self, heard: Pcm, reference: Pcm) -> Pcm:
        suppressed = np.empty_like(heard)
        for at in range(0, len(heard), _BLOCK):
            self._processing.process_reverse_stream(_block(self._rtc, reference, at))
            block = _block(self._rtc, heard, at)
            self._processing.process_stream(block)
            suppressed[at : at + _BLOCK] = np.frombuffer(block.data, dtype=np.int16)
        return suppressed


def _wave(pcm: Pcm) -> NDArray[np.float64]:
    return to_float(pcm).astype(np.float64)


def _pcm(wave: NDArray[np.float64]) -> Pcm:
    return to_int16(wave.astype(np.float32))


def _block(rtc: Any, pcm: Pcm, at: int) -> Any:
    return rtc.AudioFrame(bytearray(pcm[at : at + _BLOCK].tobytes()), HEARING_RATE, 1, _BLOCK)


def canceller() -> EchoCanceller:
    """The best that is installed."""
    try:
        return WebRtcCanceller()
    except (ImportError, OSError):  # not installed, or its library does not load here
        return LinearCanceller()
