"""Microphone and loudspeaker of the machine, through PortAudio.

Two separate streams of 10 ms blocks; their callbacks only copy bytes into queues.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Final

import numpy as np
import soxr

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import (
    BLOCK_SECONDS,
    BLOCKS,
    HEARING_RATE,
    HEARING_SAMPLES,
    Frame,
    Pcm,
)
from voice_coach.audio.library import NoSound
from voice_coach.audio.listing import SoundDevice, list_devices
from voice_coach.audio.playout import Playout
from voice_coach.audio.portaudio import (
    DeviceLost,
    Shape,
    look_again,
    loudspeaker_available,
    microphone_available,
    open_input,
    open_output,
)

__all__ = [
    "CardLoudspeaker",
    "CardMicrophone",
    "DeviceLost",
    "NoSound",
    "SoundDevice",
    "list_devices",
    "look_again",
    "loudspeaker_available",
    "microphone_available",
]

_MUTED_SECONDS: Final = 2.0
_QUEUE_SECONDS: Final = 3.0
"""What the microphone may run ahead of the program before blocks are lost, and counted."""


class CardMicrophone:
    """A microphone of this machine, by a part of its name or the system's default.

    Raises ``NoSound`` when none can be opened.
    """

    live = True

    def __init__(self, name: str | None = None) -> None:
        self._blocks: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        """When each came, and its samples."""
        self._lost = 0
        self.overflows = 0
        """Blocks of 10 ms that were lost because the program did not keep up; filled with zeros."""
        self._stream = open_input(name, self._hear)
        shape = self._stream.shape
        self._resampler = soxr.ResampleStream(
            shape.rate, HEARING_RATE, 1, dtype="float32", quality="MQ"
        )
        self._pending: Pcm = np.zeros(0, dtype=np.int16)
        self._arrived = 0.0
        self._index = 0
        self._zeros = 0

    @property
    def muted(self) -> bool:
        """Nothing but zeros for two seconds: muted, or not permitted to listen."""
        return self._zeros * HEARING_SAMPLES >= _MUTED_SECONDS * HEARING_RATE

    def read(self) -> Frame | None:
        """See ``Microphone``. Waits for the device; raises ``DeviceLost`` when it is dead.

        What it heard before the first call is left out: all that follows would be late by as much.
        """
        self._stream.check_taken()
        while not self._index and self._blocks.qsize() > BLOCKS:
            self._blocks.get()
        while len(self._pending) < HEARING_SAMPLES:
            self._pending = np.concatenate([self._pending, self._next_block()])
        pcm, self._pending = self._pending[:HEARING_SAMPLES], self._pending[HEARING_SAMPLES:]
        self._zeros = 0 if pcm.any() else self._zeros + 1
        frame = Frame(self._index, pcm, arrived=self._arrived)
        self._index += 1
        return frame

    def close(self) -> None:
        """See ``Microphone``."""
        self._stream.close()

    def _hear(self, data: bytes) -> None:
        # Called by PortAudio's thread.
        now = time.monotonic()
        if self._blocks.qsize() >= _QUEUE_SECONDS / BLOCK_SECONDS:
            self._lost += 1
            return
        for _ in range(self._lost):
            self._blocks.put((now, bytes(len(data))))
        self.overflows += self._lost
        self._lost = 0
        self._blocks.put((now, data))

    def _next_block(self) -> Pcm:
        while True:
            try:
                self._arrived, data = self._blocks.get(timeout=0.1)
            except queue.Empty:
                self._stream.check()
                continue
            channels = self._stream.shape.channels
            block: Pcm = np.frombuffer(data, dtype=np.int16)
            mono = to_float(block).reshape(-1, channels).mean(axis=1)
            return to_int16(self._resampler.resample_chunk(mono))


class CardLoudspeaker:
    """A loudspeaker of this machine, by a part of its name or the system's default.

    The stream stays open and plays zeros when nothing is queued. Raises ``NoSound`` when none can
    be opened.
    """

    def __init__(self, name: str | None = None) -> None:
        self._playout: Playout
        self._stream = open_output(name, self._begin)

    def play(self, pcm: Pcm) -> None:
        """See ``Loudspeaker``."""
        self._stream.check()
        self._playout.put(pcm)

    def played(self, frame: Frame) -> Pcm:
        """See ``Loudspeaker``."""
        return self._playout.reference.beside(frame)

    def stop(self) -> None:
        """See ``Loudspeaker``."""
        self._playout.stop()

    def close(self) -> None:
        """See ``Loudspeaker``."""
        self._stream.close()

    def drain(self, seconds: float = 2.0) -> None:
        """Wait until all that was queued has been played, or so long."""
        until = time.monotonic() + seconds
        while self._playout.waiting and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(min(self._stream.latency, 0.3))

    def _begin(self, shape: Shape) -> Callable[[], bytes]:
        """A stream of this shape is tried; what it is to call for each block, in its thread."""
        playout = self._playout = Playout(shape.rate, shape.channels)
        return lambda: playout.take(time.monotonic())
