"""Fakes for the ears: audio in which each sample's value says which word is being spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from voice_coach.audio.frames import FRAME_SECONDS, HEARING_RATE, HEARING_SAMPLES, Frame, Pcm
from voice_coach.conversation.events import (
    Event,
    Expectation,
    Expected,
    Heard,
    Listen,
    Patience,
    Word,
)
from voice_coach.listening.ears import Ears
from voice_coach.listening.grammars import UNKNOWN, Grammars
from voice_coach.listening.recognizer import Hypothesis
from voice_coach.listening.turns import PROFILES, Profile, Timings

NOISE = "(noise)"
"""Said for sounds like a voice in which there are no words."""
WORD_SECONDS = 0.3


class Script:
    """Builds audio: words take 0.3 s each, silences as long as they are said to take."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._pieces: list[Pcm] = []

    def say(self, text: str) -> Script:
        for word in text.split():
            if word not in self.words:
                self.words.append(word)
            value = 1_000 + self.words.index(word)
            samples = round(WORD_SECONDS * HEARING_RATE)
            self._pieces.append(np.full(samples, value, dtype=np.int16))
        return self

    def noise(self, seconds: float) -> Script:
        self.words.append(NOISE)
        value = 1_000 + self.words.index(NOISE)
        self._pieces.append(np.full(round(seconds * HEARING_RATE), value, dtype=np.int16))
        return self

    def wait(self, seconds: float) -> Script:
        self._pieces.append(np.zeros(round(seconds * HEARING_RATE), dtype=np.int16))
        return self

    @property
    def seconds(self) -> float:
        return sum(map(len, self._pieces)) / HEARING_RATE

    def frames(self) -> Iterator[Frame]:
        pcm = np.concatenate(self._pieces)
        for index in range(len(pcm) // HEARING_SAMPLES):
            yield Frame(index, pcm[index * HEARING_SAMPLES : (index + 1) * HEARING_SAMPLES])


class FakeActivity:
    """Samples that are not zero are a voice, more or less like one."""

    def __init__(self, likelihood: float = 1.0) -> None:
        self._likelihood = likelihood

    def hear(self, pcm: Pcm) -> float:
        return self._likelihood if pcm.any() else 0.0

    def reset(self) -> None:
        pass


class FakeRecognizer:
    """Reads the words off the samples; like Vosk it ends a result after half a second's silence.

    With a grammar, words that are in no phrase of it come out as ``[unk]``.
    """

    CUT = 0.5

    def __init__(self, script: Script, confidence: float = 0.9) -> None:
        self._script = script
        self._confidence = confidence
        self._known: frozenset[str] | None = None
        self._samples: list[Pcm] = []
        self._done = 0
        self._length = 0
        self._shown = ""
        self.begun = 0
        self.closed = False

    def begin(self, grammar: Sequence[str] | None) -> None:
        self._known = None if grammar is None else frozenset(" ".join(grammar).split())
        self._samples, self._done, self._length, self._shown = [], 0, 0, ""
        self.begun += 1

    def accept(self, pcm: Pcm) -> Hypothesis | None:
        assert self.begun, "not begun"
        self._samples.append(pcm)
        self._length += len(pcm)
        words = self._words()
        fresh = np.concatenate(self._samples)[self._done :]
        spoken = np.flatnonzero(fresh)
        if len(spoken) and len(fresh) - spoken[-1] > self.CUT * HEARING_RATE:
            return self.finish()
        text = " ".join(word.text for word in words)
        if text == self._shown:
            return None
        self._shown = text
        return Hypothesis(text)

    def finish(self) -> Hypothesis:
        words = self._words() if self._samples else ()
        self._done, self._shown = self._length, ""
        return Hypothesis(" ".join(word.text for word in words), words, final=True)

    def close(self) -> None:
        self.closed = True

    def _words(self) -> tuple[Word, ...]:
        pcm = np.concatenate(self._samples)[self._done :]
        edges = np.flatnonzero(np.diff(pcm, prepend=0, append=0))
        words = []
        for start, end in pairwise(edges.tolist()):
            if pcm[start] == 0:
                continue
            text = self._script.words[int(pcm[start]) - 1_000]
            if text == NOISE or end - start < 0.6 * WORD_SECONDS * HEARING_RATE:
                continue
            if self._known is not None and text not in self._known:
                text = UNKNOWN
            times = [(self._done + one) / HEARING_RATE for one in (start, end)]
            words.append(Word(text, times[0], times[1], self._confidence))
        return tuple(words)


GRAMMARS = Grammars(
    commands=("stop", "pause", "go on", "go back", "give me a minute", "skip"),
    ratings=("seven", "ten", "seven and a half"),
    yes_no=("yes", "no", "no way", "not really"),
)


def ears_for(
    script: Script,
    timings: Timings = PROFILES[Profile.DEFAULT],
    confidence: float = 0.9,
    recognizers: Callable[[], FakeRecognizer] | None = None,
    activity: FakeActivity | None = None,
) -> Ears:
    return Ears(
        recognizers or (lambda: FakeRecognizer(script, confidence)),
        activity or FakeActivity(),
        timings,
        GRAMMARS,
    )


def hear(
    script: Script,
    listen: Listen,
    ears: Ears | None = None,
    speaking: Callable[[float], bool] = lambda _: False,
    echo: bool = True,
) -> list[Event]:
    """All events that the ears make of the script; ``speaking``: when the coach sounds. ``echo``:
    nothing takes it out; else the frames have a residue.
    """
    ears = ears or ears_for(script)
    ears.listen(listen)
    return [
        event
        for frame in script.frames()
        for event in ears.hear(
            frame if echo else replace(frame, residue=frame.pcm),
            speaking(frame.index * FRAME_SECONDS),
        )
    ]


COMMAND = Listen(Expectation(Expected.COMMAND))
RATING = Listen(Expectation(Expected.RATING))
YES_NO = Listen(Expectation(Expected.YES_NO))
CHOICE = Listen(Expectation(Expected.CHOICE, ("focus", "the first")))
OPEN = Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE)


def heard(events: Iterable[Event]) -> list[Heard]:
    return [event for event in events if isinstance(event, Heard)]


def said(events: Iterable[Event]) -> list[str]:
    return [event.text for event in heard(events)]


def gap(script: Script, events: Iterable[Event], before_end: float) -> float:
    """Seconds from the end of the last word to the first thing heard."""
    return heard(events)[0].at - (script.seconds - before_end)
