"""Finds signs of danger in what was said: who, what, to whom, within a clause.

A rule says what a sign is worth said plainly of the present; the light in which it is said
(denied, long ago, somebody else, a film, an exaggeration) changes that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from voice_coach.content.safety_scripts import Doer, RiskLexicon, Sign
from voice_coach.understanding.risk_clauses import Clause, Clauses, Who
from voice_coach.understanding.risk_kinds import NO_RISK, RANK, URGENCY, Category, Risk, Tier
from voice_coach.understanding.risk_patterns import Finder, Patterns


class Light(Enum):
    """In what light a sign is said."""

    PLAIN = "plain"
    PAST = "past"
    OTHER = "other"
    DENIED_FOR_NOW = "denied-for-now"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A sign, compiled."""

    sign: Sign
    category: Category
    tiers: dict[Light, Tier]
    says: Finder
    unless: Finder
    nowhere: Finder
    needs: Finder | None


@dataclass(frozen=True, slots=True)
class _Found:
    tier: Tier
    category: Category
    words: str
    light: Light
    about_other: bool


@dataclass(frozen=True, slots=True)
class _Utterance:
    """What holds for all of the clauses."""

    clauses: tuple[Clause, ...]
    plain: str
    fiction: bool
    exaggerated: bool


class Signs:
    """Finds the signs of a lexicon. Raises PatternError or ValueError where that is wrong."""

    def __init__(self, lexicon: RiskLexicon, patterns: Patterns, clauses: Clauses) -> None:
        self._clauses = clauses
        rules = tuple(_rule(sign, patterns) for sign in lexicon.signs)
        self._rules = tuple(rule for rule in rules if not rule.sign.across)
        self._rules_across = tuple(rule for rule in rules if rule.sign.across)
        self._past = patterns.finder(lexicon.past)
        self._recent = patterns.finder(lexicon.recent)
        self._for_now = patterns.finder(lexicon.for_now)
        self._fiction = patterns.finder(lexicon.fiction)
        self._hyperbole = patterns.finder(lexicon.hyperbole)
        self._in_earnest = patterns.finder(lexicon.in_earnest)
        self._hyperbolic = frozenset(Category(name) for name in lexicon.hyperbolic)

    def find(self, text: str, plain: str) -> tuple[Risk, bool]:
        """What the signs in these words say, and whether it is nothing because they are denied.

        ``plain``: the same words, of ``Clauses.plain``.
        """
        utterance = _Utterance(
            clauses=self._clauses.split(text),
            plain=plain,
            fiction=self._fiction.search(plain),
            exaggerated=self._hyperbole.search(plain) and not self._in_earnest.search(plain),
        )
        found = [
            sign
            for index in range(len(utterance.clauses))
            for sign in self._in_clause(utterance, index, self._rules)
        ]
        all_of_it = Clause(self._clauses.blotted(plain), carries_on=False)
        whole = replace(utterance, clauses=(all_of_it,))
        found += self._in_clause(whole, 0, self._rules_across)
        said = [sign for sign in found if sign.light is not Light.DENIED]
        return _summed(said), bool(found) and not said

    def _in_clause(
        self, utterance: _Utterance, index: int, rules: tuple[_Rule, ...]
    ) -> Iterator[_Found]:
        clause = utterance.clauses[index]
        for rule in rules:
            if utterance.exaggerated and rule.category in self._hyperbolic:
                continue
            for match in rule.says.finditer(clause.text):
                light = self._light(rule, utterance, index, match)
                if light is None or rule.unless.search(_around(clause.text, match)):
                    continue
                if rule.nowhere.search(utterance.plain):
                    continue
                if rule.needs is not None and not rule.needs.search(utterance.plain):
                    continue
                if light is Light.DENIED or rule.tiers[light] is not Tier.NONE:
                    tier = rule.tiers.get(light, Tier.NONE)
                    other = light is Light.OTHER or rule.sign.about_other
                    words = match.group().strip()
                    yield _Found(tier, rule.category, words, light, other)

    def _light(
        self, rule: _Rule, utterance: _Utterance, index: int, match: re.Match[str]
    ) -> Light | None:
        """None where the sign is cancelled altogether."""
        who = self._who(utterance, index, _after_subject(match))
        passive = rule.sign.doer is Doer.THEM and _PASSIVE.match(match.group()) is not None
        if rule.sign.doer is Doer.THEM and not passive and who in (Who.ME, Who.THING):
            return None
        if rule.sign.doer is Doer.ME and who is Who.THING and rule.category not in _TO_ONESELF:
            return None
        other = who is Who.OTHER and (passive or rule.sign.doer is Doer.ME)
        if utterance.fiction and (other or rule.sign.doer is not Doer.ME):
            return None
        if rule.sign.negatable and self._negated(utterance, index, _after_subject(match)):
            limited = self._for_now.search(utterance.clauses[index].text)
            return Light.DENIED_FOR_NOW if limited else Light.DENIED
        if other:
            return Light.OTHER
        if utterance.fiction or self._long_ago(utterance, index, match):
            return Light.PAST
        return Light.PLAIN

    def _who(self, utterance: _Utterance, index: int, place: int) -> Who:
        clause = utterance.clauses[index]
        who = self._clauses.who(clause, place)
        if who is Who.NOBODY and clause.carries_on and index:
            before = utterance.clauses[index - 1]
            return self._who(utterance, index - 1, len(before.text))
        return who

    def _negated(self, utterance: _Utterance, index: int, place: int) -> bool:
        clause = utterance.clauses[index]
        if self._clauses.negated(clause, place):
            return True
        if not clause.carries_on or not index:
            return False
        if self._clauses.who(clause, place) is not Who.NOBODY:
            return False
        before = utterance.clauses[index - 1]
        return self._negated(utterance, index - 1, len(before.text))

    def _long_ago(self, utterance: _Utterance, index: int, match: re.Match[str]) -> bool:
        text = utterance.clauses[index].text
        if self._recent.search(text):
            return False
        if self._past.search(text):
            return not _present(match.group())
        near = utterance.clauses[max(0, index - 1) : index + 3]
        asides = [other.text for other in near if other.text != text and _is_aside(other.text)]
        if any(self._recent.search(aside) for aside in asides):
            return False
        return any(self._past.search(aside) for aside in asides)


