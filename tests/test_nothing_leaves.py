"""Whole sessions, watched from outside: no internet socket, no trace of what was said."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace and unshare are Linux's")

PYTHON = (sys.executable, "-P", "-m", "voice_coach")

CANARY = "marmalade"
"""A word that no script has and nobody says otherwise."""
ANSWERS = f"""\
seven
no
short
i wanted a quiet {CANARY} evening
that we cook the {CANARY} together
i can ask about the {CANARY}
when we come home
seven
yes
if we come home then i will ask about the {CANARY}
if we come home then i will ask about the {CANARY}
four
goodbye
"""


class Home:
    """A person's folders, all of them new, and what is started in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self.runtime = folder / "run"
        for one in (self.temporary, self.runtime):
            one.mkdir()
            one.chmod(0o700)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(__file__).parents[1] / "src"),
        }

    def run(self, *command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            timeout=400,
            check=False,
        )

    def files(self) -> Iterator[Path]:
        return (path for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def tool(name: str, *trial: str) -> str | None:
    """Where the tool is; None where it is missing or may not be used, as in some containers."""
    path = shutil.which(name)
    if path is None:
        return None
    tried = subprocess.run([path, *trial], capture_output=True, check=False)
    return path if tried.returncode == 0 else None


UNSHARE = tool("unshare", "-n", "true")
STRACE = tool("strace", "-f", "-o", "/dev/null", "true")
needs_unshare = pytest.mark.skipif(UNSHARE is None, reason="no unshare that may be used here")
needs_strace = pytest.mark.skipif(STRACE is None, reason="no strace that may be used here")


def watched(trace: Path) -> tuple[str, ...]:
    """Before a command: without a network, and with its calls for sockets written down.

    Not with strace's --seccomp-bpf, which is quicker and does not see what a filter refuses.
    """
    alone = (UNSHARE, "-n") if UNSHARE else ()
    calls = "trace=socket,connect,bind,sendto,sendmsg"
    traced = (STRACE, "-f", "-qq", "-e", calls, "-o", str(trace)) if STRACE else ()
    return (*alone, *traced)


def internet_calls(trace: Path) -> list[str]:
    """The lines of a trace in which the internet was asked for, refused or not."""
    lines = trace.read_text(errors="replace").splitlines()
    return [line for line in lines if re.search(r"AF_INET6?\b|AF_PACKET", line)]


@needs_strace
def test_an_internet_socket_would_be_counted(home: Home) -> None:
    """Without this the count of zero would prove nothing. The asking is done by a child."""
    trace = home.folder / "trace"
    ask = "import socket\ntry: socket.socket()\nexcept OSError: pass"
    call = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ask!r}], check=True)"
    home.run(*watched(trace), sys.executable, "-c", call)
    assert len(internet_calls(trace)) == 1


@dataclass(frozen=True, slots=True)
class Demo:
    """A whole demo, and what was seen of it."""

    done: subprocess.CompletedProcess[str]
    trace: Path
    out: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Once for all that look at it: it takes a while."""
    home = Home(tmp_path_factory.mktemp("demo"))
    trace, out = home.folder / "trace", home.folder / "out"
    return Demo(home.run(*watched(trace), *PYTHON, "demo", "--out", out), trace, out)


@needs_strace
def test_a_demo_asks_for_no_internet_socket(demo: Demo) -> None:
    assert demo.done.returncode == 0, demo.done.stderr
    assert demo.trace.exists()
    assert internet_calls(demo.trace) == []


@needs_unshare
def test_a_demo_needs_no_network(demo: Demo) -> None:
    assert demo.done.returncode == 0, demo.done.stderr
    assert list(demo.out.iterdir())


class Watcher:
    """Looks at the arguments of every process, and at the folders for passing things, while a
    session runs."""

    def __init__(self, home: Home) -> None:
        self.seen: list[str] = []
        self.looks = 0
        self._home = home
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            self.looks += 1
            for process in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "comm", "environ"):
                    self._look_into(process / name)
            for folder in (self._home.temporary, self._home.runtime):
                for path in folder.rglob("*"):
                    self._look_into(path)

    def _look_into(self, path: Path) -> None:
        try:
            if CANARY in str(path) or CANARY.encode() in path.read_bytes():
                self.seen.append(str(path))
        except OSError:
            pass  # it is gone, or a folder, or somebody else's


def test_what_was_said_is_nowhere_but_where_it_was_asked_for(home: Home) -> None:
    """The coach says the person's own words back through the voice's process: they pass by."""
    asked_for = home.folder / "session.wav"
    with Watcher(home) as watcher:
        done = home.run(
            *PYTHON,
            *("practice", "focus", "--typed", "--loudspeaker", asked_for),
            stdin=ANSWERS,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(CANARY) > 3
    assert asked_for.stat().st_size > 100_000
    assert watcher.looks > 10
    assert watcher.seen == []
    assert CANARY not in done.stderr
    left = [path for path in home.files() if CANARY.encode() in path.read_bytes()]
    assert left == []
    assert list(home.temporary.iterdir()) == []
    assert list(home.runtime.iterdir()) == []
