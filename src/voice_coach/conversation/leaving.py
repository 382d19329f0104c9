"""Leaving: the rating after the session, and the close."""

from __future__ import annotations

from voice_coach.conversation.arriving import rating_in
from voice_coach.conversation.asking import AskingScene
from voice_coach.conversation.events import Heard
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import RATING, Line, Step, Style

RISEN = 2
"""A rise by this much ends all digging (domain.md, section 3)."""


class RatingAfterScene(AskingScene):
    """How the person is now: information, never a mark."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, stage.content.session.after, RATING)

    def heard(self, heard: Heard) -> Step | None:
        """A number."""
        rating = rating_in(self.stage, heard.text)
        if rating is None:
            return None
        before = self.stage.memory.first_rating
        self.stage.memory.rating = rating
        return self.closing(self.reply(rating, rating if before is None else before))

    def reply(self, rating: float, before: float) -> Line:
        """Lower, higher or the same."""
        after = self.stage.content.session.after
        if rating >= before + RISEN:
            variants = after.higher
        else:
            variants = after.lower if rating < before else after.same
        return self.stage.line(variants, Style.REFLECTION)

    def closing(self, *before: Line) -> Step:
        """The last words."""
        closing = self.stage.line(self.stage.content.session.closing, Style.REFLECTION)
        return Step((*before, closing), outcome="closed")

    def missed(self, count: int) -> Step:
        """It is not worth a third question."""
        return super().missed(count) if count <= 2 else self.closing()

    def skip(self) -> Step:
        """Without a number."""
        return self.closing()
