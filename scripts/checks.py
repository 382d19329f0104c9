"""All checks, one after the other, with one summary: what ``scripts/test`` runs."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import NamedTuple, Sequence

import set_up


class Check(NamedTuple):
    """One of the checks."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()


CHECKS = (
    Check("lint", "ruff", ("check",)),
    Check("format", "ruff", ("format", "--check", "--quiet")),
    Check("types", "mypy"),
    Check("fetching", "pytest", ("--open-network", "tests/model_store")),
    Check("tests", "pytest"),
)


def run(arguments: Sequence[str]) -> int:
    """1 where any check fails; the others are run all the same. ``arguments`` go to pytest."""
    python = set_up.ready_or_exit(set_up.TEST)
    lines, failed = [], 0
    for check in CHECKS:
        more = arguments if check.name == "tests" else ()
        print(f"== {check.name}: {check.module} {' '.join((*check.arguments, *more))}", flush=True)
        started = time.monotonic()
        command = [str(python), "-m", check.module, *check.arguments, *more]
        try:
            code = subprocess.run(command, cwd=set_up.ROOT, check=False).returncode
        except KeyboardInterrupt:
            return 130
        failed += code != 0
        verdict = "ok" if code == 0 else "FAILED"
        lines.append(f"   {check.name:<8} {verdict:<8} {time.monotonic() - started:6.1f} s")
    print("\n".join(["", *lines]), flush=True)
    if failed:
        print(f"{failed} of {len(CHECKS)} checks failed.", file=sys.stderr)
    return 1 if failed else 0
