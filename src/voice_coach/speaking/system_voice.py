"""The real voice: pyttsx3 on espeak-ng in a child process that is killed where it does not answer.

The child's side is ``voice_worker``. It gets what it is to say through a pipe; it ends when this
process does, whatever it is doing.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import soxr

import voice_coach
from voice_coach.audio.frames import SPEAKING_RATE, Pcm
from voice_coach.speaking import voice_worker
from voice_coach.speaking.sentences import has_words, plain
from voice_coach.speaking.synthesizer import SpeechFailed, Utterance
from voice_coach.speaking.voice_worker import Message

DEFAULT_VOICE = "en-us"

START_SECONDS = 20.0
"""Until the first answer: Python and the libraries come off a cold, slow disk."""
RENDER_SECONDS = 4.0
"""Until a sentence has come. It takes about 30 ms; a worker that is slower than this hangs."""
_TRIES = 2

_SILENCE = 100
"""Samples no louder than this, of 32,767, at the beginning and the end are no speech."""
_MARGIN = SPEAKING_RATE // 100
"""10 ms of them stay, so that soft consonants are not cut."""


class VoiceInfo(msgspec.Struct, frozen=True):
    """What there is to speak with."""

    version: str
    """Of espeak-ng."""
    library: str
    voices: tuple[str, ...]
    variants: tuple[str, ...]
    """A voice's name is one of ``voices``, or one of them, ``+`` and one of these."""


@dataclass(slots=True)
class _Worker:
    """One child process, and the thread that reads what it answers."""

    process: subprocess.Popen[bytes]
    answers: queue.SimpleQueue[Message | None]
    started: bool = False
    """It has answered once."""

    def end(self) -> None:
        """Kill it, with the fork that may be rendering for it."""
        if sys.platform == "win32":
            self.process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


class _WorkerGone(Exception):
    """It ended, or did not answer in time."""


class SystemVoice:
    """A Synthesizer. Its worker is started at once, so that it is ready when it is needed."""

    def __init__(self, voice: str | None = None) -> None:
        """``voice``: as ``voices`` names them. A wrong name is found with the first render."""
        self.voice = voice or DEFAULT_VOICE
        self._worker: _Worker | None = _start()
        self._info: VoiceInfo | None = None
        self._closed = False

    def __enter__(self) -> SystemVoice:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def worker_id(self) -> int | None:
        """The process that renders; None where there is none at the moment."""
        return self._worker.process.pid if self._worker is not None else None

    def info(self) -> VoiceInfo:
        """Versions and names. Raises SpeechFailed."""
        if self._info is None:
            answer = self._ask(Message(voice_worker.DESCRIBE))
            self._info = msgspec.json.decode(answer.body, type=VoiceInfo)
        return self._info

    def voices(self) -> tuple[str, ...]:
        """The names of the voices. Raises SpeechFailed."""
        return self.info().voices

    def render(self, utterance: Utterance) -> Pcm:
        """Mono int16 at SPEAKING_RATE, trimmed of silence; the same text gives the same samples.

        Raises SpeechFailed: the voice does not exist, or the worker failed twice.
        """
        if not has_words(utterance.text):
            return np.zeros(0, dtype=np.int16)
        wanted = {
            "text": plain(utterance.text),
            "rate": utterance.words_per_minute,
            "voice": self.voice,
        }
        request = Message(voice_worker.RENDER, json.dumps(wanted).encode())
        rate, samples = voice_worker.audio_of(self._ask(request))
        pcm = np.frombuffer(samples, dtype="<i2").astype(np.int16)
        # In floating point: soxr dithers integers, differently each time.
        wave = soxr.resample(pcm.astype(np.float32), rate, SPEAKING_RATE)
        return _trimmed(np.clip(np.rint(wave), -32768, 32767).astype(np.int16))

    def close(self) -> None:
        """End the worker, even while another thread waits for it (whose render then fails)."""
        self._closed = True
        self._end()

    def _ask(self, request: Message) -> Message:
        """The worker's answer. A worker that is gone or hangs is replaced, and asked once more."""
        reason = ""
        for _ in range(_TRIES):
            if self._closed:
                raise SpeechFailed("The voice has been closed.")
            try:
                answer = self._exchange(request)
            except _WorkerGone as gone:
                reason = str(gone)
                self._end()
                continue
            if answer.kind == voice_worker.FAILED:
                raise SpeechFailed(
                    f"The voice {self.voice!r} cannot speak: {answer.body.decode()}. "
                    "'voice-coach doctor' shows what is wrong."
                )
            return answer
        raise SpeechFailed(
            f"The voice stopped working twice ({reason}). The captions show what is said; "
            "'voice-coach doctor' shows what is wrong."
        )

    def _exchange(self, request: Message) -> Message:
        if self._worker is None:
            self._worker = _start()
        worker = self._worker
        if worker.process.stdin is None:
            raise _WorkerGone("it has no pipe")
        seconds = RENDER_SECONDS if worker.started else START_SECONDS
        try:
            voice_worker.write_message(worker.process.stdin.fileno(), request)
            answer = worker.answers.get(timeout=seconds)
        except (OSError, ValueError) as error:
            raise _WorkerGone("it ended by itself") from error
        except queue.Empty as error:
            raise _WorkerGone(f"no answer in {seconds:g} s") from error
        if answer is None:
            raise _WorkerGone("it ended by itself")
        worker.started = True
        return answer

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


def _start() -> _Worker:
    """Start a worker; it is ready once it answers. Raises SpeechFailed."""
    home = str(Path(voice_coach.__file__).parents[1])
    path = os.environ.get("PYTHONPATH")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([home, path] if path else [home]),
        # Some C libraries start as many threads as there are cores; this needs one.
        "OMP_NUM_THREADS": "1",
    }
    # -P: what lies in the working directory is not to be imported by accident.
    command = [sys.executable, "-P", "-m", voice_worker.__name__]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment,
            # Out of the terminal's group, so that Ctrl-C does not reach it.
            start_new_session=sys.platform != "win32",
            creationflags=_windows_flags(),
        )
    except OSError as error:
        raise SpeechFailed(f"The voice's process could not be started: {error}.") from error
    answers: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process, answers), name="voice-pipe", daemon=True).start()
    return _Worker(process, answers)


def _windows_flags() -> int:
    if sys.platform != "win32":
        return 0
    return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW


def _read(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[Message | None]) -> None:
    """Passes on what the worker answers until it ends; a pipe has no time limit, a queue has."""
    if process.stdout is None:
        return
    with process.stdout as pipe:
        while (message := voice_worker.read_message(pipe.fileno())) is not None:
            answers.put(message)
    answers.put(None)


def _trimmed(pcm: Pcm) -> Pcm:
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > _SILENCE)
    if not loud.size:
        return pcm[:0]
    return pcm[max(0, loud[0] - _MARGIN) : loud[-1] + 1 + _MARGIN]
