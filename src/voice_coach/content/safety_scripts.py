"""The schema of the safety content: signs of danger, what is said to them, helplines.

``risk.toml`` is the lexicon of signs, in the small pattern language of
``understanding.risk_patterns``; ``safety.toml`` holds every spoken response; ``helplines.toml``
the numbers, each with the day on which it was checked.
"""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Annotated, TypeAlias

from msgspec import Meta

from voice_coach.content.scripts import Asked, Phrases, Table, Text, Variants

Patterns: TypeAlias = tuple[Text, ...]


# --- risk.toml ---------------------------------------------------------------------------------


class Doer(Enum):
    """Who must be the one that the sign speaks of, for it to count at its full tier."""

    ME = "me"
    """The speaker, or nobody named; said of somebody else it counts as ``other``."""
    THEM = "them"
    """Anybody but the speaker; said of the speaker, or of a thing, it does not count."""
    ANY = "any"
    """The pattern itself says who, or it does not matter."""


class Sign(Table, kw_only=True):
    """One kind of sign: patterns within a clause, and what becomes of them in a changed light."""

    category: Text
    """A value of ``understanding.risk.Category``."""
    tier: Text
    """``now`` or ``ask``: said of the present."""
    says: Annotated[Patterns, Meta(min_length=1)]
    doer: Doer = Doer.ANY
    unless: Patterns = ()
    """The sign does not count where one of these is found in the same clause."""
    nowhere: Patterns = ()
    """The sign does not count where one of these is found anywhere in the utterance."""
    needs: Patterns = ()
    """Where given: it counts only where one of these is found anywhere in the utterance."""
    past: Text = "ask"
    """The tier where the clause speaks of long ago."""
    other: Text = "ask"
    """The tier where somebody else is the doer of a ``me`` sign."""
    denied: Text = "ask"
    """The tier where it is denied for now only ("not today", "not any more")."""
    about_other: bool = False
    """The pattern itself speaks of somebody else's danger ("my friend wants to kill herself")."""
    across: bool = False
    """The patterns reach across clauses: "I said no but he carried on"."""
    negatable: bool = True
    """A "not" before it cancels it. False where the pattern holds its own "not"."""


class RiskLexicon(Table, kw_only=True):
    """Everything that detection knows of the language."""

    words: dict[str, Phrases]
    """Named lists, used in patterns as ``{name}``; they may hold each other."""
    irregular: dict[str, Phrases]
    """Verbs whose past forms break the rules, with those forms: ``hit+`` is all of a verb."""
    heard: dict[str, Text]
    """What a recogniser writes in place of what was said, and other ways of writing it."""
    fillers: Phrases
    """Words that carry nothing: left out before anything else."""
    idioms: Patterns
    """Figures of speech: blotted out before signs are looked for."""
    hyperbole: Patterns
    """Marks of exaggeration: a ``hyperbolic`` category does not count in such an utterance."""
    hyperbolic: Phrases
    """The categories that people exaggerate with."""
    in_earnest: Patterns
    """Takes ``hyperbole`` back: a plan, a means, "I mean it"."""
    contrasts: Phrases
    """Begin a clause that no earlier "not" reaches: "but", "although"."""
    joins: Phrases
    """Begin a clause where a subject follows: "and", "so"."""
    subjects: Phrases
    """Words that can begin a clause after one of the joins."""
    persons: Phrases
    """Nouns for other people."""
    things: Phrases
    """Subjects that are nobody: "it", "this"."""
    negations: Phrases
    not_negations: Patterns
    """Hold a "not" that denies nothing: "I do not know why"; the "not" is left out."""
    reporting: Phrases
    """Verbs across which a "not" still reaches the next subject: "I do not think he ..."."""
    for_now: Patterns
    """Limits a "not" in time: "not today", "not any more"."""
    past: Patterns
    """Long ago, or over."""
    recent: Patterns
    """Now, or so lately that it is now."""
    fiction: Patterns
    """A film, a book, a dream, a joke."""
    signs: Annotated[tuple[Sign, ...], Meta(min_length=1)]


# --- safety.toml -------------------------------------------------------------------------------


class Response(Table, kw_only=True):
    """What is said to one kind of danger, in this order."""

    categories: Phrases
    reflect: Variants
    """Once, plainly; names no method."""
    ask: Asked | None = None
    """The direct question. None where there is nothing to ask first."""
    hold: Variants
    """After yes, an unclear answer, or silence."""
    lines: tuple[Text, ...]
    """Which of the country's lines are given, by kind: the first that the country has."""
    after: Variants
    """After the number has been said twice."""
    no: Variants
    """After a no: thanks, "help" is one word away."""
    check: Asked | None = None
    """The one more check after a no."""
    locks: bool = True
    """Practices 2 to 4 stay closed for this session."""


