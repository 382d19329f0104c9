"""All of it together, as ``voice-coach understand`` writes it."""

from __future__ import annotations

import json

import pytest

from voice_coach.content.language import load_language
from voice_coach.understanding.understanding import Understanding


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding.from_content(load_language("en"))


def described(understanding: Understanding, text: str) -> dict[str, object]:
    line = understanding.describe(text).as_json()
    assert "\n" not in line
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_an_answer_is_described(understanding: Understanding) -> None:
    found = described(understanding, "I shut down when he raised his voice")
    assert list(found) == ["text", "command", "answer", "cues", "reflection", "risk"]
    assert found["command"] is None
    assert found["reflection"] == "You shut down when he raised his voice."
    cues = found["cues"]
    assert isinstance(cues, list)
    assert {"kind": "ownership", "span": [0, 11], "strength": 0.85} in cues


def test_a_command_is_described(understanding: Understanding) -> None:
    assert described(understanding, "um stop please")["command"] == "stop"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("about a seven", {"number": 7.0}),
        ("not really", {"yes_no": "no"}),
        ("tomorrow after dinner", {"when": "it is tomorrow after dinner"}),
        (
            "if he shouts i will leave the room",
            {"when": "he shouts", "plan": {"if": "he shouts", "then": "leave the room"}},
        ),
        ("he never listens", None),
        ("", None),
    ],
)
def test_the_answer_holds_only_what_there_is(
    understanding: Understanding, text: str, answer: dict[str, object] | None
) -> None:
    assert described(understanding, text)["answer"] == answer


def test_ordinary_talk_is_no_risk(understanding: Understanding) -> None:
    risk = described(understanding, "we argued about the dishes")["risk"]
    assert isinstance(risk, dict)
    assert risk["tier"] == "none"
    assert set(risk) == {"tier", "categories", "why"}
