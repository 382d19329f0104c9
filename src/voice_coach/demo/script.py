"""The demo's script: what the simulated person says, as data in ``demo.toml``."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from msgspec import Meta

from voice_coach.content.loader import load_table
from voice_coach.content.scripts import Table, Text


class Turn(Table, kw_only=True):
    """One turn of the simulated person."""

    say: Annotated[tuple[Text, ...], Meta(min_length=1)]
    """Said with a pause between one and the next."""
    gap: Annotated[float, Meta(ge=0.2, le=10)] = 0.7
    """Seconds from the coach's last sound to the first word."""
    pause: Annotated[float, Meta(ge=0, le=3)] = 0.8
    """Seconds between the pieces."""


class DemoScript(Table, kw_only=True):
    """``demo.toml``."""

    practice: Text
    voice: Text
    """A voice of the bundled synthesiser, clearly another than the coach's."""
    words_per_minute: Annotated[int, Meta(ge=100, le=220)] = 150
    turns: Annotated[tuple[Turn, ...], Meta(min_length=1)]


def load_script(language: str) -> DemoScript:
    """The script of this language. Raises ContentError."""
    folder = files("voice_coach.content").joinpath(language)
    return load_table(folder.joinpath("demo.toml"), DemoScript)
