"""Sentences are cut where a listener would hear one end."""

from __future__ import annotations

import pytest

from voice_coach.speaking.sentences import plain, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  \n ", ()),
        ("... !", ()),
        ("Hello", ("Hello",)),
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("It is ten. 10 is a lot.", ("It is ten.", "10 is a lot.")),
        ("He said, “Go.” Then he went.", ("He said, “Go.”", "Then he went.")),
        ('"Go." "Why?" "Now."', ('"Go."', '"Why?"', '"Now."')),
        ("Half is 0.5 of it.", ("Half is 0.5 of it.",)),
        ("Some things, e.g. A and B, wait.", ("Some things, e.g. A and B, wait.",)),
        ("Ask Dr. Jones. Then rest.", ("Ask Dr. Jones.", "Then rest.")),
        ("Wait… Now go.", ("Wait…", "Now go.")),
        ("he says. and then", ("he says. and then",)),
        ("One line.\nAnother line.", ("One line.", "Another line.")),
        ("Well done. - Next.", ("Well done. - Next.",)),
        ("(It can wait.) So can I.", ("(It can wait.)", "So can I.")),
    ],
)
def test_where_sentences_end(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


def test_no_word_is_lost() -> None:
    text = "You were hurt (again). What did you want, then? “Peace,” you said. 7 of 10."
    assert " ".join(sentences(text)) == text


def test_control_characters_never_reach_the_engine() -> None:
    """espeak-ng takes \\x01 as the start of a command, and C ends a string at \\x00."""
    assert plain("\x01" + "50S slow\x00 down\t\n now ") == "50S slow down now"
