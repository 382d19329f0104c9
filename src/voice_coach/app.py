"""Picks the parts from the settings and the options, and wires them into a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from voice_coach.audio.clock import SilentMicrophone
from voice_coach.audio.devices import (
    CardLoudspeaker,
    CardMicrophone,
    DeviceLost,
    NoSound,
    look_again,
    microphone_available,
)
from voice_coach.audio.echo import EchoCanceller, NoEcho, canceller
from voice_coach.audio.files import FileLoudspeaker, FileMicrophone
from voice_coach.audio.reopening import Reopening
from voice_coach.audio.streams import Loudspeaker, Microphone
from voice_coach.audio.watching import Watch, watch
from voice_coach.content.language import load_language
from voice_coach.content.loader import load
from voice_coach.content.scripts import Length
from voice_coach.conversation.conversation import Conversation
from voice_coach.conversation.events import Device, Ending, Keep
from voice_coach.conversation.memory import Memory, Stage
from voice_coach.conversation.plan_words import SafetyPlan
from voice_coach.conversation.safety_desk import SafetyDesk
from voice_coach.errors import Mendable
from voice_coach.listening.activity import SileroActivity
from voice_coach.listening.ears import Ears
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.models import (
    find_model,
    good_for_open_speech,
    shelf_home,
    takes_grammars,
)
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.loop import Loop
from voice_coach.loop_ports import Hearer, Keys, NoEars, NoLoudspeaker
from voice_coach.plan_store import PlanError, PlanKeeper
from voice_coach.region import system_region
from voice_coach.screen.captions import Captions
from voice_coach.screen.keyboard import Keyboard, PipedLines
from voice_coach.settings import Settings
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.silent_voice import SilentVoice
from voice_coach.speaking.synthesizer import SpeechFailed, Synthesizer, Utterance
from voice_coach.speaking.system_voice import SystemVoice
from voice_coach.understanding.understanding import Understanding

AUDIO_FILES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif"})


class NoCall(Mendable):
    """The coach cannot rest where nobody can call it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for, beside the settings."""

    practice: str | None = None
    exercise: str | None = None
    plan_only: bool = False
    """For the safety plan, not for a practice."""
    length: Length | None = None
    asleep: bool = False
    """At rest until it is called."""
    typed: bool = False
    silent: bool = False
    """Captions alone."""
    microphone: str | None = None
    """A file, or a part of a device's name."""
    loudspeaker: str | None = None
    model: str | None = None
    quotes: bool | None = None
    """Whether open speech may be said back; None: as the model's card says."""


