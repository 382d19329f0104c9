"""The pattern language of the risk lexicon: words in order, within one clause.

    hit|hits me            one of the words, then the next word
    strangl*               a word that begins so
    been *ing              a word that ends so (never the only word of a pattern)
    strangle+|hit+         all forms of a verb
    already?               may be missing
    {partner}              one of a named list (of words or phrases)
    he|{partner}           a word, or one of a list
    [by the|by my] neck    one of some phrases; they may hold all of this themselves
    want .. die            up to three words between, none of them a negation
    want ... die           up to six
    want .... die          up to sixteen
    ^ and $                the clause's start and end
    hit her >              next comes the clause's end or a small word, not what is "hers"

There are thousands of patterns, and most never meet an utterance: each is compiled when a word
that it cannot do without is first heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from voice_coach.understanding.risk_verbs import VerbForms

SMALL_GAP, WIDE_GAP, LONG_GAP = 3, 6, 16
_EMPTY = frozenset({"^", "$", "..", "...", "....", ">"})
_COMMON = frozenset(
    {"i", "me", "my", "he", "she", "him", "her", "his", "they", "them", "it", "the", "a", "to"}
    | {"of", "in", "on", "at", "and", "is", "was", "be", "am", "not", "if", "when", "what", "for"}
    | {"have", "has", "had", "do", "does", "will", "would", "with", "so", "that", "no", "up", "out"}
)


class PatternError(Exception):
    """A pattern cannot be read; the message holds it and says why."""


class Finder:
    """Finds any of some patterns in words that each end in a space."""

    def __init__(self, language: Patterns, patterns: Iterable[str]) -> None:
        self._language = language
        self._by_word: dict[str, list[str]] = {}
        self._by_prefix: dict[str, list[str]] = {}
        for pattern in patterns:
            for word in language.needed(pattern):
                index = self._by_prefix if word.endswith("*") else self._by_word
                index.setdefault(word.rstrip("*"), []).append(pattern)

    def search(self, text: str) -> bool:
        """Whether any of them is there."""
        return next(self.finditer(text), None) is not None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every place where one of them is."""
        for pattern in self._candidates(text):
            yield from self._language.compiled(pattern).finditer(text)

    def blotted(self, text: str, blot: str) -> str:
        """The text with what was found replaced."""
        for pattern in self._candidates(text):
            text = self._language.compiled(pattern).sub(blot, text)
        return text

    def without(self, text: str, words: frozenset[str]) -> str:
        """The text with these words taken out of what was found."""

        def kept(match: re.Match[str]) -> str:
            return "".join(f"{word} " for word in match.group().split() if word not in words)

        for pattern in self._candidates(text):
            text = self._language.compiled(pattern).sub(kept, text)
        return text

    def _candidates(self, text: str) -> list[str]:
        words, beginnings = self._language.heard(text)
        found: set[str] = set()
        for word in words & self._by_word.keys():
            found.update(self._by_word[word])
        for beginning in beginnings & self._by_prefix.keys():
            found.update(self._by_prefix[beginning])
        return sorted(found)


