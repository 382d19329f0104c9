"""The loader: what it accepts, and that every error names file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import voice_coach.content
from voice_coach.content.checks import TONES
from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.loader import ContentError, load, load_folder, load_table
from voice_coach.content.scripts import Exercise, Length, Practice
from voice_coach.conversation.events import Tone

ENGLISH = Path(voice_coach.content.__file__).parent / "en"

FEET = """\
id = "feet"
name = "feet"
phrases = ["feet"]
evidence = "None."
intro = ["You need no reason."]
outro = [
  "One.",  # a comment with a "quotation"
  "Two.",
]
cycles = { short = 1, standard = 2, long = 3 }

[[cycle]]
seconds = 4
say = "In."
tone = "in"

[[cycle]]
seconds = 5.5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the English content, to be broken."""
    copy = tmp_path / "en"
    shutil.copytree(ENGLISH, copy)
    return copy


def change(file: Path, old: str, new: str) -> int:
    """Replace the first ``old`` in a file; the line that it began on, counted from 1."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def error_of(folder: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        load_folder(folder, "en")
    return caught.value


# --- one table ---------------------------------------------------------------------------------


def test_a_table_is_read(tmp_path: Path) -> None:
    file = tmp_path / "feet.toml"
    file.write_text(FEET, "utf-8")
    feet = load_table(file, Exercise)
    assert feet.cycles == {Length.SHORT: 1, Length.STANDARD: 2, Length.LONG: 3}
    assert [part.seconds for part in feet.cycle] == [4, 5.5]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ('id = "feet"', 'id = "feet', 1, "", "not TOML"),
        ("[[cycle]]", "[[cycle]", 12, "", "not TOML"),
        ('say = "In."', 'sya = "In."', 14, "cycle[0].sya", "not a key"),
        ('evidence = "None."\n', "", None, "evidence", "missing"),
        ("seconds = 5.5\n", "", 17, "cycle[1].seconds", "missing"),
        ('  "Two.",', "  2,", 8, "outro[1]", "whole number"),
        ('intro = ["You need no reason."]', 'intro = "x"', 5, "intro", "list"),
        ("seconds = 4", 'seconds = "four"', 13, "cycle[0].seconds", "number"),
        ("seconds = 5.5", "seconds = 61", 18, "cycle[1].seconds", "at most 60"),
        ("seconds = 5.5", "seconds = 0", 18, "cycle[1].seconds", "more than 0"),
        ('phrases = ["feet"]', "phrases = []", 3, "phrases", "at least one"),
        ('  "Two.",', '  "",', 8, "outro[1]", "empty"),
    ],
)
def test_an_error_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int | None, key: str, words: str
) -> None:
    file = tmp_path / "feet.toml"
    assert old in FEET
    file.write_text(FEET.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        load_table(file, Exercise)
    error = caught.value
    assert (error.file, error.line, error.key) == ("feet.toml", line, key)
    assert words in error.problem
    assert "feet.toml" in str(error)
    assert key in str(error)
    assert line is None or f"line {line}" in str(error)


def test_a_deep_key_is_named_as_a_person_writes_it(folder: Path) -> None:
    file = folder / "practices" / "honesty.toml"
    text = file.read_text("utf-8")
    line = text[: text.index('id = "feeling"')].count("\n") + 3
    change(file, 'ask = ["If you had one word', 'ask = 3 # ["If you had one word')
    error = error_of(folder)
    assert (error.file, error.key, error.line) == (
        "practices/honesty.toml",
        "questions[2].ask",
        line,
    )


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "session.toml").unlink()
    error = error_of(folder)
    assert (error.file, error.line) == ("session.toml", None)


def test_text_that_is_not_utf8_is_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "feet.toml"
    file.write_bytes(FEET.replace("None.", "Caf\xe9.").encode("latin-1"))
    with pytest.raises(ContentError, match="UTF-8") as caught:
        load_table(file, Exercise)
    assert caught.value.line == 4


# --- all of a language -------------------------------------------------------------------------


def test_the_practices_stand_in_the_order_of_the_menu() -> None:
    content = load("en")
    assert list(content.practices) == [
        "focus",
        "honesty",
        "self-confrontation",
        "grounded",
        "boundary",
    ]


def test_the_default_exercise_is_the_safest() -> None:
    assert next(iter(load("en").exercises)) == "counted-breathing"
    assert {"feet", "senses", "box"} <= set(load("en").exercises)


