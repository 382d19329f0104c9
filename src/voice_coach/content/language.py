"""Reads what is understood in a language: its word lists and patterns."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from voice_coach.content.lexicons import (
    AnswerLexicon,
    CommandLexicon,
    CueLexicon,
    ReflectionLexicon,
)
from voice_coach.content.loader import load_table
from voice_coach.content.safety_scripts import Helplines, RiskLexicon, SafetyTexts
from voice_coach.content.weights import WeightTable, load_weights


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The lexicons of one language."""

    commands: CommandLexicon
    answers: AnswerLexicon
    cues: CueLexicon
    reflections: ReflectionLexicon
    risk: RiskLexicon
    weights: WeightTable


def load_language(language: str = "en") -> Lexicons:
    """All lexicons of this language. Raises ContentError where there are none, or one is wrong."""
    folder = files("voice_coach.content").joinpath(language)
    return Lexicons(
        commands=load_table(folder.joinpath("commands.toml"), CommandLexicon),
        answers=load_table(folder.joinpath("answers.toml"), AnswerLexicon),
        cues=load_table(folder.joinpath("cues.toml"), CueLexicon),
        reflections=load_table(folder.joinpath("reflections.toml"), ReflectionLexicon),
        risk=load_table(folder.joinpath("risk.toml"), RiskLexicon),
        weights=load_weights(folder),
    )


def load_safety(language: str = "en") -> tuple[SafetyTexts, Helplines]:
    """What is said where there is danger, and the helplines. Raises ContentError."""
    folder = files("voice_coach.content").joinpath(language)
    return (
        load_table(folder.joinpath("safety.toml"), SafetyTexts),
        load_table(folder.joinpath("helplines.toml"), Helplines),
    )
