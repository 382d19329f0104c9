"""Finds the feelings that are the person's own: "she was sad" is not one, "it makes me sad" is."""

from __future__ import annotations

from collections.abc import Iterator

from voice_coach.content.lexicons import CueLexicon, FeelingFamily
from voice_coach.understanding.tokens import PhraseBook, Stream, Token

_REACH = 7
"""Words before a feeling in which its owner is looked for."""


class Feelings:
    """The feeling lexicon at work."""

    def __init__(self, lexicon: CueLexicon) -> None:
        self._book: PhraseBook[FeelingFamily] = PhraseBook(
            (word, family) for family in lexicon.feelings for word in (*family.words, *family.felt)
        )
        self._only_felt = frozenset(word for one in lexicon.feelings for word in one.felt)
        self._feel = frozenset(lexicon.feel)
        self._own = frozenset(lexicon.own)
        self._others = frozenset(lexicon.others)
        self._subjects = frozenset(lexicon.subjects)
        self._negations = frozenset(lexicon.negations)
        self._not_really = frozenset(lexicon.not_negations)
        self._joints = frozenset(lexicon.joints)

    def find(self, stream: Stream) -> Iterator[tuple[int, int, float]]:
        """First token, one past the last, and strength of every feeling that the person has."""
        said = [token.text for token in stream.tokens]
        for found in self._book.inside(said):
            named = " ".join(said[found.start : found.end])
            if named in self._only_felt and not self._is_felt(said, found.start):
                continue
            if not self._owned(stream.tokens, found.start):
                continue
            if found.value.missing or not self._negated(stream.tokens, found.start):
                yield found.start, found.end, found.value.strength

    def _is_felt(self, said: list[str], start: int) -> bool:
        """Whether something before it shows that the word names a feeling; or it stands alone."""
        before = said[max(0, start - 4) : start]
        return not before or bool(self._feel.intersection(before))

    def _owned(self, tokens: tuple[Token, ...], start: int) -> bool:
        for token in reversed(tokens[max(0, start - _REACH) : start]):
            if token.is_stop:
                return True
            if token.text in self._own:
                return True
            if token.text in self._others:
                return False
        return True

    def _negated(self, tokens: tuple[Token, ...], start: int) -> bool:
        before = tokens[max(0, start - 4) : start]
        for place in range(len(before) - 1, -1, -1):
            token = before[place]
            ends = token.is_break or token.text in self._joints or token.text in self._subjects
            if ends:
                return False
            if token.text in self._negations:
                after = before[place + 1].text if place + 1 < len(before) else ""
                return after not in self._not_really
        return False
