"""The tones: short, soft, and told apart by ear."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from voice_coach.audio.frames import SPEAKING_RATE, Pcm
from voice_coach.conversation.events import Tone
from voice_coach.speaking.tones import tone

SPEECH_RMS = 3500
"""espeak-ng at its default amplitude, measured over six prompts with four voices."""


def pitch(pcm: Pcm) -> float:
    """Hz, of the strongest partial."""
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(pcm.size), 1 << 16))
    return float(np.argmax(spectrum)) * SPEAKING_RATE / (1 << 16)


@pytest.mark.parametrize("which", Tone)
class TestEveryTone:
    def test_is_mono_16_bit_and_short(self, which: Tone) -> None:
        pcm = tone(which)
        assert pcm.dtype == np.int16
        assert pcm.ndim == 1
        assert 0.1 < pcm.size / SPEAKING_RATE < 1.5

    def test_is_softer_than_speech(self, which: Tone) -> None:
        rms = np.sqrt(np.mean(tone(which).astype(float) ** 2))
        assert SPEECH_RMS / 10 < rms < SPEECH_RMS / 2

    def test_begins_and_ends_without_a_click(self, which: Tone) -> None:
        pcm = tone(which)
        assert abs(int(pcm[0])) < 20
        assert abs(int(pcm[-1])) < 20
        assert np.abs(np.diff(pcm.astype(int))).max() < 1000

    def test_cannot_be_spoilt_by_whoever_plays_it(self, which: Tone) -> None:
        with pytest.raises(ValueError, match="read-only"):
            tone(which)[0] = 1


def test_no_two_are_alike() -> None:
    for one, other in itertools.combinations(Tone, 2):
        assert not np.array_equal(tone(one), tone(other))


def test_in_rises_and_out_falls() -> None:
    for which, rises in ((Tone.IN, True), (Tone.OUT, False)):
        pcm = tone(which)
        early, late = pitch(pcm[: pcm.size // 3]), pitch(pcm[-pcm.size // 3 :])
        assert (late > early * 1.1) is rises
