"""Reads the general English n-gram model that the pocketsphinx wheel carries.

The file is a trie of bit-packed records (pocketsphinx's lm_trie.c): words are stored last word
first, probabilities and back-off weights as 16-bit indices into tables, as logarithms to the
base 1.0001.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_MAGIC = b"Trie Language Model"
_TABLE = 1 << 16
_UNIGRAM = np.dtype([("probability", "<f4"), ("backoff", "<f4"), ("next", "<u4")])

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class GeneralModelError(ValueError):
    """The file is not a trigram model in pocketsphinx's binary format."""


@dataclass(frozen=True, slots=True)
class GeneralModel:
    """A trigram model. Every figure is a natural logarithm.

    bigrams: (n, 2) word numbers in spoken order; trigrams: (n, 3).
    """

    words: list[str]
    unigram_logprobs: Floats
    unigram_backoffs: Floats
    bigrams: Ints
    bigram_logprobs: Floats
    bigram_backoffs: Floats
    trigrams: Ints
    trigram_logprobs: Floats


class _BitRecords:
    """Records of a fixed number of bits, little end first."""

    def __init__(self, data: bytes, offset: int, bits: int) -> None:
        self._data = np.frombuffer(data, np.uint8, offset=offset)
        self._bits = bits

    def field(self, records: int, start: int, width: int) -> Ints:
        """The unsigned field at bit `start` of each record; width is at most 32."""
        position = np.arange(records, dtype=np.int64) * self._bits + start
        byte, shift = position >> 3, (position & 7).astype(np.uint64)
        value = np.zeros(records, np.uint64)
        for index in range(6):
            value |= self._data[byte + index].astype(np.uint64) << np.uint64(8 * index)
        mask = np.uint64((1 << width) - 1)
        return ((value >> shift) & mask).astype(np.int64)


def _bits_for(largest: int) -> int:
    return largest.bit_length()


def _section_size(records: int, bits: int) -> int:
    return ((1 + records) * bits + 7) // 8 + 8


def read(path: Path) -> GeneralModel:
    """Reads a trigram model. Raises GeneralModelError for another kind of file."""
    data = path.read_bytes() + bytes(16)
    if not data.startswith(_MAGIC) or data[len(_MAGIC)] != 3:
        raise GeneralModelError(f"{path} is not a trigram model in pocketsphinx's trie format")
    offset = len(_MAGIC) + 1
    counts = struct.unpack_from("<3I", data, offset)
    offset += 12 + 4
    tables = np.frombuffer(data, "<f4", 3 * _TABLE, offset).reshape(3, _TABLE)
    offset += tables.nbytes
    unigrams = np.frombuffer(data, _UNIGRAM, counts[0] + 1, offset)
    offset += unigrams.nbytes

    word_bits, next_bits = _bits_for(counts[0]), _bits_for(counts[2])
    middle_bits, longest_bits = word_bits + 32 + next_bits, word_bits + 16
    middle = _BitRecords(data, offset, middle_bits)
    offset += _section_size(counts[1], middle_bits)
    longest = _BitRecords(data, offset, longest_bits)
    offset += _section_size(counts[2], longest_bits)
    (text_size,) = struct.unpack_from("<I", data, offset)
    words = data[offset + 4 : offset + 4 + text_size].decode("latin-1").split("\0")[: counts[0]]

    # The counts of the header are upper limits; the trie's own pointers tell the truth.
    bigrams = int(unigrams["next"][-1])
    following: Ints = unigrams["next"].astype(np.int64)
    last = np.repeat(np.arange(counts[0]), np.diff(following))
    before = middle.field(bigrams, 0, word_bits)
    first_trigram = middle.field(bigrams + 1, word_bits + 32, next_bits)
    parent = np.repeat(np.arange(bigrams), np.diff(first_trigram))
    trigrams = int(first_trigram[-1])
    natural = np.float32(np.log(1.0001))
    return GeneralModel(
        words=words,
        unigram_logprobs=unigrams["probability"][:-1] * natural,
        unigram_backoffs=unigrams["backoff"][:-1] * natural,
        bigrams=np.stack([before, last], axis=1),
        bigram_logprobs=tables[0][middle.field(bigrams, word_bits + 16, 16)] * natural,
        bigram_backoffs=tables[1][middle.field(bigrams, word_bits, 16)] * natural,
        trigrams=np.stack(
            [longest.field(trigrams, 0, word_bits), before[parent], last[parent]], axis=1
        ),
        trigram_logprobs=tables[2][longest.field(trigrams, word_bits, 16)] * natural,
    )
