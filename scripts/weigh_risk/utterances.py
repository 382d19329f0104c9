"""The labelled utterances: what is learnt from, and what is not."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
TESTS: Final = REPOSITORY / "tests" / "understanding"
LABELLED: Final = (
    *sorted((Path(__file__).parent / "sentences").glob("*.tsv")),
    TESTS / "risk_labelled.tsv",
    TESTS / "risk_strangers.tsv",
)
"""What is learnt from."""
UNSEEN: Final = tuple(sorted(TESTS.glob("risk_unseen*.tsv")))
"""What is judged by: an utterance that stands here too is not learnt from."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled utterance."""

    text: str
    tier: str
    kind: str
    """The category; empty where there is none, or none was noted."""
    source: str
    """The file it is from."""
    words: tuple[str, ...] = ()


def read(files: Iterable[Path]) -> Iterator[Utterance]:
    """Tables with the columns ``tier`` and ``text``, and ``category`` or ``categories``."""
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                kind = row.get("category") or row.get("categories") or ""
                yield Utterance(row["text"], row["tier"], kind, file.stem)


def learnt_from() -> list[Utterance]:
    """All labelled utterances but those that stand, word for word, among what is judged by."""
    unseen = {one.text.lower() for one in read(UNSEEN)}
    return [one for one in read(LABELLED) if one.text.lower() not in unseen]
