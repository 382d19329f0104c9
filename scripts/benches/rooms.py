"""Simulated rooms: what the microphone hears of the coach's loudspeaker and of the person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from voice_coach.audio.frames import HEARING_RATE, SPEAKING_RATE, Pcm

Wave = NDArray[np.float64]
SPEED_OF_SOUND = 343.0
NOISE = 10 ** (-60 / 20)
"""Of the microphone and a quiet room, of full scale."""


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
    delay: float = 0.09
    """Seconds from the program to the loudspeaker's cone, and from the microphone back."""

    def echo(self, spoken: Pcm, random: np.random.Generator) -> Wave:
        """What the microphone hears of speech at SPEAKING_RATE; full scale 1, at HEARING_RATE."""
        wave = spoken.astype(np.float64) / 32768
        if self.distorted:
            wave = np.tanh(3 * wave) / 3
        wave = np.asarray(soxr.resample(wave, SPEAKING_RATE * (1 + self.drift), HEARING_RATE))
        ways = [self._response(random) for _ in range(4 if self.changes else 1)]
        heard = [np.convolve(wave, way)[: len(wave)] for way in ways]
        if not self.changes:
            return heard[0]
        which = (np.arange(len(wave)) // (5 * HEARING_RATE)) % len(ways)
        mixed: Wave = np.choose(which, heard)
        return mixed

    def _response(self, random: np.random.Generator) -> Wave:
        """The direct sound and a tail that dies away, as in the statistical theory of rooms."""
        length = round(self.reverberation * HEARING_RATE)
        tail = random.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
        direct = round((self.delay + self.metres / SPEED_OF_SOUND) * HEARING_RATE)
        response = np.zeros(direct + length + 1)
        response[direct] = 0.4
        energy = 0.4 * min(1.0, self.metres)  # further off more of it is reverberation
        response[direct + 1 :] = tail * energy / np.sqrt(np.sum(tail**2))
        return response


def rooms() -> tuple[Room, ...]:
    """Three sizes by three levels, and three that are hard in another way."""
    sizes = (("small", 0.5, 0.25), ("middle", 1.0, 0.45), ("large", 2.0, 0.7))
    plain = tuple(
        Room(f"{name}, person {person:+d} dB", metres, seconds, person)
        for name, metres, seconds in sizes
        for person in (-6, 3, 12)
    )
    return (
        *plain,
        Room("middle, distorted loudspeaker", 1.0, 0.45, 3, distorted=True),
        Room("middle, clocks apart by 0.02 %", 1.0, 0.45, 3, drift=2e-4),
        Room("middle, microphone moved", 1.0, 0.45, 3, changes=True),
    )


def level(wave: Wave) -> float:
    """Root mean square where it sounds."""
    loud = np.abs(wave) > 0.02 * np.abs(wave).max(initial=1e-9)
    return float(np.sqrt(np.mean(wave[loud] ** 2))) if loud.any() else 1e-9


def heard(echo: Wave, random: np.random.Generator) -> Pcm:
    """As the microphone gives it."""
    noisy = echo + random.normal(scale=NOISE, size=len(echo))
    return (np.clip(noisy, -1, 1) * 32767).astype(np.int16)
