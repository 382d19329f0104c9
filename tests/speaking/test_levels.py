"""Louder and softer without clipping, and fades without clicks."""

from __future__ import annotations

import numpy as np
import pytest

from voice_coach.audio.frames import SPEAKING_RATE, Pcm
from voice_coach.speaking.levels import FADE_SAMPLES, LOUDEST, SOFTEST, faded_out, scaled


def sine(peak: float, seconds: float = 0.5, hz: float = 220.0) -> Pcm:
    time = np.arange(round(seconds * SPEAKING_RATE)) / SPEAKING_RATE
    return np.round(peak * np.sin(2 * np.pi * hz * time)).astype(np.int16)


@pytest.mark.parametrize("gain", [0.2, 0.5, 0.8, 1.5, 2.0])
def test_a_quiet_clip_is_scaled_exactly(gain: float) -> None:
    clip = sine(5000)
    assert np.abs(scaled(clip, gain) - clip * gain).max() <= 0.5


def test_a_gain_of_one_leaves_every_sample_alone() -> None:
    clip = sine(32767)
    assert np.array_equal(scaled(clip, 1.0), clip)


@pytest.mark.parametrize(("asked", "given"), [(0.0, SOFTEST), (-1.0, SOFTEST), (9.0, LOUDEST)])
def test_a_gain_out_of_range_is_moved_into_it(asked: float, given: float) -> None:
    clip = sine(3000)
    assert np.array_equal(scaled(clip, asked), scaled(clip, given))


def test_peaks_are_turned_down_smoothly_rather_than_cut() -> None:
    clip = np.concatenate([sine(4000), sine(32000, 0.02), sine(4000)])
    loud = scaled(clip, 2.0).astype(int)
    assert np.abs(loud).max() <= 0.95 * 32767 + 1
    # Away from the peak the gain is as asked.
    assert (
        np.abs(loud[: SPEAKING_RATE // 4] - 2 * clip[: SPEAKING_RATE // 4].astype(int)).max() <= 1
    )
    # A clipped wave has flat tops: runs of equal samples at the limit.
    top = np.abs(loud) >= np.abs(loud).max() - 1
    assert top.sum() < 10


@pytest.mark.parametrize("size", [0, 1, 119, 120, 121, 1000])
def test_any_length_can_be_scaled(size: int) -> None:
    clip = np.full(size, 30_000, dtype=np.int16)
    loud = scaled(clip, 2.0)
    assert loud.size == size
    assert np.all(loud <= 32767)
    assert np.all(loud >= 0)


@pytest.mark.parametrize("size", [0, 50, 5000])
def test_a_fade_is_at_most_five_milliseconds_and_ends_in_nothing(size: int) -> None:
    tail = faded_out(np.full(size, 10_000, dtype=np.int16), 0.5)
    assert tail.size == min(size, FADE_SAMPLES) <= SPEAKING_RATE * 0.005
    if size:
        assert tail[0] == 5000
    if size > FADE_SAMPLES:
        assert tail[-1] == 0
