"""What danger there is in what was said, by two ways of looking.

*Signs* (``risk_signs``) are rules: who does what to whom, denied or not, now or long ago. They know
what was foreseen. *Weights* (``risk_weights``) know how people speak where there is a danger, and
find what was not foreseen. A "none" is never a clearance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from voice_coach.content.safety_scripts import RiskLexicon
from voice_coach.content.weights import WeightTable
from voice_coach.understanding.risk_clauses import Clauses
from voice_coach.understanding.risk_kinds import NO_RISK, RANK, URGENCY, Category, Risk, Tier
from voice_coach.understanding.risk_patterns import Patterns
from voice_coach.understanding.risk_signs import Signs
from voice_coach.understanding.risk_verbs import VerbForms
from voice_coach.understanding.risk_weights import Weighed, Weighing, Words

__all__ = ["URGENCY", "Category", "Risk", "RiskHistory", "Risks", "Tier"]

ASK_FROM: Final = 0.3
"""Of ``Weighed.danger``: from here on it is asked about."""
NOW_FROM: Final = -1.5
"""Of ``Weighed.present``: from here on a danger is a present one."""
OVERRULED: Final = -1.2
"""Of ``Weighed.danger``: up to here the weights say so clearly that there is none, in the whole of
it and in each stretch, that a sign counts for nothing."""
PAST: Final = -4.0
"""Of ``Weighed.present``: up to here a sign counts for a question at the most."""
DENIED: Final = 2.5
"""Where all signs are denied ("I don't want to die"), the weights have to say so much more."""


class Risks:
    """Assesses utterances. Raises PatternError or ValueError where the lexicon is wrong."""

    def __init__(self, lexicon: RiskLexicon, weights: WeightTable) -> None:
        patterns = Patterns(lexicon.words, lexicon.negations, VerbForms(lexicon.irregular))
        self._clauses = Clauses(lexicon, patterns)
        self._signs = Signs(lexicon, patterns, self._clauses)
        self._weighing = Weighing(weights, Words(lexicon))

    def assess(self, text: str, doubtful: bool = False) -> Risk:
        """What danger there is in these words; a doubtful hearing is only asked about."""
        plain = self._clauses.plain(text)
        signs, denied = self._signs.find(text, plain)
        weighed = self._weighing.weigh(plain)
        if denied:
            weighed = replace(weighed, danger=weighed.danger - DENIED)
        risk = _both(signs, weighed, plain)
        if doubtful and risk.tier is Tier.NOW:
            return replace(risk, tier=Tier.ASK, why=f"{risk.why} (doubtful hearing)")
        return risk


def _both(signs: Risk, weighed: Weighed, plain: str) -> Risk:
    """What the signs and the weights say together."""
    signs = _not_overruled(signs, weighed)
    tier = _tier(weighed)
    if RANK[tier] <= RANK[signs.tier]:
        return signs
    category = Category(weighed.kind)
    others = tuple(one for one in signs.categories if one is not category)
    why = f"{category.value}: {', '.join(map(repr, weighed.telling))} ({weighed.danger:.1f})"
    return Risk(
        tier, (category, *others), why, about_other=not _ONESELF.intersection(plain.split())
    )


def _not_overruled(signs: Risk, weighed: Weighed) -> Risk:
    if weighed.danger <= OVERRULED:
        return NO_RISK
    if signs.tier is Tier.NOW and weighed.present <= PAST:
        return replace(signs, tier=Tier.ASK)
    return signs


def _tier(weighed: Weighed) -> Tier:
    if weighed.danger < ASK_FROM:
        return Tier.NONE
    return Tier.NOW if weighed.present >= NOW_FROM else Tier.ASK


_ONESELF = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our"})
"""Where none of these is said, it is about somebody else."""


@dataclass(slots=True)
class RiskHistory:
    """Adds up the lesser signs of a session: several of them say more than each alone."""

    counts: Counter[str] = field(default_factory=Counter)

    def raised(self, risk: Risk) -> Risk:
        """Remembers this risk and returns it, raised where it repeats what was there before.

        The third lesser sign of despair, or the fourth of abuse, is answered as a clear one.
        """
        if risk.tier is not Tier.ASK:
            return risk
        for group in {_GROUPS[category] for category in risk.categories if category in _GROUPS}:
            self.counts[group] += 1
            if self.counts[group] >= _ENOUGH[group]:
                return replace(risk, tier=Tier.NOW, why=f"{risk.why}; again in this session")
        return risk


_DESPAIR, _ABUSE = "despair", "abuse"
_GROUPS = {
    Category.SUICIDE_ACTIVE: _DESPAIR,
    Category.SUICIDE_PASSIVE: _DESPAIR,
    Category.BURDEN: _DESPAIR,
    Category.PREPARATION: _DESPAIR,
    Category.SELF_HARM: _DESPAIR,
    Category.STRANGULATION_OR_WEAPON: _ABUSE,
    Category.ASSAULT: _ABUSE,
    Category.SEXUAL_VIOLENCE: _ABUSE,
    Category.THREAT: _ABUSE,
    Category.FEAR: _ABUSE,
    Category.CONTROL: _ABUSE,
    Category.MONEY_CONTROL: _ABUSE,
    Category.STALKING: _ABUSE,
    Category.ANIMAL_HARM: _ABUSE,
}
_ENOUGH = {_DESPAIR: 3, _ABUSE: 4}
