"""A level meter: a moving bar on a terminal, a line a second elsewhere.

It sees samples, shows figures, and keeps nothing of the sound.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Protocol, TextIO

from prompt_toolkit.input import create_input
from rich.console import Console
from rich.live import Live
from rich.text import Text

from voice_coach.audio.frames import FRAME_SECONDS, Pcm
from voice_coach.audio.measuring import SILENT, level
from voice_coach.audio.streams import Microphone
from voice_coach.screen.terminal import RawTerminal

FLOOR: Final = -70.0
"""dBFS at the left end of the bar."""
WIDEST: Final = 50
"""Columns of the bar."""
HOLD_SECONDS: Final = 1.5
"""The peak is shown for so long, and "clipping" with it."""
RELEASE: Final = 30.0
"""dB a second by which the bar falls, so that it can be read."""
_ZERO_SECONDS: Final = 1.0
_SHOW_EVERY: Final = 3
"""Frames: 17 pictures a second."""


class Meter:
    """Frames in, figures and words out; opens nothing."""

    def __init__(self) -> None:
        self.rms = SILENT
        """dBFS, falling slowly."""
        self.peak = SILENT
        """dBFS, the highest of the last HOLD_SECONDS."""
        self.clipped = 0
        """Samples at full scale since the start."""
        self._frames = 0
        self._peaks: list[tuple[int, float]] = []
        self._clipped_at: int | None = None
        self._zeros = 0

    def take(self, pcm: Pcm) -> None:
        """20 ms from the microphone."""
        now = level(pcm)
        self._frames += 1
        self.rms = max(now.rms, self.rms - RELEASE * FRAME_SECONDS, SILENT)
        self._zeros = self._zeros + 1 if now.zero else 0
        self.clipped += now.clipped
        if now.clipped:
            self._clipped_at = self._frames
        oldest = self._frames - HOLD_SECONDS / FRAME_SECONDS
        self._peaks = [one for one in self._peaks if one[0] > oldest and one[1] > now.peak]
        self._peaks.append((self._frames, now.peak))
        self.peak = self._peaks[0][1]

    @property
    def word(self) -> str:
        """What the figures mean."""
        held = HOLD_SECONDS / FRAME_SECONDS
        if self._zeros * FRAME_SECONDS >= _ZERO_SECONDS:
            return "nothing but zeros: muted, or not permitted"
        if self._clipped_at is not None and self._frames - self._clipped_at < held:
            return "clipping: turn the microphone down"
        if self.peak > -6:
            return "loud"
        if self.peak > -30:
            return "good for speech"
        return "soft" if self.peak > -45 else "quiet"

    def figures(self) -> str:
        """Both levels."""
        return f"{self.rms:6.1f} dBFS   peak {self.peak:6.1f} dBFS"

    def bar(self, width: int) -> str:
        """The level as a bar, with the peak as a mark in it; readable without colour."""
        filled = _columns(self.rms, width)
        cells = ["█"] * filled + ["·"] * (width - filled)
        peak = _columns(self.peak, width)
        if peak > filled:
            cells[peak - 1] = "│"
        return "".join(cells)


def _columns(dbfs: float, width: int) -> int:
    return round(min(max((dbfs - FLOOR) / -FLOOR, 0.0), 1.0) * width)


class Picture(Protocol):
    """One way to show a meter."""

    def show(self, meter: Meter, frame: int) -> None:
        """After each frame."""

    def ended(self) -> bool:
        """Whether the person wants no more."""


class PlainLines:
    """A line a second."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._every = round(1 / FRAME_SECONDS)

    def show(self, meter: Meter, frame: int) -> None:
        """See ``Picture``."""
        if frame % self._every == 0:
            print(f"{meter.figures()}   {meter.word}", file=self._out, flush=True)

    def ended(self) -> bool:
        """Ctrl-C ends the program."""
        return False


class MovingBar:
    """A bar that moves in its place, until a key is pressed."""

    def __init__(self, console: Console, live: Live) -> None:
        self._console, self._live = console, live
        self._keys = create_input() if sys.stdin is not None and sys.stdin.isatty() else None
        self._interrupted = False
        self._terminal = (
            RawTerminal(self._keys, {signal.SIGINT: self._interrupt}) if self._keys else None
        )

    def show(self, meter: Meter, frame: int) -> None:
        """See ``Picture``."""
        if frame % _SHOW_EVERY == 0:
            width = max(10, min(WIDEST, self._console.width - 2))
            text = Text(no_wrap=True, overflow="crop")
            text.append(f"{meter.bar(width)}\n")
            text.append(f"{meter.figures()}\n{meter.word}")
            self._live.update(text, refresh=True)

    def ended(self) -> bool:
        """See ``Picture``."""
        return self._interrupted or bool(self._keys and self._keys.read_keys())

    def close(self) -> None:
        """The terminal as it was."""
        if self._terminal is not None:
            self._terminal.restore()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._interrupted = True


@contextmanager
def picture(out: TextIO) -> Iterator[Picture]:
    """The best that the output can show."""
    if not out.isatty() or os.environ.get("TERM") == "dumb":
        yield PlainLines(out)
        return
    console = Console(file=out, highlight=False)
    with Live(console=console, auto_refresh=False) as live:
        moving = MovingBar(console, live)
        try:
            yield moving
        finally:
            moving.close()


def run(microphone: Microphone, out: TextIO, seconds: float | None) -> Meter:
    """Show the meter until a key, Ctrl-C, or so many seconds. Raises ``DeviceLost``."""
    meter = Meter()
    with picture(out) as shown:
        frame = 0
        while not shown.ended() and (seconds is None or frame * FRAME_SECONDS < seconds):
            heard = microphone.read()
            if heard is None:
                break
            frame += 1
            meter.take(heard.pcm)
            shown.show(meter, frame)
    return meter
