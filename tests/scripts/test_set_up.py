"""Set-up in a checkout of its own, with an installer that only pretends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

# Real processes and threads, on a machine that may be busy: what fails is tried again.
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the pretended uv is a script"),
    pytest.mark.flaky(reruns=2, reruns_delay=1),
]

UV = """#!{python}
import os, sys, time
from pathlib import Path

here = Path(__file__).parent
with (here / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:3]) + "\\n")
if sys.argv[1] == "venv":
    python = Path(sys.argv[-1]) / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\\nPYTHONPATH={source} exec {python} \\"$@\\"\\n")
    python.chmod(0o755)
if sys.argv[1] == "pip":
    assert sys.stdin.read() == ""
    while (here / "slow").exists():
        (here / "waiting").touch()
        time.sleep(0.02)
    if (here / "broken").exists():
        print("no way to the index")
        sys.exit(1)
"""

COACH = """
import json, sys
print(json.dumps({"arguments": sys.argv[1:], "stdin": sys.stdin.read(), "path": sys.path[0]}))
"""


class Checkout:
    """A copy of the scripts beside a program that tells how it was called."""

    def __init__(self, root: Path, tools: Path) -> None:
        self.root = root
        self.tools = tools
        self.environment = {"PATH": str(tools), "HOME": str(root.parent)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, self.root / "scripts" / "coach", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
            text=True,
        )

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(stdin, timeout=60)
        return process.returncode, out, err

    def calls(self) -> list[str]:
        """What uv was asked for since the last time."""
        file = self.tools / "calls"
        if not file.exists():
            return []
        calls = file.read_text().splitlines()
        file.unlink()
        return [call for call in calls if not call.startswith("--version")]

    def wait_for_installer(self) -> None:
        until = time.monotonic() + 30
        while not (self.tools / "waiting").exists():
            assert time.monotonic() < until
            time.sleep(0.02)


def executable(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    root, tools = tmp_path / "voice coach", tmp_path / "tools"
    tools.mkdir()
    (root / "scripts").mkdir(parents=True)
    for name in ("coach", "set_up.py", "system_packages.py"):
        shutil.copy(PROJECT / "scripts" / name, root / "scripts")
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(PROJECT / name, root)
    source = tmp_path / "source"
    (source / "voice_coach").mkdir(parents=True)
    (source / "voice_coach" / "__init__.py").touch()
    (source / "voice_coach" / "__main__.py").write_text(COACH)
    executable(tools / "uv", UV.format(python=sys.executable, source=source))
    yield Checkout(root, tools)
    (tools / "slow").unlink(missing_ok=True)


FROM_SCRATCH = ["venv --python", "pip install"]
PACKAGES_ALONE = ["pip install"]


def test_the_first_start_sets_up_and_runs(checkout: Checkout) -> None:
    code, out, err = checkout.run("practice", "focus", "--typed", stdin="about a seven\n")
    assert code == 0, err
    said = json.loads(out)
    assert said["arguments"] == ["practice", "focus", "--typed"]
    assert said["stdin"] == "about a seven\n"
    assert said["path"] != str(Path.cwd())
    assert "Setting up Voice Coach" in err
    assert checkout.calls() == FROM_SCRATCH


def test_a_second_start_asks_no_installer_and_is_quick(checkout: Checkout) -> None:
    checkout.run()
    checkout.calls()
    started = time.monotonic()
    code, _, err = checkout.run()
    assert time.monotonic() - started < 1.0
    assert (code, err) == (0, "")
    assert checkout.calls() == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_dependencies_are_installed(checkout: Checkout, name: str) -> None:
    checkout.run()
    checkout.calls()
    with (checkout.root / name).open("a") as file:
        file.write("\n# changed\n")
    assert checkout.run()[0] == 0
    assert checkout.calls() == PACKAGES_ALONE


def test_a_checkout_that_was_moved_is_set_up_again(checkout: Checkout) -> None:
    checkout.run()
    checkout.calls()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert checkout.run()[0] == 0
    assert checkout.calls() == PACKAGES_ALONE


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.run()
    checkout.calls()
    python = checkout.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert checkout.run()[0] == 0
    assert checkout.calls() == FROM_SCRATCH


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_set_up_is_done_again_from_scratch(
    checkout: Checkout, number: signal.Signals
) -> None:
    (checkout.tools / "slow").touch()
    first = checkout.start()
    checkout.wait_for_installer()
    first.send_signal(number)
    _, err = first.communicate(timeout=30)
    assert first.returncode != 0
    assert "Traceback" not in err
    (checkout.tools / "slow").unlink()
    checkout.calls()

    code, out, err = checkout.run("doctor")
    assert code == 0, err
    assert json.loads(out)["arguments"] == ["doctor"]
    assert checkout.calls() == FROM_SCRATCH


def test_two_starts_at_once_set_up_once(checkout: Checkout) -> None:
    (checkout.tools / "slow").touch()
    first = checkout.start("one")
    checkout.wait_for_installer()
    second = checkout.start("two")
    time.sleep(0.3)
    assert second.poll() is None
    (checkout.tools / "slow").unlink()
    for process, argument in ((first, "one"), (second, "two")):
        out, err = process.communicate("", timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["arguments"] == [argument]
    assert checkout.calls() == FROM_SCRATCH


def test_an_installer_that_fails_is_quoted_and_pip_is_tried(checkout: Checkout) -> None:
    (checkout.tools / "broken").touch()
    checkout.environment["PIP_NO_INDEX"] = "1"
    code, out, err = checkout.run()
    assert code != 0
    assert out == ""
    assert "    no way to the index" in err
    assert "trying with pip" in err
    assert "pip's own words are above" in err
    assert "Traceback" not in err
    (checkout.tools / "broken").unlink()
    checkout.calls()
    assert checkout.run()[0] == 0
    assert checkout.calls() == FROM_SCRATCH


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_checkout_that_cannot_be_written_says_so(checkout: Checkout) -> None:
    checkout.root.chmod(0o500)
    try:
        code, _, err = checkout.run()
    finally:
        checkout.root.chmod(0o700)
    assert code != 0
    assert "Traceback" not in err
