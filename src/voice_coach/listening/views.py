"""Two views of the same audio: a few phrases that are known beforehand, and open speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from voice_coach.audio.frames import FRAME_SECONDS, Frame, Pcm
from voice_coach.conversation.events import Word
from voice_coach.listening.grammars import UNKNOWN, known_words
from voice_coach.listening.recognizer import Hypothesis, Recognizer


class ClosedView:
    """What the known phrases make of the newest stretch of voice.

    The stretch can be judged at any moment: the recogniser is then made to finish, which gives
    its last word at once instead of 0.2 to 0.4 s later, and is fed again should the voice go on.
    """

    LONGEST: Final = 6.0
    """Seconds after which a stretch is no known phrase and is not listened to any more."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._grammar: tuple[str, ...] = ()
        self._frames: list[Frame] = []
        self._judged: Hypothesis | None = None
        self._again = False
        """It was judged twice in this silence."""
        self._others: dict[float, Hypothesis] = {}
        """What other frames were judged to be in this silence, by where they begin."""
        self._finals: list[Hypothesis] = []
        self._partial = ""

    @property
    def partial(self) -> str:
        """The words so far where all of them are known; else empty."""
        return "" if UNKNOWN in self._partial else self._partial

    @property
    def frames(self) -> Sequence[Frame]:
        """The audio of this stretch."""
        return self._frames

    def expect(self, grammar: tuple[str, ...]) -> None:
        """Listen for these phrases, from the next ``begin`` on."""
        self._grammar = grammar

    def begin(self, frames: Sequence[Frame]) -> None:
        """A stretch begins with these frames."""
        self._frames = list(frames)
        self._restart(self._frames)

    def accept(self, frame: Frame, *, sounding: bool) -> None:
        """The next frame; ``sounding``: there is a voice in it."""
        if self._too_long:
            return
        self._frames.append(frame)
        if self._judged is None:
            self._feed(frame.pcm)
        elif sounding:
            self._restart(self._frames)

    def judge(self) -> Hypothesis:
        """What the stretch is, were it over now; empty where it is too long for a phrase.

        It is judged once in each silence; see ``judge_again``.
        """
        if self._too_long or not self._frames:
            return Hypothesis("", final=True)
        if self._judged is None:
            self._judged = self._finish(self._frames[0].start)
        return self._judged

    def judge_again(self) -> Hypothesis:
        """The same with the silence since then, once in each silence: a faint last sound, or one
        that noise covers, is in it.
        """
        if not self._again and not self._too_long:
            others = self._others
            self._restart(self._frames)
            self._others, self._again = others, True
        return self.judge()

    def judge_others(self, frames: Sequence[Frame]) -> Hypothesis:
        """What these frames are, decoded at one go; once in each silence for each beginning."""
        judged = self.judge()
        if not frames:
            return judged
        start = frames[0].start
        if start not in self._others:
            others, again = self._others, self._again
            self._restart(frames)
            self._judged, self._others, self._again = judged, others, again
            self._others[start] = self._finish(start)
        return self._others[start]

    def _restart(self, frames: Sequence[Frame]) -> None:
        self._judged = None
        self._again = False
        self._others = {}
        self._finals = []
        self._partial = ""
        self._recognizer.begin(self._grammar)
        if frames:
            self._feed(np.concatenate([frame.pcm for frame in frames]))

    def _feed(self, pcm: Pcm) -> None:
        hypothesis = self._recognizer.accept(pcm)
        if hypothesis is None:
            return
        if hypothesis.final:
            # The engine's own cuts mean nothing here.
            self._finals.append(hypothesis)
            self._partial = ""
        else:
            self._partial = hypothesis.text

    def _finish(self, start: float) -> Hypothesis:
        parts = [*self._finals, self._recognizer.finish()]
        text = " ".join(part.text for part in parts if part.text)
        words = tuple(word for part in parts for word in part.words)
        return _moved(Hypothesis(text, words, final=True), start)

    @property
    def _too_long(self) -> bool:
        return len(self._frames) * FRAME_SECONDS > self.LONGEST


class OpenView:
    """What open speech recognition makes of a stretch of voice; its cuts are joined.

    It computes only in ``catch_up``, so that an answer that known phrases end need not wait for it.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._start = 0.0
        self._waiting: list[Pcm] = []
        self._words: list[Word] = []
        self._partial = ""
        self._running = False

    @property
    def text(self) -> str:
        """The words so far."""
        return " ".join([*(word.text for word in self._words), *self._partial.split()])

    def begin(self, frames: Sequence[Frame]) -> None:
        """A stretch begins with these frames (one at least)."""
        self._recognizer.begin(None)
        self._start = frames[0].start
        self._waiting = [frame.pcm for frame in frames]
        self._words = []
        self._partial = ""
        self._running = True

    def accept(self, frame: Frame) -> None:
        """The next frame."""
        if self._running:
            self._waiting.append(frame.pcm)

    def catch_up(self) -> None:
        """Recognise what has come since the last time."""
        waiting, self._waiting = self._waiting, []
        for pcm in waiting:
            hypothesis = self._recognizer.accept(pcm)
            if hypothesis is None:
                continue
            if hypothesis.final:
                self._keep(hypothesis)
            else:
                self._partial = known_words(hypothesis.text)

    def finish(self) -> tuple[Word, ...]:
        """The stretch is over: all its words."""
        if self._running:
            self.catch_up()
            self._running = False
            self._keep(self._recognizer.finish())
        return tuple(self._words)

    def drop(self) -> None:
        """Nothing more is wanted of this stretch."""
        self._running = False
        self._waiting = []
        self._words = []
        self._partial = ""

    def _keep(self, hypothesis: Hypothesis) -> None:
        moved = _moved(hypothesis, self._start)
        self._words.extend(word for word in moved.words if word.text != UNKNOWN)
        self._partial = ""


def _moved(hypothesis: Hypothesis, seconds: float) -> Hypothesis:
    """The same with times counted from the session's beginning."""
    words = tuple(
        replace(word, start=word.start + seconds, end=word.end + seconds)
        for word in hypothesis.words
    )
    return replace(hypothesis, words=words)
