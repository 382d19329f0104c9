"""``voice-coach understand``: arguments or lines in, JSON out, whatever comes."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from voice_coach.cli import main


def run(*arguments: str, lines: bytes = b"") -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["understand", *arguments], input=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_arguments_are_understood() -> None:
    first, second = run("about a seven", "I shut down when he raised his voice")
    assert first["answer"] == {"number": 7.0}
    assert second["reflection"] == "You shut down when he raised his voice."


def test_each_input_line_is_an_object_with_these_keys() -> None:
    found = run(lines=b"stop\n\n  not really  \n")
    assert [one["text"] for one in found] == ["stop", "", "not really"]
    keys = ["text", "command", "answer", "cues", "reflection", "risk"]
    assert all(list(one) == keys for one in found)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\x00rubbish",
        "\U0001f600\U0001f62d i\u2019m sad".encode(),
        b"[unk] [unk]",
        b'"""""" ((((',
        b"a " * 3000,
        b"one and " * 400,
        b"if " * 2000,
        b"i will not " * 500,
    ],
    ids=range(8),
)
def test_rubbish_and_very_long_lines_are_met(line: bytes) -> None:
    assert len(run(lines=line)) == 1


def test_an_argument_that_is_no_text_is_met() -> None:
    assert len(run("\udcff broken")) == 1


def test_many_lines_are_fast() -> None:
    lines = b"i felt so alone when he walked out and i didn't say anything to him\n" * 200
    begun = time.monotonic()
    assert len(run(lines=lines)) == 200
    assert time.monotonic() - begun < 20.0
