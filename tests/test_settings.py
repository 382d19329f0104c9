"""The settings file: what is left out, what is set, and what is wrong."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach import settings
from voice_coach.settings import (
    PROFILES,
    Listening,
    Profile,
    Settings,
    SettingsError,
    Voice,
    describe,
    load,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "settings.toml"
    monkeypatch.setattr(settings, "default_path", lambda: path)
    return path


def test_without_a_file_all_is_default(home: Path) -> None:
    assert not home.exists()
    assert load() == Settings()


def test_the_default_file_is_read_where_it_exists(home: Path) -> None:
    home.parent.mkdir()
    home.write_text("length = 'short'\n[voice]\nspeed = 0.9\n")
    assert load() == Settings(length="short", voice=Voice(speed=0.9))


def test_a_file_that_was_asked_for_must_exist(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file.*voice-coach settings > FILE"):
        load(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lenght = 'short'", "line 1: lenght: is not a key here; did you mean 'length'?"),
        ("[voice]\nsped = 1", "line 2: voice.sped: is not a key here; did you mean 'speed'?"),
        ("[voice]\nspeed = 9", "line 2: voice.speed: must be at most 1.6"),
        ("[voice]\nspeed = nan", "line 2: voice.speed: must be at"),
        ("[voice]\nspeed = '1'", "line 2: voice.speed: must be a number, not text in quotes"),
        ("[voice]\nname = 3", "line 2: voice.name: must be text in quotes, not a whole number"),
        ("length = 'huge'", "length: cannot be 'huge': it is one of 'ask', 'long', 'short',"),
        ("language = 'xx'", "language: cannot be 'xx': it is one of 'en'"),
        ("country = 'gb'", "line 1: country: must look like 'GB'"),
        ("country = 'Britain'", "line 1: country: must look like 'GB'"),
        ("safe_word = '!'", "line 1: safe_word: must look like 'pineapple'"),
        ("safe_word = 'a\\n'", "line 1: safe_word: must look like 'pineapple'"),
        ("microphone = 1", "microphone: must be text in quotes, not a whole number"),
        ("[listening]\nprofile = 'slow'", "line 2: listening.profile: cannot be 'slow'"),
        ("[listening]\ncue = 31", "line 1: listening: cue (31 s) is longer than offer (30 s)"),
        ("[listening]\nclosed = 0", "line 2: listening.closed: must be at least 0.2"),
        ("voice = 3", "line 1: voice: must be a table, not a whole number"),
        ("a = 1\nb c", "line 2: is not TOML"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_key(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(caught.value).startswith(str(file))
    assert says in str(caught.value)


def test_absurd_nesting_is_an_error_like_any_other(file: Path) -> None:
    file.write_text("a = " + "[" * 100_000)
    with pytest.raises(SettingsError, match=r"is nested too deeply|is not TOML"):
        load(file)


def test_a_model_counts_from_the_file_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.toml"
    file.parent.mkdir()
    file.write_text("model = '../models/small'")
    assert load(file).model == str((tmp_path / "models" / "small").resolve())


def test_the_name_of_a_model_that_came_along_stays_a_name(file: Path) -> None:
    file.write_text("model = 'starter-en'")
    assert load(file).model == "starter-en"
    (file.parent / "starter-en").mkdir()
    assert load(file).model == str((file.parent / "starter-en").resolve())


@pytest.mark.skipif(sys.platform == "win32", reason="~ is not looked up in HOME there")
def test_a_model_may_be_in_the_home_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(file.parent))
    file.write_text("model = '~/models/small'")
    assert load(file).model == str(file.parent / "models" / "small")


def test_without_settings_the_timings_are_the_profiles() -> None:
    for profile in Profile:
        assert Listening(profile=profile).timings == PROFILES[profile]


def test_each_timing_can_be_set_over_the_profile(file: Path) -> None:
    file.write_text("[listening]\nprofile = 'patient'\nreflective = 6.5\n")
    timings = load(file).listening.timings
    assert timings.reflective == 6.5
    assert timings == msgspec.structs.replace(PROFILES[Profile.PATIENT], reflective=6.5)


def test_a_more_patient_profile_is_nowhere_hastier() -> None:
    default, patient, stammer = (msgspec.structs.astuple(PROFILES[one]) for one in Profile)
    assert all(a <= b <= c for a, b, c in zip(default, patient, stammer, strict=True))


def test_what_is_described_explains_every_key(home: Path) -> None:
    text = describe(Settings())
    assert str(home) in text.splitlines()[0]
    assert "these are the defaults" in text.splitlines()[0]
    keys = [*Settings.__struct_fields__, *Voice.__struct_fields__, *Listening.__struct_fields__]
    for key in keys:
        assert f"\n{key} = " in text or f"\n# {key} = " in text or f"\n[{key}]" in text
    # No key stands there without its explanation above it.
    assert "\n#\n" not in text


@given(
    chosen=st.builds(
        Settings,
        microphone=st.text(max_size=20),
        country=st.sampled_from(["", "GB"]),
        safe_word=st.sampled_from(["", "pineapple", "blue moon", "l'été"]),
        voice=st.builds(Voice, name=st.text(max_size=20), speed=st.floats(0.6, 1.6)),
        listening=st.builds(Listening, profile=st.sampled_from(Profile), reflective=st.just(4.0)),
    )
)
def test_what_is_described_can_be_read_back(
    tmp_path_factory: pytest.TempPathFactory, chosen: Settings
) -> None:
    file = tmp_path_factory.mktemp("described") / "settings.toml"
    text = describe(chosen, file)
    tomllib.loads(text)
    file.write_text(text, encoding="utf-8")
    assert load(file) == chosen
