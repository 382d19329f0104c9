"""What is told of devices that come and go, and when."""

from __future__ import annotations

import pytest

from voice_coach.audio.absences import Absences

Step = tuple[float, str]
"""Seconds, and what happens then: found, or the reason of a loss."""


def told(steps: list[Step], until: float) -> list[tuple[float, str]]:
    """What is told when, of one device, asked every 0.1 seconds."""
    absences: Absences[str] = Absences()
    tellings = []
    for tick in range(round(until * 10)):
        at = tick / 10
        for when, what in steps:
            if round(when * 10) == tick:
                absences.found("it", at) if what == "found" else absences.lost("it", what, at)
        for one in list(absences.due(at)):
            tellings.append((at, "back" if one.present else one.reason))
    return tellings


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(1, "gone")], [(1, "gone")]),
        ([(1, "frozen"), (2, "found")], [(1, "frozen"), (3.0, "back")]),
        ([(1, "changed"), (1.6, "found")], []),
        ([(1, "changed")], [(3, "gone")]),
        ([(1, "changed"), (4, "found")], [(3, "gone"), (5.0, "back")]),
        # Twice a second it comes and goes.
        (
            [(at / 10, what) for at in range(10, 50, 4) for what in ("gone",)]
            + [(at / 10, "found") for at in range(12, 52, 4)],
            [(1, "gone"), (5.8, "back")],
        ),
        (
            [(1, "gone"), (2, "found"), (3.5, "gone"), (4, "found")],
            [(1, "gone"), (3.0, "back"), (3.5, "gone"), (5.0, "back")],
        ),
    ],
    ids=["gone", "back", "changed", "changed to none", "changed late", "flapping", "twice"],
)
def test_what_is_told(steps: list[Step], expected: list[tuple[float, str]]) -> None:
    assert told(steps, 6.0) == expected


def test_two_devices_are_kept_apart() -> None:
    absences: Absences[int] = Absences()
    absences.lost(1, "gone", 0.0)
    assert absences.missing == (1,)
    assert [one.device for one in absences.due(0.0)] == [1]
    absences.lost(2, "gone", 1.0)
    assert [one.device for one in absences.due(1.0)] == [2]
    absences.found(1, 1.0)
    assert absences.missing == (2,)
    assert [(one.device, one.present) for one in absences.due(2.0)] == [(1, True)]
