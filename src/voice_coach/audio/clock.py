"""A microphone that hears nothing: what paces a session that is typed, or has lost its own."""

from __future__ import annotations

import time

from voice_coach.audio.frames import FRAME_SECONDS, Frame, silence


class SilentMicrophone:
    """Frames of silence for ever; live, one every 20 ms of real time."""

    def __init__(self, live: bool, first: int = 0) -> None:
        """``first``: the index of the first frame, to go on where another microphone ended."""
        self.live = live
        self._index = first
        self._due = time.monotonic()

    @property
    def muted(self) -> bool:
        """See ``Microphone``: it is silent by nature."""
        return False

    def read(self) -> Frame:
        """The next 20 ms."""
        if self.live:
            self._pace()
        frame = Frame(self._index, silence())
        self._index += 1
        return frame

    def _pace(self) -> None:
        self._due += FRAME_SECONDS
        ahead = self._due - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        elif ahead < -1:  # the machine slept: time goes on from here
            self._due = time.monotonic()

    def close(self) -> None:
        """Nothing to release."""
