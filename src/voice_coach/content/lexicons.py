"""The schema of what is understood: commands, answers, cues, and how answers are reflected.

Each class is one table of a TOML file under ``content/<language>/``. Phrases are lower case whole
words with straight apostrophes. ``language.load_language`` reads and checks them.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from voice_coach.content.scripts import Phrases, Table, Text

Words = Phrases
"""One or more words or phrases."""
MaybeWords = tuple[Text, ...]
"""Any number of words or phrases."""


# --- commands ----------------------------------------------------------------------------------


class Spoken(Table):
    """The ways to say one command."""

    say: Words
    """The plain ways; listened for all the time."""
    also: MaybeWords = ()
    """Understood as well, where they are heard or typed."""


class SpokenCommands(Table, rename="kebab"):
    """Every command, by name."""

    pause: Spoken
    go_on: Spoken
    repeat: Spoken
    slower: Spoken
    faster: Spoken
    louder: Spoken
    softer: Spoken
    skip: Spoken
    back: Spoken
    help: Spoken
    ground_me: Spoken
    how_long: Spoken
    delete_that: Spoken
    minute: Spoken
    start_over: Spoken
    stop: Spoken
    goodbye: Spoken
    done: Spoken
    someone_here: Spoken
    not_said: Spoken
    rest: Spoken


class CommandLexicon(Table):
    """``commands.toml``."""

    hesitations: Words
    polite: Words
    """What may stand around a command without changing it."""
    commands: SpokenCommands


# --- answers -----------------------------------------------------------------------------------


class NumberWords(Table, rename="kebab"):
    """How numbers are said."""

    units: dict[Text, int]
    """"seven" = 7; up to nineteen."""
    tens: dict[Text, int]
    fractions: dict[Text, float]
    """What follows "and": "a half" = 0.5."""
    phrases: dict[Text, float]
    """Whole ways to say a number from 0 to 10: "off the scale" = 10."""
    misheard: dict[Text, int]
    """Neighbours in sound, believed only where nothing else is said: "ate" = 8."""
    hedges: Words
    """"about", "maybe": the number is approximate."""
    below: Words
    """"almost", "just under": up to half a point less."""
    above: Words
    """"more than", "a good": up to half a point more."""
    before: Words
    """What may stand before a number: "i'd say", "it's a"."""
    after: Words
    """What may stand after it: "right now", "today"."""
    because: Words
    """Begins an explanation that may follow a number."""
    drops: Words
    """The number after these is not meant: "not a nine", "closer to eight than"."""
    joins: Words
    """Between two numbers of a range: "or", "to"."""
    corrects: Words
    """Between a number and the one meant: "no", "i mean"."""
    markers: Words
    """Announces a number at the end of a longer answer: "so a"."""
    scale: Words
    """"out of ten", without the number: "out of"."""
    rating_frames: Words
    """For the recogniser: each number from 0 to 10 stands in for ``{n}``, the next one for
    ``{next}``, and the number with its article for ``{a}``."""
    articles: dict[Text, Text]
    """Where the article is not "a": "eight" = "an eight"."""


class YesNoWords(Table, rename="kebab"):
    """How yes and no are said."""

    yes: Words
    no: Words
    unsure: Words
    around: Words
    """What may stand around them."""
    yes_begins: Words
    """A longer answer that begins so is a yes."""
    no_begins: Words
    unsure_begins: Words
    not_begins: Words
    """Begins like a yes or a no and is neither: "no one"."""
    listen: Words
    """For the recogniser."""


class ChoiceWords(Table, rename="kebab"):
    """How one of several is chosen."""

    before: Words
    """"i'd like", "let's do"."""
    after: Words
    """"please", "one"."""
    ordinals: dict[Text, int]
    """"second" = 2; "last" = -1."""
    cardinals: dict[Text, int]
    """"two" = 2: a position where it is the whole answer."""
    restarts: Words
    """Begins what is chosen instead of what was negated: "the"."""
    numbered: Words
    """"number", "option"."""
    negations: Words
    """"not": what follows is not chosen."""
    corrects: Words
    """What follows replaces what came before: "no", "actually"."""
    empty: Words
    """Words that tell no option from another."""


class TimeWords(Table, rename="kebab"):
    """How days and times are said."""

    days: Words
    """With their capital letter; "tomorrow" as well."""
    months: Words
    parts: Words
    """Of a day: "morning"."""
    meals: Words
    """What a time can be before, at or after: "dinner", "work"."""
    hours: Words
    minutes: Words
    """After an hour: "thirty"."""
    amounts: Words
    """Of units: "an", "twenty", "a few"."""
    units: Words
    places: Words
    """With their preposition: "in the car"."""
    moments: Words
    """Times that need no preposition: "first thing", "later"."""
    fixed: dict[Text, Text]
    """Whole ways to say when, and their clause: "next time" = "it happens again"."""
    events: Words
    """Begins a clause that is a moment: "next time", "when"."""
    kept_events: MaybeWords
    """Those that cannot be left out of the clause: "after"."""
    clause_ends: Words
    """Where such a clause is over: "i will"."""
    noise: Words
    """What may stand around a moment and adds nothing: "maybe", "probably"."""
    persons: Words
    """A new subject that ends such a clause: "he"."""
    carries: Words
    """After these a subject goes on with it: "that", "and"."""
    clause_frame: Text
    """A time as a clause: "it is {time}"."""
    place_frame: Text
    """A meal or a place as a clause: "you are {place}"."""
    articles: Words
    nouns: Words
    """Nouns that are times, after an article: "moment"."""
    prepositions: Words
    """Begins an occasion: "at"."""
    ordinals: Words
    occasion_frame: Text
    """"at the first insult" as a clause: "it comes to {thing}"."""
    passed_frame: Text
    """A span as a clause: "{span} has passed"."""
    passed_frame_many: Text


class PlanWords(Table, rename="kebab"):
    """How a plan is said."""

    intents: Words
    """"i will", "i'm going to"."""
    leads: Words
    """What may stand before a plan and is no part of it: "my plan is"."""
    tails: Words
    """What may stand after it: "i think"."""
    softeners: Words
    """"maybe", "just"; left out at the beginning of an action."""
    refusals: Words
    """"i won't": the action is not to do it."""
    refusal_frame: Text
    """"not {action}"."""
    wishes: Words
    """"i want him to": the act would be somebody else's."""
    asking: Words
    """"ask": a "when" or "if" after it is no moment."""
    nothing: Words
    """An action made of these alone is none."""
    noun_frame: Text
    """An action that is only a thing: "try {thing}"."""
    say_frame: Text
    """An action that is only words to be said: "say: {words}"."""
    verbs: Words
    """Bare verbs that an action begins with."""
    stative: Words
    """Those that are no act unless they are intended: "feel"."""
    before_verbs: Words
    """A bare verb after one of these does not begin an action: "to"."""
    subjects: Words
    """Begins a clause."""
    speakers: Words
    """Begins words to be said: "i need", "i'm sorry"."""
    countables: Words
    """Begins a thing that can be tried: "a", "ten"."""
    not_moments: Words
    """Shows that a clause is no moment to come: "was", "would"."""
    determiners: Words
    auxiliaries: Words
    empty: Words
    """Words that do not tell one plan from another."""


