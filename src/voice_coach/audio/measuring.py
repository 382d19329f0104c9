"""Measures sound: levels, the noise of a room, and the echo of a tone that was played into it.

Pure: samples in, figures out. Levels are in dBFS: 0 is full scale, a square wave's RMS.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, SPEAKING_RATE, Pcm

SILENT: Final = -99.0
"""dBFS of digital silence, and of whatever is softer."""
CLIPPED: Final = 32_700
"""Samples from here on are at the end of what can be told."""

SWEEP_SECONDS: Final = 0.6
SWEEP_DBFS: Final = -26.0
"""RMS; the coach's voice has about -19 (``speaking.tones``)."""
_SWEEP_HZ: Final = (400.0, 3200.0)
"""What small loudspeakers and telephone headsets carry."""
_FADE_SECONDS: Final = 0.1

LONGEST_ECHO: Final = 1.0
"""Seconds within which an echo is looked for; Bluetooth takes 0.2 to 0.3."""
_CERTAIN: Final = 9.0
"""How far the match must stand out of all others, in their RMS. Of 16,000 matches with noise the
best one has about 4.
"""
_MEDIAN_OF_NOISE: Final = 0.6745
"""Of the magnitudes of Gaussian noise, in its RMS."""
_FIRST: Final = 0.5
"""The first arrival is the first match at least so good, of the best: a reflection may be louder
than the direct way, but seldom twice so.
"""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a stretch of sound is."""

    rms: float
    """dBFS."""
    peak: float
    """dBFS."""
    clipped: int
    """Samples at full scale."""
    zero: bool
    """Nothing but zeros, as no working microphone gives for long."""


def level(pcm: Pcm) -> Level:
    """The level of int16 samples, mono, at any rate."""
    if not pcm.size:
        return Level(SILENT, SILENT, 0, True)
    samples = to_float(pcm).astype(np.float64)
    loudness = np.abs(pcm.astype(np.int32))
    return Level(
        rms=dbfs(float(np.sqrt(np.mean(samples**2)))),
        peak=dbfs(float(loudness.max()) / 32768.0),
        clipped=int(np.count_nonzero(loudness >= CLIPPED)),
        zero=not loudness.any(),
    )


def dbfs(amplitude: float) -> float:
    """Decibels of an amplitude from 0 to 1."""
    return max(SILENT, 20 * float(np.log10(amplitude))) if amplitude > 0 else SILENT


def noise_floor(pcm: Pcm) -> float:
    """dBFS of the room when nobody speaks: of its 20 ms frames, the level that a fifth stay under.

    pcm: int16, mono, 16 kHz.
    """
    levels = _frame_levels(pcm)
    return float(np.percentile(levels, 20)) if levels.size else SILENT


SPEECH_OVER_NOISE: Final = 10.0
"""dB over the noise floor from which a frame counts as spoken."""
SHORTEST_SPEECH: Final = 0.3
"""Seconds; less is a cough or a click."""


def speech_level(pcm: Pcm, floor: float) -> float | None:
    """dBFS (RMS) of the frames that stand out of the noise; None: nobody spoke.

    pcm: int16, mono, 16 kHz.
    """
    levels = _frame_levels(pcm)
    spoken = levels[levels > max(floor, -70.0) + SPEECH_OVER_NOISE]
    if spoken.size * HEARING_SAMPLES < SHORTEST_SPEECH * HEARING_RATE:
        return None
    return float(10 * np.log10(np.mean(10 ** (spoken / 10))))


def _frame_levels(pcm: Pcm) -> NDArray[np.float64]:
    whole = len(pcm) // HEARING_SAMPLES * HEARING_SAMPLES
    frames = to_float(pcm[:whole]).astype(np.float64).reshape(-1, HEARING_SAMPLES)
    power = np.mean(frames**2, axis=1)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 10 ** (SILENT / 10)))
    return levels


# --- the echo ----------------------------------------------------------------------------------


@cache
def sweep() -> Pcm:
    """A soft tone that rises through three octaves: int16, mono, SPEAKING_RATE; not to be written
    to. A sweep's match with itself is one sharp peak, so its delay can be told to a millisecond.
    """
    low, high = _SWEEP_HZ
    count = round(SWEEP_SECONDS * SPEAKING_RATE)
    pitch = np.geomspace(low, high, count)
    wave = np.sin(2 * np.pi * np.cumsum(pitch) / SPEAKING_RATE)
    fade = round(_FADE_SECONDS * SPEAKING_RATE)
    rise = np.sin(np.linspace(0, np.pi / 2, fade)) ** 2
    wave[:fade] *= rise
    wave[-fade:] *= rise[::-1]
    wave *= 10 ** (SWEEP_DBFS / 20) / np.sqrt(np.mean(wave**2))
    pcm = to_int16(wave.astype(np.float32))
    pcm.flags.writeable = False
    return pcm


@dataclass(frozen=True, slots=True)
class Echo:
    """What came back of the sweep."""

    delay: float
    """Seconds from the sample's handing over to the loudspeaker until the microphone gives it."""
    level: float
    """dBFS (RMS), over the length of the sweep, without the noise."""
    clipped: int
    """Samples at full scale while it sounded."""

    @property
    def gain(self) -> float:
        """dB from what was played to what was heard."""
        return self.level - SWEEP_DBFS


