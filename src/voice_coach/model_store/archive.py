"""Unpacks a model's archive, which may be anything at all.

Nothing may leave its folder, be a link or a device, hide behind another name, or swell without
bounds; the sizes that count are those that really come out, not those that the archive states.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from voice_coach.errors import Mendable

MOST_FILES = 2_000
MOST_BYTES = 12_000_000_000
MOST_GROWTH = 60
"""Times the archive's own size, past the first ``SMALL`` bytes."""
SMALL = 50_000_000
BLOCK = 1 << 20
_WINDOWS_NAMES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{kind}{n}" for kind in ("com", "lpt") for n in range(10)}
)


class ArchiveError(Mendable):
    """The archive cannot be used. Nothing of it was kept."""


def unpack(archive: Path, into: Path) -> Path:
    """Unpack into an empty folder; the folder that holds the model's files.

    Raises ArchiveError for what is no archive, is damaged or hostile, OSError for a full disk.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            names = _names(opened)
            _extract(opened, names, into, archive.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise ArchiveError(
            f"{archive.name} is no zip archive, or it is damaged. Fetch it again."
        ) from problem
    inside = list(into.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else into


def _names(opened: zipfile.ZipFile) -> dict[zipfile.ZipInfo, PurePosixPath]:
    """Where each file goes, all of them looked at before the first is written."""
    members = opened.infolist()
    if len(members) > MOST_FILES:
        raise ArchiveError(f"The archive holds {len(members)} files: that is no model.")
    names: dict[zipfile.ZipInfo, PurePosixPath] = {}
    seen: set[str] = set()
    for member in members:
        mode = member.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ArchiveError(f"The archive holds a link or a device: {member.filename!r}.")
        if member.flag_bits & 1:
            raise ArchiveError("The archive is locked with a password.")
        if member.is_dir():
            continue
        name = _safe(member.filename)
        folded = str(name).casefold()
        if folded in seen:
            raise ArchiveError(f"The archive holds two files of one name: {member.filename!r}.")
        seen.add(folded)
        names[member] = name
    if not names:
        raise ArchiveError("The archive is empty.")
    return names


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    parts = path.parts
    bad = (
        "\\" in name
        or ":" in name
        or any(ord(sign) < 32 for sign in name)
        or path.is_absolute()
        or not parts
        or ".." in parts
        or len(name) > 240
        or any(part.split(".")[0].casefold() in _WINDOWS_NAMES for part in parts)
        or any(part.endswith((".", " ")) for part in parts)
    )
    if bad:
        raise ArchiveError(f"The archive wants to write where it may not: {name[:80]!r}.")
    return path


def _extract(
    opened: zipfile.ZipFile,
    names: dict[zipfile.ZipInfo, PurePosixPath],
    into: Path,
    size: int,
) -> None:
    room = min(MOST_BYTES, SMALL + MOST_GROWTH * size)
    for member, name in names.items():
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, target.open("xb") as file:
            while block := source.read(BLOCK):
                room -= len(block)
                if room < 0:
                    raise ArchiveError("The archive swells without bounds: that is no model.")
                file.write(block)
