"""The doctor's look at the sound: it listens, plays a soft tone, hears it, and says what to change.

What the microphone hears goes into figures and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from voice_coach.audio import library
from voice_coach.audio.echo import LONGEST_DELAY
from voice_coach.audio.frames import FRAME_SECONDS, SPEAKING_SAMPLES, Pcm
from voice_coach.audio.measuring import (
    LONGEST_ECHO,
    SWEEP_DBFS,
    SWEEP_SECONDS,
    Echo,
    SoundMeasured,
    measure,
    sweep,
)
from voice_coach.audio.streams import Loudspeaker, Microphone
from voice_coach.findings import Finding, State
from voice_coach.settings import Settings

SETTLE: Final = 0.4
"""Seconds: many microphones begin with a click."""
QUIET: Final = 1.6
"""Seconds of quiet: the noise floor, and what the tone must stand out of."""
SPEAK: Final = 3.5
"""Seconds to say a few words in."""

VOICE_DBFS: Final = -19.0
"""RMS of the coach's voice (espeak-ng), to tell its echo from the tone's."""
NOISY: Final = -42.0
"""dBFS: a quiet room has -70 to -50; a fan beside the microphone has this."""
TOO_QUIET: Final = -45.0
"""dBFS (RMS) of speech; near a microphone that is set well it has -35 to -18."""
TOO_LOUD: Final = -9.0
"""dBFS (RMS) of speech: its peaks, 12 to 18 dB higher, are cut off."""
CLOSE_TO_NOISE: Final = 15.0
"""dB of speech over noise: with less, more and more speech is missed."""
LOUD_ECHO: Final = 10.0
"""dB of the coach's echo over the person's voice: with more, interrupting it is hard."""
LOUD_ECHO_ALONE: Final = -20.0
"""dBFS of the same, where nobody spoke to compare it with."""
CLIPPED: Final = 3
"""Samples at full scale; one may be chance."""

Opened = TypeVar("Opened")

_SERVER = "Plug one in, or start the sound server (PipeWire or PulseAudio), and look again."
_MUTED = "Unmute it, and let the terminal use it in the system's privacy settings."
_MIC_LOUDER = "Turn the microphone up in the system's sound settings, or sit nearer to it."
_MIC_SOFTER = "Turn the microphone down in the system's sound settings, or sit farther from it."
_QUIETER_ROOM = "Look for what hums or blows (a fan, a window), or use a headset."
_SPEAKER_SOFTER = "Turn the loudspeaker down, move it away from the microphone, or use headphones."


@dataclass(frozen=True, slots=True)
class SoundCheck:
    """The check, as the doctor calls it."""

    tell: Callable[[str], None] = lambda _: None
    """Tells the person what comes now."""
    tone: bool = True
    """Play the tone."""
    ask: bool = False
    """Ask the person to speak."""

    def __call__(self, settings: Settings) -> list[Finding]:
        """Opens the microphone and the loudspeaker that a session would open."""
        from voice_coach.audio import devices

        try:
            there = devices.list_devices()
        except devices.NoSound as error:
            return [Finding("sound", State.WITHOUT, "no library to reach it", str(error))]
        microphones = [one.name for one in there if one.inputs]
        loudspeakers = [one.name for one in there if one.outputs]
        with ExitStack() as stack:
            microphone, microphone_found = _open(
                "microphone", microphones, devices.CardMicrophone, settings.microphone
            )
            if microphone is not None:
                stack.callback(microphone.close)
            loudspeaker, loudspeaker_found = _open(
                "loudspeaker", loudspeakers, devices.CardLoudspeaker, settings.loudspeaker
            )
            if loudspeaker is not None:
                stack.callback(loudspeaker.close)
            if microphone is None:
                return [microphone_found, loudspeaker_found]
            try:
                measured = self._measure(microphone, loudspeaker)
            except devices.DeviceLost as error:
                lost = Finding("sound", State.WITHOUT, "a device was lost meanwhile", str(error))
                return [microphone_found, loudspeaker_found, lost]
        if measured.quiet.zero and measured.echo is None and measured.speech is None:
            found = f"delivers nothing but silence; there are: {_listed(microphones)}"
            return [Finding("microphone", State.WITHOUT, found, _MUTED), loudspeaker_found]
        findings = [microphone_found, loudspeaker_found, levels(measured, self.ask)]
        if loudspeaker is not None and self.tone:
            findings.append(echo(measured, settings.headphones))
        return findings

    def _measure(self, microphone: Microphone, loudspeaker: Loudspeaker | None) -> SoundMeasured:
        def listen(seconds: float, played: Pcm | None = None) -> list[Pcm]:
            with library.quiet():
                return list(_listen(microphone, loudspeaker, seconds, played))

        self.tell("Listening for a moment. Please be quiet ...")
        listen(SETTLE)
        heard = listen(QUIET)
        # The first frame is handed over when the frame that comes now has been heard.
        played_at = (len(heard) + 1) * FRAME_SECONDS
        if loudspeaker is not None and self.tone:
            self.tell("A soft tone ...")
            heard += listen(SWEEP_SECONDS + LONGEST_ECHO, sweep())
        spoken: list[Pcm] = []
        if self.ask and any(pcm.any() for pcm in heard):
            self.tell("Please say, as you would in a session: today I would like to start afresh.")
            spoken = listen(SPEAK)
        nothing = np.zeros(0, dtype=np.int16)
        return measure(np.concatenate(heard), played_at, np.concatenate([nothing, *spoken]))


def _listen(
    microphone: Microphone, loudspeaker: Loudspeaker | None, seconds: float, played: Pcm | None
) -> Iterator[Pcm]:
    """What is heard, frame by frame, while something is played: as in a session."""
    for index in range(round(seconds / FRAME_SECONDS)):
        frame = microphone.read()
        if frame is None:
            return
        yield frame.pcm
        given = np.zeros(SPEAKING_SAMPLES, dtype=np.int16)
        if played is not None:
            part = played[index * SPEAKING_SAMPLES : (index + 1) * SPEAKING_SAMPLES]
            given[: len(part)] = part
        if loudspeaker is not None:
            loudspeaker.play(given)


def _open(
    part: str, names: Sequence[str], opening: Callable[[str | None], Opened], name: str
) -> tuple[Opened | None, Finding]:
    from voice_coach.audio.devices import DeviceLost, NoSound

    if not names:
        return None, Finding(part, State.WITHOUT, "none was found", _SERVER)
    try:
        opened = opening(name or None)
    except (NoSound, DeviceLost) as error:
        found = f"cannot be used; there are: {_listed(names)}"
        return None, Finding(part, State.WITHOUT, found, str(error))
    return opened, Finding(part, State.WELL, f"works; there are: {_listed(names)}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))


# --- what is made of the figures ---------------------------------------------------------------


def levels(measured: SoundMeasured, asked: bool) -> Finding:
    """The noise of the room, and the person's voice where they were asked to speak."""
    found = [f"noise {measured.noise:.0f} dBFS"]
    mend: list[str] = []
    clipped = measured.speech_clipped >= CLIPPED or measured.quiet.clipped >= CLIPPED
    if measured.speech is not None:
        over = measured.speech - measured.noise
        found.append(f"your voice {measured.speech:.0f} dBFS, {over:.0f} dB above it")
        if clipped or measured.speech > TOO_LOUD:
            found[-1] += ", too loud" + (" and clipping" if clipped else "")
            mend.append(_MIC_SOFTER)
        elif measured.speech < TOO_QUIET:
            found[-1] += ", too quiet"
            mend.append(_MIC_LOUDER)
        elif over < CLOSE_TO_NOISE:
            found[-1] += ", too close to the noise"
            mend.append("Sit nearer to the microphone.")
    elif asked:
        found.append("nobody was heard to speak")
        mend.append(f"If you did: {_MIC_LOUDER[0].lower()}{_MIC_LOUDER[1:]}")
    elif clipped:
        found.append("clipping")
        mend.append(_MIC_SOFTER)
    if measured.noise > NOISY:
        found[0] += ", a noisy room"
        mend.append(_QUIETER_ROOM)
    return Finding("levels", _state(mend), "; ".join(found), " ".join(mend))


