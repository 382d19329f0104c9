"""Finds cues in a reflective answer: blame, ownership, feelings, and what else calls for a move.

Patterns and words are data (``cues.toml``). Who did what to whom counts: "I shut down" is
ownership, "she shuts down" is not; a negation takes away what it stands before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.lexicons import CueLexicon
from voice_coach.understanding.choices import stem
from voice_coach.understanding.feelings import Feelings
from voice_coach.understanding.patterns import Expander, PatternLanguage
from voice_coach.understanding.times import Times, WhenKind
from voice_coach.understanding.tokens import PhraseBook, Stream, words

_NEGATION_REACH = 3
"""Words before a match in which a negation takes it away."""
_VERDICTS = frozenset(
    {
        CueKind.SELF_ATTACK,
        CueKind.ALL_ME,
        CueKind.OWNERSHIP,
        CueKind.HOPELESS,
        CueKind.ANGER,
        CueKind.ULTIMATUM,
    }
)
"""What is no cue where somebody else is reported to say it."""
_REPEATED = 0.5
"""Share of an answer's telling words that another answer must have to say the same."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue at a place in the answer."""

    kind: CueKind
    start: int
    """Character offset in the answer."""
    end: int
    strength: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: CueKind
    strength: float
    negatable: bool
    expression: re.Pattern[str]


