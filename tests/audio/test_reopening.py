"""Lost devices are opened again behind the loop's back."""

from __future__ import annotations

import threading
import time

from voice_coach.audio import reopening
from voice_coach.audio.reopening import Reopening


def asked_until_found(reopen: Reopening[str, int], device: str) -> int:
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        found = reopen(device)
        if found is not None:
            return found
        time.sleep(0.005)
    raise AssertionError(f"{device} was never found")


def test_an_attempt_that_hangs_makes_nobody_wait() -> None:
    thaw = threading.Event()

    def hangs(_: str) -> int:
        thaw.wait(10.0)
        return 7

    reopen = Reopening(hangs)
    started = time.monotonic()
    assert [reopen("microphone") for _ in range(100)] == [None] * 100
    assert time.monotonic() - started < 1.0
    thaw.set()
    assert asked_until_found(reopen, "microphone") == 7


def test_a_failure_is_tried_again_and_errors_too() -> None:
    attempts = []

    def fails_at_first(device: str) -> int | None:
        attempts.append(device)
        return 3 if len(attempts) == 3 else None

    reopening_now = Reopening(fails_at_first)
    assert asked_until_found(reopening_now, "loudspeaker") == 3
    assert len(attempts) == 3


def test_what_was_found_is_given_once() -> None:
    reopen: Reopening[str, int] = Reopening(len)
    assert asked_until_found(reopen, "abc") == 3
    assert reopen("abc") is None
    assert asked_until_found(reopen, "abc") == 3


def test_one_device_is_opened_at_a_time() -> None:
    inside, most = [], []

    def slow(device: str) -> int:
        inside.append(device)
        most.append(len(inside))
        time.sleep(0.05)
        inside.remove(device)
        return 1

    reopen = Reopening(slow)
    reopen("microphone")
    reopen("loudspeaker")
    asked_until_found(reopen, "microphone")
    asked_until_found(reopen, "loudspeaker")
    assert max(most) == 1


def test_attempts_are_half_a_second_apart() -> None:
    at = []

    def never(_: str) -> None:
        at.append(time.monotonic())

    reopen: Reopening[str, int] = Reopening(never)
    until = time.monotonic() + 1.3
    while time.monotonic() < until:
        reopen("x")
        time.sleep(0.01)
    assert 2 <= len(at) <= 3
    assert at[1] - at[0] >= reopening.RETRY_SECONDS
