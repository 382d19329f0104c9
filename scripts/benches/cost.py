"""What ``bench listening`` measures of computing: processor time, memory, the start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import cast

import numpy as np
from benches.interruptions import Monologue, NoFace, RememberingVoice, coach_lines
from benches.listening_parts import our_ears
from benches.recordings import Recording
from benches.rooms import Room, SoundingRoom

from voice_coach.audio.echo import WebRtcCanceller
from voice_coach.audio.frames import FRAME_SECONDS, HEARING_RATE
from voice_coach.conversation.conversation import Conversation
from voice_coach.conversation.events import (
    Action,
    Event,
    Expectation,
    Expected,
    Listen,
    Patience,
    Say,
    Started,
)
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.loop import Loop
from voice_coach.speaking.mouth import Mouth

OPEN = Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE)
FIRST_SOUND = """
import resource
import time
from voice_coach.app import Options, Parts, conversation_for
from voice_coach.audio.clock import SilentMicrophone
from voice_coach.audio.echo import canceller
from voice_coach.audio.frames import silence
from voice_coach.loop import Loop
from voice_coach.loop_ports import NoEars
from voice_coach.settings import Settings
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.system_voice import SystemVoice

class Loudspeaker:
    def play(self, pcm):
        if pcm.any():
            print(time.time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
            loop.mouth.close()
            raise SystemExit
    def played(self, frame):
        return silence()
    def stop(self): ...
    def close(self): ...

class Face:
    def __getattr__(self, name):
        return lambda *_: None

settings, options = Settings(), Options()
parts = Parts(settings, options)
ears, quotes = parts.ears(True)
talk = conversation_for(parts.understanding, settings, options, quotes)
loop = Loop(talk, SilentMicrophone(live=True), ears, Mouth(SystemVoice(), live=True),
    Loudspeaker(), Face(), echo=canceller())
loop.run()
"""


class Quiet:
    """A conversation in which the coach says nothing and listens."""

    state = "session.practising"

    def handle(self, event: Event) -> list[Action]:
        """See ``Conversation``."""
        return [OPEN] if isinstance(event, Started) else []


class Resting:
    """A conversation at rest."""

    state = "paused"

    def handle(self, event: Event) -> list[Action]:
        """See ``Conversation``."""
        asleep = Listen(Expectation(Expected.ASLEEP, ("hey coach",)))
        return [Say(1, "Good night."), asleep] if isinstance(event, Started) else []


def cpu(
    model: VoskModel, grammars: Grammars, talking: Sequence[Recording], seconds: float
) -> dict[str, dict[str, float | int]]:
    """Processor seconds for a second of audio, of everything but the sound card."""
    speech = np.concatenate([clip.pcm for clip in talking]).astype(np.float64) / 32768
    speech = np.resize(speech, round(seconds * HEARING_RATE))
    nobody = np.zeros(0)
    voice = RememberingVoice()
    cases = {
        "the coach speaks": (Monologue(coach_lines()), nobody),
        "it listens, nobody speaks": (Quiet(), nobody),
        "it listens to somebody speaking": (Quiet(), speech),
        "it rests, nobody speaks": (Resting(), nobody),
    }
    found: dict[str, dict[str, float | int]] = {}
    for name, (talk, others) in cases.items():
        room = SoundingRoom(Room("quiet", 1.0, 0.45, 0.0), others, np.random.default_rng(1))
        ears = our_ears(model, OPEN, grammars)
        loop = Loop(
            cast(Conversation, talk), room, ears, Mouth(voice, live=False), room,
            NoFace(), echo=WebRtcCanceller(),  # type: ignore[arg-type]
        )  # fmt: skip
        loop.start()
        spent = [_tick(loop) for _ in range(round(seconds / FRAME_SECONDS))]
        ears.close()
        found[f"processor, {name}"] = {"cpu_s_per_s": round(sum(spent) / seconds, 4)}
    voice.release()
    return found


def _tick(loop: Loop) -> float:
    """Processor seconds of a frame without those of the simulated room."""
    room = cast(SoundingRoom, loop.microphone)
    before = time.process_time() - room.spent
    loop.tick()
    return time.process_time() - room.spent - before


def first_sound(times: int) -> dict[str, float | int]:
    """Seconds from the start of a process to the first sample of the greeting, and its memory."""
    found: list[float] = []
    memory: list[float] = []
    for _ in range(times):
        began = time.time()
        child = subprocess.run(
            [sys.executable, "-c", FIRST_SOUND], capture_output=True, text=True, check=True
        )
        at, peak = child.stdout.split()[-2:]
        found.append(float(at) - began)
        memory.append(float(peak) / (1024 * 1024 if sys.platform == "darwin" else 1024))
    return {
        "starts": times,
        "median_s": round(statistics.median(found), 2),
        "slowest_s": round(max(found), 2),
        "memory_mib": round(statistics.median(memory)),
    }
