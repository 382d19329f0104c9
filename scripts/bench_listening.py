"""Measures the ears: how quickly and how rightly they hear, beside a plain loop with Vosk.

Run it as ``scripts/bench listening``. Folders of recordings hold a ``manifest.tsv`` with columns
file, transcript and speaker.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from benches import cost, interruptions, rest
from benches import listening_parts as parts
from benches.recordings import Recording, load, quiet
from benches.rooms import rooms

from voice_coach.audio.echo import LinearCanceller, WebRtcCanceller
from voice_coach.audio.frames import Pcm
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.models import find_model
from voice_coach.listening.vosk_recognizer import VoskModel

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "speech"
VOICES = ("en-us", "en-gb+f2", "en-gb-scotland+m3", "en-us+f5")
COMMANDS = (
    "pause", "wait", "go on", "repeat", "say that again", "slower", "faster", "louder", "skip",
    "go back", "help", "ground me", "how long", "delete that", "give me a minute", "start over",
    "stop", "goodbye", "that's all",
)  # fmt: skip
INTERRUPTING = ("stop", "pause", "help", "repeat", "skip", "go back", "louder", "slower")
SENTENCES = (
    "no that is not what happened", "hold on i want to say something",
    "i am not sure about that", "can we talk about the kids instead",
)  # fmt: skip
CALL = "hey coach"
SPEEDS = (120, 140, 160, 180)
"""Words a minute."""
LONG = 160_000
"""Samples (10 s): shorter noises are clicks."""
AROUND = quiet(0.1)
"""A synthesiser's clip holds nothing but the voice: where it ends is measured against silence."""
PARTS = ("closed", "open", "long", "interruptions", "rest", "cost")
Figures = dict[str, dict[str, float | int]]


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; 0."""
    options = _options(arguments)
    model = VoskModel.load(find_model(options.model))
    figures: Figures = {}
    for part in _parts(options, model):
        figures |= part
        for name, values in part.items():
            print(f"{name:<46}", *(f"{key} {value}" for key, value in values.items()), flush=True)
    if options.json:
        options.json.write_text(parts.as_json(figures), encoding="utf-8")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench listening", description=__doc__)
    parser.add_argument("--model", help="folder of a Vosk model; default: the starter")
    parser.add_argument("--person", type=Path, default=SHARED, help="single words by people")
    parser.add_argument("--bystander", type=Path, default=SHARED / "bystanders")
    parser.add_argument("--noise", type=Path, default=SHARED / "noise")
    parser.add_argument("--answers", type=int, default=60, help="simulated long answers")
    parser.add_argument("--minutes", type=float, default=10.0, help="of each kind of sound")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--each", type=int, default=18, help="interruptions in each of 13 rooms")
    parser.add_argument("--alone", type=float, default=60.0, help="minutes of the coach alone")
    parser.add_argument("--rest-minutes", type=float, default=60.0, help="of each, at rest")
    parser.add_argument("--show-wrong", action="store_true", help="name every clip misheard")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser.parse_args(arguments)


def _parts(options: argparse.Namespace, model: VoskModel) -> Iterator[Figures]:
    if options.only in (None, "closed"):
        yield from _closed(options, model)
    if options.only in (None, "open"):
        yield _open(options, model)
    if options.only in (None, "long"):
        yield from _long(options, model)
    if options.only in (None, "interruptions"):
        yield from _interruptions(options, model)
    if options.only in (None, "rest"):
        yield from _rest(options, model)
    if options.only in (None, "cost"):
        yield from _cost(options, model)


def _clips(folder: Path, what: str) -> list[Recording]:
    if not folder.exists():
        print(f"{what}: {folder} is not here, so this part is left out")
        return []
    return load(folder)


def _closed(options: argparse.Namespace, model: VoskModel) -> Iterator[Figures]:
    words = [clip for clip in _clips(options.person, "people") if clip.text in parts.WORDS]
    synthetic = [
        Recording(f"{voice}: {text}", text, voice, np.concatenate([AROUND, pcm, AROUND]))
        for (voice, text), pcm in parts.spoken(parts.WORDS, VOICES).items()
    ]
    rooms = _noisy_rooms(_clips(options.noise, "noise"))
    cases = [
        (f"{who}, {where}", clips, room)
        for who, clips in (("people", words), ("synthetic voices", synthetic))
        for where, room in rooms.items()
        if clips
    ]
    for name, clips, room in cases:
        ours = parts.closed_answers(clips, lambda: parts.word_listener(model), room)
        plain = parts.closed_answers(clips, lambda: parts.PlainLoop(model, parts.WORDS), room)
        yield {f"{name}, our ears": ours.figures(), f"{name}, plain loop": plain.figures()}
        if options.show_wrong:
            for label, outcome in (("ours", ours), ("plain", plain)):
                for wrong in outcome.wrong:
                    print("   ", label, *wrong, sep=" | ")


def _noisy_rooms(noises: Sequence[Recording]) -> dict[str, Callable[[Pcm], Pcm]]:
    rooms: dict[str, Callable[[Pcm], Pcm]] = {"a quiet room": lambda pcm: pcm}
    if noises:
        household = np.concatenate([clip.pcm for clip in noises if len(clip.pcm) > LONG])
        for decibels in (20, 10):
            rooms[f"noise at {decibels} dB"] = parts.noisy_room(household, decibels)
    return rooms


def _open(options: argparse.Namespace, model: VoskModel) -> Figures:
    outcome = parts.open_answers(model, VOICES, options.answers, np.random.default_rng(2))
    gaps = outcome.done_gaps or [float("nan")]
    return {
        "long answers with pauses up to 3 s": {
            "answers": outcome.answers,
            "cut_off_percent": round(100 * outcome.cut_off / max(1, outcome.answers), 1),
            "words_right_percent": round(100 * outcome.words_right / max(1, outcome.words), 1),
            "words_doubled": outcome.doubled,
        },
        '"that\'s all" ends the turn': {
            "times": len(outcome.done_gaps) + outcome.done_missed,
            "missed": outcome.done_missed,
            "gap_median_ms": round(1000 * float(np.median(gaps))),
            "gap_p95_ms": round(1000 * float(np.quantile(gaps, 0.95))),
        },
    }


def _long(options: argparse.Namespace, model: VoskModel) -> Iterator[Figures]:
    grammars = Grammars(commands=COMMANDS)
    sounds = {"silence": quiet(60.0)}
    noises = [clip for clip in _clips(options.noise, "noise") if len(clip.pcm) > LONG]
    if noises:
        sounds["noise"] = np.concatenate([clip.pcm for clip in noises])
    others = _clips(options.bystander, "bystanders")
    if others:
        sounds["other people's speech"] = np.concatenate([clip.pcm for clip in others])
    for name, pcm in sounds.items():
        run = parts.long_run(model, pcm, options.minutes, grammars)
        yield {f"{options.minutes:g} minutes of {name}": run.figures()}


def _interruptions(options: argparse.Namespace, model: VoskModel) -> Iterator[Figures]:
    commands = frozenset(INTERRUPTING)
    clips = [
        Recording(f"{voice}: {text}", text, voice, pcm)
        for (voice, text), pcm in parts.spoken((*INTERRUPTING, *SENTENCES), VOICES).items()
    ]
    clips += [clip for clip in _clips(options.person, "people") if clip.text in commands]
    grammars = Grammars(commands=COMMANDS)
    voice = interruptions.RememberingVoice()
    for way, canceller in (("with", WebRtcCanceller), ("without", LinearCanceller)):
        total = interruptions.Outcome()
        for room in rooms():
            outcome = interruptions.in_room(
                room, canceller(), model, voice, clips, commands, grammars,
                options.each, options.alone * 60 / len(rooms()),
            )  # fmt: skip
            total.add(outcome)
            yield {f"{room.name}, {way} canceller": outcome.figures()}
        yield {f"all rooms, {way} canceller": total.figures()}
    voice.release()


def _rest(options: argparse.Namespace, model: VoskModel) -> Iterator[Figures]:
    grammars = Grammars(commands=COMMANDS)
    voices = (
        *VOICES, "en-us+m2", "en-gb+f4", "en-us+f1", "en-gb-scotland+m1", "en-us+m7", "en-gb+f5",
        "en-us+f3", "en-gb+m4",
    )  # fmt: skip
    clips = [
        Recording(f"{voice}: {text}", text, voice, pcm)
        for speed in SPEEDS
        for (voice, text), pcm in parts.spoken((CALL,), voices, speed).items()
    ]
    noises = _clips(options.noise, "noise")
    for name, room in _noisy_rooms(noises).items():
        yield {f'"{CALL}" in {name}': rest.calls(model, CALL, clips, room, grammars).figures()}
    sounds = [clip.pcm for clip in (*noises, *_clips(options.bystander, "bystanders"))]
    others = [clip.pcm for clip in _clips(options.person, "people") if clip.text != CALL]
    minutes = options.rest_minutes
    yield {"at rest, a quiet room": rest.hour(model, CALL, [rest.quiet_room()], 10.0, grammars)}
    for name, heard in (("bystanders, noise and music", sounds), ("people's clips", others)):
        if heard:
            yield {f"at rest, {name}": rest.hour(model, CALL, heard, minutes, grammars)}


def _cost(options: argparse.Namespace, model: VoskModel) -> Iterator[Figures]:
    talking = _clips(options.bystander, "bystanders") or [
        Recording(text, text, voice, pcm)
        for (voice, text), pcm in parts.spoken(SENTENCES, VOICES).items()
    ]
    yield cost.cpu(model, Grammars(commands=COMMANDS), talking, 60.0)
    yield {"from the start to the first sound": cost.first_sound(5)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
