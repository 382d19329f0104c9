"""What the conversation asks about safety: what to answer, and whether it was answered already."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_coach.content.language import load_safety
from voice_coach.content.safety_scripts import HelplineEntry, SafetyTexts
from voice_coach.conversation.events import Action, Show
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.safety import SafetyScene
from voice_coach.conversation.scene import Caption
from voice_coach.understanding.risk import Category, Risk, RiskHistory, Risks, Tier
from voice_coach.understanding.understanding import Understanding


@dataclass(slots=True)
class SafetyDesk:
    """One session's safety: the texts, the country's lines, and what was said so far."""

    texts: SafetyTexts
    lines: HelplineEntry
    risks: Risks
    history: RiskHistory = field(default_factory=RiskHistory)
    answered: set[Category] = field(default_factory=set)
    """What was asked about in this session and put right by the person."""
    open: Risk | None = None
    """What the safety scene that is on was opened for."""

    @classmethod
    def load(cls, language: str, country: str, understanding: Understanding) -> SafetyDesk:
        """The desk of a language and a country; the general lines where it has none."""
        texts, helplines = load_safety(language)
        return cls(texts, helplines.of(country), understanding.risks)

    def assess(self, text: str, doubtful: bool) -> Risk:
        """The risk in these words, in the light of those before them."""
        return self.history.raised(self.risks.assess(text, doubtful))

    def needs_answer(self, risk: Risk) -> bool:
        """Whether to leave everything for it. What is clear, always; a sign that was asked about
        and put right is not asked about again and again.
        """
        if risk.tier is Tier.NOW:
            return True
        return risk.tier is Tier.ASK and not set(risk.categories) <= self.answered

    def is_new(self, risk: Risk) -> bool:
        """Whether it says more than what the scene that is on was opened for."""
        if risk.tier is Tier.NONE or self.open is None:
            return False
        more = not set(risk.categories) <= set(self.open.categories)
        return more or (risk.tier is Tier.NOW and self.open.tier is Tier.ASK)

    def scene(self, risk: Risk, stage: Stage) -> SafetyScene:
        """The scene that answers it."""
        self.open = risk
        answers, plan = stage.understanding.answers, stage.safety_plan
        return SafetyScene(self.texts, answers, self.lines, stage.variety, risk, plan)

    def settled(self) -> None:
        """The person is back."""
        if self.open is not None:
            self.answered.update(self.open.categories)
        self.open = None

    def parting(self, text: str, doubtful: bool, stage: Stage) -> tuple[Action, ...]:
        """What is shown to somebody who stops with words of danger: the numbers, and no talk."""
        if self.assess(text, doubtful).tier is not Tier.NOW:
            return ()
        step = self.scene(self.risks.assess(text, doubtful), stage).begin()
        return tuple(Show(part.text) for part in step.parts if isinstance(part, Caption))
