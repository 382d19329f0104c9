"""Takes an if-then plan apart and puts it together again, in the second person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voice_coach.content.lexicons import AnswerLexicon
from voice_coach.understanding.choices import stem
from voice_coach.understanding.persons import turn_persons
from voice_coach.understanding.phrases import Edges, any_of
from voice_coach.understanding.times import Times
from voice_coach.understanding.tokens import straighten, words
from voice_coach.understanding.verbs import Verbs

LONGEST = 80
"""Words of an answer in which a plan is looked for."""
SHORT = 6
"""Words of a thing that is to be tried: "a cup of tea"."""
LONGEST_SPEECH = 20
"""Words of a sentence that is to be said."""
LONGEST_CUE = 10
"""Words of a clause that is a moment; a longer one tells a story."""


@dataclass(frozen=True, slots=True)
class IfThen:
    """A plan. Both parts are second person and fit the form that ``spoken`` gives them."""

    cue: str
    """A clause: "it is tomorrow after dinner", "he raises his voice"."""
    action: str
    """A bare verb phrase: "put your phone away"."""

    @property
    def spoken(self) -> str:
        """The plan as one sentence, said to the person."""
        return f"If {self.cue}, then you will {self.action}."


class Plans:
    """Understands plans, whole or in parts."""

    def __init__(self, lexicon: AnswerLexicon) -> None:
        plan = lexicon.plan
        self._plan = plan
        self._times = Times(lexicon.time)
        self._verbs = Verbs(plan.verbs)
        hesitations = lexicon.hesitations
        self._edges = Edges((*hesitations, *plan.leads), (*hesitations, *plan.tails))
        self._softeners = Edges(plan.softeners)
        self._hesitation = re.compile(rf"\b(?:{any_of(hesitations)})\b,?", re.I)
        self._intent = _phrases(plan.intents, before="(?:then )?")
        self._going = re.compile(r"(?:then )?(?:i'm|i am) (?=\w+ing\b)", re.I)
        self._refusal = _phrases(plan.refusals, before="(?:then )?")
        self._asking = re.compile(rf"\b(?:{any_of(plan.asking)})$", re.I)
        self._wish = _phrases(plan.wishes)
        self._speaker = _phrases(plan.speakers)
        self._event = _phrases(lexicon.time.events)
        self._time_words = frozenset(words(" ".join(lexicon.time.noise)))
        self._nothing = frozenset(words(" ".join(plan.nothing)))
        self._frames = lexicon.time
        self._time_nouns = frozenset((*lexicon.time.parts, *lexicon.time.nouns))
        self._empty = frozenset(words(" ".join(plan.empty)))

    # --- whole plans ---

    def parse(self, text: str) -> IfThen | None:
        """The plan that the text is, in either order; None where one half is missing."""
        said = self._clean(text)
        if len(words(said)) > LONGEST:
            return None
        for cue_text, action_text in (*self._cue_first(said), *self._action_first(said)):
            if not self._is_intended(action_text):
                continue
            cue, action = self.cue_only(cue_text), self.action_only(action_text)
            if cue and action:
                return IfThen(cue, action)
        return None

    def combine(self, cue_text: str, action_text: str) -> IfThen:
        """A plan from two answers; what is not understood is only turned."""
        cue = self.cue_only(cue_text) or turn_persons(self._clean(cue_text))
        action = self.action_only(action_text) or turn_persons(self._clean(action_text))
        return IfThen(cue, action)

    def same(self, plan: IfThen, text: str) -> bool:
        """Whether the text rehearses this plan: it shares enough of the telling words."""
        said = self._stems(text)
        action, cue = self._stems(plan.action), self._stems(plan.cue)
        if not action | cue:
            return False
        of_action = len(said & action) / len(action) if action else 0.0
        return of_action >= 0.5 or len(said & (action | cue)) / len(action | cue) >= 0.4

    # --- halves ---

    def cue_only(self, text: str) -> str | None:
        """The "if" as a clause, second person; None where no moment is named."""
        said = self._clean(text)
        if set(words(said)) <= self._nothing:
            return None
        when = self._times.find(said)
        if self._is_time(said) and not self._event.match(said):
            return turn_persons(self._frames.clause_frame.format(time=said))
        if when is not None:
            rest = words(f"{said[: when.start]} {said[when.end :]}")
            if not set(rest) - self._time_words:
                return when.cue
            if when.start == 0 and self._event.match(said):
                return when.cue
        if not self._intent.match(said) and self._could_happen(said):
            return turn_persons(said)
        return when.cue if when is not None else self._occasion(said)

    def action_only(self, text: str) -> str | None:
        """The "then" as a bare verb phrase, second person; None where there is no own act."""
        said = self._clean(text)
        if self._wish.match(said):
            return None
        refusal = self._refusal.match(said)
        if refusal is not None:
            refused = self.action_only(said[refusal.end() :])
            return self._plan.refusal_frame.format(action=refused) if refused else None
        intent = self._intent.match(said) or self._going.match(said)
        bare = self._softeners.strip(said[intent.end() :] if intent else said)
        if not bare or set(words(bare)) <= self._nothing or self._event.match(bare):
            return None
        if self._speaker.match(bare):
            return self._as_speech(bare)
        own = re.match(r"i (?=\w)", bare, re.I)
        verb = self._verbs.bare(bare[own.end() :] if own else bare)
        if verb is not None and (intent or not (own and self._is_state(verb))):
            return turn_persons(verb)
        if intent and not self._is_clause(bare):
            return turn_persons(bare)
        if words(bare)[0] in self._plan.countables and len(words(bare)) <= SHORT:
            return self._plan.noun_frame.format(thing=turn_persons(bare))
        return None

    # --- inside ---

    def _clean(self, text: str) -> str:
        plain = self._hesitation.sub(" ", straighten(text).replace("[unk]", " "))
        plain = re.sub(r"\s+", " ", plain).strip(" .,;:!?…")
        return self._edges.strip(plain).strip(" .,;:!?…")

    def _cue_first(self, said: str) -> Iterator[tuple[str, str]]:
        """ "When he shouts, I'll go outside", "tomorrow after dinner I will ask"."""
        event, when = self._event.match(said), self._times.find(said)
        if event is None and (when is None or when.start > 0):
            return
        begin = event.end() if event else when.end if when else 0
        for start, end in self._splits(said, begin):
            if event and len(said[begin:start].split()) < 2:
                continue
            yield said[:start].strip(" ,"), said[end:].strip(" ,")

    def _splits(self, said: str, begin: int) -> Iterator[tuple[int, int]]:
        """Where the cue may end and the action may begin, the surest first."""
        for pattern in (self._intent, self._refusal):
            for found in pattern.finditer(said, begin):
                yield found.start(), found.start()
        for found in re.finditer(r"\bthen ", said[begin:], re.I):
            yield begin + found.start(), begin + found.end()
        for found in re.finditer(r"[ ,]+(?=(?:i'm|i am) \w+ing\b)", said[begin:], re.I):
            yield begin + found.start(), begin + found.end()
        for found in re.finditer(r", | (?=i \w)", said[begin:], re.I):
            if self._verbs.begins(re.sub(r"^i ", "", said[begin + found.end() :], flags=re.I)):
                yield begin + found.start(), begin + found.end()
        for found in re.finditer(r" ", said[begin:]):
            before = words(said[: begin + found.start()])[-1:]
            if self._verbs.begins(said[begin + found.end() :]) and not (
                before and before[0] in self._plan.before_verbs
            ):
                yield begin + found.start(), begin + found.end()

    def _action_first(self, said: str) -> Iterator[tuple[str, str]]:
        """ "I'll go outside when he shouts", "call her on Sunday to say sorry"."""
        offset = 0
        while offset < len(said):
            when = self._times.find(said[offset:])
            if when is None:
                return
            start, end = offset + when.start, offset + when.end
            before, after = said[:start].strip(" ,"), said[end:].strip(" ,")
            if before and not self._asking.search(before):
                yield said[start:end], f"{before} {after}".strip()
            offset = start + len(said[start:].split(" ")[0]) if before else end

    def _is_intended(self, said: str) -> bool:
        """Whether these words say what one is going to do, rather than what one does."""
        bare = re.sub(r"^(?:then )?i ", "", said, flags=re.I)
        if self._intent.match(said) or self._refusal.match(said):
            return True
        going = self._going.match(said)
        if going is not None:
            base = self._verbs.bare(said[going.end() :])
            return base is not None and not self._is_state(base)
        own = bare != said and self._verbs.begins(bare)
        return (own or self._verbs.bare(bare) is not None) and not self._is_state(bare)

    def _is_time(self, said: str) -> bool:
        """ "A calm evening at home": a noun that is a time."""
        parts = words(said)
        noun = parts[0] in self._frames.articles and len(parts) <= LONGEST_CUE
        return noun and bool(self._time_nouns.intersection(parts)) and not self._is_clause(said)

    def _occasion(self, said: str) -> str | None:
        """ "At the first insult", "on our way home": an occasion without a verb."""
        parts = words(said)
        if not 2 <= len(parts) <= SHORT or parts[0] not in self._frames.prepositions:
            return None
        if parts[0] in self._frames.kept_events:
            return turn_persons(self._frames.clause_frame.format(time=said))
        if set(parts[1:3]) & set(self._frames.ordinals):
            thing = said.split(" ", 1)[1]
            return turn_persons(self._frames.occasion_frame.format(thing=thing))
        return turn_persons(self._frames.place_frame.format(place=said))

    def _is_state(self, verb: str) -> bool:
        """A verb that is no act by itself: "feel sad"."""
        plain = words(self._softeners.strip(verb))
        return bool(plain) and plain[0] in self._plan.stative

    def _could_happen(self, said: str) -> bool:
        """Whether the text is a clause about a moment to come."""
        parts = words(said)
        if len(parts) > LONGEST_CUE or set(parts).intersection(self._plan.not_moments):
            return False
        return self._is_clause(said)

    def _is_clause(self, said: str) -> bool:
        """Whether the text has a subject and a verb of its own."""
        parts = words(said)
        if len(parts) < 2:
            return False
        if parts[0] in self._plan.subjects or "'" in parts[0]:
            return True
        if parts[0] in self._plan.determiners:
            return any(word in self._plan.auxiliaries or word.endswith("s") for word in parts[2:])
        return parts[1] in ("is", "isn't", "are", "aren't")

    def _as_speech(self, said: str) -> str | None:
        """Words to be said, where that is what the answer is: "I love you"."""
        if len(words(said)) > LONGEST_SPEECH:
            return None
        return turn_persons(self._plan.say_frame.format(words=said))

    def _stems(self, text: str) -> set[str]:
        return {stem(word) for word in words(text) if word not in self._empty}


def _phrases(phrases: Iterable[str], before: str = "") -> re.Pattern[str]:
    """Any of these as whole words, with the space after it."""
    return re.compile(rf"\b{before}(?:{any_of(phrases)})(?![\w']) ?", re.I)
