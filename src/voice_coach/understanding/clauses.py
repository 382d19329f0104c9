"""Cuts spoken English, with or without punctuation, into clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from voice_coach.content.lexicons import ClauseWords
from voice_coach.understanding.tokens import Token


class Role(Enum):
    """What a clause is to the one before it."""

    MAIN = "main"
    """Stands by itself; may begin with "and" or "but"."""
    LINKED = "linked"
    """Hangs on another: "because he left"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Consecutive words of an answer."""

    tokens: tuple[Token, ...]
    role: Role
    joint: str
    """The "and" or "but" before it, else empty; not among the tokens."""
    fresh: bool
    """A sentence ended before it."""

    @property
    def words(self) -> tuple[str, ...]:
        """Lower case."""
        return tuple(token.text for token in self.tokens)


class Clauses:
    """Finds where clauses begin."""

    def __init__(self, lexicon: ClauseWords) -> None:
        self._joints = frozenset(lexicon.joints)
        self._links = frozenset(lexicon.links)
        self._prepositions = frozenset(lexicon.prepositions)
        self._persons = frozenset(lexicon.persons)
        self._subjects = frozenset(lexicon.subjects)
        self._determiners = frozenset(lexicon.determiners)
        self._openings = frozenset(lexicon.embedding)
        self._contrasted = frozenset(lexicon.contrasted)
        self._questions = frozenset(lexicon.questions)
        self._auxiliaries = frozenset(lexicon.auxiliaries)
        self._told = frozenset(lexicon.told)
        self._objects = frozenset(lexicon.objects)
        self._leading = frozenset(lexicon.leading)

    def split(self, tokens: Sequence[Token]) -> tuple[Clause, ...]:
        """The clauses in order; punctuation and joints are left out of them."""
        clauses: list[Clause] = []
        current: list[Token] = []
        role, joint, fresh = Role.MAIN, "", True
        for place, token in enumerate(tokens):
            begins = self._begins(tokens, place, current)
            if (token.is_break or begins) and current:
                clauses.append(Clause(tuple(current), role, joint, fresh))
                current, role, joint, fresh = [], Role.MAIN, "", False
            if token.is_break:
                fresh = fresh or token.is_stop
                continue
            if begins and not current:
                role = Role.LINKED if token.text in self._links else Role.MAIN
                if token.text in self._joints:
                    joint = f"{joint} {token.text}".strip()
                    continue
            current.append(token)
        if current:
            clauses.append(Clause(tuple(current), role, joint, fresh))
        return tuple(clauses)

    def is_subject(self, word: str) -> bool:
        """A word that can only be a subject: "he", "i'm"."""
        return word in self._subjects or (word.split("'")[0] in self._subjects and "'" in word)

    def _begins(self, tokens: Sequence[Token], place: int, current: Sequence[Token]) -> bool:
        """Whether a clause begins with this token."""
        word = tokens[place].text
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if word in self._joints and after == "my" and current[1:] and current[-1].text == "me":
            return place + 3 < len(tokens)  # "... in the night, me and my wife" is no clause
        if word in self._joints:
            return not current or (self._opens(after) and not self._pairs(current, after))
        if word in self._links:
            return not current or (self._links_on(word, after) and not self._embeds(current))
        if word == "it" and current and current[-1].text in self._objects:
            return after in self._auxiliaries and not self._embeds(current)
        if word in self._leading and after.split("'")[0] in self._persons:
            return bool(current) and current[-1].text not in self._joints | self._links
        return bool(current) and self._runs_on(word, current)

    def _runs_on(self, word: str, current: Sequence[Token]) -> bool:
        """A new subject without a joint before it: "i felt awful he just left"."""
        head = word.split("'")[0]
        if head not in self._persons or self._inverts(current):
            return False
        if any(t.text == "not" or t.text.endswith("n't") for t in current) and word == "i'm":
            return not self._embeds(current) or current[-1].text in self._contrasted
        if self._embeds(current):
            return False
        return len(current) >= 3 or (len(current) == 2 and self.is_subject(current[0].text))

    def _inverts(self, current: Sequence[Token]) -> bool:
        """An auxiliary without a subject before it: "not once has he", "or is he"."""
        asks = current[-1].text in self._questions
        return asks and not (len(current) > 1 and self.is_subject(current[-2].text))

    def _embeds(self, current: Sequence[Token]) -> bool:
        """What was said so far wants a clause as its object: "i think", "he told me"."""
        before = current[-1].text
        if before in self._joints | self._links | self._openings | self._leading:
            return True
        told = any(token.text in self._told for token in current[-3:-1])
        return before in self._objects and told

    def _pairs(self, current: Sequence[Token], after: str) -> bool:
        """An "and" between two people: "my wife and i"."""
        if len(current) == 1:
            return True
        nouns_only = current[0].text in self._determiners and len(current) == 2
        return nouns_only and after.split("'")[0] in (*self._objects, "i", "he", "she")

    def _links_on(self, word: str, after: str) -> bool:
        """Whether a clause follows this link, rather than a noun: "after the walk"."""
        if word == "even" and after == "there":
            return False
        if word in self._prepositions:
            return self.is_subject(after)
        return self._opens(after)

    def _opens(self, word: str) -> bool:
        """A word that a clause with a subject of its own begins with."""
        opening = self._determiners | self._links | self._joints | self._leading
        return self.is_subject(word) or word in opening
