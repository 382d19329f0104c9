"""The common part of scenes that ask one closed question of the session itself."""

from __future__ import annotations

from voice_coach.content.scripts import Asked
from voice_coach.conversation.events import Heard
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.scene import Ask, Line, Part, Step


class AskingScene:
    """Asks ``asked``, once, and again in other words; subclasses take the answer in ``heard``."""

    def __init__(self, stage: Stage, asked: Asked, ask: Ask) -> None:
        self.stage = stage
        self.asked = asked
        self.expects = ask

    def opening(self) -> tuple[Part, ...]:
        """What is said before the question, the first time."""
        return ()

    def begin(self) -> Step:
        """Open and ask."""
        return Step((*self.opening(), self.stage.line(self.asked.ask)), self.expects)

    def heard(self, heard: Heard) -> Step | None:
        """Take the answer."""
        raise NotImplementedError

    def asking_again(self, *before: Part) -> Step:
        """The question in other words, after something else was said."""
        return Step((*before, Line(self.asked.again)), self.expects)

    def missed(self, count: int) -> Step:
        """First other words, then the choices, then the keyboard."""
        if count <= 1:
            return Step((Line(self.asked.again),), self.expects)
        choices = Line(self.asked.choices)
        if count == 2:
            return Step((choices,), self.expects)
        keys = self.stage.line(self.stage.content.session.misses.keyboard)
        return Step((keys, choices), self.expects)

    def waited(self) -> Step:
        """Nothing is waited for here."""
        return self.missed(1)

    def skip(self) -> Step:
        """Closed questions cannot be left out, unless a subclass says so."""
        return self.missed(2)

    def back(self) -> Step | None:
        """There is nothing before."""
        return None

    def help(self) -> Step:
        """The ways to answer."""
        return Step((Line(self.asked.choices),), self.expects)

    def forget(self) -> bool:
        """Nothing is kept here."""
        return False

    def ahead(self) -> tuple[Line, ...]:
        """Unknown."""
        return ()