def find_echo(heard: Pcm, played_at: float) -> Echo | None:
    """The sweep in what was heard; None where it cannot be told from the noise.

    heard: int16, mono, 16 kHz. played_at: seconds into it at which the sweep's first sample was
    handed over; what lies before that is taken as the noise.
    """
    wanted = soxr.resample(to_float(sweep()), SPEAKING_RATE, HEARING_RATE).astype(np.float64)
    begin = round(played_at * HEARING_RATE)
    sound = to_float(heard).astype(np.float64)
    match = np.abs(_matches(sound, wanted))
    before, after = match[: max(0, begin - len(wanted))], match[begin:]
    after = after[: round(LONGEST_ECHO * HEARING_RATE)]
    if not after.size:
        return None
    best = float(after.max())
    # The noise before tells nothing of it where the microphone gates it away.
    noise = max(_rms(before) if before.size else 0.0, float(np.median(after)) / _MEDIAN_OF_NOISE)
    if best <= max(_CERTAIN * noise, 1e-9):
        return None
    first = int(np.flatnonzero(after >= _FIRST * best)[0])
    first += int(np.argmax(after[first : first + HEARING_RATE // 1000]))  # the top of its wave
    span = slice(begin + first, begin + first + len(wanted))
    noise_rms, whole_rms = _rms(sound[:begin]) if begin else 0.0, _rms(sound[span])
    if whole_rms > 2 * noise_rms:  # all its reflections count
        amplitude = math.sqrt(whole_rms**2 - noise_rms**2)
    else:  # what is under the noise is only found by the match
        amplitude = best / float(wanted @ wanted) * _rms(wanted)
    return Echo(
        delay=first / HEARING_RATE, level=dbfs(amplitude), clipped=level(heard[span]).clipped
    )


def _matches(sound: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cross-correlation: at ``i``, how well ``wanted`` fits to the sound from ``i`` on."""
    size = 1 << (len(sound) + len(wanted) - 1).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(wanted, size))
    matches: NDArray[np.float64] = np.fft.irfft(spectrum, size)[: len(sound)]
    return matches


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))


# --- all of it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SoundMeasured:
    """What a microphone heard in a quiet moment, of the sweep, and of the person."""

    quiet: Level
    noise: float
    """dBFS, see ``noise_floor``."""
    echo: Echo | None
    speech: float | None
    """dBFS, see ``speech_level``; None: nobody spoke."""
    speech_clipped: int
    """Samples at full scale while the person spoke."""


def measure(heard: Pcm, played_at: float, spoken: Pcm) -> SoundMeasured:
    """All figures. int16, mono, 16 kHz: ``heard`` begins with quiet and goes on with the sweep, see
    ``find_echo``; ``spoken`` is what the person said, empty where they were not asked to.
    """
    quiet = heard[: round(played_at * HEARING_RATE)]
    noise = noise_floor(quiet)
    return SoundMeasured(
        quiet=level(quiet),
        noise=noise,
        echo=find_echo(heard, played_at),
        speech=speech_level(spoken, noise),
        speech_clipped=level(spoken).clipped,
    )
