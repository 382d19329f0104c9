"""The virtual sound card, for the tests that speak to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from virtual_card import PLUGIN, Card


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    if not PLUGIN.exists():
        pytest.skip("ALSA's plugin for PulseAudio is not installed")
    virtual = Card(tmp_path)
    yield virtual
    virtual.end()
