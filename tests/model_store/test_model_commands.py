"""``voice-coach models`` as a person uses it; a fake brings what would come over the network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voice_coach import app
from voice_coach.cli import main
from voice_coach.listening import models
from voice_coach.listening.models import find_model
from voice_coach.model_store import commands
from voice_coach.model_store import shelf as shelf_module
from voice_coach.model_store.catalogue import catalogue
from voice_coach.model_store.shelf import NoRoom, Shelf

STARTER = find_model(None)
USUAL = catalogue().models[0].name


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty shelf, settings and caches of its own."""
    place = tmp_path / "data" / "models"
    monkeypatch.setattr(models, "shelf_home", lambda: place)
    monkeypatch.setattr(app, "shelf_home", lambda: place)
    monkeypatch.setattr(models, "_memory", lambda: tmp_path / "cache" / "checked")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return place


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The starter model, as its makers would have packed it."""
    shutil.copytree(STARTER, tmp_path / "packed" / "some-model")
    made = shutil.make_archive(str(tmp_path / "some-model"), "zip", tmp_path / "packed")
    return Path(made)


@pytest.fixture
def fetched(archive: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were fetched from; each brings the archive as it is by then."""
    addresses: list[str] = []

    def fetch(address: str, target: Path, _: int) -> None:
        addresses.append(address)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(archive, target)

    monkeypatch.setattr(commands, "_fetch", fetch)
    return addresses


def run(tmp_path: Path, *arguments: str, typed: str = "") -> Result:
    settings = tmp_path / "settings.toml"
    settings.touch()
    return CliRunner().invoke(
        main, ["--settings", str(settings), "models", *arguments], input=typed
    )


def test_get_asks_first_and_takes_no(home: Path, tmp_path: Path, fetched: list[str]) -> None:
    said = run(tmp_path, "get", "en", typed="n\n")
    assert "uses the network" in said.output
    assert "Nothing was fetched" in said.output
    assert fetched == []
    assert not home.exists()


def test_get_use_check_and_back(home: Path, tmp_path: Path, fetched: list[str]) -> None:
    assert run(tmp_path, "get", "en", "--yes").exit_code == 0
    assert fetched == [catalogue().models[0].address]
    assert list((home / ".downloads").iterdir()) == []
    assert "starter-en" in run(tmp_path, "list").output.partition("Here:")[0]
    assert run(tmp_path, "use", USUAL).exit_code == 0
    assert f"In use: {USUAL}" in run(tmp_path, "list").output
    assert f"{USUAL} is whole" in run(tmp_path, "check").output
    assert run(tmp_path, "use", "starter-en").exit_code == 0
    assert "hears free speech by people poorly" in run(tmp_path, "check").output


@pytest.mark.usefixtures("fetched")
def test_a_refused_archive_is_not_kept(home: Path, tmp_path: Path, archive: Path) -> None:
    run(tmp_path, "get", "en", "--yes")
    archive.write_bytes(archive.read_bytes() + b"\0")
    said = run(tmp_path, "get", "en", "--yes")
    assert said.exit_code == 2
    assert "SHA-256" in said.output
    assert list((home / ".downloads").iterdir()) == []
    models.check(home / USUAL)


def test_what_found_no_room_is_not_fetched_twice(
    home: Path, tmp_path: Path, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def full(*_: object) -> bool:
            raise NoRoom("The disk is full.")

        patch.setattr(shelf_module.Shelf, "bring_in", full)
        assert "disk is full" in run(tmp_path, "get", "en", "--yes").output
    said = run(tmp_path, "get", "en", "--yes")
    assert said.exit_code == 0
    assert "fetched before" in said.output
    assert len(fetched) == 1
    assert Shelf(home).names() == [USUAL]


def test_import_by_hand(home: Path, tmp_path: Path, archive: Path) -> None:
    assert "remembered" in run(tmp_path, "import", str(archive)).output
    assert Shelf(home).names() == ["some-model"]
    assert "no name" in run(tmp_path, "import", str(archive), "--name", "../up").output
    assert "cannot be read" in run(tmp_path, "import", str(tmp_path / "none.zip")).output


@pytest.mark.usefixtures("home")
def test_the_usual_model_is_offered_once_ever() -> None:
    assert app.first_offer("en")
    assert not app.first_offer("en")


def test_it_is_not_offered_where_it_is(home: Path) -> None:
    (home / USUAL).mkdir(parents=True)
    assert not app.first_offer("en")


@pytest.mark.usefixtures("home")
def test_nothing_is_offered_in_a_language_without_models() -> None:
    assert not app.first_offer("xx")
