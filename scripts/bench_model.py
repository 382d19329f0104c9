"""Measures a model: how rightly it hears words, commands and open speech, and what it costs.

Run it as ``scripts/bench model``. Folders of recordings hold a ``manifest.tsv`` with columns file,
transcript and speaker. Without recordings the synthetic voices remain, which come along with the
program and which no training hears; without those the recordings remain.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benches import model_parts as parts
from benches.material import VOICES, Material, material_of, own_material, pink_noise, said
from benches.model_cost import cost
from benches.model_parts import Ear, Figures
from benches.recordings import Recording, load

from voice_coach.audio.frames import Pcm
from voice_coach.listening.models import ModelError, find_model
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.speaking.synthesizer import SpeechFailed

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "speech"
PARTS = ("words", "commands", "false", "open", "cost")
AT_20 = "commands, unseen voices, pink noise 20 dB"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where speech and noise come from. What is not there is left out and said so."""

    material: Material
    people: tuple[Recording, ...] = ()
    bystanders: tuple[Recording, ...] = ()
    noise: tuple[Recording, ...] = ()
    voices: tuple[str, ...] = VOICES
    show_wrong: bool = False

    def say(self, texts: Sequence[str], each: int = 1) -> list[Recording]:
        """By the unseen voices; nothing where they cannot speak."""
        if not texts or not self.voices:
            return []
        return said(texts, self.voices, each)

    def show(self, wrong: Sequence[tuple[str, str, str]]) -> None:
        """Names what was misheard, where that is wanted."""
        for one in wrong if self.show_wrong else ():
            print("   ", *one, sep=" | ")


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; 1 where the model cannot be used or is too weak."""
    options = _parser().parse_args(arguments)
    try:
        path = find_model(options.model)
        figures = measure(path, _sources(options), options.only or PARTS)
    except ModelError as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    least = options.commands_at_least
    heard = figures.get(AT_20, {}).get("right_percent", 0.0)
    if least and heard < least:
        print(f"{path} hears {heard} % of the commands at 20 dB, not {least:g} %.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench model", description=__doc__)
    add = parser.add_argument
    add("--model", help="folder or name of a Vosk model; default: the starter")
    add("--person", type=Path, default=SHARED, help="recordings of people")
    add("--bystander", type=Path, default=SHARED / "bystanders", help="other people's speech")
    add("--noise", type=Path, default=SHARED / "noise", help="noise without speech")
    add("--words", type=Path, action="append", help="phrases to listen for, one a line")
    add("--sentences", type=Path, action="append", help="sentences for the voices, one a line")
    add("--voice", action="append", help="a voice of espeak-ng that speaks, may be repeated")
    add("--only", action="append", choices=PARTS, help="one part alone, may be repeated")
    add("--show-wrong", action="store_true", help="name every clip misheard")
    add("--json", type=Path, metavar="FILE", help="write the figures there")
    add(
        "--commands-at-least",
        type=float,
        metavar="PERCENT",
        help="fail where fewer commands are heard at 20 dB over noise",
    )
    return parser


def _sources(options: argparse.Namespace) -> Sources:
    own = not (options.words or options.sentences)
    people = clips_of(options.person, "people")
    names = {clip.name.rpartition("/")[2] for clip in people}
    others = clips_of(options.bystander, "bystanders")
    return Sources(
        own_material() if own else material_of(options.words or [], options.sentences or []),
        people,
        tuple(clip for clip in others if clip.name not in names),
        clips_of(options.noise, "noise"),
        voices_that_speak(options.voice or VOICES),
        options.show_wrong,
    )


def clips_of(folder: Path, what: str) -> tuple[Recording, ...]:
    """The recordings of a folder; none, and a line about it, where it is not there."""
    if not folder.is_dir():
        print(f"{what}: {folder} is not here, so what needs it is left out")
        return ()
    return tuple(clip for clip in load(folder) if not clip.name.startswith(("noise/", "rir/")))


def voices_that_speak(names: Sequence[str]) -> tuple[str, ...]:
    """These voices; none, and a line about it, where they cannot speak here."""
    try:
        said(["yes"] * len(names), names)
    except SpeechFailed as problem:
        print(f"synthetic voices: {problem} What needs them is left out")
        return ()
    return tuple(names)


def measure(folder: Path, sources: Sources, wanted: Sequence[str] = PARTS) -> Figures:
    """All figures of one model, printed as they come. Raises ``ModelError``."""
    model = VoskModel.load(folder)
    ear = Ear(model)
    if unknown := parts.unknown_words(model, sources.material):
        print("The model does not know, so that phrases are left out: " + " ".join(unknown))
    ways: dict[str, Callable[[], Iterator[Figures]]] = {
        "words": lambda: _words(ear, sources),
        "commands": lambda: _commands(ear, sources),
        "false": lambda: _false(ear, sources),
        "open": lambda: _open(ear, sources),
        "cost": lambda: _cost(folder, sources),
    }
    figures: Figures = {}
    for name in wanted:
        for part in ways[name]():
            figures |= part
            for row, values in part.items():
                print(
                    f"{row:<50}", *(f"{key} {value}" for key, value in values.items()), flush=True
                )
    return figures


def _words(ear: Ear, sources: Sources) -> Iterator[Figures]:
    words = sources.material.words
    spoken = sources.say(words, each=len(sources.voices))
    for who, clips in (("people", sources.people), ("unseen voices", spoken)):
        single, runs = parts.closed_words(ear, clips, words)
        for kind, heard in (("single words", single), ("words in runs", runs)):
            if heard.clips:
                yield {f"{kind}, {who}, grammar of {len(words)}": parts.words_right(heard)}
                sources.show(heard.wrong)


def _commands(ear: Ear, sources: Sources) -> Iterator[Figures]:
    commands = sources.material.commands
    rooms: dict[str, Pcm] = {"pink noise": pink_noise(30.0)}
    if sources.noise:
        rooms["household noise"] = np.concatenate([clip.pcm for clip in sources.noise])
    clips = sources.say(commands, each=len(sources.voices))
    for noise, pcm in rooms.items():
        for decibels in (20, 10):
            if clips:
                heard = ear.hear_commands(clips, commands, parts.noisy(pcm, decibels))
                yield {f"commands, unseen voices, {noise} {decibels} dB": parts.right(heard)}
                sources.show(heard.wrong)
    said_by_people = [clip for clip in sources.people if clip.text in commands]
    if said_by_people:
        heard = ear.hear_commands(said_by_people, commands)
        yield {"commands, people": parts.right(heard)}
        sources.show(heard.wrong)


def _false(ear: Ear, sources: Sources) -> Iterator[Figures]:
    material = sources.material
    people = parts.strange((*sources.people, *sources.bystanders), material.commands)
    foreign = [
        clip
        for voice, words in (material.foreign.items() if sources.voices else ())
        for clip in said(words, [voice])
    ]
    cases = {"whole clips by people": people}
    cases |= {f"people, pieces of {long:g} s": parts.pieces(people, long) for long in parts.PIECES}
    cases |= {
        "single other words, unseen voices": sources.say(material.others, each=2),
        "single foreign words, foreign voices": foreign,
    }
    total = parts.FalseAlarms()
    for name, clips in cases.items():
        if clips:
            alarms = parts.false_alarms(ear, clips, material.commands)
            total.clips += alarms.clips
            total.taken += alarms.taken
            total.looked_like += alarms.looked_like
            yield {f"taken for a command: {name}": alarms.figures()}
            sources.show(alarms.taken)
    if total.clips:
        yield {"taken for a command: all of these": total.figures()}


def _open(ear: Ear, sources: Sources) -> Iterator[Figures]:
    spoken = sources.say(sources.material.sentences, each=2)
    groups = {"unseen voices, unseen sentences": spoken} if spoken else {}
    groups |= {
        f"people, {folder}": clips
        for folder, clips in parts.open_clips(sources.people, sources.material.words).items()
    }
    for name, clips in groups.items():
        heard = ear.hear_all(clips, None)
        yield {f"open speech: {name}": parts.words_wrong(heard)}
        sources.show(heard.wrong)


def _cost(folder: Path, sources: Sources) -> Iterator[Figures]:
    clips = sources.say(sources.material.sentences) or [
        clip for clip in sources.people if clip.text
    ]
    if clips:
        pcm = np.concatenate([clip.pcm for clip in clips[:60]])
        yield {"cost": cost(folder, pcm, sources.material.commands)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
