"""The rules for single spoken texts: speakable, without a claim, and of nobody in particular."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST_WORDS = 25
"""In a sentence: more cannot be followed by ear alone."""

_UNSPEAKABLE = re.compile(r"[()\[\]{}<>;&%/*_#@=+|~^\\—–…]|\.\.|--")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|min|sec|mins|secs)\b\.?", re.IGNORECASE)
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_PLACEHOLDER = re.compile(r"\{\w+\}")

_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"diagnos\w*|symptom\w*|disorder\w*|patients?|clinical\w*|trauma\w*|narcissis\w*"
            r"|codependen\w*|gaslight\w*|depress(?:ed|ion|ive)|anxiety|bipolar|borderline|ptsd|adhd"
            r"|insomnia|panic attacks?|phobi\w*|psychos\w*|psychotic|neurotic|mental(?:ly)? ill\w*"
            r"|addict(?:ion|ed)?|attachment style",
            "sounds like a diagnosis",
        ),
        (
            r"treat(?:s|ed|ing|ment\w*)?|cure[sd]?|curing|heal(?:s|ed|ing)?"
            r"|(?:clinically |scientifically )?prove[ns]?|guarantee\w*|remed(?:y|ies)"
            r"|(?:scientific|medical)(?:ly)?"
            r"|(?:doctors?|experts?|psychologists?) (?:recommend|approve)\w*"
            r"|(?:recommended|approved|tested) by|prevents?|reliev(?:es?|ing)|rewir\w*|repairs?"
            r"|fix(?:es)?|sav(?:es?|ing) (?:your|the|a) (?:marriage|relationship)|blood pressure"
            r"|evidence.based|works for everyone|always works|never fails",
            "is a claim to treat, or to be certain of a result",
        ),
        (r"let(?:ting|s)? go|surrender\w*", "is never said here: it can sound like giving up"),
        (
            r"crucible\w*|four points of balance|passionate marriage|solid flexible self"
            r"|grounded responding|meaningful endurance|emotionally focused|gottman\w*|imago",
            "is a name that others have the rights to",
        ),
        (
            r"he|she|him|her|hers|his|husband|wife|boyfriend|girlfriend|spouse",
            'presumes who the partner is; say "your partner" or "they"',
        ),
    )
)
_THERAPY = re.compile(
    r"\b(?:therap\w*|counsell?(?:or|ors|ing)|psycholog\w*|psychiatr\w*|psychotherap\w*)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|never)\b[^.?!]*\b(?:therap|counsel|psych)", re.IGNORECASE)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its mark at the end."""
    return tuple(part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part)


def words(text: str) -> tuple[str, ...]:
    """What is spoken, word by word, in lower case."""
    return tuple(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower()))


def unspeakable(text: str) -> Iterator[str]:
    """What a voice would stumble over, or an ear could not follow."""
    spoken = re.sub(r"\bsomething$", "something.", _PLACEHOLDER.sub("something", text.strip()))
    for found in (*_UNSPEAKABLE.finditer(spoken), *_ABBREVIATION.finditer(spoken)):
        yield f"{found.group()!r} cannot be spoken; write it in words"
    for found in re.finditer(r"\d+", spoken):
        yield f"{found.group()!r} is a figure; write numbers in words"
    for found in _CAPITALS.finditer(spoken):
        yield f"{found.group()!r} would be spelt out; write it in small letters"
    for sentence in sentences(spoken):
        if len(words(sentence)) > MOST_WORDS:
            count = len(words(sentence))
            yield f"a sentence of {count} words; {MOST_WORDS} can be followed: {sentence[:40]}..."
    if spoken and not re.search(r"""[.?!:]["'”’]*$""", spoken.strip()):
        yield "does not end like a sentence: the voice needs the full stop"


def refused(text: str) -> Iterator[str]:
    """Words that would make a claim, or that belong to somebody, or that hurt."""
    for pattern, reason in _REFUSED:
        for found in pattern.finditer(text):
            yield f"{found.group()!r} {reason}"
    for sentence in sentences(text):
        if _THERAPY.search(sentence) and not _DENIED.search(sentence):
            yield "therapy may only be named to say that this is none"


class CommandSentences:
    """Finds sentences that are a spoken command: the coach's own voice must give no orders."""

    def __init__(self, commands: Iterable[str], courtesies: Iterable[str]) -> None:
        self._command = _any_of(commands)
        self._courtesy = _any_of(courtesies)
        self._whole = re.compile(
            rf"(?:{self._courtesy} )*(?:{self._command})(?: {self._courtesy})*"
        )

    def find(self, text: str) -> Iterator[str]:
        """The sentences that are nothing but a command, with courtesy around it or none."""
        for sentence in sentences(text):
            if self._whole.fullmatch(" ".join(words(sentence))):
                yield f"{sentence!r} is a spoken command: the microphone may hear it as one"


def _any_of(phrases: Iterable[str]) -> str:
    """The longest first, so that none hides another."""
    ordered = sorted({" ".join(words(phrase)) for phrase in phrases}, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(phrase) for phrase in ordered) + ")"
