"""Weights: how words become phrases, what they add up to, and how they meet the signs."""

from __future__ import annotations

import pytest

from voice_coach.content.language import Lexicons
from voice_coach.content.weights import START, WeightTable
from voice_coach.understanding.risk import Category, Risks, Tier
from voice_coach.understanding.risk_weights import Weighing, Words

FAMILIES = {"punch": "@hit", "kick": "@hit"}


@pytest.fixture(scope="module")
def words(lexicons: Lexicons) -> Words:
    return Words(lexicons.risk)


def table(danger: float, present: float, **kinds: str) -> WeightTable:
    """What the sums begin with, and phrases that tell kinds."""
    phrases = {
        START: f"{danger}\t{present}\tassault:9 money-control:10 stalking:9",
        "hit me": "3\t2\tassault:2",
        "@hit me": "1\t1\t",
        **{phrase: f"0\t0\t{counts}" for phrase, counts in kinds.items()},
    }
    return WeightTable(phrases, FAMILIES)


def test_words_that_mean_the_same_are_made_alike(words: Words) -> None:
    assert words.of("she hits him") == words.of("my husband hit her")[1:]
    assert words.of("he threw it") == words.of("they are throwing it")[:1] + words.of("throw it")


def test_the_phrases_of_an_utterance(words: Words) -> None:
    found = words.phrases(["he", "kick", "me", "in", "the", "hall"], FAMILIES)
    assert {
        "kick",
        "he kick",
        "he kick me",
        "he .. hall",
        "kick .. hall",
        "^ he",
        "hall $",
    } <= found
    assert {"he @hit", "@hit me", "he @hit me", "@hit .. the", "in .. hall"} <= found
    assert "he .. in" not in found, "two small words apart say nothing"


def test_weights_add_up_for_less_in_a_longer_utterance(words: Words) -> None:
    weighing = Weighing(table(-1.0, -1.0), words)
    short = weighing.weigh("he hit me ")
    assert short.danger == pytest.approx(-1.0 + (10 / 5) ** 0.5 * 3.0)
    assert short.telling[0] == "hit me"
    long = weighing.weigh("he hit me on the first day of the long summer holiday ")
    assert -1.0 < long.danger < short.danger
    assert weighing.weigh("he kicked me ").danger == pytest.approx(-1.0 + (10 / 5) ** 0.5)


def test_the_kind_is_the_one_whose_phrases_it_has(words: Words) -> None:
    kinds = {"purs": "money-control:9", "phone": "stalking:9 money-control:1"}
    weighing = Weighing(table(0.0, 0.0, **kinds), words)
    assert weighing.weigh("he keeps my purse ").kind == "money-control"
    assert weighing.weigh("he has my phone ").kind == "stalking"


def test_weights_find_what_no_sign_finds(lexicons: Lexicons) -> None:
    risks = Risks(lexicons.risk, table(-0.5, -2.0))
    risk = risks.assess("wallop hit me")
    assert risk.tier is Tier.NOW
    assert Category.ASSAULT in risk.categories


def test_weights_overrule_a_sign(lexicons: Lexicons) -> None:
    said = "he strangled me"
    for start, tier in (
        (table(-0.5, -0.5), Tier.NOW),
        (table(-0.5, -5.0), Tier.ASK),
        (table(-5.0, -5.0), Tier.NONE),
    ):
        assert Risks(lexicons.risk, start).assess(said).tier is tier


def test_a_story_does_not_hide_a_sentence(words: Words) -> None:
    harmless = table(-1.0, -1.0)
    harmless = WeightTable({**harmless.phrases, "talk": "-4\t-4\t"}, FAMILIES)
    weighing = Weighing(harmless, words)
    talk = "we talked and talked about the dinner and the garden and his mother "
    assert weighing.weigh(talk).danger < -1.5
    assert weighing.weigh(f"{talk}{talk}{talk}").danger < -1.5
    assert (
        weighing.weigh(
            f"{talk}and then when we were home he hit me there in the hall {talk}"
        ).danger
        > 0.0
    )
