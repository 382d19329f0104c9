"""Archives that mean harm write nothing outside their folder, and do not swell."""

from __future__ import annotations

import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from voice_coach.model_store import archive
from voice_coach.model_store.archive import ArchiveError, unpack


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "in" / "folder"
    folder.mkdir(parents=True)
    return folder


def zipped(tmp_path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    file = tmp_path / "model.zip"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # two members of one name, on purpose
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, data in members:
                opened.writestr(name, data)
    return file


def special(name: str, kind: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


def test_a_folder_in_an_archive_is_the_model(tmp_path: Path, into: Path) -> None:
    file = zipped(tmp_path, ("model-1/am/final.mdl", b"a"), ("model-1/README", b"b"))
    assert unpack(file, into) == into / "model-1"
    assert (into / "model-1" / "am" / "final.mdl").read_bytes() == b"a"


def test_an_archive_without_a_folder_is_the_model_itself(tmp_path: Path, into: Path) -> None:
    assert unpack(zipped(tmp_path, ("final.mdl", b"a"), ("words.txt", b"b")), into) == into


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "model/../../outside",
        "/etc/outside",
        "C:/outside",
        "model\\..\\outside",
        "model/con.txt",
        "model/LPT1",
        "model/name.",
        "model/" + "a" * 300,
        "model/a\x01b",
    ],
)
def test_nothing_is_written_outside(tmp_path: Path, into: Path, name: str) -> None:
    file = zipped(tmp_path, ("model/first", b"x"), (name, b"harm"))
    with pytest.raises(ArchiveError, match="where it may not"):
        unpack(file, into)
    assert list(into.iterdir()) == []
    assert sorted(one.name for one in tmp_path.rglob("outside")) == []


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_links_and_devices_are_refused(tmp_path: Path, into: Path, kind: int) -> None:
    file = zipped(tmp_path, (special("model/link", kind), b"/etc/passwd"))
    with pytest.raises(ArchiveError, match="link or a device"):
        unpack(file, into)
    assert list(into.iterdir()) == []


def test_two_files_of_one_name_are_refused(tmp_path: Path, into: Path) -> None:
    file = zipped(tmp_path, ("model/a", b"1"), ("model/A", b"2"))
    with pytest.raises(ArchiveError, match="two files"):
        unpack(file, into)


def test_a_file_where_a_folder_is_does_no_harm(tmp_path: Path, into: Path) -> None:
    file = zipped(tmp_path, ("model", b"1"), ("model/a", b"2"))
    with pytest.raises((ArchiveError, OSError)):
        unpack(file, into)


def test_a_bomb_is_stopped(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 1_000_000)
    file = zipped(tmp_path, ("model/zeros", bytes(50_000_000)))
    assert file.stat().st_size < 100_000
    with pytest.raises(ArchiveError, match="swells"):
        unpack(file, into)
    assert sum(one.stat().st_size for one in into.rglob("zeros")) < 10_000_000


def test_a_bomb_that_lies_about_its_size_is_stopped(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "SMALL", 1_000_000)
    file = zipped(tmp_path, ("model/zeros", bytes(50_000_000)))
    data = file.read_bytes()
    file.write_bytes(data.replace((50_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(ArchiveError):
        unpack(file, into)


def test_too_many_files_are_refused(tmp_path: Path, into: Path) -> None:
    members = tuple((f"model/{n}", b"") for n in range(archive.MOST_FILES + 1))
    with pytest.raises(ArchiveError, match="no model"):
        unpack(zipped(tmp_path, *members), into)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_archive_is_told(tmp_path: Path, into: Path, data: bytes) -> None:
    file = tmp_path / "model.zip"
    file.write_bytes(data)
    with pytest.raises(ArchiveError, match="no zip archive"):
        unpack(file, into)


def test_an_empty_archive_is_told(tmp_path: Path, into: Path) -> None:
    with pytest.raises(ArchiveError, match="empty"):
        unpack(zipped(tmp_path), into)


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_cut_or_damaged_archive_is_told(tmp_path: Path, into: Path, at: float) -> None:
    file = zipped(tmp_path, ("model/a", bytes(range(256)) * 400), ("model/b", b"b" * 1000))
    data = bytearray(file.read_bytes())
    file.write_bytes(data[: int(len(data) * at)])
    with pytest.raises(ArchiveError):
        unpack(file, into)


def test_a_changed_byte_is_found_by_its_checksum(tmp_path: Path, into: Path) -> None:
    file = zipped(tmp_path, ("model/a", bytes(range(256)) * 400))
    data = bytearray(file.read_bytes())
    data[60] ^= 0xFF
    file.write_bytes(data)
    with pytest.raises(ArchiveError):
        unpack(file, into)
