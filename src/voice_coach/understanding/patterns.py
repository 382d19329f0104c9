"""A small pattern language over whole words, so that what is recognised can be read and corrected.

Contractions are written out before matching ("he's" -> "he is", "don't" -> "do not"), hesitations
are gone, everything is lower case. In a pattern, separated by spaces:

    word        that word;  ``shout*`` any word that begins so, ``*ing`` one that ends so
    (a|b c)     one of these phrases, which are patterns themselves
    @set        a phrase of the named set
    !x          not followed by this word or set: ``know !@person``
    x?          the item may be missing: ``(so|very)?``, ``@set?``
    ...         up to three words of the same clause, none of them a negation; ``..5`` up to five
    ^  $        the beginning and the end of what was said
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from voice_coach.understanding.tokens import Stream, Token, tokenize

_BREAK = r"[.,;:!?…—–()\"]"
_ITEM = re.compile(r"\(|\)\??|\||[^\s()|]+")


class PatternError(ValueError):
    """A pattern cannot be read; the message says which and why."""


class Expander:
    """Writes contractions out; every word keeps its place in the text."""

    def __init__(self, expand: Mapping[str, str], dropped: frozenset[str]) -> None:
        self._whole = {key: value.split() for key, value in expand.items() if key[0] != "-"}
        self._ends = {key[1:]: value.split() for key, value in expand.items() if key[0] == "-"}
        self._dropped = dropped

    def stream(self, text: str) -> Stream:
        """The text as words to match on."""
        tokens: list[Token] = []
        for token in tokenize(text):
            if token.text not in self._dropped:
                tokens += [Token(word, token.start, token.end) for word in self._words(token.text)]
        return Stream(tokens)

    def _words(self, word: str) -> list[str]:
        if word in self._whole:
            return self._whole[word]
        for end, rest in self._ends.items():
            if word.endswith(end) and len(word) > len(end):
                return [word[: -len(end)], *rest]
        return [word]


class PatternLanguage:
    """Compiles patterns, with the sets they refer to."""

    def __init__(self, sets: Mapping[str, Sequence[str]], negations: Sequence[str]) -> None:
        self._sets = sets
        self._negation = "|".join(re.escape(word) for word in negations)
        self._compiled_sets: dict[str, str] = {}

    def compile(self, pattern: str) -> re.Pattern[str]:
        """A regular expression for ``Stream.text`` with a space at its end.

        Raises PatternError for an unknown set or a bracket without its other half.
        """
        return re.compile(rf"(?:(?<=\s)|^){self._expression(pattern)}")

    def _expression(self, pattern: str) -> str:
        """Every word of the pattern takes the space after it along."""
        open_brackets = 0
        parts: list[str] = []
        for item in _ITEM.findall(pattern):
            if item == "(":
                open_brackets += 1
                parts.append("(?:")
            elif item[0] == ")":
                open_brackets -= 1
                parts.append(f"){item[1:]}")
            elif item == "|":
                parts.append("|")
            else:
                parts.append(self._item(item, pattern))
            if open_brackets < 0:
                break
        if open_brackets:
            raise PatternError(f"the pattern {pattern!r} has a bracket without its other half")
        return "".join(parts)

    def _item(self, item: str, pattern: str) -> str:
        if item == "^":
            return "^"
        if item.startswith("!"):
            return f"(?!{self._item(item[1:], pattern)})"
        if item == "$":
            return rf"(?=(?:{_BREAK} )*$)"
        if item.startswith(".."):
            most = int(item[2:]) if item[2:].isdigit() else 3
            return rf"(?:(?!{_BREAK})(?!(?:{self._negation}) )\S+ ){{0,{most}}}?"
        plain, optional = item.rstrip("?"), "?" if item.endswith("?") else ""
        if plain.startswith("@"):
            return f"{self._set(plain[1:], pattern)}{optional}"
        word = re.escape(plain).replace(r"\*", r"\S*")
        return f"(?:{word} ){optional}"

    def _set(self, name: str, pattern: str) -> str:
        if name not in self._sets:
            raise PatternError(f"the pattern {pattern!r} names @{name}, which is no set")
        if name not in self._compiled_sets:
            phrases = sorted(self._sets[name], key=len, reverse=True)
            alternatives = "|".join(self._expression(phrase) for phrase in phrases)
            self._compiled_sets[name] = f"(?:{alternatives})"
        return self._compiled_sets[name]
