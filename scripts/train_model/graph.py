"""Builds HCL: from transition ids to words, as a prefix tree with shared tails.

A word's label stands on the first arc that only it (or its homophones) can take, so a decoder
that looks ahead knows the word early. Self-loops follow the arc that enters a phone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from train_model.lexicon import Lexicon
from train_model.openfst import Fst, FstBuilder
from train_model.phones import (
    PHONES,
    Position,
    forward_transition,
    graph_phone,
    positioned,
    self_loop_transition,
)

UNKNOWN = "[unk]"
_HALF = -math.log(0.5)
_SHORTEST_OTHER = 2
"""Phones of a word that may be [unk]; what is shorter is part of too many."""


@dataclass(slots=True)
class _Node:
    children: dict[int, _Node] = field(default_factory=dict)
    words: set[int] = field(default_factory=set)
    ending: set[int] = field(default_factory=set)


class _Graph:
    """The transducer as it grows; `hub` stands between words, `end` behind a word's last phone."""

    def __init__(self) -> None:
        self.fst = FstBuilder()
        self.start = self.fst.state()
        self.hub = self.fst.state(final=0.0)
        self.end = self.fst.state()
        silence = self.phone_state(graph_phone(0, Position.BEGIN))
        for source in (self.start, self.end):
            self.fst.arc(source, self.hub, input=0, output=0, cost=_HALF)
            entry = forward_transition(graph_phone(0, Position.BEGIN))
            self.fst.arc(source, silence, input=entry, output=0, cost=_HALF)
        self.fst.arc(silence, self.hub, input=0, output=0, cost=0.0)
        self._tails: dict[tuple[int, ...], int] = {(): self.end}

    def phone_state(self, phone: int) -> int:
        """The state in which a phone goes on."""
        state = self.fst.state()
        self.fst.arc(state, state, input=self_loop_transition(phone), output=0, cost=0.0)
        return state

    def tail(self, phones: tuple[int, ...]) -> int:
        """The state inside phones[0], with the rest of the word to come and its label gone."""
        if phones in self._tails:
            return self._tails[phones]
        state = self.phone_state(phones[0])
        self._tails[phones] = state
        rest = phones[1:]
        target = self.tail(rest) if rest else self.end
        entry = forward_transition(rest[0]) if rest else 0
        self.fst.arc(state, target, input=entry, output=0, cost=0.0)
        return state

    def branch(self, node: _Node, state: int) -> None:
        """The arcs to all that can follow in the tree."""
        for phone, child in node.children.items():
            entry = forward_transition(phone)
            if len(child.words) == 1:
                (word,) = child.words
                target = self.tail((phone, *_only_path(child)))
                self.fst.arc(state, target, input=entry, output=word, cost=0.0)
                continue
            target = self.phone_state(phone)
            self.fst.arc(state, target, input=entry, output=0, cost=0.0)
            for word in sorted(child.ending):
                self.fst.arc(target, self.end, input=0, output=word, cost=0.0)
            self.branch(child, target)

    def unlabelled(self, phone: int, node: _Node) -> int:
        """The state inside this phone, with all that can follow and no label any more."""
        if _is_path(node):
            return self.tail((phone, *_only_path(node)))
        state = self.phone_state(phone)
        if node.ending:
            self.fst.arc(state, self.end, input=0, output=0, cost=0.0)
        for following, child in node.children.items():
            target = self.unlabelled(following, child)
            self.fst.arc(state, target, input=forward_transition(following), output=0, cost=0.0)
        return state


def _only_path(node: _Node) -> list[int]:
    path = []
    while node.children:
        ((phone, node),) = node.children.items()
        path.append(phone)
    return path


def _tree(lexicon: Lexicon, numbers: Mapping[str, int]) -> _Node:
    root = _Node()
    for word, ways in lexicon.items():
        # Two ways of one word on one path would make the path ambiguous: each way is kept apart
        # only where it differs, which a tree does by itself.
        for way in ways:
            _insert(root, positioned(way), numbers[word])
    _split_shared(root)
    return root


