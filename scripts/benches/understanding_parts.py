"""What ``bench understanding`` measures: turns of synthetic voices in noise, and what follows.

A turn is right when what was heard leads where the typed words lead: the same rating, the same
choice, the same command, the same moment of the plan, the same move at a stuck point or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, cast

import numpy as np
import soxr
from numpy.typing import NDArray

from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, SPEAKING_RATE, Pcm
from voice_coach.content.cue_kinds import CueKind
from voice_coach.content.loader import load
from voice_coach.conversation.choosing import exercise_options, menu_options
from voice_coach.conversation.memory import Memory, Stage
from voice_coach.listening.vosk_recognizer import VoskRecognizer
from voice_coach.speaking.synthesizer import Utterance
from voice_coach.speaking.system_voice import SystemVoice
from voice_coach.understanding.understanding import Understanding

RATINGS: Final = (
    "zero", "two", "three", "about a four", "five", "six or seven", "a seven", "an eight",
    "nine out of ten", "ten", "i'd say four", "six and a half", "maybe three", "about a five",
)  # fmt: skip
YES_NO: Final = (
    "yes", "yeah", "yes please", "no", "nope", "not really", "i think so", "i don't think so",
    "maybe", "not now", "sure", "no thanks", "probably not", "of course",
)  # fmt: skip
GATE: Final = ("one", "two")
CHOICES: Final = (
    "focus", "honesty", "boundary", "grounding", "self confrontation", "the second one",
    "number three", "the first one", "be honest", "a safety plan", "a grounding exercise",
    "number five", "the last one", "calm down",
)  # fmt: skip
COMMANDS: Final = (
    "pause", "go on", "repeat", "slower", "faster", "louder", "skip", "back", "help", "ground me",
    "how long", "delete that", "give me a minute", "start over", "stop", "goodbye",
)  # fmt: skip
PLANS: Final = (
    "tomorrow after dinner", "on sunday morning", "when he raises his voice",
    "next time she comes home late", "tonight in the kitchen", "after work on friday",
    "when the kids are in bed", "if he gets angry", "as soon as i get home", "at the weekend",
)  # fmt: skip
OPEN: Final = (
    "he never listens to me", "i want him to apologise", "it is all my fault", "i do not know",
    "i feel like he does not care", "i was afraid of him", "i told him i was fine",
    "nothing will ever change", "if he does it again i am leaving", "i am such an idiot",
    "she has to change first", "he always blames me for everything", "i have no idea",
    "we were in the kitchen and i walked out of the room", "i felt sad when she left the table",
    "i could put my phone away at dinner", "i raised my voice and she cried",
    "i wanted to be close to her that evening", "i looked at my phone while he was talking",
    "i was tired and i went to bed early",
)  # fmt: skip
"""Answers that meet a stuck point, and answers that do not."""
STUCK: Final = frozenset(
    {
        CueKind.BLAME,
        CueKind.PARTNER_DEPENDENT,
        CueKind.ULTIMATUM,
        CueKind.I_FEEL_THAT_YOU,
        CueKind.SELF_ATTACK,
        CueKind.ALL_ME,
        CueKind.SUPPRESSION,
        CueKind.DONT_KNOW,
        CueKind.FEAR,
        CueKind.HOPELESS,
        CueKind.CONTEMPT,
    }
)


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns of one kind, what is listened for, and when what was heard is right."""

    kind: str
    said: tuple[str, ...]
    grammar: tuple[str, ...] | None
    """None: open speech."""
    same: Callable[[str, str], bool]
    """Given what was said and what was heard."""


def all_turns(understanding: Understanding) -> tuple[Turns, ...]:
    """The turns that decide where a session goes."""
    answers, commands = understanding.answers, understanding.commands
    plans = understanding.plans
    # The menu asks nothing of a stage but its content.
    stage = cast("Stage", SimpleNamespace(content=load("en"), memory=Memory()))
    menu, exercises = menu_options(stage), exercise_options(stage)
    options = (*menu, *exercises)

    def chosen(text: str) -> str | None:
        return answers.choice(text, menu) or answers.choice(text, exercises)

    def moves(text: str) -> set[CueKind]:
        return {cue.kind for cue in understanding.cues.find(text)} & STUCK

    def same_moves(said: str, heard: str) -> bool:
        wanted, found = moves(said), moves(heard)
        return bool(wanted & found) if wanted else not found

    def same_moment(said: str, heard: str) -> bool:
        return plans.cue_only(said) == plans.cue_only(heard)

    rating = (*commands.phrases, *answers.phrases_for_rating)
    yes_no = (*commands.phrases, *answers.phrases_for_yes_no)
    choice = (*commands.phrases, *answers.phrases_for_choice(options))
    return (
        Turns("ratings", RATINGS, rating, lambda a, b: answers.number(a) == answers.number(b)),
        Turns("yes and no", YES_NO, yes_no, lambda a, b: answers.yes_no(a) is answers.yes_no(b)),
        Turns(
            "the gate's number",
            GATE,
            (*yes_no, *GATE),
            lambda a, b: answers.number(a) == answers.number(b),
        ),
        Turns("choices", CHOICES, choice, lambda a, b: chosen(a) == chosen(b)),
        Turns(
            "commands",
            COMMANDS,
            commands.phrases,
            lambda a, b: commands.match(a) is commands.match(b),
        ),
        Turns("moments of plans", PLANS, None, same_moment),
        Turns("stuck points and none", OPEN, None, same_moves),
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn of the benchmark."""

    kind: str
    voice: str
    decibels: int
    said: str
    heard: str
    right: bool


def hear(
    turns: Sequence[Turns], voice: SystemVoice, name: str, recognizer: VoskRecognizer, decibels: int
) -> Iterator[Heard]:
    """Every turn, said by this voice over noise that is so much softer."""
    for group in turns:
        for said in group.said:
            heard = _heard(recognizer, group.grammar, noisy(spoken(voice, said), decibels))
            yield Heard(group.kind, name, decibels, said, heard, group.same(said, heard))


def spoken(voice: SystemVoice, text: str) -> NDArray[np.float64]:
    """What the voice says, at HEARING_RATE, with a little silence around it."""
    said = voice.render(Utterance(text)).astype(np.float64)
    return np.pad(soxr.resample(said, SPEAKING_RATE, HEARING_RATE), (4800, 8000))


def noisy(speech: NDArray[np.float64], decibels: int) -> Pcm:
    """The speech over pink noise, the same each time."""
    level = np.sqrt(np.mean(speech[np.abs(speech) > 50] ** 2))
    white = np.fft.rfft(np.random.default_rng(3).normal(size=len(speech)))
    pink = np.fft.irfft(white / np.sqrt(np.maximum(np.arange(len(white)), 1)), len(speech))
    mixed = speech + pink / np.std(pink) * level * 10 ** (-decibels / 20)
    pcm: Pcm = np.clip(mixed * 0.5, -32768, 32767).astype(np.int16)
    return pcm


def _heard(recognizer: VoskRecognizer, grammar: tuple[str, ...] | None, pcm: Pcm) -> str:
    recognizer.begin(grammar)
    heard = []
    for start in range(0, len(pcm), HEARING_SAMPLES):
        hypothesis = recognizer.accept(pcm[start : start + HEARING_SAMPLES])
        if hypothesis is not None and hypothesis.final:
            heard.append(hypothesis.text)
    heard.append(recognizer.finish().text)
    return " ".join(heard).replace("[unk]", " ").strip()
