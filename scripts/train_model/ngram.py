"""Mixes the general model with the domain's sentences into one pruned bigram, and writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from train_model.general_lm import GeneralModel
from train_model.openfst import ARC, Fst

Floats = npt.NDArray[np.float64]
_DISCOUNT = 0.6


@dataclass(frozen=True, slots=True)
class Bigram:
    """Word numbers are 1 to n; 0 stands for the sentence's start (as history) or end (as word).

    unigrams: (n + 1,); pairs: (k, 2) of history and word; probabilities: (k,).
    """

    unigrams: Floats
    pairs: npt.NDArray[np.int64]
    probabilities: Floats
    backoffs: Floats


def _general(
    general: GeneralModel, words: Sequence[str]
) -> tuple[Floats, Floats, list[dict[int, float]]]:
    number = {word: index + 1 for index, word in enumerate(words)}
    ours = np.array([number.get(word, -1) for word in general.words])
    as_history, as_word = ours.copy(), ours.copy()
    as_history[general.words.index("<s>")] = 0
    as_word[general.words.index("</s>")] = 0
    unigrams = np.full(len(words) + 1, 1e-7)
    known = as_word >= 0
    unigrams[as_word[known]] = np.exp(general.unigram_logprobs[known])
    backoffs = np.ones(len(words) + 1)
    known = as_history >= 0
    backoffs[as_history[known]] = np.exp(general.unigram_backoffs[known])
    rows: list[dict[int, float]] = [{} for _ in range(len(words) + 1)]
    left, right = as_history[general.bigrams[:, 0]], as_word[general.bigrams[:, 1]]
    keep = (left >= 0) & (right >= 0)
    chances = np.exp(general.bigram_logprobs[keep])
    for history, word, chance in zip(left[keep], right[keep], chances, strict=True):
        rows[int(history)][int(word)] = float(chance)
    return unigrams / unigrams.sum(), backoffs, rows


def _domain(sentences: Sequence[Sequence[str]], words: Sequence[str]) -> list[Counter[int]]:
    number = {word: index + 1 for index, word in enumerate(words)}
    rows: list[Counter[int]] = [Counter() for _ in range(len(words) + 1)]
    for sentence in sentences:
        path = [0, *(number[word] for word in sentence), 0]
        for history, word in pairwise(path):
            rows[history][word] += 1
    return rows


def mix(
    general: GeneralModel,
    sentences: Sequence[Sequence[str]],
    words: Sequence[str],
    share: float,
    most_pairs: int,
) -> Bigram:
    """Linear interpolation with `share` for the domain; the most telling pairs are kept."""
    base, backoffs, general_rows = _general(general, words)
    domain_rows = _domain(sentences, words)
    total = np.zeros(len(base))
    for row in domain_rows:
        for word, count in row.items():
            total[word] += count
    unigrams = share * total / max(total.sum(), 1) + (1 - share) * base
    found: list[tuple[float, int, int, float]] = []
    for history, (explicit, counts) in enumerate(zip(general_rows, domain_rows, strict=True)):
        seen = sum(counts.values())
        mine = share if seen else 0.0
        weight = unigrams[history]
        for word in explicit.keys() | counts.keys():
            chance = (1 - mine) * explicit.get(word, backoffs[history] * base[word])
            if seen:
                spare = _DISCOUNT * len(counts) / seen
                given = max(counts[word] - _DISCOUNT, 0) / seen if word in counts else 0.0
                chance += mine * (given + spare * unigrams[word])
            gain = weight * chance * float(np.log(chance / unigrams[word]))
            if gain > 0:
                found.append((gain, history, word, chance))
    found.sort(reverse=True)
    found = sorted(found[:most_pairs], key=lambda item: item[1:3])
    pairs = np.array([item[1:3] for item in found], np.int64).reshape(-1, 2)
    chances = np.array([item[3] for item in found])
    kept = np.bincount(pairs[:, 0], chances, len(unigrams))
    covered = np.bincount(pairs[:, 0], unigrams[pairs[:, 1]], len(unigrams))
    # A history whose pairs leave next to nothing still lets a rare word through.
    too_much = kept > 0.98
    chances = np.where(too_much[pairs[:, 0]], chances * (0.98 / kept[pairs[:, 0]]), chances)
    kept = np.minimum(kept, 0.98)
    return Bigram(unigrams, pairs, chances, (1 - kept) / np.maximum(1 - covered, 1e-9))


def acceptor(model: Bigram, labels: npt.NDArray[np.int64]) -> Fst:
    """The bigram as Gr.fst. labels: (n + 1,) the label of each word number (0: unused).

    State 0 is the sentence's start, state 1 stands for any history; a history without pairs of
    its own is that state.
    """
    words = len(model.unigrams) - 1
    has_pairs = np.bincount(model.pairs[:, 0], minlength=words + 1) > 0
    has_pairs[0] = True
    state = np.ones(words + 1, np.int64)
    own = np.flatnonzero(has_pairs)
    state[own] = np.where(own == 0, 0, np.cumsum(np.ones(len(own), np.int64)))
    count = len(own) + 1
    finals = np.full(count, np.inf, np.float32)
    finals[1] = -np.log(model.unigrams[0])
    ending = model.pairs[:, 1] == 0
    finals[state[model.pairs[ending, 0]]] = -np.log(model.probabilities[ending])

    everything = np.arange(1, words + 1)
    going = model.pairs[~ending]
    sources = np.concatenate([np.ones(words, np.int64), state[going[:, 0]], state[own]])
    targets = np.concatenate([state[everything], state[going[:, 1]], np.ones(len(own), np.int64)])
    arc_labels = np.concatenate([labels[everything], labels[going[:, 1]], np.zeros(len(own), int)])
    chances = np.concatenate(
        [model.unigrams[1:], model.probabilities[~ending], model.backoffs[own]]
    )
    arcs = np.zeros(len(sources), ARC)
    arcs["input"] = arcs["output"] = arc_labels
    arcs["cost"] = -np.log(chances)
    arcs["target"] = targets
    return Fst(0, finals, sources.astype(np.int32), arcs)
