"""Turns an answer to a closed question into what it means: a number, yes or no, a choice, a time.

Recogniser output is untrusted: an answer counts where the whole of it is understood, or where it
begins clearly; what is ambiguous is None, and the question is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from voice_coach.content.lexicons import AnswerLexicon, YesNoWords
from voice_coach.understanding.choices import Choices, Named
from voice_coach.understanding.numbers import Number, Numbers
from voice_coach.understanding.times import Times, When
from voice_coach.understanding.tokens import PhraseBook, without, words

__all__ = ["Answers", "Named", "Number", "When", "YesNo"]


class YesNo(Enum):
    """What was answered to a yes-or-no question."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Answers:
    """Understands the answers to closed questions."""

    def __init__(self, lexicon: AnswerLexicon) -> None:
        hesitations = frozenset(lexicon.hesitations)
        self._numbers = Numbers(lexicon.number, hesitations)
        self._yes_no = _YesNos(lexicon.yes_no, hesitations)
        self._choices = Choices(lexicon.choice, hesitations)
        self._times = Times(lexicon.time)
        self.phrases_for_rating: tuple[str, ...] = _rating_phrases(lexicon)
        """Lower case, for the recogniser's grammar."""
        self.phrases_for_yes_no: tuple[str, ...] = tuple(lexicon.yes_no.listen)
        """Lower case, for the recogniser's grammar."""

    def number(self, text: str) -> Number | None:
        """The number that the answer is; None where it merely holds one ("we have two kids")."""
        return self._numbers.find(text)

    def yes_no(self, text: str) -> YesNo | None:
        """Yes, no or unsure; a longer answer counts where it begins with a clear one."""
        return self._yes_no.find(text)

    def choice(self, text: str, options: Sequence[Named]) -> str | None:
        """The ``id`` of the option meant, by name, meaning or position; None where ambiguous."""
        return self._choices.find(text, options)

    def phrases_for_choice(self, options: Sequence[Named]) -> tuple[str, ...]:
        """The names and positions of these options, for the recogniser's grammar."""
        return self._choices.phrases(options)

    def when(self, text: str) -> When | None:
        """The day, time or moment named in the text."""
        return self._times.find(text)


class _YesNos:
    def __init__(self, lexicon: YesNoWords, hesitations: frozenset[str]) -> None:
        self._hesitations = hesitations
        self._whole: PhraseBook[YesNo | None] = PhraseBook()
        self._begins: PhraseBook[YesNo | None] = PhraseBook()
        meanings = (
            (YesNo.YES, lexicon.yes, lexicon.yes_begins),
            (YesNo.NO, lexicon.no, lexicon.no_begins),
            (YesNo.UNSURE, lexicon.unsure, lexicon.unsure_begins),
        )
        for answer, whole, begins in meanings:
            for phrase in (*whole, *begins):
                self._whole.add(phrase, answer)
            for phrase in begins:
                self._begins.add(phrase, answer)
        for phrase in lexicon.around:
            self._whole.add(phrase, None)
        for phrase in lexicon.not_begins:
            self._begins.add(phrase, None)

    def find(self, text: str) -> YesNo | None:
        said = words(text)
        for heard in (said, without(said, self._hesitations)):
            found = self._whole.cover(heard)
            answers = [one.value for one in found or () if one.value is not None]
            if answers:
                # "Yeah, no" is a no and "no, yeah" a yes: the last word holds.
                return answers[-1]
        return self._beginning(without(said, self._hesitations))

    def _beginning(self, said: Sequence[str]) -> YesNo | None:
        place = 0
        answer: YesNo | None = None
        while place < len(said):
            begins = self._begins.at(said, place)
            if begins:
                if begins[0].value is None:
                    break
                answer = begins[0].value
                place = begins[0].end
                continue
            around = [one for one in self._whole.at(said, place) if one.value is None]
            if not around:
                break
            place = around[0].end
        return answer


def _rating_phrases(lexicon: AnswerLexicon) -> tuple[str, ...]:
    words_for = lexicon.number
    names = {number: name for name, number in reversed(words_for.units.items())}
    phrases = [names[number] for number in range(11)]
    for frame in words_for.rating_frames:
        for number in range(10 if "{next}" in frame else 11):
            name = names[number]
            article = words_for.articles.get(name, f"a {name}")
            phrases.append(frame.format(n=name, a=article, next=names[number + 1]))
    return tuple(dict.fromkeys(phrases))