class PlanTexts(Table, kw_only=True):
    """The safety plan, built in calm and by voice."""

    intro: Variants
    signs: Asked
    """How the person notices that it is getting bad."""
    helps: Asked
    """What they can do by themselves that has helped."""
    who: Asked
    """Whom they can call or be with."""
    place: Asked
    """Where it is safe, or calmer."""
    safer: Asked
    """What makes the place safer: distance from anything that could hurt. No detail is asked."""
    noted: Variants
    """After an answer."""
    passed: Variants
    """After a question that was left out."""
    said_back: Text
    """Before the lines of the plan."""
    lines: dict[str, Text]
    """By question: how its answer is said; ``{answer}`` is in the person's own words."""
    right: Asked
    """After the plan was said: is it right?"""
    which: Asked
    """Which part is to be changed."""
    names: dict[str, Phrases]
    """By question: whole phrases that name it."""
    keep: Asked
    """Whether to keep it for other days."""
    kept: Variants
    not_kept: Variants
    done: Variants
    nothing: Variants
    """Every question was left out."""


class SafetyTexts(Table, kw_only=True):
    """Everything that the safety scene says."""

    responses: Annotated[tuple[Response, ...], Meta(min_length=1)]
    other: Response
    """Where the danger is somebody else's: a friend, a parent, the partner."""
    plan: PlanTexts
    alone: Asked
    """Before anything is said of abuse; answered by a bare number."""
    not_alone: Variants
    """Says nothing of what was heard."""
    honest: Variants
    """Nobody is told, and it cannot call anybody itself."""
    number: Variants
    """``{name}`` and ``{digits}``, said slowly."""
    number_again: Variants
    """The same a second time, and "say again" is possible."""
    text_line: Text
    """``{name}`` and ``{digits}`` and ``{text}``: a line reached by text message."""
    web_line: Text
    """``{name}`` and ``{digits}``: a line found on a web page."""
    emergency_shown: Text
    """``{number}``: shown beside every helpline, for whoever is in danger at this minute."""
    emergency: Variants
    """``{digits}``: the emergency number, first."""
    no_number: Variants
    """Where the country has no line of that kind."""
    misunderstood: Variants
    """Thanks for the correction, before the check."""
    not_saved: Variants
    """Nothing of this is kept."""
    plan_first: Variants
    """The person's own safety plan is there: ``{plan}``."""
    next: Asked
    """What would help now: grounding, the number again, to stay, or to stop here."""
    ground: Phrases
    repeat: Phrases
    stay: Phrases
    leave: Phrases
    settled: Phrases
    numbers: Phrases
    """"One" and "two", to be listened for beside yes and no."""
    polite: Phrases
    """Words that change no wish: "okay", "please"."""
    misunderstanding: Phrases
    """Whole or part phrases: "you misunderstood"."""
    staying: Variants
    """A short presence line in silence."""
    closing: Variants
    """Before the person leaves: quietly."""
    settling: Variants
    """Back to the menu: some practices rest today."""
    help: Text
    """What can be said here."""


# --- helplines.toml ----------------------------------------------------------------------------


class Status(Enum):
    """Whether the number was read in a source."""

    VERIFIED = "verified"
    UNCONFIRMED = "unconfirmed"


class Reach(Enum):
    """How a line is reached."""

    CALL = "call"
    TEXT = "text"
    WEB = "web"


class Helpline(Table, kw_only=True):
    """One line of one country."""

    kind: Text
    """``crisis``, ``abuse``, ``men``, ``child``, ``sexual``, ``own-violence``."""
    name: Text
    number: Text
    """As it is written, to copy."""
    reach: Reach = Reach.CALL
    text: str = ""
    """For TEXT: what to send."""
    source: Text
    status: Status = Status.VERIFIED
    region: str = ""
    """The part of the country it is for; empty: all of it."""
    note: str = ""
    """What a caller should know ("stays in the call log")."""


class HelplineEntry(Table, kw_only=True):
    """The lines of one country."""

    country: Text
    """ISO 3166, or ``EU`` for the general entry."""
    name: Text
    members: tuple[Text, ...] = ()
    """Countries without an entry of their own that these numbers hold for."""
    emergency: Annotated[tuple[Text, ...], Meta(min_length=1)]
    """One or more numbers; the first is said."""
    verified_on: datetime.date
    source: Text
    lines: tuple[Helpline, ...]


class Helplines(Table, kw_only=True):
    """``helplines.toml``."""

    general: Text
    """The entry that serves where the country is not known or has none."""
    countries: Annotated[tuple[HelplineEntry, ...], Meta(min_length=1)]

    def of(self, country: str) -> HelplineEntry:
        """The entry of a country, by its two letters; the general one where there is none."""
        entries = {entry.country: entry for entry in self.countries}
        shared = {member: entry for entry in self.countries for member in entry.members}
        known = shared | entries
        return known.get(country.upper(), entries[self.general])
