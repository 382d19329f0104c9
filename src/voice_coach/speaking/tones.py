"""Short, soft sounds that are not words: computed, so that no recording is needed.

All of them are sines with a gentle attack and decay, quieter than speech (about -32 dBFS RMS
where espeak-ng speaks at about -19), so that they say "your turn" or "breathe in" and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voice_coach.audio.frames import SPEAKING_RATE, Pcm
from voice_coach.conversation.events import Tone

_PEAK = 0.09
"""Of full scale."""


@dataclass(frozen=True, slots=True)
class _Note:
    """A sine that glides from one pitch to another."""

    seconds: float
    start_hz: float
    end_hz: float
    attack: float = 0.02
    """Seconds until it is at its loudest; it decays for the rest of its time."""


_NOTES: dict[Tone, tuple[_Note, ...]] = {
    Tone.LISTENING: (_Note(0.16, 660, 660),),
    Tone.STILL_HERE: (_Note(0.32, 330, 330, attack=0.1), _Note(0.42, 330, 330, attack=0.1)),
    Tone.IN: (_Note(0.7, 294, 440, attack=0.25),),
    Tone.OUT: (_Note(0.7, 440, 294, attack=0.15),),
    Tone.HOLD: (_Note(0.35, 392, 392, attack=0.08),),
    Tone.END: (_Note(0.3, 523, 523), _Note(0.3, 392, 392), _Note(0.6, 330, 330)),
}


@cache
def tone(which: Tone) -> Pcm:
    """The tone as mono int16 at SPEAKING_RATE; shared, so not to be written to."""
    wave = np.concatenate([_sound(note) for note in _NOTES[which]])
    pcm = np.round(wave * (_PEAK * np.iinfo(np.int16).max)).astype(np.int16)
    pcm.flags.writeable = False
    return pcm


def _sound(note: _Note) -> NDArray[np.float64]:
    count = round(note.seconds * SPEAKING_RATE)
    pitch = np.geomspace(note.start_hz, note.end_hz, count)
    phase = 2 * np.pi * np.cumsum(pitch) / SPEAKING_RATE
    rise = round(note.attack * SPEAKING_RATE)
    envelope = np.empty(count)
    envelope[:rise] = np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    envelope[rise:] = np.cos(np.linspace(0, np.pi / 2, count - rise)) ** 2
    # A little of the octave makes a small loudspeaker carry the low notes.
    return (np.sin(phase) + 0.15 * np.sin(2 * phase)) * envelope / 1.15
