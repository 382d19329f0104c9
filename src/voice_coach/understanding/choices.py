"""Which of several options is meant: by name, by meaning, or by position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voice_coach.content.lexicons import ChoiceWords
from voice_coach.understanding.tokens import Found, PhraseBook, without, words

_LONG_ANSWER = 12
"""Words; in a longer answer a single shared word is no choice."""


class Named(Protocol):
    """Something that can be chosen."""

    @property
    def id(self) -> str:
        """What is returned when it is chosen."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """Whole phrases, lower case, that choose it."""


class Choices:
    """Finds the chosen option in an answer."""

    def __init__(self, lexicon: ChoiceWords, hesitations: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._hesitations = hesitations
        self._around = PhraseBook((phrase, True) for phrase in (*lexicon.before, *lexicon.after))
        self._negations = PhraseBook((phrase, True) for phrase in lexicon.negations)
        self._corrects = PhraseBook((phrase, True) for phrase in lexicon.corrects)
        self._empty = frozenset(word for phrase in lexicon.empty for word in words(phrase))

    def find(self, text: str, options: Sequence[Named]) -> str | None:
        """The id of the option that is meant; None where none or more than one is."""
        said = without(words(text), self._hesitations)
        for heard in (words(text), said, self._last_meant(said)):
            named = self._by_name(heard, options) or self._by_position(heard, options)
            if named is not None:
                return named
        meant = self._without_negated(self._last_meant(said))
        return self._embedded(meant, options) or self._by_meaning(meant, options)

    def phrases(self, options: Sequence[Named]) -> tuple[str, ...]:
        """The names, numbers and positions of the options, for the recogniser's grammar."""
        names = [" ".join(words(phrase)) for one in options for phrase in one.phrases]
        lexicon, count = self._lexicon, len(options)
        places = [
            form
            for ordinal, place in lexicon.ordinals.items()
            if place <= count and not ordinal[0].isdigit()
            for form in (f"the {ordinal}", f"the {ordinal} one")
        ]
        numbers = [
            form
            for cardinal, place in lexicon.cardinals.items()
            if place <= count and not cardinal[0].isdigit()
            for form in (cardinal, f"number {cardinal}")
        ]
        return tuple(dict.fromkeys((*names, *places, *numbers)))

    def _by_name(self, said: Sequence[str], options: Sequence[Named]) -> str | None:
        """The whole answer is a phrase of one option, with only courtesy around it."""
        book: PhraseBook[str | None] = PhraseBook(
            (phrase, option.id) for option in options for phrase in (*option.phrases, option.id)
        )
        for phrase in (*self._lexicon.before, *self._lexicon.after):
            book.add(phrase, None)
        chosen = {one.value for one in book.cover(said) or () if one.value is not None}
        return chosen.pop() if len(chosen) == 1 else None

    def _by_position(self, said: Sequence[str], options: Sequence[Named]) -> str | None:
        """ "The second", "number two"; in "the second one" the "one" is no number."""
        for numbers in (self._lexicon.ordinals, self._lexicon.cardinals):
            book: PhraseBook[int | None] = PhraseBook(numbers.items())
            for phrase in (*self._lexicon.numbered, *self._lexicon.before, *self._lexicon.after):
                book.add(phrase, None)
            places = {one.value for one in book.cover(said) or () if one.value is not None}
            if len(places) == 1:
                place = places.pop()
                index = place - 1 if place > 0 else len(options) + place
                return options[index].id if 0 <= index < len(options) else None
        return None

    def _last_meant(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """What follows the last correction: "focus, no, honesty"."""
        corrects = [one for one in self._corrects.inside(said) if 0 < one.start < one.end]
        last = [one for one in corrects if one.end < len(said)]
        return said[last[-1].end :] if last else said

    def _without_negated(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """ "not the breathing, the feet": what follows "not" up to the next "the" is left out."""
        negations = self._negations.inside(said)
        if not negations:
            return said
        first = negations[0]
        starts = [i for i in range(first.end + 1, len(said)) if said[i] in self._lexicon.restarts]
        return (*said[: first.start], *(said[starts[0] :] if starts else ()))

    def _embedded(self, said: Sequence[str], options: Sequence[Named]) -> str | None:
        """A name inside a longer answer; the longest where one name holds another."""
        hits: list[tuple[Found[bool], str]] = []
        for option in options:
            book = PhraseBook((phrase, True) for phrase in (*option.phrases, option.id))
            hits += [(found, option.id) for found in book.inside(said)]
        kept = {
            chosen for found, chosen in hits if not any(_holds(other, found) for other, _ in hits)
        }
        return kept.pop() if len(kept) == 1 else None

    def _by_meaning(self, said: Sequence[str], options: Sequence[Named]) -> str | None:
        """The option that shares the most telling words with the answer."""
        stems = {stem(word) for word in said} - {stem(word) for word in self._empty}
        owned = [(option.id, self._stems(option)) for option in options]
        scores = {
            one: sum(1 / sum(shared in other for _, other in owned) for shared in stems & mine)
            for one, mine in owned
        }
        ranked = sorted(scores.values(), reverse=True)
        if not ranked or ranked[0] < (1.5 if len(said) > _LONG_ANSWER else 0.5):
            return None
        if len(ranked) > 1 and ranked[0] - ranked[1] < 0.4:
            return None
        return max(scores, key=lambda one: scores[one])

    def _stems(self, option: Named) -> set[str]:
        label = getattr(option, "label", "")
        told = [word for phrase in (*option.phrases, option.id, label) for word in words(phrase)]
        return {stem(word) for word in told if word not in self._empty}


def stem(word: str) -> str:
    """A word without its commonest English endings, only good for comparing words."""
    for ending in ("ingly", "edly", "ing", "ied", "ies", "ed", "ly", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            doubled = len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz"
            return base[:-1] if doubled else base
    return word


def _holds(outer: Found[bool], inner: Found[bool]) -> bool:
    longer = outer.end - outer.start > inner.end - inner.start
    return longer and outer.start <= inner.start and inner.end <= outer.end
