"""Voice and silence."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, Pcm
from voice_coach.listening.activity import SileroActivity, VoiceGate, loudness


def tone(decibels: float) -> Pcm:
    level = np.sqrt(2) * 10 ** (decibels / 20)
    phase = 2 * np.pi * 200 * np.arange(HEARING_SAMPLES) / HEARING_RATE
    pcm: Pcm = np.rint(level * np.sin(phase)).astype(np.int16)
    return pcm


def likelihoods(activity: SileroActivity, pcm: Pcm) -> list[float]:
    return [
        activity.hear(pcm[at : at + HEARING_SAMPLES])
        for at in range(0, len(pcm) - HEARING_SAMPLES + 1, HEARING_SAMPLES)
    ]


def test_speech_is_a_voice_and_the_silence_around_it_is_not(spoken: dict[str, Pcm]) -> None:
    clip = spoken["i was angry and then i left the house"]
    found = likelihoods(SileroActivity(), clip)
    half_a_second = 25
    assert max(found[:half_a_second]) == 0.0
    assert np.median(found[half_a_second + 5 : -half_a_second]) > 0.9
    assert max(found[-half_a_second + 8 :]) < 0.3


def test_noise_is_no_voice() -> None:
    noise = np.random.default_rng(1).normal(0, 800, HEARING_RATE * 3).astype(np.int16)
    assert max(likelihoods(SileroActivity(), noise)) < 0.5


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_the_network_computes_in_one_thread() -> None:
    """In four it takes ten times the processor time: they wait for each other."""
    count = (
        "import os, numpy as np\n"
        "from voice_coach.listening.activity import SileroActivity\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "SileroActivity().hear(np.full(512, 3000, np.int16))\n"
        "print(len(os.listdir('/proc/self/task')) - before)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "OMP_THREAD_LIMIT"}
    more = subprocess.run(
        [sys.executable, "-c", count], env=environment, capture_output=True, text=True, check=True
    )
    assert more.stdout.strip() == "0"


def test_the_network_is_not_bothered_with_digital_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    activity = SileroActivity()
    monkeypatch.setattr(activity, "_detector", None)
    monkeypatch.setattr(activity, "_chunk", 512)
    assert likelihoods(activity, np.zeros(HEARING_RATE * 5, dtype=np.int16)) == [0.0] * 250


def test_it_judges_the_same_again_after_a_reset(spoken: dict[str, Pcm]) -> None:
    activity = SileroActivity()
    pcm = spoken["stop"]
    first = likelihoods(activity, pcm)
    activity.reset()
    assert likelihoods(activity, pcm) == first


@pytest.mark.parametrize("decibels", [10, 30, 60])
def test_loudness_is_in_decibels(decibels: float) -> None:
    assert loudness(tone(decibels)) == pytest.approx(decibels, abs=0.6)


def test_digital_silence_has_no_loudness() -> None:
    assert loudness(np.zeros(HEARING_SAMPLES, dtype=np.int16)) == 0.0


@pytest.mark.parametrize(
    ("room", "levels", "likely", "sounding"),
    [
        pytest.param(20, [60, 60, 60], [0.9, 0.9, 0.9], [1, 1, 1], id="a voice"),
        pytest.param(20, [60, 60, 60], [0.1, 0.4, 0.6], [0, 0, 1], id="grows likely"),
        pytest.param(20, [60, 60, 60], [0.6, 0.4, 0.3], [1, 1, 0], id="fades with hysteresis"),
        pytest.param(20, [60, 21, 20], [0.9, 0.9, 0.9], [1, 0, 0], id="over before it is noticed"),
        pytest.param(0, [70, 30, 0], [0.9, 0.9, 0.9], [1, 0, 0], id="reverberation in a booth"),
        pytest.param(55, [62, 60, 55], [0.9, 0.9, 0.9], [1, 1, 0], id="a voice in a noisy room"),
        pytest.param(20, [60, 60, 60], [0.1, 0.1, 0.1], [0, 0, 0], id="loud but no voice"),
    ],
)
def test_gate(room: float, levels: list[float], likely: list[float], sounding: list[int]) -> None:
    gate = VoiceGate()
    for _ in range(150):
        assert not gate.hear(tone(room), 0.0)
    found = [gate.hear(tone(level), one) for level, one in zip(levels, likely, strict=True)]
    assert found == [bool(one) for one in sounding]
