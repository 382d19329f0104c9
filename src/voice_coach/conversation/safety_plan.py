"""A plan for a bad hour, built in calm and by voice, in the person's own words.

Five questions, each of which can be left out: how it shows, what helps, who, where, and what makes
the place safer. In one large app 49 % of people in a confirmed crisis opened such a plan and 2.4 %
chose the helpline (domain.md, section 6), so in a crisis it is offered first.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from voice_coach.content.safety_scripts import PlanTexts
from voice_coach.content.scripts import Asked
from voice_coach.conversation.events import Heard
from voice_coach.conversation.scene import OPEN, Line, Part, Step, Style, Variety


@dataclass(frozen=True, slots=True)
class SafetyPlan:
    """What the person said to each question; empty where it was left out."""

    signs: str = ""
    helps: str = ""
    who: str = ""
    place: str = ""
    safer: str = ""

    @property
    def is_empty(self) -> bool:
        """Every question was left out."""
        return not any(getattr(self, name) for name in PARTS)

    def lines(self, texts: PlanTexts) -> tuple[Line, ...]:
        """The plan as it is said: what helps first, then who, where, and the rest."""
        return tuple(
            Line(
                texts.lines[name].replace("{answer}", getattr(self, name)),
                Style.SAFETY,
                personal=True,
            )
            for name in ("helps", "who", "place", "safer", "signs")
            if getattr(self, name)
        )


PARTS = tuple(field.name for field in fields(SafetyPlan))


class SafetyPlanScene:
    """Asks for the parts one after the other, and says the plan back; ends as ``planned``."""

    def __init__(self, texts: PlanTexts, variety: Variety, plan: SafetyPlan | None = None) -> None:
        self.texts = texts
        self.variety = variety
        self.plan = plan or SafetyPlan()
        self.at = 0

    @property
    def asked(self) -> Asked:
        """The question that is on."""
        by_part = {
            "signs": self.texts.signs,
            "helps": self.texts.helps,
            "who": self.texts.who,
            "place": self.texts.place,
            "safer": self.texts.safer,
        }
        return by_part[PARTS[self.at]]

    def begin(self) -> Step:
        """The first question; the one that was on, where the scene is taken up again."""
        return self.ask(self.line(self.texts.intro)) if self.at == 0 else self.ask()

    def ask(self, *before: Part) -> Step:
        """The question that is on, after something else was said."""
        return Step((*before, self.line(self.asked.ask)), OPEN)

    def heard(self, heard: Heard) -> Step | None:
        """Whatever is said is the answer: it is the person's own plan."""
        self.put(heard.text.strip())
        return self.go_on(self.line(self.texts.noted))

    def put(self, answer: str) -> None:
        """Write an answer into the plan."""
        match PARTS[self.at]:
            case "signs":
                self.plan = replace(self.plan, signs=answer)
            case "helps":
                self.plan = replace(self.plan, helps=answer)
            case "who":
                self.plan = replace(self.plan, who=answer)
            case "place":
                self.plan = replace(self.plan, place=answer)
            case _:
                self.plan = replace(self.plan, safer=answer)

    def go_on(self, *before: Part) -> Step:
        """The next question, or the plan said back."""
        if self.at + 1 < len(PARTS):
            self.at += 1
            return self.ask(*before)
        if self.plan.is_empty:
            return Step((self.line(self.texts.nothing),), outcome="planned")
        said = (self.line(self.texts.said_back), *self.plan.lines(self.texts))
        return Step((*before, *said, self.line(self.texts.done)), outcome="planned")

    def missed(self, count: int) -> Step:
        """Other words, then an example, then it is left open."""
        if count <= 2:
            text = self.asked.again if count <= 1 else self.asked.choices
            return Step((self.line(text),), OPEN)
        return self.skip()

    def waited(self) -> Step:
        """Nothing is waited for here."""
        return self.missed(1)

    def skip(self) -> Step:
        """Left open."""
        return self.go_on(self.line(self.texts.passed))

    def back(self) -> Step | None:
        """To the question before."""
        if self.at == 0:
            return None
        self.at -= 1
        return self.ask()

    def help(self) -> Step:
        """An example of an answer."""
        return Step((self.line(self.asked.choices),), OPEN)

    def forget(self) -> bool:
        """Empty the part that was said last."""
        filled = [index for index, name in enumerate(PARTS) if getattr(self.plan, name)]
        if not filled:
            return False
        self.at = filled[-1]
        self.put("")
        return True

    def ahead(self) -> tuple[Line, ...]:
        """Nothing: the answers decide little, and the questions are short."""
        return ()

    def line(self, variants: tuple[str, ...] | str) -> Line:
        """A slow, plain line."""
        text = variants if isinstance(variants, str) else self.variety.pick(variants)
        return Line(text, Style.SAFETY)
