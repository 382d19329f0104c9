"""Phrases found in what a model with a fixed graph hears."""

from __future__ import annotations

import pytest

from voice_coach.listening.vosk_recognizer import fit

PHRASES = ("stop", "go on", "give me a minute", "give", "not really")


@pytest.mark.parametrize(
    ("heard", "fitted"),
    [
        ("stop", "stop"),
        ("please stop", "[unk] stop"),
        ("go", "[unk]"),
        ("go on", "go on"),
        ("give me a minute", "give me a minute"),
        ("give me a cat", "give [unk] [unk] [unk]"),
        ("that is not really what i", "[unk] [unk] not really [unk] [unk]"),
        ("", ""),
    ],
)
def test_what_is_in_no_phrase_is_unknown(heard: str, fitted: str) -> None:
    assert " ".join(fit(heard.split(), PHRASES)) == fitted
