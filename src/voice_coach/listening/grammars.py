"""The phrases that closed listening knows, and what may be said about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from voice_coach.conversation.events import Expectation, Expected

UNKNOWN = "[unk]"
"""What a recogniser with a grammar puts for sounds that are none of its words."""


@dataclass(frozen=True)
class Grammars:
    """Whole phrases, lower case, as a person says them; they come from the content files."""

    commands: tuple[str, ...] = ()
    """Can be said at any time."""
    ratings: tuple[str, ...] = ()
    yes_no: tuple[str, ...] = ()
    done: tuple[str, ...] = ("that's all", "that is all", "that's it", "i'm done", "go on")
    """Said apart at the end of a long answer they end it, and are no part of it."""
    trailing: tuple[str, ...] = (
        "and", "but", "because", "so", "or", "um", "uh", "i think", "then", "that", "the", "a",
        "to", "my", "when", "if", "like",
    )  # fmt: skip
    """An answer that ends in one of these is not over yet."""
    urgent: tuple[str, ...] = ("stop",)
    """Commands that nothing may hold up."""

    @cached_property
    def _of_kind(self) -> dict[Expected, tuple[str, ...]]:
        return {
            Expected.COMMAND: (),
            Expected.RATING: self.ratings,
            Expected.YES_NO: self.yes_no,
            Expected.CHOICE: (),
            Expected.OPEN: self.done,
            Expected.ASLEEP: (),
        }

    def phrases(self, expectation: Expectation) -> tuple[str, ...]:
        """Everything that closed listening knows under this expectation, each phrase once."""
        answers = self._of_kind[expectation.expected] + expectation.phrases
        return tuple(dict.fromkeys((*self.urgent, *self.commands, *answers)))

    def answers(self, expectation: Expectation) -> frozenset[str]:
        """The phrases that answer the question itself."""
        if expectation.expected is Expected.OPEN:
            return frozenset()
        return frozenset(self._of_kind[expectation.expected] + expectation.phrases)

    def trails(self, text: str) -> bool:
        """Whether the text ends in words after which more is to be expected."""
        return any(text == end or text.endswith(" " + end) for end in self.trailing)


def extendable(phrases: Iterable[str]) -> frozenset[str]:
    """Those phrases that a longer one of them begins with: the rest may still come."""
    known = frozenset(phrases)
    found: set[str] = set()
    for phrase in known:
        words = phrase.split()
        for count in range(1, len(words)):
            beginning = " ".join(words[:count])
            if beginning in known:
                found.add(beginning)
    return frozenset(found)


def known_words(text: str) -> str:
    """The text without what the recogniser could not make out."""
    return " ".join(word for word in text.split() if word != UNKNOWN)
