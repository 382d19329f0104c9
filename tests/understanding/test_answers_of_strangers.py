"""Closed answers of strangers: written first, measured once, and then put right."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from voice_coach.content.language import load_language
from voice_coach.content.loader import load
from voice_coach.conversation.choosing import exercise_options, menu_options
from voice_coach.conversation.memory import Memory, Stage
from voice_coach.understanding.answers import Answers
from voice_coach.understanding.commands import Commands
from voice_coach.understanding.plans import Plans

LEXICONS = load_language("en")
ANSWERS = Answers(LEXICONS.answers)
PLANS = Plans(LEXICONS.answers)
COMMANDS = Commands(LEXICONS.commands)
# The options ask nothing of a stage but its content and its memory.
STAGE = cast("Stage", SimpleNamespace(content=load("en"), memory=Memory()))
MENU, EXERCISES = menu_options(STAGE), exercise_options(STAGE)


def rounds(*names: str) -> list[tuple[str, ...]]:
    return [
        tuple(line.split("\t"))
        for name in names
        for line in (Path(__file__).parent / name).read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]


def understood(kind: str, text: str) -> str:
    """What is made of an answer, as the table writes it."""
    if kind == "number":
        number = ANSWERS.number(text)
        return "-" if number is None else f"{number.value:g}"
    if kind == "yes_no":
        answer = ANSWERS.yes_no(text)
        return "-" if answer is None else answer.value
    if kind == "when":
        return PLANS.cue_only(text) or "-"
    if kind == "plan":
        plan = PLANS.parse(text)
        return plan.spoken if plan else "-"
    if kind == "command":
        command = COMMANDS.match(text)
        return command.value if command else "-"
    chosen = ANSWERS.choice(text, MENU)
    if chosen is None:
        return ANSWERS.choice(text, EXERCISES) or "-"
    return str([one.id for one in MENU].index(chosen) + 1)


@pytest.mark.parametrize(
    ("kind", "text", "meaning"), rounds("answers_strangers.tsv", "answers_strangers_2.tsv")
)
def test_the_answers_of_strangers(kind: str, text: str, meaning: str) -> None:
    assert understood(kind, text) == meaning


@pytest.mark.parametrize("text", ["one and " * 50, "yeah " * 3000, "a one and a " * 300])
def test_a_long_answer_takes_no_time_and_no_recursion(text: str) -> None:
    ANSWERS.number(text)
    ANSWERS.yes_no(text)
    COMMANDS.match(text)
