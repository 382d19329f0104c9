"""Simulated rooms: what the microphone hears of the coach's loudspeaker and of the person."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from voice_coach.audio.frames import (
    BLOCK_SECONDS,
    FRAME_SECONDS,
    HEARING_RATE,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    Frame,
    Pcm,
)
from voice_coach.audio.playout import Playout

Wave = NDArray[np.float64]
SPEED_OF_SOUND = 343.0
NOISE = 10 ** (-60 / 20)
"""Of the microphone and a quiet room, of full scale."""
DELAY = 0.09
"""Seconds from the program to the loudspeaker's cone, and from the microphone back."""
_WAITING = 0.06
"""Seconds that wait to be played; the rest of DELAY is the cone and the way back."""
_MOVED_EVERY = 5.0
"""Seconds."""
_BUSY_EVERY = 4.0
_BUSY = (0.05, 0.4)
"""Seconds, the shortest and the longest, for which a busy program hands nothing over."""


@dataclass(frozen=True, slots=True)
class Room:
    """One way from the loudspeaker to the microphone."""

    name: str
    metres: float
    """From the loudspeaker to the microphone."""
    reverberation: float
    """Seconds in which the sound falls by 60 dB."""
    person: float
    """dB that the person is louder than the echo, while either sounds."""
    distorted: bool = False
    """A small loudspeaker, driven hard."""
    drift: float = 0.0
    """By how much the clocks of the two devices differ, in parts of one."""
    changes: bool = False
    """Somebody moves the microphone every five seconds."""
    busy: bool = False
    """The machine is busy: every few seconds the program comes too late, and what it has to say
    waits longer afterwards, until the next silence.
    """

    def response(self, random: np.random.Generator) -> Wave:
        """The direct sound and a tail that dies away, as in the statistical theory of rooms."""
        length = round(self.reverberation * HEARING_RATE)
        tail = random.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
        way = DELAY - _WAITING + self.metres / SPEED_OF_SOUND
        direct = round(way * HEARING_RATE)
        response = np.zeros(direct + length + 1)
        response[direct] = 0.4
        energy = 0.4 * min(1.0, self.metres)  # further off more of it is reverberation
        response[direct + 1 :] = tail * energy / np.sqrt(np.sum(tail**2))
        return response


def rooms() -> tuple[Room, ...]:
    """Three sizes by three levels, and four that are hard in another way."""
    sizes = (("small", 0.5, 0.25), ("middle", 1.0, 0.45), ("large", 2.0, 0.7))
    plain = tuple(
        Room(f"{name}, person {person:+d} dB", metres, seconds, person)
        for name, metres, seconds in sizes
        for person in (-6, 3, 12)
    )
    return (
        *plain,
        Room("middle, distorted loudspeaker", 1.0, 0.45, 3, distorted=True),
        Room("middle, clocks apart by 0.01 %", 1.0, 0.45, 3, drift=1e-4),
        Room("middle, microphone moved", 1.0, 0.45, 3, changes=True),
        Room("middle, a busy machine", 1.0, 0.45, 3, busy=True),
    )


