"""The pattern language of the risk lexicon: verbs in all forms, lists, gaps."""

from __future__ import annotations

import pytest

from voice_coach.understanding.risk_patterns import PatternError, Patterns
from voice_coach.understanding.risk_verbs import VerbForms

VERBS = VerbForms({"hit": ("hit",), "beat": ("beat", "beaten")})
LANGUAGE = Patterns({"people": ("him", "my mum")}, ("not", "never"), VERBS)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("strangle", {"strangle", "strangles", "strangled", "strangling"}),
        ("slap", {"slap", "slaps", "slapped", "slapping"}),
        ("punch", {"punch", "punches", "punched", "punching"}),
        ("bury", {"bury", "buries", "buried", "burying"}),
        ("tie", {"tie", "ties", "tied", "tying"}),
        ("hit", {"hit", "hits", "hitting"}),
        ("beat", {"beat", "beats", "beaten", "beating"}),
    ],
)
def test_every_form_of_a_verb_is_known(verb: str, forms: set[str]) -> None:
    assert forms <= set(VERBS.of(verb))
    assert "hitted" not in VERBS.of(verb)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("slap+|beat+ me", "she slapped me ", True),
        ("slap+|beat+ me", "he was beating me ", True),
        ("slap+|beat+ me", "the slapper me ", False),
        ("saw|{people} .. fall", "my mum might fall ", True),
        ("saw|{people} .. fall", "we saw it fall ", True),
        ("saw|{people} .. fall", "we watched it fall ", False),
        ("been *ing me", "he has been annoying me ", True),
        ("want .. die", "i want to die ", True),
        ("want .. die", "i want to not die ", False),
    ],
)
def test_a_pattern_finds_what_it_says(pattern: str, text: str, found: bool) -> None:
    assert LANGUAGE.finder([pattern]).search(text) is found


@pytest.mark.parametrize("pattern", ["", "[a|b", "{nobody} x", "*ing", ".. a?"])
def test_a_wrong_pattern_is_told_of(pattern: str) -> None:
    with pytest.raises(PatternError):
        LANGUAGE.finder([pattern])
