"""What has been said of an answer so far, over all its stretches of voice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from voice_coach.audio.frames import FRAME_SECONDS
from voice_coach.conversation.events import Word
from voice_coach.listening.stretch import Stretch

SHORT: Final = 1.0
"""Seconds of voice below which it varies more how sure the network is of it."""
VOICE: Final = 0.85
"""Mean likelihood of voice below which an answer is music, or a noise, that was taken for words: a
guitar has 0.64 to 0.83, nine in ten sentences have over 0.9, also in noise and in reverberation."""
VOICE_SHORT: Final = 0.7
"""The same for a short answer."""


@dataclass(slots=True)
class Answer:
    """Its words, and what tells whether they are words."""

    words: list[Word] = field(default_factory=list)
    seconds: float = 0.0
    """Of voice, with words or without."""
    last_voice: float = 0.0
    """When the newest stretch ended."""
    _likelihoods: float = 0.0
    _frames: int = 0

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word.text for word in self.words)

    @property
    def is_voice(self) -> bool:
        """Whether it sounded like somebody who speaks."""
        if not self._frames:
            return True
        short = self._frames * FRAME_SECONDS < SHORT
        return self._likelihoods / self._frames >= (VOICE_SHORT if short else VOICE)

    def sounds(self, likelihood: float) -> None:
        """A frame in which the network finds a voice so likely."""
        self._likelihoods += likelihood
        self._frames += 1

    def add(self, stretch: Stretch, words: Iterable[Word]) -> None:
        """A stretch is over; these words were in it."""
        self.words.extend(words)
        self.seconds += stretch.seconds_voiced
        self.last_voice = stretch.last_voice
