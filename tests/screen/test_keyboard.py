"""Typed keys and lines: what comes of them, and that the terminal is always put back."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.keys import Keys

from voice_coach.conversation.events import Key
from voice_coach.screen.keyboard import LONGEST, Line, PipedLines

# Real processes and threads, on a machine that may be busy: what fails is tried again.
pytestmark = pytest.mark.flaky(reruns=2, reruns_delay=1)

Pressed = Keys | str
ENTER = Keys.ControlM


def keys(text: str) -> list[Pressed]:
    return list(text)


class Typist:
    """Types on a line and keeps what comes of it."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.notes: list[str] = []
        self.line = Line(self.shown.append, self.notes.append)

    def type(self, *pressed: Pressed, every: float = 0.1) -> list[Key | str]:
        results = (
            self.line.press(key, key if not isinstance(key, Keys) else "", number * every)
            for number, key in enumerate(pressed)
        )
        return [result for result in results if result is not None]


@pytest.mark.parametrize(
    ("pressed", "results"),
    [
        ([*keys("seven"), ENTER], ["seven"]),
        ([*keys("a b"), Keys.ControlJ], ["a b"]),
        ([*keys("one"), ENTER, *keys("two"), ENTER], ["one", "two"]),
        ([ENTER], []),
        ([" "], [Key.PAUSE]),
        ([" ", " "], [Key.PAUSE, Key.PAUSE]),
        ([*keys("sevenn"), Keys.ControlH, ENTER], ["seven"]),
        ([Keys.ControlH, *keys("ok"), ENTER], ["ok"]),
        ([*keys("oui, été"), ENTER], ["oui, été"]),
        ([*keys("wrong"), Keys.ControlU, *keys("right"), ENTER], ["right"]),
        ([*keys("not right"), Keys.ControlW, ENTER], ["not"]),
        ([*keys("no"), Keys.Escape, *keys("yes"), ENTER], ["yes"]),
        ([Keys.Escape, Keys.Escape], [Key.EXIT]),
        ([*keys("half a"), Keys.Escape, Keys.Escape], [Key.EXIT]),
        ([Keys.Escape, Keys.Escape, Keys.Escape], [Key.EXIT]),
        ([Keys.ControlC], [Key.STOP]),
        ([*keys("half a"), Keys.ControlD], [Key.STOP]),
        ([Keys.Up, Keys.F1, Keys.ControlA, *keys("x"), Keys.Left, ENTER], ["x"]),
    ],
)
def test_what_comes_of_keys(pressed: list[Pressed], results: list[Key | str]) -> None:
    assert Typist().type(*pressed) == results


def test_two_slow_escapes_do_not_leave() -> None:
    assert Typist().type(Keys.Escape, Keys.Escape, every=1.1) == []


def test_the_line_is_shown_as_it_grows_and_goes() -> None:
    typist = Typist()
    typist.type(*keys("hi"), Keys.ControlH, Keys.Up, ENTER)
    assert typist.shown == ["h", "hi", "h", ""]


def test_a_line_takes_no_more_than_it_has_room_for() -> None:
    typist = Typist()
    (line,) = typist.type(*keys("x" * (LONGEST + 50)), ENTER)
    assert line == "x" * LONGEST
    assert len(typist.notes) == 1


def test_a_paste_is_one_line() -> None:
    typist = Typist()
    typist.line.press(Keys.BracketedPaste, "two\nlines\x1b[2J", 0.0)
    assert typist.type(ENTER) == ["twolines[2J"]


# --- a pipe ------------------------------------------------------------------------------------


def read_all(lines: PipedLines) -> Iterator[Key | str | None]:
    while True:
        line = lines.poll()
        if lines.ended:
            return
        yield line


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"seven\nno\n", ["seven", "no"]),
        (b"seven\r\nno end of line", ["seven", "no end of line"]),
        (b"\n\n yes \n", [None, None, "yes"]),
        (b"\xff\xfe bad\xc3\n", ["\ufffd\ufffd bad\ufffd"]),
        (b"\xef\xbb\xbfseven\n", ["seven"]),
        (b"\x1b[2Jx\x00y\n", ["[2Jxy"]),
    ],
)
def test_a_pipe_gives_its_lines_and_ends(data: bytes, expected: list[str | None]) -> None:
    lines = PipedLines(io.BytesIO(data), note=pytest.fail)
    assert not lines.ended
    assert list(read_all(lines)) == expected
    assert lines.poll() is None


@pytest.mark.parametrize("length", [LONGEST + 1, 4 * LONGEST, 4 * LONGEST + 1, 500_000])
def test_a_very_long_line_is_cut_with_a_note(length: int) -> None:
    notes: list[str] = []
    lines = PipedLines(io.BytesIO(b"x" * length + b"\nnext\n"), note=notes.append)
    assert list(read_all(lines)) == ["x" * LONGEST, "next"]
    assert len(notes) == 1


