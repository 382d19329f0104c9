"""A person is told from what is left of the coach's own voice; speech from knocks and coughs."""

from __future__ import annotations

import numpy as np
import pytest

from voice_coach.audio.frames import HEARING_SAMPLES, Frame, Pcm
from voice_coach.listening.barge_in import BargeInHints, BargeInTurn, Verdict


def pcm(decibels: float, index: int) -> Pcm:
    """A frame of noise, so loud (90 is full scale)."""
    chance = np.random.default_rng(index)
    return np.round(chance.normal(0.0, 10 ** (decibels / 20), HEARING_SAMPLES)).astype(np.int16)


class Scene:
    """The coach speaks: what is left of it is 40 dB loud for listening, 22 dB as residue."""

    def __init__(self, seconds: float = 3.0) -> None:
        self.hints = BargeInHints()
        self.index = 0
        assert self.run(40.0, 22.0, round(seconds * 50)) == []

    def run(self, level: float, residue: float, frames: int) -> list[int]:
        """So many frames; after how many of them there were hints."""
        found = []
        for number in range(1, frames + 1):
            self.index += 1
            frame = Frame(self.index, pcm(level, self.index), pcm(residue, self.index + 1))
            if self.hints.hear(frame):
                found.append(number)
        return found


@pytest.mark.parametrize(
    ("level", "residue", "hint"),
    [
        (55.0, 45.0, 2),  # near: both are clear
        (44.0, 45.0, 2),
        (55.0, 22.0, 3),  # the canceller cut the person away, but they are loud
        (40.5, 30.0, None),  # a little echo more than usual
        (30.0, 45.0, None),  # the residue alone says nothing
    ],
)
def test_a_hint(level: float, residue: float, hint: int | None) -> None:
    found = Scene().run(level, residue, 5)
    assert found[:1] == ([] if hint is None else [hint])


def test_one_frame_is_a_click() -> None:
    assert Scene().run(70.0, 60.0, 1) == []


def test_the_first_second_tells_nothing() -> None:
    scene = Scene(seconds=0.5)
    assert scene.run(70.0, 60.0, 5) == []


def test_after_a_false_hint_more_is_needed_and_that_fades() -> None:
    scene = Scene()
    assert scene.run(44.0, 38.5, 2) == [2]
    scene.hints.was_false()
    scene.hints.was_false()
    assert scene.run(44.0, 38.5, 2) == []
    assert scene.run(40.0, 22.0, 50 * 30) == []
    assert scene.run(44.0, 38.5, 2) == [2]


def test_without_a_canceller_every_frame_may_be_the_person() -> None:
    assert BargeInHints().near(Frame(0, pcm(30.0, 1)))


@pytest.mark.parametrize(
    ("voiced", "silence", "sounded", "verdict"),
    [
        (0.02, 0.0, 0.02, Verdict.OPEN),
        (0.38, 0.3, 0.9, Verdict.OPEN),
        (0.4, 0.0, 0.4, Verdict.SPEECH),
        (0.1, 0.5, 0.8, Verdict.NOTHING),
        (1.0, 0.5, 1.6, Verdict.SPEECH),
        (0.1, 0.0, 2.0, Verdict.NOTHING),  # the vacuum cleaner
    ],
)
def test_what_follows_a_hint(
    voiced: float, silence: float, sounded: float, verdict: Verdict
) -> None:
    assert BargeInTurn().judge(voiced, silence, sounded) is verdict
