"""The ears: frames of audio in, what was heard out.

Audio is only listened to while a voice sounds in it, in *stretches*: from the beginning of a
voice to the first long silence. A stretch has two views, known phrases and open speech (see
``views``). After every short silence the known phrases are judged: a whole one is acted on at
once; all else waits for the silence that the turn's policy asks for (see ``turns``).

While the coach speaks a stretch begins with a hint that somebody else does (see ``barge_in``):
the coach falls silent, and what is said is listened to as ever. Where nothing takes the echo out
only whole commands are listened for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from voice_coach.audio.frames import FRAME_SECONDS, Frame
from voice_coach.conversation.events import (
    BargeIn,
    BargeInHint,
    BargeInOver,
    Event,
    Expectation,
    Expected,
    Heard,
    Hearing,
    Listen,
    NothingHeard,
    Unclear,
)
from voice_coach.listening.activity import VoiceActivity, VoiceGate
from voice_coach.listening.answer import Answer
from voice_coach.listening.barge_in import BargeInHints, BargeInTurn, Verdict
from voice_coach.listening.grammars import Grammars, known_words
from voice_coach.listening.phrases import HINTED_LATE, Phrases, doubtful
from voice_coach.listening.recognizer import Hypothesis, Recognizer
from voice_coach.listening.stretch import Stretch
from voice_coach.listening.turns import (
    APART,
    DONE,
    SETTLE,
    ClosedTurn,
    Completeness,
    OpenTurn,
    QuietClock,
    Timings,
)
from voice_coach.listening.views import ClosedView, OpenView
from voice_coach.listening.wake import WakeListener

LOOK_BACK: Final = 0.4
"""Seconds before a voice is noticed that belong to it: a faint first sound, the network's delay."""
RUN_GAP: Final = 0.25
"""Seconds of silence after which what is said may be a phrase of its own."""
STRETCH_GAP: Final = 0.6
"""Seconds of silence after which open speech recognition takes stock."""
STRETCH_LONGEST: Final = 60.0
"""Seconds of voice, or noise like one, after which it takes stock anyway: memory stays flat."""
TAKEN_LONGEST: Final = 12.0
"""Seconds of voices over the coach, where nothing was asked that takes so long to answer, after
which they are those of others, or of a television."""
OVERLAP: Final = 0.6
"""Seconds before the coach falls silent in which the person may have begun to answer."""
VOICE_ENOUGH: Final = 0.2
"""Seconds of voice without words that are worth saying so, at a plain question."""
VOICE_ENOUGH_OPEN: Final = 0.6
"""The same in an answer that is thought about: sighs and coughs are shorter."""
JUST_NOW: Final = 0.2
"""Seconds before a hint, or before the coach fell silent, that may hold the first sound."""
TAIL: Final = 0.4
"""Seconds after the coach fell silent in which its echo may still sound."""


