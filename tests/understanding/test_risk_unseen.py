"""Danger in utterances of which no sign was made and from which no weight was learnt.

The figures themselves stand in docs/safety.md; here, what they must not fall below. Not a sentence
of these tables is to be looked at in order to mend what is wrong with it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from weigh_risk.utterances import UNSEEN, learnt_from, read

from voice_coach.content.language import Lexicons
from voice_coach.understanding.risk import Risks, Tier

TALK = "talk"
"""In the column of the category: ordinary and angry talk, without traps."""


class Judged(NamedTuple):
    """One utterance, what a person judged it to be, and what is found in it."""

    text: str
    label: str
    wanted: Tier
    found: Tier


@pytest.fixture(scope="module")
def judged(lexicons: Lexicons) -> dict[str, list[Judged]]:
    risks = Risks(lexicons.risk, lexicons.weights)
    return {file.name: [judge(risks, row) for row in rows(file)] for file in UNSEEN}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def judge(risks: Risks, row: dict[str, str]) -> Judged:
    label = row.get("category") or row.get("categories") or ""
    return Judged(row["text"], label, Tier(row["tier"]), risks.assess(row["text"]).tier)


def share(some: list[Judged], wanted: Tier, right: Callable[[Judged], bool]) -> float:
    """Of those of a tier, the share that is judged rightly."""
    these = [one for one in some if one.wanted is wanted]
    return sum(map(right, these)) / len(these)


def is_found(one: Judged) -> bool:
    return one.found is not Tier.NONE


def is_exact(one: Judged) -> bool:
    return one.found is one.wanted


@pytest.mark.parametrize("file", UNSEEN, ids=lambda file: file.stem)
def test_each_set_is_understood(judged: dict[str, list[Judged]], file: Path) -> None:
    some = judged[file.name]
    assert share(some, Tier.NOW, is_exact) >= 0.92
    assert share(some, Tier.NOW, is_found) >= 0.95
    assert share(some, Tier.ASK, is_found) >= 0.88
    assert share(some, Tier.NONE, is_exact) >= 0.93


def test_all_of_them_together_are_understood_as_we_want(judged: dict[str, list[Judged]]) -> None:
    every = [one for some in judged.values() for one in some]
    assert share(every, Tier.NOW, is_exact) >= 0.975
    assert share(every, Tier.NOW, is_found) >= 0.98
    assert share(every, Tier.ASK, is_found) >= 0.90
    talk = [one for one in every if one.label == TALK]
    assert len(talk) >= 900
    assert share(talk, Tier.NONE, is_exact) >= 0.97


def test_none_of_them_is_learnt_from() -> None:
    unseen = {one.text.lower() for one in read(UNSEEN)}
    learnt = learnt_from()
    assert len(learnt) > 60_000
    assert not [one.text for one in learnt if one.text.lower() in unseen]
