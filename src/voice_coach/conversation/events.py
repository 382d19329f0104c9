"""What comes into the mind and what goes out of it.

An event goes into ``Conversation.handle``, a list of actions comes out. All of it is frozen data:
nothing here opens a file, starts a thread or reads a clock. Times are seconds of audio since the
session began, counted in frames by the loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

# --- what is heard -----------------------------------------------------------------------------


class Source(Enum):
    """Where words came from. Typed words are never doubtful."""

    VOICE = "voice"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start: float
    """Seconds since the session began."""
    end: float
    """Seconds since the session began."""
    confidence: float
    """0 to 1, as the recogniser gives it. Known to be 1.0 for wrong words: never trusted alone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole utterance: the person's turn is over (or a command cut into it)."""

    at: float
    """When it was decided that the turn is over."""
    text: str
    """Lower case, as recognised or typed; never empty, never only ``[unk]``."""
    words: tuple[Word, ...] = ()
    """Empty where typed."""
    source: Source = Source.VOICE
    unfinished: str = ""
    """What had been said of an open answer before this command cut into it; else empty."""
    doubtful: bool = False
    """The ears do not trust these words (low confidence, or much ``[unk]`` among them)."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is heard so far; the turn goes on. For captions, and for what cannot wait."""

    at: float
    text: str


class Quiet(Enum):
    """How long nothing has been said since the coach fell silent (domain.md, section 4)."""

    CUE = "cue"
    OFFER = "offer"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """Nothing has been said for so long."""

    at: float
    quiet: Quiet


@dataclass(frozen=True, slots=True)
class Unclear:
    """There was a voice, or noise like one, but no words came of it."""

    at: float
    text: str = ""
    """What a noise like a voice was taken for: no answer, and looked at for danger all the same."""


@dataclass(frozen=True, slots=True)
class BargeInHint:
    """Somebody may be speaking over the coach; within a second it is known (see below)."""

    at: float


@dataclass(frozen=True, slots=True)
class BargeIn:
    """It is speech, and goes on. What it was follows as ``Heard``, or else ``BargeInOver``."""

    at: float


@dataclass(frozen=True, slots=True)
class BargeInOver:
    """It was nothing, or there were no words in it."""

    at: float


# --- what happens ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The session begins: the devices run, the coach may speak."""

    at: float = 0.0


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """The last sample of an utterance has been played (not merely queued)."""

    at: float
    say: int
    """The ``Say.id`` that is over."""


@dataclass(frozen=True, slots=True)
class WaitOver:
    """A ``Wait`` has run out."""

    at: float
    wait: int
    """The ``Wait.id`` that is over."""


class Key(Enum):
    """Single keys with a meaning of their own; everything else is typed as words."""

    PAUSE = "pause"
    """Pauses, and goes on."""
    STOP = "stop"
    EXIT = "exit"
    """Quick exit: silence at once, a neutral screen, no trace."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A single key was pressed."""

    at: float
    key: Key


class Device(Enum):
    """The two things that can be unplugged."""

    MICROPHONE = "microphone"
    LOUDSPEAKER = "loudspeaker"


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A microphone or loudspeaker came or went."""

    at: float
    device: Device
    present: bool
    reason: str = ""
    """A key of the ``devices`` prompts (``gone``, ``muted``, ``frozen``)."""


@dataclass(frozen=True, slots=True)
class InputEnded:
    """Nothing more will ever be heard: the file or the pipe is at its end."""

    at: float


Event: TypeAlias = (
    Started
    | Heard
    | Hearing
    | NothingHeard
    | Unclear
    | BargeInHint
    | BargeIn
    | BargeInOver
    | PlaybackFinished
    | WaitOver
    | KeyPressed
    | DeviceChanged
    | InputEnded
)


# --- what to do --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pace:
    """How a thing is said. Gaps are stretched, not words (domain.md, section 4)."""

    words_per_minute: int = 145
    gap: float = 0.45
    """Seconds of silence between sentences."""
    gain: float = 1.0
    """Loudness, linear; 1.0 is as rendered."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say this, after whatever is still being said."""

    id: int
    text: str
    pace: Pace = Pace()
    personal: bool = False
    """Holds the person's own words."""


