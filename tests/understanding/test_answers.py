"""Answers to closed questions: numbers, yes and no, choices, times."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.content.language import load_language
from voice_coach.understanding.answers import Answers, YesNo

LEXICON = load_language("en").answers
ANSWERS = Answers(LEXICON)
UNITS = LEXICON.number.units

NUMBERS = [
    ("7", 7),
    ("seven", 7),
    ("seven.", 7),
    ("7.5", 7.5),
    ("zero", 0),
    ("nought", 0),
    ("none at all", 0),
    ("nothing", 0),
    ("ten out of ten", 10),
    ("7/10", 7),
    ("seven out of ten", 7),
    ("off the scale", 10),
    ("it's off the charts", 10),
    ("as bad as it gets", 10),
    ("about a seven", 7),
    ("a solid eight", 8),
    ("maybe like a 4", 4),
    ("um i guess a six", 6),
    ("i'd say it's probably around a six or so right now", 6),
    ("i'm at a three today", 3),
    ("sevenish", 7),
    ("almost an eight", 8),
    ("just under nine", 9),
    ("at least a five", 5),
    ("six or seven", 6.5),
    ("six seven", 6.5),
    ("between 3 and 4", 3.5),
    ("somewhere between two and three", 2.5),
    ("3-4", 3.5),
    ("a seven or an eight", 7.5),
    ("five and a half", 5.5),
    ("five point five", 5.5),
    ("eight and three quarters", 8.75),
    ("twelve", 12),
    ("twenty one", 21),
    ("a hundred", 100),
    ("eighty percent", 8),
    ("50%", 5),
    ("three out of five", 6),
    ("seven no eight", 8),
    ("five actually make that six", 6),
    ("it was an eight now it's a five", 5),
    ("down to a four now", 4),
    ("seven because he shouted at me", 7),
    ("seven, I'm still shaking", 7),
    ("eight and i don't know why", 8),
    ("i'm pretty upset so a seven", 7),
    ("i feel fine, maybe a two", 2),
    ("i don't know maybe a five", 5),
    ("still a four", 4),
    ("seven seven", 7),
    ("in the middle", 5),
    ("ate", 8),
    ("too", 2),
]

NOT_NUMBERS = [
    "",
    "um",
    "very high",
    "we have two kids",
    "one of those days",
    "no one",
    "one thing is he shouts",
    "two of them",
    "he came home at eight and shouted",
    "i don't know",
    "pretty bad",
    "the first one",
    "someone",
    "for him i would do it",
    "three or four times a week he leaves",
]

YES = [
    "yes",
    "yeah",
    "yep",
    "mm-hm",
    "uh-huh",
    "mhm",
    "sure",
    "of course",
    "i guess so",
    "i think so",
    "yes please",
    "well i think so yeah",
    "oh absolutely",
    "yes but he shouts",
    "yeah i did it twice",
    "no yeah",
    "no problem",
    "that's right",
    "i do",
    "yes i am",
    "it is",
    "sometimes",
    "a little",
    "i'm afraid so",
    "Yes, it's fine.",
    "sounds good",
    "why not",
]
NO = [
    "no",
    "nah",
    "nope",
    "not really",
    "not at all",
    "no way",
    "uh uh",
    "i don't think so",
    "i'm not",
    "no thanks",
    "not today",
    "maybe later",
    "yeah no",
    "no i never did",
    "not really i was tired",
    "never",
    "i haven't",
    "probably not",
    "that's not right",
    "i'd rather not",
    "of course not",
    "i guess not",
    "no, he wouldn't do that",
]
UNSURE = [
    "maybe",
    "sort of",
    "kind of",
    "i don't know",
    "i'm not sure",
    "yes and no",
    "it depends",
    "not any more",
    "hard to say",
    "i don't know he is different lately",
]
NEITHER = [
    "",
    "um",
    "he shouts at me",
    "no one listens to me",
    "no matter what i do",
    "focus",
    "seven",
    "she said no and left",
    "i was in the kitchen",
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_is_understood(text: str, value: float) -> None:
    number = ANSWERS.number(text)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.low <= number.value <= number.high


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_merely_holds_a_number_is_none(text: str) -> None:
    assert ANSWERS.number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("about a seven", 6.5, 7.5),
        ("six or seven", 6, 7),
        ("almost an eight", 7, 8),
        ("more than five", 5, 6),
    ],
)
def test_a_hedge_widens_the_number(text: str, low: float, high: float) -> None:
    number = ANSWERS.number(text)
    assert number is not None
    assert (number.low, number.high, number.hedged) == (low, high, True)


def test_a_plain_number_is_not_hedged() -> None:
    number = ANSWERS.number("seven")
    assert number is not None
    assert (number.low, number.high, number.hedged) == (7, 7, False)


@given(st.integers(0, 10), st.sampled_from(["", "about ", "a ", "i'd say ", "maybe a ", "um "]))
def test_digits_and_words_mean_the_same(value: int, before: str) -> None:
    name = next(name for name, number in UNITS.items() if number == value)
    spoken, typed = ANSWERS.number(before + name), ANSWERS.number(before + str(value))
    assert spoken == typed
    assert spoken is not None
    assert spoken.value == value


@pytest.mark.parametrize("text", YES)
def test_yes(text: str) -> None:
    assert ANSWERS.yes_no(text) is YesNo.YES


@pytest.mark.parametrize("text", NO)
def test_no(text: str) -> None:
    assert ANSWERS.yes_no(text) is YesNo.NO


@pytest.mark.parametrize("text", UNSURE)
def test_unsure(text: str) -> None:
    assert ANSWERS.yes_no(text) is YesNo.UNSURE


@pytest.mark.parametrize("text", NEITHER)
def test_neither_yes_nor_no(text: str) -> None:
    assert ANSWERS.yes_no(text) is None


def test_grammar_phrases_are_understood() -> None:
    assert "an eight" in ANSWERS.phrases_for_rating
    for phrase in ANSWERS.phrases_for_rating:
        assert ANSWERS.number(phrase) is not None, phrase
    for phrase in ANSWERS.phrases_for_yes_no:
        assert ANSWERS.yes_no(phrase) is not None, phrase


@dataclass(frozen=True)
class Thing:
    """As the scripts' options and practices are."""

    id: str
    phrases: tuple[str, ...]
    label: str = ""


