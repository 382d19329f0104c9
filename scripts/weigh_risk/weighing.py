"""Makes the table of weights from labelled utterances, and judges it on those it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from voice_coach.content.weights import START, WeightTable
from voice_coach.understanding.risk_weights import Words, share, tells_kinds
from weigh_risk.families import families
from weigh_risk.utterances import Utterance

LEAST_OFTEN: Final = 2
"""A phrase that is in fewer utterances tells nothing."""
LEAST_WEIGHT: Final = 0.15
"""Of two weights, the larger one: less is left out of the table."""


def table_of(utterances: Sequence[Utterance], words: Words) -> WeightTable:
    """Weights that tell these utterances apart."""
    kin = families((one.words for one in utterances), words.small)
    phrases = [words.phrases(one.words, kin) for one in utterances]
    vectorizer = DictVectorizer(dtype=np.float64)
    counts = vectorizer.fit_transform([dict.fromkeys(sorted(found), 1) for found in phrases])
    often = np.asarray((counts > 0).sum(axis=0)).ravel() >= LEAST_OFTEN
    counts = counts[:, often]
    names = vectorizer.get_feature_names_out()[often]
    each = diags([share(one.words) for one in utterances])
    tiers = np.array([one.tier for one in utterances])
    danger, danger_start = _weights(counts, each, tiers != "none")
    present, present_start = _weights(counts, each, tiers == "now")
    kinds = _kinds(utterances, phrases)
    lines = {START: _line(danger_start, present_start, sum(kinds.values(), Counter()))}
    for name, one, other in zip(names, danger, present, strict=True):
        if max(abs(one), abs(other)) >= LEAST_WEIGHT or name in kinds:
            lines[str(name)] = _line(one, other, kinds.get(name, Counter()))
    return WeightTable(lines, kin)


def _line(danger: float, present: float, kinds: Counter[str]) -> str:
    counts = " ".join(f"{kind}:{count}" for kind, count in sorted(kinds.items()))
    return f"{danger:.2f}\t{present:.2f}\t{counts}"


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


def _kinds(utterances: Sequence[Utterance], phrases: Sequence[set[str]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for one, said in zip(utterances, phrases, strict=True):
        if one.tier != "none" and one.kind:
            for phrase in filter(tells_kinds, said):
                found.setdefault(phrase, Counter())[one.kind] += 1
    return {phrase: counts for phrase, counts in found.items() if counts.total() >= LEAST_OFTEN}


def write(table: WeightTable, folder: Path) -> None:
    """The tables as the program reads them."""
    columns = "Phrase, danger, present danger, in how many of each kind."
    lines = [f"{phrase}\t{table.phrases[phrase]}" for phrase in sorted(table.phrases)]
    _write([*_made(columns), *lines], folder / "risk_weights.tsv")
    kin = sorted(table.families.items(), key=lambda one: (one[1], one[0]))
    words = [f"{word}\t{family}" for word, family in kin]
    _write([*_made("Word, family."), *words], folder / "risk_families.tsv")


def _made(columns: str) -> tuple[str, str]:
    return (
        "# Made by scripts/weigh_risk/weigh from labelled utterances: label another one rather",
        f"# than change a line here. {columns}",
    )


def _write(lines: Sequence[str], file: Path) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
