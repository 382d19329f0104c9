"""Planning: one if-then plan, said back, confirmed, and said aloud twice by the person.

Rehearsed if-then plans work better than unrehearsed ones (Gollwitzer & Sheeran; domain.md,
section 3), so the plan is not over when it is made.
"""

from __future__ import annotations

from enum import Enum, auto

from voice_coach.content.scripts import Asked, Slot
from voice_coach.conversation.events import Heard
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import OPEN, YES_NO, Ask, Line, Part, Step, Style
from voice_coach.understanding.answers import YesNo
from voice_coach.understanding.plans import IfThen

ATTEMPTS = 3
"""How often a plan is corrected before it is left at that."""


class Making(Enum):
    """Where in the making of the plan we are."""

    WHOLE = auto()
    WHEN = auto()
    WHAT = auto()
    CONFIRMING = auto()
    FIRST = auto()
    SECOND = auto()


class PlanningScene:
    """From the answers to a plan that was said aloud twice."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.texts = stage.content.session.planning
        self.part = Making.WHOLE
        self.cue: str | None = self.from_answer(Slot.CUE)
        self.action: str | None = self.from_answer(Slot.ACTION)
        self.attempts = 0

    def from_answer(self, slot: Slot) -> str | None:
        """The clause that an answer in the practice gave, or None."""
        answer = self.stage.memory.slots.get(slot)
        if answer is None:
            return None
        if answer.plan:
            return answer.plan
        return self.half(slot, answer.text) if answer.quotable else None

    def half(self, slot: Slot, text: str) -> str | None:
        """The half that was asked for; where it was said as a whole plan, its half of that."""
        plans = self.stage.understanding.plans
        only = plans.cue_only(text) if slot is Slot.CUE else plans.action_only(text)
        whole = plans.parse(text) if only is None else None
        if whole is None:
            return only
        return whole.cue if slot is Slot.CUE else whole.action

    # --- making it ---

    def begin(self) -> Step:
        """Say back what there is, or ask for what is missing."""
        if self.part in (Making.FIRST, Making.SECOND):
            return self.rehearsing()
        return self.next_step()

    def next_step(self, *before: Part) -> Step:
        """The question for what is missing, or the plan said back."""
        if self.cue and self.action:
            return self.say_back(*before)
        if self.cue is None and self.action is None:
            self.part = Making.WHOLE
        else:
            self.part = Making.WHEN if self.cue is None else Making.WHAT
        line = self.stage.variety.pick(self.asked.ask)
        return Step((*before, Line(self.with_hint(line))), OPEN)

    @property
    def asked(self) -> Asked:
        """The prompts for what is missing."""
        return {Making.WHEN: self.texts.when, Making.WHAT: self.texts.what}.get(
            self.part, self.texts.ask
        )

    def with_hint(self, text: str) -> str:
        """The practice's example, where the prompt wants one."""
        return text.replace("{hint}", self.stage.practice.plan_hint)

    def say_back(self, *before: Part) -> Step:
        """The plan in the second person, and whether it is right."""
        self.part = Making.CONFIRMING
        plan = IfThen(self.cue or "", self.action or "")
        self.stage.memory.plan = plan
        line = self.stage.filled(self.texts.say_back, Style.REFLECTION, plan=plan.spoken)
        return Step((*before, line), YES_NO)

    # --- taking answers ---

    def heard(self, heard: Heard) -> Step | None:
        """A plan, a part of one, a confirmation, or the plan said aloud."""
        if self.part is Making.CONFIRMING:
            return self.heard_confirmation(heard)
        if self.part in (Making.FIRST, Making.SECOND):
            return self.heard_rehearsal(heard)
        return self.heard_plan(heard)

    def heard_plan(self, heard: Heard) -> Step | None:
        """The whole of it, or the part that was asked for."""
        before = (self.cue, self.action)
        if self.part is Making.WHEN:
            self.cue = self.half(Slot.CUE, heard.text)
        elif self.part is Making.WHAT:
            self.action = self.half(Slot.ACTION, heard.text)
        else:
            self.take_whole(heard.text)
        return None if (self.cue, self.action) == before else self.next_step()

    def take_whole(self, text: str) -> None:
        """A whole plan, or at least one half of it."""
        plans = self.stage.understanding.plans
        whole = plans.parse(text)
        if whole is not None:
            self.cue, self.action = whole.cue, whole.action
            return
        self.cue = plans.cue_only(text)
        self.action = None if self.cue else plans.action_only(text)

    def heard_confirmation(self, heard: Heard) -> Step | None:
        """Yes, no, or at once the right plan."""
        whole = self.stage.understanding.plans.parse(heard.text)
        if whole is not None:
            if self.stage.understanding.plans.same(whole, self.plan.spoken):
                return self.rehearse(self.texts.rehearse, Making.FIRST)
            self.cue, self.action = whole.cue, whole.action
            return self.next_step()
        answer = self.stage.understanding.answers.yes_no(heard.text)
        if answer is None:
            return None
        if answer is YesNo.NO:
            return self.corrected()
        return self.rehearse(self.texts.rehearse, Making.FIRST)

    def corrected(self) -> Step:
        """Thanks, and once more in their words; after some attempts it is left open."""
        self.attempts += 1
        self.cue = self.action = None
        self.stage.memory.plan = None
        if self.attempts >= ATTEMPTS:
            return self.without()
        self.part = Making.WHOLE
        return Step((self.stage.line(self.texts.corrected, Style.REFLECTION),), OPEN)

    def heard_rehearsal(self, heard: Heard) -> Step:
        """Said aloud: another plan corrects this one, anything else counts as saying it."""
        plans = self.stage.understanding.plans
        other = plans.parse(heard.text)
        sure = self.stage.quotes and not heard.doubtful
        if other is not None and sure and not plans.same(self.plan, heard.text):
            self.cue, self.action = other.cue, other.action
            return self.say_back()
        if self.part is Making.FIRST:
            return self.rehearse(self.texts.rehearse_again, Making.SECOND)
        return self.finished()

    @property
    def plan(self) -> IfThen:
        """The plan as it stands."""
        return self.stage.memory.plan or IfThen(self.cue or "", self.action or "")

    def rehearse(self, variants: tuple[str, ...], part: Making) -> Step:
        """Ask to hear it."""
        self.part = part
        return Step((self.stage.line(variants),), REHEARSAL)

    def rehearsing(self) -> Step:
        """Ask again to hear it, after an interruption."""
        first = self.part is Making.FIRST
        return self.rehearse(self.texts.rehearse if first else self.texts.rehearse_again, self.part)

    def finished(self) -> Step:
        """It was said twice."""
        line = self.stage.filled(self.texts.rehearsed, Style.REFLECTION, plan=self.plan.spoken)
        return Step((line, self.outro()), outcome="planned")

    def without(self) -> Step:
        """No plan today."""
        return Step(
            (self.stage.line(self.texts.none, Style.REFLECTION), self.outro()), outcome="planned"
        )

    def outro(self) -> Line:
        """What was done here."""
        return self.stage.line(self.stage.practice.outro, Style.REFLECTION)

    # --- the rest of a scene ---

    def missed(self, count: int) -> Step:
        """Again; then with an example; then without a plan, or as if it had been said."""
        if self.part in (Making.FIRST, Making.SECOND):
            return self.rehearsing() if count <= 1 else self.finished()
        if self.part is Making.CONFIRMING:
            again = count <= 2
            return self.say_back() if again else self.rehearse(self.texts.rehearse, Making.FIRST)
        if count <= 1:
            return Step((Line(self.with_hint(self.asked.again)),), OPEN)
        if count == 2:
            return Step((Line(self.with_hint(self.asked.choices)),), OPEN)
        return self.without()

    def waited(self) -> Step:
        """Nothing is waited for here."""
        return self.begin()

    def skip(self) -> Step:
        """Leave out the rehearsal, or the plan."""
        rehearsing = self.part in (Making.FIRST, Making.SECOND)
        return self.finished() if rehearsing else self.without()

    def back(self) -> Step | None:
        """To the making of the plan."""
        if self.part is Making.WHOLE:
            return None
        self.cue = self.action = None
        return self.next_step()

    def help(self) -> Step:
        """The form of a plan, with an example."""
        if self.part in (Making.FIRST, Making.SECOND):
            return self.rehearsing()
        return Step((Line(self.with_hint(self.texts.ask.choices)),), OPEN)

    def forget(self) -> bool:
        """Drop the plan."""
        had = bool(self.cue or self.action)
        self.cue = self.action = None
        self.stage.memory.plan = None
        self.part = Making.WHOLE
        return had

    def ahead(self) -> tuple[Line, ...]:
        """The invitations to say it aloud."""
        return (
            Line(self.stage.variety.peek(self.texts.rehearse)),
            Line(self.stage.variety.peek(self.texts.rehearse_again)),
        )


REHEARSAL: Ask = OPEN
"""The plan said aloud is open speech."""
