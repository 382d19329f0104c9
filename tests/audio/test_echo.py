"""The coach's own voice is taken out of what is heard, and the person's is not."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_coach.audio.echo import (
    LONGEST_DELAY,
    EchoCanceller,
    LinearCanceller,
    NoCanceller,
    NoEcho,
    WebRtcCanceller,
    canceller,
)
from voice_coach.audio.frames import HEARING_SAMPLES, Frame, Pcm, silence

Wave = NDArray[np.float64]
SECONDS = 12


def babble(samples: int, rate: int, seed: int) -> Wave:
    """Noise with the rhythm and the colour of speech, peaks at 0.3."""
    chance = np.random.default_rng(seed)
    noise = chance.normal(size=samples)
    kernel = np.exp(-np.arange(rate // 1000) / (rate / 4000))
    coloured = np.convolve(noise, kernel)[:samples]
    syllables = np.repeat(chance.uniform(0.0, 1.0, samples // (rate // 8) + 1), rate // 8)[:samples]
    coloured *= syllables
    louder: Wave = 0.3 * coloured / np.abs(coloured).max()
    return louder


def int16(wave: Wave) -> Pcm:
    return (np.clip(wave, -1, 1) * 32767).astype(np.int16)


def level(pcm: Pcm) -> float:
    """dB of full scale."""
    return float(20 * np.log10(np.sqrt(np.mean((pcm / 32768.0) ** 2)) + 1e-9))


def room(wave: Wave, delay: float) -> Wave:
    """At 16 kHz: later, softer, with a tail."""
    chance = np.random.default_rng(7)
    response = np.zeros(max(3200, round(delay * 16_000) + 2240))
    response[round(delay * 16_000)] = 0.5
    tail = chance.normal(size=1600) * np.exp(-np.arange(1600) / 400) * 0.03
    response[-1600:] += tail
    return np.convolve(wave, response)[: len(wave)]


def run(echo: EchoCanceller, heard: Pcm, played: Pcm) -> tuple[Pcm, Pcm]:
    """What is to be listened to, and the residue, frame by frame."""
    cleaned: list[Frame] = []
    for index in range(len(heard) // HEARING_SAMPLES):
        part = slice(index * HEARING_SAMPLES, (index + 1) * HEARING_SAMPLES)
        cleaned.append(echo.clean(Frame(index, heard[part]), played[part]))
    residue = [silence() if one.residue is None else one.residue for one in cleaned]
    return np.concatenate([one.pcm for one in cleaned]), np.concatenate(residue)


def coach() -> Wave:
    return babble(SECONDS * 16_000, 16_000, 1)


AFTER = slice(6 * 16_000, None)
"""When the cancellers have learnt."""


@pytest.mark.parametrize("delay", [0.06, 0.12, LONGEST_DELAY + 0.02])
def test_the_echo_is_taken_out(delay: float) -> None:
    wave = coach()
    played = int16(wave)
    heard = int16(room(wave, delay))
    for cleaned in run(WebRtcCanceller(), heard, played):
        assert cleaned.dtype == np.int16
        assert len(cleaned) == len(heard)
        assert level(heard[AFTER]) - level(cleaned[AFTER]) > 20


def test_without_aec3_the_echo_is_softer_and_the_person_stays_whole() -> None:
    wave = coach()
    played = int16(wave)
    person = np.zeros(SECONDS * 16_000)
    person[8 * 16_000 : 9 * 16_000] = babble(16_000, 16_000, 2)
    cleaned, residue = run(LinearCanceller(), int16(room(wave, 0.08)), played)
    assert level(int16(room(wave, 0.08))[AFTER]) - level(cleaned[AFTER]) > 15
    assert not residue.any(), "what is left of the echo is nobody's voice"
    cleaned, _ = run(LinearCanceller(), int16(room(wave, 0.08) + person), played)
    second = slice(8 * 16_000, 9 * 16_000)
    assert np.corrcoef(cleaned[second], person[second])[0, 1] > 0.95


def test_the_person_is_heard_while_the_coach_is_silent() -> None:
    person = int16(babble(SECONDS * 16_000, 16_000, 2))
    silent = np.zeros_like(person)
    cleaned, residue = run(WebRtcCanceller(), person, silent)
    assert abs(level(person) - level(cleaned)) < 3
    assert not residue.any(), "no echo was heard yet: the filter is not trusted"


def test_the_person_stays_whole_while_both_speak() -> None:
    wave = coach()
    played = int16(wave)
    person = np.zeros(SECONDS * 16_000)
    person[8 * 16_000 : 9 * 16_000] = babble(16_000, 16_000, 2)
    both = int16(room(wave, 0.08) + person)
    cleaned, residue = run(WebRtcCanceller(), both, played)
    second = slice(8 * 16_000, 9 * 16_000)
    alike = np.corrcoef(cleaned[second], person[second])[0, 1]
    assert alike > 0.95
    assert alike > np.corrcoef(residue[second], person[second])[0, 1] + 0.05


def test_a_way_that_cannot_be_learnt_makes_nothing_louder() -> None:
    played = int16(coach())
    heard = int16(babble(SECONDS * 16_000, 16_000, 9))
    cleaned, _ = run(WebRtcCanceller(), heard, played)
    assert level(cleaned) <= level(heard)


def test_the_same_sound_gives_the_same_samples() -> None:
    wave = coach()
    played = int16(wave)
    heard = int16(room(wave, 0.08))
    echo = WebRtcCanceller()
    first = run(echo, heard, played)
    echo.reset()
    again = run(echo, heard, played)
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def test_headphones_change_nothing_and_have_a_residue() -> None:
    person = int16(babble(16_000, 16_000, 3))
    silent = np.zeros_like(person)
    unchanged, residue = run(NoEcho(), person, silent)
    assert np.array_equal(unchanged, person)
    assert np.array_equal(residue, person)
    unchanged, residue = run(NoCanceller(), person, silent)
    assert np.array_equal(unchanged, person)
    assert not residue.any()


def test_without_the_package_it_works_without() -> None:
    code = (
        "import sys; sys.modules['livekit'] = None\n"
        "from voice_coach.audio.echo import LinearCanceller, canceller\n"
        "assert isinstance(canceller(), LinearCanceller)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert isinstance(canceller(), WebRtcCanceller)
