"""The child process in which pyttsx3 and espeak-ng live, so that they can be killed and restarted.

It is started as ``python -m voice_coach.speaking.voice_worker`` and speaks frames (a kind, a
length, a body) over its standard input and output; nothing else reaches either of them. Text goes
in and samples come out through these pipes alone, never by arguments, environment or named files.

espeak-ng keeps state from one utterance to the next (the flutter of the pitch, noise), and
pyttsx3 loses utterances when it is used for more than one. So on Linux every utterance gets a
fresh fork of a process that has the libraries loaded and nothing initialised: the same text always
gives the same samples. Elsewhere one engine renders everything.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import sys
import threading
from dataclasses import dataclass
from typing import NoReturn

from voice_coach.speaking import espeak

_HEADER = struct.Struct(">cI")
_SAMPLES = struct.Struct(">I")

DESCRIBE = b"D"
"""Parent to worker, no body: answered by READY."""
RENDER = b"R"
"""Parent to worker, JSON ``{"text", "rate", "voice"}``: answered by AUDIO or FAILED."""
READY = b"Y"
"""Worker to parent, JSON ``{"version", "library", "voices", "variants"}``."""
AUDIO = b"A"
"""Worker to parent: the sample rate (4 bytes, big-endian), then int16 samples, little-endian."""
FAILED = b"F"
"""Worker to parent: why, as text that does not hold what was to be said."""


@dataclass(frozen=True, slots=True)
class Message:
    """One frame of the pipe."""

    kind: bytes
    body: bytes = b""

    def encode(self) -> bytes:
        return _HEADER.pack(self.kind, len(self.body)) + self.body


def read_message(fd: int) -> Message | None:
    """The next message from a pipe; None at its end (also in the middle of a message)."""
    header = _read_exactly(fd, _HEADER.size)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    body = _read_exactly(fd, length)
    return None if body is None else Message(kind, body)


def write_message(fd: int, message: Message) -> None:
    """Write all of it. Raises OSError where the other end is gone."""
    rest = memoryview(message.encode())
    while rest:
        rest = rest[os.write(fd, rest) :]


def audio_of(message: Message) -> tuple[int, bytes]:
    """Sample rate and int16 samples of an AUDIO message."""
    (rate,) = _SAMPLES.unpack_from(message.body)
    return rate, message.body[_SAMPLES.size :]


def _read_exactly(fd: int, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = os.read(fd, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


# --- the work ----------------------------------------------------------------------------------


def _answer(request: Message) -> Message:
    """What one engine in this process makes of a request."""
    try:
        if request.kind == DESCRIBE:
            return Message(READY, json.dumps(espeak.describe()).encode())
        wanted = json.loads(request.body)
        rate, pcm = espeak.render(wanted["text"], wanted["rate"], wanted["voice"])
    except espeak.EspeakError as error:
        return Message(FAILED, str(error).encode())
    return Message(AUDIO, _SAMPLES.pack(rate) + pcm)


def _answer_in_fork(request: Message, requests: int) -> Message:
    """The same in a fresh fork, which ends with it (and with the parent, whatever it is doing)."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            write_message(writer, _answer(request))
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    try:
        ready, _, _ = select.select([reader, requests], [], [])
        if reader not in ready:
            # The parent sends nothing while it waits for an answer: it is gone.
            os.kill(child, signal.SIGKILL)
            os._exit(0)
        answer = read_message(reader)
    finally:
        os.close(reader)
        _, status = os.waitpid(child, 0)
    return answer or Message(FAILED, f"espeak-ng ended by itself (status {status})".encode())


def _serve_forking(requests: int, answers: int) -> None:
    while (request := read_message(requests)) is not None:
        write_message(answers, _answer_in_fork(request, requests))


def _serve_alone(requests: int, answers: int) -> None:
    """With a thread that sees the parent go even while a render hangs."""
    arrived = threading.Semaphore(0)
    waiting: list[Message] = []

    def listen() -> NoReturn:
        while (request := read_message(requests)) is not None:
            waiting.append(request)
            arrived.release()
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        arrived.acquire()
        write_message(answers, _answer(waiting.pop(0)))


def _private_pipes() -> tuple[int, int]:
    """Take standard input and output away from everything else in this process."""
    requests, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    if sys.platform == "win32":
        import msvcrt

        for fd in (requests, answers):
            msvcrt.setmode(fd, os.O_BINARY)
    return requests, answers


def main() -> None:
    """Serve requests until the parent is gone."""
    # Ctrl-C reaches every process of the terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = _private_pipes()
    try:
        espeak.load()
    except espeak.EspeakError as error:
        write_message(answers, Message(FAILED, str(error).encode()))
        return
    serve = _serve_forking if sys.platform == "linux" else _serve_alone
    try:
        serve(requests, answers)
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main()
