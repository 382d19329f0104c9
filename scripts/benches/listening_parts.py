"""What ``bench listening`` measures: our ears beside a plain loop, on the same audio."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
import soxr
from benches.recordings import Recording, frames, quiet, voice_end, with_noise

from voice_coach.audio.frames import HEARING_RATE, SPEAKING_RATE, Frame, Pcm
from voice_coach.conversation.events import Event, Expectation, Expected, Heard, Listen, Patience
from voice_coach.listening.activity import SileroActivity
from voice_coach.listening.ears import Ears
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.turns import PROFILES, Profile
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.speaking.synthesizer import Utterance
from voice_coach.speaking.system_voice import SystemVoice

WORDS: Final = (
    "yes", "no", "go", "stop", "start", "help", "repeat", "zero", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine",
)  # fmt: skip
"""Single words of strangers are recognised within these."""
LEAD: Final = 0.5
"""Seconds of a quiet room before each clip."""
AFTER: Final = 2.0
"""Seconds of it after a clip: longer than any closed answer is waited for."""
_COMMANDS: Final = frozenset({"go", "stop", "start", "help", "repeat"})


@dataclass(slots=True)
class Outcome:
    """What one listener made of many clips."""

    clips: int = 0
    right: int = 0
    gaps: list[float] = field(default_factory=list)
    """Of the right ones: seconds from the last voiced sample to the result, computing included."""
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, what was said, what was heard."""

    def count(self, clip: Recording, heard: str, gap: float) -> None:
        """One more clip."""
        self.clips += 1
        if heard == clip.text:
            self.right += 1
            self.gaps.append(gap)
        else:
            self.wrong.append((clip.name, clip.text, heard))

    def figures(self) -> dict[str, float | int]:
        """For the table and for ``--json``."""
        gaps = self.gaps or [float("nan")]
        return {
            "clips": self.clips,
            "right_percent": round(100 * self.right / max(1, self.clips), 1),
            "gap_median_ms": round(1000 * float(np.median(gaps))),
            "gap_p95_ms": round(1000 * float(np.quantile(gaps, 0.95))),
        }


class Listener(Protocol):
    """Hears one clip, frame by frame; the text once the turn is over."""

    def hear(self, frame: Frame) -> str | None:
        """The whole answer when it is over."""


def our_ears(model: VoskModel, listen: Listen, grammars: Grammars) -> Ears:
    """The ears as they are, with the usual patience."""
    timings = PROFILES[Profile.DEFAULT]
    ears = Ears(model.recognizer, SileroActivity(), timings, grammars)
    ears.listen(listen)
    return ears


class OurEars:
    """The ears as a listener to single clips."""

    def __init__(self, model: VoskModel, listen: Listen, grammars: Grammars) -> None:
        self.ears = our_ears(model, listen, grammars)

    def events(self, frame: Frame) -> list[Event]:
        """All that is reported."""
        return self.ears.hear(frame, False)

    def hear(self, frame: Frame) -> str | None:
        """See ``Listener``."""
        return next((one.text for one in self.events(frame) if isinstance(one, Heard)), None)


class PlainLoop:
    """As most programs with Vosk are written: the answer comes when Vosk's endpoint fires."""

    def __init__(self, model: VoskModel, phrases: Sequence[str] | None) -> None:
        self._recognizer = model.recognizer()
        self._recognizer.begin(phrases)

    def hear(self, frame: Frame) -> str | None:
        """See ``Listener``."""
        found = self._recognizer.accept(frame.pcm)
        return found.text if found is not None and found.final and found.text else None


def closed_answers(
    clips: Sequence[Recording], listener: Callable[[], Listener], room: Callable[[Pcm], Pcm]
) -> Outcome:
    """Hear each clip until the listener has an answer; ``room`` adds what else is heard there."""
    outcome = Outcome()
    for clip in clips:
        one = listener()
        end = LEAD + voice_end(clip.pcm)
        heard, gap = "", 0.0
        for frame in frames(room(np.concatenate([quiet(LEAD), clip.pcm, quiet(AFTER)]))):
            started = time.perf_counter()
            text = one.hear(frame)
            if text is not None:
                heard, gap = text, frame.end - end + time.perf_counter() - started
                break
        outcome.count(clip, heard, gap)
    return outcome


def noisy_room(noise: Pcm, decibels: float) -> Callable[[Pcm], Pcm]:
    """A room with this noise, so many dB softer than what is said in it."""
    random = np.random.default_rng(1)
    return lambda pcm: with_noise(pcm, noise, decibels, random)


def word_listener(model: VoskModel) -> OurEars:
    """Our ears for the seventeen words."""
    answers = tuple(word for word in WORDS if word not in _COMMANDS)
    grammars = Grammars(commands=tuple(sorted(_COMMANDS)))
    return OurEars(model, Listen(Expectation(Expected.CHOICE, answers)), grammars)


@dataclass(slots=True)
class OpenOutcome:
    """What became of simulated long answers."""

    answers: int = 0
    cut_off: int = 0
    """Answers that were taken for finished before they were."""
    words: int = 0
    words_right: int = 0
    """Words heard that were said, in order."""
    doubled: int = 0
    """Words that stand twice in a row and were said once."""
    done_gaps: list[float] = field(default_factory=list)
    """Seconds from the end of "that's all" to the end of the turn."""
    done_missed: int = 0


PAUSES: Final = ((0.05, 0.2, 0.4), (0.2, 1.0, 0.4), (1.0, 3.0, 0.2))
"""Shortest, longest, share: the three groups of pauses in spontaneous speech (Campione & Véronis
2002: under 0.2 s, 0.2 to 1 s, over 1 s), the last one up to 3 s."""

