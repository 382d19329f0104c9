"""What the ears need of a speech recogniser. Vosk is one; a scripted fake is another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voice_coach.audio.frames import Pcm
from voice_coach.conversation.events import Word


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recogniser makes of the audio so far."""

    text: str
    """Lower case words, single spaces; may hold ``[unk]``; may be empty."""
    words: tuple[Word, ...] = ()
    """With times in seconds since ``begin``; empty for partial hypotheses of engines without."""
    final: bool = False
    """The engine will not change it any more."""


class Recognizer(Protocol):
    """One stream of speech, from ``begin`` to ``finish``, over and over. Not thread-safe."""

    def begin(self, grammar: Sequence[str] | None) -> None:
        """Start a new stream: whole phrases (lower case) for closed speech, None for open."""

    def accept(self, pcm: Pcm) -> Hypothesis | None:
        """Feed any number of samples at HEARING_RATE; the newest hypothesis if it changed.

        A final hypothesis covers what came since the last final one.
        """

    def finish(self) -> Hypothesis:
        """End the stream: the final hypothesis for what came since the last final one."""

    def close(self) -> None:
        """Release the engine."""
