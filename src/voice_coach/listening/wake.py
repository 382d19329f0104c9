"""At rest: waits to be called by name, hears nothing else, and hardly computes.

Three gates, each dearer than the one before: loudness over the room's noise; voice activity; the
recogniser. Only a call that stands alone counts: short, a whole phrase, silence on both sides.
"""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import Final

from voice_coach.audio.frames import FRAME_SECONDS, Frame
from voice_coach.listening.activity import VoiceActivity, loudness
from voice_coach.listening.recognizer import Hypothesis
from voice_coach.listening.views import ClosedView


class LoudnessGate:
    """Opens where it is louder than the room usually is, for a little longer than that."""

    OVER_NOISE: Final = 5.0
    """dB."""
    STAYS_OPEN: Final = round(0.4 / FRAME_SECONDS)
    """Frames."""
    RISES: Final = 3.0 * FRAME_SECONDS
    """dB a frame by which the noise is taken to grow: a fan that starts is known in seconds."""
    FALLS: Final = 0.2
    """Share of the way down that is gone in a frame."""

    def __init__(self) -> None:
        self._noise: float | None = None
        self._open_for = 0

    def hear(self, frame: Frame) -> bool:
        """Whether this frame is worth a closer look."""
        level = loudness(frame.pcm)
        if self._noise is None:
            self._noise = level
        elif level < self._noise:
            self._noise -= self.FALLS * (self._noise - level)
        else:
            self._noise = min(level, self._noise + self.RISES)
        if level > self._noise + self.OVER_NOISE:
            self._open_for = self.STAYS_OPEN
        else:
            self._open_for = max(0, self._open_for - 1)
        return self._open_for > 0


class WakeListener:
    """Listens for the calls among the phrases that the view expects; one per rest."""

    VOICE: Final = 0.5
    """Likelihood from which on it is a voice."""
    APART: Final = 0.3
    """Seconds of silence before a call, and after it."""
    LONGEST: Final = 1.8
    """Seconds: a stretch of voice that is longer is no call."""
    SHORTEST: Final = 0.25
    """Seconds that the words of a call take at least, together."""
    SURE: Final = 0.7
    """Mean confidence of its words."""

    def __init__(self, view: ClosedView, activity: VoiceActivity, calls: frozenset[str]) -> None:
        self._view = view
        self._activity = activity
        self._calls = calls
        self._gate = LoudnessGate()
        self._recent: deque[Frame] = deque(maxlen=round(0.5 / FRAME_SECONDS))
        self._awake = False
        """The gate is open: the voice activity is told of every frame."""
        self._began: float | None = None
        """When the voice began that is on."""
        self._last_voice = -self.APART
        self._call: list[Frame] = []
        """What may be a call, as long as it may be one: it is recognised when it is over."""

    def hear(self, frame: Frame) -> Hypothesis | None:
        """One frame more; the call, once it is over."""
        self._recent.append(frame)
        if not self._gate.hear(frame):
            self._awake = False
            return self._after_voice(frame)
        if self._awake:
            likelihood = self._activity.hear(frame.pcm)
        else:
            self._awake = True
            self._activity.reset()
            likelihood = max(self._activity.hear(one.pcm) for one in self._recent)
        if likelihood < self.VOICE:
            return self._after_voice(frame)
        self._voice(frame)
        return None

    def _voice(self, frame: Frame) -> None:
        if self._began is None:
            self._began = frame.start
            apart = frame.start - self._last_voice >= self.APART
            self._call = list(self._recent) if apart else []
        elif self._call:
            self._call.append(frame)
        self._last_voice = frame.end
        if frame.end - self._began > self.LONGEST:
            self._call = []

    def _after_voice(self, frame: Frame) -> Hypothesis | None:
        if self._began is None:
            return None
        if self._call:
            self._call.append(frame)
        if frame.end - self._last_voice < self.APART:
            return None
        self._began = None
        if not self._call:
            return None
        self._view.begin(self._call)
        found = self._view.judge()
        return found if self._is_call(found) else None

    def _is_call(self, found: Hypothesis) -> bool:
        if found.text not in self._calls or not found.words:
            return False
        sure = fmean(word.confidence for word in found.words) >= self.SURE
        return sure and found.words[-1].end - found.words[0].start >= self.SHORTEST
