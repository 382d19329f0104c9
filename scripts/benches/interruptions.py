"""What ``bench listening`` measures of interruptions: the whole loop in simulated rooms.

The coach says the content's questions without an end; a person says commands and sentences into
it. The ears, the echo canceller, the mouth and the loop are the program's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from benches.listening_parts import our_ears
from benches.recordings import Recording
from benches.rooms import DELAY, Room, SoundingRoom, Wave, echo_level, level

from voice_coach.audio.echo import EchoCanceller
from voice_coach.audio.frames import FRAME_SECONDS, HEARING_RATE, SPEAKING_RATE, Pcm
from voice_coach.content.loader import load as load_content
from voice_coach.conversation.conversation import Conversation
from voice_coach.conversation.events import (
    Action,
    BargeIn,
    BargeInHint,
    BargeInOver,
    Chime,
    Event,
    Expectation,
    Expected,
    Heard,
    Listen,
    Patience,
    PlaybackFinished,
    Say,
    Started,
    StopSpeaking,
    Tone,
    Wait,
    WaitOver,
)
from voice_coach.conversation.floor import Floor
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.loop import Loop
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.synthesizer import Synthesizer, Utterance
from voice_coach.speaking.system_voice import SystemVoice

EVERY = 13.0
"""Seconds from one interruption to the next: the turn that was taken is over, the coach speaks."""
FIRST = 6.0
"""Seconds until the first: the cancellers have heard the greeting."""
LATEST = 2.0
"""Seconds after its end within which an interruption counts as heard."""
SILENT = 0.2
"""Seconds without a sample that count as silence: longer than a gap within a sentence."""
AFTER_A_STOP = 1.0
"""Seconds until the coach goes on after it was stopped."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """One of them, and when; seconds."""

    text: str
    onset: float
    end: float


@dataclass(slots=True)
class Outcome:
    """What became of the interruptions in one room, or in several."""

    said: int = 0
    noticed: int = 0
    """The coach fell silent and stayed so: for a phrase, or for speech."""
    commands: int = 0
    commands_right: int = 0
    commands_wrong: int = 0
    """Another command was heard in its place."""
    hints: list[float] = field(default_factory=list)
    """Seconds from the onset to the first hint, at which the voice is held."""
    silences: list[float] = field(default_factory=list)
    """Seconds from the onset to the last sound of the coach's at the loudspeaker's cone."""
    false_hints: int = 0
    """Held for half a second, by nobody."""
    false_stops: int = 0
    """Speech or a command was heard, and nobody had said anything."""
    seconds: float = 0.0
    """In which nobody spoke but the coach."""

    def add(self, other: Outcome) -> None:
        """Both together."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def figures(self) -> dict[str, float | int]:
        """For printing and JSON."""
        figures: dict[str, float | int] = {
            "said": self.said,
            "noticed_percent": _percent(self.noticed, self.said),
            "commands": self.commands,
            "commands_right_percent": _percent(self.commands_right, self.commands),
            "commands_wrong": self.commands_wrong,
            "false_hints_in_10_minutes": round(600 * self.false_hints / max(1, self.seconds), 2),
            "false_stops_in_10_minutes": round(600 * self.false_stops / max(1, self.seconds), 2),
        }
        for name, delays in (("hint", self.hints), ("silent", self.silences)):
            if delays:
                figures[f"{name}_median_ms"] = round(1000 * float(np.median(delays)))
                figures[f"{name}_p95_ms"] = round(1000 * float(np.quantile(delays, 0.95)))
        return figures


def _percent(part: int, whole: int) -> float:
    return round(100 * part / max(1, whole), 1)


class RememberingVoice:
    """Renders each sentence once."""

    def __init__(self) -> None:
        self._voice = SystemVoice()
        self._rendered: dict[Utterance, Pcm] = {}

    def render(self, utterance: Utterance) -> Pcm:
        """See ``Synthesizer``."""
        if utterance not in self._rendered:
            self._rendered[utterance] = self._voice.render(utterance)
        return self._rendered[utterance]

    def close(self) -> None:
        """It is used again; see ``release``."""

    def release(self) -> None:
        """Release the voice."""
        self._voice.close()


class Monologue:
    """A conversation in which the coach only speaks, and goes on after every interruption."""

    state = "session.practising"

    def __init__(self, lines: Sequence[str]) -> None:
        self.events: list[Event] = []
        self._lines = lines
        self._number = 0
        self._floor = Floor()

    def handle(self, event: Event) -> list[Action]:
        """See ``Conversation``."""
        self.events.append(event)
        return self._floor.settled(event, self._follow(event))

    def _follow(self, event: Event) -> list[Action]:
        match event:
            case Started() | PlaybackFinished() | WaitOver():
                return self._next()
            case BargeInHint() | BargeIn() | BargeInOver():
                return self._floor.asked_for(event, exercising=False)
            case Heard():
                return [StopSpeaking(), Wait(0, AFTER_A_STOP)]
            case _:
                return []

    def _next(self) -> list[Action]:
        self._number += 1
        text = self._lines[self._number % len(self._lines)]
        listen = Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE)
        chime = [Chime(Tone.LISTENING)] if self._number % 4 == 0 else []
        return [*chime, Say(self._number, text), listen]


