"""Plays a conversation in virtual time: everything said is over at once, every wait is short.

A session file is read line by line:

    start: practice=focus length=short     how the session begins (may be left out)
    you: about a seven                     the person says this
    coach: seven                           the coach has said this since then (a part of it)
    not: seven                             ... and has not said this
    state: session.choosing.practice       where the conversation now is (the end of its name)
    key: pause                             a key
    quiet: offer                           silence
    noise:                                 a voice, but no words
    plan: If ..., then you will ...        the plan of the session
    kept: my sister                        the safety plan is kept, with these words in it
    ended: done                            the session is over, and why
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from voice_coach.content.language import load_language, load_safety
from voice_coach.content.loader import load
from voice_coach.content.scripts import Length
from voice_coach.conversation.conversation import Conversation
from voice_coach.conversation.events import (
    Action,
    BargeInOver,
    Ending,
    Event,
    Expected,
    GoOn,
    Heard,
    Hold,
    InputEnded,
    Keep,
    Key,
    KeyPressed,
    Listen,
    NothingHeard,
    PlaybackFinished,
    Quiet,
    Rest,
    Say,
    Show,
    Source,
    Started,
    StopSpeaking,
    StopWaiting,
    Unclear,
    Unsay,
    Wait,
    WaitOver,
)
from voice_coach.conversation.memory import Memory, Stage
from voice_coach.conversation.safety_desk import SafetyDesk
from voice_coach.understanding.understanding import Understanding


@cache
def understanding() -> Understanding:
    """The English understanding, loaded once."""
    return Understanding.from_content(load_language("en"))


def conversation(quotes: bool = True, **known: object) -> Conversation:
    """A conversation that has not begun."""
    stage = Stage(
        load("en"),
        understanding(),
        load_safety("en")[0].plan,
        quotes,
        safe_word="pineapple",
        memory=Memory(**known),  # type: ignore[arg-type]
    )
    return Conversation(stage, SafetyDesk.load("en", "GB", understanding()))


@dataclass
class Player:
    """The shell around the mind, without ears, mouth or clock."""

    conversation: Conversation
    at: float = 0.0
    said: list[str] = field(default_factory=list)
    """Since the last thing the person did."""
    shown: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    """All of the session."""
    expected: Expected = Expected.COMMAND
    ending: Ending | None = None
    waits: list[Wait] = field(default_factory=list)
    sounding: list[Say] = field(default_factory=list)
    held: bool = False
    """The voice is held: nothing that sounds comes to its end."""
    patience: int = 2000
    """How many waits may run out in a row before it counts as endless."""

    def feed(self, event: Event) -> None:
        """One event, and all that follows by itself."""
        self.said.clear()
        self.shown.clear()
        self.take(event)
        self.settle()

    def take(self, event: Event) -> None:
        """One event alone."""
        for action in self.conversation.handle(event):
            self.actions.append(action)
            match action:
                case Say():
                    self.said.append(action.text)
                    self.sounding.append(action)
                case Show(text=text):
                    self.shown.append(text)
                case Wait():
                    self.waits.append(action)
                case StopWaiting():
                    self.waits.clear()
                case StopSpeaking():
                    self.sounding.clear()
                    self.held = False
                case Unsay(id=say):  # all but the first, which sounds
                    self.sounding[1:] = [one for one in self.sounding[1:] if one.id != say]
                case Hold():
                    self.held = True
                case GoOn():
                    self.held = False
                case Listen(expectation=expectation):
                    self.expected = expectation.expected
                case Rest(ending=ending):
                    self.ending = ending

    def settle(self) -> None:
        """Playback ends; where nothing is asked, waits run out."""
        for _ in range(self.patience):
            if self.held:
                self.take(BargeInOver(self.at))
                assert not self.held, "nobody speaks, and the voice is held for ever"
            elif self.sounding:
                self.at += 1.0
                self.take(PlaybackFinished(self.at, self.sounding.pop(0).id))
            elif self.waits and self.expected is Expected.COMMAND and self.ending is None:
                wait = self.waits.pop(0)
                self.at += wait.seconds
                self.take(WaitOver(self.at, wait.id))
            else:
                return
        raise AssertionError("the session waits for ever")

    # --- what can happen ---

    def start(self) -> None:
        """The session begins."""
        self.feed(Started())

    def you(self, text: str) -> None:
        """The person says something."""
        self.at += 2.0
        self.feed(Heard(self.at, text, source=Source.TYPED))

    def key(self, name: str) -> None:
        """A key."""
        self.feed(KeyPressed(self.at, Key(name)))

    def quiet(self, name: str) -> None:
        """Nothing is said."""
        self.at += 30.0
        self.feed(NothingHeard(self.at, Quiet(name)))

    def noise(self) -> None:
        """A voice without words."""
        self.feed(Unclear(self.at))

    def input_ends(self) -> None:
        """The pipe is at its end."""
        self.feed(InputEnded(self.at))


def play(script: str) -> Player:
    """Play a session file and check all that it says. AssertionError names the line."""
    known: dict[str, object] = {}
    player: Player | None = None
    for number, line in enumerate(script.splitlines(), 1):
        word, _, rest = line.partition(":")
        word, rest = word.strip(), rest.strip()
        if not word or word.startswith("#"):
            continue
        if word == "start":
            known = started_with(rest)
            continue
        if player is None:
            quotes = bool(known.pop("quotes", True))
            player = Player(conversation(quotes, **known))
            player.start()
        try:
            step(player, word, rest)
        except AssertionError as wrong:
            raise AssertionError(f"line {number}: {line}\n{wrong}") from wrong
    assert player is not None
    return player


def started_with(text: str) -> dict[str, object]:
    """practice=focus length=short quotes=no"""
    known: dict[str, object] = {}
    for pair in text.split():
        name, _, value = pair.partition("=")
        known[name] = Length(value) if name == "length" else value
        if name == "quotes":
            known[name] = value == "yes"
        if name == "exercise":
            known["ground_only"] = True
    return known


def step(player: Player, word: str, rest: str) -> None:
    """One line of a session file."""
    said = " ".join(player.said)
    match word:
        case "you":
            player.you(rest)
        case "key":
            player.key(rest)
        case "quiet":
            player.quiet(rest)
        case "noise":
            player.noise()
        case "end of input":
            player.input_ends()
        case "coach":
            assert rest.lower() in said.lower(), f"the coach said: {said}"
        case "not":
            assert rest.lower() not in said.lower(), f"the coach said: {said}"
        case "shown":
            assert rest.lower() in " ".join(player.shown).lower(), f"shown: {player.shown}"
        case "state":
            state = player.conversation.state
            assert state.endswith(rest), f"the state is {state}; the coach said: {said}"
        case "plan":
            plan = player.conversation.stage.memory.plan
            assert plan is not None, f"there is no plan; the coach said: {said}"
            assert plan.spoken == rest, f"the plan is: {plan.spoken}"
        case "kept":
            kept = [action for action in player.actions if isinstance(action, Keep)]
            words = [answer for action in kept for _, answer in action.plan]
            assert rest in words, f"kept: {words}"
        case "ended":
            assert player.ending is Ending(rest), f"the ending is {player.ending}"
        case _:
            raise AssertionError(f"no such line: {word}")
