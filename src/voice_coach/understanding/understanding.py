"""Everything that makes meaning out of words, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from voice_coach.content.language import Lexicons
from voice_coach.understanding.answers import Answers
from voice_coach.understanding.commands import Commands
from voice_coach.understanding.cues import Cues
from voice_coach.understanding.plans import Plans
from voice_coach.understanding.reflection import Reflections
from voice_coach.understanding.risk import Risks
from voice_coach.understanding.times import Times


@dataclass(frozen=True, slots=True)
class Span:
    """A cue as it is written out."""

    kind: str
    span: tuple[int, int]
    """First character and one past the last."""
    strength: float


@dataclass(frozen=True, slots=True)
class Danger:
    """A risk as it is written out."""

    tier: str
    categories: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Described:
    """All that is understood of a text, ready to be written as JSON."""

    text: str
    command: str | None
    answer: dict[str, object] | None
    """``number``, ``yes_no``, ``when`` and ``plan``, those that there are."""
    cues: tuple[Span, ...]
    reflection: str | None
    risk: Danger

    def as_json(self) -> str:
        """One JSON object on one line."""
        return msgspec.json.encode(self).decode()


@dataclass(frozen=True, slots=True)
class Understanding:
    """The parts, built once from the content of one language."""

    commands: Commands
    answers: Answers
    plans: Plans
    cues: Cues
    reflections: Reflections
    risks: Risks

    @classmethod
    def from_content(cls, lexicons: Lexicons) -> Understanding:
        """Build the parts from the lexicons of a language."""
        return cls(
            commands=Commands(lexicons.commands),
            answers=Answers(lexicons.answers),
            plans=Plans(lexicons.answers),
            cues=Cues(lexicons.cues, Times(lexicons.answers.time)),
            reflections=Reflections(lexicons.reflections),
            risks=Risks(lexicons.risk, lexicons.weights),
        )

    def describe(self, text: str) -> Described:
        """All that is understood of one utterance, for looking and for measuring."""
        command = self.commands.match(text)
        cues = self.cues.find(text)
        reflection = self.reflections.reflect(text, cues, complex=False)
        risk = self.risks.assess(text)
        return Described(
            text=text,
            command=command.value if command else None,
            answer=self._answer(text),
            cues=tuple(Span(cue.kind.value, (cue.start, cue.end), cue.strength) for cue in cues),
            reflection=reflection.text if reflection else None,
            risk=Danger(risk.tier.value, tuple(one.value for one in risk.categories), risk.why),
        )

    def _answer(self, text: str) -> dict[str, object] | None:
        number, yes_no = self.answers.number(text), self.answers.yes_no(text)
        when, plan = self.answers.when(text), self.plans.parse(text)
        found: dict[str, object | None] = {
            "number": number.value if number else None,
            "yes_no": yes_no.value if yes_no else None,
            "when": when.cue if when else None,
            "plan": {"if": plan.cue, "then": plan.action} if plan else None,
        }
        kept = {key: value for key, value in found.items() if value is not None}
        return kept or None
