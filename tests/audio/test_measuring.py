"""Levels and echoes of sound that is made up, so that the right figures are known."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from voice_coach.audio.conversion import to_float, to_int16
from voice_coach.audio.frames import HEARING_RATE, SPEAKING_RATE, Pcm
from voice_coach.audio.measuring import (
    SILENT,
    SWEEP_DBFS,
    find_echo,
    level,
    measure,
    noise_floor,
    speech_level,
    sweep,
)

PLAYED_AT = 1.6
SECONDS = 3.4

Sound = NDArray[np.float32]


def noise(dbfs: float, seconds: float = SECONDS, seed: int = 1) -> Sound:
    count = round(seconds * HEARING_RATE)
    made = np.random.default_rng(seed).normal(0, 10 ** (dbfs / 20), count)
    return made.astype(np.float32)


def hum(dbfs: float, hertz: float = 440.0, seconds: float = SECONDS) -> Sound:
    time = np.arange(round(seconds * HEARING_RATE)) / HEARING_RATE
    made: Sound = 10 ** (dbfs / 20) * np.sqrt(2) * np.sin(2 * np.pi * hertz * time)
    return made.astype(np.float32)


def room(sound: Sound, *arrivals: tuple[float, float]) -> Pcm:
    """The sweep put into a sound: seconds after it was played, and decibels."""
    played = soxr.resample(to_float(sweep()), SPEAKING_RATE, HEARING_RATE)
    mixed = sound.copy()
    for delay, gain in arrivals:
        at = round((PLAYED_AT + delay) * HEARING_RATE)
        mixed[at : at + len(played)] += played * 10 ** (gain / 20)
    return to_int16(mixed)


@pytest.mark.parametrize(
    ("pcm", "rms", "peak", "clipped"),
    [
        (np.full(1600, 16_384), -6.02, -6.02, 0),
        (np.tile([32_767, -32_768], 800), 0.0, 0.0, 1600),
        (to_int16(hum(-20.0, 400.0, 0.1)), -20.0, -17.0, 0),
        (np.array([0] * 99 + [328]), -60.0, -40.0, 0),
    ],
)
def test_levels(pcm: Pcm, rms: float, peak: float, clipped: int) -> None:
    found = level(np.asarray(pcm, dtype=np.int16))
    assert found.rms == pytest.approx(rms, abs=0.1)
    assert found.peak == pytest.approx(peak, abs=0.1)
    assert (found.clipped, found.zero) == (clipped, False)


@pytest.mark.parametrize("count", [0, 320])
def test_nothing_but_zeros_is_no_sound_at_all(count: int) -> None:
    found = level(np.zeros(count, dtype=np.int16))
    assert found.zero
    assert (found.rms, found.peak) == (SILENT, SILENT)


def test_a_click_does_not_raise_the_noise_floor() -> None:
    sound = noise(-60.0)
    sound[8000:8320] = 0.5
    assert noise_floor(to_int16(sound)) == pytest.approx(-60.0, abs=1.0)


def test_speech_is_what_stands_out_of_the_noise() -> None:
    sound = noise(-60.0)
    sound[16_000:32_000] += hum(-25.0, seconds=1.0)
    assert speech_level(to_int16(sound), -60.0) == pytest.approx(-25.0, abs=0.3)
    assert speech_level(to_int16(noise(-58.0)), -60.0) is None


def test_a_cough_is_no_speech() -> None:
    sound = noise(-60.0)
    sound[16_000:19_200] += hum(-25.0, seconds=0.2)
    assert speech_level(to_int16(sound), -60.0) is None


@pytest.mark.parametrize("delay", [0.0, 0.0125, 0.06, 0.2, 0.31, 0.75])
@pytest.mark.parametrize("gain", [-3.0, -20.0])
def test_the_delay_is_right_to_a_millisecond(delay: float, gain: float) -> None:
    echo = find_echo(room(noise(-60.0), (delay, gain)), PLAYED_AT)
    assert echo is not None
    assert echo.delay == pytest.approx(delay, abs=0.001)
    assert echo.level == pytest.approx(SWEEP_DBFS + gain, abs=0.5)
    assert echo.gain == pytest.approx(gain, abs=0.5)


def test_an_echo_that_is_softer_than_the_noise_is_found() -> None:
    echo = find_echo(room(noise(-40.0), (0.1, -24.0)), PLAYED_AT)
    assert echo is not None
    assert echo.delay == pytest.approx(0.1, abs=0.001)
    assert echo.level == pytest.approx(SWEEP_DBFS - 24.0, abs=2.0)


def test_the_direct_way_counts_though_a_reflection_is_louder() -> None:
    echo = find_echo(room(noise(-60.0), (0.04, -14.0), (0.047, -12.0), (0.09, -20.0)), PLAYED_AT)
    assert echo is not None
    assert echo.delay == pytest.approx(0.04, abs=0.001)


def test_a_room_that_reverberates() -> None:
    draw = np.random.default_rng(3)
    tail = [(0.05 + float(at), -22.0 - float(at) * 120) for at in draw.uniform(0, 0.3, 300)]
    echo = find_echo(room(noise(-65.0), (0.05, -10.0), *tail), PLAYED_AT)
    assert echo is not None
    assert echo.delay == pytest.approx(0.05, abs=0.001)


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_no_echo(seed: int) -> None:
    assert find_echo(to_int16(noise(-30.0, seed=seed)), PLAYED_AT) is None


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(round(SECONDS * HEARING_RATE), dtype=np.float32),
        hum(-20.0),
        hum(-20.0, 1500.0),
        np.where(np.arange(round(SECONDS * HEARING_RATE)) < 25_600, 0, noise(-30.0)),
        np.where(np.arange(round(SECONDS * HEARING_RATE)) < 25_600, 0, hum(-30.0, 900.0)),
    ],
    ids=["zeros", "hum", "whistle", "noise behind a gate", "tone behind a gate"],
)
def test_what_else_sounds_is_no_echo(sound: Sound) -> None:
    assert find_echo(to_int16(sound.astype(np.float32)), PLAYED_AT) is None


def test_a_recording_that_ends_before_the_sweep() -> None:
    assert find_echo(to_int16(noise(-60.0, 1.0)), PLAYED_AT) is None


def test_an_echo_at_full_scale_is_said_to_clip() -> None:
    echo = find_echo(room(noise(-60.0), (0.05, 26.0)), PLAYED_AT)
    assert echo is not None
    assert echo.clipped > 100


def test_the_sweep_is_soft_and_begins_and_ends_softly() -> None:
    found = level(sweep())
    assert found.rms == pytest.approx(SWEEP_DBFS, abs=0.1)
    assert found.peak < -18.0
    assert level(sweep()[:240]).peak < -50
    assert level(sweep()[-240:]).peak < -50


def test_all_at_once() -> None:
    spoken = noise(-60.0)
    spoken[16_000:32_000] += hum(-30.0, seconds=1.0)
    found = measure(room(noise(-60.0), (0.06, -12.0)), PLAYED_AT, to_int16(spoken))
    assert found.noise == pytest.approx(-60.0, abs=1.0)
    assert found.echo is not None
    assert found.speech == pytest.approx(-30.0, abs=0.5)
    assert found.speech_clipped == 0
    assert not found.quiet.zero
