"""Makes the environment in ``.venv`` and runs things in it; for ``coach`` and ``test``.

Runs on whatever ``python3`` a system has, from 3.8 on, so that it can look for a newer one.
The environment counts as ready once a stamp in it matches ``fingerprint``; a set-up that was
interrupted has left a mark instead, and is done again from the start.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator, NoReturn, Sequence

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
CONSTRAINTS = ROOT / "constraints.txt"
OLDEST = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")

RUN, TEST = "run", "test"
"""What an environment is set up for; one for the tests serves to run as well."""
_EXTRAS = {RUN: ".", TEST: ".[test]"}


class SetUpFailed(Exception):
    """The environment could not be made; the message says why and what to do."""


# --- the two commands --------------------------------------------------------------------------


def run_coach(arguments: Sequence[str]) -> int:
    """Set up where needed, then become ``voice-coach``."""
    python = ready_or_exit(RUN)
    # -P: files that happen to lie in the current folder are not taken for modules.
    return _become([str(python), "-P", "-m", "voice_coach", *arguments])


def ready_or_exit(purpose: str) -> Path:
    """The environment's Python, set up first where it is not; exits where that fails."""
    try:
        return ready(purpose)
    except SetUpFailed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nSet-up was interrupted. The next start does it from the beginning.")


def ready(purpose: str) -> Path:
    """The environment's Python, set up first where it is not. Raises SetUpFailed."""
    if not is_ready(purpose):
        signal.signal(signal.SIGTERM, _interrupt)
        with _lock() as handle:
            if not is_ready(purpose):
                _set_up(purpose, handle)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return python_of(ENVIRONMENT)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _become(command: Sequence[str]) -> int:
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], list(command))
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child has got it as well, and answers it
            continue


# --- is it ready? ------------------------------------------------------------------------------


def python_of(environment: Path) -> Path:
    """Where an environment has its interpreter."""
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def fingerprint(purpose: str) -> str:
    """Changes with whatever makes a new set-up necessary: dependencies, or a moved checkout."""
    digest = hashlib.sha256(f"{ROOT}\n{_EXTRAS[purpose]}\n".encode())
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_ready(purpose: str) -> bool:
    """Costs a few file reads: it is asked at every start."""
    try:
        stamp = _stamp(purpose).read_text()
    except OSError:
        return False
    return stamp == fingerprint(purpose) and os.access(python_of(ENVIRONMENT), os.X_OK)


def _stamp(purpose: str) -> Path:
    return ENVIRONMENT / f"ready-to-{purpose}"


def _unfinished() -> Path:
    return ENVIRONMENT / "unfinished"


@contextlib.contextmanager
def _lock() -> Iterator[int]:
    """Only one start sets up, the others wait. Yields the descriptor that holds the lock.

    What is started under it inherits it: should this process be killed, the next start waits
    for what it left running.
    """
    if os.name == "nt":
        yield -1
        return
    import fcntl

    with CONSTRAINTS.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up just now; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            pass
        yield file.fileno()


# --- making it ---------------------------------------------------------------------------------


def _set_up(purpose: str, lock: int) -> None:
    started = time.monotonic()
    say("Setting up Voice Coach in .venv. This is done once, and takes a minute or two.")
    runner = Runner(lock)
    try:
        _make(purpose, runner)
        _offer_libraries(purpose, runner)
        for each in (RUN, TEST) if purpose == TEST else (RUN,):
            _stamp(each).write_text(fingerprint(each))
        _unfinished().unlink()
    except OSError as error:
        raise SetUpFailed(
            f"Set-up could not write: {error}.\n"
            f"It needs about 400 MB of room in {ROOT}, and leave to write there."
        ) from error
    say(f"Ready, after {time.monotonic() - started:.0f} s.\n")


def _make(purpose: str, runner: Runner) -> None:
    uv = find_uv()
    if uv is not None:
        if _try_uv(uv, purpose, runner):
            return
        say("uv could not do it (see above); trying with pip.")
    interpreter = find_python()
    if interpreter is None:
        raise SetUpFailed(too_old())
    if not _usable(runner, "pip"):
        _create_with_venv(interpreter, runner)
    _unfinished().touch()
    # --use-pep517: one package comes as source, and older pips would warn of the old way.
    pip: list[str | Path] = [
        python_of(ENVIRONMENT),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--use-pep517",
    ]
    if not runner.run("packages, with pip", [*pip, *_wanted(purpose)]):
        raise SetUpFailed(
            "The packages could not be installed; pip's own words are above.\n"
            "Is there a way to the internet? It is needed for this once. Then start again."
        )


