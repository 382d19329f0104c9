"""The simulated person: a microphone into which a second voice speaks when it is its turn."""

from __future__ import annotations

from collections import deque

import numpy as np
import soxr

from voice_coach.audio.frames import (
    FRAME_SECONDS,
    HEARING_RATE,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    Frame,
    Pcm,
)
from voice_coach.conversation.events import Expected, Listen
from voice_coach.demo.script import DemoScript, Turn
from voice_coach.speaking.synthesizer import Synthesizer, Utterance

ROOM_NOISE = 6.0
"""Standard deviation of the room's noise, in steps of int16: a quiet room is never quite silent."""
LOUDNESS = 0.5
"""Of the synthesiser's level: as somebody sounds a little away from the microphone."""


class SimulatedPerson:
    """Waits until the coach is silent and has asked something, then says the next line."""

    live = False

    def __init__(self, script: DemoScript, voice: Synthesizer) -> None:
        self._voice = voice
        self._rate = script.words_per_minute
        self._turns: deque[Turn] = deque(script.turns)
        self._noise = np.random.default_rng(7)
        self._index = 0
        self._speech: Pcm = np.zeros(0, dtype=np.int16)
        self._asked = False
        self._silent_for = 0.0

    def coach_listens(self, listen: Listen, at: float) -> None:  # noqa: ARG002 - a listener's call
        """The coach has asked for something, or only listens for commands."""
        self._asked = listen.expectation.expected is not Expected.COMMAND

    def coach_speaks(self, speaking: bool) -> None:
        """Told after each frame."""
        self._silent_for = 0.0 if speaking else self._silent_for + FRAME_SECONDS

    @property
    def muted(self) -> bool:
        """See ``Microphone``."""
        return False

    def read(self) -> Frame:
        """The next 20 ms of the room, and of what is said in it."""
        if self._is_my_turn:
            self._begin(self._turns.popleft())
        noise = self._noise.normal(0.0, ROOM_NOISE, HEARING_SAMPLES)
        said, self._speech = self._speech[:HEARING_SAMPLES], self._speech[HEARING_SAMPLES:]
        noise[: said.size] += said
        frame = Frame(self._index, np.clip(noise, -32768, 32767).astype(np.int16))
        self._index += 1
        return frame

    def close(self) -> None:
        """Release the voice."""
        self._voice.close()

    @property
    def _is_my_turn(self) -> bool:
        if not self._asked or not self._turns or self._speech.size:
            return False
        return self._silent_for >= self._turns[0].gap

    def _begin(self, turn: Turn) -> None:
        self._asked = False
        pause = np.zeros(round(turn.pause * HEARING_RATE), dtype=np.int16)
        pieces: list[Pcm] = []
        for text in turn.say:
            clip = self._voice.render(Utterance(text, self._rate))
            # In floating point: soxr dithers integers, differently each time.
            level = clip.astype(np.float32) * LOUDNESS
            heard = soxr.resample(level, SPEAKING_RATE, HEARING_RATE)
            pieces += [np.round(heard).astype(np.int16), pause]
        self._speech = np.concatenate(pieces[:-1])
