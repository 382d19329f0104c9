"""The shipped model knows the words that the program listens for."""

from __future__ import annotations

from pathlib import Path

from train_model.sentences import CLOSED_GRAMMAR, spoken_commands, words_of

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "src" / "voice_coach" / "content" / "en"
WORDS = ROOT / "models" / "starter-en" / "graph" / "words.txt"


def known() -> set[str]:
    """The words of the shipped model."""
    return {line.split()[0] for line in WORDS.read_text(encoding="utf-8").splitlines()}


def test_every_word_of_every_command_is_in_the_model() -> None:
    spoken = {word for phrase in spoken_commands(CONTENT) for word in words_of(phrase)}
    assert spoken - known() == set()


def test_the_closed_grammar_is_in_the_model() -> None:
    assert set(CLOSED_GRAMMAR) - known() == set()


def test_the_vocabulary_is_large() -> None:
    assert len(known()) >= 12_000
