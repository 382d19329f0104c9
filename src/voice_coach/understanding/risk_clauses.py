"""Prepares what was said for the risk lexicon: plain words, cut into clauses.

A "not" reaches no further than its clause, and who does a thing is looked for in the clause too,
so everything in ``risk`` stands on where these cuts fall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from voice_coach.content.safety_scripts import RiskLexicon
from voice_coach.understanding.risk_patterns import Patterns

AND = "and"
BLOT = "~"
"""Stands where an idiom was: a word that no pattern holds."""

_DONE = (
    "been|gone|done|had|got|hit|put|taken|thrown|given|told|said|come|left|kept|made|bought|beaten|"
    "bitten|broken|shaken|held|hurt|cut|found|seen|written|swung|flung|driven|hidden|stolen|forgotten"
)
"""After "he'd", these say what had been."""
_SHORT_FORMS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\b(ca)n'?t\b", "can not"),
        (r"\b(wo)n't\b|\bwont\b", "will not"),
        (r"\bshan'?t\b", "shall not"),
        (r"\bain'?t\b", "is not"),
        (r"n't\b", " not"),
        (r"\b(do|does|did|is|was|are|were|has|had|have|would|could|should)nt\b", r"\1 not"),
        (r"\bi'?m\b", "i am"),
        (r"\bive\b|\bi've\b", "i have"),
        (r"\b(he|she|that|there|what|who|it)'?s\b(?<!\bits)", r"\1 is"),
        (r"\b(they|you|we)'?re\b(?<!\bwere)", r"\1 are"),
        (r"\b(they|you)ve\b", r"\1 have"),
        (r"'m\b", " am"),
        (r"'re\b", " are"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (
            rf"'d(?= (?:(?:never|just|already|only|even|once|always) )?(?:\w{{2,}}ed|{_DONE})\b)",
            " had",
        ),
        (r"'d\b", " would"),
        (r"'s\b|s'(?=\s|$)", " s"),
        (r"\bgonna\b|\bgon na\b", "going to"),
        (r"\bwanna\b|\bwan na\b", "want to"),
        (r"\bgotta\b", "got to"),
        (r"\bcannot\b", "can not"),
        (r"\bcuz\b|\bcoz\b|\bcos\b|\bcause\b", "because"),
    )
)
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"'})
_MARKS = re.compile(r"[.,;:!?—–()\"\n/]+|\s-+\s")
_TRAILING_OFF = re.compile(r"…|\.\.+")
_WORD = re.compile(r"[^\W_]+")


class Who(Enum):
    """Of whom a clause speaks, up to some place."""

    ME = "me"
    OTHER = "other"
    THING = "thing"
    NOBODY = "nobody"
    """No subject is named: of the speaker, or of whoever the clause before spoke of."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of one clause, each followed by a space."""

    text: str
    carries_on: bool
    """No subject of its own and no contrast: what held before it still holds."""


