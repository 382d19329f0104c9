"""Every test runs with the network closed, by the same means as the program itself."""

from __future__ import annotations

import pytest

from voice_coach import privacy


def pytest_configure() -> None:
    privacy.close_network()


def pytest_report_header() -> list[str]:
    return list(privacy.close_network().lines())


@pytest.fixture(scope="session")
def proof() -> privacy.Proof:
    """What holds the network closed while the tests run."""
    return privacy.close_network()
