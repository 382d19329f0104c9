"""Weighs what was said: every phrase of a table speaks for a danger or against one.

The signs of ``risk_signs`` know what was foreseen; this knows, from some ninety thousand labelled
utterances, how people speak where there is a danger and where there is none, and so finds what
nobody foresaw. The table can be read: a phrase, and what it speaks for. Who does what to whom is in
the phrases, as far as it shows in words near each other; a family ("@punch") stands for all words
that are used alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import fsum, log, sqrt
from typing import Final

import snowballstemmer

from voice_coach.content.safety_scripts import RiskLexicon
from voice_coach.content.weights import START, WeightTable
from voice_coach.understanding.risk_verbs import VerbForms

BEGIN, END = "^", "$"
APART: Final = " .. "
"""Between two words that have up to four others between them."""
WIDEST: Final = 5
USUAL: Final = 10
"""Words: a longer utterance holds more phrases, each of which counts for less."""
STRETCH: Final = 10
"""Words that are weighed by themselves, in a longer utterance."""
STEP: Final = 5
"""Words from the beginning of one stretch to that of the next."""
LESS: Final = 1.0
"""What a stretch must speak more for a danger than the whole utterance."""
FAMILY: Final = "@"
"""Begins the name of every family of words."""
UNKNOWN: Final = "@"
"""The family of words that have none."""
SMOOTH: Final = 0.3
"""Added to every count of a kind."""
HE: Final = {
    **dict.fromkeys(("he", "she", "they"), "he"),
    **dict.fromkeys(("him", "her", "them"), "him"),
    **dict.fromkeys(("his", "their"), "his"),
}
"""Whether the partner is a man or a woman makes no difference."""


SMALL: Final = (
    "^ $ a an the this that these those some any of to in on at by for from with about into "
    "over up out off down as if than then so and or but because when where what who how why "
    "which while till until i me my mine myself he him his she her they them their it its we us "
    "our you your am is are was were be been being have has had do does did done will would can "
    "could should shall may might must not no there here just very too also even still again "
    "all one"
)
"""Two of these that stand apart say nothing together."""


class Words:
    """Makes words alike that mean the same here: all forms of a verb, he and she."""

    def __init__(self, lexicon: RiskLexicon) -> None:
        forms = VerbForms(lexicon.irregular)
        self._verbs: dict[str, str] = {}
        for verb in lexicon.irregular:
            for form in forms.of(verb):
                self._verbs.setdefault(form, verb)
        partners = (one for one in lexicon.words["partner"] if " " not in one)
        self._persons = {**HE, **dict.fromkeys(partners, "he")}
        self._stem = lru_cache(maxsize=4096)(snowballstemmer.stemmer("english").stemWord)
        self.small: Final = frozenset(self.of(SMALL))

    def of(self, plain: str) -> list[str]:
        """The words of an utterance, itself as ``Clauses.plain`` gives it."""
        return [
            self._persons.get(word) or self._stem(self._verbs.get(word, word))
            for word in plain.split()
        ]

    def phrases(self, words: Sequence[str], families: Mapping[str, str]) -> set[str]:
        """Every phrase of these words: each alone; two and three in a row; two that stand apart.
        And the same again with families in place of the words that belong to one.
        """
        words = (BEGIN, *words, END)
        kin = [word if word in self.small else families.get(word, UNKNOWN) for word in words]
        known = {one for one in _rows(words) if not self._is_small(one)}
        return known | {one for one in _rows(kin) if FAMILY in one}

    def _is_small(self, phrase: str) -> bool:
        return APART in phrase and self.small.issuperset(phrase.split(APART))


def _rows(words: Sequence[str]) -> Iterator[str]:
    for index, word in enumerate(words):
        yield word
        if index + 1 < len(words):
            yield f"{word} {words[index + 1]}"
        if index + 2 < len(words):
            yield f"{word} {words[index + 1]} {words[index + 2]}"
        for other in words[index + 2 : index + WIDEST + 1]:
            yield f"{word}{APART}{other}"


def tells_kinds(phrase: str) -> bool:
    """Single words and pairs are enough to tell one danger from another."""
    return APART not in phrase and FAMILY not in phrase and phrase.count(" ") < 2


def share(words: Sequence[str]) -> float:
    """What each phrase counts for in an utterance of so many words."""
    return sqrt(USUAL / (len(words) + 2))


def _stretches(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Of an utterance that is longer than one."""
    if len(words) > STRETCH + 2:
        for begin in range(0, len(words) - STRETCH + STEP, STEP):
            yield words[begin : begin + STRETCH]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an utterance speaks for; natural logarithms of odds."""

    danger: float
    present: float
    kind: str
    """The name of the category that it would be."""
    telling: tuple[str, ...]
    """The phrases that say most of it, the first most."""


class Weighing:
    """Weighs utterances by a table."""

    TELLING: Final = 3

    def __init__(self, table: WeightTable, words: Words) -> None:
        self._table = table
        self._words = words
        self._start = table.weight(START)

    def weigh(self, plain: str) -> Weighed:
        """An utterance, as ``Clauses.plain`` gives it.

        One clause in earnest can stand in a long story, whose other words outweigh it: so each
        stretch of the utterance is weighed by itself too, and what speaks most for a danger counts.
        """
        words = self._words.of(plain)
        whole = self._weigh(words)
        stretches = [self._weigh(stretch) for stretch in _stretches(words)]
        most = max(stretches, key=lambda one: one.danger, default=whole)
        if most.danger - LESS <= whole.danger:
            return whole
        present = max(most.present - LESS, whole.present)
        return replace(most, danger=most.danger - LESS, present=present)

    def _weigh(self, words: Sequence[str]) -> Weighed:
        known = self._words.phrases(words, self._table.families) & self._table.phrases.keys()
        found = {phrase: self._table.weight(phrase) for phrase in known}
        each = share(words)
        telling = sorted(found, key=lambda phrase: (-found[phrase].danger, phrase))
        return Weighed(
            self._start.danger + each * fsum(one.danger for one in found.values()),
            self._start.present + each * fsum(one.present for one in found.values()),
            self._kind([one.kinds for one in found.values() if one.kinds]),
            tuple(telling[: self.TELLING]),
        )

    def _kind(self, found: Sequence[Mapping[str, int]]) -> str:
        """By a naive Bayes classifier over the counts."""

        def likelihood(kind: str) -> float:
            whole = log(self._start.kinds[kind] + SMOOTH * len(self._table.phrases))
            return fsum(log(one.get(kind, 0) + SMOOTH) - whole for one in found)

        return max(sorted(self._start.kinds), key=likelihood)