def _insert(root: _Node, way: Sequence[int], word: int) -> None:
    node = root
    for phone in way:
        node = node.children.setdefault(phone, _Node())
        node.words.add(word)
    node.ending.add(word)


_SEVERAL = -1


def _split_shared(root: _Node) -> None:
    """Marks a subtree of one word but several ways as not unique, so that it is not a path."""
    stack = [root]
    while stack:
        node = stack.pop()
        for child in node.children.values():
            if len(child.words) == 1 and not _is_path(child):
                child.words.add(_SEVERAL)
            stack.append(child)


def _is_path(node: _Node) -> bool:
    while node.children:
        if len(node.children) > 1 or node.ending:
            return False
        (node,) = node.children.values()
    return True


def phone_bigram(lexicon: Lexicon) -> npt.NDArray[np.float64]:
    """(phones, phones) probabilities of speech phones inside words; row 0 is the first phone."""
    counts = np.full((len(PHONES), len(PHONES)), 0.5)
    for ways in lexicon.values():
        for way in ways:
            for left, right in zip((0, *way), way, strict=False):
                counts[left, right] += 1
    counts[:, 0] = 0.0
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _add_unknown(graph: _Graph, pairs: npt.NDArray[np.float64], label: int, penalty: float) -> None:
    """Any three phones or more count as an unknown word; every further phone costs its bigram."""
    costs = -np.log(np.maximum(pairs, 1e-9))
    phones = range(1, len(PHONES))
    layers = {
        position: {p: graph.phone_state(graph_phone(p, position)) for p in phones}
        for position in (Position.BEGIN, Position.INTERNAL, Position.END)
    }

    def connect(source: int, left: int, position: Position, output: int) -> None:
        for right in phones:
            entry = forward_transition(graph_phone(right, position))
            cost = float(costs[left, right]) + penalty
            target = layers[position][right]
            graph.fst.arc(source, target, input=entry, output=output, cost=cost)

    connect(graph.hub, 0, Position.BEGIN, label)
    for left in phones:
        connect(layers[Position.BEGIN][left], left, Position.INTERNAL, 0)
        connect(layers[Position.INTERNAL][left], left, Position.INTERNAL, 0)
        connect(layers[Position.INTERNAL][left], left, Position.END, 0)
        last = layers[Position.END][left]
        graph.fst.arc(last, graph.end, input=0, output=0, cost=0.0)


def _add_other_words(graph: _Graph, lexicon: Lexicon, label: int, cost: float) -> None:
    """Any word of the lexicon counts as an unknown word, so that "held" need not be "help".

    A word that a grammar holds is heard as itself all the same: that costs nothing.
    """
    root = _Node()
    for ways in lexicon.values():
        for way in ways:
            if len(way) >= _SHORTEST_OTHER:
                _insert(root, positioned(way), label)
    for phone, child in root.children.items():
        entry = forward_transition(phone)
        target = graph.unlabelled(phone, child)
        graph.fst.arc(graph.hub, target, input=entry, output=label, cost=cost)


def build(
    lexicon: Lexicon,
    words: Sequence[str],
    unknown_penalty: float,
    other_word_cost: float | None = None,
) -> Fst:
    """HCL for the words (numbered by their place in `words`, where 0 is epsilon).

    unknown_penalty: of each phone of [unk]; other_word_cost: of a word of the lexicon as [unk].
    """
    numbers = {word: number for number, word in enumerate(words)}
    graph = _Graph()
    graph.branch(_tree(lexicon, numbers), graph.hub)
    if UNKNOWN in numbers:
        _add_unknown(graph, phone_bigram(lexicon), numbers[UNKNOWN], unknown_penalty)
        if other_word_cost is not None:
            _add_other_words(graph, lexicon, numbers[UNKNOWN], other_word_cost)
    return graph.fst.build(graph.start)
