"""The schema of what the coach says: the session's prompts, the practices, the exercises.

Each class is one table of a TOML file under ``content/<language>/``. ``loader`` reads and checks
them. A ``Variants`` is one or more ways to say the same thing: the coach takes a way that it has
not used in this session while there is one. Braces name what is put in: ``{plan}``.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, TypeAlias, dataclass_transform

from msgspec import Meta, Struct

Text: TypeAlias = Annotated[str, Meta(min_length=1)]
Variants: TypeAlias = Annotated[tuple[Text, ...], Meta(min_length=1)]
Phrases: TypeAlias = Annotated[tuple[Text, ...], Meta(min_length=1)]


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A TOML table: unknown keys are errors, so that a misspelt key is found.

    msgspec passes ``kw_only`` on to no subclass, so each says it for itself.
    """


# --- practices ---------------------------------------------------------------------------------


class Length(Enum):
    """How long a session is: about 5, 12 and 20 minutes."""

    SHORT = "short"
    STANDARD = "standard"
    LONG = "long"


class Next(Enum):
    """What follows once a stuck point has been answered."""

    ASK_AGAIN = "ask-again"
    """``say`` ends in a question to the same purpose: listen to it as to the question itself."""
    GO_ON = "go-on"
    """``say`` needs no answer: on to the next question."""
    GROUND = "ground"
    """Offer to settle the body first, then ask again."""
    FEAR = "fear"
    """Put the fear screen of the gate, then go on."""
    BOUNDARY = "boundary"
    """Offer the boundary session instead."""


class Stuck(Table, kw_only=True):
    """A place where people get stuck in a question, and the next move."""

    cue: Text
    """The kind of cue in the answer that shows it: a value of ``cue_kinds.CueKind``."""
    say: Variants
    """Reflects first, then asks; ``{reflection}`` is replaced by the answer reflected back."""
    next: Next = Next.ASK_AGAIN


class Reply(Table, kw_only=True):
    """What follows a yes or a no."""

    say: Variants
    next: Next = Next.GO_ON


class Option(Table, kw_only=True):
    """One of the answers that are offered where a person has none of their own."""

    id: Text
    label: Text
    """As it is read out: "this evening, after dinner"."""
    phrases: Phrases
    """Whole phrases, lower case, that choose it (its number and its label's words do as well)."""
    plan: str = ""
    """For a question with a slot: its words in the plan ("it is this evening, after dinner")."""


class Slot(Enum):
    """What an answer gives to the if-then plan."""

    CUE = "cue"
    """When or where: the "if"."""
    ACTION = "action"
    """What I will do: the "then"."""
    OBSTACLE = "obstacle"
    """What could get in the way."""


class Expects(Enum):
    """What kind of answer a question wants."""

    OPEN = "open"
    RATING = "rating"
    YES_NO = "yes-no"


class Question(Table, kw_only=True):
    """One question of a practice."""

    id: Text
    purpose: Text
    """What it is for, for whoever edits the script; not spoken."""
    ask: Variants
    again: Text
    """The same in other, shorter words, after a miss or on request."""
    help: Text
    """An example of an answer, in the source's spirit; said on "help" and after "I don't know"."""
    expects: Expects = Expects.OPEN
    lengths: tuple[Length, ...] = (Length.SHORT, Length.STANDARD, Length.LONG)
    reflect: Variants
    """General reflections, said where the person's own words are doubtful or give nothing."""
    reflect_low: tuple[Text, ...] = ()
    """For RATING: said from 0 to 4, where it fits better than ``reflect``."""
    options: tuple[Option, ...] = ()
    """Offered after "I don't know" and where open speech cannot be trusted."""
    slot: Slot | None = None
    line: bool = False
    """The answer is a sentence to be said: it is not turned, and stands in the plan as it is."""
    if_yes: Reply | None = None
    """For YES_NO: in place of ``reflect``, on a yes."""
    if_no: Reply | None = None
    """For YES_NO: in place of ``reflect``, on a no or an uncertain answer."""
    stuck: tuple[Stuck, ...] = ()
    """Tried in this order; each is used once in a session."""