def echo(measured: SoundMeasured, headphones: bool) -> Finding:
    """What the microphone hears of the loudspeaker."""
    heard = measured.echo
    if heard is None:
        if headphones:
            return Finding("echo", State.WELL, "none, as should be with headphones")
        found = "the microphone did not hear the tone"
        mend = (
            "With headphones that is right: set headphones = true. Else turn the loudspeaker up, "
            "or choose another: voice-coach devices."
        )
        return Finding("echo", State.POOR, found, mend)
    found = f"the tone came back after {heard.delay * 1000:.0f} ms at {heard.level:.0f} dBFS"
    mend_all = [*_too_late(heard), *_too_loud(heard, measured.speech)]
    if headphones:
        mend_all = ["The settings say headphones = true, yet it is heard: set it to false."]
    return Finding("echo", _state(mend_all), found, " ".join(mend_all))


def _too_late(heard: Echo) -> Iterator[str]:
    if heard.delay > LONGEST_DELAY:
        yield (
            f"That is later than the {LONGEST_DELAY * 1000:.0f} ms within which it can be taken "
            "out: use a loudspeaker with a cable in place of Bluetooth, or headphones."
        )


def _too_loud(heard: Echo, speech: float | None) -> Iterator[str]:
    voice = heard.level + VOICE_DBFS - SWEEP_DBFS
    if heard.clipped >= CLIPPED:
        yield f"It clips. {_SPEAKER_SOFTER}"
    elif speech is not None and voice - speech > LOUD_ECHO:
        yield f"The coach is {voice - speech:.0f} dB louder there than you. {_SPEAKER_SOFTER}"
    elif speech is None and voice > LOUD_ECHO_ALONE:
        yield f"That is loud. {_SPEAKER_SOFTER}"


def _state(mend: Sequence[str]) -> State:
    return State.POOR if mend else State.WELL