class Patterns:
    """The language: reads patterns over named lists of words."""

    def __init__(
        self, words: Mapping[str, tuple[str, ...]], negations: Iterable[str], verbs: VerbForms
    ) -> None:
        self._words = words
        self._verbs = verbs
        self._lists: dict[str, str] = {}
        self._needed_of_list: dict[str, frozenset[str]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._heard: tuple[str, frozenset[str], frozenset[str]] = ("", frozenset(), frozenset())
        denied = "|".join(re.escape(word) for word in negations)
        self._between = rf"(?:(?!(?:{denied}) )[^ ]+ )"

    def finder(self, patterns: Iterable[str]) -> Finder:
        """For any of these. Raises PatternError where a bracket or a list is wrong."""
        return Finder(self, patterns)

    def heard(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """The words of a text, and what they begin with; those of the last text are at hand."""
        if self._heard[0] != text:
            words = frozenset(text.split())
            beginnings = (word[:end] for word in words for end in range(1, len(word) + 1))
            self._heard = (text, words, frozenset(beginnings))
        return self._heard[1:]

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """The expression of one pattern. Raises PatternError."""
        if pattern not in self._compiled:
            self._compiled[pattern] = re.compile(rf"(?<!\S){self._one(pattern)}")
        return self._compiled[pattern]

    def needed(self, pattern: str) -> frozenset[str]:
        """Words, or beginnings with a star, of which every match holds one; as rare as can be."""
        choices = [
            self._needed_of(element, pattern)
            for element in _elements(pattern)
            if _must_be_there(element)
        ]
        if not choices:
            raise PatternError(f"{pattern!r} has no word that must be there")
        return min(choices, key=lambda words: (len(words & _COMMON), len(words)))

    def _needed_of(self, element: str, pattern: str) -> frozenset[str]:
        element = _grouped(element)
        if element.startswith("{"):
            name = element[1:-1]
            if name not in self._needed_of_list:
                phrases = self._phrases_of(name, pattern)
                self._needed_of_list[name] = frozenset().union(*map(self.needed, phrases))
            return self._needed_of_list[name]
        if element.startswith("["):
            return frozenset().union(*map(self.needed, _split(element[1:-1], "|")))
        return frozenset(self._alternatives(element))

    def _phrases_of(self, name: str, pattern: str) -> tuple[str, ...]:
        if name not in self._words:
            raise PatternError(f"{pattern!r} names the list {name!r}, which does not exist")
        return self._words[name]

    def _one(self, pattern: str) -> str:
        return "".join(self._element(element, pattern) for element in _elements(pattern))

    def _element(self, element: str, pattern: str) -> str:
        element = _grouped(element)
        match element:
            case "^":
                return r"(?<!.)"
            case "$":
                return r"(?!.)"
            case "..":
                return rf"{self._between}{{0,{SMALL_GAP}}}?"
            case "...":
                return rf"{self._between}{{0,{WIDE_GAP}}}?"
            case "....":
                return rf"{self._between}{{0,{LONG_GAP}}}?"
            case ">":
                return rf"(?=$|{self._list('after', pattern)})"
        if element.endswith("?"):
            return f"(?:{self._element(element[:-1], pattern)})?"
        if element.startswith("{"):
            return self._list(element[1:-1], pattern)
        if element.startswith("["):
            phrases = _split(element[1:-1], "|")
            return "(?:" + "|".join(self._one(phrase) for phrase in phrases) + ")"
        return self._word(element)

    def _word(self, element: str) -> str:
        words = (re.escape(word).replace(r"\*", "[^ ]*") for word in self._alternatives(element))
        return f"(?:{'|'.join(words)}) "

    def _alternatives(self, element: str) -> list[str]:
        """The words of one element, every form of a verb written out."""
        return [
            form
            for word in element.split("|")
            for form in (self._verbs.of(word[:-1]) if word.endswith("+") else (word,))
        ]

    def _list(self, name: str, pattern: str) -> str:
        if name not in self._lists:
            self._lists[name] = ""
            ordered = sorted(self._phrases_of(name, pattern), key=len, reverse=True)
            self._lists[name] = "(?:" + "|".join(self._one(phrase) for phrase in ordered) + ")"
        if not self._lists[name]:
            raise PatternError(f"the list {name!r} holds itself")
        return self._lists[name]


def _must_be_there(element: str) -> bool:
    """Not a gap or a place, not optional, not an open beginning, nor a group that an end meets."""
    if element in _EMPTY or element.endswith("?") or element.startswith("*"):
        return False
    return not (element.startswith("[") and "$" in _split(element[1:-1], "|"))


def _grouped(element: str) -> str:
    """A word or a list, as in "he|{partner}", in brackets."""
    return f"[{element}]" if "{" in element and len(_split(element, "|")) > 1 else element


@cache
def _elements(pattern: str) -> tuple[str, ...]:
    elements = tuple(element for element in _split(pattern, " ") if element)
    if not elements:
        raise PatternError(f"{pattern!r} is an empty pattern")
    return elements


def _split(pattern: str, mark: str) -> list[str]:
    """At each mark that stands outside of brackets."""
    if "[" not in pattern and "{" not in pattern:
        return pattern.split(mark)
    parts, depth = [""], 0
    for letter in pattern:
        depth += (letter in "[{") - (letter in "]}")
        if letter == mark and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    if depth:
        raise PatternError(f"{pattern!r} has a bracket that is not closed")
    return parts
