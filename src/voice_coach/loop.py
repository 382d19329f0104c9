"""The loop: one frame of 20 ms at a time, ears hear, mind decides, mouth speaks.

Live, the sound card paces it; on a file or in a test nothing does. Time is counted in frames, so a
twenty-minute session runs in seconds there, the same to the sample every time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from voice_coach.audio.absences import Absences
from voice_coach.audio.clock import SilentMicrophone
from voice_coach.audio.devices import DeviceLost
from voice_coach.audio.echo import EchoCanceller, NoCanceller
from voice_coach.audio.frames import FRAME_SECONDS, Frame, Pcm, silence
from voice_coach.audio.streams import Loudspeaker, Microphone
from voice_coach.conversation.conversation import Conversation
from voice_coach.conversation.events import (
    Action,
    Blank,
    Chime,
    Device,
    DeviceChanged,
    Duck,
    Ending,
    Event,
    Expected,
    GoOn,
    Heard,
    Hearing,
    Hold,
    InputEnded,
    Keep,
    Key,
    KeyPressed,
    Listen,
    Prepare,
    Rest,
    Say,
    Show,
    Source,
    Started,
    StopSpeaking,
    StopWaiting,
    Unsay,
    Wait,
    WaitOver,
)
from voice_coach.conversation.states import GATE
from voice_coach.loop_ports import Face, Hearer, Keys, NoLoudspeaker, Observer
from voice_coach.speaking.mouth import Mouth

GRACE = 20.0
"""Seconds of silence after the end of a recording until nothing more is expected of it: longer
than the most patient end of a turn."""
ECHO_LASTS = 1.0
"""Seconds after which nothing is left of the coach's voice in a room."""