class Practice(Table, kw_only=True):
    """One of the four practices, or the boundary session."""

    id: Text
    name: Text
    """As it is read out in the menu."""
    phrases: Phrases
    """Whole phrases, lower case, that choose it."""
    aim: Text
    """Not spoken."""
    gated: bool
    """Behind the fear screen, and locked once there is a sign of abuse."""
    intro: Variants
    """Two or three sentences: what it is, the source's example in our own words, that it works
    although the partner never responds, and that it is not being a doormat."""
    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]
    plan_hint: Text
    """An example of a whole if-then plan for this practice: "If ..., then I will ..."."""
    outro: Variants
    """Said after the plan: what was done here, in one sentence. No praise of a result."""


# --- exercises ---------------------------------------------------------------------------------


class Part(Table, kw_only=True):
    """One timed part of an exercise."""

    seconds: Annotated[float, Meta(gt=0, le=60)]
    """From the start of what is said to the start of the next part."""
    say: str = ""
    """Empty: only the tone."""
    tone: str = ""
    """A value of ``conversation.events.Tone``, or empty."""


class Exercise(Table, kw_only=True):
    """A timed, hands-free exercise: ``before``, then ``cycle`` so many times, then ``after``."""

    id: Text
    name: Text
    phrases: Phrases
    evidence: Text
    """What is known of it and who should take care; not spoken."""
    intro: Variants
    """Gives permission, an alternative, and needs no reason; eyes open or closed."""
    before: tuple[Part, ...] = ()
    cycle: Annotated[tuple[Part, ...], Meta(min_length=1)]
    cycles: dict[Length, Annotated[int, Meta(ge=1, le=60)]]
    quiet_after: int = 0
    """After so many cycles only the tones are left; 0: the words stay."""
    after: tuple[Part, ...] = ()
    outro: Variants


# --- the session around them -------------------------------------------------------------------


class Manner(Table, kw_only=True):
    """How a kind of sentence is said."""

    words_per_minute: Annotated[int, Meta(ge=80, le=300)]
    gap: Annotated[float, Meta(ge=0, le=5)]
    """Seconds between sentences."""


class Manners(Table, kw_only=True):
    """The paces (domain.md, section 4: gaps are stretched, not words)."""

    question: Manner
    reflection: Manner
    grounding: Manner
    safety: Manner


class Asked(Table, kw_only=True):
    """A closed question of the session itself."""

    ask: Variants
    again: Text
    """After a first miss."""
    choices: Text
    """After a second miss: the ways to answer, read out."""


class Rating(Asked, kw_only=True):
    """How the person is, 0 to 10: 0 is calm, 10 is as upset as can be."""

    low: Variants
    """0 to 3."""
    middle: Variants
    """4 to 6."""
    high: Variants
    """7 to 10, before grounding is offered."""
    ground: Asked
    """Offers to ground first, on 7 or more."""


class After(Asked, kw_only=True):
    """The rating at the end: information, never a mark."""

    lower: Variants
    same: Variants
    higher: Variants
    """Stop digging; says that this happens, and turns outward."""


class Menu(Asked, kw_only=True):
    """What to do now: the practices and grounding."""

    grounding_phrases: Phrases
    """Whole phrases that choose grounding rather than a practice."""
    safety_plan_phrases: Phrases
    """Whole phrases that choose the safety plan."""
    another: Asked
    """After an exercise that was chosen by itself: a practice now, or enough?"""
    rest: Asked
    """The menu once the gated practices are closed: only what is open."""
    locked: Variants
    """A practice that is closed for this session: says so kindly, offers focus or grounding."""
    no_such: Text
    """Said where a practice was named that does not exist."""


class Lengths(Asked, kw_only=True):
    """Which length."""

    short: Phrases
    standard: Phrases
    long: Phrases