PRACTICES = (
    Thing("focus", ("focus", "focus on what needs to be done", "what needs to be done")),
    Thing("honesty", ("honesty", "be honest", "be honest even when it is difficult")),
    Thing("self-confrontation", ("confront myself", "self confrontation", "my own part")),
    Thing("grounded", ("stay grounded", "grounded")),
    Thing("boundary", ("not a doormat", "boundary", "a limit")),
)
EXERCISES = (
    Thing("counted-breathing", ("counted breathing", "breathing")),
    Thing("box", ("box breathing", "box")),
    Thing("senses", ("five senses", "senses")),
    Thing("feet", ("feet", "my feet on the floor")),
)
LENGTHS = (
    Thing("short", ("short", "five minutes", "about five", "five")),
    Thing("standard", ("standard", "twelve minutes", "twelve", "medium")),
    Thing("long", ("long", "twenty minutes", "twenty")),
)


@pytest.mark.parametrize(
    ("text", "options", "chosen"),
    [
        ("focus", PRACTICES, "focus"),
        ("um focus please", PRACTICES, "focus"),
        ("i'd like focus please", PRACTICES, "focus"),
        ("let's do the honesty one", PRACTICES, "honesty"),
        ("i want to look at my own part in it", PRACTICES, "self-confrontation"),
        ("focus no honesty", PRACTICES, "honesty"),
        ("not focus but honesty", PRACTICES, "honesty"),
        ("being honest", PRACTICES, "honesty"),
        ("the doormat thing", PRACTICES, "boundary"),
        ("the first one", PRACTICES, "focus"),
        ("the second", PRACTICES, "honesty"),
        ("number two", PRACTICES, "honesty"),
        ("two", PRACTICES, "honesty"),
        ("option 3 please", PRACTICES, "self-confrontation"),
        ("the last one", PRACTICES, "boundary"),
        ("number nine", PRACTICES, None),
        ("focus or honesty", PRACTICES, None),
        ("i don't know", PRACTICES, None),
        ("", PRACTICES, None),
        ("the breathing one", EXERCISES, "counted-breathing"),
        ("box breathing", EXERCISES, "box"),
        ("the box one please", EXERCISES, "box"),
        ("something with my feet", EXERCISES, "feet"),
        ("counting my breath", EXERCISES, "counted-breathing"),
        ("five", LENGTHS, "short"),
        ("about five minutes", LENGTHS, "short"),
        ("the long one", LENGTHS, "long"),
        ("twelve i think", LENGTHS, "standard"),
    ],
)
def test_a_choice(text: str, options: tuple[Thing, ...], chosen: str | None) -> None:
    assert ANSWERS.choice(text, options) == chosen


def test_a_choice_may_be_made_by_its_label() -> None:
    options = (
        Thing("evening", ("evening",), "this evening, after dinner"),
        Thing("weekend", ("weekend",), "on Saturday, on our walk"),
    )
    assert ANSWERS.choice("on our saturday walk", options) == "weekend"
    assert ANSWERS.choice("after dinner", options) == "evening"


def test_a_number_can_be_heard_as_a_choice() -> None:
    phrases = ANSWERS.phrases_for_choice(PRACTICES)
    assert {"two", "number two", "the second", "the second one"} <= set(phrases)
    assert f"number {len(PRACTICES) + 1}" not in phrases


def test_choice_grammar_chooses() -> None:
    for phrase in ANSWERS.phrases_for_choice(PRACTICES):
        assert ANSWERS.choice(phrase, PRACTICES) is not None, phrase


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("tomorrow after dinner", "it is tomorrow after dinner"),
        ("next time he raises his voice", "he raises his voice"),
        ("on sunday", "it is Sunday"),
        ("tonight at eight", "it is tonight at eight"),
        ("at half past seven", "it is half past seven"),
        ("in an hour", "an hour has passed"),
        ("in twenty minutes", "twenty minutes have passed"),
        ("after work", "it is after work"),
        ("at dinner", "you are at dinner"),
        ("in the car", "you are in the car"),
        ("every morning", "it is morning"),
        ("on friday evening after dinner", "it is Friday evening after dinner"),
        ("as soon as i get home", "you get home"),
        ("when the kids are in bed", "the kids are in bed"),
        ("after i come home from work", "it is after you come home from work"),
        ("8:30 tomorrow", "it is 8:30 tomorrow"),
        ("maybe this weekend", "it is this weekend"),
        ("I will do it on monday at 7 pm", "it is Monday at 7 pm"),
        ("next time", None),
        ("we have two kids", None),
        ("i want to talk", None),
    ],
)
def test_a_moment(text: str, cue: str | None) -> None:
    when = ANSWERS.when(text)
    assert (when.cue if when else None) == cue


@given(st.text(max_size=60))
def test_any_text_is_met_without_an_error(text: str) -> None:
    ANSWERS.number(text)
    ANSWERS.yes_no(text)
    ANSWERS.choice(text, PRACTICES)
    ANSWERS.when(text)
