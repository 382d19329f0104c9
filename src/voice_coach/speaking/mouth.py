"""The mouth: takes what is to be said and gives out the audio, 20 ms at a time.

It owns playback: the order, the gaps, stopping, loudness, and the true end of each ``Say``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from voice_coach.audio.frames import SPEAKING_RATE, SPEAKING_SAMPLES, Pcm
from voice_coach.conversation.events import Pace, PlaybackFinished, Say, Tone
from voice_coach.speaking.levels import FADE_SAMPLES, faded_out, ramp, scaled
from voice_coach.speaking.phrases import phrase_start
from voice_coach.speaking.rendering import Order, RenderAhead, Renderer, RenderOnDemand
from voice_coach.speaking.sentences import sentences
from voice_coach.speaking.synthesizer import Synthesizer, Utterance
from voice_coach.speaking.tones import tone

CHIME_GAP = 0.15
"""Seconds of silence between speech and a tone, either way."""

_NOTHING: Pcm = np.zeros(0, dtype=np.int16)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a Say; the last one ends it."""

    say: Say
    order: Order
    last: bool


@dataclass(frozen=True, slots=True)
class _Empty:
    """A Say without a single word: over as soon as its turn comes."""

    say: Say


_Part: TypeAlias = _Sentence | _Empty | Tone


