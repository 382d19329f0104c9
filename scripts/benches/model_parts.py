"""What ``bench model`` measures of one model: words, commands, false alarms, open speech."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean
from typing import Final

import numpy as np
from benches.material import Material
from benches.recordings import Recording, quiet, with_noise

from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, Pcm
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.phrases import SURE_COMMAND
from voice_coach.listening.recognizer import Hypothesis
from voice_coach.listening.vosk_recognizer import VoskModel

Figures = dict[str, dict[str, float | int]]
MARGIN: Final = 0.5
"""Seconds of a quiet room on both sides of each clip."""
PIECES: Final = (1.0, 0.5)
"""Seconds of the short clips that other speech is cut into as well."""
URGENT: Final = Grammars().urgent


@dataclass(slots=True)
class Heard:
    """What a model made of some clips, and what it got wrong."""

    clips: int = 0
    right: int = 0
    """Clips whose words are all as they were said."""
    words: int = 0
    errors: int = 0
    """Words left out, put in or mistaken, at the least."""
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, what was said, what was heard."""

    def count(self, clip: Recording, heard: str) -> None:
        """One more clip."""
        errors = word_errors(clip.text.split(), heard.split())
        self.clips += 1
        self.right += errors == 0
        self.words += len(clip.text.split())
        self.errors += errors
        if errors:
            self.wrong.append((clip.name, clip.text, heard))


class Ear:
    """One model. Every clip is heard by a fresh recogniser, as if it were the first."""

    def __init__(self, model: VoskModel) -> None:
        self._model = model

    def hear(self, pcm: Pcm, grammar: Sequence[str] | None) -> str:
        """The text, by phrases or in open speech; may hold ``[unk]``."""
        return self.hear_surely(pcm, grammar)[0]

    def hear_surely(self, pcm: Pcm, grammar: Sequence[str] | None) -> tuple[str, float]:
        """The text, and how sure the model is of its words, on the average (0 to 1)."""
        recognizer = self._model.recognizer()
        recognizer.begin(grammar)
        whole = np.concatenate([quiet(MARGIN), pcm, quiet(MARGIN, seed=2)])
        finals: list[Hypothesis] = []
        for start in range(0, len(whole), HEARING_SAMPLES):
            found = recognizer.accept(whole[start : start + HEARING_SAMPLES])
            if found is not None and found.final:
                finals.append(found)
        finals.append(recognizer.finish())
        recognizer.close()
        confidences = [word.confidence for final in finals for word in final.words]
        text = " ".join(final.text for final in finals if final.text)
        return text, fmean(confidences) if confidences else 0.0

    def act_on(self, pcm: Pcm, commands: Sequence[str]) -> tuple[str, str]:
        """What the phrases make of it, and what the program acts on.

        The ears leave a doubtful command to open speech (see ``listening.phrases``).
        """
        text, confidence = self.hear_surely(pcm, commands)
        if text not in commands or text in URGENT or confidence >= SURE_COMMAND:
            return text, text
        return text, self.hear(pcm, None)

    def hear_all(
        self,
        clips: Iterable[Recording],
        grammar: Sequence[str] | None,
    ) -> Heard:
        """Every clip."""
        heard = Heard()
        for clip in clips:
            heard.count(clip, self.hear(clip.pcm, grammar))
        return heard

    def hear_commands(
        self,
        clips: Iterable[Recording],
        commands: Sequence[str],
        room: Callable[[Pcm], Pcm] = lambda pcm: pcm,
    ) -> Heard:
        """Every clip, as the program acts on it; ``room`` adds what else is heard there."""
        heard = Heard()
        for clip in clips:
            heard.count(clip, self.act_on(room(clip.pcm), commands)[1])
        return heard


