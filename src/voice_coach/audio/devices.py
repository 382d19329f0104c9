"""Microphone and loudspeaker of the machine, through PortAudio.

Two separate streams of 10 ms blocks; their callbacks only copy bytes into queues.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from typing import Final

import numpy as np
import soxr

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, SPEAKING_RATE, Frame, Pcm
from voice_coach.audio.library import NoSound
from voice_coach.audio.listing import SoundDevice, list_devices
from voice_coach.audio.portaudio import (
    BLOCKS_PER_SECOND,
    DeviceLost,
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
_JITTER_SECONDS: Final = 0.05
"""Queued before sound comes out: the program writes frames as the microphone delivers them."""
_JITTER_AT_MOST: Final = 0.2
"""Queued silence beyond this is dropped: the two devices' clocks differ."""


class CardMicrophone:
    """A microphone of this machine, by a part of its name or the system's default.

    Raises ``NoSound`` when none can be opened.
    """

    live = True

    def __init__(self, name: str | None = None) -> None:
        self._blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._lost = 0
        self.overflows = 0
        """Blocks of 10 ms that were lost because the program did not keep up; filled with zeros."""
        self._stream = open_input(name, self._hear)
        shape = self._stream.shape
        self._resampler = soxr.ResampleStream(
            shape.rate, HEARING_RATE, 1, dtype="float32", quality="MQ"
        )
        self._pending: Pcm = np.zeros(0, dtype=np.int16)
        self._index = 0
        self._zeros = 0

    @property
    def muted(self) -> bool:
        """Nothing but zeros for two seconds: muted, or not permitted to listen."""
        return self._zeros * HEARING_SAMPLES >= _MUTED_SECONDS * HEARING_RATE

    def read(self) -> Frame | None:
        """See ``Microphone``. Waits for the device; raises ``DeviceLost`` when it is dead."""
        self._stream.check_taken()
        while len(self._pending) < HEARING_SAMPLES:
            self._pending = np.concatenate([self._pending, self._next_block()])
        pcm, self._pending = self._pending[:HEARING_SAMPLES], self._pending[HEARING_SAMPLES:]
        self._zeros = 0 if pcm.any() else self._zeros + 1
        frame = Frame(self._index, pcm)
        self._index += 1
        return frame

    def close(self) -> None:
        """See ``Microphone``."""
        self._stream.close()

    def _hear(self, data: bytes) -> None:
        # Called by PortAudio's thread.
        if self._blocks.qsize() >= _QUEUE_SECONDS * BLOCKS_PER_SECOND:
            self._lost += 1
            return
        for _ in range(self._lost):
            self._blocks.put(bytes(len(data)))
        self.overflows += self._lost
        self._lost = 0
        self._blocks.put(data)

    def _next_block(self) -> Pcm:
        while True:
            try:
                data = self._blocks.get(timeout=0.1)
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
        self._queue: deque[bytes] = deque()
        self._primed = False
        self.underflows = 0
        """Blocks of 10 ms in the midst of sound that came too late."""
        self._stream = open_output(name, self._fill)
        shape = self._stream.shape
        self._resampler = soxr.ResampleStream(
            SPEAKING_RATE, shape.rate, 1, dtype="float32", quality="MQ"
        )
        self._rest: Pcm = np.zeros(0, dtype=np.int16)

    @property
    def delay(self) -> float:
        """Seconds from ``play`` until that frame is heard, as far as the system tells."""
        return len(self._queue) / BLOCKS_PER_SECOND + self._stream.latency

    def play(self, pcm: Pcm) -> None:
        """See ``Loudspeaker``."""
        self._stream.check()
        silent = not pcm.any()
        if silent and len(self._queue) > _JITTER_AT_MOST * BLOCKS_PER_SECOND:
            return
        block = self._stream.shape.rate // BLOCKS_PER_SECOND
        samples = np.concatenate(
            [self._rest, to_int16(self._resampler.resample_chunk(to_float(pcm)))]
        )
        whole = len(samples) // block * block
        self._rest = samples[whole:]
        for at in range(0, whole, block):
            mono = samples[at : at + block]
            self._queue.append(np.repeat(mono, self._stream.shape.channels).tobytes())

    def stop(self) -> None:
        """See ``Loudspeaker``. Zeros take the place of what was queued: were the queue shorter than
        before, the echo would come sooner than the canceller has learnt.
        """
        self._rest = np.zeros_like(self._rest)
        for _ in range(len(self._queue)):
            try:
                self._queue.append(bytes(len(self._queue.popleft())))
            except IndexError:  # PortAudio's thread took the last one
                return

    def close(self) -> None:
        """See ``Loudspeaker``."""
        self._stream.close()

    def drain(self, seconds: float = 2.0) -> None:
        """Wait until all that was queued has been played, or so long."""
        until = time.monotonic() + seconds
        while self._queue and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(min(self._stream.latency, 0.3))

    def _fill(self, size: int) -> bytes:
        # Called by PortAudio's thread.
        if not self._primed:
            if len(self._queue) < _JITTER_SECONDS * BLOCKS_PER_SECOND:
                return bytes(size)
            self._primed = True
        try:
            return self._queue.popleft()
        except IndexError:
            self._primed = False
            self.underflows += 1
            return bytes(size)
