"""Phrases and what they speak for, which ``scripts/weigh_risk`` makes from labelled utterances.

``risk_weights.tsv``: a phrase, its weight for a danger, its weight for a danger that is present,
and in how many labelled utterances of each kind of danger it was found ("assault:12 threat:3"), if
in any. The line of the phrase ``(start)`` holds what the sums begin with, and how many there are of
each kind in all lines together.

``risk_families.tsv``: a word, and the family of words that are used as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Final

from voice_coach.content.loader import ContentError

START: Final = "(start)"
_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Weight:
    """What a phrase speaks for."""

    danger: float
    present: float
    """Natural logarithms of odds."""
    kinds: Mapping[str, int]
    """In how many utterances of each kind it was found; empty where it tells none from another."""


@dataclass(frozen=True, slots=True)
class WeightTable:
    """All of it: a hundred thousand phrases, of which an utterance holds a hundred, so each is read
    when it is met.
    """

    phrases: Mapping[str, str]
    """What stands after each phrase."""
    families: Mapping[str, str]
    """By word."""

    def weight(self, phrase: str) -> Weight:
        """Of a phrase that is in the table. Raises ValueError where its line is wrong."""
        danger, present, found = self.phrases[phrase].split("\t")
        counts = (one.rsplit(":", 1) for one in found.split(" ") if one)
        return Weight(float(danger), float(present), {kind: int(count) for kind, count in counts})


def load_weights(folder: Traversable) -> WeightTable:
    """Read both files. Raises ContentError, which names the line."""
    path = folder.joinpath("risk_weights.tsv")
    table = WeightTable(
        _columns(path, _COLUMNS, "a phrase, two numbers and counts"),
        _columns(folder.joinpath("risk_families.tsv"), 2, "a word and a family"),
    )
    try:
        table.weight(START)
    except (KeyError, ValueError) as error:
        raise ContentError(path.name, "", None, f"has no right line of {START}") from error
    return table


def _columns(path: Traversable, count: int, what: str) -> dict[str, str]:
    """What stands after the first column, by that."""
    found: dict[str, str] = {}
    for number, line in _lines(path):
        if line.count("\t") != count - 1:
            raise ContentError(path.name, "", number, f"is not {what}, with tabs between them")
        first, _, found[first] = line.partition("\t")
    return found


def _lines(path: Traversable) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(path.name, "", None, f"cannot be read: {error}") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#"):
            yield number, line
