"""What pip cannot bring: libraries and tools of the system, by the names each system has.

Installed where this runs as root, or with sudo after asking; else the command is printed and
things go on without.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Mapping, NamedTuple, Sequence


class Package(NamedTuple):
    """Something to be installed."""

    what: str
    names: Mapping[str, str]
    """By package manager."""


class Manager(NamedTuple):
    """A package manager; commands without the packages and without sudo."""

    program: str
    install: tuple[str, ...]
    refresh: tuple[str, ...] = ()
    """Gets the lists of packages, where ``install`` does not."""
    as_root: bool = True


MANAGERS = (
    Manager(
        "apt-get",
        ("apt-get", "install", "-y", "--no-install-recommends"),
        ("apt-get", "update"),
    ),
    Manager("dnf", ("dnf", "install", "-y")),
    Manager("pacman", ("pacman", "-S", "--needed", "--noconfirm"), ("pacman", "-Sy")),
    Manager("zypper", ("zypper", "--non-interactive", "install")),
    Manager("brew", ("brew", "install"), as_root=False),
)

LIBRARIES = {
    "portaudio": Package(
        "PortAudio, for microphone and loudspeaker",
        {
            "apt-get": "libportaudio2",
            "dnf": "portaudio",
            "pacman": "portaudio",
            "zypper": "libportaudio2",
            "brew": "portaudio",
        },
    ),
    "espeak-ng": Package(
        "espeak-ng, the voice",
        {
            "apt-get": "libespeak-ng1",
            "dnf": "espeak-ng",
            "pacman": "espeak-ng",
            "zypper": "espeak-ng",
            "brew": "espeak-ng",
        },
    ),
    "libstdc++": Package(
        "the C++ library, for the speech recogniser",
        {
            "apt-get": "libstdc++6",
            "dnf": "libstdc++",
            "pacman": "gcc-libs",
            "zypper": "libstdc++6",
        },
    ),
}

TOOLS = {
    "strace": Package(
        "strace, to count sockets",
        dict.fromkeys(("apt-get", "dnf", "pacman", "zypper"), "strace"),
    ),
    "unshare": Package(
        "unshare, to run without a network",
        dict.fromkeys(("apt-get", "dnf", "pacman", "zypper"), "util-linux"),
    ),
}
"""What some tests need, by the program's name. Linux has them; elsewhere those tests skip."""

_ASK_FOR_LIBRARIES = """
import ctypes, ctypes.util, importlib.util, pathlib
try:
    import sounddevice
except OSError:
    print("portaudio")
try:
    import espeakng_loader
    ctypes.CDLL(espeakng_loader.get_library_path())
except OSError:
    if not ctypes.util.find_library("espeak-ng"):
        print("espeak-ng")
spec = importlib.util.find_spec("vosk")
for folder in spec.submodule_search_locations:
    for library in pathlib.Path(folder).glob("libvosk.so"):
        try:
            ctypes.CDLL(str(library))
        except OSError:
            print("libstdc++")
"""


def missing_libraries(python: Path, environment: Mapping[str, str]) -> list[Package]:
    """What the packages in this environment find missing when they load their libraries."""
    done = subprocess.run(
        [str(python), "-c", _ASK_FOR_LIBRARIES],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    return [LIBRARIES[name] for name in done.stdout.split()]


def missing_tools() -> list[Package]:
    """The tools for tests that are not there."""
    if sys.platform != "linux":
        return []
    return [package for name, package in TOOLS.items() if shutil.which(name) is None]


def venv_for(version: str) -> Package:
    """Debian and its kin keep the module apart."""
    return Package("Python's venv module", {"apt-get": f"python{version}-venv"})


def newer_python() -> str:
    """The command, or the place, that gets a Python that is new enough."""
    manager = find_manager()
    if sys.platform == "darwin":
        return "brew install python@3.13" if manager else "the installer from python.org"
    if sys.platform == "win32":
        return "winget install Python.Python.3.13"
    if manager is None:
        return "your system's package of Python 3.11 or newer"
    packages = {"apt-get": ["python3.11", "python3.11-venv"], "pacman": ["python"]}
    return command_line(manager, packages.get(manager.program, ["python3.11"]))


def find_manager() -> Manager | None:
    """The package manager of this system."""
    return next((one for one in MANAGERS if shutil.which(one.program)), None)


def is_root() -> bool:
    """Never on Windows."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def commands(manager: Manager, names: Sequence[str]) -> list[tuple[str, ...]]:
    """What installs these packages, step by step, with sudo where it takes that."""
    sudo = () if is_root() or not manager.as_root else ("sudo",)
    steps = [manager.refresh] if manager.refresh else []
    return [(*sudo, *step) for step in (*steps, (*manager.install, *names))]


def command_line(manager: Manager, names: Sequence[str]) -> str:
    """The same, to be typed."""
    return " && ".join(" ".join(map(shlex.quote, step)) for step in commands(manager, names))


def provide(packages: Sequence[Package]) -> bool:
    """Install what is missing, or print how; whether it was installed."""
    wanted = "; ".join(package.what for package in packages)
    manager = find_manager()
    names = [
        package.names[manager.program]
        for package in packages
        if manager is not None and manager.program in package.names
    ]
    if manager is None or not names:
        _say(f"Missing on this system: {wanted}.\nInstall it with the system's own tools.")
        return False
    line = command_line(manager, names)
    if not _may(manager, wanted, line):
        _say(f"Missing on this system: {wanted}. This installs it:\n    {line}")
        return False
    _say(f"  {wanted} ...")
    if _install(manager, names):
        return True
    _say(f"That failed. By hand:\n    {line}")
    return False


def _may(manager: Manager, wanted: str, line: str) -> bool:
    """As root it is taken for granted; else a person at a terminal is asked."""
    if is_root():
        return manager.as_root
    if manager.as_root and shutil.which("sudo") is None:
        return False
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    _say(f"Missing on this system: {wanted}. This installs it:\n    {line}")
    print("Do that now? [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def _install(manager: Manager, names: Sequence[str]) -> bool:
    """Without a refresh first: it takes long and is often not needed."""
    *refresh, install = commands(manager, names)
    if _quietly(install, show_failure=not refresh):
        return True
    return bool(refresh) and all(_quietly(step, show_failure=True) for step in (*refresh, install))


def _quietly(step: Sequence[str], show_failure: bool) -> bool:
    """Whether it succeeded; its last lines are shown where it did not and that is the end."""
    done = subprocess.run(
        step,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        errors="replace",
    )
    if done.returncode != 0 and show_failure:
        _say("\n".join(f"    {line}" for line in done.stdout.splitlines()[-12:]))
    return done.returncode == 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
