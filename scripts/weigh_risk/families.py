"""Puts words into families by their neighbours: words that are used alike mean something alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from sklearn.cluster import KMeans
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from voice_coach.understanding.risk_weights import BEGIN, END, FAMILY

FAMILIES: Final = 500
LEAST_OFTEN: Final = 3
"""A word that is said less often has no family."""
NEIGHBOURS: Final = (-2, -1, 1, 2)
"""Places before and after a word."""
DIMENSIONS: Final = 80
RARE: Final = 5
"""Added to the count of a neighbour: rare ones say less."""


def families(utterances: Iterable[Sequence[str]], small: frozenset[str]) -> dict[str, str]:
    """The family of each word that is said often enough, named for its most usual word.

    By pointwise mutual information with the neighbours, its singular vectors, and k-means.
    """
    said = [(BEGIN, *words, END) for words in utterances]
    counts = Counter(word for words in said for word in words[1:-1])
    words = [word for word, count in counts.items() if count >= LEAST_OFTEN]
    if len(words) <= FAMILIES:
        return {}
    where = _where(said, words)
    found = KMeans(FAMILIES, n_init=1, random_state=0, max_iter=50).fit(where).labels_
    names: dict[int, str] = {}
    for word, family in sorted(zip(words, found, strict=True), key=lambda one: -counts[one[0]]):
        if word not in small:
            names.setdefault(family, f"{FAMILY}{word}")
    return {
        word: names[family] for word, family in zip(words, found, strict=True) if word not in small
    }


def _where(said: Sequence[Sequence[str]], words: Sequence[str]) -> NDArray[np.float64]:
    """A unit vector for each word, float64 [words, DIMENSIONS]."""
    index = {word: number for number, word in enumerate(words)}
    neighbours: dict[tuple[int, str], int] = {}
    pairs: Counter[tuple[int, int]] = Counter()
    for row in said:
        for place, word in enumerate(row):
            for step in NEIGHBOURS if word in index else ():
                if 0 <= place + step < len(row):
                    key = (step, row[place + step])
                    pairs[index[word], neighbours.setdefault(key, len(neighbours))] += 1
    rows, columns = np.array(list(pairs)).T
    together = np.array(list(pairs.values()), dtype=np.float64)
    shape = (len(words), len(neighbours))
    of_word = np.bincount(rows, together, shape[0])
    of_neighbour = np.bincount(columns, together, shape[1]) + RARE
    told = np.log(together * together.sum() / (of_word[rows] * of_neighbour[columns]))
    table = coo_matrix((np.maximum(told, 0.0), (rows, columns)), shape=shape).tocsr()
    left, values, _ = randomized_svd(table, DIMENSIONS, random_state=0)
    unit: NDArray[np.float64] = normalize(left * np.sqrt(values))
    return unit
