"""Vosk as the recogniser: loaded from a checked folder, without its network parts."""

from __future__ import annotations

import ctypes
import json
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, Pcm
from voice_coach.conversation.events import Word
from voice_coach.listening import models
from voice_coach.listening.grammars import UNKNOWN
from voice_coach.listening.recognizer import Hypothesis

_BLOCK_SAMPLES: Final = 5 * HEARING_SAMPLES
"""Vosk is fed 0.1 s at a time: it decodes in steps of 0.2 s and advises against larger blocks."""
_DOWNLOADERS: Final = ("requests", "tqdm", "websockets", "srt")
"""What ``vosk`` imports for downloads and subtitles; importing requests alone opens a socket."""


class _Engine(Protocol):
    """What is used of ``vosk.KaldiRecognizer``."""

    def SetWords(self, enable_words: bool) -> None: ...  # noqa: N802

    def AcceptWaveform(self, data: bytes) -> int: ...  # noqa: N802

    def Result(self) -> str: ...  # noqa: N802

    def PartialResult(self) -> str: ...  # noqa: N802

    def FinalResult(self) -> str: ...  # noqa: N802


class _Model(Protocol):
    """What is used of ``vosk.Model``."""

    def vosk_model_find_word(self, word: str) -> int: ...


class _Vosk(Protocol):
    """What is used of the module ``vosk``."""

    def SetLogLevel(self, level: int) -> None: ...  # noqa: N802

    def Model(self, model_path: str) -> _Model: ...  # noqa: N802

    def KaldiRecognizer(self, model: _Model, *args: float | str) -> _Engine: ...  # noqa: N802


class VoskModel:
    """A model in memory; any number of recognisers share it. Use each from one thread only."""

    def __init__(self, path: Path, vosk: _Vosk, model: _Model) -> None:
        self.path = path
        self._vosk = vosk
        self._model = model

    @classmethod
    def load(cls, path: Path) -> VoskModel:
        """Load the model in this folder. Raises ``models.ModelError`` before Vosk can crash."""
        models.check(path)
        return cls.load_unchecked(path)

    @classmethod
    def load_unchecked(cls, path: Path) -> VoskModel:
        """The same without a check: a bad folder can end the process."""
        vosk = _vosk()
        try:
            model = vosk.Model(model_path=str(path))
        except Exception as error:  # Vosk raises nothing narrower
            raise models.ModelError(
                f"Vosk does not accept the model in {path}. Get it again, or name another with"
                " --model."
            ) from error
        return cls(path, vosk, model)

    def knows(self, word: str) -> bool:
        """Whether the word is in the model's vocabulary."""
        return self._model.vosk_model_find_word(word) >= 0

    def recognizer(self) -> VoskRecognizer:
        """A new recogniser."""
        return VoskRecognizer(self._vosk, self._model, models.takes_grammars(self.path))


