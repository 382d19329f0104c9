"""Watches the devices of this machine while a session runs, and tells of what changes.

PortAudio tells nothing. A sound server's own ``pactl subscribe`` does; elsewhere a child process
with a PortAudio of its own looks again and again, as in this process that would end all streams.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from voice_coach.audio import listing, portaudio
from voice_coach.audio.following import Follow, LibraryFollower, ServerFollower
from voice_coach.audio.library import NoSound
from voice_coach.audio.listing import Kind, SoundDevice

LOOK_SECONDS: Final = 1.0
"""Between two looks of the child process: 30 ms of work each, measured on ALSA."""
_SETTLE_SECONDS: Final = 0.15
"""Changes come in bursts; the last one of them counts."""
_AGAIN_SECONDS: Final = 1.0
"""Until a watcher that ended is started again: the server itself may have."""
_EVENT: Final = re.compile(rb"'(?:new|remove|change)' on (?:sink|source|server) ")


Look = Callable[[Sequence[bytes]], Sequence[SoundDevice] | None]


class Watch:
    """Follows the lines that a child process writes. Close it."""

    def __init__(self, command: Sequence[str], look: Look, follow: Follow) -> None:
        """``look``: what there is, by the child's lines (none of them at its start); None: they
        say nothing of it.
        """
        self._command = command
        self._look = look
        self._follow = follow
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._run, name="watching devices", daemon=True).start()

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._closed.set()
            if self._child is not None:
                self._child.kill()

    def _run(self) -> None:
        while not self._closed.is_set():
            with self._lock:
                if self._closed.is_set():
                    return
                try:
                    self._child = _start(self._command)
                except OSError:  # nothing can be watched here
                    return
            with self._child as child:
                self._listen(child)
                child.kill()
            self._closed.wait(_AGAIN_SECONDS)

    def _listen(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        self._tell([])
        rest = b""
        while chunk := os.read(child.stdout.fileno(), 65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            if lines:
                self._tell(lines)

    def _tell(self, lines: Sequence[bytes]) -> None:
        devices = self._look(lines)
        if devices is not None and not self._closed.is_set():
            self._follow(devices)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,  # its end tells the child that this process is gone
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"LC_ALL": "C"},
    )


def _look_at_server(lines: Sequence[bytes]) -> Sequence[SoundDevice] | None:
    if lines and not any(map(_EVENT.search, lines)):
        return None
    if lines:
        time.sleep(_SETTLE_SECONDS)
    return listing.server_list()


def _look_at_list(lines: Sequence[bytes]) -> Sequence[SoundDevice] | None:
    return msgspec.json.decode(lines[-1], type=tuple[SoundDevice, ...]) if lines else None


def watch(chosen: Mapping[Kind, str]) -> Watch | None:
    """Follows the devices from now on; ``chosen``: by name, empty: the default one.

    None where nothing more is to be known: on Linux without a sound server a device keeps its
    place in PortAudio's list, and to look for others would disturb those in use.
    """
    try:
        if listing.server_list() is not None:
            return Watch(["pactl", "subscribe"], _look_at_server, ServerFollower(chosen, portaudio))
    except NoSound:
        return None
    if sys.platform == "linux":
        return None
    command = [sys.executable, "-m", __name__]
    return Watch(command, _look_at_list, LibraryFollower(chosen, portaudio))


# --- the child process -------------------------------------------------------------------------


def look_on_and_on() -> None:
    """Write the list of devices whenever it has changed, until standard input ends."""
    ended = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        ended.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    before: tuple[SoundDevice, ...] | None = None
    while not ended.is_set():
        portaudio.look_again()
        devices = listing.portaudio_list()
        if devices != before:
            before = devices
            sys.stdout.buffer.write(msgspec.json.encode(devices) + b"\n")
            sys.stdout.buffer.flush()
        ended.wait(LOOK_SECONDS)


if __name__ == "__main__":
    look_on_and_on()
