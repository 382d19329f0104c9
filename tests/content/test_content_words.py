"""Everything that can be chosen can be chosen aloud with the model that comes along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from voice_coach.content.language import load_language, load_safety
from voice_coach.content.loader import load
from voice_coach.understanding.understanding import Understanding

WORDS = Path(__file__).parents[2] / "models" / "starter-en" / "graph" / "words.txt"


def choices() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every thing that is chosen by a phrase, with its phrases."""
    content = load("en")
    session = content.session
    yield "grounding", session.menu.grounding_phrases
    yield "safety plan", session.menu.safety_plan_phrases
    yield from load_safety("en")[0].plan.names.items()
    yield "short", session.lengths.short
    yield "standard", session.lengths.standard
    yield "long", session.lengths.long
    for exercise in content.exercises.values():
        yield exercise.id, exercise.phrases
    for practice in content.practices.values():
        yield practice.id, practice.phrases
        for question in practice.questions:
            for option in question.options:
                yield f"{practice.id}, {question.id}, {option.id}", option.phrases


@pytest.mark.skipif(not WORDS.exists(), reason="the starter model has no word list")
def test_every_choice_has_a_phrase_that_the_starter_model_knows() -> None:
    known = {line.split()[0] for line in WORDS.read_text("utf-8").splitlines()}
    unheard = [
        name
        for name, phrases in choices()
        if not any(set(phrase.replace("-", " ").split()) <= known for phrase in phrases)
    ]
    assert unheard == []


@pytest.mark.skipif(not WORDS.exists(), reason="the starter model has no word list")
def test_every_word_of_every_grammar_is_in_the_starter_model() -> None:
    known = {line.split()[0] for line in WORDS.read_text("utf-8").splitlines()}
    understanding = Understanding.from_content(load_language("en"))
    phrases = {
        "commands": understanding.commands.phrases,
        "yes and no": understanding.answers.phrases_for_yes_no,
        "ratings": understanding.answers.phrases_for_rating,
    }
    unheard = {
        name: sorted({word for phrase in said for word in phrase.split()} - known)
        for name, said in phrases.items()
    }
    assert unheard == {name: [] for name in phrases}