class Gate(Table, kw_only=True):
    """The fear screen in front of the gated practices (domain.md, section 6)."""

    numbers: Phrases
    """"One" and "two", to be listened for beside yes and no."""
    alone: Asked
    """One for alone, two for not alone: answered by a number that says nothing to a listener."""
    fear: Asked
    """One for yes, two for no."""
    not_alone: Variants
    """Not now, then; what is possible instead."""
    unsure: Variants
    """No clear answer: these practices wait; what is possible instead."""
    clear: Variants
    """Thanks; "help" stays one word away. Never says that all is safe."""


class Planning(Table, kw_only=True):
    """The if-then plan, said back and rehearsed."""

    ask: Asked
    """One plan in the form "if ..., then I will ..."; ``{hint}`` is the practice's example."""
    when: Asked
    """The "if", where it is missing."""
    what: Asked
    """The "then", where it is missing."""
    telling: Phrases
    """How an answer begins that tells what will be said, rather than saying it."""
    say_line: Text
    """``{line}`` in the plan: "say: ..."."""
    say_back: Variants
    """``{plan}`` in the second person, and whether it is right."""
    corrected: Variants
    """Thanks for the correction; say it again in your words."""
    rehearse: Variants
    """Now say it aloud, once."""
    rehearse_again: Variants
    """And once more."""
    rehearsed: Variants
    """It is said twice; ``{plan}`` once more."""
    none: Variants
    """No plan today, and that is all right."""


class Following(Table, kw_only=True):
    """What is said to cues that any question may meet."""

    dont_know: Variants
    """First: wait; a guess is fine."""
    options: Variants
    """Second: ``{options}`` are read out."""
    skip: Variants
    """Third: leave it; on to the next."""
    one_word: Variants
    """``{word}``: a little more, or go on? Once in a session."""
    rumination: Variants
    anger: Variants
    """Labels it and offers to ground."""
    crying: Variants
    """A short presence line, no question."""
    not_said: Variants
    """"That's not what I said": thanks, and another listen."""
    reflections: Variants
    """General reflections for anywhere."""


class Misses(Table, kw_only=True):
    """Silence, noise and mismatch have three replies; a second miss changes the approach."""

    quiet_offer: Variants
    """30 s of silence: no hurry; what can be said."""
    quiet_pause: Variants
    """75 s: pauses, and says how to go on."""
    unclear: Variants
    unclear_again: Variants
    mismatch: Variants
    """Followed by the question's ``again``."""
    keyboard: Variants
    """After the choices were missed as well: the keys do everything too."""


class Controls(Table, kw_only=True):
    """Answers to commands."""

    paused: Variants
    resting: Variants
    """Asleep until it is called; ``{call}`` is the phrase that does, and not the last word."""
    resumed: Variants
    slower: Variants
    faster: Variants
    louder: Variants
    softer: Variants
    limit: Variants
    """It goes no further that way."""
    skipped: Variants
    back: Variants
    nothing_back: Variants
    help: Variants
    """What can be said at any time."""
    how_long: Variants
    """``{spent}`` and ``{left}`` are numbers of minutes, 1 among them."""
    deleted: Variants
    nothing_deleted: Variants
    minute: Variants
    start_over: Variants
    stopped: Variants
    """Very short: it is the last thing said."""
    goodbye: Variants


class Devices(Table, kw_only=True):
    """A microphone or loudspeaker came or went."""

    microphone_gone: Text
    microphone_muted: Text
    microphone_back: Text
    loudspeaker_gone: Text
    loudspeaker_back: Text


class Session(Table, kw_only=True):
    """Everything that is said around the practices: ``session.toml``."""

    greeting: Variants
    promise: Text
    """One sentence: nothing leaves this device, and it is not therapy."""
    privacy: Text
    """If somebody could overhear: what to do."""
    manners: Manners
    rating: Rating
    menu: Menu
    lengths: Lengths
    gate: Gate
    planning: Planning
    following: Following
    misses: Misses
    controls: Controls
    devices: Devices
    after: After
    closing: Variants
    input_ended: Variants
    better_model: Variants
    """Shown where the model is not good for open speech: how to get a better one."""
    offer_model: Variants
    """Said on the first start of all, where the model is not good for open speech."""
