"""A model gets onto the shelf whole or not at all, and what was there stays."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import filelock
import pytest

from voice_coach.listening import models
from voice_coach.listening.models import ModelError, find_model
from voice_coach.model_store import archive as archive_module
from voice_coach.model_store.archive import ArchiveError
from voice_coach.model_store.catalogue import catalogue
from voice_coach.model_store.shelf import Shelf, ShelfError, digest

STARTER = find_model(None)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter model, as its makers would have packed it."""
    file = tmp_path_factory.mktemp("archive") / "some-model.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as opened:
        for one in STARTER.rglob("*"):
            if one.is_file():
                opened.write(one, f"some-model/{one.relative_to(STARTER).as_posix()}")
    return file


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models")


def spoilt(archive: Path, tmp_path: Path, left_out: str) -> Path:
    file = tmp_path / "spoilt.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            if left_out not in name:
                target.writestr(name, source.read(name))
    return file


def kept(shelf: Shelf) -> list[str]:
    """What is in the shelf's folder, beside its lock."""
    return sorted(one.name for one in shelf.home.iterdir() if one.name != ".lock")


def test_an_archive_is_brought_in_and_pinned(shelf: Shelf, archive: Path) -> None:
    assert shelf.names() == []
    assert shelf.bring_in(archive, "mine")
    assert shelf.names() == ["mine"]
    models.check(shelf.home / "mine")
    assert not shelf.bring_in(archive, "mine")
    assert kept(shelf) == ["mine", "pins.json"]


def test_another_archive_under_a_pinned_name_is_refused(
    shelf: Shelf, archive: Path, tmp_path: Path
) -> None:
    shelf.bring_in(archive, "mine")
    other = tmp_path / "other.zip"
    other.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(ShelfError, match="SHA-256"):
        shelf.bring_in(other, "mine")
    models.check(shelf.home / "mine")


def test_a_published_checksum_decides(shelf: Shelf, archive: Path) -> None:
    with pytest.raises(ShelfError, match="SHA-256"):
        shelf.bring_in(archive, "mine", "0" * 64)
    assert shelf.names() == []
    assert not shelf.bring_in(archive, "mine", digest(archive))


def test_a_damaged_model_does_not_replace_a_whole_one(
    shelf: Shelf, archive: Path, tmp_path: Path
) -> None:
    shelf.bring_in(archive, "mine")
    (shelf.home / "pins.json").unlink()
    with pytest.raises(ModelError):
        shelf.bring_in(spoilt(archive, tmp_path, "words.txt"), "mine")
    models.check(shelf.home / "mine")
    assert shelf.names() == ["mine"]


def test_what_is_no_archive_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "text.zip"
    file.write_text("hello")
    with pytest.raises(ArchiveError):
        shelf.bring_in(file, "mine")
    assert kept(shelf) == []


def test_a_full_disk_leaves_the_old_model(
    shelf: Shelf, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.bring_in(archive, "mine")

    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive_module, "unpack", full)
    with pytest.raises(ShelfError, match="disk is full"):
        shelf.bring_in(archive, "mine")
    models.check(shelf.home / "mine")
    assert shelf.names() == ["mine"]


def test_killed_between_the_two_steps_the_old_model_comes_back(shelf: Shelf, archive: Path) -> None:
    shelf.bring_in(archive, "mine")
    (shelf.home / "mine").rename(shelf.home / ".before-mine")
    again = Shelf(shelf.home)
    assert again.names() == ["mine"]
    models.check(shelf.home / "mine")


def test_killed_after_them_the_new_model_stays(shelf: Shelf, archive: Path) -> None:
    shelf.bring_in(archive, "mine")
    shutil.copytree(shelf.home / "mine", shelf.home / ".before-mine")
    assert Shelf(shelf.home).names() == ["mine"]


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_killed_at_any_moment_there_is_a_whole_model(
    shelf: Shelf, archive: Path, after: float
) -> None:
    """SIGKILL, so long after the replacing began."""
    shelf.bring_in(archive, "mine")
    child = subprocess.Popen(
        [sys.executable, "-c", BRING_IN, str(shelf.home), str(archive)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(after)
    child.kill()
    child.communicate()
    again = Shelf(shelf.home)
    assert again.names() == ["mine"]
    models.check(shelf.home / "mine")
    again.bring_in(archive, "mine")
    assert kept(shelf) == ["mine", "pins.json"]


def test_what_a_kill_left_is_swept_away(shelf: Shelf, archive: Path) -> None:
    (shelf.home / ".new-abc").mkdir(parents=True)
    (shelf.home / ".new-abc" / "half").write_bytes(b"x")
    shelf.bring_in(archive, "mine")
    assert kept(shelf) == ["mine", "pins.json"]


def test_only_one_program_at_a_time_brings_in(shelf: Shelf, archive: Path) -> None:
    shelf.bring_in(archive, "mine")
    with (
        filelock.FileLock(shelf.home / ".lock"),
        pytest.raises(ShelfError, match="Another Voice Coach"),
    ):
        Shelf(shelf.home).bring_in(archive, "mine")
    models.check(shelf.home / "mine")


BRING_IN = """
import sys
from pathlib import Path
from voice_coach.model_store.shelf import Shelf
print("now", flush=True)
Shelf(Path(sys.argv[1])).bring_in(Path(sys.argv[2]), "mine")
"""


def test_a_broken_list_of_pins_is_told(shelf: Shelf, archive: Path) -> None:
    shelf.home.mkdir(parents=True)
    (shelf.home / "pins.json").write_text("{")
    with pytest.raises(ShelfError, match=r"pins\.json"):
        shelf.bring_in(archive, "mine")


def test_a_missing_file_is_told(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match="cannot be read"):
        shelf.bring_in(tmp_path / "none.zip", "mine")


def test_the_catalogue_has_one_usual_model_a_language() -> None:
    entries = catalogue().models
    assert len({one.name for one in entries}) == len(entries)
    for language in {one.language for one in entries}:
        assert [one.usual for one in entries if one.language == language].count(True) == 1
    english = catalogue().named("en")
    assert english is not None
    assert english.address.endswith(f"/{english.name}.zip")
    assert "9.85" in english.line
