"""What is kept of the safety plan: encrypted, whole or not at all, and never lost to a fault."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import astuple
from pathlib import Path

import pytest

from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.plan_store import (
    MAGIC,
    PlanError,
    PlanKeeper,
    PlanStore,
    WrongPassphrase,
)

PLAN = SafetyPlan("i stop eating", "a long walk", "my sister", "the library", "he keeps it")
PARTS = (("signs", "i stop eating"), ("helps", "a long walk"))
PASS = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(tmp_path / "data" / "safety-plan")


def keeper(store: PlanStore, chosen: str | None = None) -> PlanKeeper:
    return PlanKeeper(store, lambda: chosen)


def test_what_was_kept_comes_back(store: PlanStore) -> None:
    assert not store.exists
    store.save(PLAN, PASS)
    assert store.load(PASS) == PLAN


def test_no_word_of_it_is_on_the_disk(store: PlanStore) -> None:
    store.save(PLAN, PASS)
    files = [file for file in store.path.parent.parent.rglob("*") if file.is_file()]
    assert files == [store.path]
    data = store.path.read_bytes().lower()
    for text in (*astuple(PLAN), PASS):
        assert all(word.encode() not in data for word in text.split() if len(word) > 3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_may_read_the_file(store: PlanStore) -> None:
    store.save(PLAN, PASS)
    assert store.path.stat().st_mode & 0o077 == 0


def test_the_same_plan_looks_different_each_time(store: PlanStore) -> None:
    store.save(PLAN, PASS)
    first = store.path.read_bytes()
    store.save(PLAN, PASS)
    assert store.path.read_bytes()[len(MAGIC) :] != first[len(MAGIC) :]


def test_another_passphrase_does_not_open_it(store: PlanStore) -> None:
    store.save(PLAN, PASS)
    with pytest.raises(WrongPassphrase, match="passphrase"):
        store.load(PASS + "s")


@pytest.mark.parametrize("at", [0, len(MAGIC), len(MAGIC) + 20, -1])
def test_a_changed_byte_is_noticed(store: PlanStore, at: int) -> None:
    store.save(PLAN, PASS)
    data = bytearray(store.path.read_bytes())
    data[at] ^= 1
    store.path.write_bytes(data)
    with pytest.raises(PlanError):
        store.load(PASS)


@pytest.mark.parametrize("size", [0, 5, len(MAGIC) + 10, len(MAGIC) + 28, len(MAGIC) + 40])
def test_a_file_that_is_cut_short_gets_a_clear_error(store: PlanStore, size: int) -> None:
    store.save(PLAN, PASS)
    store.path.write_bytes(store.path.read_bytes()[:size])
    with pytest.raises(PlanError, match="plan"):
        store.load(PASS)


def test_a_full_disk_leaves_the_old_plan(store: PlanStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(PLAN, PASS)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlanError, match="unchanged"):
        store.save(SafetyPlan(who="nobody"), PASS)
    monkeypatch.undo()
    assert store.load(PASS) == PLAN
    assert list(store.path.parent.iterdir()) == [store.path]


KILLED = """
import sys
from pathlib import Path
from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.plan_store import PlanStore
store = PlanStore(Path(sys.argv[1]))
while True:
    store.save(SafetyPlan(who="my sister"), "correct horse battery")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.11, 0.17])
def test_killed_at_any_moment_a_whole_plan_is_there(store: PlanStore, delay: float) -> None:
    store.save(PLAN, PASS)
    before = store.path.stat().st_mtime_ns
    with subprocess.Popen([sys.executable, "-c", KILLED, str(store.path)]) as writer:
        until = time.monotonic() + 30
        while store.path.stat().st_mtime_ns == before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
    assert store.load(PASS) == SafetyPlan(who="my sister")


def test_with_a_passphrase_it_is_kept_at_once(store: PlanStore) -> None:
    keeping = keeper(store)
    keeping.passphrase = PASS
    keeping.keep(PARTS)
    assert store.load(PASS).helps == "a long walk"
    assert not keeping.finish()


def test_without_one_it_is_kept_after_the_session(store: PlanStore) -> None:
    keeping = keeper(store, PASS)
    keeping.keep(PARTS)
    assert not store.exists
    assert keeping.finish()
    assert store.load(PASS).signs == "i stop eating"


def test_who_chooses_no_passphrase_keeps_nothing(store: PlanStore) -> None:
    keeping = keeper(store, None)
    keeping.keep(PARTS)
    assert not keeping.finish()
    assert not store.exists


def test_unasked_nothing_is_written(store: PlanStore) -> None:
    assert not keeper(store, PASS).finish()
    assert not store.exists


def test_a_plan_that_was_not_opened_is_set_aside_not_lost(store: PlanStore) -> None:
    store.save(PLAN, PASS)
    keeping = keeper(store, "another passphrase")
    keeping.keep(PARTS)
    assert keeping.finish()
    assert store.load("another passphrase").helps == "a long walk"
    assert PlanStore(store.aside).load(PASS) == PLAN
    store.delete()
    assert list(store.path.parent.iterdir()) == []


def test_an_opened_plan_is_at_hand_and_changed_in_place(store: PlanStore) -> None:
    store.save(PLAN, PASS)
    keeping = keeper(store)
    keeping.open(PASS)
    assert keeping.plan == PLAN
    keeping.keep(PARTS)
    assert store.load(PASS) == SafetyPlan(**dict(PARTS))
