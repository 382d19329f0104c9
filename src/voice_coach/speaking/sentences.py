"""Cuts what is to be said into sentences: they are rendered one by one, with gaps between."""

from __future__ import annotations

import re

_BOUNDARY = re.compile(
    r"""
    (?<=[.!?…])          # a sentence has ended,
    (?P<closing>["'”’)\]]*)   # perhaps inside quotation marks or brackets,
    \s+
    (?=["'“‘(\[]?[A-Z0-9])    # and another begins
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|st|[a-z])\.$", re.IGNORECASE
)
_SPOKEN = re.compile(r"\w")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


def plain(text: str) -> str:
    """The text on one line, without control characters (espeak-ng takes some as commands)."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order; what has neither letter nor digit is left out."""
    text = plain(text)
    found: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        sentence = text[start : boundary.start("closing")]
        if _ABBREVIATION.search(sentence) and not boundary["closing"]:
            continue
        found.append(text[start : boundary.end("closing")])
        start = boundary.end()
    found.append(text[start:])
    return tuple(sentence for sentence in found if has_words(sentence))


def has_words(text: str) -> bool:
    """There is a letter or a digit in it: something to say."""
    return _SPOKEN.search(text) is not None
