"""The phone set, and the numbers that the model's files use for phones, pdfs and transitions.

Every phone has one state. The first frame of a phone scores its *forward* pdf, each further
frame its *self-loop* pdf (the topology of Kaldi's chain models). Words are told apart in a
decoded sequence by four position variants of each phone (Begin, End, Internal, Singleton); the
variants share their pdfs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

SILENCE = "SIL"
SPEECH_PHONES = (
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH",
    "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH",
    "UW", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip
PHONES = (SILENCE, *SPEECH_PHONES)
PDFS = 2 * len(PHONES)
_NUMBER = {phone: number for number, phone in enumerate(PHONES)}


class Position(Enum):
    """Where in its word a phone stands; the value is the order of its number."""

    BEGIN = 0
    END = 1
    INTERNAL = 2
    SINGLETON = 3


# The names Kaldi's word_boundary.int uses.
_BOUNDARY_NAMES = {
    Position.BEGIN: "begin",
    Position.END: "end",
    Position.INTERNAL: "internal",
    Position.SINGLETON: "singleton",
}
GRAPH_PHONES = 1 + len(Position) * len(SPEECH_PHONES)


def phone_number(phone: str) -> int:
    """0 for silence, 1 to 39 for the phones of speech."""
    return _NUMBER[phone]


def forward_pdf(phone: int) -> int:
    """The pdf of a phone's first frame."""
    return 2 * phone


def self_loop_pdf(phone: int) -> int:
    """The pdf of a phone's further frames."""
    return 2 * phone + 1


def graph_phone(phone: int, position: Position) -> int:
    """The phone's number in the decoding graph, counted from 1 (silence)."""
    if phone == 0:
        return 1
    return 2 + (phone - 1) * len(Position) + position.value


def phone_of_graph_phone(number: int) -> int:
    """The inverse of `graph_phone`, without the position."""
    return 0 if number == 1 else 1 + (number - 2) // len(Position)


def forward_transition(graph_phone_number: int) -> int:
    """The transition id on the arc that enters a phone."""
    return 2 * graph_phone_number


def self_loop_transition(graph_phone_number: int) -> int:
    """The transition id on the arc that stays in a phone."""
    return 2 * graph_phone_number - 1


def positioned(phones: Sequence[int]) -> list[int]:
    """The graph phones of a word, from its phone numbers."""
    if len(phones) == 1:
        return [graph_phone(phones[0], Position.SINGLETON)]
    middle = [graph_phone(phone, Position.INTERNAL) for phone in phones[1:-1]]
    first = graph_phone(phones[0], Position.BEGIN)
    last = graph_phone(phones[-1], Position.END)
    return [first, *middle, last]


def word_boundaries() -> Iterator[str]:
    """The lines of graph/phones/word_boundary.int."""
    yield "1 nonword"
    for phone in range(1, len(PHONES)):
        for position in Position:
            yield f"{graph_phone(phone, position)} {_BOUNDARY_NAMES[position]}"


def pronunciation(text: str) -> tuple[int, ...]:
    """Phone numbers of a CMUdict pronunciation; stress marks are dropped.

    Raises KeyError for a phone that is not in the set.
    """
    return tuple(_NUMBER[phone.rstrip("012")] for phone in text.split())