_TO_ONESELF = frozenset(
    {
        Category.SUICIDE_ACTIVE,
        Category.SUICIDE_PASSIVE,
        Category.BURDEN,
        Category.PREPARATION,
        Category.SELF_HARM,
    }
)
"""Here "it" may stand for the speaker: "it would be easier to be dead"."""


def _rule(sign: Sign, patterns: Patterns) -> _Rule:
    return _Rule(
        sign=sign,
        category=Category(sign.category),
        tiers={
            Light.PLAIN: Tier(sign.tier),
            Light.PAST: Tier(sign.past),
            Light.OTHER: Tier(sign.other),
            Light.DENIED_FOR_NOW: Tier(sign.denied),
        },
        says=patterns.finder(sign.says),
        unless=patterns.finder(sign.unless),
        nowhere=patterns.finder(sign.nowhere),
        needs=patterns.finder(sign.needs) if sign.needs else None,
    )


_PRESENT = re.compile(r"^[a-z]{2,}[^su\W]s ")
_NOT_VERBS = frozenset(
    {
        "hands",
        "bruises",
        "marks",
        "arms",
        "fists",
        "pills",
        "his",
        "this",
        "was",
        "has",
        "always",
        "does",
        "is",
    }
)
_PASSIVE = re.compile(
    r"^(?:was|got|been|being|am|be|were|get|getting) (?:[a-z]+ )?(?:[a-z]+(?:ed|en)|hit|shot|beat) "
)
"""Whoever stands before these does nothing: it is done to them."""
_ASIDE = re.compile(
    r"^(?:it|that|this|when|back|years|long|before|in|a|many|ages|decades|as|since|after) "
)
_LONGEST_ASIDE = 8
_SUBJECTS = frozenset({"i", "we"})
_NEAR = 10
"""So many words to either side of a match are looked at for what cancels it."""


def _after_subject(match: re.Match[str]) -> int:
    """Where what is matched begins to speak of doing: after its own subject, where it has one."""
    first = match.group().split(" ", 1)[0]
    return match.start() + (len(first) + 1 if first in _SUBJECTS else 0)


def _around(text: str, match: re.Match[str]) -> str:
    """What was matched, with the words near it."""
    before = text[: match.start()].split()[-_NEAR:]
    after = text[match.end() :].split()[:_NEAR]
    return "".join(f"{word} " for word in (*before, *match.group().split(), *after))


def _present(matched: str) -> bool:
    """The verb that begins the match is of the present ("hits me")."""
    return _PRESENT.match(f"{matched} ") is not None and matched.split()[0] not in _NOT_VERBS


def _is_aside(text: str) -> bool:
    """A short clause that only says when ("it was years ago")."""
    return _ASIDE.match(text) is not None and len(text.split()) <= _LONGEST_ASIDE


def _summed(found: list[_Found]) -> Risk:
    if not found:
        return NO_RISK
    found = sorted(found, key=lambda sign: (-RANK[sign.tier], URGENCY.index(sign.category)))
    first = found[0]
    why = f"{first.category.value}: {first.words!r}"
    if first.light is not Light.PLAIN:
        why += f" ({first.light.value})"
    categories = tuple(dict.fromkeys(sign.category for sign in found))
    return Risk(first.tier, categories, why, all(sign.about_other for sign in found))
