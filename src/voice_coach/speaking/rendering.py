"""When sentences are rendered: here and now (files), or ahead on a thread of their own (live)."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from voice_coach.audio.frames import SPEAKING_RATE, Pcm
from voice_coach.speaking.synthesizer import SpeechFailed, Synthesizer, Utterance

_KEPT_SAMPLES = 10 * 60 * SPEAKING_RATE
"""How much stays in memory once rendered: ten minutes, 29 MB."""

_CLOSING_SECONDS = 1.0

_NOTHING: Pcm = np.zeros(0, dtype=np.int16)
_NOTHING.flags.writeable = False


@dataclass(slots=True, eq=False)
class Order:
    """A sentence that is wanted."""

    utterance: Utterance
    pcm: Pcm | None = None
    """None until it is rendered; no samples if it could not be."""
    keep: bool = False
    """Stays in memory, to be said again."""


class Renderer(Protocol):
    """Turns orders into samples, at a time of its own choosing."""

    @property
    def trouble(self) -> str | None:
        """Why the last sentence could not be rendered; None once one has been again."""

    def order(self, utterance: Utterance) -> Order:
        """This will be said, after what was ordered before."""

    def collect(self, order: Order) -> Pcm | None:
        """The samples, or None: not yet."""

    def prepare(self, utterances: Iterable[Utterance]) -> None:
        """These may be ordered soon."""

    def drop(self) -> None:
        """Nothing that was ordered or prepared, and is not rendered yet, is wanted any more."""

    def close(self) -> None:
        """Release the synthesiser."""


class RenderOnDemand:
    """Renders when the sample is due. Takes no time on the clock that counts frames."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        return self._trouble

    def order(self, utterance: Utterance) -> Order:
        return Order(utterance)

    def collect(self, order: Order) -> Pcm:
        if order.pcm is None:
            order.pcm, self._trouble = _render(self._synthesizer, order.utterance)
        return order.pcm

    def prepare(self, utterances: Iterable[Utterance]) -> None:
        """Nothing: it would only change the order of the renders."""

    def drop(self) -> None:
        """Nothing is pending."""

    def close(self) -> None:
        self._synthesizer.close()


class RenderAhead:
    """Renders on one thread that owns the synthesiser: orders first, then what was prepared."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self._orders: deque[Order] = deque()
        self._prepare: deque[Utterance] = deque()
        self._kept = _Kept()
        self._trouble: str | None = None
        self._defect: Exception | None = None
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        return self._trouble

    def order(self, utterance: Utterance) -> Order:
        with self._changed:
            order = Order(utterance, self._kept.get(utterance), keep=not utterance.personal)
            if order.pcm is None:
                self._orders.append(order)
                self._changed.notify()
            return order

    def collect(self, order: Order) -> Pcm | None:
        """Raises RuntimeError where the synthesiser failed in a way that it never should."""
        if self._defect is not None:
            raise RuntimeError("the voice's thread ended unexpectedly") from self._defect
        return order.pcm

    def prepare(self, utterances: Iterable[Utterance]) -> None:
        with self._changed:
            self._prepare.extend(utterances)
            self._changed.notify()

    def drop(self) -> None:
        with self._changed:
            self._orders.clear()
            self._prepare.clear()

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(_CLOSING_SECONDS)
        # Also where a render still hangs: it ends once the synthesiser is closed under it.
        self._synthesizer.close()

    def _run(self) -> None:
        try:
            while (job := self._next()) is not None:
                pcm, trouble = _render(self._synthesizer, job.utterance)
                with self._changed:
                    job.pcm, self._trouble = pcm, trouble
                    if trouble is None and job.keep:
                        self._kept.put(job.utterance, pcm)
        except Exception as defect:
            self._defect = defect
            raise

    def _next(self) -> Order | None:
        """Waits for something to render; None: close."""
        with self._changed:
            while not self._closing:
                if self._orders:
                    return self._orders.popleft()
                while self._prepare:
                    utterance = self._prepare.popleft()
                    if self._kept.get(utterance) is None:
                        # Nobody has said that it is not the person's own words: no disk.
                        return Order(replace(utterance, personal=True), keep=True)
                self._changed.wait()
            return None


def _render(synthesizer: Synthesizer, utterance: Utterance) -> tuple[Pcm, str | None]:
    try:
        return synthesizer.render(utterance), None
    except SpeechFailed as failure:
        return _NOTHING, str(failure)


_Key: TypeAlias = tuple[str, int]


class _Kept:
    """Clips in memory; the longest unused are dropped first."""

    def __init__(self) -> None:
        self._clips: OrderedDict[_Key, Pcm] = OrderedDict()
        self._samples = 0

    def get(self, utterance: Utterance) -> Pcm | None:
        key = (utterance.text, utterance.words_per_minute)
        if key not in self._clips:
            return None
        self._clips.move_to_end(key)
        return self._clips[key]

    def put(self, utterance: Utterance, clip: Pcm) -> None:
        key = (utterance.text, utterance.words_per_minute)
        if key in self._clips:
            return
        self._clips[key] = clip
        self._samples += clip.size
        while self._samples > _KEPT_SAMPLES:
            self._samples -= self._clips.popitem(last=False)[1].size
