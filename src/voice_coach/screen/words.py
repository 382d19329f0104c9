"""Text from outside made fit to be shown: nothing in it can move a cursor or ring a bell."""

from __future__ import annotations

import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories: controls, invisible marks that can turn text round, line separators."""


def clean(text: str) -> str:
    """One line of text that a person could have written; runs of space become one."""
    shown = "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or unicodedata.category(one) not in _HARMFUL
    )
    return " ".join(shown.split())
