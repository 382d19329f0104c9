"""A terminal in raw mode that is put back whatever happens: errors, signals, Ctrl-Z."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import TypeAlias

from prompt_toolkit.input import Input

Handler: TypeAlias = Callable[[int, FrameType | None], None]

_SHOW_CURSOR = "\x1b[?25h"


class RawTerminal:
    """Raw from the start until ``restore``, which may be called again."""

    def __init__(self, keys: Input, handlers: Mapping[int, Handler]) -> None:
        """``handlers`` are installed for as long as the terminal is raw."""
        self._keys = keys
        self._mode: contextlib.AbstractContextManager[None] | None = None
        self._before: dict[int, signal._HANDLER] = {}
        self._make_raw()
        if threading.current_thread() is threading.main_thread():
            self._handle(handlers)
        atexit.register(self.restore)

    def restore(self) -> None:
        """As it was before."""
        self._make_cooked()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        atexit.unregister(self.restore)

    def _make_raw(self) -> None:
        self._mode = self._keys.raw_mode()
        self._mode.__enter__()
        if sys.platform != "win32":
            _let_signals_through(self._keys.fileno())

    def _make_cooked(self) -> None:
        if self._mode is not None:
            self._mode.__exit__(None, None, None)
            self._mode = None

    # --- signals ---

    def _handle(self, handlers: Mapping[int, Handler]) -> None:
        all_handlers: dict[int, Handler] = {signal.SIGTERM: self._leave, **handlers}
        if sys.platform != "win32":
            all_handlers |= {signal.SIGHUP: self._leave, signal.SIGTSTP: self._pause}
        for number, handler in all_handlers.items():
            self._before[number] = signal.signal(number, handler)

    def _leave(self, number: int, _: FrameType | None) -> None:
        """Unwinds the program, so that everything is released; the code is the shell's custom."""
        self._make_cooked()
        raise SystemExit(128 + number)

    if sys.platform != "win32":

        def _pause(self, number: int, _: FrameType | None) -> None:
            """Ctrl-Z: stops with a usable terminal, and is raw again after ``fg``."""
            self._make_cooked()
            with contextlib.suppress(OSError):
                os.write(sys.stderr.fileno(), _SHOW_CURSOR.encode())
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            signal.signal(number, self._pause)
            self._make_raw()


if sys.platform != "win32":
    import termios

    def _let_signals_through(descriptor: int) -> None:
        """Ctrl-C and Ctrl-Z stay signals: they must work even while nothing reads the keys."""
        with contextlib.suppress(termios.error):
            mode = termios.tcgetattr(descriptor)
            mode[3] |= termios.ISIG
            # Ctrl-\\ would end the program without a chance to put anything back.
            mode[6][termios.VQUIT] = b"\0"
            termios.tcsetattr(descriptor, termios.TCSANOW, mode)
