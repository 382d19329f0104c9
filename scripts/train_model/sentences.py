"""What the training voices say, and what the language model learns of the domain."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from train_model.general_lm import GeneralModel

_SENTENCE_END = re.compile(r"[.!?;:,\n]+")
_NOT_A_WORD = re.compile(r"[^a-z' -]")
# Keys of content files whose strings are names and notes for the program, not speech.
_SILENT_KEYS = {"id", "aim", "purpose", "cue", "source", "reads", "next", "number"}

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
CLOSED_GRAMMAR = ("yes", "no", "go", "stop", "start", "help", "repeat", *DIGITS)


def words_of(text: str) -> list[str]:
    """The words of a text in the model's spelling: lower case, straight apostrophes."""
    plain = _NOT_A_WORD.sub(" ", text.lower().replace("’", "'"))
    return [word for raw in plain.split() if (word := raw.strip("-")) and word != "'"]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _SILENT_KEYS:
                yield from _strings(item)


def from_content(folder: Path) -> list[list[str]]:
    """Every phrase and clause in a folder of TOML files, as words."""
    found: dict[tuple[str, ...], None] = {}
    for path in sorted(folder.rglob("*.toml")):
        for text in _strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            for clause in _SENTENCE_END.split(text):
                words = words_of(clause)
                if words and not set("{}0123456789_<>") & set(clause):
                    found[tuple(words)] = None
    return [list(words) for words in found]


def grammar_words(folder: Path) -> set[str]:
    """The words of all phrases that a person may say to the program."""
    words: set[str] = set(CLOSED_GRAMMAR)
    for name in ("commands.toml", "answers.toml"):
        for text in _strings(tomllib.loads((folder / name).read_text(encoding="utf-8"))):
            words.update(words_of(text))
    for path in sorted(folder.rglob("*.toml")):
        _gather_phrases(tomllib.loads(path.read_text(encoding="utf-8")), words)
    return words


def _gather_phrases(value: object, words: set[str]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in {"phrases", "label"}:
                for text in _strings(item):
                    words.update(words_of(text))
            else:
                _gather_phrases(item, words)
    elif isinstance(value, list):
        for item in value:
            _gather_phrases(item, words)


def spoken_commands(folder: Path) -> list[str]:
    """The `say` phrases of all commands."""
    tables = tomllib.loads((folder / "commands.toml").read_text(encoding="utf-8"))["commands"]
    return [phrase for table in tables.values() for phrase in table.get("say", [])]


def from_templates(path: Path, count: int, rng: random.Random) -> list[list[str]]:
    """Sentences from a TOML file of `templates` whose {slots} are lists under `slots`."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    templates: list[str] = table["templates"]
    slots: dict[str, list[str]] = table["slots"]

    def fill(match: re.Match[str]) -> str:
        return rng.choice(slots[match.group(1)])

    return [words_of(re.sub(r"\{(\w+)\}", fill, rng.choice(templates))) for _ in range(count)]


class GeneralSampler:
    """Draws word sequences from the bigrams of a general model."""

    def __init__(self, general: GeneralModel, vocabulary: Iterable[str]) -> None:
        known = set(vocabulary)
        allowed = np.array([word in known for word in general.words])
        keep = allowed[general.bigrams].all(axis=1)
        pairs = general.bigrams[keep]
        order = np.argsort(pairs[:, 0], kind="stable")
        self._words = general.words
        self._next = pairs[order, 1]
        self._weights = np.exp(general.bigram_logprobs[keep][order])
        self._starts = np.searchsorted(pairs[order, 0], np.arange(len(general.words) + 1))
        self._vocabulary = np.flatnonzero(allowed)

    def sentence(self, length: int, rng: np.random.Generator) -> list[str]:
        """About `length` words; the first is any word, so that rare ones are spoken as well."""
        word = int(rng.choice(self._vocabulary))
        drawn = [word]
        while len(drawn) < length:
            low, high = self._starts[word], self._starts[word + 1]
            if low == high:
                word = int(rng.choice(self._vocabulary))
            else:
                weights = self._weights[low:high] ** 0.7
                word = int(rng.choice(self._next[low:high], p=weights / weights.sum()))
            drawn.append(word)
        return [self._words[index] for index in drawn]


def prompts(
    count: int,
    commands: Sequence[str],
    domain: Sequence[Sequence[str]],
    sampler: GeneralSampler,
    seed: int,
) -> list[list[str]]:
    """What is to be spoken: short commands and single words as often as sentences."""
    rng = random.Random(seed)
    draw = np.random.default_rng(seed)
    short = [words_of(phrase) for phrase in commands]
    spoken: list[list[str]] = []
    while len(spoken) < count:
        kind = rng.random()
        if kind < 0.22:
            spoken.append([rng.choice(CLOSED_GRAMMAR)])
        elif kind < 0.34:
            spoken.append(list(rng.choice(short)))
        elif kind < 0.42:
            spoken.append([rng.choice(CLOSED_GRAMMAR) for _ in range(rng.randint(2, 6))])
        elif kind < 0.60:
            sentence = list(rng.choice(domain))
            start = rng.randrange(max(1, len(sentence) - 10))
            spoken.append(sentence[start : start + 12])
        else:
            spoken.append(sampler.sentence(rng.randint(1, 9), draw))
    return spoken
