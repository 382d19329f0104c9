"""Choosing: which practice or exercise, and how long."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.content.scripts import Length
from voice_coach.conversation.asking import AskingScene
from voice_coach.conversation.events import Expectation, Expected, Heard
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import YES_NO, Ask, Step
from voice_coach.understanding.answers import YesNo
from voice_coach.understanding.tokens import words

GROUNDING = "grounding"
SAFETY_PLAN = "safety-plan"


@dataclass(frozen=True, slots=True)
class Named:
    """Something that can be chosen by name."""

    id: str
    phrases: tuple[str, ...]


def menu_options(stage: Stage) -> tuple[Named, ...]:
    """What the menu reads out, in its order."""
    practices = (
        Named(practice.id, practice.phrases)
        for practice in stage.content.practices.values()
        if not (practice.gated and stage.memory.locked)
    )
    menu = stage.content.session.menu
    return (
        *practices,
        Named(GROUNDING, menu.grounding_phrases),
        Named(SAFETY_PLAN, menu.safety_plan_phrases),
    )


def closed_options(stage: Stage) -> tuple[Named, ...]:
    """The practices that are closed for this session, and not read out."""
    practices = stage.content.practices.values()
    return tuple(Named(p.id, p.phrases) for p in practices if p.gated and stage.memory.locked)


def exercise_options(stage: Stage) -> tuple[Named, ...]:
    """The exercises, by their own names."""
    return tuple(Named(e.id, e.phrases) for e in stage.content.exercises.values())


def length_options(stage: Stage) -> tuple[Named, ...]:
    """The three lengths."""
    lengths = stage.content.session.lengths
    return (
        Named(Length.SHORT.value, lengths.short),
        Named(Length.STANDARD.value, lengths.standard),
        Named(Length.LONG.value, lengths.long),
    )


def choose_from_menu(stage: Stage, text: str) -> bool:
    """Note a practice or exercise that was named; False where none was."""
    answers = stage.understanding.answers
    memory = stage.memory
    chosen = answers.choice(text, menu_options(stage))
    if chosen is None:
        exercise = answers.choice(text, exercise_options(stage))
        if exercise is None:
            return False
        memory.exercise, memory.ground_only, memory.practice = exercise, True, None
        memory.plan_only = False
        return True
    memory.ground_only = chosen == GROUNDING
    memory.plan_only = chosen == SAFETY_PLAN
    memory.practice = None if memory.ground_only or memory.plan_only else chosen
    return True


def names_closed(stage: Stage, text: str) -> bool:
    """Whether a practice is named that is closed for this session."""
    said = tuple(words(text))
    names = (words(phrase) for one in closed_options(stage) for phrase in one.phrases)
    return any(said[at : at + len(name)] == name for name in names for at in range(len(said)))


def named_length(stage: Stage, text: str) -> Length | None:
    """A length that is named along with the practice; "number two" counts the practices."""
    answers = stage.understanding.answers
    places = tuple(Named(f"place {index}", ()) for index in range(len(menu_options(stage))))
    if answers.choice(text, places) is not None:
        return None
    length = answers.choice(text, length_options(stage))
    return None if length is None else Length(length)


class MenuScene(AskingScene):
    """What to do now."""

    def __init__(self, stage: Stage) -> None:
        answers = stage.understanding.answers
        exercises = (phrase for one in exercise_options(stage) for phrase in one.phrases)
        closed = (phrase for one in closed_options(stage) for phrase in one.phrases)
        phrases = (*answers.phrases_for_choice(menu_options(stage)), *exercises, *closed)
        ask = Ask(Expectation(Expected.CHOICE, phrases))
        menu = stage.content.session.menu
        super().__init__(stage, menu.rest if stage.memory.locked else menu, ask)

    def heard(self, heard: Heard) -> Step | None:
        """A practice or an exercise, by name, meaning or position; perhaps the length too."""
        memory = self.stage.memory
        if names_closed(self.stage, heard.text):
            return self.asking_again(self.stage.line(self.stage.content.session.menu.locked))
        if not choose_from_menu(self.stage, heard.text):
            return None
        length = named_length(self.stage, heard.text)
        if length is not None:
            memory.length = length
        return Step(outcome="chosen")


class LengthScene(AskingScene):
    """How long; the standard length where nobody minds."""

    def __init__(self, stage: Stage) -> None:
        phrases = stage.understanding.answers.phrases_for_choice(length_options(stage))
        ask = Ask(Expectation(Expected.CHOICE, phrases))
        super().__init__(stage, stage.content.session.lengths, ask)

    def heard(self, heard: Heard) -> Step | None:
        """One of the three, by name, minutes or position."""
        answers = self.stage.understanding.answers
        chosen = answers.choice(heard.text, length_options(self.stage))
        if chosen is None:
            return None
        self.stage.memory.length = Length(chosen)
        return Step(outcome="measured")

    def missed(self, count: int) -> Step:
        """It is not worth a third question."""
        return super().missed(count) if count <= 2 else self.skip()

    def skip(self) -> Step:
        """The middle one."""
        self.stage.memory.length = Length.STANDARD
        return Step(outcome="measured")


class AnotherScene(AskingScene):
    """After an exercise that was chosen by itself: a practice now, or enough?"""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, stage.content.session.menu.another, YES_NO)

    def heard(self, heard: Heard) -> Step | None:
        """Yes leads to the menu; so does a practice's name."""
        memory = self.stage.memory
        if names_closed(self.stage, heard.text):
            memory.ground_only = False
            return Step(outcome="more")
        if choose_from_menu(self.stage, heard.text):
            return Step(outcome="chosen")
        answer = self.stage.understanding.answers.yes_no(heard.text)
        if answer is None:
            return None
        memory.ground_only = False
        return Step(outcome="enough" if answer is YesNo.NO else "more")

    def skip(self) -> Step:
        """Enough, then."""
        return Step(outcome="enough")