class AnswerLexicon(Table, rename="kebab"):
    """``answers.toml``."""

    hesitations: Words
    number: NumberWords
    yes_no: YesNoWords
    choice: ChoiceWords
    time: TimeWords
    plan: PlanWords


# --- cues --------------------------------------------------------------------------------------

Strength = Annotated[float, Meta(gt=0, le=1)]


class CuePatterns(Table, rename="kebab"):
    """The patterns of one kind of cue, at one strength. See ``understanding/patterns.py``."""

    kind: Text
    """A value of ``CueKind``."""
    strength: Strength
    match: Words
    negatable: bool = True
    """A negation just before takes it away."""


class FeelingFamily(Table):
    """Feeling words that belong together."""

    name: Text
    strength: Strength
    words: Words
    felt: MaybeWords = ()
    """Words that name a feeling only after "felt", "was" and the like: "used", "small"."""
    missing: bool = False
    """Felt as well where it is missing: "I don't feel loved"."""


class CueLexicon(Table, rename="kebab"):
    """``cues.toml``."""

    hesitations: Words
    expand: dict[Text, Text]
    """Contractions written out: "won't" = "will not"; an ending begins with "-"."""
    negations: Words
    """Words that take away what follows them in the same clause."""
    carries: Words
    """After these a subject does not stop a negation before them: "i don't think he lies"."""
    light: Words
    """Beside these a single word is still a one-word answer: "just"."""
    forward: Words
    """Looks ahead: to say a step again is not to circle around a hurt."""
    reports: Words
    """Pattern: what follows is somebody else's verdict ("she said")."""
    not_negations: Words
    """After a negation: it takes nothing away ("not only")."""
    joints: Words
    """Where another clause begins: "but"."""
    own: Words
    """Shows that a feeling is the person's."""
    others: Words
    """Shows that a feeling is somebody else's."""
    feel: Words
    """Shows that a word names a feeling: "felt"."""
    subjects: Words
    """Begins a clause, which a negation before it does not reach."""
    sets: dict[Text, Words]
    """Named word sets for the patterns: ``@them``."""
    feelings: Annotated[tuple[FeelingFamily, ...], Meta(min_length=1)]
    cues: Annotated[tuple[CuePatterns, ...], Meta(min_length=1)]
    intensity: dict[Text, float]
    """How much a word raises the temperature of an answer."""
    empty: Words
    """Words without content, for comparing answers."""


