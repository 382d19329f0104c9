"""Finds a model's folder and checks it before Vosk sees it, because Vosk can abort the process."""

from __future__ import annotations

import contextlib
import hashlib
import os
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

import platformdirs
from msgspec import Struct

from voice_coach.errors import Mendable
from voice_coach.listening import model_files, model_trial
from voice_coach.toml_lines import TomlProblem, load_table

STARTER: Final = "starter-en"
"""The model that comes with the program."""


class ModelError(Mendable):
    """A model cannot be used; the message says what is wrong with it and what to do."""


def find_model(name: str | Path | None = None) -> Path:
    """The folder of a model: a path, or the name of one that was brought in or came along.

    Raises ``ModelError`` where there is none.
    """
    wanted = STARTER if name is None else name
    path = Path(wanted).expanduser()
    if path.is_dir():
        return path
    for home in _homes():
        if (home / path).is_dir() and len(path.parts) == 1:
            return home / path
    known = sorted(
        {
            one.name
            for home in _homes()
            if home.is_dir()
            for one in home.iterdir()
            if one.is_dir() and not one.name.startswith(".")
        }
    )
    there = f" Models here: {', '.join(known)}." if known else ""
    raise ModelError(f"There is no model {wanted}.{there} Name a folder that holds a Vosk model.")


def shelf_home() -> Path:
    """Where models are kept that the person brought in (``model_store``)."""
    return platformdirs.user_data_path("voice-coach", appauthor=False) / "models"


def _homes() -> tuple[Path, Path, Path]:
    package = Path(__file__).resolve().parent.parent
    return shelf_home(), package / "models", package.parent.parent / "models"


def check(path: Path) -> None:
    """Raise ``ModelError`` unless this folder holds a whole model that Vosk survives.

    The files are looked into first; then the model is tried in a child process. Both cost about a
    second, so a model that has passed is remembered by its files' names, sizes and times.
    """
    if not path.is_dir():
        raise ModelError(f"{path} is no folder. Name a folder that holds a Vosk model.")
    mark = _mark(path)
    if mark in _passed():
        return
    try:
        model_files.check_files(path)
    except model_files.BadFile as problem:
        raise ModelError(f"The model in {path} cannot be used: {problem}. {_MEND}") from problem
    harm = model_trial.survives(path)
    if harm:
        raise ModelError(f"The model in {path} is damaged: {harm}. {_MEND}")
    _remember(mark)


_MEND: Final = "Get the model again, or name another with --model."
_REMEMBERED: Final = 50
"""Marks of models that passed; the oldest are forgotten."""


def _mark(path: Path) -> str:
    """A digest of what tells one state of a model from another."""
    digest = hashlib.sha256(vosk_version().encode())
    for file in sorted(one for one in path.resolve().rglob("*") if one.is_file()):
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _memory() -> Path:
    return platformdirs.user_cache_path("voice-coach", appauthor=False) / "models-checked"


def _passed() -> list[str]:
    try:
        return _memory().read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        return []


def _remember(mark: str) -> None:
    """Best effort: without it the model is merely tried again next time."""
    marks = [*_passed(), mark][-_REMEMBERED:]
    memory = _memory()
    fresh = memory.with_name(f"{memory.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text("\n".join(marks) + "\n", "ascii")
        fresh.replace(memory)


def vosk_version() -> str:
    """Of the installed package; what one version loads another may not."""
    try:
        return metadata.version("vosk")
    except metadata.PackageNotFoundError:
        return ""


class Card(Struct, frozen=True):
    """What a model says of itself in ``card.toml``; models from elsewhere have none."""

    open_speech: Literal["good", "poor"] = "good"


def takes_grammars(path: Path) -> bool:
    """Whether phrases can be given to the model at run time; its folder has passed ``check``."""
    return not model_files.layout(path).static_graph(path)


def good_for_open_speech(path: Path) -> bool:
    """Whether what is heard of free speech is sure enough to be said back."""
    card = path / "card.toml"
    if not card.is_file():
        return True
    try:
        return load_table(card, Card).open_speech == "good"
    except TomlProblem as problem:
        raise ModelError(f"The model's card is broken: {problem}") from problem
