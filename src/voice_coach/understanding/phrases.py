"""Phrases as regular expressions: alternatives, and what is cut off at the edges of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(phrases: Iterable[str]) -> str:
    """A pattern of alternatives, the longest first."""
    ordered = sorted({phrase.lower() for phrase in phrases}, key=len, reverse=True)
    return "|".join(re.escape(phrase) for phrase in ordered)


class Edges:
    """Cuts phrases off the beginning and the end of a text, as often as they come."""

    def __init__(self, before: Iterable[str] = (), after: Iterable[str] = ()) -> None:
        first, last = any_of(before), any_of(after)
        self._before = re.compile(rf"(?:(?:{first})(?![\w'])[ ,]*)+", re.I) if first else None
        self._after = re.compile(rf"(?:[ ,]*(?<![\w'])(?:{last}))+$", re.I) if last else None

    def strip(self, text: str) -> str:
        """The text without them; possibly empty."""
        kept = text.strip(" ,")
        if self._before and (found := self._before.match(kept)):
            kept = kept[found.end() :].strip(" ,")
        if self._after and (found := self._after.search(kept)):
            kept = kept[: found.start()].strip(" ,")
        return kept
