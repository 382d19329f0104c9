"""What a model is measured with: phrases, sentences, and the voices that no training hears."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import soxr
from benches.listening_parts import WORDS
from benches.recordings import Recording
from train_model.sentences import words_of
from train_model.voices import held_out

from voice_coach.audio.frames import HEARING_RATE, SPEAKING_RATE, Pcm
from voice_coach.content.language import load_language
from voice_coach.speaking.synthesizer import Utterance
from voice_coach.speaking.system_voice import SystemVoice
from voice_coach.understanding.understanding import Understanding

UNSEEN: Final = Path(__file__).with_name("unseen_en.toml")
VOICES: Final = tuple(voice.name for voice in held_out())
_RATES: Final = (120, 210)
"""Words a minute, the slowest and the fastest."""
_LOUDNESS: Final = 0.4
"""Of what the voices speak at, so that noise has room above it."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is said to a model, and listened for. Lower case."""

    commands: tuple[str, ...]
    """Whole phrases."""
    sentences: tuple[str, ...]
    """Open speech."""
    words: tuple[str, ...] = WORDS
    """The closed grammar of single words."""
    others: tuple[str, ...] = ()
    """Single words that are none of the above."""
    foreign: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Single words of other languages, by the voice that says them."""


def own_material() -> Material:
    """The commands of the content, and what ``unseen_en.toml`` holds."""
    table = tomllib.loads(UNSEEN.read_text(encoding="utf-8"))
    commands = Understanding.from_content(load_language("en")).commands.phrases
    return Material(
        commands=commands,
        sentences=tuple(table["sentences"]),
        others=tuple(table["words"]),
        foreign={voice: tuple(words) for voice, words in table["foreign"].items()},
    )


def material_of(words: Sequence[Path], sentences: Sequence[Path]) -> Material:
    """Lines of files instead: phrases to listen for, and sentences."""
    return Material(commands=tuple(_lines(words)), sentences=tuple(_lines(sentences)))


def _lines(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if text := " ".join(words_of(line)):
                yield text


def said(texts: Sequence[str], voices: Sequence[str], each: int = 1) -> list[Recording]:
    """Each text by so many of the voices, in turn, at rates that vary. Raises ``SpeechFailed``.

    The same list gives the same samples every time.
    """
    rng = random.Random(5)
    jobs: dict[str, list[tuple[int, str, int]]] = {voice: [] for voice in voices}
    for number, text in enumerate(text for text in texts for _ in range(each)):
        jobs[voices[number % len(voices)]].append((number, text, rng.randint(*_RATES)))
    clips: list[tuple[int, Recording]] = []
    for name, wanted in jobs.items():
        with SystemVoice(name) as voice:
            for number, text, rate in wanted:
                pcm = _at_hearing_rate(voice.render(Utterance(text, rate)))
                clips.append((number, Recording(f"{name}: {text}", text, name, pcm)))
    return [clip for _, clip in sorted(clips, key=lambda pair: pair[0])]


def _at_hearing_rate(spoken: Pcm) -> Pcm:
    wave = soxr.resample(spoken.astype(np.float32) * _LOUDNESS, SPEAKING_RATE, HEARING_RATE)
    return np.asarray(np.rint(wave), np.int16)


def pink_noise(seconds: float, seed: int = 3) -> Pcm:
    """Noise whose power halves with each doubling of the frequency, from 30 Hz on."""
    count = round(seconds * HEARING_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    lowest = 30 * seconds
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), lowest))
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(noise / np.abs(noise).max() * 16_000, np.int16)
