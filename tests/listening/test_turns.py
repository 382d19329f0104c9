"""The policies of turns, as tables: so much silence, such words, over or not."""

from __future__ import annotations

import msgspec
import pytest

from voice_coach.conversation.events import Patience, Quiet
from voice_coach.listening.turns import (
    PROFILES,
    ClosedTurn,
    Completeness,
    OpenTurn,
    Profile,
    QuietClock,
)

DEFAULT, PATIENT, STAMMER = (
    PROFILES[Profile.DEFAULT],
    PROFILES[Profile.PATIENT],
    PROFILES[Profile.STAMMER],
)


@pytest.mark.parametrize(
    ("profile", "completeness", "silence"),
    [
        (Profile.DEFAULT, Completeness.URGENT, 0.16),
        (Profile.DEFAULT, Completeness.WHOLE, 0.16),
        (Profile.DEFAULT, Completeness.EXTENDABLE, 0.30),
        (Profile.DEFAULT, Completeness.PARTIAL, 0.9),
        (Profile.DEFAULT, Completeness.TALKING, 1.5),
        (Profile.PATIENT, Completeness.URGENT, 0.16),
        (Profile.PATIENT, Completeness.WHOLE, 1.16),
        (Profile.PATIENT, Completeness.EXTENDABLE, 1.3),
        (Profile.PATIENT, Completeness.PARTIAL, 1.9),
        (Profile.STAMMER, Completeness.URGENT, 0.16),
        (Profile.STAMMER, Completeness.WHOLE, 2.16),
        (Profile.STAMMER, Completeness.PARTIAL, 2.9),
    ],
)
def test_silence_that_ends_a_closed_answer(
    profile: Profile, completeness: Completeness, silence: float
) -> None:
    turn = ClosedTurn(PROFILES[profile])
    assert turn.silence_needed(completeness) == pytest.approx(silence)
    assert turn.over(silence + 0.001, completeness)
    assert not turn.over(silence - 0.02, completeness)


def test_a_shorter_setting_makes_nothing_slower() -> None:
    hasty = msgspec.structs.replace(DEFAULT, closed=0.3)
    assert ClosedTurn(hasty).silence_needed(Completeness.WHOLE) == pytest.approx(0.16)


@pytest.mark.parametrize(
    ("profile", "trailing", "silence"),
    [
        (Profile.DEFAULT, False, 3.5),
        (Profile.DEFAULT, True, 5.5),
        (Profile.PATIENT, False, 5.0),
        (Profile.PATIENT, True, 8.0),
        (Profile.STAMMER, False, 7.0),
        (Profile.STAMMER, True, 11.0),
    ],
)
def test_silence_that_ends_an_open_answer(profile: Profile, trailing: bool, silence: float) -> None:
    turn = OpenTurn(PROFILES[profile])
    assert turn.over(silence, trailing=trailing)
    assert not turn.over(silence - 0.02, trailing=trailing)


def stages(clock: QuietClock, seconds: float) -> list[tuple[float, Quiet]]:
    found = []
    for tick in range(1, round(seconds / 0.02) + 1):
        if (quiet := clock.tick(0.02)) is not None:
            found.append((round(tick * 0.02, 2), quiet))
    return found


@pytest.mark.parametrize(
    ("profile", "patience", "times"),
    [
        (Profile.DEFAULT, Patience.CLOSED, (15, 30, 75)),
        (Profile.DEFAULT, Patience.REFLECTIVE, (15, 30, 75)),
        (Profile.DEFAULT, Patience.MINUTE, (90, 105, 150)),
        (Profile.PATIENT, Patience.CLOSED, (25, 45, 120)),
        (Profile.STAMMER, Patience.MINUTE, (150, 170, 245)),
    ],
)
def test_nothing_said(profile: Profile, patience: Patience, times: tuple[float, ...]) -> None:
    clock = QuietClock(PROFILES[profile])
    clock.restart(patience)
    assert stages(clock, 300) == list(zip(times, Quiet, strict=True))


def test_a_voice_sets_the_clock_back_but_repeats_no_stage() -> None:
    clock = QuietClock(DEFAULT)
    assert stages(clock, 20) == [(15, Quiet.CUE)]
    clock.voice()
    assert stages(clock, 29) == []
    assert stages(clock, 2) == [(1, Quiet.OFFER)]


def test_a_new_question_starts_afresh() -> None:
    clock = QuietClock(DEFAULT)
    stages(clock, 80)
    clock.restart(Patience.CLOSED)
    assert stages(clock, 16) == [(15, Quiet.CUE)]


@pytest.mark.parametrize(
    ("pauses", "silence"),
    [
        pytest.param([], 3.5, id="nothing learnt yet"),
        pytest.param([0.4] * 19, 3.5, id="not sure yet that this is a quick speaker"),
        pytest.param([0.4] * 20, 2.45, id="a quick speaker"),
        pytest.param([0.4] * 30 + [1.5], 3.25, id="quick, with one longer pause"),
        pytest.param([3.0], 5.5, id="one long pause is believed at once"),
        pytest.param([3.4, 3.4], 6.1, id="a slow speaker"),
        pytest.param([3.0] + [0.4] * 40, 2.45, id="long ago is forgotten"),
        pytest.param([9.0], 7.0, id="never longer than twice the setting"),
    ],
)
def test_pauses_are_learnt(pauses: list[float], silence: float) -> None:
    turn = OpenTurn(DEFAULT)
    for pause in pauses:
        turn.paused(pause)
    assert turn.silence_needed(trailing=False) == pytest.approx(silence)
    assert turn.silence_needed(trailing=True) == pytest.approx(silence + 2.0)
