"""A stretch of audio in which somebody speaks: from the beginning of a voice to a long silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from voice_coach.audio.frames import FRAME_SECONDS, Frame
from voice_coach.conversation.events import Word

NEAR_VOICE: Final = 0.2
"""Seconds that a word may lie from where a voice was; further off it is a phantom."""


@dataclass(slots=True)
class Stretch:
    """Where it begins, and where a voice sounded in it; all in seconds since the session began."""

    start: float
    last_voice: float
    run_start: float
    """Where the newest run of voice began: what is said after a short silence."""
    gap_before_run: float
    """Seconds of silence before it."""
    voiced: list[tuple[float, float]] = field(default_factory=list)

    def voice(self, frame: Frame) -> None:
        """A voice sounds in this frame."""
        if self.voiced and frame.start - self.voiced[-1][1] < FRAME_SECONDS / 2:
            self.voiced[-1] = (self.voiced[-1][0], frame.end)
        else:
            self.voiced.append((frame.start, frame.end))
        self.last_voice = frame.end

    @property
    def seconds_voiced(self) -> float:
        """Seconds of voice in it."""
        return sum(end - start for start, end in self.voiced)

    def holds(self, word: Word) -> bool:
        """Whether a voice sounded where this word is."""
        return any(
            word.start < end + NEAR_VOICE and word.end > start - NEAR_VOICE
            for start, end in self.voiced
        )
