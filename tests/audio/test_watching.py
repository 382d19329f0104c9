"""The child process that tells of devices, and what is made of its lines."""

from __future__ import annotations

import queue
import subprocess
import sys
import time
from collections.abc import Sequence

import msgspec
import pytest

from voice_coach.audio import listing, watching
from voice_coach.audio.listing import SoundDevice
from voice_coach.audio.watching import Watch, watch

DEVICE = SoundDevice("Headset", "Core Audio", 1, 2, 48_000.0, True, True)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_each_line_is_followed_and_the_start_as_well() -> None:
    seen: queue.Queue[list[bytes]] = queue.Queue()

    def look(lines: Sequence[bytes]) -> list[SoundDevice]:
        seen.put(list(lines))
        return [DEVICE]

    followed: queue.Queue[Sequence[SoundDevice]] = queue.Queue()
    code = (
        "import os, time; os.write(1, b'on'); time.sleep(0.2); os.write(1, b'e\\n'); time.sleep(60)"
    )
    watching_it = Watch(python(code), look, followed.put)
    assert seen.get(timeout=10) == []
    assert seen.get(timeout=10) == [b"one"]
    assert followed.get(timeout=10) == [DEVICE]
    watching_it.close()


def test_a_watcher_that_ends_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_AGAIN_SECONDS", 0.05)
    seen: queue.Queue[list[bytes]] = queue.Queue()

    def look(lines: Sequence[bytes]) -> None:
        if lines:
            seen.put(list(lines))

    watching_it = Watch(python("print('here')"), look, lambda _: pytest.fail("nothing to follow"))
    for _ in range(2):
        assert seen.get(timeout=10) == [b"here"]
    watching_it.close()


def test_the_child_ends_with_the_session() -> None:
    started: queue.Queue[None] = queue.Queue()
    watching_it = Watch(
        python("import time; time.sleep(60)"), lambda _: started.put(None), lambda _: None
    )
    started.get(timeout=10)
    child = watching_it._child
    assert child is not None
    watching_it.close()
    child.wait(timeout=5)


def test_a_program_that_is_not_there_is_not_watched() -> None:
    Watch(["/nowhere/pactl"], lambda _: None, lambda _: None).close()


@pytest.mark.parametrize(
    ("lines", "looks"),
    [
        ([], True),
        ([b"Event 'new' on sink #3"], True),
        ([b"Event 'remove' on source #3"], True),
        ([b"Event 'change' on server #-1"], True),
        ([b"Event 'new' on client #8", b"Event 'change' on sink-input #3"], False),
        ([b"Event 'new' on source-output #8"], False),
    ],
)
def test_only_what_concerns_devices_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, lines: list[bytes], looks: bool
) -> None:
    monkeypatch.setattr(watching, "_SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(listing, "server_list", lambda: (DEVICE,))
    assert watching._look_at_server(lines) == ((DEVICE,) if looks else None)


def test_the_last_list_counts() -> None:
    lines = [msgspec.json.encode((DEVICE, DEVICE)), msgspec.json.encode((DEVICE,))]
    assert watching._look_at_list(lines) == (DEVICE,)
    assert watching._look_at_list([]) is None


@pytest.mark.parametrize(
    ("platform", "served", "command"),
    [
        ("linux", (DEVICE,), ["pactl", "subscribe"]),
        ("linux", None, None),
        ("darwin", None, [sys.executable, "-m", "voice_coach.audio.watching"]),
        ("win32", None, [sys.executable, "-m", "voice_coach.audio.watching"]),
    ],
)
def test_what_is_watched_where(
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    served: tuple[SoundDevice, ...] | None,
    command: list[str] | None,
) -> None:
    commands: list[object] = []

    class Started:
        def __init__(self, command: object, *_: object) -> None:
            commands.append(command)

    monkeypatch.setattr(watching, "Watch", Started)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(listing, "server_list", lambda: served)
    watch({"microphone": "", "loudspeaker": ""})
    assert commands == ([command] if command else [])


def test_the_looking_child_ends_when_its_parent_is_gone() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "voice_coach.audio.watching"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    msgspec.json.decode(child.stdout.readline(), type=tuple[SoundDevice, ...])
    time.sleep(0.1)
    child.stdin.close()
    assert child.wait(timeout=10) == 0
    child.stdout.close()
