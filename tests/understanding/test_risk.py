"""Danger is found in what is said, and ordinary and angry talk is left alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from voice_coach.content.language import Lexicons
from voice_coach.understanding.risk import Category, Risk, RiskHistory, Risks, Tier

LABELLED = Path(__file__).with_name("risk_labelled.tsv")
STRANGERS = Path(__file__).with_name("risk_strangers.tsv")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One utterance and what a person judged it to be."""

    text: str
    tier: Tier
    category: Category | None


def labelled() -> list[Labelled]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [
            Labelled(
                row["text"],
                Tier(row["tier"]),
                Category(row["categories"]) if row["categories"] else None,
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


@pytest.fixture(scope="module")
def risks(lexicons: Lexicons) -> Risks:
    return Risks(lexicons.risk, lexicons.weights)


@pytest.fixture(scope="module")
def judged(risks: Risks) -> list[tuple[Labelled, Risk]]:
    return [(one, risks.assess(one.text)) for one in labelled()]


Right = Callable[[Risk], bool]


def share(judged: list[tuple[Labelled, Risk]], tier: Tier, right: Right) -> tuple[float, list[str]]:
    """The share of a tier that is judged rightly, and what is not."""
    of_tier = [(one, risk) for one, risk in judged if one.tier is tier]
    wrong = [f"{one.text!r} -> {risk}" for one, risk in of_tier if not right(risk)]
    return 1 - len(wrong) / len(of_tier), wrong


def test_the_set_is_large_and_balanced() -> None:
    rows = labelled()
    tiers = Counter(row.tier for row in rows)
    categories = Counter(row.category for row in rows if row.category)
    assert len(rows) >= 1000
    assert min(tiers.values()) >= 400
    assert min(categories[category] for category in Category) >= 10


def test_now_is_found(judged: list[tuple[Labelled, Risk]]) -> None:
    found, wrong = share(judged, Tier.NOW, lambda risk: risk.tier is Tier.NOW)
    assert found >= 0.98, wrong


def test_ask_is_found(judged: list[tuple[Labelled, Risk]]) -> None:
    found, wrong = share(judged, Tier.ASK, lambda risk: risk.tier is not Tier.NONE)
    assert found >= 0.97, wrong


def test_ask_is_not_made_too_much_of(judged: list[tuple[Labelled, Risk]]) -> None:
    found, wrong = share(judged, Tier.ASK, lambda risk: risk.tier is Tier.ASK)
    assert found >= 0.90, wrong


def test_ordinary_and_angry_talk_is_left_alone(judged: list[tuple[Labelled, Risk]]) -> None:
    found, wrong = share(judged, Tier.NONE, lambda risk: risk.tier is Tier.NONE)
    assert found >= 0.97, wrong


def test_the_category_is_right(judged: list[tuple[Labelled, Risk]]) -> None:
    named = [(one, risk) for one, risk in judged if one.category and risk.tier is not Tier.NONE]
    wrong = [f"{one} -> {risk}" for one, risk in named if one.category not in risk.categories]
    assert len(wrong) <= 0.03 * len(named), wrong


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("he never hit me", Tier.NONE),
        ("he never hit me but he choked me", Tier.NOW),
        ("I don't want to kill myself", Tier.NONE),
        ("not today but I think about killing myself most days", Tier.NOW),
        ("I'm not going to kill myself today", Tier.ASK),
        ("he doesn't hit me any more", Tier.ASK),
        ("I don't know why he hits me", Tier.NOW),
        ("no he hits me", Tier.NOW),
        ("I can't stop thinking about killing myself", Tier.NOW),
        ("he has never hit me, pushed me or choked me", Tier.NONE),
        ("he doesn't punch me or anything like that he just twists my wrists", Tier.NOW),
    ],
)
def test_a_not_reaches_no_further_than_its_clause(risks: Risks, text: str, tier: Tier) -> None:
    assert risks.assess(text).tier is tier


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("he beat me last night", Tier.NOW),
        ("my dad beat me when I was a child", Tier.ASK),
        ("it was years ago. he choked me", Tier.ASK),
        ("he used to hit me and last night he strangled me", Tier.NOW),
        ("my friend wants to kill herself", Tier.ASK),
        ("in the film he strangles her", Tier.NONE),
        ("he beat me at chess", Tier.NONE),
        ("I'm afraid of what he'll do", Tier.ASK),
        ("I'm afraid to tell him", Tier.NONE),
        ("my feet are killing me", Tier.NONE),
        ("I was choked by my husband", Tier.NOW),
        ("I choked my husband", Tier.NOW),
        ("it wasn't planned I slapped her", Tier.NOW),
        ("I saw my boyfriend throw the kitten across the room", Tier.ASK),
        ("he'd choked me before I could get out", Tier.NOW),
        ("they were on about the football when he punched me in the mouth", Tier.NOW),
    ],
)
def test_the_light_in_which_it_is_said_changes_the_route(
    risks: Risks, text: str, tier: Tier
) -> None:
    assert risks.assess(text).tier is tier


def test_the_one_who_was_violent_is_told_apart(risks: Risks) -> None:
    assert risks.assess("I slapped her").categories[0] is Category.OWN_VIOLENCE
    assert risks.assess("she slapped me").categories[0] is Category.ASSAULT


def test_a_doubtful_hearing_only_asks(risks: Risks) -> None:
    assert risks.assess("I want to die").tier is Tier.NOW
    assert risks.assess("I want to die", doubtful=True).tier is Tier.ASK
    assert risks.assess("he forgot the milk", doubtful=True).tier is Tier.NONE


def test_the_most_urgent_comes_first(risks: Risks) -> None:
    risk = risks.assess("he hit me and I've got chest pain")
    assert risk.categories[0] is Category.MEDICAL
    assert Category.ASSAULT in risk.categories


def test_signs_of_despair_add_up_over_the_session(risks: Risks) -> None:
    history = RiskHistory()
    said = ("I'm such a burden", "I don't see any future", "I don't want to be here any more")
    tiers = [history.raised(risks.assess(text)).tier for text in said]
    assert tiers == [Tier.ASK, Tier.ASK, Tier.NOW]


def test_different_kinds_of_sign_do_not_add_up(risks: Risks) -> None:
    history = RiskHistory()
    said = ("I'm such a burden", "he controls the money", "I don't see any future")
    assert all(history.raised(risks.assess(text)).tier is Tier.ASK for text in said)


def test_nothing_said_is_nothing_found(risks: Risks) -> None:
    for text in ("", "   ", "...", "[unk]", "um uh"):
        assert risks.assess(text).tier is Tier.NONE


@pytest.mark.parametrize(
    "text", ["i i want to to die", "I WANT TO DIE!!", "I want… to die", "i’m suicidal"]
)
def test_spelling_and_stumbling_do_not_matter(risks: Risks, text: str) -> None:
    assert risks.assess(text).tier is Tier.NOW


def test_words_that_the_rules_were_first_measured_on_stay_understood(risks: Risks) -> None:
    """Ten sets, each written and measured before the rules were corrected by it (docs/safety.md).

    A sign taken for more urgent than it is counts as found: the person is asked, or helped.
    """
    with STRANGERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["tier"], []).append(risks.assess(row["text"]).tier.value)
    assert len(rows) >= 1700
    assert found["now"].count("now") >= 0.98 * len(found["now"])
    assert found["ask"].count("none") <= 0.05 * len(found["ask"])
    assert found["none"].count("none") >= 0.97 * len(found["none"])
