"""Brings the verb at the beginning of an English phrase to its bare form: "telling" -> "tell"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEADING = re.compile(
    r"(?:(?:not|never|just|also|simply|always|first|only|\w+ly) )*(?:to )?(?:just )?", re.IGNORECASE
)
_FIRST = re.compile(
    r"(?:(?:not|just|also|simply|always|first|only|\w+ly) )*(?P<verb>[^\W\d_]+)", re.IGNORECASE
)
_DOUBLING = re.compile(r"[^aeiouwxy][aeiou][bdgmnprt]$")


class Verbs:
    """The verbs that a plan's action may begin with, bare or with "-ing"."""

    def __init__(self, verbs: Iterable[str]) -> None:
        self._bare = frozenset(verb.lower() for verb in verbs)
        self._gerunds = {_gerund(verb): verb for verb in self._bare}

    def bare(self, phrase: str) -> str | None:
        """The phrase with its first verb in the bare form; None where it begins with none."""
        lead = _LEADING.match(phrase)
        at = lead.end() if lead else 0
        found = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*").match(phrase, at)
        if found is None:
            return None
        word = found.group().lower()
        base = word if word in self._bare else self._gerunds.get(word)
        if base is None:
            return None
        adverbs = re.sub(r"\bto (?:just )?$", "", phrase[:at], flags=re.IGNORECASE)
        return f"{adverbs.lower()}{base}{phrase[found.end() :]}"

    def begins(self, phrase: str) -> bool:
        """Whether the phrase begins with a bare verb, as an order does."""
        found = _FIRST.match(phrase)
        return found is not None and found["verb"].lower() in self._bare


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return f"{verb[:-1]}ing"
    return f"{_doubled(verb)}ing"


def _doubled(verb: str) -> str:
    single = verb in ("listen", "open", "answer", "offer", "remember", "mention", "visit", "enter")
    return verb + verb[-1] if _DOUBLING.search(verb) and not single else verb
