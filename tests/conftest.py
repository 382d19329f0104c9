"""Every test runs with the network closed, by the same means as the program itself.

All but the tests of ``models get``: they need a server on this machine, so they run by themselves,
with ``--open-network``. A filter of the kernel, once on, is on for good.
"""

from __future__ import annotations

import pytest

from voice_coach import privacy

OPEN = "--open-network"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPEN, action="store_true", help="Run the tests of 'models get', and no other.")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption(OPEN):
        privacy.close_network()


def pytest_report_header(config: pytest.Config) -> list[str]:
    if config.getoption(OPEN):
        return ["The network is open."]
    return list(privacy.close_network().lines())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = bool(config.getoption(OPEN))
    chosen = [item for item in items if (item.get_closest_marker("network") is not None) == wanted]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


@pytest.fixture(scope="session")
def proof() -> privacy.Proof:
    """What holds the network closed while the tests run."""
    return privacy.close_network()
