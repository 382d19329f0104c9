"""The mind: ``handle(event)`` gives the actions that follow.

What is heard goes through the same order every time, and nothing can change it: the words that stop
everything; then the risk in what was said; then the other commands; then the scene that is on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voice_coach.conversation.arriving import GroundFirstScene, RatingScene
from voice_coach.conversation.choosing import AnotherScene, LengthScene, MenuScene
from voice_coach.conversation.controls import Controls
from voice_coach.conversation.events import (
    Action,
    BargeIn,
    BargeInHint,
    BargeInOver,
    Blank,
    Chime,
    Device,
    DeviceChanged,
    Ending,
    Event,
    Expected,
    Heard,
    Hearing,
    InputEnded,
    Key,
    KeyPressed,
    Listen,
    NothingHeard,
    PlaybackFinished,
    Quiet,
    Rest,
    Show,
    Source,
    Started,
    StopSpeaking,
    StopWaiting,
    Tone,
    Unclear,
    WaitOver,
)
from voice_coach.conversation.exercise import ExerciseScene
from voice_coach.conversation.floor import Floor
from voice_coach.conversation.gate import GateScene
from voice_coach.conversation.leaving import RatingAfterScene
from voice_coach.conversation.memory import Stage
from voice_coach.conversation.planning import PlanningScene
from voice_coach.conversation.practice import PracticeScene
from voice_coach.conversation.safety import SafetyScene
from voice_coach.conversation.safety_desk import SafetyDesk
from voice_coach.conversation.safety_plan import SafetyPlanScene
from voice_coach.conversation.scene import NOTHING, Line, Miss, Scene, Step, Style
from voice_coach.conversation.speech import Speech
from voice_coach.conversation.states import (
    ANOTHER,
    ENDED,
    GATE,
    GROUND_FIRST,
    GROUNDING,
    LENGTH,
    MENU,
    PAUSED,
    PLANNING,
    PRACTISING,
    RATING,
    RATING_AFTER,
    SAFETY,
    SAFETY_PLAN,
    States,
)
from voice_coach.understanding.commands import Command
from voice_coach.understanding.risk import Category, Risk, Tier

SCENES: dict[str, Callable[[Stage], Scene]] = {
    RATING: RatingScene,
    GROUND_FIRST: GroundFirstScene,
    MENU: MenuScene,
    LENGTH: LengthScene,
    GATE: GateScene,
    PRACTISING: PracticeScene,
    PLANNING: PlanningScene,
    GROUNDING: ExerciseScene,
    SAFETY_PLAN: SafetyPlanScene,
    RATING_AFTER: RatingAfterScene,
    ANOTHER: AnotherScene,
}
LEAVING = frozenset({Command.STOP, Command.GOODBYE, Command.SOMEONE_HERE})
"""What nothing gates: not the risk in the words, not the state."""
FEAR = Risk(Tier.ASK, (Category.FEAR,), "a yes to the fear question")


class Conversation:
    """One session. Pure: the same events give the same actions."""

    def __init__(self, stage: Stage, safety: SafetyDesk) -> None:
        self.stage = stage
        self.safety = safety
        self.states = States(self)
        self.speech = Speech(stage.content.session, stage.speed, stage.volume)
        self.controls = Controls(self)
        self.floor = Floor()
        self.scene: Scene = RatingScene(stage)
        self.step = Step()
        """The step that is on: what was said last, and what is listened for."""
        self.interrupted: list[tuple[str, Scene, Step]] = []
        """What was left for a pause, an exercise or the gate, to be taken up again."""
        self.misses = 0
        self.unfinished = ""
        """The beginning of an answer that a command cut into."""
        self.deaf = False
        """Nothing more will be heard."""
        self.now = 0.0
        self._mutes = 0
        """How often the microphone was mute and came back."""

    # --- what the state machine asks (states.Facts) ---

    def upset(self) -> bool:
        """The rating is 7 or more, and nothing was done for the body yet."""
        memory = self.stage.memory
        return (memory.rating or 0) >= 7 and not memory.grounded

    def for_exercise(self) -> bool:
        """An exercise was chosen, not a practice."""
        return self.stage.memory.ground_only

    def for_plan(self) -> bool:
        """The safety plan was chosen, not a practice."""
        return self.stage.memory.plan_only

    def unchosen(self) -> bool:
        """No practice is chosen, or the one that is, is locked."""
        memory = self.stage.memory
        return memory.practice is None or (self.stage.practice.gated and memory.locked)

    def unmeasured(self) -> bool:
        """No length is chosen."""
        return self.stage.memory.length is None

    def unscreened(self) -> bool:
        """The practice is gated, and the fear screen was not passed yet."""
        return self.stage.practice.gated and not self.stage.memory.screened

    def suspended(self) -> bool:
        """Something was interrupted and is to be taken up again."""
        return bool(self.interrupted)

    # --- events ---

    @property
    def state(self) -> str:
        """The state that is on."""
        return self.states.state

    def handle(self, event: Event) -> list[Action]:
        """What follows from an event."""
        self.now = event.at
        if self.state == ENDED:
            return self.after_the_end(event)
        return self.floor.settled(event, self._follow(event))

    def _follow(self, event: Event) -> list[Action]:
        match event:
            case Started():
                greeted = self.advance("begin")
                return [*greeted, *self.controls.rest()] if self.stage.asleep else greeted
            case Heard():
                return self.heard(event)
            case PlaybackFinished(say=say):
                return self.said(say)
            case WaitOver(wait=wait):
                over = self.speech.wait_is_over(wait)
                return self.perform(self.scene.waited()) if over else []
            case NothingHeard(quiet=quiet):
                return self.quiet(quiet)
            case Unclear(text=text):
                return self.unclear(text)
            case KeyPressed(key=key):
                return self.key(key)
            case DeviceChanged():
                return self.device(event)
            case InputEnded():
                return self.input_ended()
            case Hearing():
                return []
            case BargeInHint() | BargeIn() | BargeInOver():
                return self.floor.asked_for(event, exercising=self.state == GROUNDING)

    def after_the_end(self, event: Event) -> list[Action]:
        """Nothing is answered any more, but the last words can still be silenced."""
        match event:
            case KeyPressed(key=Key.EXIT):
                return [StopSpeaking(), Blank()]
            case KeyPressed():
                return [StopSpeaking()]
            case Heard(text=text):
                command = self.command_in(text)
                if command is Command.SOMEONE_HERE:
                    return [StopSpeaking(), Blank()]
                return [StopSpeaking()] if command in LEAVING else []
            case _:
                return []

    # --- what is heard ---

    def heard(self, heard: Heard) -> list[Action]:
        """Leaving first, then the risk, then the other commands, then the scene."""
        command = self.command_in(heard.text)
        if command is not None and command in LEAVING:
            return self.controls.leave(command, heard)
        said = f"{heard.unfinished} {heard.text}".strip()
        flagged = self.flag(self.risk_in(said, heard))
        if flagged is not None:
            return [StopSpeaking(), *flagged]
        if heard.unfinished:
            self.unfinished = f"{self.unfinished} {heard.unfinished}".strip()
        if command is not None:
            step = self.scene.heard(heard) if self.state == SAFETY else None
            if step is not None:  # "say it again" is the number there, not the last sentence
                return [StopSpeaking(), *self.perform(step)]
            return [StopSpeaking(), *self.controls.obey(command)]
        if self.state == PAUSED:
            return self.missed_while_paused(heard)
        own = heard.source is Source.VOICE and self.is_own(heard.text)
        if self.floor.given_up and not self.is_asking:
            return [] if own else self.said_too_early(heard)
        if own and self.step.ask.expectation.expected is Expected.OPEN:
            return []
        return self.controls.ground_with(heard.text) or self.answered(heard)

    @property
    def is_asking(self) -> bool:
        """The question itself is being said, or has been: words may be an answer to it."""
        return self.step.ask != NOTHING and len(self.speech.sounding) <= 1

    def is_own(self, text: str) -> bool:
        """Heard over the coach's voice, and just what it is saying: it may have heard itself.
        Danger in it is danger all the same, and a choice that is read out is a choice.
        """
        return self.floor.given_up and self.speech.is_saying(text)

    def said_too_early(self, heard: Heard) -> list[Action]:
        """Said over what comes before a question: an open answer begins with it."""
        if self.step.ask.expectation.expected is Expected.OPEN:
            self.unfinished = f"{self.unfinished} {heard.text}".strip()
        return []

    def command_in(self, text: str) -> Command | None:
        """The command that the text is; the safe word says that somebody is here."""
        if self.stage.safe_word and text.strip(" .!") == self.stage.safe_word:
            return Command.SOMEONE_HERE
        if self.state == PAUSED and text == self.stage.wake_phrase:
            return Command.GO_ON
        return self.stage.understanding.commands.match(text)

    def unclear(self, text: str) -> list[Action]:
        """Words that did not sound like a voice, or none: what danger is in them counts."""
        flagged = self.flag(self.safety.assess(text, doubtful=True))
        if flagged is not None:
            return [StopSpeaking(), *flagged]
        return [] if self.is_own(text) else self.missed(Miss.NOISE)

    def answered(self, heard: Heard) -> list[Action]:
        """Give the answer to the scene."""
        whole = replace(heard, text=f"{self.unfinished} {heard.text}".strip())
        step = self.scene.heard(whole)
        if step is None:
            return [] if self.is_own(heard.text) else self.missed(Miss.MISMATCH)
        self.unfinished = ""
        self.misses = 0
        return [StopSpeaking(), *self.perform(step)]

    def missed_while_paused(self, heard: Heard) -> list[Action]:
        """Paused, words are not for the coach; what was typed surely is."""
        if heard.source is Source.VOICE:
            return []
        return [StopSpeaking(), *self.controls.say(self.stage.content.session.controls.paused)]

    # --- safety ---

    def risk_in(self, text: str, heard: Heard) -> Risk:
        """The risk in the words, and in what was said before them."""
        return self.safety.assess(text, heard.doubtful)

    def flag(self, risk: Risk) -> list[Action] | None:
        """Leave everything for the safety scene; None where there is no need."""
        scene = self.scene
        if self.state == SAFETY and isinstance(scene, SafetyScene):
            if not self.safety.is_new(risk):
                return None
            self.safety.open = risk
            return self.perform(scene.flagged(risk))
        if not self.safety.needs_answer(risk):
            return None
        return self.enter_safety(risk, "flag")

    def enter_safety(self, risk: Risk, trigger: str) -> list[Action]:
        """Every other thing is dropped; nothing is taken up again behind its back."""
        self.interrupted.clear()
        self.unfinished = ""
        self.misses = 0
        self.states.fire(trigger)
        self.scene = self.safety.scene(risk, self.stage)
        return [StopWaiting(), *self.perform(self.scene.begin())]

    # --- what is not an answer ---

    def quiet(self, quiet: Quiet) -> list[Action]:
        """Silence: a soft cue, an offer, a pause. In the safety scene it stays."""
        if self.state == PAUSED or self.step.ask == NOTHING:
            return []
        if quiet is Quiet.CUE:
            return [Chime(Tone.STILL_HERE)]
        if self.state == SAFETY:
            return self.missed(Miss.SILENCE)
        misses = self.stage.content.session.misses
        if quiet is Quiet.OFFER:
            line = self.stage.line(misses.quiet_offer, Style.REFLECTION)
            # No new Listen: it would restart the clock, and the pause would never come.
            return self.speech.utter((line,))
        return self.controls.pause(misses.quiet_pause)

    def missed(self, miss: Miss) -> list[Action]:
        """No answer that fits; the second time in a row the approach changes. A pause stays one."""
        if self.state == PAUSED or self.step.ask == NOTHING:
            return []
        self.misses += 1
        step = self.scene.missed(self.misses)
        if self.state == SAFETY:
            return [StopSpeaking(), *self.perform(step)]
        misses = self.stage.content.session.misses
        if miss is Miss.NOISE:
            variants = misses.unclear if self.misses == 1 else misses.unclear_again
        else:
            variants = misses.mismatch
        if self.misses <= 2 or miss is Miss.NOISE:
            said = self.stage.variety.fresh(variants)
            if said is not None:  # all were said already: the question alone
                step = replace(step, parts=(Line(said, Style.REFLECTION), *step.parts))
        return [StopSpeaking(), *self.perform(step)]

    # --- keys, devices, the end of input ---

    def key(self, key: Key) -> list[Action]:
        """Single keys: pause and go on, stop, quick exit."""
        if key is Key.EXIT:
            return self.controls.vanish()
        if key is Key.STOP:
            return self.controls.stop()
        command = Command.GO_ON if self.state == PAUSED else Command.PAUSE
        return [StopSpeaking(), *self.controls.obey(command)]

    def device(self, event: DeviceChanged) -> list[Action]:
        """Say it where it can be heard, show it always."""
        devices = self.stage.content.session.devices
        if event.device is Device.LOUDSPEAKER:
            text = devices.loudspeaker_back if event.present else devices.loudspeaker_gone
            return [Show(text)]
        muted = event.reason == "muted"
        text = devices.microphone_muted if muted else devices.microphone_gone
        line = Line(devices.microphone_back if event.present else text, Style.REFLECTION)
        if muted and self._mutes:
            # Some microphones give zeros for every silence: that is not said again and again.
            return [Show(line.text)]
        self._mutes += muted and event.present
        told = {devices.microphone_gone, devices.microphone_muted, devices.microphone_back}
        stale = self.speech.unsay(told - {line.text})
        return [Show(line.text), *stale, *self.speech.utter((line,))]

    def input_ended(self) -> list[Action]:
        """Nothing more will be heard: an exercise goes on to its end, a question does not."""
        self.deaf = True
        return self.end_if_deaf()

    def end_if_deaf(self) -> list[Action]:
        """A question that nobody can answer ends the session."""
        busy = self.step.wait is not None or self.step.pause is not None
        if not self.deaf or (busy and self.step.ask == NOTHING):
            return []
        line = self.stage.line(self.stage.content.session.input_ended, Style.REFLECTION)
        self.states.fire("stop")
        return [StopWaiting(), *self.speech.utter((line,)), Rest(Ending.INPUT_ENDED)]

    # --- carrying a step out ---

    def perform(self, step: Step) -> list[Action]:
        """Say it; then go where it leads, or listen, or wait."""
        if isinstance(self.scene, SafetyScene) and self.scene.locks:
            self.stage.memory.locked = True
        actions = self.speech.utter(step.parts)
        if step.outcome is not None:
            return actions + self.advance(step.outcome)
        self.step = step
        actions.append(Listen(step.ask.expectation, step.ask.patience))
        actions += self.speech.wait_for(step)
        actions += self.speech.prepare(self.scene.ahead())
        return actions + self.end_if_deaf()

    def said(self, say: int) -> list[Action]:
        """An utterance is over; a step may go on so many seconds after its last one."""
        return self.speech.finished(say, self.step)

    def advance(self, trigger: str) -> list[Action]:
        """Take a transition, and begin the scene it leads to."""
        if trigger in ("ground", "fear"):
            self.interrupted.append((self.state, self.scene, self.step))
        if trigger == "feared":
            return self.enter_safety(FEAR, trigger)
        if trigger == "settled":
            self.safety.settled()
        state = self.states.fire(trigger)
        self.misses = 0
        if state == ENDED:
            return [StopWaiting(), Rest(Ending.DONE)]
        if state == "session":
            return self.take_up()
        self.scene = SCENES[state](self.stage)
        return self.perform(self.scene.begin())

    def take_up(self) -> list[Action]:
        """Back to what was interrupted."""
        state, self.scene, _ = self.interrupted.pop()
        self.states.restore(state)
        return self.perform(self.scene.begin())
