"""All forms of a verb: "strangle" is also "strangles", "strangled", "strangling"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_HISSING = ("s", "sh", "ch", "x", "z", "o")
_DOUBLING = re.compile(r"(?:^|[^aeiou])[aeiou][bdgkmnprtzl]$")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")


class VerbForms:
    """Writes the forms out, by spelling rules and a table of past forms that break them."""

    def __init__(self, irregular: Mapping[str, Sequence[str]]) -> None:
        self._irregular = irregular

    def of(self, verb: str) -> tuple[str, ...]:
        """The verb itself first. It may hold a form too many ("visitted"): none that is a word."""
        past = self._irregular.get(verb, _regular_past(verb))
        return tuple(dict.fromkeys((verb, _third_person(verb), *past, *_gerunds(verb))))


def _third_person(verb: str) -> str:
    if _CONSONANT_Y.search(verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(_HISSING) else f"{verb}s"


def _regular_past(verb: str) -> tuple[str, ...]:
    if verb.endswith("e"):
        return (f"{verb}d",)
    if _CONSONANT_Y.search(verb):
        return (f"{verb[:-1]}ied",)
    return tuple(f"{stem}ed" for stem in _stems(verb))


def _gerunds(verb: str) -> tuple[str, ...]:
    if verb.endswith("ie"):
        return (f"{verb[:-2]}ying",)
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return (f"{verb[:-1]}ing",)
    return tuple(f"{stem}ing" for stem in _stems(verb))


def _stems(verb: str) -> tuple[str, ...]:
    return (verb, verb + verb[-1]) if _DOUBLING.search(verb) else (verb,)