def word_errors(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Insertions, deletions and substitutions, at the least (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(wanted, start=1):
        above, row = row, [index]
        for column, other in enumerate(heard, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (word != other)))
    return row[-1]


def noisy(noise: Pcm, decibels: float) -> Callable[[Pcm], Pcm]:
    """A room with this noise, so many dB softer than what is said in it."""
    rng = np.random.default_rng(1)
    return lambda pcm: with_noise(pcm, noise, decibels, rng)


def closed_words(ear: Ear, clips: Iterable[Recording], words: Sequence[str]) -> Iterator[Heard]:
    """Clips of nothing but words of the closed grammar: single words, then runs of them."""
    within = [clip for clip in clips if clip.text and set(clip.text.split()) <= set(words)]
    yield ear.hear_all([clip for clip in within if " " not in clip.text], words)
    yield ear.hear_all([clip for clip in within if " " in clip.text], words)


def spells(text: str) -> bool:
    """Whether letters are said one by one: no open speech."""
    return any(len(word) == 1 and word not in "aio" for word in text.split()) or any(
        len(one) == len(other) == 1 for one, other in pairwise(text.split())
    )


def open_clips(clips: Iterable[Recording], words: Sequence[str]) -> dict[str, list[Recording]]:
    """Clips of open speech, by the folder they lie in: not spelled, and no runs of digits."""
    found: dict[str, list[Recording]] = {}
    for clip in clips:
        if clip.text and not spells(clip.text) and not set(clip.text.split()) <= set(words):
            folder = clip.name.rpartition("/")[0] or "people"
            found.setdefault(folder, []).append(clip)
    return found


def strange(clips: Iterable[Recording], commands: Sequence[str]) -> list[Recording]:
    """The clips that hold no command anywhere, as far as is known what is said in them."""
    inside = [f" {phrase} " for phrase in commands]
    return [clip for clip in clips if not any(one in f" {clip.text} " for one in inside)]


def pieces(clips: Iterable[Recording], seconds: float) -> list[Recording]:
    """The clips cut into pieces of this length, one after the other."""
    size = round(seconds * HEARING_RATE)
    return [
        Recording(f"{clip.name} at {start / HEARING_RATE:g} s", "", clip.speaker, part)
        for clip in clips
        for start in range(0, len(clip.pcm) - size + 1, size)
        if len(part := clip.pcm[start : start + size])
    ]


@dataclass(slots=True)
class FalseAlarms:
    """Clips that are no command, and those of them that were taken for one."""

    clips: int = 0
    taken: list[tuple[str, str, str]] = field(default_factory=list)
    """Acted on by the program: name, what was said as far as is known, the command."""
    looked_like: int = 0
    """Taken for a command by the recogniser alone."""

    def figures(self) -> dict[str, float | int]:
        """For the table and for ``--json``."""
        share = 100 * len(self.taken) / max(1, self.clips)
        return {
            "clips": self.clips,
            "taken": len(self.taken),
            "taken_percent": round(share, 2),
            "by_the_recogniser_alone": self.looked_like,
        }


def false_alarms(ear: Ear, clips: Iterable[Recording], commands: Sequence[str]) -> FalseAlarms:
    """Hear them within the commands; what counts is a whole phrase and nothing else beside it."""
    alarms = FalseAlarms()
    for clip in clips:
        heard, acted_on = ear.act_on(clip.pcm, commands)
        alarms.clips += 1
        alarms.looked_like += heard in commands
        if acted_on in commands:
            alarms.taken.append((clip.name, clip.text, acted_on))
    return alarms


def right(heard: Heard) -> dict[str, float | int]:
    """Clips that are right, for the table."""
    share = 100 * heard.right / max(1, heard.clips)
    return {"clips": heard.clips, "right_percent": round(share, 1)}


def words_right(heard: Heard) -> dict[str, float | int]:
    """Words that are right, for the table."""
    share = 100 * (1 - heard.errors / max(1, heard.words))
    return {"clips": heard.clips, "words": heard.words, "right_percent": round(share, 1)}


def words_wrong(heard: Heard) -> dict[str, float | int]:
    """The word error rate, for the table."""
    share = 100 * heard.errors / max(1, heard.words)
    return {"clips": heard.clips, "words": heard.words, "wrong_percent": round(share, 1)}


def unknown_words(model: VoskModel, material: Material) -> list[str]:
    """Words of the phrases that the model does not know: those phrases cannot be heard."""
    wanted = {word for phrase in (*material.commands, *material.words) for word in phrase.split()}
    return sorted(word for word in wanted if not model.knows(word))