class Ears:
    """One per session; see the module's docstring. Use from one thread."""

    def __init__(
        self,
        recognizers: Callable[[], Recognizer],
        activity: VoiceActivity,
        timings: Timings,
        grammars: Grammars,
    ) -> None:
        self._recognizers = (recognizers(), recognizers())
        self._closed = ClosedView(self._recognizers[0])
        self._open = OpenView(self._recognizers[1])
        self._activity = activity
        self._gate = VoiceGate()
        self._grammars = grammars
        self._phrases = Phrases(self._closed, grammars)
        self._closed_turn = ClosedTurn(timings)
        self._open_turn = OpenTurn(timings)
        self._quiet = QuietClock(timings)
        self._hints = BargeInHints()
        self._barge_in = BargeInTurn()
        self._hinted: float | None = None
        """When the newest run of voice was noticed over the coach's; None: it was not."""
        self._noticed = False
        """There was a hint, and what it is has not been found out yet."""
        self._taken = False
        """Somebody speaks over the coach, who was silenced by it."""
        self._unanswered = False
        """Words were heard over the coach; until it listens anew they have led to nothing."""
        self._coach_end = 0.0
        self._wake: WakeListener | None = None
        self._recent: deque[Frame] = deque(maxlen=round(max(HINTED_LATE) / FRAME_SECONDS))
        self._stretch: Stretch | None = None
        self._speaking = False
        self._shown = ""
        self._answer = Answer()
        self._voice_seconds = 0.0
        """Since a hint that somebody speaks over the coach."""
        self._expectation = Expectation(Expected.COMMAND)
        self.listen(Listen(self._expectation))

    def listen(self, listen: Listen) -> None:
        """Listen for this from now on; what was half heard is dropped."""
        self._expectation = listen.expectation
        self._unanswered = False
        self._phrases.expect(listen.expectation)
        self._quiet.restart(listen.patience)
        self._forget()
        self._wake = None
        if listen.expectation.expected is Expected.ASLEEP:
            calls = frozenset(listen.expectation.phrases)
            self._wake = WakeListener(self._closed, self._activity, calls)

    def hear(self, frame: Frame, speaking: bool) -> list[Event]:
        """One frame more; what comes of it. ``speaking``: the coach has more to say, be its voice
        sounding or held.
        """
        if self._unanswered:  # it goes on from the phrase: those words may have been its own
            self._hints.was_false()
            self._unanswered = False
        if speaking is not self._speaking:
            self._turn_over(frame, speaking)
        if self._wake is not None and not speaking:
            called = self._wake.hear(frame)
            return [] if called is None else [self._heard_closed(frame.end, called)]
        likelihood = self._activity.hear(frame.pcm)
        sounding = self._gate.hear(frame.pcm, likelihood)
        if sounding and not self._speaking and frame.start - self._coach_end < TAIL:
            sounding = self._hints.near(frame)
        self._recent.append(frame)
        if sounding and (self._noticed or self._is_turn):
            self._answer.sounds(likelihood)
        if self._speaking and not self._taken:
            lost = frame.residue is not None and self._hints.lost
            if self._noticed or (frame.residue is not None and not lost):
                return self._over_the_coach(frame, sounding)
            if lost:
                self._hints.hear(frame)
            return self._commands_over_the_coach(frame, sounding)
        taken = self._taken
        events = self._in_turn(frame, sounding)
        return self._barge_in_over(frame, events) if taken else events

    def _in_turn(self, frame: Frame, sounding: bool) -> list[Event]:
        """The person's turn."""
        self._listen_on(frame, sounding)
        if self._stretch is None:
            return self._while_silent(frame)
        if sounding:
            self._quiet.voice()
        events = self._judge(frame, self._stretch)
        self._open.catch_up()
        return [*events, *self._show(frame)]

    def _listen_on(self, frame: Frame, sounding: bool) -> None:
        if self._stretch is None and sounding:
            self._begin(frame)
        elif self._stretch is not None:
            self._follow(frame, sounding)

    @property
    def busy(self) -> bool:
        """Somebody is speaking, or has spoken and the turn is not over yet."""
        return self._stretch is not None or self._answer.seconds > 0

    @property
    def asleep(self) -> bool:
        """Nothing is heard but a call."""
        return self._wake is not None

    def close(self) -> None:
        """Release the recognisers."""
        for recognizer in self._recognizers:
            recognizer.close()

    # --- stretches of voice ----------------------------------------------------------------

    def _begin(self, frame: Frame) -> None:
        """A voice begins, a little before it was noticed."""
        frames = tuple(self._recent)[-round(LOOK_BACK / FRAME_SECONDS) :]
        gap = frame.start - self._answer.last_voice if self._answer.words else frame.start
        if self._answer.words:
            self._paused(gap)
        self._stretch = Stretch(frames[0].start, frame.end, frame.start, gap)
        self._stretch.voice(frame)
        self._closed.begin(frames)
        if not self._answer.words:
            self._phrases.forget()
        self._phrases.add(*self._recent)
        if self._is_turn:
            self._open.begin(frames)

    @property
    def _is_turn(self) -> bool:
        """It is the person's turn, given or taken."""
        return self._taken or not self._speaking

    def _follow(self, frame: Frame, sounding: bool) -> None:
        """The voice goes on, or pauses."""
        stretch = self._stretch
        assert stretch is not None
        gap = frame.start - stretch.last_voice
        if sounding and gap >= RUN_GAP:
            stretch.run_start, stretch.gap_before_run = frame.start, gap
            self._hinted = None
            self._paused(gap)
            # Half of the pause belongs to the run: faint first sounds are in it.
            from_then = frame.start - min(LOOK_BACK, gap / 2)
            self._closed.begin([one for one in self._recent if one.start >= from_then])
        else:
            self._closed.accept(frame, sounding=sounding)
        if sounding:
            stretch.voice(frame)
        self._phrases.add(frame)
        if self._is_turn:
            self._open.accept(frame)

    def _paused(self, gap: float) -> None:
        """A pause within an answer: the person thinks."""
        if self._expectation.expected is Expected.OPEN and self._is_turn:
            self._open_turn.paused(gap)

    def _turn_over(self, frame: Frame, speaking: bool) -> None:
        """The coach begins to speak, or falls silent; somebody may be talking into it."""
        self._speaking = speaking
        stretch, frames = self._stretch, tuple(self._closed.frames)
        recent = [one for one in self._recent if one.start >= frame.start - JUST_NOW]
        self._forget()
        if speaking:
            return
        self._coach_end = frame.start
        if stretch is None or not frames:
            self._recent.extend(recent)
            return
        began = max(stretch.run_start - LOOK_BACK, frames[-1].end - OVERLAP)
        kept = [one for one in frames if one.start >= began]
        self._stretch = Stretch(kept[0].start, stretch.last_voice, stretch.run_start, 1.0)
        self._stretch.voiced = [one for one in stretch.voiced if one[1] > began]
        self._closed.begin(kept)
        self._open.begin(kept)
        self._phrases.add(*kept)

    def _forget(self) -> None:
        """Drop what was half heard."""
        self._stretch = None
        self._taken = self._noticed = False
        self._hinted = None
        self._open.drop()
        self._answer = Answer()
        self._phrases.forget()
        self._recent.clear()
        self._voice_seconds = 0.0
        self._shown = ""

    # --- over the coach's voice ------------------------------------------------------------

    def _over_the_coach(self, frame: Frame, sounding: bool) -> list[Event]:
        """A hint silences the coach; what follows is a phrase, or speech, or nothing."""
        stretch = self._stretch
        if stretch is None or not self._noticed:
            self._stretch = None  # one from before the canceller was trusted, if any
            if not self._hints.hear(frame):
                return []
            self._begin(frame)
            self._noticed = True
            self._hinted = frame.start
            self._voice_seconds = 0.0
            return [BargeInHint(frame.end)]
        self._voice_seconds += FRAME_SECONDS * sounding
        self._follow(frame, sounding or self._hints.near(frame))  # an "s" is loud, and no voice
        silence = frame.end - stretch.last_voice
        if silence >= SETTLE:
            found, completeness = self._phrases.newest(self._hinted)
            whole = completeness is not Completeness.PARTIAL
            if whole and self._closed_turn.over(silence, completeness):
                return [self._heard_closed(frame.end, found)]
        match self._barge_in.judge(self._voice_seconds, silence, frame.end - stretch.run_start):
            case Verdict.SPEECH:
                self._taken = True
                self._voice_seconds = 0.0
                self._open.begin(self._phrases.said_since(stretch.run_start - JUST_NOW))
                return [BargeIn(frame.end)]
            case Verdict.NOTHING:
                self._forget()
                self._hints.was_false()
                return [BargeInOver(frame.end)]
            case Verdict.OPEN:
                return []

    def _barge_in_over(self, frame: Frame, events: list[Event]) -> list[Event]:
        """A turn that was taken ends with words, or the coach goes on."""
        if any(isinstance(event, Heard | Unclear) and event.text for event in events):
            self._unanswered = True
            return events
        stretch = self._stretch
        endless = (
            stretch is not None
            and self._expectation.expected is not Expected.OPEN
            and frame.end - stretch.start >= TAKEN_LONGEST
        )
        if self._taken and (stretch is not None or self._answer.words) and not endless:
            return events
        self._forget()
        self._hints.was_false()
        return [BargeInOver(frame.end)]

    def _commands_over_the_coach(self, frame: Frame, sounding: bool) -> list[Event]:
        """The echo is in what is heard: nothing but a whole command counts."""
        self._listen_on(frame, sounding)
        stretch = self._stretch
        if stretch is None:
            return []
        silence = frame.end - stretch.last_voice
        if silence < SETTLE:
            return []
        found, completeness = self._phrases.newest(commands_only=True)
        if completeness is Completeness.PARTIAL:
            if silence >= STRETCH_GAP:
                self._stretch = None
            return []
        if not self._closed_turn.over(silence, completeness):
            return []
        return [self._heard_closed(frame.end, found)]

    # --- what comes of it ------------------------------------------------------------------

    def _while_silent(self, frame: Frame) -> list[Event]:
        """Nobody is speaking in this frame: a turn may be over, or nothing was ever said."""
        if self.busy:
            silence = frame.end - self._answer.last_voice
            trailing = self._grammars.trails(self._answer.text)
            if not self._open_turn.over(silence, trailing=trailing):
                return []
            if self._answer.words:
                return [self._heard_open(frame.end)]
            enough = self._answer.seconds >= VOICE_ENOUGH_OPEN
            self._forget()
            return [Unclear(frame.end)] if enough else []
        if self._speaking or self._expectation.expected is Expected.COMMAND:
            return []
        quiet = self._quiet.tick(FRAME_SECONDS)
        return [] if quiet is None else [NothingHeard(frame.end, quiet)]

    def _judge(self, frame: Frame, stretch: Stretch) -> list[Event]:
        silence = frame.end - stretch.last_voice
        if self._expectation.expected is Expected.OPEN:
            return self._judge_open(frame, stretch, silence)
        return self._judge_closed(frame, stretch, silence)

    def _judge_closed(self, frame: Frame, stretch: Stretch, silence: float) -> list[Event]:
        if silence < SETTLE:
            return []
        words = len(self._open.text.split())
        begun = stretch.run_start > stretch.start + LOOK_BACK
        found, completeness = self._phrases.answer(begun, words, silence, self._hinted)
        if not self._closed_turn.over(silence, completeness):
            return []
        if completeness not in (Completeness.PARTIAL, Completeness.TALKING):
            return [self._heard_closed(frame.end, found)]
        self._take_stock(stretch)
        if self._answer.words:
            return [self._heard_open(frame.end)]
        enough = self._answer.seconds >= VOICE_ENOUGH
        wanted = self._expectation.expected is not Expected.COMMAND
        self._forget()
        return [Unclear(frame.end)] if enough and wanted else []

    def _judge_open(self, frame: Frame, stretch: Stretch, silence: float) -> list[Event]:
        if silence < SETTLE:
            return []
        found, completeness = self._phrases.newest(self._hinted, commands_only=True)
        text = found.text
        begins = stretch.run_start <= stretch.start + LOOK_BACK and not self._answer.words
        apart = begins or stretch.gap_before_run >= APART
        if completeness is Completeness.URGENT and apart:
            return [self._heard_closed(frame.end, found, stretch)]
        if text in self._grammars.done and not begins:
            if silence < DONE:
                return []
            self._take_stock(stretch, until=stretch.run_start)
            if self._answer.words:
                return [self._heard_open(frame.end)]
        elif completeness is not Completeness.PARTIAL and apart and silence >= APART:
            return [self._heard_closed(frame.end, found, stretch)]
        too_long = frame.end - stretch.start >= STRETCH_LONGEST
        if silence >= STRETCH_GAP or too_long:
            self._take_stock(stretch)
        return []

    def _take_stock(self, stretch: Stretch, until: float | None = None) -> None:
        """The stretch is over; its words (those said before ``until``) belong to the turn."""
        words = [word for word in self._open.finish() if stretch.holds(word)]
        if until is not None:
            words = [word for word in words if (word.start + word.end) / 2 < until]
        self._answer.add(stretch, words)
        self._stretch = None

    def _heard_closed(self, at: float, found: Hypothesis, within: Stretch | None = None) -> Heard:
        """A whole phrase; ``within``: it cuts into the open answer that this stretch is part of."""
        unfinished = ""
        if within is not None:
            self._take_stock(within, until=within.run_start)
            unfinished = self._answer.text
        self._forget()
        self._quiet.voice()
        is_doubtful = doubtful(found.words) and found.text not in self._grammars.urgent
        return Heard(at, found.text, found.words, unfinished=unfinished, doubtful=is_doubtful)

    def _heard_open(self, at: float) -> Heard | Unclear:
        answer = self._answer
        self._forget()
        self._quiet.voice()
        command = self._phrases.completeness(answer.text, commands_only=True)
        if command is Completeness.PARTIAL and not answer.is_voice:
            return Unclear(at, answer.text)
        words = tuple(answer.words)
        return Heard(at, answer.text, words, doubtful=doubtful(words))

    def _show(self, frame: Frame) -> list[Event]:
        """What is heard so far, where that changed."""
        if self._stretch is None:
            return []
        closed = self._expectation.expected is not Expected.OPEN
        newest = (self._closed.partial if closed else "") or self._open.text
        text = known_words(f"{self._answer.text} {newest}".strip())
        if not text or text == self._shown:
            return []
        self._shown = text
        return [Hearing(frame.end, text)]