def test_a_closed_stdin_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    lines = PipedLines()
    assert lines.ended
    assert lines.poll() is None


# --- a real terminal ---------------------------------------------------------------------------

PROGRAM = """
import sys, time
from voice_coach.screen.keyboard import Keyboard

with Keyboard(show=lambda line: None) as keyboard:
    print("ready", flush=True)
    while True:
        result = keyboard.poll()
        if result == "raise":
            raise ValueError("on purpose")
        if result is not None:
            print("got", result, flush=True)
        if result == "end":
            break
        if result == "sleep":
            while True:
                time.sleep(0.1)
        time.sleep(0.01)
print("over", flush=True)
"""

SHELL = """
import os, signal, subprocess, sys

signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = subprocess.Popen([sys.executable, "-c", sys.argv[1]], process_group=0)
os.tcsetpgrp(0, job.pid)
_, status = os.waitpid(job.pid, os.WUNTRACED)
if os.WIFSTOPPED(status):
    os.tcsetpgrp(0, os.getpgrp())
    print("stopped", flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, job.pid)
    os.kill(job.pid, signal.SIGCONT)
    _, status = os.waitpid(job.pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""As much of a shell as Ctrl-Z needs."""

needs_a_pty = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")


class Session:
    """The program above on a pseudo-terminal of its own."""

    def __init__(self, *command: str) -> None:
        import pty
        import termios

        self._modes = termios.tcgetattr
        try:
            self.ours, self._theirs = pty.openpty()
        except OSError as error:
            pytest.skip(f"no pseudo-terminal to be had: {error}")
        self.before = self.modes()
        self.output = ""
        source = Path(__file__).parents[2] / "src"
        self.process = subprocess.Popen(
            [sys.executable, "-c", *command],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env={**os.environ, "PYTHONPATH": str(source)},
            start_new_session=True,
            preexec_fn=self._own_terminal,
        )
        self.expect("ready")

    def _own_terminal(self) -> None:
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def modes(self) -> list[object]:
        return list(self._modes(self._theirs))

    def send(self, typed: bytes) -> None:
        os.write(self.ours, typed)

    def expect(self, text: str) -> None:
        until = time.monotonic() + 20
        while text not in self.output:
            assert time.monotonic() < until, self.output
            if select.select([self.ours], [], [], 0.1)[0]:
                self.output += os.read(self.ours, 1000).decode()
        self.output = self.output.partition(text)[2]

    def ends(self) -> int:
        return self.process.wait(20)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)
        os.close(self._theirs)


@pytest.fixture
def session() -> Iterator[Session]:
    one = Session(PROGRAM)
    yield one
    one.close()


@needs_a_pty
def test_keys_come_while_the_program_runs(session: Session) -> None:
    assert session.modes() != session.before
    session.send("été\x7f\r".encode())
    session.expect("got ét")
    session.send(b" ")
    session.expect("got Key.PAUSE")
    session.send(b"\x1b[A\x1b[15~yes\r")
    session.expect("got yes")
    session.send(b"\x1b")
    time.sleep(0.15)
    session.send(b"\x1b")
    session.expect("got Key.EXIT")
    session.send(b"end\r")
    session.expect("over")
    assert session.ends() == 0
    assert session.modes() == session.before


@needs_a_pty
def test_ctrl_c_asks_for_an_end_and_twice_makes_one(session: Session) -> None:
    session.send(b"\x03")
    session.expect("got Key.STOP")
    session.send(b"\x03")
    session.expect("KeyboardInterrupt")
    assert session.ends() != 0
    assert session.modes() == session.before


@needs_a_pty
def test_ctrl_c_works_while_nobody_reads_the_keys(session: Session) -> None:
    session.send(b"sleep\r")
    session.expect("got sleep")
    session.send(b"\x03")
    time.sleep(0.2)
    session.send(b"\x03")
    session.expect("KeyboardInterrupt")
    assert session.ends() != 0
    assert session.modes() == session.before


@needs_a_pty
def test_an_error_leaves_the_terminal_as_it_was(session: Session) -> None:
    session.send(b"raise\r")
    session.expect("ValueError: on purpose")
    assert session.ends() == 1
    assert session.modes() == session.before


@needs_a_pty
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_a_signal_leaves_the_terminal_as_it_was(session: Session, number: str) -> None:
    one = getattr(signal, number)
    os.kill(session.process.pid, one)
    assert session.ends() == 128 + one
    assert session.modes() == session.before


@needs_a_pty
def test_ctrl_z_gives_the_terminal_back_until_fg() -> None:
    session = Session(SHELL, PROGRAM)
    try:
        session.send(b"\x1a")
        session.expect("stopped")
        assert session.modes() == session.before
        session.send(b"fg\n")
        until = time.monotonic() + 20
        while session.modes() == session.before:
            assert time.monotonic() < until
            time.sleep(0.02)
        session.send(b"end\r")
        session.expect("got end")
        assert session.ends() == 0
        assert session.modes() == session.before
    finally:
        session.close()
