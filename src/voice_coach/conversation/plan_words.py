"""What the person put into their safety plan; the scene that asks for it is ``safety_plan``."""

from __future__ import annotations

from dataclasses import dataclass, fields

from voice_coach.content.safety_scripts import PlanTexts
from voice_coach.conversation.scene import Line, Style


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
        return not any(getattr(self, part) for part in PARTS)

    def lines(self, texts: PlanTexts) -> tuple[Line, ...]:
        """The plan as it is said: what helps first, then who, where, and the rest."""
        return tuple(
            Line(
                texts.lines[part].replace("{answer}", getattr(self, part)),
                Style.SAFETY,
                personal=True,
            )
            for part in ("helps", "who", "place", "safer", "signs")
            if getattr(self, part)
        )


PARTS = tuple(field.name for field in fields(SafetyPlan))
"""In the order in which they are asked for."""