class Silence:
    """Looks on: when the coach's voice sounds."""

    def __init__(self) -> None:
        self.sounds: list[bool] = []

    def frame(self, heard: Pcm, spoken: Pcm) -> None:  # noqa: ARG002 - the protocol
        """20 ms of both sides."""
        self.sounds.append(bool(spoken.any()))

    def event(self, event: Event) -> None:
        """Nothing to see."""

    def action(self, action: Action, at: float) -> None:
        """Nothing to see."""

    def state(self, state: str, speaking: bool) -> None:
        """Nothing to see."""

    def falls_silent(self, onset: float) -> float | None:
        """Seconds from the onset until nothing is handed to the loudspeaker any more."""
        first = round(onset / FRAME_SECONDS)
        need = round(SILENT / FRAME_SECONDS)
        for index in range(first, len(self.sounds) - need):
            if not any(self.sounds[index : index + need]):
                return index * FRAME_SECONDS - onset
        return None


class NoFace:
    """Nothing is shown."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


def coach_lines() -> list[str]:
    """All questions of the practices, and what leads to them."""
    return [
        text
        for practice in load_content("en").practices.values()
        for text in (*practice.intro, *(question.ask[0] for question in practice.questions))
    ]


def in_room(
    room: Room,
    canceller: EchoCanceller,
    model: VoskModel,
    voice: Synthesizer,
    clips: Sequence[Recording],
    commands: frozenset[str],
    grammars: Grammars,
    each: int,
    alone: float,
) -> Outcome:
    """So many interruptions with these clips, then so many seconds in which nobody interrupts."""
    random = np.random.default_rng(len(room.name))
    lines = coach_lines()
    sample = np.concatenate([voice.render(Utterance(line)) for line in lines[:4]])
    loudness = echo_level(room, sample[: 8 * SPEAKING_RATE], random) * 10 ** (room.person / 20)
    talked = FIRST + EVERY * each
    others = np.zeros(round((talked + LATEST) * HEARING_RATE))
    planned = [
        _interrupt(others, clips[int(random.integers(len(clips)))], number, loudness, random)
        for number in range(each)
    ]
    sounding = SoundingRoom(room, others, random)
    ears = our_ears(model, Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE), grammars)
    talk = Monologue(lines)
    watch = Silence()
    loop = Loop(
        cast(Conversation, talk),
        sounding,
        ears,
        Mouth(voice, live=False),
        sounding,
        NoFace(),  # type: ignore[arg-type]  # takes every call
        observers=(watch,),
        echo=canceller,
    )
    loop.start()
    for _ in range(round((talked + LATEST + alone) / FRAME_SECONDS)):
        loop.tick()
    ears.close()
    return _judge(planned, talk.events, watch, commands, talked + LATEST, alone)


def _interrupt(
    others: Wave, clip: Recording, number: int, loudness: float, random: np.random.Generator
) -> Interruption:
    """Put a clip into the room."""
    wave = clip.pcm.astype(np.float64) / 32768
    wave *= loudness / level(wave)
    begin = FIRST + EVERY * number + float(random.uniform(0, 2))
    at = round(begin * HEARING_RATE)
    part = others[at : at + len(wave)]
    part += wave[: len(part)]
    sounding = np.flatnonzero(np.abs(wave) > 0.05 * np.abs(wave).max())
    return Interruption(
        clip.text, begin + sounding[0] / HEARING_RATE, begin + sounding[-1] / HEARING_RATE
    )


def _judge(
    planned: Sequence[Interruption],
    events: Sequence[Event],
    watch: Silence,
    commands: frozenset[str],
    over: float,
    alone: float,
) -> Outcome:
    outcome = Outcome(said=len(planned), seconds=alone)
    for one in planned:
        meant = [event for event in events if one.onset < event.at <= one.end + LATEST]
        hints = [event.at for event in meant if isinstance(event, BargeInHint | Heard)]
        heard = [event.text for event in meant if isinstance(event, Heard)]
        outcome.noticed += any(isinstance(event, BargeIn | Heard) for event in meant)
        if hints:
            outcome.hints.append(hints[0] - one.onset)
            silent = watch.falls_silent(one.onset)
            outcome.silences += [] if silent is None else [silent + DELAY]
        if one.text in commands:
            outcome.commands += 1
            outcome.commands_right += one.text in heard
            outcome.commands_wrong += bool(commands & set(heard)) and one.text not in heard
    nobody = [event for event in events if event.at > over]
    outcome.false_hints = sum(isinstance(event, BargeInHint) for event in nobody)
    outcome.false_stops = sum(isinstance(event, BargeIn | Heard) for event in nobody)
    return outcome
