"""The training voices: espeak-ng, flite and festival, driven as they are installed."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

SAMPLE_RATE = 16_000
Samples = npt.NDArray[np.int16]
_TIME_LIMIT = 300.0


class VoiceError(RuntimeError):
    """A voice could not speak."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of one engine. `weight`: how often it is drawn."""

    engine: str
    name: str
    weight: float

    def __str__(self) -> str:
        return f"{self.engine}:{self.name}"


_ACCENTS = (
    "en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan",
    "en-gb-x-gbcwmd", "en-029", "en-us-nyc",
)  # fmt: skip
_VARIANTS = (
    "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "Alex", "Alicia",
    "Andrea", "Andy", "Annie", "Antonio", "Auntie", "David", "Denis", "Diogo", "Gene", "Gene2",
    "Jacky", "Lee", "Linda", "Mario", "Max", "Michael", "Mike", "Nguyen", "Quincy", "Rob",
    "Robert", "Steph", "Steph2", "Steph3", "Tweaky", "adam", "aunty", "belinda", "benjamin",
    "boris", "caleb", "ed", "edward", "edward2", "grandma", "grandpa", "gustave", "ian", "iven",
    "iven2", "iven3", "john", "kaukovalta", "linda", "marcelo", "max", "michel", "miguel",
    "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby", "steph",
    "travis", "victor", "zac",
)  # fmt: skip
_FLITE = (("slt", 9.0), ("rms", 9.0), ("awb", 7.0), ("kal16", 3.0))
_FESTIVAL = (("cmu_us_slt_arctic_hts", 6.0), ("kal_diphone", 4.0), ("ked_diphone", 6.0))

# Whole voices that the training never hears.
HELD_OUT = frozenset(
    {"espeak:en-gb-x-rp+" + name for name in ("f4", "m7", "Annie", "Denis")}
    | {"espeak:en-us+" + name for name in ("f4", "m7", "Annie", "Denis")}
)
_HELD_OUT_VARIANTS = ("f4", "m7", "Annie", "Denis")


def installed() -> list[Voice]:
    """The training voices of this machine. Raises VoiceError where there is none."""
    voices = []
    if shutil.which("espeak-ng"):
        pairs = [
            f"{accent}+{variant}"
            for accent in _ACCENTS
            for variant in _VARIANTS
            if variant not in _HELD_OUT_VARIANTS
        ]
        voices += [Voice("espeak", name, 40.0 / len(pairs)) for name in pairs]
    if shutil.which("flite"):
        voices += [Voice("flite", name, weight) for name, weight in _FLITE]
    if shutil.which("festival"):
        for name, weight in _FESTIVAL:
            if any(Path("/usr/share/festival/voices").glob(f"*/{name}")):
                voices.append(Voice("festival", name, weight))
    if not voices:
        raise VoiceError("no voice is installed; try: apt-get install espeak-ng flite festival")
    return voices


def held_out() -> list[Voice]:
    """The voices kept for measuring."""
    return [Voice("espeak", name.removeprefix("espeak:"), 1.0) for name in sorted(HELD_OUT)]


def speak(
    voice: Voice, texts: Sequence[str], rng: random.Random, shifts: tuple[float, float]
) -> list[Samples]:
    """Each text as 16 kHz speech of one voice, with random pitch and rate.

    shifts: the range of the factor by which pitch and formants move together.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{index}.wav" for index in range(len(texts))]
        match voice.engine:
            case "espeak":
                for text, file in zip(texts, files, strict=True):
                    rate, pitch = rng.randint(120, 210), rng.randint(25, 75)
                    options = ["-v", voice.name, "-s", str(rate), "-p", str(pitch)]
                    _run(["espeak-ng", *options, "-w", str(file), text])
            case "flite":
                for text, file in zip(texts, files, strict=True):
                    stretch = f"duration_stretch={rng.uniform(0.8, 1.3):.2f}"
                    options = ["-voice", voice.name, "--setf", stretch]
                    _run(["flite", *options, "-t", text, "-o", str(file)])
            case "festival":
                _festival(voice.name, texts, files, rng)
            case _:
                raise VoiceError(f"unknown engine {voice.engine}")
        return [_read(file, rng.uniform(*shifts)) for file in files]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, timeout=_TIME_LIMIT, check=False)
    if done.returncode:
        raise VoiceError(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-200:]}")


def _festival(name: str, texts: Sequence[str], files: Sequence[Path], rng: random.Random) -> None:
    script = files[0].parent / "say.scm"
    lines = [f"(voice_{name})"]
    for text, file in zip(texts, files, strict=True):
        lines.append(f"(Parameter.set 'Duration_Stretch {rng.uniform(0.8, 1.25):.2f})")
        lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{file}")')
    script.write_text("\n".join(lines), encoding="ascii")
    _run(["festival", "-b", str(script)])


def _read(file: Path, shift: float) -> Samples:
    samples, rate = soundfile.read(file, dtype="float32")
    if samples.ndim > 1:
        samples = samples[:, 0]
    samples = soxr.resample(samples, rate * shift, SAMPLE_RATE)
    level = float(np.sqrt(np.mean(samples**2))) if samples.size else 0.0
    if level < 1e-5:
        return np.zeros(0, np.int16)
    scaled = samples * (0.06 / level)
    return np.asarray(np.clip(scaled, -1, 1) * 32767, np.int16)
