"""PortAudio itself: loaded once, and kept from writing to the terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType

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


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """ALSA writes pages of warnings about devices that nobody asked for; drop them."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    sys.stderr.flush()
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
