"""What is typed: single keys and lines while a session runs, or the lines of a pipe.

The keyboard never makes the loop wait: ``poll`` gives what there is. Its terminal is put back as
it was whatever ends the program, short of SIGKILL.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import BinaryIO, Final, TextIO, TypeAlias

from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from voice_coach.conversation.events import Key
from voice_coach.screen.terminal import RawTerminal
from voice_coach.screen.words import clean

LONGEST = 2000
"""Characters in a line: some minutes of talk. More is a paste gone wrong, or a file."""
TWICE = 1.0
"""Seconds within which a second Escape leaves at once, and a second Ctrl-C ends the program."""
ESCAPE_ALONE = 0.05
"""Seconds after which an Escape is a key by itself: the rest of a key's sequence comes sooner."""

Note: TypeAlias = Callable[[str], None]
"""Tells the person something about their typing."""


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)


def cut_note(length: int = LONGEST) -> str:
    """Said once, where a line is longer than that."""
    return f"That line was longer than {length} characters; the rest of it was left out."


class Line:
    """The line being typed: keys in, words and single keys out. Opens nothing."""

    def __init__(self, show: Note, note: Note) -> None:
        self._show = show
        self._note = note
        self._text = ""
        self._escaped_at = float("-inf")
        self._cut = False

    def press(self, key: Keys | str, data: str, at: float) -> Key | str | None:
        """What comes of a key pressed ``at`` seconds; None: nothing yet."""
        before = self._text
        try:
            return self._press(key, data, at)
        finally:
            if self._text != before:
                self._show(self._text)

    def _press(self, key: Keys | str, data: str, at: float) -> Key | str | None:
        match key:
            case Keys.Escape:
                return self._escape(at)
            case Keys.ControlC | Keys.ControlD:
                return Key.STOP
            case Keys.ControlM | Keys.ControlJ:
                return self._enter()
            case Keys.ControlH | Keys.Delete:
                self._text = self._text[:-1]
            case Keys.ControlU:
                self._text = ""
            case Keys.ControlW:
                self._text = " ".join(self._text.split()[:-1])
            case Keys.BracketedPaste:
                self._add(data)
            case " " if not self._text:
                return Key.PAUSE
            case str() if not isinstance(key, Keys):
                self._add(data)
        return None

    def _escape(self, at: float) -> Key | None:
        twice = at - self._escaped_at <= TWICE
        self._escaped_at = float("-inf") if twice else at
        self._text = ""
        return Key.EXIT if twice else None

    def _enter(self) -> str | None:
        line, self._text, self._cut = clean(self._text), "", False
        return line or None

    def _add(self, data: str) -> None:
        typed = "".join(one for one in data if one.isprintable())
        self._text += typed[: LONGEST - len(self._text)]
        if len(self._text) == LONGEST and not self._cut:
            self._cut = True
            self._note(f"A line has room for {LONGEST} characters. Enter sends it.")


class Keyboard:
    """A terminal's keys, as they come. Close it, or use it as a context manager."""

    patient: Final = False
    """What a person types cannot wait until it is asked for."""

    def __init__(
        self,
        show: Note = lambda _: None,
        note: Note = _to_stderr,
        stdin: TextIO | None = None,
    ) -> None:
        """``show`` is told the line as it grows; ``stdin`` must be a terminal."""
        self._input = create_input(stdin)
        self._line = Line(show, note)
        self._ready: deque[Key | str] = deque()
        self._touched = 0.0
        self._interrupted_at = float("-inf")
        self._terminal = RawTerminal(self._input, {signal.SIGINT: self._interrupt})

    @property
    def ended(self) -> bool:
        """The terminal is gone."""
        return self._input.closed and not self._ready

    def poll(self) -> Key | str | None:
        """The next single key or whole line; None: nothing now."""
        now = time.monotonic()
        pressed = self._input.read_keys()
        if pressed:
            self._touched = now
        elif now - self._touched > ESCAPE_ALONE:
            pressed = self._input.flush_keys()
        for one in pressed:
            self._take(one, now)
        return self._ready.popleft() if self._ready else None

    def _take(self, press: KeyPress, at: float) -> None:
        result = self._line.press(press.key, press.data, at)
        if result is not None:
            self._ready.append(result)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C asks for an end that is spoken; a second one does not wait for it."""
        now = time.monotonic()
        if now - self._interrupted_at <= TWICE or Key.STOP in self._ready:
            signal.default_int_handler(number, frame)
        self._interrupted_at = now
        self._ready.append(Key.STOP)

    def close(self) -> None:
        """Put the terminal back as it was."""
        self._terminal.restore()

    def __enter__(self) -> Keyboard:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PipedLines:
    """The lines of a pipe or a file, one by one, until the end.

    ``poll`` waits for the next line: it is asked only when there is something to answer, and the
    session's own time stands still meanwhile.
    """

    patient: Final = True

    def __init__(self, file: BinaryIO | None = None, note: Note = _to_stderr) -> None:
        """``file`` is stdin unless given; a stdin that is closed has no lines."""
        if file is None and sys.stdin is not None:
            file = sys.stdin.buffer
        self._file = file
        self._note = note
        self.ended = file is None

    def poll(self) -> Key | str | None:
        """The next line, without what cannot be shown; None where it is empty, or at the end."""
        if self._file is None or self.ended:
            return None
        # A character takes up to four bytes.
        line = self._file.readline(4 * LONGEST)
        if not line:
            self.ended = True
            return None
        whole = line.endswith(b"\n") or len(line) < 4 * LONGEST
        if not whole:
            self._skip_the_rest()
        text = line.decode("utf-8-sig", errors="replace")
        if not whole or len(text.rstrip("\r\n")) > LONGEST:
            self._note(cut_note())
        return clean(text[:LONGEST]) or None

    def _skip_the_rest(self) -> None:
        assert self._file is not None
        while (more := self._file.readline(1 << 16)) and not more.endswith(b"\n"):
            pass
