"""pyttsx3's espeak driver, used in the one way that does not lose utterances.

Only the worker process imports pyttsx3: two engines in one process silence each other, it prints
to standard output, and it can hang. The recipe is: set voice and rate, synchronise, ask for a
file, run, wait for the end, synchronise, read, and try again where nothing came.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import difflib
import io
import os
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypedDict

_TRIES = 3
_UTTERANCE_SECONDS = 5.0
"""A sentence takes some milliseconds; what takes this long is not coming."""


class EspeakError(Exception):
    """The engine cannot do it; the message says why."""


class Description(TypedDict):
    """What there is to speak with."""

    version: str
    library: str
    voices: list[str]
    variants: list[str]


# --- the library -------------------------------------------------------------------------------


def load() -> None:
    """Import pyttsx3 over an espeak-ng library, without initialising it. Raises EspeakError."""
    _binding()


@cache
def _binding() -> ModuleType:
    """pyttsx3's ctypes binding, on espeakng-loader's library, else on the system's."""
    reasons = []
    for find in (_bundled, _installed):
        try:
            library = find()
            with _found_by_pyttsx3(library):
                from pyttsx3.drivers import _espeak
        except (OSError, ImportError, RuntimeError) as error:
            reasons.append(str(error))
            continue
        _loaded.append(library)
        return _espeak  # type: ignore[no-any-return]
    raise EspeakError("no espeak-ng could be loaded: " + "; ".join(reasons))


_loaded: list[str] = []


def _bundled() -> str:
    import espeakng_loader

    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    return str(espeakng_loader.get_library_path())


def _installed() -> str:
    os.environ.pop("ESPEAK_DATA_PATH", None)
    name = ctypes.util.find_library("espeak-ng") or ctypes.util.find_library("espeak")
    if name is None:
        raise OSError("the system has no espeak-ng")
    return name


@contextmanager
def _found_by_pyttsx3(library: str) -> Iterator[None]:
    """pyttsx3 tries a list of fixed names on import: whichever it asks for, it gets this one."""
    loaded = ctypes.CDLL(library)
    loader = ctypes.cdll
    ask: Callable[[str], ctypes.CDLL] = lambda _name: loaded  # noqa: E731
    vars(loader)["LoadLibrary"] = ask
    try:
        yield
    finally:
        del vars(loader)["LoadLibrary"]


# --- voices ------------------------------------------------------------------------------------


def describe() -> Description:
    """Versions and names. A voice is named ``CODE`` or ``CODE+VARIANT``: ``en-us+f3``."""
    espeak = _engine().binding
    return Description(
        version=espeak.Info(None).split(b" ")[0].decode(),
        library=_loaded[0],
        voices=_codes(espeak),
        variants=_variants(espeak),
    )


def _codes(espeak: ModuleType) -> list[str]:
    # A priority byte comes before each language code.
    return sorted({voice.languages[1:].decode().lower() for voice in espeak.ListVoices(None)})


def _variants(espeak: ModuleType) -> list[str]:
    listed = espeak.ListVoices(espeak.VOICE(languages=b"variant"))
    return sorted({voice.identifier.decode().rpartition("/")[2] for voice in listed})


def _check(espeak: ModuleType, voice: str) -> None:
    """espeak-ng takes a wrong name without a word and goes on with the voice it had."""
    code, _, variant = voice.partition("+")
    for kind, name, known in (
        ("voice", code, _codes(espeak)),
        ("variant", variant, ["", *_variants(espeak)]),
    ):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.3)
            raise EspeakError(
                f"there is no {kind} {name!r}" + (f"; like it: {', '.join(near)}" if near else "")
            )


# --- speech ------------------------------------------------------------------------------------


class _Engine:
    """The one pyttsx3 engine of this process."""

    def __init__(self, binding: ModuleType) -> None:
        import pyttsx3

        self.binding = binding
        try:
            self._engine = pyttsx3.init(driverName="espeak")
        except RuntimeError as error:
            raise EspeakError(f"espeak-ng did not start: {error}") from error
        _seed(binding)
        self._over = threading.Event()
        self._engine.connect("finished-utterance", lambda **_: self._over.set())
        self._voice = ""
        self._rate = 0

    def render(self, text: str, rate: int, voice: str) -> tuple[int, bytes]:
        """Sample rate and samples. The voice and the rate are set only where they change."""
        if voice != self._voice:
            _check(self.binding, voice)
            self.binding.SetVoiceByName(voice.encode())
            self.binding.Synchronize()
            self._voice, self._rate = voice, 0
        if rate != self._rate:
            self._set_rate(rate)
        for _ in range(_TRIES):
            with _memory_file() as path:
                self._over.clear()
                self.binding.Synchronize()
                self._engine.save_to_file(text, path)
                self._engine.runAndWait()
                self.binding.Synchronize()
                if self._over.wait(_UTTERANCE_SECONDS):
                    samples = _read(path)
                    if samples is not None:
                        return samples
        raise EspeakError(f"espeak-ng gave no samples in {_TRIES} tries")

    def _set_rate(self, rate: int) -> None:
        for _ in range(_TRIES):
            self.binding.SetParameter(self.binding.RATE, rate, 0)
            self.binding.Synchronize()
            if self.binding.GetParameter(self.binding.RATE) == rate:
                self._rate = rate
                return
        raise EspeakError(f"espeak-ng does not take the rate {rate}")


def _seed(binding: ModuleType) -> None:
    """The breath of some voices is noise, which espeak-ng seeds with the time of day."""
    # Older libraries have nothing of the kind.
    with suppress(AttributeError):
        binding.dll.espeak_ng_SetRandSeed(ctypes.c_long(1))


@cache
def _engine() -> _Engine:
    return _Engine(_binding())


def render(text: str, rate: int, voice: str) -> tuple[int, bytes]:
    """Sample rate and int16 samples (little-endian) of ``text`` at ``rate`` words a minute.

    Raises EspeakError.
    """
    return _engine().render(text, rate, voice)


def _read(path: str) -> tuple[int, bytes] | None:
    """None where the file holds no sample."""
    data = Path(path).read_bytes()
    if not data:
        return None
    with wave.open(io.BytesIO(data), "rb") as file:
        samples = file.readframes(file.getnframes())
        return (file.getframerate(), samples) if samples else None


@contextmanager
def _memory_file() -> Iterator[str]:
    """A file for pyttsx3 to write to that never has a name on a disk (on Linux: no name at all)."""
    if sys.platform == "linux":
        fd = os.memfd_create("voice")
        try:
            yield f"/proc/self/fd/{fd}"
        finally:
            os.close(fd)
        return
    # mkdtemp makes it for this user alone (0700); it lives for some milliseconds.
    with tempfile.TemporaryDirectory(prefix="voice-coach-") as folder:
        path = Path(folder, "voice.wav")
        path.touch()
        yield str(path)
