"""Numbers as people say them: "about a seven", "six or seven", "off the scale"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from voice_coach.content.lexicons import NumberWords
from voice_coach.understanding.tokens import PhraseBook, tokenize, without


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was said. It may lie outside 0 to 10: the caller decides."""

    value: float
    low: float
    """The least that may be meant."""
    high: float
    """The most that may be meant."""
    hedged: bool
    """"About", "six or seven", "almost"."""


class _Role(Enum):
    HEDGE = "hedge"
    BELOW = "below"
    ABOVE = "above"
    AROUND = "around"
    JOIN = "join"
    CORRECT = "correct"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class _Value:
    value: float
    end: int


_Piece = _Role | float
_Scanned = dict[int, list[_Piece] | None]
_LONGEST = 40
"""Words; of a longer answer only the end is looked at."""
_SCALES = (5.0, 10.0, 100.0)
"""What a number may be out of; anything else after a slash is a second number."""


class Numbers:
    """Finds the number in an answer that is a number, whatever is said around it."""

    def __init__(self, lexicon: NumberWords, hesitations: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._hesitations = hesitations
        self._phrases = PhraseBook((phrase, float(n)) for phrase, n in lexicon.phrases.items())
        self._fractions = PhraseBook(lexicon.fractions.items())
        self._scale = PhraseBook((phrase, True) for phrase in lexicon.scale)
        self._because = PhraseBook((phrase, True) for phrase in lexicon.because)
        self._markers = PhraseBook((phrase, True) for phrase in lexicon.markers)
        self._roles: PhraseBook[_Role] = PhraseBook()
        for role, phrases in (
            (_Role.HEDGE, lexicon.hedges),
            (_Role.BELOW, lexicon.below),
            (_Role.ABOVE, lexicon.above),
            (_Role.JOIN, lexicon.joins),
            (_Role.CORRECT, lexicon.corrects),
            (_Role.DROP, lexicon.drops),
            (_Role.AROUND, (*lexicon.before, *lexicon.after)),
        ):
            for phrase in phrases:
                self._roles.add(phrase, role)

    def find(self, text: str) -> Number | None:
        """The number; None where the answer is none, or merely holds one in passing."""
        said = tuple(token.text for token in tokenize(text) if not token.is_break)
        heard = tuple(_unish(word) for word in without(said, self._hesitations))[-_LONGEST:]
        if len(heard) == 1 and heard[0] in self._lexicon.misheard:
            return _exact(float(self._lexicon.misheard[heard[0]]))
        pieces = self._scan(heard, {})
        if pieces is None:
            return self._announced(heard)
        ish = any(word != _unish(word) for word in said)
        return _combine([_Role.HEDGE, *pieces] if ish else pieces)

    def _scan(self, said: Sequence[str], known: _Scanned) -> list[_Piece] | None:
        """Cut an answer up; an explanation after the number is left out, nothing else may be.

        ``known`` holds what was found for the ends of the same answer, by their length.
        """
        if len(said) not in known:
            known[len(said)] = self._cut(said, known)
        return known[len(said)]

    def _cut(self, said: Sequence[str], known: _Scanned) -> list[_Piece] | None:
        pieces: list[_Piece] = []
        place = 0
        while place < len(said):
            value = self._value(said, place)
            if value is not None:
                pieces.append(value.value)
                place = value.end
                continue
            roles = self._roles.at(said, place)
            if roles and not self._explains(said, place, pieces, known):
                pieces.append(roles[0].value)
                place = roles[0].end
            elif self._because.at(said, place) and any(isinstance(one, float) for one in pieces):
                break
            else:
                return None
        return pieces if any(isinstance(one, float) for one in pieces) else None

    def _explains(
        self, said: Sequence[str], place: int, pieces: list[_Piece], known: _Scanned
    ) -> bool:
        """Whether an explanation begins here, rather than words that belong to the number."""
        because = self._because.at(said, place)
        if not because or not any(isinstance(one, float) for one in pieces):
            return False
        end = self._roles.at(said, place)[0].end
        return end < len(said) and self._scan(said[end:], known) is None

    def _value(self, said: Sequence[str], place: int) -> _Value | None:
        """A single number at this place, with its fraction and its scale."""
        phrases = self._phrases.at(said, place)
        if phrases:
            return _Value(phrases[0].value, phrases[0].end)
        whole = self._whole(said, place)
        if whole is None:
            return None
        value = self._fraction(said, whole)
        scale = self._scale.at(said, value.end)
        if scale:
            out_of = self._whole(said, scale[0].end)
            if out_of is not None and out_of.value in _SCALES:
                return _Value(value.value * 10 / out_of.value, out_of.end)
        if value.end < len(said) and said[value.end] in ("%", "percent"):
            return _Value(value.value / 10, value.end + 1)
        return value

    def _whole(self, said: Sequence[str], place: int) -> _Value | None:
        if place >= len(said):
            return None
        word = said[place]
        if word[0].isdecimal():
            plain = word.replace(",", ".")
            return _Value(float(plain), place + 1) if _is_decimal(plain) else None
        if word in self._lexicon.tens:
            unit = self._lexicon.units.get(said[place + 1], 0) if place + 1 < len(said) else 0
            ones = unit if 0 < unit < 10 else 0
            return _Value(float(self._lexicon.tens[word] + ones), place + 1 + bool(ones))
        if word in self._lexicon.units:
            return _Value(float(self._lexicon.units[word]), place + 1)
        return None

    def _fraction(self, said: Sequence[str], whole: _Value) -> _Value:
        fractions = self._fractions.at(said, whole.end)
        if fractions:
            return _Value(whole.value + fractions[0].value, fractions[0].end)
        if whole.end < len(said) and said[whole.end] == "point":
            tenth = self._whole(said, whole.end + 1)
            if tenth is not None and tenth.value < 10:
                return _Value(whole.value + tenth.value / 10, tenth.end)
        return whole

    def _announced(self, said: Sequence[str]) -> Number | None:
        """The number at the end of a longer answer: "pretty upset, so a seven"."""
        known: _Scanned = {}
        for marker in reversed(self._markers.inside(said)):
            pieces = self._scan(said[marker.end :], known)
            if pieces is not None:
                return _combine([_Role.HEDGE, *pieces])
        return None


def _combine(pieces: Sequence[_Piece]) -> Number | None:
    """One number from what was said; a range where two neighbours were said."""
    values: list[float] = []
    joined = corrected = dropped = False
    roles: set[_Role] = set()
    for piece in pieces:
        if isinstance(piece, float) and dropped:
            dropped = False
            joined = bool(values)
            continue
        if isinstance(piece, float):
            if corrected:
                values.clear()
                corrected = False
            if values and not joined and not _is_range(values[-1], piece):
                return None
            values.append(piece)
            joined = False
            continue
        if piece is _Role.CORRECT:
            corrected = True
            roles.clear()
        dropped = dropped or piece is _Role.DROP
        joined = joined or piece is _Role.JOIN or (piece is _Role.HEDGE and bool(values))
        roles.add(piece)
    if not values:
        return None
    return _number(min(values), max(values), roles)


def _number(low: float, high: float, roles: set[_Role]) -> Number:
    value = (low + high) / 2
    if low != high:
        return Number(value, low, high, hedged=True)
    if _Role.BELOW in roles:
        return Number(value, value - 1, value, hedged=True)
    if _Role.ABOVE in roles:
        return Number(value, value, value + 1, hedged=True)
    if _Role.HEDGE in roles:
        return Number(value, value - 0.5, value + 0.5, hedged=True)
    return _exact(value)


def _is_range(first: float, second: float) -> bool:
    """Two numbers in a row, without a word between: the same again, or "six, seven"."""
    return second == first or 0 < second - first <= 1


def _exact(value: float) -> Number:
    return Number(value, value, value, hedged=False)


def _is_decimal(word: str) -> bool:
    return word.count(".") <= 1 and ":" not in word


def _unish(word: str) -> str:
    """ "sevenish" -> "seven"."""
    return word[:-3] if word.endswith("ish") and len(word) > 5 else word
