"""What is asked of each system's package manager, and when it is not asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import system_packages
from system_packages import LIBRARIES, MANAGERS, Package, command_line, commands, provide

APT, DNF, PACMAN, ZYPPER, BREW = MANAGERS


class System:
    """A system with these programs, that notes what it is told to run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *programs: str, root: bool) -> None:
        self.ran: list[str] = []
        self.failing: set[str] = set()
        monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)
        monkeypatch.setattr(system_packages, "is_root", lambda: root)
        monkeypatch.setattr(subprocess, "run", self._run)

    def _run(self, step: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        line = " ".join(step)
        self.ran.append(line)
        code = 1 if line in self.failing else 0
        return subprocess.CompletedProcess(step, code, stdout="its own words")


def test_as_root_it_is_installed_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(monkeypatch, "apt-get", root=True)
    assert provide([LIBRARIES["portaudio"]])
    assert system.ran == ["apt-get install -y --no-install-recommends libportaudio2"]


def test_where_the_lists_are_missing_they_are_fetched_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = System(monkeypatch, "apt-get", root=True)
    install = "apt-get install -y --no-install-recommends libportaudio2"
    system.failing.add(install)
    assert not provide([LIBRARIES["portaudio"]])
    assert system.ran == [install, "apt-get update", install]


def test_a_failure_is_quoted_and_the_command_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    system = System(monkeypatch, "dnf", root=True)
    system.failing.add("dnf install -y portaudio")
    assert not provide([LIBRARIES["portaudio"]])
    err = capsys.readouterr().err
    assert "its own words" in err
    assert "By hand:\n    dnf install -y portaudio" in err


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        (APT, "sudo apt-get update && sudo apt-get install -y --no-install-recommends a b"),
        (DNF, "sudo dnf install -y a b"),
        (PACMAN, "sudo pacman -Sy && sudo pacman -S --needed --noconfirm a b"),
        (ZYPPER, "sudo zypper --non-interactive install a b"),
        (BREW, "brew install a b"),
    ],
)
def test_the_command_for_each_system(
    monkeypatch: pytest.MonkeyPatch, manager: system_packages.Manager, line: str
) -> None:
    monkeypatch.setattr(system_packages, "is_root", lambda: False)
    assert command_line(manager, ["a", "b"]) == line


def test_as_root_no_sudo_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "is_root", lambda: True)
    assert commands(DNF, ["a"]) == [("dnf", "install", "-y", "a")]


def test_without_a_terminal_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    system = System(monkeypatch, "pacman", "sudo", root=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert not provide([LIBRARIES["portaudio"], LIBRARIES["espeak-ng"]])
    assert system.ran == []
    assert "    sudo pacman -Sy && sudo pacman -S --needed --noconfirm portaudio espeak-ng" in (
        capsys.readouterr().err
    )


class Terminal:
    """Somebody who types one answer."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.answer

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.mark.parametrize(
    ("answer", "installs"), [("\n", True), ("y\n", True), ("no\n", False), ("n\n", False)]
)
def test_at_a_terminal_the_person_decides(
    monkeypatch: pytest.MonkeyPatch, answer: str, installs: bool
) -> None:
    system = System(monkeypatch, "dnf", "sudo", root=False)
    terminal = Terminal(answer)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert provide([LIBRARIES["portaudio"]]) is installs
    assert system.ran == (["sudo dnf install -y portaudio"] if installs else [])


def test_an_unknown_system_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    System(monkeypatch, root=True)
    assert not provide([LIBRARIES["portaudio"]])
    assert "PortAudio" in capsys.readouterr().err


def test_a_package_that_a_system_does_not_have_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = System(monkeypatch, "brew", root=False)
    assert not provide([Package("strace", {"dnf": "strace"})])
    assert system.ran == []


def test_missing_libraries_are_named(tmp_path: Path) -> None:
    """A Python in whose environment PortAudio and the voice's library cannot be loaded."""
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    (tmp_path / "espeakng_loader.py").write_text(
        "def get_library_path(): return '/nowhere/libespeak-ng.so'"
    )
    (tmp_path / "ctypes").mkdir()
    (tmp_path / "ctypes" / "__init__.py").write_text(
        "def CDLL(path):\n    raise OSError(path)\nfrom . import util"
    )
    (tmp_path / "ctypes" / "util.py").write_text("def find_library(name): return None")
    (tmp_path / "vosk").mkdir()
    (tmp_path / "vosk" / "__init__.py").touch()
    (tmp_path / "vosk" / "libvosk.so").touch()
    found = system_packages.missing_libraries(
        Path(sys.executable), {"PYTHONPATH": str(tmp_path), "PATH": ""}
    )
    assert found == [LIBRARIES["portaudio"], LIBRARIES["espeak-ng"], LIBRARIES["libstdc++"]]