class Mouth:
    """Queues what is to be said and gives it out frame by frame. Used from one thread."""

    def __init__(self, synthesizer: Synthesizer, live: bool) -> None:
        """``live``: sentences are rendered ahead, on a thread that owns the synthesiser; while
        one is not ready yet there is silence. Else each is rendered when its first sample is due,
        so that the same session sounds the same to the sample.
        """
        self._renderer: Renderer = (RenderAhead if live else RenderOnDemand)(synthesizer)
        self._queue: deque[_Part] = deque()
        self._part: _Part | None = None
        self._whole: Pcm = _NOTHING
        """All of the part that sounds; ``_rest`` is what of it has not sounded yet."""
        self._rest: Pcm = _NOTHING
        self._held = False
        self._tail: Pcm = _NOTHING
        self._gap = 0
        """Samples that must lie between the last sound and the next sentence."""
        self._quiet = 0
        """Samples since the last sound."""
        self._loudness = 1.0
        self._ducked_to = 1.0

    # --- what to say ---------------------------------------------------------------------------

    def say(self, say: Say) -> None:
        """Say this after whatever is still being said."""
        utterances = [
            Utterance(text, say.pace.words_per_minute, say.personal) for text in sentences(say.text)
        ]
        if not utterances:
            self._queue.append(_Empty(say))
        for utterance in utterances:
            last = utterance is utterances[-1]
            self._queue.append(_Sentence(say, self._renderer.order(utterance), last))

    def chime(self, tone: Tone) -> None:
        """Play a tone after whatever is still being said."""
        self._queue.append(tone)

    def prepare(self, says: Iterable[tuple[str, Pace]]) -> None:
        """Render these ahead, once nothing that is queued waits to be rendered (live only)."""
        self._renderer.prepare(
            Utterance(sentence, pace.words_per_minute)
            for text, pace in says
            for sentence in sentences(text)
        )

    def stop(self) -> None:
        """Silence from the next frame on (5 ms of it fade); the queue is dropped, unreported.

        What is said afterwards is at full loudness again.
        """
        self._tail = faded_out(self._rest, self._loudness)
        self._renderer.drop()
        self._queue.clear()
        self._part = None
        self._rest = self._whole = _NOTHING
        self._held = False
        self._gap = 0
        self._loudness = self._ducked_to = 1.0

    def unsay(self, say: int) -> bool:
        """Leave this Say out, unreported, unless it sounds; whether that could be done."""
        if isinstance(self._part, _Sentence) and self._part.say.id == say:
            return False
        left = [part for part in self._queue if isinstance(part, Tone) or part.say.id != say]
        found = len(left) < len(self._queue)
        self._queue = deque(left)
        return found

    def duck(self, gain: float) -> None:
        """Turn everything down, or up again with 1.0, within 5 ms of the next frame."""
        self._ducked_to = min(max(gain, 0.0), 1.0)

    def hold(self) -> None:
        """Silence from the next frame on (5 ms of it fade); nothing is dropped."""
        if not self._held:
            self._held = True
            self._tail = faded_out(self._rest, self._loudness)

    def go_on(self) -> None:
        """End a duck, and a hold: on from the beginning of the phrase that it cut into."""
        self._ducked_to = 1.0
        if not self._held:
            return
        self._held = False
        if isinstance(self._part, _Sentence):
            said = len(self._whole) - len(self._rest)
            self._rest = self._whole[phrase_start(self._whole, said) :]

    # --- what sounds ---------------------------------------------------------------------------

    @property
    def speaking(self) -> bool:
        """Anything sounds, is held, is queued, or is still being rendered for the queue."""
        return self._part is not None or bool(self._queue)

    @property
    def said(self) -> Say | None:
        """What is being said now; None in silence and during a tone."""
        return self._part.say if isinstance(self._part, _Sentence) else None

    @property
    def trouble(self) -> str | None:
        """Why the last sentence could not be rendered; None once one has been again."""
        return self._renderer.trouble

    def speak(self, at: float) -> tuple[Pcm, tuple[PlaybackFinished, ...]]:
        """The next SPEAKING_SAMPLES samples at SPEAKING_RATE, and which Says ended in them.

        ``at``: seconds since the session began, for the events. A sentence that could not be
        rendered is left out, and its Say still ends; see ``trouble``.
        """
        frame = np.zeros(SPEAKING_SAMPLES, dtype=np.int16)
        finished: list[PlaybackFinished] = []
        filled = self._tail.size
        frame[:filled] = self._tail
        self._tail = _NOTHING
        if self._held:
            return frame, ()
        while filled < SPEAKING_SAMPLES:
            room = SPEAKING_SAMPLES - filled
            if self._part is None:
                wait = self._wait()
                if not self._queue or wait > 0:
                    passed = min(room, wait) if self._queue else room
                    self._quiet += passed
                    filled += passed
                    continue
                if not self._begin():
                    self._quiet += room
                    break
            given = self._rest[:room]
            frame[filled : filled + given.size] = given
            filled += given.size
            self._rest = self._rest[given.size :]
            if not self._rest.size:
                finished += self._end(at)
        return self._at_loudness(frame), tuple(finished)

    def close(self) -> None:
        """Say nothing more, and release the synthesiser."""
        self.stop()
        self._renderer.close()

    def _wait(self) -> int:
        """How many samples of silence are still due before the next part may begin."""
        if not self._queue:
            return 0
        gap = self._gap
        if isinstance(self._queue[0], Tone):
            gap = min(gap, round(CHIME_GAP * SPEAKING_RATE))
        return max(0, gap - self._quiet)

    def _begin(self) -> bool:
        """Take the next part from the queue; False where it is not rendered yet."""
        part = self._queue[0]
        if isinstance(part, _Sentence):
            pcm = self._renderer.collect(part.order)
            if pcm is None:
                return False
            self._rest = scaled(pcm, part.say.pace.gain)
        elif isinstance(part, Tone):
            self._rest = tone(part)
        self._whole = self._rest
        if self._rest.size:
            self._quiet = 0
            self._gap = round(_gap_after(part) * SPEAKING_RATE)
        self._part = self._queue.popleft()
        return True

    def _end(self, at: float) -> list[PlaybackFinished]:
        """The part that sounded is over."""
        part, self._part = self._part, None
        if isinstance(part, _Empty) or (isinstance(part, _Sentence) and part.last):
            return [PlaybackFinished(at, part.say.id)]
        return []

    def _at_loudness(self, frame: Pcm) -> Pcm:
        before, after = self._loudness, self._ducked_to
        self._loudness = after
        if before == after == 1.0:
            return frame
        factors = np.full(frame.size, after)
        factors[:FADE_SAMPLES] = ramp(before, after)
        quieter: Pcm = np.round(frame * factors).astype(np.int16)
        return quieter


def _gap_after(part: _Part) -> float:
    return part.say.pace.gap if isinstance(part, _Sentence) else CHIME_GAP