class Loop:
    """Runs one session from its first frame to its last."""

    def __init__(
        self,
        conversation: Conversation,
        microphone: Microphone,
        ears: Hearer,
        mouth: Mouth,
        loudspeaker: Loudspeaker,
        face: Face,
        keys: Keys | None = None,
        observers: Sequence[Observer] = (),
        reopen: Callable[[Device], Microphone | Loudspeaker | None] = lambda _: None,
        keep: Callable[[Keep], str] = lambda _: "",
        echo: EchoCanceller | None = None,
    ) -> None:
        """``reopen``: asked every frame for a lost device, until it gives one; it must not wait
        (see ``audio.reopening``). ``keep``: keeps what the
        person asked to keep; returns what to show about it. ``echo``: takes the coach's voice out
        of what is heard; None: it cannot be heard.
        """
        self.conversation = conversation
        self.microphone = microphone
        self.ears = ears
        self.mouth = mouth
        self.loudspeaker = loudspeaker
        self.face = face
        self.keys = keys
        self.observers = observers
        self.reopen = reopen
        self.keep = keep
        self.echo = echo or NoCanceller()
        self.at = 0.0
        self.ending: Ending | None = None
        self._waits: dict[int, float] = {}
        self._expected = Expected.COMMAND
        self._shown = 0
        """The id of the last Say that was shown."""
        self._to_show: list[Say] = []
        self._over: float | None = None
        """How long the microphone's end is past; None: it is not at its end."""
        self._told_of_end = False
        self._absences: Absences[Device] = Absences()
        self._muted = False
        self._index = 0
        self._silent_for = 0.0

    # --- running ---

    def run(self) -> Ending:
        """Run until the session is over and all has been said."""
        self.start()
        while self.ending is None or self.mouth.speaking:
            self.tick()
        return self.ending

    def start(self) -> None:
        """The first words; frames follow with ``tick``."""
        self._handle(Started(0.0))

    def tick(self) -> None:
        """One frame."""
        frame = self._read()
        self.at = frame.end
        speaking = self.mouth.speaking
        cleaned = self._without_echo(frame, speaking)
        for event in self.ears.hear(cleaned, speaking):
            self._handle(event)
        self._poll_keys()
        self._run_out()
        self._come_to_an_end(speaking)
        spoken = self._speak()
        for observer in self.observers:
            observer.frame(frame.pcm, spoken)
            observer.state(self.conversation.state, self.mouth.speaking)

    def _without_echo(self, frame: Frame, speaking: bool) -> Frame:
        """At rest the coach says nothing, so that there is nothing to take out of what is heard."""
        self._silent_for = 0.0 if speaking else self._silent_for + FRAME_SECONDS
        if self.ears.asleep and self._silent_for > ECHO_LASTS:
            return frame
        return self.echo.clean(frame, self.loudspeaker.played(frame))

    def _read(self) -> Frame:
        try:
            frame = self.microphone.read()
        except DeviceLost as lost:
            self._device_lost(Device.MICROPHONE, lost.reason)
            frame = self.microphone.read()
        if frame is None:
            self._over = self._over or 0.0
            frame = Frame(self._index, silence())
        elif frame.index != self._index:
            frame = replace(frame, index=self._index)
        self._index += 1
        self._find_again()
        self._notice_mute()
        return frame

    def _speak(self) -> Pcm:
        spoken, finished = self.mouth.speak(self.at)
        if self.mouth.said is not None:
            self._show_up_to(self.mouth.said.id)
        for event in finished:
            self._show_up_to(event.say)
            self._handle(event)
        try:
            self.loudspeaker.play(spoken)
        except DeviceLost as lost:
            self._device_lost(Device.LOUDSPEAKER, lost.reason)
        return spoken

    def _show_up_to(self, say: int) -> None:
        while self._to_show and self._to_show[0].id <= say:
            self.face.coach(self._to_show.pop(0).text)

    # --- events ---

    def _handle(self, event: Event) -> None:
        for observer in self.observers:
            observer.event(event)
        match event:
            case Hearing(text=text):
                self.face.hearing(text)
            case Heard(text=text, unfinished=unfinished) if self._may_show:
                self.face.person(f"{unfinished} {text}".strip())
        for action in self.conversation.handle(event):
            for observer in self.observers:
                observer.action(action, self.at)
            self._act(action)

    @property
    def _may_show(self) -> bool:
        """The answers at the gate are nobody's business who looks at the screen later."""
        return self.conversation.state != GATE

    def _poll_keys(self) -> None:
        if self.keys is None or (self.keys.patient and not self._asked):
            return
        pressed = self.keys.poll()
        if isinstance(pressed, Key):
            self._handle(KeyPressed(self.at, pressed))
        elif pressed:
            self._handle(Heard(self.at, pressed.lower(), source=Source.TYPED))
        if self.keys.ended and self.keys.patient and pressed is None and not self._told_of_end:
            self._told_of_end = True
            self._handle(InputEnded(self.at))

    @property
    def _asked(self) -> bool:
        """The coach has finished and waits for an answer."""
        busy = self.mouth.speaking or self.ending is not None
        return not busy and (self._expected is not Expected.COMMAND or not self._waits)

    def _run_out(self) -> None:
        for wait in [wait for wait, due in self._waits.items() if due <= self.at]:
            if self._waits.pop(wait, None) is not None:
                self._handle(WaitOver(self.at, wait))

    def _come_to_an_end(self, speaking: bool) -> None:
        """A recording at its end is followed by silence, then by the news that it has ended."""
        if self._over is None or self._told_of_end or speaking or self._waits or self.ears.busy:
            return
        self._over += FRAME_SECONDS
        if self._over >= GRACE:
            self._told_of_end = True
            self._handle(InputEnded(self.at))

    # --- actions ---

    def _act(self, action: Action) -> None:
        match action:
            case Say():
                self._to_show.append(action)
                self.mouth.say(action)
            case Chime(tone=tone):
                self.face.chime(tone)
                self.mouth.chime(tone)
            case Listen(expectation=expectation):
                self._expected = expectation.expected
                self.ears.listen(action)
            case Wait(id=wait, seconds=seconds):
                self._waits[wait] = self.at + seconds
            case StopWaiting():
                self._waits.clear()
            case StopSpeaking():
                self.mouth.stop()
                self.loudspeaker.stop()
                self._to_show.clear()
            case Unsay(id=say):
                if self.mouth.unsay(say):
                    self._to_show = [one for one in self._to_show if one.id != say]
            case Duck(gain=gain):
                self.mouth.duck(gain)
            case Hold():
                self.mouth.hold()
            case GoOn():
                self.mouth.go_on()
            case Prepare(says=says):
                self.mouth.prepare(says)
            case Show(text=text):
                self.face.show(text)
            case Blank():
                self._to_show.clear()
                self.face.blank()
            case Keep():
                told = self.keep(action)
                if told:
                    self.face.show(told)
            case Rest(ending=ending):
                self.ending = ending

    # --- devices that come and go ---

    def _device_lost(self, device: Device, reason: str) -> None:
        if device is Device.MICROPHONE:
            self.microphone.close()
            self.microphone = SilentMicrophone(live=True)
        else:
            self.loudspeaker.close()
            self.loudspeaker = NoLoudspeaker()
        self._absences.lost(device, reason, self.at)

    def _find_again(self) -> None:
        for device in self._absences.missing:
            found = self.reopen(device)
            if found is None:
                continue
            if device is Device.MICROPHONE:
                self.microphone = found  # type: ignore[assignment]  # reopen gives its own kind
            else:
                self.loudspeaker = found  # type: ignore[assignment]
            self.echo.reset()
            self._absences.found(device, self.at)
        for told in tuple(self._absences.due(self.at)):
            self._handle(DeviceChanged(self.at, told.device, told.present, told.reason))

    def _notice_mute(self) -> None:
        """A microphone that is there and gives nothing is as good as gone; it comes back itself."""
        muted = self.microphone.muted
        if muted != self._muted and Device.MICROPHONE not in self._absences.missing:
            self._muted = muted
            change = DeviceChanged(self.at, Device.MICROPHONE, present=not muted, reason="muted")
            self._handle(change)
