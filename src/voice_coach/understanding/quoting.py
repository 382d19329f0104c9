"""Chooses what of an answer is said back: whole clauses, safe, near the feeling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.lexicons import ReflectionLexicon
from voice_coach.understanding.clauses import Clause, Clauses, Role
from voice_coach.understanding.cues import Cue
from voice_coach.understanding.persons import direct_speech
from voice_coach.understanding.tokens import PhraseBook, Token

LONGEST = 14
"""Words quoted; more is hard to follow by ear."""
WEIGHTS = {
    CueKind.FEELING: 3.0,
    CueKind.FEAR: 3.0,
    CueKind.ANGER: 2.5,
    CueKind.OWNERSHIP: 2.5,
    CueKind.BODY: 2.0,
    CueKind.SUPPRESSION: 2.0,
    CueKind.CRYING: 2.0,
    CueKind.PARTNER_DEPENDENT: 1.5,
    CueKind.HOPELESS: 1.5,
    CueKind.I_FEEL_THAT_YOU: 1.0,
    CueKind.SELF_ATTACK: 1.0,
    CueKind.ALL_ME: 1.0,
    CueKind.BLAME: 0.8,
    CueKind.CONCRETE_WHEN: 0.3,
    CueKind.CONCRETE_WHERE: 0.3,
}
UNSAFE = frozenset({CueKind.CONTEMPT, CueKind.ULTIMATUM})
"""Said back, these would harden."""
EMPTY = frozenset({CueKind.DONT_KNOW, CueKind.VAGUE})


class Holder(Enum):
    """Whose statement it is."""

    OWN = "own"
    OTHER = "other"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Quote:
    """Part of an answer that may be said back."""

    tokens: tuple[Token, ...]
    clauses: tuple[Clause, ...]
    cues: tuple[Cue, ...]
    holder: Holder
    score: float


class Quoting:
    """Finds the quotations that an answer offers."""

    def __init__(self, lexicon: ReflectionLexicon) -> None:
        self._lexicon = lexicon
        self._clauses = Clauses(lexicon.clauses)
        self._fillers = PhraseBook((phrase, True) for phrase in lexicon.fillers)
        self._openers = PhraseBook((phrase, True) for phrase in lexicon.openers)
        self._closers = frozenset(tuple(phrase.split()) for phrase in lexicon.closers)
        self._unsaid = frozenset(lexicon.unsaid)
        self._dangling = frozenset(lexicon.dangling)

    def clean(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """Without fillers and stammered repetitions."""
        said = [token.text for token in tokens]
        dropped = {i for found in self._fillers.inside(said) for i in range(found.start, found.end)}
        kept: list[Token] = []
        for index, token in enumerate(tokens):
            if index in dropped or token.text == '"':
                continue
            twice = kept and kept[-1].text == token.text
            if twice and token.text not in self._lexicon.doubled:
                continue
            after = said[index + 1] if index + 1 < len(said) else ""
            if token.text == "like" and after in self._lexicon.like_before:
                continue
            kept.append(token)
        return tuple(kept)

    def quotes(self, text: str, tokens: Sequence[Token], cues: Sequence[Cue]) -> Iterator[Quote]:
        clauses = _reason_alone(self._clauses.split(tokens))
        for first in range(len(clauses)):
            for last in range(first, min(first + 3, len(clauses))):
                run = clauses[first : last + 1]
                if last > first and not _hangs_together(run):
                    break
                quote = self._quote(text, run, cues)
                if quote is not None:
                    yield quote

    def _quote(self, text: str, run: Sequence[Clause], cues: Sequence[Cue]) -> Quote | None:
        """The run as a quotation, where it is a sentence and safe to say back."""
        tokens = self.trimmed(run)
        run = tuple(_within(clause, tokens) for clause in run)
        run = tuple(clause for clause in run if clause.tokens)
        if not run or not 2 <= len(tokens) <= LONGEST or not _stands(run):
            return None
        if not all(self._is_sentence(clause) for clause in run):
            return None
        inside = tuple(cue for cue in cues if _inside(cue, tokens))
        if not self._is_telling(tokens, inside) or not self._is_safe(text, tokens, inside):
            return None
        holder = self._holder(next(clause for clause in run if clause.role is Role.MAIN))
        return Quote(tokens, run, inside, holder, self._score(run, inside, holder))

    def _is_telling(self, tokens: Sequence[Token], cues: Sequence[Cue]) -> bool:
        """Whether saying it back tells anything: "i cried", not "i think" or "i know i do"."""
        words = tuple(token.text for token in tokens)
        if words in self._closers or EMPTY.intersection(cue.kind for cue in cues):
            return False
        hollow = (*self._lexicon.clauses.auxiliaries, *self._lexicon.clauses.embedding)
        enough = words[0] in ("i", "we") and words[-1] not in (*hollow, *self._lexicon.light)
        return len(words) > 2 or bool(cues) or enough

    def _is_safe(self, text: str, tokens: Sequence[Token], cues: Sequence[Cue]) -> bool:
        """Whether hearing it back can do no harm, and turning it cannot go wrong."""
        words = [token.text for token in tokens]
        kinds = {cue.kind for cue in cues}
        asks = any(word.startswith(("what", "why")) for word in words)
        if self.unsayable(words) or kinds & UNSAFE or (CueKind.HOPELESS in kinds and asks):
            return False
        return not self.addresses(words) or direct_speech(surface(text, tokens))

    def unsayable(self, words: Sequence[str]) -> bool:
        """Whether there is a word among them that is never quoted."""
        return bool(self._unsaid.intersection(words))

    def trimmed(self, run: Sequence[Clause]) -> tuple[Token, ...]:
        """Without openers at the beginning and dangling words at the end."""
        tokens = [token for clause in run for token in clause.tokens]
        while openers := self._openers.at([token.text for token in tokens], 0):
            tokens = tokens[openers[0].end :]
        while tokens:
            words = tuple(token.text for token in tokens)
            closer = next((c for c in self._closers if self._closes(words, c)), None)
            if closer:
                tokens = tokens[: -len(closer)]
            elif self._dangles(words):
                tokens = tokens[:-1]
            else:
                break
        return tuple(tokens)

    def _closes(self, words: tuple[str, ...], closer: tuple[str, ...]) -> bool:
        """Whether the words end in this; "what i think" does not."""
        rest = words[: -len(closer)]
        return (
            bool(rest)
            and words[len(rest) :] == closer
            and (rest[-1] not in self._lexicon.clauses.embedding)
        )

    def _dangles(self, words: Sequence[str]) -> bool:
        """Whether the last word wants another one after it."""
        last = words[-1]
        if last not in self._dangling:
            return False
        completing = self._lexicon.complete.get(last, ())
        return not any(word in completing for word in words[-5:-1])

    def _is_sentence(self, clause: Clause) -> bool:
        """Whether it has a subject and, as far as can be told, a verb."""
        words = clause.words
        lexicon = self._lexicon.clauses
        while words and words[0] in (*lexicon.links, *lexicon.leading):
            words = words[1:]
        if len(words) < 2 or words[0] in self._lexicon.subjectless:
            return False
        if words[0] == "that" and words[1].split("'")[0] in lexicon.persons:
            return False
        if self._quotes_thought(words):
            return False
        if words[0] == "what":
            return any(word in ("is", "was") for word in words[2:-1])
        if words[0] in lexicon.questions:
            return False
        if self._clauses.is_subject(words[0]):
            contracted = "'" in words[0]
            return contracted or words[1] not in (*lexicon.joints, *lexicon.links, "to", "of")
        if words[0] in lexicon.determiners:
            later = words[2:]
            return any(_finite(word, lexicon.auxiliaries) for word in later)
        pair = words[0] == "me" and words[1] == "and"
        return pair and any(_finite(word, lexicon.auxiliaries) for word in words[3:])

    def _quotes_thought(self, words: Sequence[str]) -> bool:
        """ "I was like okay fine", "i'm like i'm not crazy"."""
        places = [(i, pair[0]) for i, pair in enumerate(pairwise(words), 2) if pair[1] == "like"]
        return any(
            (verb == "was" and words[i] in self._lexicon.quotative)
            or (verb in ("i'm", "he's", "she's") and self._clauses.is_subject(words[i]))
            for i, verb in places
            if i < len(words)
        )

    def addresses(self, words: Sequence[str]) -> bool:
        """A "you" beside an "I": it may be anybody, and turning it may be wrong."""
        second = {"you", "your", "yours", "yourself", "you're", "you've", "you'll", "you'd"}
        return bool(second.intersection(words))

    def _holder(self, clause: Clause) -> Holder:
        lexicon = self._lexicon.clauses
        skipped = (*lexicon.links, *lexicon.leading)
        words = tuple(word for word in clause.words if word not in skipped)
        head = words[0].split("'")[0]
        if head in ("i", "we", "me") or words[2:4] == ("and", "i") or words[1:3] == ("of", "me"):
            return Holder.OWN
        if head in ("my", "our") and len(words) > 1 and words[1] not in lexicon.people:
            return Holder.OWN
        if head in lexicon.neutral:
            return Holder.NEUTRAL
        return Holder.OTHER

    def _score(self, run: Sequence[Clause], cues: Sequence[Cue], holder: Holder) -> float:
        length = sum(len(clause.tokens) for clause in run)
        carried = sum(WEIGHTS.get(cue.kind, 0.0) * cue.strength for cue in cues)
        own = {Holder.OWN: 0.8, Holder.NEUTRAL: 0.2, Holder.OTHER: -0.3}[holder]
        reason = 0.5 if any(clause.role is Role.LINKED for clause in run) else 0.0
        return carried + own + reason + 0.03 * min(length, 6) - 0.08 * max(0, length - 8)


def _reason_alone(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """An answer that is only a reason: its "because" is left out, and it stands by itself."""
    first = clauses[0] if clauses else None
    if first is None or first.words[0] not in ("because", "cause", "'cause"):
        return clauses
    if len(clauses) > 1 and clauses[1].role is Role.MAIN and not clauses[1].joint:
        return clauses
    return (Clause(first.tokens[1:], Role.MAIN, "", fresh=True), *clauses[1:])


def _hangs_together(run: Sequence[Clause]) -> bool:
    """Whether the last clause of the run belongs to the ones before it."""
    last, before = run[-1], run[:-1]
    if last.fresh:
        return False
    if last.role is Role.LINKED or last.joint.split(" ")[0] in ("and", "but"):
        return any(clause.role is Role.MAIN for clause in before)
    return not last.joint and all(clause.role is Role.LINKED for clause in before)


def _stands(run: Sequence[Clause]) -> bool:
    return any(clause.role is Role.MAIN for clause in run)


def _within(clause: Clause, tokens: Sequence[Token]) -> Clause:
    kept = tuple(token for token in clause.tokens if token in tokens)
    return Clause(kept, clause.role, clause.joint, clause.fresh)


def _inside(cue: Cue, tokens: Sequence[Token]) -> bool:
    return tokens[0].start < cue.end and cue.start < tokens[-1].end


def _finite(word: str, auxiliaries: Sequence[str]) -> bool:
    return word in auxiliaries or (word.endswith(("ed", "s")) and not word.endswith("ss"))


def surface(text: str, tokens: Sequence[Token]) -> str:
    """The words as they were typed or heard."""
    parts = [text[token.start : token.end] for token in tokens]
    joined = " ".join(parts)
    for mark in (",", ";", ":"):
        joined = joined.replace(f" {mark}", mark)
    return joined
