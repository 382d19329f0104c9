"""Which known phrase was said, if it was one: the closed view's hypotheses, judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import fmean
from typing import Final

from voice_coach.audio.frames import FRAME_SECONDS, Frame
from voice_coach.conversation.events import Expectation, Expected, Word
from voice_coach.listening.grammars import UNKNOWN, Grammars, extendable
from voice_coach.listening.recognizer import Hypothesis
from voice_coach.listening.turns import Completeness
from voice_coach.listening.views import ClosedView

HINTED_LATE: Final = (0.6, 0.2)
"""Seconds before a hint at which the word may have begun, beside the usual look back."""
SECOND_LOOK: Final = 0.3
"""Seconds of silence after which a run that was no whole phrase is judged once more."""
HESITATION_WORDS: Final = 3
"""Words that may come, apart, before an answer to a plain question: "well, I think ..."."""
MANY_WORDS: Final = 4
"""Words without a whole phrase among them from which on somebody is talking."""
DOUBTFUL: Final = 0.6
"""Mean confidence below which words are not to be trusted: of single words by strangers that was
half of the wrong ones, and one in twenty of the right ones."""
SURE_COMMAND: Final = 0.8
"""Mean confidence below which a command is left to open speech: of half seconds cut out of other
speech three in four of those that looked like a command (``scripts/bench model --only false``)."""

Judged = tuple[Hypothesis, Completeness]


class Phrases:
    """What is known beforehand while something is expected, and what was said by that."""

    def __init__(self, view: ClosedView, grammars: Grammars) -> None:
        self._view = view
        self._grammars = grammars
        self._commands = frozenset((*grammars.urgent, *grammars.commands))
        """Heard with a grammar, only a phrase of it is a command: its words recombine."""
        self._said: deque[Frame] = deque(maxlen=round(ClosedView.LONGEST / FRAME_SECONDS))
        self.expect(Expectation(Expected.COMMAND))

    def expect(self, expectation: Expectation) -> None:
        """From now on this is expected."""
        known = self._grammars.phrases(expectation)
        self._answers = self._grammars.answers(expectation)
        self._extendable = extendable(known)
        self._view.expect(known)

    # --- the audio of the answer so far ---

    def said_since(self, at: float) -> tuple[Frame, ...]:
        """The audio of the answer from then on, its last seconds where it is long."""
        return tuple(one for one in self._said if one.start >= at)

    def add(self, *frames: Frame) -> None:
        """The answer goes on."""
        last = self._said[-1].index if self._said else -1
        self._said.extend(one for one in frames if one.index > last)

    def forget(self) -> None:
        """Another answer begins."""
        self._said.clear()

    # --- what was said ---

    def newest(self, hinted: float | None = None, *, commands_only: bool = False) -> Judged:
        """The newest run of voice, by itself.

        hinted: when it was noticed over the coach's voice. Where the word began is not known then,
        and what is left of that voice may have been taken for words: other beginnings are tried.
        """
        found, completeness = self._sure(self._view.judge(), commands_only=commands_only)
        for before in HINTED_LATE if hinted is not None else ():
            if completeness is not Completeness.PARTIAL:
                break
            assert hinted is not None
            found = self._view.judge_others(self.said_since(hinted - before))
            found, completeness = self._sure(found, commands_only=commands_only)
        return found, completeness

    def answer(
        self, begun: bool, words: int, silence: float, hinted: float | None = None
    ) -> Judged:
        """The newest run where it answers by itself, else all that was said.

        begun: something was said before the newest run; words: how many open speech has found;
        silence: seconds since the run.
        """
        found, completeness = self.newest(hinted)
        if completeness is Completeness.PARTIAL and silence >= SECOND_LOOK:
            found, completeness = self._sure(self._view.judge_again())
        if begun:
            # "Um ... seven" is an answer; the last word of a story is none.
            before = words - len(found.text.split())
            if before > HESITATION_WORDS and completeness is not Completeness.URGENT:
                completeness = Completeness.PARTIAL
            if completeness is Completeness.PARTIAL:
                found, completeness = self._sure(self._view.judge_others(tuple(self._said)))
        if completeness is Completeness.PARTIAL and words >= MANY_WORDS:
            completeness = Completeness.TALKING
        return found, completeness

    def completeness(self, text: str, *, commands_only: bool = False) -> Completeness:
        """How whole a text is that was heard with the known phrases as the grammar."""
        if not text or UNKNOWN in text.split():
            return Completeness.PARTIAL
        if text in self._grammars.urgent:
            return Completeness.URGENT
        if not (text in self._commands or (text in self._answers and not commands_only)):
            return Completeness.PARTIAL
        return Completeness.EXTENDABLE if text in self._extendable else Completeness.WHOLE

    def _sure(self, found: Hypothesis, *, commands_only: bool = False) -> Judged:
        """A doubtful command is none: open speech recognition has the word."""
        completeness = self.completeness(found.text, commands_only=commands_only)
        is_doubtful = found.text in self._commands and doubtful(found.words, SURE_COMMAND)
        if is_doubtful and completeness is not Completeness.URGENT:
            completeness = Completeness.PARTIAL
        return found, completeness


def doubtful(words: Sequence[Word], sure: float = DOUBTFUL) -> bool:
    """Whether the mean confidence of these words is too low to trust them."""
    return bool(words) and fmean(word.confidence for word in words) < sure
