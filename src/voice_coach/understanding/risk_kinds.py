"""What a danger can be, and how pressing: the words that the whole program uses for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Tier(Enum):
    """What a sign asks for."""

    NOW = "now"
    """The safety response at once."""
    ASK = "ask"
    """A gentle, direct question."""
    NONE = "none"


class Category(Enum):
    """What the danger is (domain.md, section 6)."""

    SUICIDE_ACTIVE = "suicide-active"
    SUICIDE_PASSIVE = "suicide-passive"
    BURDEN = "burden"
    PREPARATION = "preparation"
    SELF_HARM = "self-harm"
    MEDICAL = "medical"
    CHILD = "child-at-risk"
    HARM_TO_OTHERS = "harm-to-others"
    STRANGULATION_OR_WEAPON = "strangulation-or-weapon"
    ASSAULT = "assault"
    SEXUAL_VIOLENCE = "sexual-violence"
    THREAT = "threat"
    FEAR = "fear"
    CONTROL = "control"
    MONEY_CONTROL = "money-control"
    STALKING = "stalking"
    ANIMAL_HARM = "animal-harm"
    OWN_VIOLENCE = "own-violence"


URGENCY = (
    Category.MEDICAL,
    Category.STRANGULATION_OR_WEAPON,
    Category.SUICIDE_ACTIVE,
    Category.PREPARATION,
    Category.CHILD,
    Category.SEXUAL_VIOLENCE,
    Category.ASSAULT,
    Category.HARM_TO_OTHERS,
    Category.OWN_VIOLENCE,
    Category.THREAT,
    Category.SELF_HARM,
    Category.SUICIDE_PASSIVE,
    Category.BURDEN,
    Category.STALKING,
    Category.FEAR,
    Category.CONTROL,
    Category.MONEY_CONTROL,
    Category.ANIMAL_HARM,
)
"""Which of several categories is answered first."""

RANK = {Tier.NONE: 0, Tier.ASK: 1, Tier.NOW: 2}


@dataclass(frozen=True, slots=True)
class Risk:
    """What was found in one utterance."""

    tier: Tier
    categories: tuple[Category, ...] = ()
    """Those of the tier, the most urgent first; then those below it."""
    why: str = ""
    """The category and the words that showed it; for looking, never for a log."""
    about_other: bool = False
    """The danger is somebody else's: a friend who wants to die."""


NO_RISK = Risk(Tier.NONE)