PHRASES: Final = (
    "it was last night at dinner",
    "he came home late and",
    "i had been waiting for him because",
    "we wanted to talk about the money",
    "he did not look at me",
    "i said something that i am not proud of",
    "and then",
    "nobody said a word for an hour",
    "i think",
    "what i really wanted was a quiet evening",
    "but",
    "he went to bed and i stayed in the kitchen",
)


def spoken(
    texts: Sequence[str], voices: Sequence[str], words_per_minute: int = 150
) -> dict[tuple[str, str], Pcm]:
    """Each text by each of these voices of the system, at HEARING_RATE."""
    clips = {}
    for name in voices:
        voice = SystemVoice(name)
        for text in texts:
            utterance = Utterance(text, words_per_minute)
            clip = voice.render(utterance).astype(np.float32) * np.float32(0.4)
            heard = soxr.resample(clip, SPEAKING_RATE, HEARING_RATE)
            clips[name, text] = np.rint(heard).astype(np.int16)
        voice.close()
    return clips


def open_answers(
    model: VoskModel, voices: Sequence[str], answers: int, random: np.random.Generator
) -> OpenOutcome:
    """Answers of four phrases with pauses between; every other one ends in "that's all"."""
    clips = spoken((*PHRASES, "that's all"), voices)
    outcome = OpenOutcome()
    for number in range(answers):
        voice = voices[number % len(voices)]
        chosen = [PHRASES[i] for i in random.choice(len(PHRASES), 4, replace=False)]
        pieces: list[Pcm] = [quiet(LEAD)]
        for phrase in chosen:
            pieces += [clips[voice, phrase], quiet(_pause(random))]
        done = number % 2 == 1
        if done:
            pieces += [quiet(0.5), clips[voice, "that's all"]]
        said_until = sum(map(len, pieces if done else pieces[:-1])) / HEARING_RATE
        _open_answer(
            model, np.concatenate([*pieces, quiet(7.0)]), chosen, done, said_until, outcome
        )
    return outcome


def _pause(random: np.random.Generator) -> float:
    shortest, longest, _ = PAUSES[random.choice(3, p=[share for _, _, share in PAUSES])]
    return float(np.exp(random.uniform(np.log(shortest), np.log(longest))))


def _open_answer(
    model: VoskModel,
    pcm: Pcm,
    phrases: Sequence[str],
    done: bool,
    said_until: float,
    outcome: OpenOutcome,
) -> None:
    listen = Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE)
    ears = OurEars(model, listen, Grammars(commands=("stop", "pause", "skip", "go on")))
    turns = [
        event for frame in frames(pcm) for event in ears.events(frame) if isinstance(event, Heard)
    ]
    outcome.answers += 1
    outcome.cut_off += any(turn.at < said_until - 0.3 for turn in turns)
    wanted = " ".join(phrases).split()
    heard = " ".join(f"{turn.unfinished} {turn.text}".strip() for turn in turns).split()
    outcome.words += len(wanted)
    outcome.words_right += _in_common(wanted, heard)
    outcome.doubled += max(0, _twice(heard) - _twice(wanted))
    if done:
        if turns and abs(turns[-1].at - said_until) < 1.0:
            outcome.done_gaps.append(turns[-1].at - said_until)
        else:
            outcome.done_missed += 1


def _twice(words: Sequence[str]) -> int:
    """Words that stand twice in a row."""
    return sum(one == next_one for one, next_one in pairwise(words))


def _in_common(first: Sequence[str], second: Sequence[str]) -> int:
    """The longest common subsequence."""
    row = [0] * (len(second) + 1)
    for word in first:
        before = 0
        for at, other in enumerate(second, start=1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]


@dataclass(frozen=True, slots=True)
class LongRun:
    """Ten minutes of one kind of sound."""

    minutes: float
    heard: int
    """Turns that were reported."""
    commands: int
    """Commands among them."""
    cpu_per_second: float
    """Seconds of computing for a second of audio."""
    grown: float
    """MiB by which the largest memory of the process grew in the last two thirds."""

    def figures(self) -> dict[str, float | int]:
        """For the table and for ``--json``."""
        return {
            "minutes": round(self.minutes, 1),
            "turns_heard": self.heard,
            "commands_heard": self.commands,
            "cpu_per_second": round(self.cpu_per_second, 3),
            "memory_grown_mib": round(self.grown, 1),
        }


def long_run(model: VoskModel, pcm: Pcm, minutes: float, grammars: Grammars) -> LongRun:
    """Listen to this audio over and over, as to an open question."""
    listen = Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE)
    ears = OurEars(model, listen, grammars)
    piece = frames(pcm)
    total = round(minutes * 60 / (len(piece) * 0.02)) or 1
    heard = commands = 0
    third = 0.0
    started = time.process_time()
    for turn in range(total):
        if turn == total // 3:
            third = _peak_memory()
        for frame in piece:
            moved = Frame(turn * len(piece) + frame.index, frame.pcm)
            for event in ears.events(moved):
                if isinstance(event, Heard):
                    heard += 1
                    commands += event.text in grammars.commands
    seconds = total * len(piece) * 0.02
    cpu = (time.process_time() - started) / seconds
    return LongRun(seconds / 60, heard, commands, cpu, _peak_memory() - third)


def _peak_memory() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def as_json(figures: dict[str, dict[str, float | int]]) -> str:
    """Everything that was measured."""
    return json.dumps(figures, indent=2) + "\n"
