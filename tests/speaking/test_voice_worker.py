"""The worker's pipe, and its other way of working, where a process cannot be forked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice_coach.speaking import voice_worker
from voice_coach.speaking.voice_worker import Message

ALONE = """
import sys
from voice_coach.speaking import voice_worker
sys.platform = "darwin"
voice_worker.main()
"""


@pytest.mark.parametrize("body", [b"", b"x", bytes(range(256)) * 1000])
def test_a_message_comes_out_as_it_went_in(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    path.write_bytes(Message(b"K", body).encode())
    fd = os.open(path, os.O_RDONLY)
    try:
        assert voice_worker.read_message(fd) == Message(b"K", body)
        assert voice_worker.read_message(fd) is None
    finally:
        os.close(fd)


@pytest.mark.parametrize("kept", [0, 1, 4, 5, 7])
def test_a_message_cut_short_is_an_end(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    path.write_bytes(Message(b"K", b"body").encode()[:kept])
    fd = os.open(path, os.O_RDONLY)
    try:
        assert voice_worker.read_message(fd) is None
    finally:
        os.close(fd)


class Alone:
    """A worker in which one engine renders everything, as on systems without a safe fork."""

    def __init__(self, temporary: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ALONE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(temporary)},
        )

    def ask(self, message: Message) -> Message | None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        voice_worker.write_message(self.process.stdin.fileno(), message)
        return voice_worker.read_message(self.process.stdout.fileno())

    def render(self, text: str, rate: int, voice: str) -> float:
        """Seconds of sound."""
        body = json.dumps({"text": text, "rate": rate, "voice": voice}).encode()
        answer = self.ask(Message(voice_worker.RENDER, body))
        assert answer is not None
        assert answer.kind == voice_worker.AUDIO, answer.body
        samples, pcm = voice_worker.audio_of(answer)
        return len(pcm) / 2 / samples


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def alone(temporary: Path) -> Iterator[Alone]:
    worker = Alone(temporary)
    answer = worker.ask(Message(voice_worker.DESCRIBE))
    assert answer is not None
    if answer.kind == voice_worker.FAILED:
        pytest.skip(answer.body.decode())
    yield worker
    assert worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.process.wait(5) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pretends to be another POSIX system")
class TestOneEngineForEverything:
    def test_no_utterance_is_lost_or_cut(self, alone: Alone) -> None:
        """pyttsx3 by itself loses one in seven: used as here, none."""
        words = ["one", "two", "three", "four", "five", "six"] * 2
        for count in [1, 12, 3, 7, 2, 9] * 5:
            for rate, voice in ((140, "en-us"), (180, "en-us"), (140, "en-us+f3")):
                duration = alone.render(" ".join(words[:count]) + ".", rate, voice)
                expected = count / rate * 60
                assert 0.6 * expected < duration < 1.5 * expected + 0.8

    def test_its_files_are_gone_at_once(self, alone: Alone, temporary: Path) -> None:
        alone.render("Somewhere else.", 140, "en-us")
        assert list(temporary.iterdir()) == []

    def test_a_wrong_voice_is_said_so(self, alone: Alone) -> None:
        body = json.dumps({"text": "hello", "rate": 140, "voice": "nobody"}).encode()
        answer = alone.ask(Message(voice_worker.RENDER, body))
        assert answer is not None
        assert answer.kind == voice_worker.FAILED
        assert b"there is no voice 'nobody'" in answer.body
        assert b"hello" not in answer.body
