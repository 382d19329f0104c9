"""Reads the TOML tables of a language and checks them; errors name file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Generic, TypeVar

from voice_coach.content.checks import (
    Problem,
    check_exercise,
    check_practice,
    check_session,
    dotted,
)
from voice_coach.content.scripts import Exercise, Practice, Session
from voice_coach.errors import Mendable
from voice_coach.toml_lines import KeyPath, TomlProblem, line_of, read_table

T = TypeVar("T")
E = TypeVar("E", Practice, Exercise)

PRACTICE_ORDER = ("focus", "honesty", "self-confrontation", "grounded", "boundary")
"""The order of the menu; a practice that is not named here comes after, by its name."""
EXERCISE_ORDER = ("counted-breathing", "feet", "senses", "box", "slow-breathing")
"""The first is the default: the one with the fewest cautions (domain.md, section 5)."""
REQUIRED_EXERCISES = frozenset({"counted-breathing", "feet"})
"""The default, and the fallback for everything."""


class ContentError(Mendable):
    """A file of the content is wrong; the message names the file, the line and the key."""

    def __init__(self, file: str, key: str, line: int | None, problem: str) -> None:
        self.file = file
        """Below the language's folder: ``practices/honesty.toml``."""
        self.key = key
        """As in ``questions[2].ask``; empty where the whole file is meant."""
        self.line = line
        """Counted from 1; None where there is no line to name."""
        self.problem = problem
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}, {key}: {problem}" if key else f"{where}: {problem}")


@dataclass(frozen=True, slots=True)
class Content:
    """All that is said in one language."""

    language: str
    session: Session
    practices: dict[str, Practice]
    """By id, in the order of the menu."""
    exercises: dict[str, Exercise]
    """By id; the first is the default."""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The text of each file, for whoever reports on a place in it."""


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    """A table with what is needed to name a place in it."""

    table: T
    file: str
    text: str

    def error(self, path: KeyPath, problem: str) -> ContentError:
        return ContentError(self.file, dotted(path), nearest_line(self.text, path), problem)

    def check(self, problems: Iterable[Problem]) -> T:
        for path, problem in problems:
            raise self.error(path, problem)
        return self.table


def load_table(path: Traversable, table: type[T]) -> T:
    """The file as a checked table. Raises ContentError."""
    return _read(path, table, path.name).table


def load(language: str = "en") -> Content:
    """Everything that the coach says in this language. Raises ContentError."""
    folder = files("voice_coach.content").joinpath(language)
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", language) or not folder.is_dir():
        raise ContentError(language, "", None, "there is no content in this language; try en")
    return load_folder(folder, language)


def load_folder(folder: Traversable, language: str) -> Content:
    """As ``load``, from any folder of the same shape. Raises ContentError."""
    session = _read(folder.joinpath("session.toml"), Session, "session.toml")
    practices = _read_all(folder, "practices", Practice, PRACTICE_ORDER)
    exercises = _read_all(folder, "exercises", Exercise, EXERCISE_ORDER)
    reads: list[_Read[Practice] | _Read[Exercise]] = [*practices, *exercises]
    _refuse_shared_phrases(reads)
    missing = REQUIRED_EXERCISES - {read.table.id for read in exercises}
    if missing:
        raise ContentError("exercises", "", None, f"{', '.join(sorted(missing))} is missing")
    return Content(
        language=language,
        session=session.check(check_session(session.table)),
        practices={read.table.id: read.check(check_practice(read.table)) for read in practices},
        exercises={read.table.id: read.check(check_exercise(read.table)) for read in exercises},
        sources={session.file: session.text, **{read.file: read.text for read in reads}},
    )


def nearest_line(text: str, path: KeyPath) -> int | None:
    """The line of the path, or of the nearest table around it; None for the whole file."""
    lines = (line_of(text, path[:end]) for end in range(len(path), 0, -1))
    return next((line for line in lines if line is not None), None)


def _read(path: Traversable, table: type[T], name: str) -> _Read[T]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError(name, "", None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        bad = error.object.count(b"\n", 0, error.start) + 1
        raise ContentError(name, "", bad, "is not UTF-8 text here; save it as UTF-8") from error
    try:
        return _Read(read_table(Path(name), text, table), name, text)
    except TomlProblem as error:
        raise ContentError(name, error.key, error.line, error.problem) from error


def _read_all(
    folder: Traversable, kind: str, table: type[E], order: tuple[str, ...]
) -> list[_Read[E]]:
    """Every file of a folder, those of ``order`` first; a file is named for the id in it."""
    here = folder.joinpath(kind)
    if not here.is_dir():
        raise ContentError(kind, "", None, "this folder is missing")
    names = [path.name for path in here.iterdir() if path.name.endswith(".toml")]
    stems = sorted(
        (name.removesuffix(".toml") for name in names),
        key=lambda stem: (order.index(stem) if stem in order else len(order), stem),
    )
    found: list[_Read[E]] = []
    for stem in stems:
        read = _read(here.joinpath(f"{stem}.toml"), table, f"{kind}/{stem}.toml")
        if read.table.id != stem:
            raise read.error(("id",), f"the file is named {stem}, so the id must be {stem!r} too")
        found.append(read)
    return found


def _refuse_shared_phrases(reads: Sequence[_Read[Practice] | _Read[Exercise]]) -> None:
    """No phrase may choose two things."""
    owners: dict[str, str] = {}
    for read in reads:
        for index, phrase in enumerate(read.table.phrases):
            owner = owners.setdefault(phrase, read.table.id)
            if owner != read.table.id:
                problem = f"{phrase!r} already chooses {owner}; use other words"
                raise read.error(("phrases", index), problem)
