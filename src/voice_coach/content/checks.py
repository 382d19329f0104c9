"""What the schema alone cannot say of the tables: checked on load, because code relies on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.scripts import Exercise, Length, Practice, Session
from voice_coach.toml_lines import KeyPath

Problem: TypeAlias = tuple[KeyPath, str]

TONES = frozenset({"in", "out", "hold", "end"})
"""The tones of exercises, by the values of ``conversation.events.Tone``."""
OPTIONAL_PLACEHOLDERS = {
    "questions.stuck.say": frozenset({"reflection"}),
    "planning.ask.ask": frozenset({"hint"}),
    "planning.ask.again": frozenset({"hint"}),
    "planning.ask.choices": frozenset({"hint"}),
}
"""By key, without indices. Everywhere else, braces put nothing in."""
REQUIRED_PLACEHOLDERS = {
    "planning.say_back": frozenset({"plan"}),
    "planning.say_line": frozenset({"line"}),
    "planning.rehearsed": frozenset({"plan"}),
    "following.options": frozenset({"options"}),
    "following.one_word": frozenset({"word"}),
    "controls.how_long": frozenset({"spent", "left"}),
    "controls.resting": frozenset({"call"}),
}
_PHRASE = re.compile(r"[a-z0-9']+(?:[ -][a-z0-9']+)*")


def texts(table: Struct, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Every text in a table, with its path."""
    for name in table.__struct_fields__:
        yield from _texts(getattr(table, name), (*path, name))


def _texts(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, Struct):
        yield from texts(value, path)
    elif isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def dotted(path: KeyPath) -> str:
    """The path as a person writes it: ``questions[2].ask``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def plain_key(path: KeyPath) -> str:
    """The path without its indices: ``questions.stuck.say``."""
    return ".".join(part for part in path if isinstance(part, str))


def check_practice(practice: Practice) -> Iterator[Problem]:
    """Ids, cues, phrases and placeholders of a practice."""
    yield from _unique(("questions",), (question.id for question in practice.questions))
    for index, question in enumerate(practice.questions):
        here: KeyPath = ("questions", index)
        yield from _unique((*here, "options"), (option.id for option in question.options))
        for number, stuck in enumerate(question.stuck):
            if stuck.cue not in {kind.value for kind in CueKind}:
                kinds = ", ".join(kind.value for kind in CueKind)
                problem = f"{stuck.cue!r} is no kind of cue; there are {kinds}"
                yield (*here, "stuck", number, "cue"), problem
    yield from _phrases(practice)
    yield from _placeholders(practice)


def check_exercise(exercise: Exercise) -> Iterator[Problem]:
    """Tones, lengths, phrases and placeholders of an exercise."""
    for name in ("before", "cycle", "after"):
        for index, part in enumerate(getattr(exercise, name)):
            if part.tone and part.tone not in TONES:
                problem = f"{part.tone!r} is no tone; there are {', '.join(sorted(TONES))}"
                yield (name, index, "tone"), problem
    for length in Length:
        if length not in exercise.cycles:
            yield ("cycles", length.value), "this key is missing"
    yield from _phrases(exercise)
    yield from _placeholders(exercise)


def check_session(session: Session) -> Iterator[Problem]:
    """Phrases and placeholders of the session."""
    yield from _phrases(session)
    yield from _placeholders(session)


def _unique(path: KeyPath, ids: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name in seen:
            yield (*path, index, "id"), f"{name!r} is already the id of another one"
        seen.add(name)


def _phrases(table: Struct) -> Iterator[Problem]:
    for path, text in texts(table):
        key = plain_key(path).rpartition(".")[2]
        is_phrase = key.endswith("phrases") or key == "telling" or path[0] == "lengths"
        if not is_phrase or path[:2] in (("lengths", "ask"), ("lengths", "again")):
            continue
        if path[:2] != ("lengths", "choices") and not _PHRASE.fullmatch(text):
            yield path, f"{text!r} is heard, so it has lower case words and spaces only"


def _placeholders(table: Struct) -> Iterator[Problem]:
    for path, text in texts(table):
        key = plain_key(path)
        required = REQUIRED_PLACEHOLDERS.get(key, frozenset())
        allowed = required | OPTIONAL_PLACEHOLDERS.get(key, frozenset())
        found = set(re.findall(r"\{(\w+)\}", text))
        if "{" in re.sub(r"\{\w+\}", "", text) or "}" in re.sub(r"\{\w+\}", "", text):
            yield path, "a brace stands alone; a placeholder is a name in braces, like {plan}"
        for name in sorted(found - allowed):
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "none"
            yield path, f"{{{name}}} is not filled in here; placeholders here: {known}"
        for name in sorted(required - found):
            yield path, f"{{{name}}} must stand in this text"
