"""The shipped model: its words, its size, and that it comes along in the wheel."""

from __future__ import annotations

import tomllib
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


def test_the_model_is_small_enough_to_come_along() -> None:
    model = WORDS.parents[1]
    size = sum(file.stat().st_size for file in model.rglob("*") if file.is_file())
    assert size <= 20_000_000


def test_the_wheel_holds_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {"models": "voice_coach/models"}
