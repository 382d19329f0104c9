"""The mind imports no audio, no thread, no clock, and nothing from the rooms above it."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "voice_coach"
MIND = ("conversation", "understanding", "content")
NEVER = {
    "voice_coach.listening", "voice_coach.speaking", "voice_coach.audio", "voice_coach.journal",
    "voice_coach.screen", "voice_coach.loop", "voice_coach.app", "voice_coach.cli", "threading",
    "time", "socket", "subprocess", "asyncio", "random", "numpy", "sounddevice", "vosk", "pyttsx3",
}  # fmt: skip
ABOVE = {
    "content": {"voice_coach.understanding", "voice_coach.conversation"},
    "understanding": {"voice_coach.conversation"},
    "conversation": set[str](),
}


def imports(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("room", MIND)
def test_imports_run_one_way(room: str) -> None:
    forbidden = NEVER | ABOVE[room]
    for file in (SOURCE / room).rglob("*.py"):
        for name in imports(file):
            parents = {name.rsplit(".", cut)[0] for cut in range(name.count(".") + 1)}
            assert not parents & forbidden, f"{file.name} imports {name}"


def test_only_the_readers_of_content_open_files() -> None:
    for room in ("conversation", "understanding"):
        for file in (SOURCE / room).rglob("*.py"):
            tree = ast.parse(file.read_text("utf-8"))
            opened = [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "open"
            ]
            assert not opened, f"{file.name} opens a file"
            assert "pathlib" not in imports(file), f"{file.name} imports pathlib"
