"""The pins: of everything that is named, for every system, and with no address in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PINS = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    test = project["optional-dependencies"]["test"]
    return [Requirement(line) for line in [*project["dependencies"], *test]]


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("requirement", wanted(), ids=lambda requirement: requirement.name)
def test_each_dependency_is_pinned_once_on_each_system(
    requirement: Requirement, system: str, version: str
) -> None:
    environment = {
        **{name: str(value) for name, value in default_environment().items()},
        "sys_platform": system,
        "platform_system": SYSTEMS[system],
        "python_version": version,
        "python_full_version": f"{version}.0",
    }
    pins = [
        pin
        for pin in PINS
        if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
        and (pin.marker is None or pin.marker.evaluate(environment))
    ]
    assert len(pins) == 1
    ((operator, pinned),) = [(one.operator, one.version) for one in pins[0].specifier]
    assert operator == "=="
    assert requirement.specifier.contains(pinned)


def test_no_host_is_named() -> None:
    for name in ("constraints.txt", "pyproject.toml", "scripts/set_up.py"):
        assert not re.search(r"https?://|index-url|find-links", (ROOT / name).read_text()), name
