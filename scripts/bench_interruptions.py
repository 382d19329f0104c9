"""Measures whether commands are heard over the coach's own voice, with and without the canceller.

Run it as ``scripts/bench interruptions``. The rooms are simulated; the coach speaks the content's
questions in its own voice, the commands are said by other voices, or by people with ``--person``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from benches import listening_parts as parts
from benches.recordings import Recording, load
from benches.rooms import Room, heard, level, rooms

from voice_coach.audio.echo import EchoCanceller, NoCanceller, WebRtcCanceller
from voice_coach.audio.frames import (
    HEARING_RATE,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    SPEAKING_SAMPLES,
    Frame,
    Pcm,
)
from voice_coach.content.loader import load as load_content
from voice_coach.conversation.events import Event, Expectation, Expected, Heard, Listen
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.models import find_model
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.speaking.synthesizer import Utterance
from voice_coach.speaking.system_voice import SystemVoice

VOICES = ("en-us+f3", "en-gb+m4", "en-gb-scotland+f2", "en-us+m7")
COMMANDS = ("stop", "pause", "help", "repeat", "skip", "go back", "louder", "slower")
EVERY = 7.0
"""Seconds from one command to the next."""
FIRST = 6.0
"""Seconds until the first: the canceller has heard the greeting."""
LATEST = 2.0
"""Seconds after a command's end within which it counts as heard."""


@dataclass(slots=True)
class Outcome:
    """What became of the interruptions in one room."""

    said: int = 0
    delays: list[float] = field(default_factory=list)
    """Seconds from the command's first sample to the decision."""
    wrong: int = 0
    """Another command was heard in its place."""
    false: int = 0
    """A command was heard where none was said."""
    seconds: float = 0.0
    """Of the coach's speech without an interruption."""

    def add(self, other: Outcome) -> None:
        """Both together."""
        self.said += other.said
        self.delays += other.delays
        self.wrong += other.wrong
        self.false += other.false
        self.seconds += other.seconds

    def figures(self) -> dict[str, float | int]:
        """For printing and JSON."""
        figures: dict[str, float | int] = {
            "said": self.said,
            "heard_percent": round(100 * len(self.delays) / max(1, self.said), 1),
            "wrong": self.wrong,
            "false_in_10_minutes": round(600 * self.false / max(1.0, self.seconds), 2),
        }
        if self.delays:
            figures["from_onset_median_ms"] = round(1000 * float(np.median(self.delays)))
            figures["from_onset_p95_ms"] = round(1000 * float(np.quantile(self.delays, 0.95)))
        return figures


def main(arguments: Sequence[str]) -> int:
    """Measure; 0."""
    options = _options(arguments)
    model = VoskModel.load(find_model(options.model))
    coach = _coach()
    commands = _commands(options)
    ways: dict[str, Callable[[], EchoCanceller]] = {
        "with the canceller": WebRtcCanceller,
        "without it": NoCanceller,
    }
    figures: dict[str, dict[str, float | int]] = {}
    for way, canceller in ways.items():
        total = Outcome()
        for room in rooms():
            outcome = _in_room(room, coach, commands, options, model, canceller())
            total.add(outcome)
            figures[f"{room.name}, {way}"] = outcome.figures()
            _print(f"{room.name}, {way}", outcome)
        figures[f"all rooms, {way}"] = total.figures()
        _print(f"all rooms, {way}", total)
    if options.json:
        options.json.write_text(parts.as_json(figures), encoding="utf-8")
    return 0


def _print(name: str, outcome: Outcome) -> None:
    print(f"{name:<50}", *(f"{k} {v}" for k, v in outcome.figures().items()), flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench interruptions", description=__doc__)
    parser.add_argument("--model", help="folder of a Vosk model; default: the starter")
    parser.add_argument("--person", type=Path, help="commands by people, in a folder")
    parser.add_argument("--each", type=int, default=18, help="interruptions in a room")
    parser.add_argument("--minutes", type=float, default=60.0, help="of the coach alone, in all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser.parse_args(arguments)


def _coach() -> Pcm:
    """All questions of the practices, in the coach's voice, at SPEAKING_RATE."""
    voice = SystemVoice()
    gap = np.zeros(round(0.4 * SPEAKING_RATE), dtype=np.int16)
    said: list[Pcm] = []
    for practice in load_content("en").practices.values():
        for text in (*practice.intro, *(q.ask[0] for q in practice.questions)):
            said += [voice.render(Utterance(text)), gap]
    voice.close()
    return np.concatenate(said)


def _commands(options: argparse.Namespace) -> list[Recording]:
    if options.person is not None:
        return [clip for clip in load(options.person) if clip.text in COMMANDS]
    return [
        Recording(f"{voice}: {text}", text, voice, pcm)
        for (voice, text), pcm in parts.spoken(COMMANDS, VOICES).items()
    ]


def _in_room(
    room: Room,
    coach: Pcm,
    commands: Sequence[Recording],
    options: argparse.Namespace,
    model: VoskModel,
    canceller: EchoCanceller,
) -> Outcome:
    random = np.random.default_rng(len(room.name))
    alone = options.minutes * 60 / len(rooms())
    seconds = FIRST + EVERY * options.each + alone
    spoken = np.resize(coach, round(seconds * SPEAKING_RATE))
    echo = room.echo(spoken, random)
    outcome = Outcome(said=options.each, seconds=alone)
    said: list[tuple[float, float, str]] = []
    loudness = level(echo) * 10 ** (room.person / 20)
    for number in range(options.each):
        clip = commands[int(random.integers(len(commands)))]
        wave = clip.pcm.astype(np.float64) / 32768
        wave *= loudness / level(wave)
        begin = FIRST + EVERY * number + float(random.uniform(0, 2))
        at = round(begin * HEARING_RATE)
        echo[at : at + len(wave)] += wave
        sounding = np.flatnonzero(np.abs(wave) > 0.05 * np.abs(wave).max())
        onset = begin + float(sounding[0]) / HEARING_RATE
        said.append((onset, begin + len(wave) / HEARING_RATE, clip.text))
    grammars = Grammars(commands=COMMANDS)
    ears = parts.OurEars(model, Listen(Expectation(Expected.COMMAND)), grammars).ears
    found = list(_run(ears.hear, canceller, heard(echo, random), spoken))
    for onset, end, text in said:
        matching = [one for one in found if onset < one.at <= end + LATEST]
        right = [one for one in matching if one.text == text]
        outcome.delays += [right[0].at - onset] if right else []
        outcome.wrong += bool(matching) and not right
    after = said[-1][1] + LATEST if said else FIRST
    outcome.false = sum(one.at > after for one in found)
    ears.close()
    return outcome


def _run(
    hear: Callable[[Frame, bool], Sequence[Event]],
    canceller: EchoCanceller,
    microphone: Pcm,
    spoken: Pcm,
) -> Iterator[Heard]:
    """As the loop does it: what is played reaches the canceller a frame behind."""
    before = np.zeros(SPEAKING_SAMPLES, dtype=np.int16)
    for index in range(len(microphone) // HEARING_SAMPLES):
        pcm = microphone[index * HEARING_SAMPLES : (index + 1) * HEARING_SAMPLES]
        for event in hear(Frame(index, canceller.clean(pcm, before)), True):
            if isinstance(event, Heard):
                yield event
        before = spoken[index * SPEAKING_SAMPLES : (index + 1) * SPEAKING_SAMPLES]
        if len(before) < SPEAKING_SAMPLES:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
