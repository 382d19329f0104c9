"""Cuts what was said into words that still know their place in the text.

Works alike on recogniser output (no capitals, no punctuation, ``[unk]``) and on what is typed
(smart quotes, digits, hyphens).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(
    r"\[unk\]"
    r"|[^\W\d_]+(?:'[^\W\d_]+)*'?"
    r"|\d+(?:[.:,]\d+)*"
    r"|[.,;:!?…—–/%()\"]",
    re.IGNORECASE,
)
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"'})
_BREAKS = frozenset('.,;:!?…—–()"')
_STOPS = frozenset(".;!?…")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark of punctuation."""

    text: str
    """Lower case, straight apostrophes."""
    start: int
    """Character offset in the original text."""
    end: int
    """One past the last character."""

    @property
    def is_break(self) -> bool:
        """A mark that ends a phrase."""
        return self.text in _BREAKS

    @property
    def is_stop(self) -> bool:
        """A mark that ends a sentence."""
        return self.text in _STOPS


def straighten(text: str) -> str:
    """The text with straight quotes and apostrophes; every offset stays."""
    return text.translate(_STRAIGHT)


def tokenize(text: str) -> tuple[Token, ...]:
    """All words and marks in order; ``[unk]`` and hyphens inside words are left out."""
    found = (match for match in _TOKEN.finditer(straighten(text)))
    return tuple(
        Token(match.group().lower().rstrip("'"), match.start(), match.end())
        for match in found
        if match.group().lower() != "[unk]"
    )


def words(text: str) -> tuple[str, ...]:
    """Only the words and numbers, lower case."""
    return tuple(token.text for token in tokenize(text) if not token.is_break)


def without(said: Sequence[str], dropped: frozenset[str]) -> tuple[str, ...]:
    """The words that are not in ``dropped``."""
    return tuple(word for word in said if word not in dropped)


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase at a place among the words."""

    start: int
    end: int
    value: T


class PhraseBook(Generic[T]):
    """Phrases of whole words, each with a meaning."""

    def __init__(self, entries: Iterable[tuple[str, T]] = ()) -> None:
        self._values: dict[tuple[str, ...], T] = {}
        self._longest = 0
        for phrase, value in entries:
            self.add(phrase, value)

    def add(self, phrase: str, value: T) -> None:
        """Enter a phrase; the first meaning of a phrase stays."""
        key = words(phrase)
        if key:
            self._values.setdefault(key, value)
            self._longest = max(self._longest, len(key))

    def whole(self, said: Sequence[str]) -> T | None:
        """The meaning of exactly these words."""
        return self._values.get(tuple(said))

    def at(self, said: Sequence[str], start: int) -> tuple[Found[T], ...]:
        """Every phrase that begins here, the longest first."""
        furthest = min(len(said), start + self._longest)
        return tuple(
            Found(start, end, self._values[key])
            for end in range(furthest, start, -1)
            if (key := tuple(said[start:end])) in self._values
        )

    def inside(self, said: Sequence[str]) -> tuple[Found[T], ...]:
        """Phrases anywhere, from the left, the longest first, none overlapping."""
        found: list[Found[T]] = []
        place = 0
        while place < len(said):
            here = self.at(said, place)
            if here:
                found.append(here[0])
            place = here[0].end if here else place + 1
        return tuple(found)

    def cover(self, said: Sequence[str]) -> tuple[Found[T], ...] | None:
        """The words wholly cut into phrases, long ones preferred; None where that fails."""
        path: list[Found[T]] = []
        choices = [iter(self.at(said, 0))]
        dead: set[int] = set()
        while choices:
            place = path[-1].end if path else 0
            if place == len(said):
                return tuple(path)
            found = next((one for one in choices[-1] if one.end not in dead), None)
            if found is not None:
                path.append(found)
                choices.append(iter(self.at(said, found.end)))
                continue
            dead.add(place)
            choices.pop()
            if path:
                path.pop()
        return None


class Stream:
    """Tokens as one string with single spaces, for regular expressions over whole words."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self.text = " ".join(token.text for token in self.tokens)
        """Every token is followed by a space or the end."""
        ends = accumulate(len(token.text) + 1 for token in self.tokens)
        self._places = [0, *ends][: len(self.tokens)]

    def token_range(self, start: int, end: int) -> tuple[int, int]:
        """The tokens (first, one past the last) between two offsets in ``text``."""
        first, last = bisect_left(self._places, start), bisect_left(self._places, end)
        return (first, last) if first < last else (0, 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original text between two offsets in ``text``."""
        first, last = self.token_range(start, end)
        if first == last:
            return (0, 0)
        return (self.tokens[first].start, self.tokens[last - 1].end)
