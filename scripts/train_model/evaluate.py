"""Measures models in Vosk's format side by side: words, commands, false alarms, speech, cost.

Each model is measured in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import random
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
import vosk

from train_model.sentences import CLOSED_GRAMMAR, from_templates, spoken_commands, words_of
from train_model.voices import SAMPLE_RATE, Samples, held_out, speak

_BLOCK = 3200
_QUIET = 0.5


@dataclass(frozen=True, slots=True)
class Utterance:
    """16 kHz samples and what is said in them."""

    samples: Samples
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One model's results. Rates are shares from 0 to 1; -1: not measured."""

    model: str
    stranger_words: float
    stranger_word_count: int
    commands_20_db: float
    commands_10_db: float
    command_count: int
    false_commands: float
    false_command_count: int
    synthetic_word_errors: float
    people_word_errors: float
    people_word_count: int
    load_seconds: float
    real_time: float
    resident_mb: float
    size_mb: float


def read_audio(path: Path) -> Samples:
    """Mono 16 kHz samples of a sound file."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = soxr.resample(samples[:, 0], rate, SAMPLE_RATE)
    return np.asarray(np.clip(mono, -1, 1) * 32767, np.int16)


def with_quiet(samples: Samples) -> Samples:
    """Half a second of a quiet room on both sides."""
    room = np.random.default_rng(len(samples)).normal(0, 6, 2 * round(_QUIET * SAMPLE_RATE))
    before, after = np.split(room.astype(np.int16), 2)
    return np.concatenate([before, samples, after])


def with_noise(samples: Samples, decibels: float, seed: int) -> Samples:
    """Pink noise below the speech by so many decibels."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.normal(size=len(samples)))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 30))
    noise = np.fft.irfft(spectrum, len(samples))
    speech = samples.astype(np.float64)
    loud = speech[np.abs(speech) > 0.05 * np.abs(speech).max()]
    gain = np.sqrt(np.mean(loud**2) / np.mean(noise**2)) * 10 ** (-decibels / 20)
    return np.asarray(np.clip(speech + gain * noise, -32767, 32767), np.int16)


class Ear:
    """One model; counts the time it takes."""

    def __init__(self, folder: Path) -> None:
        vosk.SetLogLevel(-2)
        began = time.perf_counter()
        self._model = vosk.Model(model_path=str(folder))
        self.load_seconds = time.perf_counter() - began
        self.busy = 0.0
        self.heard = 0.0

    def words(self, samples: Samples, grammar: Sequence[str] | None) -> tuple[str, ...]:
        """What the model hears, by a grammar or in open speech."""
        began = time.perf_counter()
        arguments = (
            [self._model, SAMPLE_RATE]
            if grammar is None
            else [self._model, SAMPLE_RATE, json.dumps(grammar)]
        )
        recognizer = vosk.KaldiRecognizer(*arguments)
        texts = []
        for start in range(0, len(samples), _BLOCK):
            if recognizer.AcceptWaveform(samples[start : start + _BLOCK].tobytes()):
                texts.append(json.loads(recognizer.Result())["text"])
        texts.append(json.loads(recognizer.FinalResult())["text"])
        self.busy += time.perf_counter() - began
        self.heard += len(samples) / SAMPLE_RATE
        return tuple(word for text in texts for word in text.split())


def word_errors(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Insertions, deletions and substitutions, at the least."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(wanted, start=1):
        above, row = row, [index]
        for column, other in enumerate(heard, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (word != other)))
    return row[-1]


def people(folder: Path) -> list[tuple[str, Utterance]]:
    """The recordings of people, with the folder each lies in (words, census, sentences ...)."""
    manifest = folder / "manifest.tsv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        return [
            (
                row["file"].split("/")[0],
                Utterance(read_audio(folder / row["file"]), tuple(row["transcript"].split())),
            )
            for row in csv.DictReader(file, delimiter="\t")
            if row["file"].split("/")[0] in {"words", "census", "sentences", "bystanders"}
        ]


def synthetic(texts: Sequence[str], seed: int) -> list[Utterance]:
    """Each text by one of the voices that training never hears."""
    rng = random.Random(seed)
    voices = held_out()
    return [
        Utterance(
            speak(voices[index % len(voices)], [text], rng, (1.0, 1.0))[0], tuple(words_of(text))
        )
        for index, text in enumerate(texts)
    ]


