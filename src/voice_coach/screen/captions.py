"""Captions of both sides on the terminal; plain lines where the output is none.

On a terminal what has been said stands as lines that stay, the coach on the left, the person
further in, each by name. Under them live the words being heard or typed, and a quiet line of
what is going on. Nothing is told by colour alone.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from voice_coach.conversation.events import Tone
from voice_coach.screen.words import clean

WIDEST = 88
"""Columns: longer lines are hard to read."""
INDENT = 12
"""Columns before the person's words."""

MARKS = {
    Tone.LISTENING: "",
    Tone.STILL_HERE: "· · ·",
    Tone.IN: "↑ in",
    Tone.OUT: "↓ out",
    Tone.HOLD: "– hold",
    Tone.END: "",
}
"""What stands for a tone; nothing where the words around it say it all."""

CLEAR_ALL = "\x1b[H\x1b[2J\x1b[3J"
"""To the corner, wipe the screen, wipe what had scrolled off it."""


class _Face(Protocol):
    """What both ways of showing can do."""

    def line(self, name: str, text: str) -> None: ...
    def mark(self, text: str) -> None: ...
    def live(self, hearing: str, typing: str, status: str) -> None: ...
    def blank(self, seconds: float) -> None: ...
    def close(self) -> None: ...


class Captions:
    """The session's screen. After ``blank`` it shows a kitchen timer, and nothing else again."""

    def __init__(
        self, file: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` gives seconds, for the kitchen timer alone."""
        out = sys.stdout if file is None else file
        if isinstance(out, io.TextIOWrapper):
            # A letter that the output cannot show becomes a question mark, not an error.
            out.reconfigure(errors="replace")
        terminal = out.isatty() and os.environ.get("TERM") != "dumb"
        self._face: _Face = _Terminal(out) if terminal else _Plain(out)
        self._clock = clock
        self._blank_since: float | None = None
        self._hearing = ""
        self._typing = ""
        self._status = ""

    @property
    def is_blank(self) -> bool:
        """Whether ``blank`` has been called."""
        return self._blank_since is not None

    def coach(self, text: str) -> None:
        """What the coach says."""
        self._line("coach", text)

    def person(self, text: str) -> None:
        """What the person said, by voice or keyboard."""
        self._hearing = ""
        self._line("you", text)

    def show(self, text: str) -> None:
        """A line that is not spoken."""
        self._line("", text)

    def chime(self, tone: Tone) -> None:
        """A tone sounds."""
        if MARKS[tone] and not self.is_blank:
            self._face.mark(MARKS[tone])
            self._live()

    def hearing(self, text: str) -> None:
        """What is heard so far."""
        self._hearing = clean(text)
        self._live()

    def typing(self, text: str) -> None:
        """What is typed so far."""
        self._typing = clean(text)
        self._live()

    def status(self, text: str) -> None:
        """What is going on, quietly: what is listened for, which keys there are."""
        self._status = clean(text)
        self._live()

    def blank(self) -> None:
        """Take everything away, at once and for good: a kitchen timer stands there."""
        if self._blank_since is None:
            self._blank_since = self._clock()
        self.tick()

    def tick(self) -> None:
        """Let the kitchen timer go on, where there is one."""
        if self._blank_since is not None:
            self._face.blank(self._clock() - self._blank_since)

    def stay_blank(self, pressed: Callable[[], object | None]) -> None:
        """Keep the kitchen timer until ``pressed`` gives something: a key, whatever it is."""
        while self.is_blank and pressed() is None:
            self.tick()
            time.sleep(0.05)

    def close(self) -> None:
        """Leave the terminal as it was; what has been said stays, unless it was blanked."""
        self._face.close()

    def _line(self, name: str, text: str) -> None:
        words = clean(text)
        if words and not self.is_blank:
            self._face.line(name, words)
            self._live()

    def _live(self) -> None:
        if not self.is_blank:
            self._face.live(self._hearing, self._typing, self._status)


class _Plain:
    """Lines for a file, a pipe, or a terminal that can do no more."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._blanked = False

    def line(self, name: str, text: str) -> None:
        self._write(f"{name}: {text}" if name else text)

    def mark(self, text: str) -> None:
        self._write(text)

    def live(self, hearing: str, typing: str, status: str) -> None:
        """What is not final has no place among lines that stay."""

    def blank(self, seconds: float) -> None:  # noqa: ARG002 - a timer would add lines
        if self._out.isatty() and not self._blanked:
            self._out.write("\n" * 200)
            self._out.flush()
        self._blanked = True

    def close(self) -> None:
        self._out.flush()

    def _write(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


class _Terminal:
    """Lines that stay above a few that live."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._console = Console(file=out, highlight=False, markup=False, emoji=False)
        self._shown = ("", "", "")
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._blanked = False

    @property
    def _width(self) -> int:
        return min(self._console.width, WIDEST)

    def line(self, name: str, text: str) -> None:
        words = Table.grid(padding=(0, 2))
        words.add_column(no_wrap=True)
        words.add_column()
        style = {"coach": "bold cyan", "you": "bold green"}.get(name, "dim")
        words.add_row(Text(name or "·", style), Text(text))
        left = INDENT if name == "you" and self._width > 4 * INDENT else 0
        self._console.print(Padding(words, (0, 0, 1, left), expand=False), width=self._width)

    def mark(self, text: str) -> None:
        self._console.print(Text(text, "bold"), Text(), sep="\n")

    def live(self, hearing: str, typing: str, status: str) -> None:
        if (hearing, typing, status) == self._shown:
            return
        self._shown = (hearing, typing, status)
        lines: list[Text] = []
        if hearing:
            lines.append(self._tail("you … ", hearing, style="italic"))
        if typing:
            lines.append(self._tail("> ", typing + "_", style=""))
        if status:
            lines.append(Text(status, style="dim", no_wrap=True, overflow="ellipsis"))
        self._live.update(Group(*lines), refresh=True)

    def _tail(self, before: str, text: str, style: str) -> Text:
        """The end of what is too long for one line: it is the end that changes."""
        room = max(self._width - len(before) - 2, 8)
        shown = text if len(text) <= room else "…" + text[1 - room :]
        return Text.assemble((before, "dim"), (shown, style), no_wrap=True, overflow="crop")

    def blank(self, seconds: float) -> None:
        if not self._blanked:
            self._blanked = True
            self._live.stop()
            self._out.write(CLEAR_ALL + "\x1b[?25l")
        minutes, rest = divmod(int(seconds), 60)
        self._out.write(f"\r  {minutes:02d}:{rest:02d}")
        self._out.flush()

    def close(self) -> None:
        if self._blanked:
            self._out.write(CLEAR_ALL + "\x1b[?25h")
            self._out.flush()
            return
        with contextlib.suppress(BrokenPipeError):
            self._live.stop()