class Tone(Enum):
    """Short sounds that are not words."""

    LISTENING = "listening"
    STILL_HERE = "still-here"
    """The soft cue after a long silence."""
    IN = "in"
    OUT = "out"
    HOLD = "hold"
    END = "end"


@dataclass(frozen=True, slots=True)
class Chime:
    """Play a short tone, after whatever is still being said."""

    tone: Tone


class Expected(Enum):
    """What kind of answer is listened for."""

    COMMAND = "command"
    """Only commands: nothing was asked (during an exercise, or while paused)."""
    RATING = "rating"
    """A number from 0 to 10."""
    YES_NO = "yes-no"
    CHOICE = "choice"
    """One of some options; ``Expectation.phrases`` holds the ways to name them."""
    OPEN = "open"
    """Free speech, of any length."""
    ASLEEP = "asleep"
    """Only to be called by name: ``Expectation.phrases`` holds the calls. Nothing else is heard."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is listened for. Commands are always listened for as well."""

    expected: Expected
    phrases: tuple[str, ...] = ()
    """For CHOICE: whole phrases, lower case, that name an option; for ASLEEP: the calls."""


class Patience(Enum):
    """How long a silence may last before the turn is over; the seconds are settings."""

    CLOSED = "closed"
    """A command, a number, yes or no, a choice."""
    REFLECTIVE = "reflective"
    """An answer that is thought about while it is said."""
    MINUTE = "minute"
    """The person asked for a minute."""


@dataclass(frozen=True, slots=True)
class Listen:
    """From the end of what is being said on, listen for this.

    It replaces whatever was listened for before; what was half heard under the old expectation
    is dropped. While the coach still speaks, only commands are listened for.
    """

    expectation: Expectation
    patience: Patience = Patience.CLOSED


@dataclass(frozen=True, slots=True)
class Wait:
    """Report ``WaitOver`` after this time, from now on, whatever is being said."""

    id: int
    seconds: float


@dataclass(frozen=True, slots=True)
class StopWaiting:
    """Forget every ``Wait`` that has not run out."""


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Silence at once: what is being said and what is queued are dropped, unreported."""


@dataclass(frozen=True, slots=True)
class Unsay:
    """Leave this out, unless it is being said at this moment; unreported."""

    id: int
    """Of the ``Say``."""


@dataclass(frozen=True, slots=True)
class Duck:
    """Go on speaking, but softly, until ``GoOn``."""

    gain: float
    """Linear, of the loudness that it has."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Silence at once, until ``GoOn`` or ``StopSpeaking``; nothing that is to be said is lost."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """End a hold, from the beginning of the phrase that it cut into; end a duck."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """These are likely to be said next: render them ahead."""

    says: tuple[tuple[str, Pace], ...]


@dataclass(frozen=True, slots=True)
class Show:
    """Show a line that is not spoken (a number to copy, the way to go on without a microphone)."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """Show a neutral screen in place of everything: somebody else is here."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The person wants their safety plan kept for other days."""

    plan: tuple[tuple[str, str], ...]
    """By part, what they said; empty where a part was left out."""


class Ending(Enum):
    """Why a session is over."""

    DONE = "done"
    STOPPED = "stopped"
    LEFT = "left"
    """Quick exit."""
    INPUT_ENDED = "input-ended"


@dataclass(frozen=True, slots=True)
class Rest:
    """The session is over once what is being said has been said."""

    ending: Ending


Action: TypeAlias = (
    Say
    | Chime
    | Listen
    | Wait
    | StopWaiting
    | StopSpeaking
    | Unsay
    | Duck
    | Hold
    | GoOn
    | Prepare
    | Show
    | Blank
    | Keep
    | Rest
)
