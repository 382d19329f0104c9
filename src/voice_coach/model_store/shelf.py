"""The folder that models are kept in, and how one gets there: whole, checked, in one step."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import filelock
import msgspec

from voice_coach.errors import Mendable
from voice_coach.listening import models
from voice_coach.model_store import archive

_OLD = ".before-"
"""A model that is being replaced; found again where the program was killed in the middle."""
_NEW = ".new-"
"""One that is being unpacked; removed where the program was killed in the middle."""


class ShelfError(Mendable):
    """A model was not brought in; what was there before still is."""


class NoRoom(ShelfError):
    """The disk is full; the archive itself may be as it should."""


class Shelf:
    """The models that the person brought in."""

    def __init__(self, home: Path | None = None) -> None:
        """``home``: the folder; by default ``models.shelf_home()``."""
        self.home = home or models.shelf_home()
        self._mend()

    @property
    def downloads(self) -> Path:
        """Where archives lie until they are brought in."""
        return self.home / ".downloads"

    def names(self) -> list[str]:
        """What is there."""
        if not self.home.is_dir():
            return []
        return sorted(
            one.name for one in self.home.iterdir() if one.is_dir() and one.name[0] != "."
        )

    def bring_in(self, file: Path, name: str, sha256: str = "") -> bool:
        """Unpack, check and put in place; True where the archive was pinned by this.

        sha256: what the archive must have; empty: what it had the first time, if there was one.
        Raises ShelfError, ArchiveError, ModelError.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with self._alone():
                return self._bring_in(file, name, sha256)
        except filelock.Timeout as busy:
            raise ShelfError(
                "Another Voice Coach is bringing in a model. Wait until it is done and try again."
            ) from busy
        except OSError as problem:
            if problem.errno == errno.ENOSPC:
                raise NoRoom(
                    "The disk is full. What was there before is unchanged; make room and try again."
                ) from problem
            raise ShelfError(
                f"The model could not be written: {problem}. What was there before is unchanged."
            ) from problem

    def _bring_in(self, file: Path, name: str, sha256: str) -> bool:
        found = digest(file)
        pinned = self._pins().get(name, "")
        if (sha256 or pinned) and found != (sha256 or pinned):
            raise ShelfError(
                f"{file.name} is not the archive that is expected: its SHA-256 is {found}, not "
                f"{sha256 or pinned}. Fetch it again. If its makers have changed it, remove the "
                f"line of {name} from {self._pin_file}."
            )
        self._sweep()
        with tempfile.TemporaryDirectory(prefix=_NEW, dir=self.home) as folder:
            root = archive.unpack(file, Path(folder))
            models.check(root)
            self._swap(root, name)
        if sha256 or pinned:
            return False
        self._pin(name, found)
        return True

    # --- putting in place ---

    def _swap(self, fresh: Path, name: str) -> None:
        place, before = self.home / name, self.home / f"{_OLD}{name}"
        if place.exists():
            shutil.rmtree(before, ignore_errors=True)
            place.rename(before)
        try:
            fresh.rename(place)
        except OSError:
            if before.exists():
                before.rename(place)
            raise
        shutil.rmtree(before, ignore_errors=True)

    def _mend(self) -> None:
        """After a kill between the two steps of a swap: back to the model before."""
        if not any(self.home.glob(f"{_OLD}*")):
            return
        with suppress(filelock.Timeout), self._alone():  # else a swap is under way
            for before in self.home.glob(f"{_OLD}*"):
                place = self.home / before.name.removeprefix(_OLD)
                if not place.exists():
                    before.rename(place)

    def _sweep(self) -> None:
        """What is left after a kill."""
        for kind in (_NEW, _OLD):
            for left in self.home.glob(f"{kind}*"):
                shutil.rmtree(left, ignore_errors=True)

    def _alone(self) -> filelock.BaseFileLock:
        """Held by one program at a time; the system lets go of it where that one is killed."""
        return filelock.FileLock(self.home / ".lock", timeout=0)

    # --- pins ---

    @property
    def _pin_file(self) -> Path:
        return self.home / "pins.json"

    def _pins(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._pin_file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as problem:
            raise ShelfError(
                f"{self._pin_file} cannot be read: {problem}. Remove it to pin anew."
            ) from problem

    def _pin(self, name: str, found: str) -> None:
        text = msgspec.json.format(msgspec.json.encode(self._pins() | {name: found}), indent=2)
        fresh = self._pin_file.with_name(f"pins.{os.getpid()}.json")
        fresh.write_bytes(text + b"\n")
        fresh.replace(self._pin_file)


def digest(file: Path) -> str:
    """The file's SHA-256. Raises ShelfError where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as problem:
        raise ShelfError(f"{file} cannot be read: {problem.strerror}.") from problem