def _rate(hits: Iterable[bool]) -> tuple[float, int]:
    values = list(hits)
    return (sum(values) / len(values) if values else -1.0), len(values)


def _open_errors(ear: Ear, utterances: Sequence[Utterance]) -> tuple[float, int]:
    errors = sum(word_errors(u.words, ear.words(with_quiet(u.samples), None)) for u in utterances)
    count = sum(len(u.words) for u in utterances)
    return (errors / count if count else -1.0), count


def _strangers(ear: Ear, recordings: Sequence[Utterance]) -> tuple[float, int]:
    """Words of utterances that hold nothing but words of the closed grammar."""
    grammar = list(CLOSED_GRAMMAR)
    errors = count = 0
    for utterance in recordings:
        if utterance.words and set(utterance.words) <= set(CLOSED_GRAMMAR):
            errors += word_errors(
                utterance.words, ear.words(with_quiet(utterance.samples), grammar)
            )
            count += len(utterance.words)
    return (1 - errors / count if count else -1.0), count


def measure(model: Path, content: Path, templates: Path, speech: Path | None) -> Figures:
    """All figures of one model."""
    ear = Ear(model)
    recordings = people(speech) if speech else []
    commands = spoken_commands(content)
    grammar = [*commands, "[unk]"]
    whole = {tuple(words_of(phrase)) for phrase in commands}
    clips = synthetic(commands, 5)

    def command_rate(decibels: float) -> tuple[float, int]:
        return _rate(
            ear.words(with_noise(with_quiet(clip.samples), decibels, seed), grammar) == clip.words
            for seed, clip in enumerate(clips)
        )

    at_20, command_count = command_rate(20.0)
    at_10, _ = command_rate(10.0)
    others = [u for _, u in recordings if u.words not in whole]
    pieces = [u.samples for u in others] + [
        u.samples[start : start + SAMPLE_RATE]
        for u in others
        for start in range(0, len(u.samples) - SAMPLE_RATE, 2 * SAMPLE_RATE)
    ]
    false, false_count = _rate(ear.words(with_quiet(p), grammar) in whole for p in pieces)
    stranger, stranger_count = _strangers(
        ear, [u for kind, u in recordings if kind in {"words", "census"}]
    )
    texts = [" ".join(s) for s in from_templates(templates, 60, random.Random(99))]
    spoken, _ = _open_errors(ear, synthetic(texts, 6))
    human, human_count = _open_errors(
        ear, [u for kind, u in recordings if kind == "sentences" and u.words]
    )
    return Figures(
        model=str(model),
        stranger_words=stranger,
        stranger_word_count=stranger_count,
        commands_20_db=at_20,
        commands_10_db=at_10,
        command_count=command_count,
        false_commands=false,
        false_command_count=false_count,
        synthetic_word_errors=spoken,
        people_word_errors=human,
        people_word_count=human_count,
        load_seconds=ear.load_seconds,
        real_time=ear.busy / max(ear.heard, 1e-9),
        resident_mb=_resident_after(model),
        size_mb=sum(f.stat().st_size for f in model.rglob("*") if f.is_file()) / 1e6,
    )


def _decode_some(model: Path, answer: multiprocessing.Queue[float]) -> None:
    ear = Ear(model)
    noise: npt.NDArray[np.int16] = np.random.default_rng(0).normal(0, 300, 80_000).astype(np.int16)
    ear.words(noise, None)
    answer.put(_peak_memory())


def _peak_memory() -> float:
    """Of this process, in MB. Linux hands a parent's own peak down in ``ru_maxrss``."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text("ascii").splitlines() if "VmHWM" in line)
        return int(peak.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _resident_after(model: Path) -> float:
    """Most memory of a fresh process that loads the model and decodes five seconds, in MB."""
    context = multiprocessing.get_context("spawn")
    answer: multiprocessing.Queue[float] = context.Queue()
    process = context.Process(target=_decode_some, args=(model, answer))
    process.start()
    megabytes = answer.get(timeout=120)
    process.join()
    return megabytes


def table(results: Sequence[Figures]) -> str:
    """The figures as a Markdown table, one column a model."""
    columns = [asdict(result) for result in results]
    names = [Path(str(column.pop("model"))).name for column in columns]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for key in columns[0]:
        cells = [f"{column[key]:.4g}" for column in columns]
        lines.append(f"| {key.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
