"""Makes the table of weights from labelled utterances, and judges it on those it has not seen."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from voice_coach.content.weights import START, Weight, WeightTable
from voice_coach.understanding.risk_weights import phrases, share, tells_kinds

LEAST_OFTEN: Final = 2
"""A phrase that is in fewer utterances tells nothing."""
LEAST_WEIGHT: Final = 0.05
"""Of two weights, the larger one: less is left out of the table."""


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


def table_of(utterances: Sequence[Utterance]) -> WeightTable:
    """Weights that tell these utterances apart."""
    vectorizer = DictVectorizer(dtype=np.float64)
    counts = vectorizer.fit_transform([dict.fromkeys(phrases(one.words), 1) for one in utterances])
    often = np.asarray((counts > 0).sum(axis=0)).ravel() >= LEAST_OFTEN
    counts = counts[:, often]
    names = vectorizer.get_feature_names_out()[often]
    each = diags([share(one.words) for one in utterances])
    tiers = np.array([one.tier for one in utterances])
    danger, danger_start = _weights(counts, each, tiers != "none")
    present, present_start = _weights(counts, each, tiers == "now")
    kinds = _kinds(utterances)
    kept = {
        str(name): Weight(round(float(one), 2), round(float(other), 2))
        for name, one, other in zip(names, danger, present, strict=True)
        if max(abs(one), abs(other)) >= LEAST_WEIGHT or name in kinds
    }
    return WeightTable(Weight(round(danger_start, 2), round(present_start, 2)), kept, kinds)


def _weights(
    counts: csr_matrix, each: object, wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression over phrases that are scaled by how differently often they are found
    (Wang & Manning 2012); the weights of the phrases themselves, and the start.
    """
    inside = np.asarray(counts[wanted].sum(axis=0)).ravel() + 1
    outside = np.asarray(counts[~wanted].sum(axis=0)).ravel() + 1
    ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
    fitted = LogisticRegression(max_iter=3000).fit(each @ counts @ diags(ratio), wanted)
    return fitted.coef_[0] * ratio, float(fitted.intercept_[0])


def _kinds(utterances: Sequence[Utterance]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for one in utterances:
        if one.tier != "none" and one.kind:
            for phrase in set(phrases(one.words)):
                if tells_kinds(phrase):
                    found.setdefault(phrase, Counter())[one.kind] += 1
    return {
        phrase: dict(sorted(counts.items()))
        for phrase, counts in found.items()
        if counts.total() >= LEAST_OFTEN
    }


def write(table: WeightTable, file: Path) -> None:
    """The table as the program reads it."""
    lines = [
        "# Made by scripts/weigh_risk/weigh from labelled utterances: label another one rather",
        "# than change a weight here. Phrase, danger, present danger, in how many of each kind.",
        _line(START, table.start, {}),
    ]
    lines += [
        _line(phrase, table.phrases[phrase], table.kinds.get(phrase, {}))
        for phrase in sorted(table.phrases)
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(phrase: str, weight: Weight, kinds: Mapping[str, int]) -> str:
    counts = " ".join(f"{kind}:{count}" for kind, count in kinds.items())
    return f"{phrase}\t{weight.danger:g}\t{weight.present:g}\t{counts}"
