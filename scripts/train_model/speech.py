"""Lets the voices speak the prompts; the clips go to one flat file with an index."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from train_model.progress import Progress
from train_model.voices import SAMPLE_RATE, Samples, Voice, VoiceError, speak

_BATCH = 25
_SHIFTS = (0.86, 1.2)


@dataclass(frozen=True, slots=True)
class Clip:
    """One utterance in the flat file: where it starts and how long it is, in samples."""

    start: int
    length: int
    voice: str
    text: str


def _render(voice: Voice, texts: Sequence[str], seed: int) -> tuple[Voice, list[Samples]]:
    return voice, speak(voice, texts, random.Random(seed), _SHIFTS)


class SpeechFile:
    """Writes clips; the index is complete once the context ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._clips: list[Clip] = []
        self._position = 0
        self._audio = path.with_suffix(".part").open("wb")

    def add(self, samples: Samples, voice: str, text: str) -> None:
        """Appends one clip."""
        self._audio.write(samples.tobytes())
        self._clips.append(Clip(self._position, len(samples), voice, text))
        self._position += len(samples)

    def close(self) -> None:
        """Finishes the file and writes the index beside it."""
        self._audio.close()
        self._path.with_suffix(".part").rename(self._path)
        with self._path.with_suffix(".tsv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, delimiter="\t")
            rows.writerows((c.start, c.length, c.voice, c.text) for c in self._clips)


def read_index(path: Path) -> list[Clip]:
    """The clips of a flat file."""
    with path.with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        return [
            Clip(int(start), int(length), voice, text)
            for start, length, voice, text in csv.reader(file, delimiter="\t")
        ]


def render(
    prompts: Sequence[Sequence[str]], voices: Sequence[Voice], path: Path, workers: int, seed: int
) -> None:
    """Speaks every prompt once with a voice drawn by weight, and writes the flat file."""
    rng = random.Random(seed)
    drawn = rng.choices(voices, [voice.weight for voice in voices], k=-(-len(prompts) // _BATCH))
    texts = [" ".join(words) for words in prompts]
    out = SpeechFile(path)
    progress = Progress("speech", len(texts))
    with ProcessPoolExecutor(workers) as pool:
        jobs = {
            pool.submit(
                _render, voice, texts[index * _BATCH : (index + 1) * _BATCH], seed + index
            ): index
            for index, voice in enumerate(drawn)
        }
        for job in as_completed(jobs):
            part = texts[jobs[job] * _BATCH : (jobs[job] + 1) * _BATCH]
            try:
                voice, clips = job.result()
            except VoiceError as error:
                progress.note(str(error))
                continue
            for text, samples in zip(part, clips, strict=True):
                if len(samples) > SAMPLE_RATE // 10:
                    out.add(samples, str(voice), text)
            progress.advance(len(part))
    out.close()


def recordings(folder: Path) -> Iterator[tuple[Samples, str, str]]:
    """Audio, speaker and text of each row of manifest.tsv (file, transcript, speaker)."""
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            samples, rate = soundfile.read(folder / row["file"], dtype="float32")
            mono = samples if samples.ndim == 1 else samples[:, 0]
            mono = soxr.resample(mono, rate, SAMPLE_RATE)
            level = max(float(np.sqrt(np.mean(mono**2))), 1e-5)
            loud = np.asarray(np.clip(mono * (0.06 / level), -1, 1) * 32767, np.int16)
            yield loud, row.get("speaker") or "unknown", row["transcript"].lower()


def collect(folder: Path, path: Path) -> None:
    """Gathers people's recordings into a flat file."""
    out = SpeechFile(path)
    for samples, speaker, text in recordings(folder):
        out.add(samples, f"person:{speaker}", text)
    out.close()
