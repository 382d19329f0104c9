"""Phrases and what they speak for, which ``scripts/weigh_risk`` makes from labelled utterances.

``risk_weights.tsv``: a phrase, its weight for a danger, its weight for a danger that is present, and
in how many labelled utterances of each kind of danger it was found ("assault:12 threat:3"), if in
any. The line of the phrase ``(start)`` holds what the sums begin with.

``risk_families.tsv``: a word, and the family of words that are used as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Final

from voice_coach.content.loader import ContentError

START: Final = "(start)"


@dataclass(frozen=True, slots=True)
class Weight:
    """Of one phrase; natural logarithms of odds."""

    danger: float
    present: float


@dataclass(frozen=True, slots=True)
class WeightTable:
    """All of it."""

    start: Weight
    phrases: Mapping[str, Weight]
    kinds: Mapping[str, Mapping[str, int]]
    """Of the phrases that tell the kinds of danger apart."""
    families: Mapping[str, str]
    """By word."""


def load_weights(folder: Traversable) -> WeightTable:
    """Read both files. Raises ContentError, which names the line."""
    path = folder.joinpath("risk_weights.tsv")
    phrases: dict[str, Weight] = {}
    kinds: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        try:
            phrase, danger, present, found = line.split("\t")
            phrases[phrase] = Weight(float(danger), float(present))
            if found:
                counts = (one.rsplit(":", 1) for one in found.split(" "))
                kinds[phrase] = {kind: int(count) for kind, count in counts}
        except ValueError as error:
            problem = "is not a phrase, two numbers and counts, with tabs between them"
            raise ContentError(path.name, "", number, problem) from error
    if START not in phrases:
        raise ContentError(path.name, "", None, f"has no line that begins with {START}")
    families = _families(folder.joinpath("risk_families.tsv"))
    return WeightTable(phrases.pop(START), phrases, kinds, families)


def _families(path: Traversable) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in _lines(path):
        word, mark, family = line.partition("\t")
        if not mark or "\t" in family:
            problem = "is not a word and a family, with a tab between"
            raise ContentError(path.name, "", number, problem)
        found[word] = family
    return found


def _lines(path: Traversable) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(path.name, "", None, f"cannot be read: {error}") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#"):
            yield number, line
