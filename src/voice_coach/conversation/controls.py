"""What each command does. "Stop" and its like are here too, and nothing comes before them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from voice_coach.content.scripts import Length
from voice_coach.conversation.choosing import exercise_options
from voice_coach.conversation.events import (
    Action,
    Blank,
    Ending,
    Expectation,
    Expected,
    Heard,
    Listen,
    Patience,
    Rest,
    StopSpeaking,
    StopWaiting,
)
from voice_coach.conversation.scene import NOTHING, Line, Step, Style
from voice_coach.conversation.states import GROUNDING, PAUSED, SAFETY
from voice_coach.understanding.commands import Command

if TYPE_CHECKING:
    from voice_coach.conversation.conversation import Conversation

MINUTES = {Length.SHORT: 5, Length.STANDARD: 12, Length.LONG: 20}
"""How long a session is, about (domain.md, section 2)."""


class Controls:
    """Carries commands out on a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.talk = conversation
        self.texts = conversation.stage.content.session.controls
        self._left: tuple[Line, ...] = ()
        """What had not been said to its end when the pause began."""
        self._orders: dict[Command, Callable[[], list[Action]]] = {
            Command.PAUSE: self.pause,
            Command.REST: self.rest,
            Command.GO_ON: self.go_on,
            Command.DONE: self.go_on,
            Command.REPEAT: self.repeat,
            Command.SLOWER: lambda: self.speed(-1),
            Command.FASTER: lambda: self.speed(+1),
            Command.LOUDER: lambda: self.gain(+1),
            Command.SOFTER: lambda: self.gain(-1),
            Command.SKIP: self.skip,
            Command.BACK: self.back,
            Command.HELP: self.help,
            Command.GROUND_ME: self.ground,
            Command.HOW_LONG: self.how_long,
            Command.DELETE_THAT: self.delete,
            Command.NOT_SAID: self.not_said,
            Command.MINUTE: self.minute,
            Command.START_OVER: self.start_over,
        }

    # --- leaving ---

    def leave(self, command: Command, heard: Heard) -> list[Action]:
        """Stop, goodbye, or somebody is here."""
        if command is Command.SOMEONE_HERE:
            return self.vanish()
        said = f"{self.talk.unfinished} {heard.unfinished}"
        shown = self.talk.safety.parting(said, heard.doubtful, self.talk.stage)
        if command is Command.GOODBYE:
            return self.stop(self.texts.goodbye, shown)
        return self.stop(self.texts.stopped, shown)

    def stop(
        self, variants: tuple[str, ...] | None = None, shown: tuple[Action, ...] = ()
    ) -> list[Action]:
        """Silence at once, a last word, the end."""
        self._drop()
        self.talk.states.fire("stop")
        line = self.talk.stage.line(variants or self.texts.stopped, Style.REFLECTION)
        said = self.talk.speech.utter((line,))
        return [StopSpeaking(), StopWaiting(), *shown, *said, Rest(Ending.STOPPED)]

    def vanish(self) -> list[Action]:
        """Silence and a neutral screen; there is nothing to come back to."""
        self._drop()
        self.talk.states.fire("stop")
        return [StopSpeaking(), StopWaiting(), Blank(), Rest(Ending.LEFT)]

    def _drop(self) -> None:
        self.talk.speech.hush()
        self.talk.interrupted.clear()
        self.talk.unfinished = ""

    # --- the others ---

    def obey(self, command: Command) -> list[Action]:
        """Carry a command out; while paused only those that make sense then."""
        self.talk.misses = 0
        if self.talk.state == PAUSED and command not in AWAKE:
            return self.resumed(self._orders[command])
        return self._orders[command]()

    def say(self, variants: tuple[str, ...]) -> list[Action]:
        """Say one of them, and change nothing."""
        return self.talk.speech.utter((self.talk.stage.line(variants, Style.REFLECTION),))

    def again(self, before: tuple[Line, ...] = (), left: tuple[Line, ...] = ()) -> list[Action]:
        """Take the step that is on up again: what was left of it, or its question."""
        step = self.talk.step
        parts = step.parts if step.ask == NOTHING else left or self._question(step)
        return self.talk.perform(replace(step, parts=(*before, *parts)))

    @staticmethod
    def _question(step: Step) -> tuple[Line, ...]:
        """The question alone, without what led to it."""
        return tuple(part for part in step.parts if isinstance(part, Line))[-1:]

    def pause(self, variants: tuple[str, ...] | None = None) -> list[Action]:
        """Fall silent, and stay where we are."""
        if self.talk.state == PAUSED:
            return self.say(self.texts.paused)
        silent = self._fall_silent()
        said = self.say(variants or self.texts.paused)
        return [*silent, *said, Listen(NOTHING.expectation)]

    def _fall_silent(self) -> list[Action]:
        talk = self.talk
        self._left = talk.speech.hush()
        talk.interrupted.append((talk.state, talk.scene, talk.step))
        talk.states.fire("pause")
        return [StopSpeaking(), StopWaiting()]

    def rest(self) -> list[Action]:
        """A pause in which nothing is heard but the call that ends it."""
        call = self.talk.stage.wake_phrase
        if not call:
            return self.pause()
        line = self.talk.stage.filled(self.texts.resting, Style.REFLECTION, call=call)
        said = self.talk.speech.utter((line,))
        asleep = Listen(Expectation(Expected.ASLEEP, (call,)))
        if self.talk.state == PAUSED:
            return [*said, asleep]
        return [*self._fall_silent(), *said, asleep]

    def go_on(self) -> list[Action]:
        """End a pause; end an open answer; go past a question that wants no answer."""
        talk = self.talk
        if talk.state == PAUSED:
            return self.resumed(None)
        talk.speech.hush()
        if talk.unfinished:
            text, talk.unfinished = talk.unfinished, ""
            return talk.answered(Heard(talk.now, text))
        if talk.step.ask == NOTHING:
            return talk.perform(talk.scene.waited())
        return talk.perform(talk.scene.skip())

    def resumed(self, order: Callable[[], list[Action]] | None) -> list[Action]:
        """Back to where the pause began, then the command, if there was one."""
        talk = self.talk
        state, talk.scene, talk.step = talk.interrupted.pop()
        talk.states.fire("resume")
        talk.states.restore(state)
        left, self._left = self._left, ()
        if order is not None:
            return order()
        return self.again((self.talk.stage.line(self.texts.resumed, Style.REFLECTION),), left)

    def repeat(self) -> list[Action]:
        """Say the question again, or what was being said."""
        return self.again(left=self.talk.speech.hush())

    def speed(self, by: int) -> list[Action]:
        """Slower or faster from here on."""
        left = self.talk.speech.hush()
        changed = self.talk.speech.change_speed(by)
        reply = self.texts.faster if by > 0 else self.texts.slower
        return self._changed(reply if changed else self.texts.limit, left)

    def gain(self, by: int) -> list[Action]:
        """Louder or softer from here on."""
        left = self.talk.speech.hush()
        changed = self.talk.speech.change_gain(by)
        reply = self.texts.louder if by > 0 else self.texts.softer
        return self._changed(reply if changed else self.texts.limit, left)

    def _changed(self, reply: tuple[str, ...], left: tuple[Line, ...]) -> list[Action]:
        return self.again((self.talk.stage.line(reply, Style.REFLECTION),), left)

    def skip(self) -> list[Action]:
        """Leave out what was asked."""
        self.talk.speech.hush()
        self.talk.unfinished = ""
        return self.talk.perform(self.talk.scene.skip())

    def back(self) -> list[Action]:
        """To what was asked before."""
        left = self.talk.speech.hush()
        self.talk.unfinished = ""
        step = self.talk.scene.back()
        if step is None:
            line = self.talk.stage.line(self.texts.nothing_back, Style.REFLECTION)
            return self.again((line,), left)
        return self._after(self.texts.back, step)

    def help(self) -> list[Action]:
        """What can be said here, and at any time; in the safety scene only what belongs there."""
        self.talk.speech.hush()
        step = self.talk.scene.help()
        if self.talk.state == SAFETY:
            return self.talk.perform(step)
        return self._after(self.texts.help, step)

    def ground(self) -> list[Action]:
        """Settle the body now; what was on is taken up again after it."""
        talk = self.talk
        talk.speech.hush()
        if talk.state == GROUNDING:
            return talk.perform(talk.scene.help())
        talk.stage.memory.exercise = None
        return talk.advance("ground")

    def ground_with(self, text: str) -> list[Action] | None:
        """An exercise asked for by its name alone, from anywhere; None where it is none."""
        talk = self.talk
        named = next((o for o in exercise_options(talk.stage) if text in o.phrases), None)
        if named is None or talk.state == GROUNDING or not talk.states.may("ground"):
            return None
        if talk.step.ask.expectation.expected is Expected.CHOICE:
            return None
        talk.speech.hush()
        talk.stage.memory.exercise = named.id
        return talk.advance("ground")

    def how_long(self) -> list[Action]:
        """How much time went, and how much is left, about."""
        left = self.talk.speech.hush()
        total = MINUTES[self.talk.stage.memory.length or Length.STANDARD]
        spent = max(1, round(self.talk.now / 60))
        line = self.talk.stage.filled(
            self.texts.how_long,
            Style.REFLECTION,
            spent=str(spent),
            left=str(max(1, total - spent)),
        )
        return self.again((line,), left)

    def delete(self) -> list[Action]:
        """Forget what was being said, or else the last answer."""
        talk = self.talk
        talk.speech.hush()
        had = bool(talk.unfinished) or talk.scene.forget()
        talk.unfinished = ""
        reply = self.texts.deleted if had else self.texts.nothing_deleted
        if talk.step.ask == NOTHING:
            return self.again((talk.stage.line(reply, Style.REFLECTION),))
        return self._after(reply, talk.scene.begin())

    def not_said(self) -> list[Action]:
        """It was misheard: thanks, and another listen."""
        talk = self.talk
        if talk.state == SAFETY:
            return talk.perform(talk.scene.missed(1))
        talk.speech.hush()
        talk.unfinished = ""
        talk.scene.forget()
        return self._after(talk.stage.content.session.following.not_said, talk.scene.begin())

    def minute(self) -> list[Action]:
        """More time before anything is asked again."""
        talk = self.talk
        if talk.state == PAUSED:
            return self.say(self.texts.minute)
        talk.speech.hush()
        said = self.say(self.texts.minute)
        if talk.step.ask == NOTHING:
            return self.pause(self.texts.minute)
        return [*said, Listen(talk.step.ask.expectation, Patience.MINUTE)]

    def start_over(self) -> list[Action]:
        """From the beginning; what protects the person stays."""
        talk = self.talk
        if any(state == SAFETY for state, _, _ in talk.interrupted):
            return self._back_to_safety()
        if not talk.states.may("start_over"):
            return talk.perform(talk.scene.missed(1))
        self._drop()
        talk.stage.memory.start_over()
        said = self.say(self.texts.start_over)
        return [*said, *talk.advance("start_over")]

    def _back_to_safety(self) -> list[Action]:
        """From a pause or an exercise in the midst of it: danger is no thing to start over from."""
        talk = self.talk
        talk.speech.hush()
        while talk.interrupted[-1][0] != SAFETY:
            talk.interrupted.pop()
        _, talk.scene, talk.step = talk.interrupted.pop()
        talk.states.fire("flag")
        return talk.perform(talk.scene.missed(1))

    def _after(self, variants: tuple[str, ...], step: Step) -> list[Action]:
        line = self.talk.stage.line(variants, Style.REFLECTION)
        return self.talk.perform(replace(step, parts=(line, *step.parts)))


AWAKE = frozenset(
    {Command.PAUSE, Command.REST, Command.GO_ON, Command.DONE, Command.START_OVER, Command.MINUTE}
)
"""What is done in a pause without ending it first."""
