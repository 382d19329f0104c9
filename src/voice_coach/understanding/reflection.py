"""Reflects an answer back: short, in the person's own words with the persons turned.

Nothing is put into their mouth: every word with content comes from the answer or from a fixed
frame in ``reflections.toml``. Where nothing can be quoted safely there is no reflection, and the
script's general one is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.lexicons import ReflectionLexicon
from voice_coach.understanding.clauses import Clause, Clauses, Role
from voice_coach.understanding.cues import Cue
from voice_coach.understanding.persons import turn_persons
from voice_coach.understanding.quoting import (
    EMPTY,
    UNSAFE,
    WEIGHTS,
    Holder,
    Quote,
    Quoting,
    surface,
)
from voice_coach.understanding.tokens import PhraseBook, Token, tokenize

__all__ = ["Reflection", "Reflections", "turn_persons"]

LONGEST_FRAGMENT = 8


@dataclass(frozen=True, slots=True)
class Reflection:
    """What is said back."""

    text: str
    """A complete spoken sentence: "You felt left alone when he walked out."."""
    complex: bool
    """It goes a step beyond what was said, by a fixed frame."""


class Reflections:
    """Makes reflections. Without state: the same answer gives the same reflection."""

    def __init__(self, lexicon: ReflectionLexicon) -> None:
        self._lexicon = lexicon
        self._quoting = Quoting(lexicon)
        self._clauses = Clauses(lexicon.clauses)
        self._coach = PhraseBook((phrase, True) for phrase in lexicon.coach)

    def reflect(self, text: str, cues: Sequence[Cue], complex: bool) -> Reflection | None:
        """Say the part of the answer back that carries the feeling; None where none is safe.

        ``complex`` asks for one that goes a step further; where that does not fit, a simple one
        comes, and ``Reflection.complex`` says so.
        """
        tokens = self._quoting.clean(tokenize(text))
        if not tokens or self._coach.inside([token.text for token in tokens]):
            return None
        quotes = sorted(self._quoting.quotes(text, tokens, cues), key=lambda quote: -quote.score)
        if not quotes:
            return self._fragment(text, tokens, cues)
        best = quotes[0]
        sentence = self._framed(text, best)
        if not complex:
            return Reflection(_ended(sentence), complex=False)
        variants = self._deeper(best)
        if not variants:
            return Reflection(_ended(sentence), complex=False)
        further = _pick(variants, best).format(clause=sentence)
        return Reflection(_ended(further), complex=True)

    # --- how it is said ---

    def _framed(self, text: str, quote: Quote) -> str:
        """The quotation in the frame that its kind asks for, without its full stop."""
        clause = self._turned(text, quote)
        kinds = {cue.kind for cue in quote.cues}
        frames = self._lexicon.frames
        if kinds & {CueKind.SELF_ATTACK, CueKind.ALL_ME}:
            return _pick(frames.inner, quote).format(clause=clause)
        if CueKind.HOPELESS in kinds:
            return _pick(frames.now, quote).format(clause=clause)
        if quote.holder is Holder.OTHER:
            return _pick(frames.seen, quote).format(clause=clause)
        return clause

    def _turned(self, text: str, quote: Quote) -> str:
        parts: list[str] = []
        for index, clause in enumerate(quote.clauses):
            said = surface(text, clause.tokens)
            before = quote.clauses[index - 1] if index else None
            if before is not None and clause.joint:
                parts.append(f" {clause.joint} {said}")
            elif before is not None and clause.role is Role.MAIN:
                parts.append(f", {said}")
            else:
                parts.append(f" {said}")
        return turn_persons(self._uncapitalised("".join(parts).strip()))

    def _uncapitalised(self, said: str) -> str:
        """A word that is no name begins small, for a frame may come before it."""
        first = said.split(" ")[0].lower()
        clauses = self._lexicon.clauses
        known = (*clauses.determiners, *clauses.links, *clauses.leading, *clauses.neutral)
        if self._clauses.is_subject(first) or first in known:
            return said[0].lower() + said[1:]
        return said

    def _deeper(self, quote: Quote) -> tuple[str, ...]:
        """What a complex reflection may add to this quotation."""
        kinds = sorted(quote.cues, key=lambda cue: -WEIGHTS.get(cue.kind, 0.0) * cue.strength)
        for cue in kinds:
            variants = self._lexicon.deeper.get(cue.kind.value)
            if variants:
                return variants
        return self._lexicon.deeper["other"] if quote.holder is Holder.OWN else ()

    def _fragment(
        self, text: str, tokens: tuple[Token, ...], cues: Sequence[Cue]
    ) -> Reflection | None:
        """A few words that are no sentence, given back as they are."""
        kept = self._quoting.trimmed([Clause(tokens, Role.MAIN, "", fresh=True)])
        words = [token.text for token in kept if not token.is_break]
        kinds = {cue.kind for cue in cues}
        if kinds & (UNSAFE | EMPTY | {CueKind.SELF_ATTACK}) or self._quoting.unsayable(words):
            return None
        telling = [word for word in words if word not in self._lexicon.light]
        if not telling or len(words) > LONGEST_FRAGMENT or self._quoting.addresses(words):
            return None
        if words[0] in self._lexicon.clauses.questions or words[-1] == "?":
            return None
        if any(self._clauses.is_subject(word) for word in words[:1]) and len(words) < 3:
            return None
        said = turn_persons(surface(text, [token for token in kept if not token.is_stop]))
        if "you you" in said:
            return None
        if words[0] in self._lexicon.subjectless:
            return Reflection(_ended(self._lexicon.frames.felt.format(words=said)), complex=False)
        frames = self._lexicon.frames.fragment
        return Reflection(_ended(frames[len(said) % len(frames)].format(words=said)), False)


def _pick(variants: Sequence[str], quote: Quote) -> str:
    return variants[sum(len(token.text) for token in quote.tokens) % len(variants)]


def _ended(sentence: str) -> str:
    """With a capital letter and a full stop."""
    plain = sentence.strip(" ,;:")
    return f"{plain[0].upper()}{plain[1:]}{'' if plain[-1] in '.!?' else '.'}"
