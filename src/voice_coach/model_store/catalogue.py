"""What can be fetched: name, language, size, licence, word errors and address, from a data file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from voice_coach.toml_lines import load_table


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model that its makers publish."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    language: str
    megabytes: Annotated[int, Meta(gt=0)]
    """Of the archive, about."""
    licence: str
    word_errors: dict[str, float] = {}
    """Percent, by the set that the makers measured it on."""
    address: Annotated[str, Meta(pattern=r"^https://")]
    sha256: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    """Of the archive; empty where its makers publish none."""
    usual: bool = False
    """The one that is offered for its language."""

    @property
    def line(self) -> str:
        """For the list."""
        errors = ", ".join(f"{rate:g} % on {name}" for name, rate in self.word_errors.items())
        published = f"; wrong words, by its makers: {errors}" if errors else ""
        return f"{self.name}: {self.language}, {self.megabytes} MB, {self.licence}{published}"


class Catalogue(Struct, frozen=True, forbid_unknown_fields=True):
    """``catalogue.toml``."""

    models: tuple[Entry, ...]

    def named(self, name: str) -> Entry | None:
        """The entry of this name; a language's two letters stand for its usual model."""
        return next(
            (one for one in self.models if name in (one.name, one.language if one.usual else "")),
            None,
        )


def catalogue() -> Catalogue:
    """The one that comes along."""
    return load_table(Path(str(files(__package__).joinpath("catalogue.toml"))), Catalogue)
