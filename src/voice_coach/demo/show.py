"""The demo: a second voice plays the person through a whole short session.

Its audio really goes through the recogniser, the conversation and the synthesiser. Live captions
while it runs, faster than real time; then a stereo recording and a transcript with times.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from voice_coach.app import Options, Parts, conversation_for
from voice_coach.audio.files import StereoRecorder
from voice_coach.audio.frames import Pcm
from voice_coach.content.scripts import Length
from voice_coach.conversation.events import (
    Action,
    Event,
    Heard,
    Listen,
    PlaybackFinished,
    Say,
)
from voice_coach.demo.person import SimulatedPerson
from voice_coach.demo.script import load_script
from voice_coach.errors import Mendable
from voice_coach.loop import Loop
from voice_coach.loop_ports import NoLoudspeaker
from voice_coach.screen.captions import Captions
from voice_coach.settings import Settings
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.system_voice import SystemVoice

RECORDING = "session.wav"
TRANSCRIPT = "session.txt"


class DemoFailed(Mendable):
    """The demo cannot be shown here."""


class Watcher:
    """Tells the simulated person what the coach does, and keeps both sides."""

    def __init__(self, person: SimulatedPerson, recorder: StereoRecorder) -> None:
        self.person = person
        self.recorder = recorder
        self.at = 0.0
        self.lines: list[str] = []
        self._says: dict[int, Say] = {}

    def frame(self, heard: Pcm, spoken: Pcm) -> None:
        """Both sides go into the recording."""
        self.recorder.record(heard, spoken)

    def event(self, event: Event) -> None:
        """What was heard, and what was said to its end, goes into the transcript."""
        self.at = event.at
        if isinstance(event, Heard):
            self._write("you", event.text)
        elif isinstance(event, PlaybackFinished) and event.say in self._says:
            self._write("coach", self._says.pop(event.say).text)

    def action(self, action: Action, at: float) -> None:
        """What the coach asks for reaches the person."""
        if isinstance(action, Say):
            self._says[action.id] = action
        elif isinstance(action, Listen):
            self.person.coach_listens(action, at)

    def state(self, state: str, speaking: bool) -> None:  # noqa: ARG002 - the protocol
        """When the coach is silent it is the person's turn."""
        self.person.coach_speaks(speaking)

    def _write(self, name: str, text: str) -> None:
        minutes, tenths = divmod(round(self.at * 10), 600)
        self.lines.append(f"{minutes:02}:{tenths // 10:02}.{tenths % 10}  {name}: {text}")


def show(settings: Settings, out: Path, model: str | None) -> None:
    """Run the demo and write its files into ``out``. Raises DemoFailed and the parts' errors."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoFailed(
            f"{out} cannot be made: {error.strerror}. Name another folder with --out."
        ) from error
    script = load_script(settings.language)
    options = Options(practice=script.practice, length=Length.SHORT, model=model, quotes=True)
    parts = Parts(settings, options)
    began = time.monotonic()
    with ExitStack() as stack:
        captions = Captions()
        stack.callback(captions.close)
        ears, _ = parts.ears(voice=True)
        stack.callback(ears.close)
        person = SimulatedPerson(script, SystemVoice(script.voice))
        stack.callback(person.close)
        mouth = Mouth(SystemVoice(settings.voice.name or None), live=False)
        stack.callback(mouth.close)
        recorder = StereoRecorder(out / RECORDING)
        stack.callback(recorder.close)
        watcher = Watcher(person, recorder)
        captions.show("A second voice plays the person. All of it is heard, not read:")
        conversation = conversation_for(parts.understanding, settings, options, quotes=True)
        loop = Loop(
            conversation, person, ears, mouth, NoLoudspeaker(), captions, observers=(watcher,)
        )
        loop.run()
        spent = time.monotonic() - began
        (out / TRANSCRIPT).write_text("\n".join(watcher.lines) + "\n", "utf-8")
        captions.show(
            f"{loop.at / 60:.1f} minutes of talk in {spent:.0f} s. To hear it: {out / RECORDING} "
            f"(left the person, right the coach). To read it: {out / TRANSCRIPT}."
        )
