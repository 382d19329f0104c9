"""Reads a TOML file into a typed table; what is wrong in it is named by file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")

KeyPath: TypeAlias = tuple[str | int, ...]
"""From the top of the file: names of keys, and positions in lists counted from 0."""


class TomlProblem(Exception):
    """A TOML file is not as it must be; ``str()`` says where, what, and what is allowed."""

    def __init__(self, file: Path, line: int | None, key: str, problem: str) -> None:
        where = str(file) if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {key}: {problem}" if key else f"{where}: {problem}")
        self.file = file
        self.line = line
        """Counted from 1; None where the whole file is meant."""
        self.key = key
        """As ``questions[2].ask``; empty where the whole file is meant."""
        self.problem = problem


def load_table(path: Path, kind: type[T]) -> T:
    """The file as a ``kind`` (a ``msgspec.Struct``).

    Raises TomlProblem, also where the file is not UTF-8; OSError where it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = "is not UTF-8 text here; save the file as UTF-8"
        raise TomlProblem(path, line, "", problem) from error
    return read_table(path, text, kind)


def read_table(path: Path, text: str, kind: type[T]) -> T:
    """The text as a ``kind``; ``path`` only names the file in what TomlProblem says."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, problem = _syntax(str(error), text)
        raise TomlProblem(path, line, "", problem) from error
    except RecursionError as error:
        raise TomlProblem(path, None, "", "is nested too deeply") from error
    try:
        return msgspec.convert(data, kind, str_keys=True)
    except msgspec.ValidationError as error:
        key, problem = _explain(str(error), kind)
        # A key that is missing has no line of its own: the table it should be in has.
        raise TomlProblem(path, _nearest_line(text, key), _dotted(key), problem) from error


def line_of(text: str, key: Sequence[str | int]) -> int | None:
    """The line, counted from 1, on which a key of this (valid) TOML text stands; None if nowhere.

    For an item of a list, the line on which the item begins.
    """
    return _Lines(text).found.get(tuple(key))


# --- saying what is wrong ----------------------------------------------------------------------


def _syntax(message: str, text: str) -> tuple[int, str]:
    """Line and wording of a syntax error, from tomllib's message."""
    match = re.search(r"^(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if match is None:
        return 1, f"is not TOML: {message}"
    what, line, column = match.groups()
    if line is None:
        return text.rstrip().count("\n") + 1, f"is not TOML: {what}, at the end of the file"
    return int(line), f"is not TOML: {what} (column {column})"


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?`?\$(?P<path>.*?)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def _explain(message: str, kind: type[object]) -> tuple[KeyPath, str]:
    """Key and plain words for msgspec's "Expected `int`, got `str` - at `$.a[0]`"."""
    match = _AT.match(message)
    what = match["what"] if match else message
    key: KeyPath = ()
    for name, position in _STEP.findall((match["path"] or "") if match else ""):
        if position == "...":
            break
        key += (name,) if name else (int(position),)
    here = _type_at(inspect.type_info(kind), key)

    if unknown := re.match(r"Object contains unknown field `(.*)`", what):
        return (*key, unknown[1]), f"is not a key here{_suggest(unknown[1], _fields(here))}"
    if missing := re.match(r"Object missing required field `(.*)`", what):
        return (*key, missing[1]), "is missing"
    if wrong := re.match(r"Invalid enum value '?(.*?)'?$", what):
        return key, f"cannot be {wrong[1]!r}: it is one of {_names(_choices(here))}"
    return key, _in_plain_words(what, here)


_PLAIN = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table",
}


def _in_plain_words(what: str, here: inspect.Type | None) -> str:
    if match := re.match(r"Expected `([\w| ]+)`, got `(\w+)`$", what):
        wanted = [_PLAIN.get(word, word) for word in match[1].split(" | ") if word != "null"]
        return f"must be {' or '.join(wanted)}, not {_PLAIN.get(match[2], match[2])}"
    if match := re.match(r"Expected `(?:int|float)` (<=|>=|<|>) (.*)$", what):
        limits = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
        return f"must be {limits[match[1]]} {float(match[2]):g}"
    if re.match(r"Expected `str` of length >= 1$", what):
        return "must not be empty"
    if match := re.match(r"Expected `str` of length <= (\d+)$", what):
        return f"must have at most {match[1]} characters"
    if re.match(r"Expected `str` matching regex", what):
        return f"must look like {_names(_examples(here))}"
    if re.match(r"Expected `array` of length >= 1$", what):
        return "must hold at least one item"
    return what.replace("`", "")


def _suggest(wrong: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(wrong, allowed, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are {_names(allowed)}" if allowed else ""


def _names(values: Sequence[object]) -> str:
    return ", ".join(repr(value) for value in values)


def _dotted(key: KeyPath) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in key)
    return "".join(steps).removeprefix(".")


# --- the types, by path ------------------------------------------------------------------------


def _alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.Metadata):
        yield from _alternatives(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from _alternatives(one)
    else:
        yield kind


def _type_at(kind: inspect.Type, key: KeyPath) -> inspect.Type | None:
    """The type that belongs at ``key``; None where the types do not say."""
    if not key:
        return kind
    step, rest = key[0], key[1:]
    for one in _alternatives(kind):
        if isinstance(one, inspect.StructType) and isinstance(step, str):
            for field in one.fields:
                if field.encode_name == step:
                    return _type_at(field.type, rest)
        elif isinstance(one, inspect.DictType) and isinstance(step, str):
            return _type_at(one.value_type, rest)
        elif isinstance(one, inspect.VarTupleType | inspect.ListType) and isinstance(step, int):
            return _type_at(one.item_type, rest)
    return None


def _examples(kind: inspect.Type | None) -> list[object]:
    """Of a text with a pattern: ``Meta(pattern=..., examples=[...])``."""
    if isinstance(kind, inspect.Metadata) and kind.extra_json_schema:
        return list(kind.extra_json_schema.get("examples", []))
    return []


def _fields(kind: inspect.Type | None) -> list[str]:
    if kind is None:
        return []
    structs = [one for one in _alternatives(kind) if isinstance(one, inspect.StructType)]
    return [field.encode_name for one in structs for field in one.fields]


def _choices(kind: inspect.Type | None) -> list[object]:
    if kind is None:
        return []
    found: list[object] = []
    for one in _alternatives(kind):
        if isinstance(one, inspect.EnumType):
            found += [member.value for member in one.cls]
        elif isinstance(one, inspect.LiteralType):
            found += one.values
    return found


# --- the lines, by path ------------------------------------------------------------------------


def _nearest_line(text: str, key: KeyPath) -> int | None:
    found = _Lines(text).found
    for length in range(len(key), 0, -1):
        if key[:length] in found:
            return found[key[:length]]
    return None


_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TRIVIA = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_PLAIN_VALUE = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


class _Lines:
    """Walks through valid TOML once and notes the line of every key and every item of a list."""

    def __init__(self, text: str) -> None:
        self.found: dict[KeyPath, int] = {}
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._tables_in: dict[KeyPath, int] = {}
        """How many ``[[name]]`` there have been of each list of tables."""
        self._walk()

    def _walk(self) -> None:
        table: KeyPath = ()
        self._skip(_TRIVIA)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_TRIVIA)

    def _header(self) -> KeyPath:
        line, brackets = self._line(), 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        names = self._key()
        self._at += brackets
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._current((*path, name))
        path = (*path, names[-1])
        if brackets == 2:
            self.found.setdefault(path, line)
            self._tables_in[path] = self._tables_in.get(path, 0) + 1
        path = self._current(path)
        self._note(path, line)
        return path

    def _current(self, path: KeyPath) -> KeyPath:
        """In a list of tables, the newest one is meant."""
        count = self._tables_in.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = (*table, *self._key())
        self._note(path, line)
        self._at += 1  # the "="
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        match self._text[self._at]:
            case "[":
                self._sequence(path, "]")
            case "{":
                self._sequence(path, "}")
            case '"' | "'":
                self._string()
            case _:
                self._skip(_PLAIN_VALUE)

    def _sequence(self, path: KeyPath, end: str) -> None:
        """A list or an inline table, with what is in it."""
        self._at += 1
        self._skip(_TRIVIA)
        index = 0
        while self._text[self._at] != end:
            if end == "}":
                self._pair(path)
            else:
                self._note((*path, index), self._line())
                self._value((*path, index))
            index += 1
            self._skip(_TRIVIA)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_TRIVIA)
        self._at += 1

    def _key(self) -> tuple[str, ...]:
        """A dotted key; leaves the position on what comes after it."""
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            if self._text[self._at] in "\"'":
                quoted = self._string()
                names += tomllib.loads(f"{quoted} = 0")
            else:
                names.append(self._skip(_BARE_KEY))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return tuple(names)
            self._at += 1

    def _string(self) -> str:
        for pattern in _STRINGS:
            if pattern.match(self._text, self._at):
                return self._skip(pattern)
        raise ValueError(f"no string at {self._at}: not valid TOML")

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not valid TOML at {self._at}")
        self._at = match.end()
        return match[0]

    def _note(self, path: KeyPath, line: int) -> None:
        """The key and, where a dotted key or a header made them, the tables it is in."""
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1
