"""The level meter: figures, words, and both ways to show them."""

from __future__ import annotations

import io

import numpy as np
import pytest

from voice_coach.audio.frames import HEARING_SAMPLES, Frame, Pcm
from voice_coach.screen.meter import FLOOR, Meter, run


def sound(peak: int) -> Pcm:
    """A frame of a square wave."""
    return np.tile(np.array([peak, -peak], dtype=np.int16), HEARING_SAMPLES // 2)


def fed(*peaks: int, frames: int = 60) -> Meter:
    meter = Meter()
    for peak in peaks:
        for _ in range(frames):
            meter.take(sound(peak))
    return meter


@pytest.mark.parametrize(
    ("peak", "word"),
    [
        (0, "nothing but zeros: muted, or not permitted"),
        (30, "quiet"),
        (300, "soft"),
        (3000, "good for speech"),
        (20_000, "loud"),
        (32_767, "clipping: turn the microphone down"),
    ],
)
def test_words(peak: int, word: str) -> None:
    assert fed(peak).word == word


def test_levels_fall_slowly_and_peaks_are_held() -> None:
    meter = fed(16_384)
    meter.take(sound(16))
    assert -8 < meter.rms < -6
    assert meter.peak == pytest.approx(-6.0, abs=0.1)
    for _ in range(40):
        meter.take(sound(16))
    assert meter.rms < -20
    assert meter.peak == pytest.approx(-6.0, abs=0.1)
    for _ in range(40):
        meter.take(sound(16))
    assert meter.peak < -60


def test_clipping_is_counted_and_its_word_goes_away() -> None:
    meter = fed(32_767, 3000, frames=1)
    assert meter.clipped == HEARING_SAMPLES
    assert "clipping" in meter.word
    for _ in range(80):
        meter.take(sound(3000))
    assert meter.word == "good for speech"
    assert meter.clipped == HEARING_SAMPLES


def test_a_moment_of_zeros_is_no_mute() -> None:
    assert "zeros" not in fed(0, frames=40).word


def test_the_bar_is_as_wide_as_it_may_be() -> None:
    assert Meter().bar(20) == "·" * 20
    assert fed(32_767).bar(20) == "█" * 20
    meter = fed(16_384)
    for _ in range(20):
        meter.take(sound(1))
    assert "│" in meter.bar(20)
    assert len(meter.bar(20)) == 20
    assert FLOOR < meter.rms < meter.peak


class FakeMicrophone:
    live = True
    muted = False

    def __init__(self, frames: int) -> None:
        self.frames = frames

    def read(self) -> Frame | None:
        self.frames -= 1
        return Frame(0, sound(3000)) if self.frames >= 0 else None

    def close(self) -> None:
        """Nothing."""


def test_without_a_terminal_it_is_a_line_a_second() -> None:
    out = io.StringIO()
    run(FakeMicrophone(1000), out, 3.0)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert set(lines) == {" -20.8 dBFS   peak  -20.8 dBFS   good for speech"}


def test_it_ends_where_the_microphone_ends() -> None:
    out = io.StringIO()
    run(FakeMicrophone(60), out, None)
    assert len(out.getvalue().splitlines()) == 1


def test_on_a_terminal_it_moves_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdin", None)
    out = io.StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]
    run(FakeMicrophone(1000), out, 0.5)
    assert "█" in out.getvalue()
    assert "-20.8 dBFS" in out.getvalue()
    assert out.getvalue().count("\x1b[1A") > 2, "it goes back up over what it drew"