class Parts:
    """One session's parts, released together."""

    def __init__(self, settings: Settings, options: Options) -> None:
        self.settings = settings
        self.options = options
        self.notes: list[str] = []
        """What is not as it was wanted, in plain words, to be shown before the session."""
        self.understanding = Understanding.from_content(load_language(settings.language))

    # --- ears ---

    def by_voice(self) -> bool:
        """Whether a microphone or a recording is listened to."""
        if self.options.typed:
            return False
        if self.options.microphone is not None:
            return True
        if not microphone_available():
            self.notes.append(
                "No microphone was found: the session is typed. 'voice-coach doctor' says why."
            )
            return False
        return True

    def microphone(self, voice: bool) -> Microphone:
        """The microphone, the recording, or the clock."""
        if not voice:
            return SilentMicrophone(live=sys.stdin.isatty() or self.sounds_live)
        name = self.options.microphone
        if name is not None and is_file(name):
            return FileMicrophone(Path(name))
        return CardMicrophone(name or self.settings.microphone or None)

    def ears(self, voice: bool) -> tuple[Hearer, bool]:
        """The ears, and whether they are good for open speech."""
        if not voice:
            return NoEars(), True
        path = find_model(self.options.model or self.settings.model or None)
        model = VoskModel.load(path)
        if not takes_grammars(path):
            self.notes.append(
                f"{path.name} takes no list of phrases: commands are looked for in what it hears "
                "freely, which is slower and less sure."
            )
        self._check_call(model)
        return self.hearing_with(model), good_for_open_speech(path)

    def _check_call(self, model: VoskModel) -> None:
        """A call that can never be heard would be a rest without an end."""
        unknown = [
            word for word in self.settings.wake_phrase.lower().split() if not model.knows(word)
        ]
        if not unknown:
            return
        self.notes.append(
            f"The model does not know the word {unknown[0]!r}, so {self.settings.wake_phrase!r} "
            'cannot be heard, and "rest" is a pause. Set another wake_phrase.'
        )
        self.settings = msgspec.structs.replace(self.settings, wake_phrase="")

    def is_command(self, text: str) -> bool:
        """Whether these words are a command, as the conversation takes them."""
        return self.understanding.commands.match(text) is not None

    def ears_maker(self) -> Callable[[], Ears]:
        """Makes new ears on the chosen model, as often as they are wanted."""
        path = find_model(self.options.model or self.settings.model or None)
        model = VoskModel.load(path)
        return lambda: self.hearing_with(model)

    def hearing_with(self, model: VoskModel) -> Ears:
        """Ears on a model, with the language's grammars and the person's timings."""
        understanding = self.understanding
        safe_words = [self.settings.safe_word.lower()] if self.settings.safe_word else []
        return Ears(
            model.recognizer,
            SileroActivity(),
            self.settings.listening.timings,
            Grammars(
                commands=(*understanding.commands.phrases, *safe_words),
                ratings=understanding.answers.phrases_for_rating,
                yes_no=understanding.answers.phrases_for_yes_no,
            ),
        )

    def keys(self, captions: Captions, voice: bool) -> Keys | None:
        """The keyboard where there is a terminal; a pipe's lines where nothing is listened to."""
        if sys.stdin is not None and sys.stdin.isatty():
            return Keyboard(captions.typing, captions.show)
        return None if voice else PipedLines(note=captions.show)

    # --- mouth ---

    @property
    def sounds_live(self) -> bool:
        """The coach is to be heard from a loudspeaker."""
        speaker = self.options.loudspeaker
        silent = self.options.silent or (self.options.typed and not sys.stdin.isatty())
        return not silent and (speaker is None or not is_file(speaker))

    def loudspeaker(self) -> Loudspeaker:
        """The sound card, a file, or nothing."""
        name = self.options.loudspeaker
        if name is not None and is_file(name):
            return FileLoudspeaker(Path(name))
        if not self.sounds_live:
            return NoLoudspeaker()
        try:
            return CardLoudspeaker(name or self.settings.loudspeaker or None)
        except (NoSound, DeviceLost) as problem:
            if name is not None:
                raise
            self.notes.append(f"No loudspeaker: the coach is only shown. {problem}")
            return NoLoudspeaker()

    def echo(self, microphone: Microphone, loudspeaker: Loudspeaker) -> EchoCanceller:
        """A canceller where the microphone can hear the loudspeaker."""
        apart = self.settings.headphones or not isinstance(loudspeaker, CardLoudspeaker)
        if apart or not isinstance(microphone, CardMicrophone):
            return NoEcho()
        return canceller()

    def watch(self) -> Watch | None:
        """Follows the devices of a session that is heard or spoken through them."""
        microphone = self.options.microphone or self.settings.microphone
        loudspeaker = self.options.loudspeaker or self.settings.loudspeaker
        return watch({"microphone": microphone, "loudspeaker": loudspeaker})

    def voice(self, loudspeaker: Loudspeaker) -> Synthesizer:
        """The system's voice, or none where nothing can be heard."""
        if isinstance(loudspeaker, NoLoudspeaker):
            return SilentVoice()
        voice = SystemVoice(self.settings.voice.name or None)
        try:
            voice.render(Utterance("hello"))
        except SpeechFailed as problem:
            voice.close()
            self.notes.append(f"There is no voice: the coach is only shown. {problem}")
            return SilentVoice()
        return voice


def is_file(name: str) -> bool:
    """Whether a device's name is really a recording."""
    return Path(name).suffix.lower() in AUDIO_FILES or "/" in name or os.sep in name


def country(settings: Settings) -> str:
    """The country of the helplines: as set, or the system's region; empty where unknown."""
    return settings.country or system_region()


