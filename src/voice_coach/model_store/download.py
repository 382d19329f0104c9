"""Fetches one file, and goes on where an earlier try broke off.

What is there so far stands in ``NAME.part``, beside it what tells whether the server still has the
same file. Only https is followed; plain http only on this machine itself.
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from msgspec import Struct

from voice_coach.errors import Mendable

REDIRECTS = 5
CONNECT = 15.0
"""Seconds until a server has to answer."""
SILENCE = 30.0
"""Seconds that it may send nothing."""
SLOWEST = 2_000
"""Bytes a second, over ``SLOW_FOR`` seconds; below that it is given up, to be gone on with."""
SLOW_FOR = 60.0
BLOCK = 65_536
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class DownloadError(Mendable):
    """It was not fetched; what has come so far is kept."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for; seconds and bytes a second."""

    connect: float = CONNECT
    silence: float = SILENCE
    slowest: float = SLOWEST
    slow_for: float = SLOW_FOR


class _Origin(Struct):
    """Where a part came from, and which version of the file it is a part of."""

    address: str
    version: str


Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and, where known, the bytes that there will be."""


def fetch(
    address: str,
    target: Path,
    at_most: int,
    progress: Progress,
    patience: Patience | None = None,
) -> None:
    """Fetch ``address`` into ``target``, which appears only when it is whole.

    at_most: bytes; an answer that goes past it is cut off and thrown away. Raises DownloadError.
    """
    part = target.with_name(target.name + ".part")
    try:
        _fetch(address, part, at_most, progress, patience or Patience())
        part.replace(target)
        _note(part).unlink(missing_ok=True)
    except requests.exceptions.ConnectionError as problem:
        raise DownloadError(
            f"There is no connection to {urlsplit(address).hostname}, or it broke off. "
            "Try again: it goes on where it stopped. Without a network, fetch the archive on "
            f"another device ({address}), bring it here, and run: "
            "voice-coach models import FILE.zip"
        ) from problem
    except requests.exceptions.Timeout as problem:
        raise DownloadError(
            "The server stopped answering. Try again later: it goes on where it stopped."
        ) from problem
    except requests.exceptions.RequestException as problem:
        raise DownloadError(f"The address could not be fetched: {address}") from problem
    except OSError as problem:
        full = problem.errno == errno.ENOSPC
        what = "The disk is full" if full else f"The file could not be written: {problem.strerror}"
        raise DownloadError(
            f"{what}. Make room and try again: it goes on where it stopped."
        ) from problem


def _fetch(address: str, part: Path, at_most: int, progress: Progress, patience: Patience) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    have, version = _kept(part, address)
    headers = {"Accept-Encoding": "identity", "User-Agent": "voice-coach"}
    if have and version:
        headers |= {"Range": f"bytes={have}-", "If-Range": version}
    answer = _ask(address, headers, patience)
    with contextlib.closing(answer):
        if answer.status_code == requests.codes.range_not_satisfiable:
            part.unlink(missing_ok=True)
            raise DownloadError("The file has changed at its source. Try again: it begins anew.")
        if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise DownloadError(
                f"The server answers {answer.status_code} for {address}. It may have moved; "
                "try again later, or bring the archive and run: voice-coach models import FILE.zip"
            )
        going_on = answer.status_code == requests.codes.partial_content and _begins(answer, have)
        if answer.status_code == requests.codes.partial_content and not going_on:
            part.unlink(missing_ok=True)
            raise DownloadError("The server sent another part than was asked for. Try again.")
        have = have if going_on else 0
        total = _total(answer, have)
        if total is not None and total > at_most:
            raise DownloadError(_too_large(total, at_most))
        if not going_on:
            version = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
            weak = version.startswith("W/")
            _note(part).write_bytes(msgspec.json.encode(_Origin(address, "" if weak else version)))
        have = _write(answer, part, have, total, at_most, progress, patience)
        if total is not None and have < total:
            raise DownloadError(
                f"The connection broke off after {have / 1e6:.1f} of {total / 1e6:.1f} MB. "
                "Try again: it goes on where it stopped."
            )


def _write(
    answer: requests.Response,
    part: Path,
    have: int,
    total: int | None,
    at_most: int,
    progress: Progress,
    patience: Patience,
) -> int:
    began, at_first = time.monotonic(), have
    with part.open("ab" if have else "wb") as file:
        progress(have, total)
        try:
            for block in answer.iter_content(BLOCK):
                if have + len(block) > (at_most if total is None else total):
                    break
                file.write(block)
                have += len(block)
                progress(have, total)
                went = time.monotonic() - began
                if went > patience.slow_for:
                    if (have - at_first) / went < patience.slowest:
                        raise DownloadError(
                            "The server is very slow just now. Try again later: it goes on where "
                            "it stopped."
                        )
                    began, at_first = time.monotonic(), have
            else:
                return have
        except requests.exceptions.ChunkedEncodingError as problem:
            raise DownloadError(
                f"The connection broke off after {have / 1e6:.1f} MB. "
                "Try again: it goes on where it stopped."
            ) from problem
    part.unlink(missing_ok=True)
    raise DownloadError(_too_large(None, at_most))


def _too_large(total: int | None, at_most: int) -> str:
    size = f"{total / 1e6:.0f} MB" if total is not None else "more and more"
    return (
        f"The server sends {size}, and this model should have at most {at_most / 1e6:.0f} MB. "
        "Nothing of it is kept: it is not what the catalogue describes."
    )


def _ask(address: str, headers: dict[str, str], patience: Patience) -> requests.Response:
    """The answer after redirections, its body still to be read."""
    for _ in range(REDIRECTS + 1):
        _allowed(address)
        answer = requests.get(
            address,
            headers=headers,
            stream=True,
            timeout=(patience.connect, patience.silence),
            allow_redirects=False,
        )
        if not answer.is_redirect:
            return answer
        answer.close()
        further = urljoin(address, answer.headers["Location"])
        if urlsplit(address).hostname not in LOCAL and urlsplit(further).hostname in LOCAL:
            raise DownloadError(f"The server sends on to this machine itself: {further}")
        address = further
    raise DownloadError("The server sends on from address to address without an end.")


def _allowed(address: str) -> None:
    where = urlsplit(address)
    if where.scheme == "https" or (where.scheme == "http" and where.hostname in LOCAL):
        return
    raise DownloadError(f"Only https is used, and this is not: {address}")


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".from")


def _kept(part: Path, address: str) -> tuple[int, str]:
    """How many bytes of this very address there are, and of which version."""
    try:
        origin = msgspec.json.decode(_note(part).read_bytes(), type=_Origin)
        return (part.stat().st_size, origin.version) if origin.address == address else (0, "")
    except (OSError, msgspec.MsgspecError):
        return 0, ""


def _begins(answer: requests.Response, have: int) -> bool:
    return answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _total(answer: requests.Response, have: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return have + int(length) if length.isdecimal() else None
