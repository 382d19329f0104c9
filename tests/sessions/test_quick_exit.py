"""The quick exit, through the whole loop: silent within 100 ms, counted in frames, and no trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from session_player import conversation

from voice_coach.audio.clock import SilentMicrophone
from voice_coach.audio.frames import FRAME_SECONDS, SPEAKING_RATE, Frame, Pcm, silence
from voice_coach.conversation.events import Ending, Event, Heard, Key, Listen, Tone
from voice_coach.conversation.states import ENDED
from voice_coach.loop import Loop
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.synthesizer import Utterance

MOST = round(0.1 / FRAME_SECONDS)
"""Frames that may still sound once the exit was asked for."""
SAFE_WORD = "pineapple"
"""As the player sets it."""


class LoudVoice:
    """Every sentence lasts ten seconds and is loud throughout."""

    def render(self, utterance: Utterance) -> Pcm:  # noqa: ARG002 - the protocol
        return np.full(10 * SPEAKING_RATE, 9000, dtype=np.int16)

    def close(self) -> None:
        """Nothing to release."""


@dataclass
class Room:
    """Ears, keys, a loudspeaker and a screen in one."""

    when: int
    """The frame in which the exit is asked for."""
    spoken: str = ""
    key: Key | None = None
    at: int = 0
    sounded: list[Pcm] = field(default_factory=list)
    stopped: bool = False
    shown: list[str] = field(default_factory=list)
    blanked_after: int | None = None
    patient: bool = False
    ended: bool = False
    busy: bool = False
    asleep: bool = False

    def listen(self, listen: Listen) -> None:
        """Whatever is asked."""

    def hear(self, frame: Frame, speaking: bool) -> Sequence[Event]:  # noqa: ARG002 - the protocol
        self.at = frame.index
        return (Heard(frame.end, self.spoken),) if self.spoken and self.at == self.when else ()

    def poll(self) -> Key | str | None:
        return self.key if self.at == self.when else None

    def play(self, pcm: Pcm) -> None:
        self.sounded.append(pcm)

    def played(self, frame: Frame) -> Pcm:  # noqa: ARG002 - the protocol
        return silence()

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        """Nothing to release."""

    def coach(self, text: str) -> None:
        self.shown.append(text)

    person = hearing = show = coach

    def chime(self, tone: Tone) -> None:
        self.shown.append(tone.value)

    def blank(self) -> None:
        self.blanked_after = len(self.shown)


def left(room: Room) -> Loop:
    """A session that is left while the coach speaks, and a second more."""
    talk = conversation()
    loop = Loop(
        talk, SilentMicrophone(live=False), room, Mouth(LoudVoice(), live=False), room, room, room
    )
    assert loop.run() is Ending.LEFT
    for _ in range(50):
        loop.tick()
    return loop


@pytest.mark.parametrize("when", [1, 40, 137, 600])
@pytest.mark.parametrize(
    ("spoken", "key"),
    [
        ("", Key.EXIT),
        ("someone's here", None),
        ("my husband just walked in", None),
        (SAFE_WORD, None),
    ],
    ids=["Esc twice", "someone's here", "my husband just walked in", "the safe word"],
)
def test_it_is_silent_within_a_tenth_of_a_second_and_leaves_no_trace(
    when: int, spoken: str, key: Key | None
) -> None:
    room = Room(when, spoken, key)
    loop = left(room)
    sounding = [frame for frame, pcm in enumerate(room.sounded) if np.any(pcm)]
    assert any(frame < when for frame in sounding) or when == 1
    assert max(sounding, default=0) - when < MOST
    assert room.stopped  # what the card still held is dropped as well
    assert room.blanked_after == len(room.shown)  # the neutral screen is the last thing shown
    assert loop.conversation.state == ENDED
    assert loop.conversation.interrupted == []
    assert loop.conversation.unfinished == ""
