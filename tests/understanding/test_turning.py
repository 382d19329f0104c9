"""Turning the persons: I to you, my to your, was to were, across clauses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.understanding.persons import direct_speech, turn_persons

EXAMPLES = [
    tuple(line.split(" | "))
    for line in (Path(__file__).parent / "turned.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("said", "turned"), EXAMPLES)
def test_a_sentence_is_turned(said: str, turned: str) -> None:
    assert turn_persons(said) == turned


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 270


OWN = st.sampled_from(
    [
        "i am {a}",
        "i'm {a}",
        "i was {a}",
        "i wasn't {a}",
        "i always was {a}",
        "i really am {a}",
        "i've been {a}",
        "i'll be {a}",
        "i'd be {a}",
        "i felt {a}",
        "i blame myself",
        "i lost my temper",
        "my heart was pounding",
        "the mistake was mine",
        "am i {a}",
        "was i {a}",
        "we were {a}",
        "we're {a}",
        "we've lost each other",
        "both of us are {a}",
        "i came home and was {a}",
        "i did what i am used to",
        "so am i",
    ]
)
OTHERS = st.sampled_from(
    [
        "he was {a}",
        "she wasn't {a}",
        "they were {a} with me",
        "he shouted at me",
        "my husband was {a}",
        "she took my phone",
        "it was {a}",
        "he told me that i was {a}",
        "she said i'm {a}",
        "he loves me",
        "the kids were looking at us",
        "he thinks i am {a}",
        "nobody was listening to me",
    ]
)
JOINTS = st.sampled_from(
    [" and ", " but ", " because ", " when ", " so ", ", ", ". ", " while ", " although ", " if "]
)
ADJECTIVES = st.sampled_from(["tired", "angry", "alone", "late", "afraid", "quiet", "wrong"])


@st.composite
def narratives(draw: st.DrawFn) -> str:
    """Clauses about oneself and about others, joined in any order."""
    clauses = draw(st.lists(st.one_of(OWN, OTHERS), min_size=1, max_size=5))
    text = clauses[0].format(a=draw(ADJECTIVES))
    for clause in clauses[1:]:
        text += draw(JOINTS) + clause.format(a=draw(ADJECTIVES))
    return text


FIRST_PERSON = re.compile(r"\b(i|me|my|mine|myself|i'm|i've|i'll|i'd|we|us|our|we're|we've|am)\b")
WRONG = re.compile(
    r"\b(?:you (?:always |really |just )?(?:am|was|wasn't|is|has|does)|am you|was you"
    r"|your (?:am|are)|you two (?:was|is|has)|you're (?:are|am)|you you|he were|she weren't"
    r"|it were|husband were)\b"
)


@given(narratives())
def test_the_turned_sentence_is_grammatical_in_person(text: str) -> None:
    turned = turn_persons(text)
    assert not FIRST_PERSON.search(turned), turned
    assert not WRONG.search(turned), turned


@given(narratives())
def test_only_persons_are_changed(text: str) -> None:
    person = re.compile(
        r"\b(wasn't|weren't|you're|i'm|i've|you've|i'll|you'll|i'd|you'd|we're|we've|have|i|you|me"
        r"|my|your|mine|yours|myself|yourself|we|us|our|two|am|are|was|were)\b|[^\w' ]"
    )
    assert (
        person.sub("", text).split()
        == person.sub("", turn_persons(text).replace("the two of you", "us")).split()
    )


def test_direct_speech_keeps_its_persons() -> None:
    assert direct_speech("i told him you never listen to me")
    assert not direct_speech("i told him that i was sad")
    assert turn_persons('she said "i hate my life" and left me') == (
        'she said "I hate my life" and left you'
    )


@given(st.text(max_size=120))
def test_any_text_is_met_without_an_error(text: str) -> None:
    turn_persons(text)
