"""Everything that can be chosen can be chosen aloud with the model that comes along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from voice_coach.content.language import load_language, load_safety
from voice_coach.content.loader import load
from voice_coach.listening.grammars import Grammars
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


def test_every_word_of_every_grammar_is_in_the_starter_model() -> None:
    known = {line.split()[0] for line in WORDS.read_text("utf-8").splitlines()}
    understanding = Understanding.from_content(load_language("en"))
    grammars = Grammars(
        commands=understanding.commands.phrases,
        ratings=understanding.answers.phrases_for_rating,
        yes_no=understanding.answers.phrases_for_yes_no,
    )
    phrases = {
        "commands": grammars.commands,
        "yes and no": grammars.yes_no,
        "ratings": grammars.ratings,
        "ends of long answers": (*grammars.done, *grammars.trailing, *grammars.urgent),
        **dict(choices()),
    }
    assert len(phrases) > 40
    unheard = {
        name: sorted({word for phrase in said for word in phrase.replace("-", " ").split()} - known)
        for name, said in phrases.items()
    }
    assert {name: words for name, words in unheard.items() if words} == {}
