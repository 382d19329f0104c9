"""What the mouth needs of a speech synthesiser. pyttsx3 is one; a scripted fake is another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice_coach.audio.frames import Pcm
from voice_coach.errors import Mendable


class SpeechFailed(Mendable):
    """The voice could not render an utterance; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence or phrase to be rendered."""

    text: str
    words_per_minute: int = 145
    personal: bool = False
    """Holds the person's own words: never rendered ahead of time, never kept."""


class Synthesizer(Protocol):
    """Text in, audio out. Knows no sound device."""

    def render(self, utterance: Utterance) -> Pcm:
        """Mono int16 at SPEAKING_RATE, leading and trailing silence trimmed.

        Raises SpeechFailed.
        """

    def close(self) -> None:
        """Release the engine."""
