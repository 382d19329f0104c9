"""Conducts a timed exercise: each part is a step that waits for its seconds."""

from __future__ import annotations

from voice_coach.content.scripts import Exercise, Length, Part
from voice_coach.conversation.choosing import exercise_options
from voice_coach.conversation.events import Heard, Tone
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import Line, Step, Style
from voice_coach.conversation.scene import Part as ScenePart

SETTLING = 2.0
"""Seconds between the introduction and the first part."""


class ExerciseScene:
    """One exercise from its introduction to its end. Nothing has to be said in it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.exercise: Exercise
        self.parts: list[Part]
        self.index: int
        self.take(stage.memory.exercise)

    def take(self, name: str | None) -> None:
        """Set out on an exercise; None: the default one, which is the first."""
        exercises = self.stage.content.exercises
        self.exercise = exercises[name] if name else next(iter(exercises.values()))
        self.parts = laid_out(self.exercise, self.stage.memory.length or Length.SHORT)
        self.index = -1

    def begin(self) -> Step:
        """The introduction; after an interruption the part that was on."""
        if self.index < 0:
            intro = self.stage.line(self.exercise.intro, Style.GROUNDING)
            return Step((intro,), pause=SETTLING)
        return self.part_step()

    def part_step(self) -> Step:
        """One part."""
        part = self.parts[self.index]
        said: list[ScenePart] = []
        if part.tone:
            said.append(Tone(part.tone))
        if part.say:
            said.append(Line(part.say, Style.GROUNDING))
        return Step(tuple(said), wait=part.seconds)

    def waited(self) -> Step:
        """The next part, or the end."""
        self.index += 1
        if self.index < len(self.parts):
            return self.part_step()
        return self.finish()

    def finish(self) -> Step:
        """The end; the rating after it is somebody else's question."""
        self.stage.memory.grounded = True
        self.stage.memory.exercise = None
        outro = self.stage.line(self.exercise.outro, Style.GROUNDING)
        return Step((Tone.END, outro), outcome="grounded")

    def heard(self, heard: Heard) -> Step | None:
        """Another exercise by name; everything else is let pass."""
        chosen = self.stage.understanding.answers.choice(heard.text, exercise_options(self.stage))
        if chosen is None or chosen == self.exercise.id:
            return None
        self.take(chosen)
        return self.begin()

    def missed(self, count: int) -> Step:
        """Nothing was asked, so nothing can be missed: the part that is on."""
        del count
        return self.begin()

    def skip(self) -> Step:
        """From the introduction to the first part; from there to the end."""
        return self.waited() if self.index < 0 else self.finish()

    def back(self) -> Step | None:
        """To the beginning of the exercise."""
        self.index = -1
        return self.begin()

    def help(self) -> Step:
        """The introduction once more."""
        self.index = -1
        return self.begin()

    def forget(self) -> bool:
        """Nothing is kept here."""
        return False

    def ahead(self) -> tuple[Line, ...]:
        """All that will be said."""
        texts = dict.fromkeys(part.say for part in self.parts if part.say)
        return tuple(Line(text, Style.GROUNDING) for text in texts)


def laid_out(exercise: Exercise, length: Length) -> list[Part]:
    """The exercise's parts in order; after ``quiet_after`` cycles only the tones are left."""
    parts = list(exercise.before)
    for cycle in range(exercise.cycles[length]):
        quiet = exercise.quiet_after and cycle >= exercise.quiet_after
        parts.extend(
            Part(seconds=part.seconds, tone=part.tone) if quiet else part for part in exercise.cycle
        )
    parts.extend(exercise.after)
    return parts
