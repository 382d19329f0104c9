"""What the loop needs of a microphone and of a loudspeaker, whatever they are."""

from __future__ import annotations

from typing import Protocol

from voice_coach.audio.frames import Frame, Pcm


class Microphone(Protocol):
    """Frames of what is said. The frames pace everything else."""

    live: bool
    """Paced by a sound card; False: as fast as it is read."""

    @property
    def muted(self) -> bool:
        """It delivers nothing but zeros, as a working one never does for long."""

    def read(self) -> Frame | None:
        """The next 20 ms; None at the end of a file. Raises ``DeviceLost``."""

    def close(self) -> None:
        """Release the device or the file. Safe to call twice."""


class Loudspeaker(Protocol):
    """Where frames of speech go."""

    def play(self, pcm: Pcm) -> None:
        """Queue SPEAKING_SAMPLES at SPEAKING_RATE and return at once. Raises ``DeviceLost``."""

    def played(self, frame: Frame) -> Pcm:
        """What it was playing when this frame arrived, for the echo canceller: HEARING_SAMPLES at
        HEARING_RATE, the echo of which is in this frame or in later ones. For every frame once.
        """

    def stop(self) -> None:
        """Drop what is queued: silence at once."""

    def close(self) -> None:
        """Release the device or finish the file. Safe to call twice."""
