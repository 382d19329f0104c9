"""Whole conversations, as files that anybody can read and write."""

from pathlib import Path

import pytest
from session_player import play

FILES = sorted(Path(__file__).parent.glob("*.session"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_session(file: Path) -> None:
    play(file.read_text("utf-8"))


def test_there_are_sessions() -> None:
    assert len(FILES) >= 10