@pytest.mark.parametrize("language", ["tlh", "../en", "", "EN", "en/practices"])
def test_an_unknown_language_is_refused(language: str) -> None:
    with pytest.raises(ContentError, match="no content in this language"):
        load(language)


def test_a_new_practice_is_found_and_comes_last(folder: Path) -> None:
    text = (folder / "practices" / "focus.toml").read_text("utf-8")
    text = text.replace('id = "focus"', 'id = "another"', 1)
    start = text.index("phrases = [")
    text = text[:start] + 'phrases = ["another one"]\n' + text[text.index("aim =") :]
    (folder / "practices" / "another.toml").write_text(text, "utf-8")
    assert list(load_folder(folder, "en").practices)[-1] == "another"


def test_a_file_is_named_for_the_id_in_it(folder: Path) -> None:
    (folder / "practices" / "focus.toml").rename(folder / "practices" / "fokus.toml")
    error = error_of(folder)
    assert (error.file, error.key) == ("practices/fokus.toml", "id")
    assert "fokus" in error.problem


def test_the_fallback_exercise_cannot_be_missing(folder: Path) -> None:
    (folder / "exercises" / "feet.toml").unlink()
    assert "feet is missing" in str(error_of(folder))


def test_two_questions_cannot_share_an_id(folder: Path) -> None:
    line = change(folder / "practices" / "focus.toml", 'id = "wanted"', 'id = "moment"')
    error = error_of(folder)
    assert (error.file, error.key, error.line) == ("practices/focus.toml", "questions[1].id", line)


def test_a_cue_must_be_known(folder: Path) -> None:
    line = change(folder / "practices" / "focus.toml", 'cue = "blame"', 'cue = "blaim"')
    error = error_of(folder)
    assert (error.key, error.line) == ("questions[0].stuck[0].cue", line)
    assert CueKind.BLAME.value in error.problem


def test_a_tone_must_be_known(folder: Path) -> None:
    line = change(folder / "exercises" / "box.toml", 'tone = "out"', 'tone = "gong"')
    error = error_of(folder)
    assert (error.file, error.key, error.line) == ("exercises/box.toml", "cycle[2].tone", line)


def test_every_length_has_its_cycles(folder: Path) -> None:
    change(folder / "exercises" / "box.toml", "standard = 11, ", "")
    assert error_of(folder).key == "cycles.standard"


def test_a_phrase_chooses_one_thing_only(folder: Path) -> None:
    line = change(folder / "exercises" / "box.toml", 'phrases = ["box",', 'phrases = ["focus",')
    error = error_of(folder)
    assert (error.file, error.key, error.line) == ("exercises/box.toml", "phrases[0]", line)
    assert "already chooses focus" in error.problem


@pytest.mark.parametrize("phrase", ["Focus", "focus!", "focus, please", " focus"])
def test_a_phrase_is_written_as_it_is_heard(folder: Path, phrase: str) -> None:
    change(folder / "practices" / "focus.toml", '["focus",', f'["{phrase}",')
    assert error_of(folder).key == "phrases[0]"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("{hint} How", "{hnt} How", "planning.ask.ask[0]"),
        ("Here is your plan. {plan}", "Here is your plan.", "planning.say_back[0]"),
        ("Here is your plan. {plan}", "Here is your {plan", "planning.say_back[0]"),
        ("I hear you.", "I hear you, {name}.", "following.reflections[0]"),
        ("about {left}", "about a while", "controls.how_long[0]"),
    ],
)
def test_placeholders_are_those_that_are_filled_in(
    folder: Path, old: str, new: str, key: str
) -> None:
    change(folder / "session.toml", old, new)
    assert error_of(folder).key == key


def test_the_reflection_is_filled_in_at_stuck_points_alone(folder: Path) -> None:
    change(folder / "practices" / "focus.toml", "I can picture that", "{reflection} I picture that")
    assert error_of(folder).key == "questions[0].reflect[0]"


def test_the_tones_are_those_of_the_conversation() -> None:
    assert {tone.value for tone in Tone} >= TONES


def test_a_practice_is_frozen() -> None:
    focus: Practice = load("en").practices["focus"]
    with pytest.raises(AttributeError):
        focus.name = "another"  # type: ignore[misc]
