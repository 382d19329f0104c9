"""Fetching from a server that cuts, lies, sends on, crawls, or never ends."""

from __future__ import annotations

import contextlib
import errno
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from voice_coach.model_store.download import DownloadError, Patience, fetch

pytestmark = pytest.mark.network

CONTENT = bytes(range(256)) * 2_000
PATIENCE = Patience(connect=2.0, silence=0.5, slowest=50_000, slow_for=0.4)
ROOM = 1_000_000


@dataclass
class Server:
    """What the next answers are, and what was asked for."""

    port: int = 0
    cut_at: int | None = None
    status: int = 200
    location: str = ""
    tag: str = '"one"'
    ranges: bool = True
    content: bytes = CONTENT
    length: bool = True
    endless: bool = False
    pause: float = 0.0
    asked: list[str] = field(default_factory=list)
    """The Range header of each request; empty where there was none."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/model.zip"


@pytest.fixture
def server() -> Iterator[Server]:
    plan = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError):  # the client hung up
                answer(self, plan)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        plan.port = running.server_address[1]
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield plan
        running.shutdown()


def answer(handler: BaseHTTPRequestHandler, plan: Server) -> None:
    wanted = handler.headers.get("Range", "")
    plan.asked.append(wanted)
    if plan.location:
        handler.send_response(302)
        handler.send_header("Location", plan.location)
        handler.end_headers()
        return
    begin = 0
    if wanted and plan.ranges and handler.headers.get("If-Range") == plan.tag:
        begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
    content = plan.content[begin:]
    handler.send_response(206 if begin else plan.status)
    if begin:
        last = len(plan.content) - 1
        handler.send_header("Content-Range", f"bytes {begin}-{last}/{len(plan.content)}")
    handler.send_header("ETag", plan.tag)
    if plan.length and not plan.endless:
        handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    if plan.cut_at is not None:
        content = content[: max(0, plan.cut_at - begin)]
    while True:
        for at in range(0, len(content), 16_384):
            handler.wfile.write(content[at : at + 16_384])
            time.sleep(plan.pause)
        if not plan.endless:
            return


def get(server: Server, target: Path, room: int = ROOM) -> list[tuple[int, int | None]]:
    seen: list[tuple[int, int | None]] = []
    fetch(server.address, target, room, lambda *now: seen.append(now), PATIENCE)
    return seen


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "model.zip"


def rest(target: Path) -> list[str]:
    return sorted(one.name for one in target.parent.iterdir())


def test_it_comes_whole_and_tells_how_far_it_is(server: Server, target: Path) -> None:
    seen = get(server, target)
    assert target.read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert rest(target) == ["model.zip"]


def test_a_cut_is_gone_on_with_where_it_was(server: Server, target: Path) -> None:
    server.cut_at = 200_000
    with pytest.raises(DownloadError, match="goes on where it stopped"):
        get(server, target)
    assert not target.exists()
    server.cut_at = None
    seen = get(server, target)
    assert target.read_bytes() == CONTENT
    assert seen[0][0] > 100_000
    assert server.asked[1] == f"bytes={seen[0][0]}-"


def test_several_cuts_in_a_row(server: Server, target: Path) -> None:
    for cut in (100_000, 250_000, 400_000):
        server.cut_at = cut
        with pytest.raises(DownloadError):
            get(server, target)
    server.cut_at = None
    get(server, target)
    assert target.read_bytes() == CONTENT


def test_a_file_that_has_changed_meanwhile_begins_anew(server: Server, target: Path) -> None:
    server.cut_at = 200_000
    with pytest.raises(DownloadError):
        get(server, target)
    server.cut_at, server.tag, server.content = None, '"two"', CONTENT[::-1]
    get(server, target)
    assert target.read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_begins_anew(server: Server, target: Path) -> None:
    server.cut_at, server.ranges = 200_000, False
    with pytest.raises(DownloadError):
        get(server, target)
    server.cut_at = None
    get(server, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_is_told_by_its_number(server: Server, target: Path, status: int) -> None:
    server.status = status
    with pytest.raises(DownloadError, match=str(status)):
        get(server, target)
    assert not target.exists()


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("file:///etc/passwd", "Only https"),
        ("http://example.org/model.zip", "Only https"),
        ("ftp://example.org/model.zip", "Only https"),
        ("/model.zip", "without an end"),
    ],
)
def test_bad_redirections_are_not_followed(
    server: Server, target: Path, location: str, said: str
) -> None:
    server.location = location
    with pytest.raises(DownloadError, match=said):
        get(server, target)
    assert not target.exists()


def test_plain_http_elsewhere_is_not_even_asked(target: Path) -> None:
    with pytest.raises(DownloadError, match="Only https"):
        fetch("http://example.org/model.zip", target, ROOM, lambda *_: None, PATIENCE)


def test_an_answer_without_an_end_is_cut_off_and_thrown_away(server: Server, target: Path) -> None:
    server.endless = True
    with pytest.raises(DownloadError, match="more and more"):
        get(server, target)
    assert not target.exists()
    assert not target.with_name("model.zip.part").exists()


def test_an_answer_that_announces_too_much_is_refused_at_once(server: Server, target: Path) -> None:
    with pytest.raises(DownloadError, match="should have at most"):
        get(server, target, room=1_000)


def test_silence_is_given_up(server: Server, target: Path) -> None:
    server.pause = 2.0
    with pytest.raises(DownloadError, match=r"goes on where it stopped"):
        get(server, target)


def test_a_crawling_server_is_given_up_and_gone_on_with(server: Server, target: Path) -> None:
    server.pause = 0.4  # 40,000 bytes a second
    with pytest.raises(DownloadError, match="slow"):
        get(server, target)
    server.pause = 0.0
    assert get(server, target)[0][0] > 0
    assert target.read_bytes() == CONTENT


def test_no_connection_says_how_to_bring_it_by_hand(target: Path) -> None:
    with pytest.raises(DownloadError, match="models import"):
        fetch("http://127.0.0.1:9/model.zip", target, ROOM, lambda *_: None, PATIENCE)


def test_a_full_disk_keeps_what_there_is(server: Server, target: Path) -> None:
    def full(have: int, _: int | None) -> None:
        if have > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DownloadError, match="disk is full"):
        fetch(server.address, target, ROOM, full, PATIENCE)
    assert get(server, target)[0][0] > 100_000
    assert target.read_bytes() == CONTENT


def test_killed_in_the_middle_it_goes_on_where_it_was(server: Server, target: Path) -> None:
    """SIGKILL, while the bytes come in."""
    server.pause = 0.05
    part = target.with_name("model.zip.part")
    child = subprocess.Popen([sys.executable, "-c", FETCH, server.address, str(target)])
    until = time.monotonic() + 20
    while time.monotonic() < until and not (part.exists() and part.stat().st_size):
        time.sleep(0.01)
    child.kill()
    child.wait(10)
    kept = part.stat().st_size
    assert 0 < kept < len(CONTENT)
    assert not target.exists()
    server.pause = 0.0
    assert get(server, target)[0][0] == kept
    assert target.read_bytes() == CONTENT
    assert rest(target) == ["model.zip"]


FETCH = f"""
import sys
from pathlib import Path
from voice_coach.model_store.download import fetch
fetch(sys.argv[1], Path(sys.argv[2]), {ROOM}, lambda *_: None)
"""