class Cues:
    """Finds cues. Without state: what was said before is handed in."""

    def __init__(self, lexicon: CueLexicon, times: Times) -> None:
        self._times = times
        self._expander = Expander(lexicon.expand, frozenset(lexicon.hesitations))
        self._negations = frozenset(lexicon.negations)
        self._joints = frozenset(lexicon.joints)
        self._subjects = frozenset(lexicon.subjects)
        self._carries = frozenset(lexicon.carries)
        self._light = frozenset(lexicon.light)
        self._own = frozenset(lexicon.own)
        self._empty = frozenset(words(" ".join(lexicon.empty)))
        self._intensity = lexicon.intensity
        self._forward = PhraseBook((phrase, True) for phrase in lexicon.forward)
        self._feelings = Feelings(lexicon)
        language = PatternLanguage(lexicon.sets, lexicon.negations)
        self._reports = [
            re.compile(f"{language.compile(pattern).pattern}$") for pattern in lexicon.reports
        ]
        self._patterns = [
            _Pattern(CueKind(one.kind), one.strength, one.negatable, language.compile(pattern))
            for one in lexicon.cues
            for pattern in one.match
        ]

    def find(self, text: str, earlier: Sequence[str] = ()) -> tuple[Cue, ...]:
        """Every cue, by place; of one kind no two overlap.

        ``earlier`` are the answers given before in the session, the oldest first: needed to see
        that the same comes again, or that the answers grow hotter.
        """
        stream = self._expander.stream(text)
        found = [
            *self._matches(stream),
            *self._felt(stream),
            *self._moment(text),
            *self._short(stream),
            *self._over_time(stream, earlier),
        ]
        kept = _without_overlap(self._only_unknown(stream, found))
        return tuple(sorted(kept, key=lambda cue: (cue.start, cue.end, cue.kind.value)))

    # --- in this answer ---

    def _matches(self, stream: Stream) -> Iterator[Cue]:
        text = f"{stream.text} "
        for pattern in self._patterns:
            for match in pattern.expression.finditer(text):
                if pattern.negatable and self._negated(stream, match.start()):
                    continue
                if pattern.kind in _VERDICTS and self._reported(text[: match.start()]):
                    continue
                if match.end() > match.start():
                    start, end = stream.span(match.start(), match.end() - 1)
                    yield Cue(pattern.kind, start, end, pattern.strength)

    def _felt(self, stream: Stream) -> Iterator[Cue]:
        """The person's own feelings; "he thinks i am angry" is his view."""
        for first, last, strength in self._feelings.find(stream):
            before = " ".join(token.text for token in stream.tokens[:first])
            if not self._reported(f"{before} "):
                place = (stream.tokens[first].start, stream.tokens[last - 1].end)
                yield Cue(CueKind.FEELING, *place, strength)

    def _negated(self, stream: Stream, start: int) -> bool:
        """Whether a negation reaches the words that begin here."""
        first, _ = stream.token_range(start, start + 1)
        opens = first > 0 and stream.tokens[first].text in self._subjects
        if opens and stream.tokens[first - 1].text not in self._carries | self._negations:
            return False  # a clause of its own: "i can't talk i'm crying"
        for token in reversed(stream.tokens[max(0, first - _NEGATION_REACH) : first]):
            if token.is_break or token.text in self._joints:
                return False
            if token.text in self._negations:
                return True
        return False

    def _reported(self, before: str) -> bool:
        return any(one.search(before) for one in self._reports)

    def _moment(self, text: str) -> Iterator[Cue]:
        when = self._times.find(text)
        if when is not None and when.kind is not WhenKind.PLACE:
            strength = 0.9 if when.kind is WhenKind.TIME else 0.5
            yield Cue(CueKind.CONCRETE_WHEN, when.start, when.end, strength)

    def _short(self, stream: Stream) -> Iterator[Cue]:
        said = [token for token in stream.tokens if not token.is_break]
        places = {(t.start, t.end) for t in said if t.text not in self._light}
        if len(places) == 1 and said[0].text not in self._own:
            yield Cue(CueKind.ONE_WORD, *places.pop(), 1.0)

    def _only_unknown(self, stream: Stream, found: Sequence[Cue]) -> list[Cue]:
        """ "I don't know" counts only where hardly anything else is said."""
        kept: list[Cue] = []
        for cue in found:
            if cue.kind is CueKind.DONT_KNOW:
                rest = {
                    token.start
                    for token in stream.tokens
                    if not (token.is_break or cue.start <= token.start < cue.end)
                    and token.text not in self._empty
                }
                if len(rest) > 2:
                    continue
            kept.append(cue)
        return kept

    # --- against what was said before ---

    def _over_time(self, stream: Stream, earlier: Sequence[str]) -> Iterator[Cue]:
        if not stream.tokens:
            return
        whole = (stream.tokens[0].start, stream.tokens[-1].end)
        before = [self._expander.stream(text) for text in earlier]
        said = self._telling(stream)
        if len(said) >= 3 and not self._forward.inside([token.text for token in stream.tokens]):
            same = [one for one in before if _alike(said, self._telling(one)) >= _REPEATED]
            if len(same) >= 2:
                yield Cue(CueKind.RUMINATION, *whole, min(1.0, 0.6 + 0.1 * len(same)))
        heat = self._heat(stream)
        if before and heat >= 2 and heat >= 1.5 * max(map(self._heat, before)) + 0.5:
            yield Cue(CueKind.RISING, *whole, min(1.0, heat / 5))

    def _telling(self, stream: Stream) -> frozenset[str]:
        return frozenset(
            stem(token.text)
            for token in stream.tokens
            if not token.is_break and token.text not in self._empty
        )

    def _heat(self, stream: Stream) -> float:
        return sum(self._intensity.get(token.text, 0.0) for token in stream.tokens)


def _alike(said: frozenset[str], other: frozenset[str]) -> float:
    return len(said & other) / min(len(said), len(other)) if len(other) >= 3 else 0.0


def _without_overlap(cues: Sequence[Cue]) -> list[Cue]:
    """Of one kind, the strongest of those that overlap, then the longest."""
    ranked = sorted(cues, key=lambda cue: (-cue.strength, cue.start - cue.end, cue.start))
    kept: list[Cue] = []
    for cue in ranked:
        if not any(
            cue.kind is other.kind and cue.start < other.end and other.start < cue.end
            for other in kept
        ):
            kept.append(cue)
    return kept
