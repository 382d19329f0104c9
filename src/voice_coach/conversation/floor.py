"""What the coach does while somebody may be speaking over it: it falls silent, and loses nothing.

A hint holds the voice. What follows decides: words that stop it, or else it goes on from the
beginning of the phrase. Nothing else may happen to a held voice without it being let go.
"""

from __future__ import annotations

from typing import Final

from voice_coach.conversation.events import (
    Action,
    BargeIn,
    BargeInHint,
    BargeInOver,
    Chime,
    Duck,
    Event,
    GoOn,
    Heard,
    Hold,
    Listen,
    Say,
    StopSpeaking,
    Unclear,
)

SOFTLY: Final = 0.3
"""Of its loudness. In an exercise the voice keeps time, and whoever breathes aloud beside the
microphone is not to stop it."""


class Floor:
    """Who has the floor: the coach, or somebody who has taken it."""

    def __init__(self) -> None:
        self.given_up = False
        """The voice is held or ducked; ``GoOn`` or ``StopSpeaking`` will follow."""

    def asked_for(
        self, event: BargeInHint | BargeIn | BargeInOver, exercising: bool
    ) -> list[Action]:
        """Somebody seems to speak over the coach; does; or did not."""
        match event:
            case BargeInHint():
                self.given_up = True
                return [Duck(SOFTLY) if exercising else Hold()]
            case BargeIn():
                return [Hold()] if self.given_up else []
            case BargeInOver():
                return []

    def settled(self, event: Event, actions: list[Action]) -> list[Action]:
        """The actions that follow from an event, and with them what becomes of a held voice."""
        if not self.given_up:
            return actions
        if any(isinstance(action, StopSpeaking) for action in actions):
            self.given_up = False
            return actions
        if isinstance(event, Heard | Unclear | BargeInOver) or any(
            isinstance(action, Say | Chime | Listen) for action in actions
        ):
            self.given_up = False
            return [GoOn(), *actions]
        return actions