class Clauses:
    """Cuts an utterance, by the lexicon's words."""

    def __init__(self, lexicon: RiskLexicon, patterns: Patterns) -> None:
        self._heard = _replacements(lexicon.heard)
        self._fillers = _phrases(lexicon.fillers)
        self._idioms = patterns.finder(lexicon.idioms)
        self._not_negations = patterns.finder(lexicon.not_negations)
        self._contrasts = _phrases(lexicon.contrasts)
        self._joins = frozenset(lexicon.joins)
        self._subjects = frozenset(lexicon.subjects)
        self._persons = frozenset(lexicon.persons)
        self._things = frozenset(lexicon.things)
        self._negations = frozenset(lexicon.negations)
        self._reporting = frozenset(lexicon.reporting)

    def split(self, text: str) -> tuple[Clause, ...]:
        """The clauses in order; idioms are blotted out."""
        found: list[Clause] = []
        for stretch in _MARKS.split(_spoken_out(text)):
            words = self._plain(stretch)
            found.extend(self._cut(words))
        return tuple(found)

    def plain(self, text: str) -> str:
        """The whole utterance as one clause, idioms left in."""
        stretches = (self._tidy(stretch) for stretch in _MARKS.split(_spoken_out(text)))
        return "".join(stretches)

    def blotted(self, plain: str) -> str:
        """The same with idioms blotted out."""
        return self._idioms.blotted(plain, f"{BLOT} ")

    def who(self, clause: Clause, end: int) -> Who:
        """The nearest subject before a place (a character offset) in the clause."""
        words = clause.text[:end].split()
        if words and words[-1] in ("him", "her", "them"):  # "I saw him hit her"
            return Who.OTHER
        if words and words[-1] in self._persons:  # "I saw my husband hit her"
            return Who.OTHER
        for index in range(len(words) - 1, -1, -1):
            word = words[index]
            if word in ("i", "we"):
                return Who.ME
            if word in ("he", "she", "they", "you", "who", "someone", "somebody"):
                return Who.OTHER
            if word in self._things and index >= len(words) - 3:
                return Who.THING
            if word in self._persons and self._is_subject(words, index):
                return Who.OTHER
        return Who.NOBODY

    def negated(self, clause: Clause, end: int) -> bool:
        """A "not" before this place in the clause reaches it."""
        words = clause.text[:end].split()
        for index in range(len(words) - 1, -1, -1):
            if words[index] in self._negations:
                return True
            if words[index] == AND:  # "he will not take no and forces me": a new doing
                return False
            if words[index] in self._subjects and self._starts_afresh(words, index):
                return False
        return False

    def _starts_afresh(self, words: list[str], index: int) -> bool:
        """A subject begins here that an earlier "not" does not reach."""
        before = words[max(0, index - 2) : index]
        if before in _ENDINGS or (index > 1 and words[index] in _NOMINATIVES and _ing(before)):
            return True
        return index > 0 and not self._reporting.intersection(before)

    def _is_subject(self, words: list[str], index: int) -> bool:
        """A person that does, rather than one to whom or of whom something is said."""
        start = index
        while start > 0 and words[start - 1] in _DETERMINERS | self._persons:
            start -= 1
        return start == 0 or words[start - 1] not in _BEFORE_OBJECTS

    def _plain(self, stretch: str) -> str:
        text = self._not_negations.without(self._tidy(stretch), _NOTS)
        return self._idioms.blotted(text, f"{BLOT} ")

    def _tidy(self, stretch: str) -> str:
        words = f"{' '.join(_WORD.findall(stretch))} "
        for pattern, plain in self._heard:
            words = pattern.sub(plain, words)
        words = self._fillers.sub("", words)
        parts = words.split()
        kept = [word for index, word in enumerate(parts) if _new(parts, index)]
        return "".join(f"{word} " for word in kept)

    def _cut(self, text: str) -> list[Clause]:
        """At contrasts, and at joins before a subject."""
        pieces: list[tuple[str, bool]] = []
        for number, part in enumerate(self._contrasts.split(text)):
            words = part.split()
            start = 0
            for index in range(1, len(words) - 1):
                if words[index] in self._joins and words[index + 1] in self._subjects:
                    pieces.append((_spaced(words[start:index]), number > 0 and start == 0))
                    start = index + (words[index] in _EMPTY_JOINS)
            pieces.append((_spaced(words[start:]), number > 0 and start == 0))
        return [
            Clause(piece, carries_on=not contrast and not self._has_subject(piece))
            for piece, contrast in pieces
            if piece
        ]

    def _has_subject(self, text: str) -> bool:
        return any(word in self._subjects for word in text.split()[:4])


_DETERMINERS = frozenset(
    {"my", "our", "his", "her", "their", "your", "the", "a", "an", "best", "own", "old", "little"}
)
_NOTS = frozenset({"not", "never", "no"})
_EMPTY_JOINS = frozenset({"and", "so", "then", "or", "because"})
_ENDINGS = tuple(
    [first, "that"] for first in ("like", "on", "at", "about", "of", "for", "or", "than")
)
"""End a clause, though "that" can also lead into the next: "nothing like that he just ..."."""
_NOMINATIVES = frozenset({"i", "he", "she", "we", "they"})
_BEFORE_OBJECTS = frozenset(
    {
        "of",
        "to",
        "with",
        "for",
        "by",
        "from",
        "at",
        "about",
        "on",
        "than",
        "without",
        "around",
        "near",
        "told",
        "tell",
        "telling",
        "left",
        "leave",
        "love",
        "loved",
        "hate",
        "hated",
        "called",
        "call",
        "asked",
        "ask",
        "see",
        "saw",
        "seeing",
        "meet",
        "met",
        "married",
        "like",
        "miss",
        "missed",
        "lost",
        "against",
        "after",
        "before",
        "worry",
        "worrying",
        "scaring",
        "want",
        "make",
        "made",
        "let",
    }
)


def _spoken_out(text: str) -> str:
    """Lower case, without short forms."""
    plain = text.translate(_STRAIGHT).lower().replace("[unk]", " ")
    plain = _TRAILING_OFF.sub(" ", plain)
    for pattern, full in _SHORT_FORMS:
        plain = pattern.sub(full, plain)
    return plain


def _ing(words: list[str]) -> bool:
    """Ends in what was wanted or not: "i do not want saving | i want to die"."""
    return words[0] in ("want", "need", "like") and words[-1].endswith("ing")


def _spaced(words: list[str]) -> str:
    return "".join(f"{word} " for word in words)


def _new(words: list[str], index: int) -> bool:
    """Not the same word said twice, as in "i i want to to"."""
    return index == 0 or words[index] != words[index - 1]


def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(re.escape(phrase) for phrase in ordered)}) ")


def _replacements(heard: dict[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_phrases((wrong,)), f"{right} ") for wrong, right in heard.items())
