"""Recordings for the benchmarks: folders with a manifest, and what is known of each file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from voice_coach.audio.files import FileMicrophone
from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, Frame, Pcm

_LEVEL_SECONDS: Final = 0.01
_ABOVE_FLOOR: Final = 10.0
_BELOW_PEAK: Final = 35.0


@dataclass(frozen=True, slots=True)
class Recording:
    """One clip."""

    name: str
    text: str
    """What is said in it, lower case; empty where it is no speech or not known."""
    speaker: str
    pcm: Pcm


def read(path: Path) -> Pcm:
    """A whole file at HEARING_RATE. Raises ``AudioFileError``."""
    microphone = FileMicrophone(path)
    frames: list[Pcm] = []
    while (frame := microphone.read()) is not None:
        frames.append(frame.pcm)
    microphone.close()
    return np.concatenate(frames)


def load(folder: Path, under: str = "") -> list[Recording]:
    """What the folder's ``manifest.tsv`` names (columns file, transcript, speaker); else its files.

    ``under``: only files whose name begins so.
    """
    manifest = folder / "manifest.tsv"
    if not manifest.exists():
        files = sorted(one for one in folder.rglob("*") if one.suffix in (".wav", ".flac"))
        return [Recording(one.name, "", "", read(one)) for one in files]
    found = []
    with manifest.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            path = folder / row["file"]
            if row["file"].startswith(under) and path.exists():
                text = (row.get("transcript") or "").lower()
                found.append(Recording(row["file"], text, row.get("speaker") or "", read(path)))
    return found


def voice_end(pcm: Pcm) -> float:
    """Seconds to the end of the last 10 ms that are speech.

    Speech: over 10 dB louder than the clip's quietest tenth, and within 35 dB of its loudest.
    """
    size = round(_LEVEL_SECONDS * HEARING_RATE)
    blocks = pcm[: len(pcm) // size * size].reshape(-1, size).astype(np.float64)
    levels = 10 * np.log10(1 + np.mean(blocks**2, axis=1))
    threshold = max(np.quantile(levels, 0.1) + _ABOVE_FLOOR, levels.max() - _BELOW_PEAK)
    spoken = np.flatnonzero(levels > threshold)
    return float((spoken[-1] + 1) * _LEVEL_SECONDS) if len(spoken) else 0.0


def with_noise(pcm: Pcm, noise: Pcm, decibels: float, random: np.random.Generator) -> Pcm:
    """The clip over noise that is so much softer than what is said (within 30 dB of the peak)."""
    start = int(random.integers(0, max(1, len(noise) - len(pcm))))
    under = np.resize(noise[start:], len(pcm)).astype(np.float64)
    speech = pcm.astype(np.float64)
    blocks = speech[: len(speech) // 160 * 160].reshape(-1, 160)
    power = np.mean(blocks**2, axis=1)
    loud = np.sqrt(np.mean(power[power > power.max() / 1000]))
    gain = loud / (np.sqrt(np.mean(under**2)) + 1e-9) * 10 ** (-decibels / 20)
    mixed: Pcm = np.clip(speech + gain * under, -32768, 32767).astype(np.int16)
    return mixed


def frames(pcm: Pcm, start: int = 0) -> list[Frame]:
    """Cut into frames, the last one filled up."""
    count = -(-len(pcm) // HEARING_SAMPLES)
    padded = np.pad(pcm, (0, count * HEARING_SAMPLES - len(pcm)))
    return [
        Frame(start + i, padded[i * HEARING_SAMPLES : (i + 1) * HEARING_SAMPLES])
        for i in range(count)
    ]


def quiet(seconds: float, level: float = 3.0, seed: int = 1) -> Pcm:
    """A quiet room: noise of this standard deviation."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, level, round(seconds * HEARING_RATE))
    return noise.astype(np.int16)