class SoundingRoom:
    """A loudspeaker and a microphone in a room: what is played is heard a little later.

    It plays both devices of a loop. ``others`` is what else sounds there, at HEARING_RATE, full
    scale 1. Between the program and the loudspeaker lies the program's own ``Playout``.
    """

    live = False
    muted = False

    def __init__(self, room: Room, others: Wave, random: np.random.Generator) -> None:
        self._room = room
        self._others = others
        self._random = random
        ways = [room.response(random) for _ in range(4 if room.changes else 1)]
        self._size = 1 << int(np.ceil(np.log2(max(map(len, ways)) + HEARING_SAMPLES)))
        self._ways = [np.fft.rfft(way, self._size) for way in ways]
        self._sounding = np.zeros(self._size)
        self._playout = Playout(SPEAKING_RATE, 1)
        self._late: list[Pcm] = []
        """What a busy program has not handed over yet."""
        self._busy_until = 0.0
        self._busy_next = _BUSY_EVERY
        self._taken = 0
        self._cone = soxr.ResampleStream(
            SPEAKING_RATE * (1 + room.drift), HEARING_RATE, 1, dtype="float64", quality="HQ"
        )
        self._air = np.zeros(HEARING_SAMPLES // 2)
        self._index = 0
        self.spent = 0.0
        """Processor seconds that the simulation took, for whoever measures all else."""

    def play(self, pcm: Pcm) -> None:
        """See ``Loudspeaker``."""
        self._late.append(pcm)
        if self._room.busy:
            self._be_busy()
        if self._now >= self._busy_until:
            for late in self._late:
                self._playout.put(late)
            self._late.clear()

    def _be_busy(self) -> None:
        if self._now >= self._busy_next:
            self._busy_until = self._now + self._random.uniform(*_BUSY)
            self._busy_next = self._busy_until + self._random.uniform(0, 2 * _BUSY_EVERY)

    def played(self, frame: Frame) -> Pcm:
        """See ``Loudspeaker``."""
        return self._playout.reference.beside(frame)

    def stop(self) -> None:
        """See ``Loudspeaker``."""
        self._playout.stop()

    def read(self) -> Frame:
        """See ``Microphone``."""
        before = time.process_time()
        frame = self._read()
        self.spent += time.process_time() - before
        return frame

    @property
    def _now(self) -> float:
        """Seconds by the microphone's clock."""
        return self._index * FRAME_SECONDS

    def _read(self) -> Frame:
        while self._taken * BLOCK_SECONDS < (self._now + FRAME_SECONDS) * (1 + self._room.drift):
            self._take()
        wave, self._air = self._air[:HEARING_SAMPLES], self._air[HEARING_SAMPLES:]
        if wave.any():
            way = self._ways[int(self._now / _MOVED_EVERY) % len(self._ways)]
            self._sounding += np.fft.irfft(np.fft.rfft(wave, self._size) * way, self._size)
        heard = self._sounding[:HEARING_SAMPLES].copy()
        self._sounding = np.pad(self._sounding[HEARING_SAMPLES:], (0, HEARING_SAMPLES))
        at = self._index * HEARING_SAMPLES
        others = self._others[at : at + HEARING_SAMPLES]
        heard[: len(others)] += others
        heard += self._random.normal(scale=NOISE, size=HEARING_SAMPLES)
        pcm = (np.clip(heard, -1, 1) * 32767).astype(np.int16)
        frame = Frame(self._index, pcm, arrived=self._now + FRAME_SECONDS)
        self._index += 1
        return frame

    def _take(self) -> None:
        """The loudspeaker takes a block, by its own clock."""
        at = self._taken * BLOCK_SECONDS / (1 + self._room.drift)
        block = np.frombuffer(self._playout.take(at), dtype=np.int16) / 32768
        self._taken += 1
        if self._room.distorted:
            block = np.tanh(3 * block) / 3
        self._air = np.concatenate([self._air, self._cone.resample_chunk(block)])

    def close(self) -> None:
        """See both."""


def echo_level(room: Room, spoken: Pcm, random: np.random.Generator) -> float:
    """How loud speech at SPEAKING_RATE is at the microphone; see ``level``."""
    alone = SoundingRoom(room, np.zeros(0), random)
    heard = []
    for at in range(0, len(spoken) - 480, 480):
        alone.play(spoken[at : at + 480])
        heard.append(alone.read().pcm / 32768)
    return level(np.concatenate(heard))


def level(wave: Wave) -> float:
    """Root mean square where it sounds."""
    loud = np.abs(wave) > 0.02 * np.abs(wave).max(initial=1e-9)
    return float(np.sqrt(np.mean(wave[loud] ** 2))) if loud.any() else 1e-9
