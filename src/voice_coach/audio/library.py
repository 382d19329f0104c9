"""PortAudio itself: loaded once, and kept from writing to the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Final

from voice_coach.errors import Mendable


class NoSound(Mendable):
    """This machine offers no sound as it is; the message says why and what to install or change."""


@cache
def sounddevice() -> ModuleType:
    """The module ``sounddevice``. Raises ``NoSound`` where PortAudio is not installed."""
    try:
        with quiet():
            import sounddevice as module
    except OSError as error:
        raise NoSound(
            "The library PortAudio is missing, which reaches the sound card. Install it: on Debian"
            " and Ubuntu 'sudo apt install libportaudio2', on Fedora 'sudo dnf install portaudio',"
            " on Arch 'sudo pacman -S portaudio', on macOS 'brew install portaudio'."
        ) from error
    loaded: ModuleType = module
    return loaded


class _Silence:
    """Standard error pointed at nothing while anybody wants it so: threads open and close devices
    at the same time, and each must not put back what another one put there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0
        self._kept: int | None = None

    def begin(self) -> None:
        with self._lock:
            self._wanted += 1
            if self._wanted > 1:
                return
            try:
                self._kept = os.dup(2)
            except OSError:  # there is no standard error
                return
            sys.stderr.flush()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)

    def end(self) -> None:
        with self._lock:
            self._wanted -= 1
            if not self._wanted and self._kept is not None:
                os.dup2(self._kept, 2)
                os.close(self._kept)
                self._kept = None


_SILENCE: Final = _Silence()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """ALSA writes pages of warnings about devices that nobody asked for; drop them."""
    _SILENCE.begin()
    try:
        yield
    finally:
        _SILENCE.end()
