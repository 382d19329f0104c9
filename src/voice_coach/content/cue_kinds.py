"""The kinds of cue that an answer may hold: what the scripts' ``stuck`` points refer to.

They stand here, below ``understanding``, so that the content can be checked without it.
"""

from __future__ import annotations

from enum import Enum


class CueKind(Enum):
    """Something in the way a person answers that calls for a move of its own."""

    BLAME = "blame"
    """The partner is the cause: "they never listen to me"."""
    ABSOLUTE = "absolute"
    """Always, never, every time."""
    RUMINATION = "rumination"
    """The same content over again, or circling around why."""
    SELF_ATTACK = "self-attack"
    """A verdict on oneself rather than on an act: "I am a terrible person"."""
    OWNERSHIP = "ownership"
    """Names an act of one's own: "I walked out"."""
    FEELING = "feeling"
    """Names a feeling."""
    BODY = "body"
    """Names something felt in the body."""
    VAGUE = "vague"
    """Nothing that a camera could have seen: "it was just bad"."""
    DONT_KNOW = "dont-know"
    ONE_WORD = "one-word"
    ULTIMATUM = "ultimatum"
    """Do this, or else."""
    I_FEEL_THAT_YOU = "i-feel-that-you"
    """A verdict in the clothes of a feeling: "I feel that you don't care"."""
    PARTNER_DEPENDENT = "partner-dependent"
    """The step needs the partner to do something first."""
    SUPPRESSION = "suppression"
    """Swallowing it, saying nothing, pretending that all is well."""
    CONCRETE_WHEN = "concrete-when"
    CONCRETE_WHERE = "concrete-where"
    RISING = "rising"
    """Getting more upset while speaking."""
    ANGER = "anger"
    CRYING = "crying"
    ALL_ME = "all-me"
    """"It's all my fault"."""
    FEAR = "fear"
    """Afraid of the partner, or of what they will do."""
    HOPELESS = "hopeless"
    """Nothing will ever change. (Despair of life itself is a risk, not a cue.)"""
    CONTEMPT = "contempt"
    """Scorn for the partner as a person."""