# --- reflections -------------------------------------------------------------------------------


class ClauseWords(Table, rename="kebab"):
    """What tells one clause from the next."""

    joints: Words
    """Begins a clause of its own: "and", "but"."""
    links: Words
    """Begins a clause that hangs on another: "because", "when"."""
    prepositions: Words
    """Those links that a noun may follow as well: "after"."""
    subjects: Words
    """Pronouns that can be a subject: "he", "nobody"."""
    persons: Words
    """Those that begin a clause even without a joint before them."""
    determiners: Words
    """Begins a noun: "my", "the"."""
    leading: Words
    """May stand before the subject: "maybe"."""
    embedding: Words
    """After these a subject begins no new clause: "think", "what"."""
    contrasted: Words
    """Those of them after which another "i'm" puts it right: "i'm not angry i'm sad"."""
    told: Words
    """As ``embedding``, with somebody in between: "told me"."""
    objects: Words
    """"me", "him"."""
    questions: Words
    """Begins a question."""
    auxiliaries: Words
    """Verbs that show a sentence: "is", "made"."""
    neutral: Words
    """Begins a statement about nobody: "it", "the"."""
    people: Words
    """After "my": somebody else."""


class ReflectionFrames(Table, rename="kebab"):
    """Fixed frames around the person's own words; ``{clause}`` is what they said, turned."""

    seen: Words
    """Around a statement about somebody else: it stays the person's view."""
    inner: Words
    """Around a verdict on oneself."""
    now: Words
    """Around hopelessness: a moment's view."""
    fragment: Words
    """Around words that are no sentence; ``{words}``."""
    felt: Text
    """Around words whose subject was left out; ``{words}``."""


class ReflectionLexicon(Table, rename="kebab"):
    """``reflections.toml``."""

    frames: ReflectionFrames
    deeper: dict[Text, Words]
    """What a complex reflection adds to ``{clause}``, by kind of cue; ``other`` for the rest."""
    fillers: Words
    """Dropped wherever they stand."""
    openers: Words
    """Dropped at the beginning of what is quoted."""
    closers: Words
    """Dropped at the end of what is quoted."""
    dangling: Words
    """What a quotation may not end in."""
    complete: dict[Text, Words]
    """A dangling word that is none after one of these: "to" after "used"."""
    quotative: Words
    """After "was like": words that were said or thought."""
    like_before: Words
    """A "like" before one of these is a filler."""
    doubled: Words
    """Said twice on purpose: "very very"."""
    light: Words
    """A fragment made of these alone says nothing."""
    subjectless: Words
    """A fragment that begins so is about the person: "felt"."""
    unsaid: Words
    """Never quoted back: curses, and what could wound."""
    coach: Words
    """Shows that the person speaks to the coach."""
    clauses: ClauseWords