def _try_uv(uv: str, purpose: str, runner: Runner) -> bool:
    if not _usable(runner):
        interpreter = find_python()
        # Where there is none that is new enough, uv may fetch one.
        version = interpreter or ">={}.{}".format(*OLDEST)
        _remove()
        make: list[str | Path] = [uv, "venv", "--python", version, ENVIRONMENT]
        if not runner.run("environment, with uv", make):
            return False
    _unfinished().touch()
    install: list[str | Path] = [
        uv,
        "pip",
        "install",
        "--python",
        python_of(ENVIRONMENT),
        *_wanted(purpose),
    ]
    return runner.run("packages, with uv", install)


def _wanted(purpose: str) -> list[str | Path]:
    return ["--constraint", CONSTRAINTS, "--editable", _EXTRAS[purpose]]


def _create_with_venv(interpreter: str, runner: Runner) -> None:
    import system_packages

    if not runner.succeeds([interpreter, "-c", "import venv, ensurepip"]):
        version = "{}.{}".format(*(_version(interpreter) or OLDEST))
        system_packages.provide([system_packages.venv_for(version)])
        if not runner.succeeds([interpreter, "-c", "import venv, ensurepip"]):
            raise SetUpFailed(
                f"{interpreter} cannot make environments: its modules venv and ensurepip are "
                "missing.\nInstall them as shown above, or install uv, and start again."
            )
    _remove()
    if not runner.run("environment, with venv", [interpreter, "-m", "venv", ENVIRONMENT]):
        raise SetUpFailed(f"{interpreter} could not make an environment; its own words are above.")


def _usable(runner: Runner, module: str = "sys") -> bool:
    """Whether what is in ``.venv`` can be built upon."""
    if _unfinished().exists() or (_version(python_of(ENVIRONMENT)) or (0, 0)) < OLDEST:
        return False
    return runner.succeeds([python_of(ENVIRONMENT), "-c", f"import {module}"])


def _remove() -> None:
    if ENVIRONMENT.is_symlink():
        ENVIRONMENT.unlink()
    elif ENVIRONMENT.exists():
        say("  taking away what was left in .venv ...")
        shutil.rmtree(ENVIRONMENT)


def _offer_libraries(purpose: str, runner: Runner) -> None:
    import system_packages

    missing = system_packages.missing_libraries(python_of(ENVIRONMENT), runner.environment)
    if missing:
        system_packages.provide(missing)
    if purpose == TEST:
        tools = system_packages.missing_tools()
        if tools and system_packages.is_root():
            system_packages.provide(tools)


class Runner:
    """Starts the set-up's programs. What they say is shown where they fail."""

    def __init__(self, lock: int) -> None:
        self._keep = () if lock < 0 else (lock,)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            # These would lead an installer away from the environment it is to fill.
            if name not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX")
        }
        self.environment.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")

    def run(self, what: str, command: Sequence[str | Path]) -> bool:
        """Whether it succeeded; ``what`` is shown meanwhile, with the seconds on a terminal."""
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=self._keep,
            )
            try:
                _wait(process, what)
            except KeyboardInterrupt:
                process.terminate()
                process.wait()
                raise
            if process.returncode != 0:
                output.seek(0)
                lines = output.read().decode(errors="replace").splitlines()
                say("\n".join(f"    {line}" for line in lines[-25:]))
        return process.returncode == 0

    def succeeds(self, command: Sequence[str | Path]) -> bool:
        """The same for a question: what it has to say is of no interest."""
        done = subprocess.run(
            [str(part) for part in command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode == 0


def _wait(process: subprocess.Popen[bytes], what: str) -> None:
    started = time.monotonic()
    if not sys.stderr.isatty():
        say(f"  {what} ...")
        process.wait()
        return
    while process.poll() is None:
        print(f"\r  {what} ... {time.monotonic() - started:.0f} s", end="", file=sys.stderr)
        sys.stderr.flush()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
    say("")


# --- finding what there is ---------------------------------------------------------------------


def find_python() -> str | None:
    """An interpreter that is new enough: this one, or else one by its usual names."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in NAMES:
        path = shutil.which(name)
        if path and (_version(path) or (0, 0)) >= OLDEST:
            return path
    return None


def _version(python: str | Path) -> tuple[int, int] | None:
    """None where it does not run: a dangling link, or a mere placeholder."""
    ask = "import sys; print(sys.version_info[0], sys.version_info[1])"
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", ask],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            text=True,
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def find_uv() -> str | None:
    """uv, where there is one that runs."""
    path = shutil.which("uv")
    if path is None:
        return None
    try:
        subprocess.run([path, "--version"], stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return path


def too_old() -> str:
    """What to do where no Python is new enough."""
    import system_packages

    version = "{}.{}".format(*sys.version_info[:2])
    return (
        f"Voice Coach needs Python 3.11 or newer; this is Python {version} ({sys.executable}), "
        "and no newer one was found.\nTo get one:\n"
        f"    {system_packages.newer_python()}\n"
        "or install uv, which brings a Python of its own. Then start again."
    )


def say(line: str) -> None:
    """To stderr: stdout belongs to what is run in the end."""
    print(line, file=sys.stderr, flush=True)