def conversation_for(
    understanding: Understanding,
    settings: Settings,
    options: Options,
    quotes: bool,
    plan: SafetyPlan | None = None,
) -> Conversation:
    """The mind of a session."""
    content = load(settings.language)
    length = options.length or (None if settings.length == "ask" else Length(settings.length))
    memory = Memory(
        practice=options.practice,
        exercise=options.exercise,
        ground_only=options.exercise is not None,
        plan_only=options.plan_only,
        length=length,
    )
    desk = SafetyDesk.load(settings.language, country(settings), understanding)
    stage = Stage(
        content,
        understanding,
        desk.texts.plan,
        quotes,
        safe_word=settings.safe_word.lower(),
        wake_phrase=settings.wake_phrase.lower(),
        asleep=options.asleep,
        speed=settings.voice.speed,
        volume=settings.voice.volume,
        memory=memory,
    )
    if plan is not None:
        stage.safety_plan = plan
    return Conversation(stage, desk)


def run_session(settings: Settings, options: Options, plans: PlanKeeper | None = None) -> Ending:
    """One session, from the greeting to the end. Raises the errors of the parts, all of them with
    a message for the person.

    plans: the safety plan that was kept, and where a new one is; None: none is kept.
    """
    if options.asleep and not settings.wake_phrase:
        raise NoCall(
            "There is no phrase to call the coach by. Choose one, such as wake_phrase = "
            '"hey coach", in the settings: voice-coach settings says where they are.'
        )
    parts = Parts(settings, options)
    with ExitStack() as stack:
        voice = parts.by_voice()
        ears, quotable = parts.ears(voice)
        stack.callback(ears.close)
        microphone = parts.microphone(voice)
        stack.callback(microphone.close)
        loudspeaker = parts.loudspeaker()
        stack.callback(loudspeaker.close)
        if isinstance(microphone, CardMicrophone) or isinstance(loudspeaker, CardLoudspeaker):
            watching = parts.watch()
            stack.callback(watching.close if watching is not None else lambda: None)
        mouth = Mouth(parts.voice(loudspeaker), live=microphone.live)
        stack.callback(mouth.close)
        captions = Captions()
        stack.callback(captions.close)
        keys = parts.keys(captions, voice)
        if isinstance(keys, Keyboard):
            stack.callback(keys.close)
        for note in parts.notes:
            captions.show(note)
        quotes = options.quotes if options.quotes is not None else quotable
        plan = plans.plan if plans is not None else None
        talk = conversation_for(parts.understanding, parts.settings, options, quotes, plan)
        if voice and microphone.live and not quotes:
            talk.stage.offers_model = first_offer(settings.language)
        loop = Loop(
            talk,
            microphone,
            ears,
            mouth,
            loudspeaker,
            captions,
            keys,
            reopen=Reopening[Device, Microphone | Loudspeaker](reopener(parts, voice)),
            keep=keeping(plans),
            echo=parts.echo(microphone, loudspeaker),
        )
        ending = loop.run()
        if isinstance(keys, Keyboard):
            captions.stay_blank(keys.poll)
        return ending


def first_offer(language: str) -> bool:
    """Whether the usual model of the language is to be offered: once, and never where it is."""
    from voice_coach.model_store.catalogue import catalogue

    entry = catalogue().named(language)
    if entry is None or (shelf_home() / entry.name).is_dir():
        return False
    mark = shelf_home().with_name("model-was-offered")
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch(exist_ok=False)
    except OSError:  # it was, or it could not be remembered and would be asked for ever
        return False
    return True


def reopener(parts: Parts, voice: bool) -> Callable[[Device], Microphone | Loudspeaker | None]:
    """Opens a lost device again, if it is there. A frozen sound server makes it wait."""

    def reopen(device: Device) -> Microphone | Loudspeaker | None:
        try:
            if not look_again():
                return None
            if device is Device.MICROPHONE:
                return parts.microphone(voice)
            return CardLoudspeaker(parts.options.loudspeaker or parts.settings.loudspeaker or None)
        except (NoSound, DeviceLost):
            return None

    return reopen


def keeping(plans: PlanKeeper | None) -> Callable[[Keep], str]:
    """Keeps a plan in the middle of a session, and never ends it for that."""

    def keep(wanted: Keep) -> str:
        if plans is None:
            return "Nothing can be kept in this session."
        try:
            plans.keep(wanted.plan)
        except PlanError as problem:
            return str(problem)
        return "" if plans.passphrase else "You choose the passphrase when the session is over."

    return keep