class VoskRecognizer:
    """One stream of speech at a time, over and over; see ``Recognizer``."""

    MOST_ENGINES: Final = 6
    """One for each grammar of late; making one anew takes some milliseconds."""

    def __init__(self, vosk: _Vosk, model: _Model, takes_grammars: bool = True) -> None:
        """``takes_grammars``: else phrases are looked for in what is heard freely."""
        self._vosk = vosk
        self._model = model
        self._takes_grammars = takes_grammars
        self._engines: dict[tuple[str, ...] | None, _Engine] = {}
        self._fed: dict[tuple[str, ...] | None, int] = {}
        self._grammar: tuple[str, ...] | None = None
        self._asked: tuple[str, ...] = ()
        self._answered: tuple[str, ...] = ()
        self._start = 0
        self._pending: list[bytes] = []
        self._pending_samples = 0
        self._partial = ""
        self.left_out: tuple[str, ...] = ()
        """Phrases of the present grammar that the model has not all words for."""

    def begin(self, grammar: Sequence[str] | None) -> None:
        """See ``Recognizer``. Phrases with words that the model does not know are left out."""
        if self._grammar in self._engines and self._has_audio():
            self._engines[self._grammar].FinalResult()
        self._grammar = None if grammar is None else self._known(tuple(grammar))
        if self._grammar not in self._engines:
            self._engines[self._grammar] = self._engine(self._grammar)
            self._fed[self._grammar] = 0
            self._forget_oldest()
        # Vosk goes on counting time from the stream before.
        self._start = self._fed[self._grammar]
        self._pending, self._pending_samples, self._partial = [], 0, ""
        _reseed()

    def accept(self, pcm: Pcm) -> Hypothesis | None:
        """See ``Recognizer``."""
        self._pending.append(pcm.tobytes())
        self._pending_samples += len(pcm)
        if self._pending_samples < _BLOCK_SAMPLES:
            return None
        if self._feed():
            self._partial = ""
            return self._hypothesis(self._engines[self._grammar].Result())
        partial = str(json.loads(self._engines[self._grammar].PartialResult())["partial"])
        if partial == self._partial:
            return None
        self._partial = partial
        return Hypothesis(" ".join(self._fitted(partial.split())))

    def finish(self) -> Hypothesis:
        """See ``Recognizer``."""
        head = Hypothesis("", final=True)
        if self._pending_samples and self._feed():
            head = self._hypothesis(self._engines[self._grammar].Result())
        tail = self._hypothesis(self._engines[self._grammar].FinalResult())
        self._start, self._partial = self._fed[self._grammar], ""
        return Hypothesis(f"{head.text} {tail.text}".strip(), head.words + tail.words, final=True)

    def close(self) -> None:
        """Release the engines."""
        self._engines.clear()

    @property
    def engines(self) -> int:
        """How many engines are kept ready."""
        return len(self._engines)

    def _forget_oldest(self) -> None:
        """Each question may bring phrases of its own; those of long ago are let go."""
        while len(self._engines) > self.MOST_ENGINES:
            oldest = next(one for one in self._engines if one != self._grammar)
            del self._engines[oldest], self._fed[oldest]

    def _has_audio(self) -> bool:
        return self._fed[self._grammar] > self._start

    def _known(self, grammar: tuple[str, ...]) -> tuple[str, ...]:
        if grammar != self._asked:
            find = self._model.vosk_model_find_word
            words = {word: find(word) >= 0 for phrase in grammar for word in phrase.split()}
            whole = {phrase: all(map(words.__getitem__, phrase.split())) for phrase in grammar}
            self._asked = grammar
            self._answered = tuple(phrase for phrase in grammar if whole[phrase])
            self.left_out = tuple(phrase for phrase in grammar if not whole[phrase])
        return self._answered

    def _engine(self, grammar: tuple[str, ...] | None) -> _Engine:
        if grammar is None or not self._takes_grammars:
            engine = self._vosk.KaldiRecognizer(self._model, float(HEARING_RATE))
        else:
            phrases = json.dumps([*grammar, UNKNOWN])
            engine = self._vosk.KaldiRecognizer(self._model, float(HEARING_RATE), phrases)
        engine.SetWords(True)
        return engine

    def _feed(self) -> bool:
        """Give Vosk what has gathered; whether it ended a result there."""
        data, samples = b"".join(self._pending), self._pending_samples
        self._pending, self._pending_samples = [], 0
        self._fed[self._grammar] += samples
        return bool(self._engines[self._grammar].AcceptWaveform(data))

    def _hypothesis(self, result: str) -> Hypothesis:
        found = json.loads(result)
        offset = self._start / HEARING_RATE
        found_words = found.get("result", ())
        fitted = self._fitted([str(word["word"]) for word in found_words])
        words = tuple(
            Word(
                text,
                round(float(word["start"]) - offset, 3),
                round(float(word["end"]) - offset, 3),
                float(word["conf"]),
            )
            for text, word in zip(fitted, found_words, strict=True)
        )
        text = " ".join(self._fitted(str(found.get("text", "")).split()))
        return Hypothesis(text, words, final=True)

    def _fitted(self, words: list[str]) -> list[str]:
        """With a graph that takes no grammar: whatever is no phrase of the grammar is unknown."""
        if self._takes_grammars or self._grammar is None:
            return words
        return fit(words, self._grammar)


def fit(words: Sequence[str], phrases: Sequence[str]) -> list[str]:
    """The words, with ``[unk]`` for each that is in none of the phrases that are found whole, the
    longest first, from left to right.
    """
    wanted = sorted({tuple(one.split()) for one in phrases} - {()}, key=len, reverse=True)
    fitted: list[str] = []
    while len(fitted) < len(words):
        rest = tuple(words[len(fitted) :])
        found = next((phrase for phrase in wanted if rest[: len(phrase)] == phrase), None)
        fitted.extend(found or (UNKNOWN,))
    return fitted


@cache
def _vosk() -> _Vosk:
    """The module, imported with placeholders for what it needs only to download."""
    with _without(_DOWNLOADERS):
        import vosk
    vosk.SetLogLevel(-1)
    module: _Vosk = vosk
    return module


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    kept = {name: sys.modules[name] for name in names if name in sys.modules}
    for name in names:
        if name not in kept:
            sys.modules[name] = _Placeholder(name)
    try:
        yield
    finally:
        for name in names:
            if name not in kept:
                del sys.modules[name]


class _Placeholder(types.ModuleType):
    """Has every name that is imported from it; none of them can be used."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


@cache
def _c_library() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL("msvcrt") if sys.platform == "win32" else ctypes.CDLL(None)
    except OSError:
        return None


def _reseed() -> None:
    """Kaldi adds faint noise from the C library's random numbers; make it the same every time."""
    library = _c_library()
    if library is not None:
        library.srand(1)
