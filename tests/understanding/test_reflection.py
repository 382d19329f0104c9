"""Reflecting back: the person's own words, turned, and nothing put into their mouth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.content.language import load_language
from voice_coach.understanding.cues import Cues
from voice_coach.understanding.persons import turn_persons
from voice_coach.understanding.quoting import LONGEST
from voice_coach.understanding.reflection import Reflection, Reflections
from voice_coach.understanding.times import Times
from voice_coach.understanding.tokens import words

LEXICONS = load_language("en")
CUES = Cues(LEXICONS.cues, Times(LEXICONS.answers.time))
REFLECTIONS = Reflections(LEXICONS.reflections)

EXAMPLES = [
    tuple(line.split(" | "))
    for line in (Path(__file__).parent / "reflected.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
ANSWERS = [said for said, _ in EXAMPLES]


def simple(text: str) -> str | None:
    found = REFLECTIONS.reflect(text, CUES.find(text), complex=False)
    return found.text if found else None


def further(text: str) -> Reflection | None:
    return REFLECTIONS.reflect(text, CUES.find(text), complex=True)


@pytest.mark.parametrize(("said", "reflected"), EXAMPLES)
def test_an_answer_is_reflected(said: str, reflected: str) -> None:
    assert simple(said) == reflected


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 150


@pytest.mark.parametrize(
    "text",
    [
        "",
        "um",
        "i don't know",
        "yes",
        "no not really",
        "stuff",
        "why does he always do this",
        "what do you mean",
        "did you hear me",
        "he's such a pathetic idiot",
        "if he doesn't stop i'm leaving",
        "fuck him",
        "[unk] [unk]",
        "seven",
        "i think",
        "i love you",
    ],
)
def test_what_cannot_be_quoted_safely_is_not(text: str) -> None:
    assert simple(text) is None


def test_the_part_that_carries_the_feeling_is_chosen() -> None:
    said = (
        "so we came back from my sister's around nine and the kids were asleep in the car "
        "and i felt invisible because he was on the phone the whole way and then we unpacked"
    )
    reflected = simple(said)
    assert reflected is not None
    assert reflected.startswith("You felt invisible because he was on the phone")


def test_a_statement_about_the_partner_stays_the_persons_view() -> None:
    reflected = simple("he never listens to me")
    assert reflected is not None
    assert not reflected.startswith("He ")


def test_a_verdict_on_oneself_is_not_confirmed() -> None:
    reflected = simple("i'm a terrible mother")
    assert reflected is not None
    assert not reflected.startswith("You're a terrible")


@pytest.mark.parametrize("text", ["I shut down when he raised his voice", "i was so lonely"])
def test_a_complex_reflection_goes_a_step_further(text: str) -> None:
    plain, more = simple(text), further(text)
    assert plain is not None
    assert more is not None
    assert more.complex
    assert more.text.startswith(plain.rstrip("."))
    assert len(more.text) > len(plain)


def test_a_fragment_is_never_complex() -> None:
    reflection = further("the silence at dinner")
    assert reflection == Reflection("You put it like this: the silence at dinner.", complex=False)


FRAME_WORDS = {
    word
    for frame in (
        *LEXICONS.reflections.frames.seen,
        *LEXICONS.reflections.frames.inner,
        *LEXICONS.reflections.frames.now,
        *LEXICONS.reflections.frames.fragment,
        LEXICONS.reflections.frames.felt,
        *(one for tails in LEXICONS.reflections.deeper.values() for one in tails),
    )
    for word in words(frame)
}


@given(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3), st.booleans())
def test_nothing_is_put_into_their_mouth(said: list[str], complex_: bool) -> None:
    text = " and ".join(said)
    reflection = REFLECTIONS.reflect(text, CUES.find(text), complex=complex_)
    if reflection is not None:
        own = {*words(text), *words(turn_persons(text)), "you", "your", "are", "were", "two"}
        assert set(words(reflection.text)) <= own | FRAME_WORDS


@given(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3))
def test_a_reflection_is_one_short_sentence_in_the_second_person(said: list[str]) -> None:
    text = " and ".join(said)
    reflected = simple(text)
    if reflected is not None:
        assert reflected[0].isupper() or reflected[0] in '“"'
        assert reflected.endswith((".", "?", "!"))
        # Fourteen words quoted, where "we" may have become "you two", and a frame.
        assert len(words(reflected)) <= LONGEST + 14
        outside = re.sub(r"“[^”]*”|\"[^\"]*\"", "", reflected.lower())
        assert not re.search(r"\b(i|me|my|mine|myself|i'm|we|us|our|am)\b", outside), reflected
        # "The thing that gets you is ..." is right.
        assert not re.search(r"(?<!gets )\byou (am|is)\b|\byou was \w+ed\b", outside), reflected


@given(st.text(max_size=160), st.booleans())
def test_any_text_is_met_without_an_error(text: str, complex_: bool) -> None:
    REFLECTIONS.reflect(text, CUES.find(text), complex=complex_)


@given(st.text(alphabet="abcdefghij 'iIwasmy,.?!’\"", max_size=80))
def test_any_letters_are_met_without_an_error(text: str) -> None:
    REFLECTIONS.reflect(text, CUES.find(text), complex=True)
