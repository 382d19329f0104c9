"""What the conversation has said and waits for: numbers for utterances and waits, and the pace."""

from __future__ import annotations

from collections.abc import Set

from voice_coach.content.scripts import Manner, Session
from voice_coach.conversation.events import (
    Action,
    Chime,
    Keep,
    Pace,
    Prepare,
    Say,
    Show,
    StopWaiting,
    Tone,
    Unsay,
    Wait,
)
from voice_coach.conversation.scene import Caption, Line, Part, Step, Style
from voice_coach.understanding.tokens import words

SPEEDS = (0.8, 0.9, 1.0, 1.1, 1.25)
"""What "slower" and "faster" step through, times the pace of the script."""
GAINS = (0.4, 0.6, 0.8, 1.0, 1.4)
"""What "softer" and "louder" step through, as amplitude."""

OWN_LETTERS = 4
"""Of words that are taken for the coach's own: fewer may be anybody's."""


class Speech:
    """Turns parts into actions and keeps account of what still sounds."""

    def __init__(self, session: Session, speed: float = 1.0, volume: float = 1.0) -> None:
        """``speed`` and ``volume``: factors that the person has set for good."""
        self.own_speed = speed
        self.own_volume = volume
        manners = session.manners
        self.manners: dict[Style, Manner] = {
            Style.QUESTION: manners.question,
            Style.REFLECTION: manners.reflection,
            Style.GROUNDING: manners.grounding,
            Style.SAFETY: manners.safety,
        }
        self.speed = SPEEDS.index(1.0)
        self.gain = GAINS.index(1.0)
        self.sounding: dict[int, Line] = {}
        """What was given out to be said and is not over, in order."""
        self.waiting: int | None = None
        self._last = 0

    def utter(self, parts: tuple[Part, ...]) -> list[Action]:
        """The actions that say, show and sound the parts."""
        return [self._utter(part) for part in parts]

    def _utter(self, part: Part) -> Action:
        if isinstance(part, Tone):
            return Chime(part)
        if isinstance(part, Caption):
            return Show(part.text)
        if isinstance(part, Keep):
            return part
        self._last += 1
        self.sounding[self._last] = part
        return Say(self._last, part.text, self.pace(part.style), part.personal)

    def is_saying(self, text: str) -> bool:
        """Whether these words, or the beginnings of them, stand in a row in what is being said.
        One short word, as a "no", may be anybody's.
        """
        line = next(iter(self.sounding.values()), None)
        heard = words(text)
        if line is None or len("".join(heard)) < OWN_LETTERS:
            return False
        said = words(line.text)
        return any(all(map(_begins, said[at:], heard)) for at in range(len(said) - len(heard) + 1))

    def unsay(self, texts: Set[str]) -> list[Action]:
        """Leave out these, which are not true any more, wherever they have not been said yet."""
        stale = [say for say, line in self.sounding.items() if line.text in texts]
        return [Unsay(say) for say in stale if self.sounding.pop(say)]

    def pace(self, style: Style) -> Pace:
        """The script's pace, as slow and as loud as the person wants it."""
        manner = self.manners[style]
        speed = SPEEDS[self.speed] * self.own_speed
        return Pace(
            round(manner.words_per_minute * speed),
            round(manner.gap / speed, 3),
            GAINS[self.gain] * self.own_volume,
        )

    def wait_for(self, step: Step) -> list[Action]:
        """Start the step's clock, from now or once all has been said."""
        actions: list[Action] = []
        if self.waiting is not None:
            self.waiting = None
            actions.append(StopWaiting())
        if step.wait is not None:
            actions.append(self._wait(step.wait))
        elif step.pause is not None and not self.sounding:
            actions.append(self._wait(step.pause))
        return actions

    def _wait(self, seconds: float) -> Wait:
        self._last += 1
        self.waiting = self._last
        return Wait(self._last, seconds)

    def wait_is_over(self, wait: int) -> bool:
        """Whether it is the one that is waited for; an old one that comes late is not."""
        if wait != self.waiting:
            return False
        self.waiting = None
        return True

    def finished(self, say: int, step: Step) -> list[Action]:
        """An utterance is over."""
        if self.sounding.pop(say, None) is None:
            return []
        if self.sounding or step.pause is None or self.waiting is not None:
            return []
        return [self._wait(step.pause)]

    def hush(self) -> tuple[Line, ...]:
        """Everything is stopped: what was not said to its end."""
        left = tuple(self.sounding.values())
        self.sounding.clear()
        self.waiting = None
        return left

    def prepare(self, lines: tuple[Line, ...]) -> list[Action]:
        """What will probably be said next."""
        if not lines:
            return []
        return [Prepare(tuple((line.text, self.pace(line.style)) for line in lines))]

    def change_speed(self, by: int) -> bool:
        """One step faster or slower; False at the end of the range."""
        return self._change("speed", by, len(SPEEDS))

    def change_gain(self, by: int) -> bool:
        """One step louder or softer; False at the end of the range."""
        return self._change("gain", by, len(GAINS))

    def _change(self, what: str, by: int, steps: int) -> bool:
        new = getattr(self, what) + by
        if not 0 <= new < steps:
            return False
        setattr(self, what, new)
        return True


def _begins(said: str, heard: str) -> bool:
    """Whether a word was heard, or its beginning: "some" of "somebody"."""
    return said == heard or (len(heard) >= OWN_LETTERS - 1 and said.startswith(heard))
