"""The phrases of closed listening."""

from __future__ import annotations

import pytest

from voice_coach.conversation.events import Expectation, Expected
from voice_coach.listening.grammars import Grammars, extendable, known_words

GRAMMARS = Grammars(
    commands=("pause", "go on"), ratings=("seven", "about a seven"), yes_no=("yes", "no", "no way")
)


@pytest.mark.parametrize(
    ("expectation", "phrases"),
    [
        (Expectation(Expected.COMMAND), {"stop", "pause", "go on"}),
        (
            Expectation(Expected.RATING),
            {"stop", "pause", "go on", "seven", "about a seven"},
        ),
        (Expectation(Expected.YES_NO), {"stop", "pause", "go on", "yes", "no", "no way"}),
        (
            Expectation(Expected.CHOICE, ("focus", "the first")),
            {"stop", "pause", "go on", "focus", "the first"},
        ),
        (
            Expectation(Expected.OPEN),
            {"stop", "pause", "go on", "that's all", "that is all", "that's it", "i'm done"},
        ),
    ],
)
def test_commands_are_always_listened_for(expectation: Expectation, phrases: set[str]) -> None:
    assert set(GRAMMARS.phrases(expectation)) == phrases


def test_stop_is_listened_for_even_where_nobody_says_so() -> None:
    assert "stop" in Grammars().phrases(Expectation(Expected.COMMAND))


def test_no_phrase_twice() -> None:
    phrases = Grammars(commands=("stop", "go on")).phrases(Expectation(Expected.OPEN))
    assert len(phrases) == len(set(phrases))


def test_answers_leave_out_commands() -> None:
    assert GRAMMARS.answers(Expectation(Expected.YES_NO)) == {"yes", "no", "no way"}
    assert GRAMMARS.answers(Expectation(Expected.OPEN)) == frozenset()


def test_phrases_that_may_go_on() -> None:
    assert extendable(("no", "no way", "seven", "seventeen", "go", "go on then")) == {"no", "go"}


@pytest.mark.parametrize(
    ("text", "trails"),
    [
        ("i was angry and", True),
        ("i was angry because", True),
        ("well i think", True),
        ("um", True),
        ("i was angry", False),
        ("we bought a band", False),
        ("", False),
    ],
)
def test_trailing_words(text: str, trails: bool) -> None:
    assert Grammars().trails(text) is trails


def test_unknown_words_are_left_out() -> None:
    assert known_words("[unk] seven [unk]") == "seven"
    assert known_words("[unk]") == ""
