"""What ``bench listening`` measures at rest: calls heard, false wake-ups, computing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from benches.listening_parts import our_ears
from benches.recordings import Recording, frames, quiet

from voice_coach.audio.frames import FRAME_SECONDS, Frame, Pcm
from voice_coach.conversation.events import Expectation, Expected, Heard, Listen
from voice_coach.listening.ears import Ears
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.vosk_recognizer import VoskModel

LEAD = 2.0
AFTER = 1.0
"""Seconds of the room alone before and after a call."""


@dataclass(slots=True)
class Calls:
    """How many of the calls were heard."""

    said: int = 0
    heard: int = 0

    def figures(self) -> dict[str, float | int]:
        """For printing and JSON."""
        return {"said": self.said, "heard_percent": round(100 * self.heard / max(1, self.said), 1)}


def asleep(model: VoskModel, call: str, grammars: Grammars) -> Ears:
    """Ears at rest."""
    return our_ears(model, Listen(Expectation(Expected.ASLEEP, (call,))), grammars)


def calls(
    model: VoskModel,
    call: str,
    clips: Sequence[Recording],
    room: Callable[[Pcm], Pcm],
    grammars: Grammars,
) -> Calls:
    """Each call in this room."""
    outcome = Calls()
    for clip in clips:
        ears = asleep(model, call, grammars)
        pcm = room(np.concatenate([quiet(LEAD), clip.pcm, quiet(AFTER)]))
        outcome.said += 1
        outcome.heard += any(_wakes(ears, frames(pcm)))
        ears.close()
    return outcome


def hour(
    model: VoskModel, call: str, sounds: Iterable[Pcm], minutes: float, grammars: Grammars
) -> dict[str, float | int]:
    """Listen to these sounds over and over, each time at another loudness."""
    random = np.random.default_rng(5)
    ears = asleep(model, call, grammars)
    pieces = list(sounds)
    index = false = 0
    started = time.process_time()
    while index * FRAME_SECONDS < minutes * 60:
        piece = pieces[int(random.integers(len(pieces)))]
        louder = float(random.uniform(0.3, 1.0)) * piece.astype(np.float64)
        for frame in frames(louder.astype(np.int16), index):
            false += any(_wakes(ears, [frame]))
            index += 1
        for frame in frames(quiet(0.5, seed=index), index):
            false += any(_wakes(ears, [frame]))
            index += 1
    seconds = index * FRAME_SECONDS
    ears.close()
    return {
        "minutes": round(seconds / 60, 1),
        "false_wake_ups": false,
        "cpu_s_per_s": round((time.process_time() - started) / seconds, 4),
    }


def quiet_room(seconds: float = 60.0) -> Pcm:
    """A room in which nobody speaks, with a tick now and then."""
    pcm = quiet(seconds, level=8.0).astype(np.int32)
    random = np.random.default_rng(3)
    for at in random.integers(0, len(pcm) - 200, size=round(seconds / 10)):
        pcm[at : at + 200] += random.normal(0, 400, 200).astype(np.int32)
    return np.clip(pcm, -32768, 32767).astype(np.int16)


def _wakes(ears: Ears, some: Iterable[Frame]) -> Iterable[bool]:
    for frame in some:
        yield any(isinstance(event, Heard) for event in ears.hear(frame, False))
