"""What the loop is plugged into: ears, a keyboard, a screen, who looks on; and what is there where
one of them is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voice_coach.audio.frames import Frame, Pcm, silence
from voice_coach.conversation.events import Action, Event, Key, Listen, Tone


class Hearer(Protocol):
    """The ears."""

    def listen(self, listen: Listen) -> None:
        """From now on, listen for this."""

    def hear(self, frame: Frame, speaking: bool) -> Sequence[Event]:
        """One frame in; ``speaking``: the coach's own voice is sounding."""

    @property
    def busy(self) -> bool:
        """Somebody is speaking, or has spoken and the turn is not over yet."""

    @property
    def asleep(self) -> bool:
        """Nothing is heard but a call."""

    def close(self) -> None:
        """Release the engine."""


class Keys(Protocol):
    """The keyboard, or a pipe."""

    @property
    def patient(self) -> bool:
        """Lines can wait until they are asked for (a pipe); a person's cannot."""

    @property
    def ended(self) -> bool:
        """Nothing more will come."""

    def poll(self) -> Key | str | None:
        """The next key with a meaning of its own, or a typed line; None: nothing now."""


class Face(Protocol):
    """The screen."""

    def coach(self, text: str) -> None:
        """What the coach says."""

    def person(self, text: str) -> None:
        """What the person said."""

    def hearing(self, text: str) -> None:
        """What is heard so far."""

    def show(self, text: str) -> None:
        """A line that is not spoken."""

    def chime(self, tone: Tone) -> None:
        """A tone sounds."""

    def blank(self) -> None:
        """A neutral screen in place of everything."""


class Observer(Protocol):
    """Looks on from outside: a recorder, a transcript, the simulated person of the demo."""

    def frame(self, heard: Pcm, spoken: Pcm) -> None:
        """20 ms of both sides: HEARING_SAMPLES in, SPEAKING_SAMPLES out."""

    def event(self, event: Event) -> None:
        """What came into the mind."""

    def action(self, action: Action, at: float) -> None:
        """What went out of it."""

    def state(self, state: str, speaking: bool) -> None:
        """After each frame: the conversation's state, and whether the coach's voice sounds."""


class NoEars:
    """For a session that is typed."""

    def listen(self, listen: Listen) -> None:
        """Nothing is heard."""

    def hear(self, frame: Frame, speaking: bool) -> Sequence[Event]:  # noqa: ARG002 - the protocol
        """Nothing is heard."""
        return ()

    @property
    def busy(self) -> bool:
        """Nobody is heard."""
        return False

    @property
    def asleep(self) -> bool:
        """There is nothing to wake."""
        return False

    def close(self) -> None:
        """Nothing to release."""


class NoLoudspeaker:
    """For a session that is only shown."""

    def play(self, pcm: Pcm) -> None:
        """Nothing sounds."""

    def played(self, frame: Frame) -> Pcm:  # noqa: ARG002 - the protocol
        """Nothing sounds."""
        return silence()

    def stop(self) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """Nothing to release."""
