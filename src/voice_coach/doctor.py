"""Finds out what works on this machine, and says how to mend what does not."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voice_coach import __version__, privacy
from voice_coach.audio.frames import SPEAKING_RATE
from voice_coach.findings import Finding, State
from voice_coach.settings import Settings
from voice_coach.sound_check import SoundCheck


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out."""

    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether sessions can be held, be it typed and shown."""
        return all(finding.state is not State.BROKEN for finding in self.findings)

    def as_text(self) -> str:
        """For a person; without a line's end at the end."""
        lines = [line for finding in self.findings for line in finding.lines()]
        return "\n".join([*lines, "", self._summary()])

    def _summary(self) -> str:
        states = {finding.part: finding.state for finding in self.findings}
        if not self.well:
            broken = [part for part, state in states.items() if state is State.BROKEN]
            return f"No session can be held before this is mended: {', '.join(broken)}."
        heard = states.get("microphone") is State.WELL
        spoken = states.get("loudspeaker") is State.WELL and states.get("voice") is State.WELL
        you = "speak" if heard else "type"
        coach = "speaks" if spoken else "is shown as captions"
        return f"Sessions can be held: you {you}, the coach {coach}."


Check = Callable[[Settings], Sequence[Finding]]


def examine(settings: Settings, checks: Sequence[Check] | None = None) -> Report:
    """Try every part for real: load the model, render a word, play a tone and listen to it.

    Without ``checks`` it is all of them.
    """
    chosen = all_checks(SoundCheck()) if checks is None else checks
    return Report(tuple(finding for check in chosen for finding in check(settings)))


def check_python(settings: Settings) -> list[Finding]:  # noqa: ARG001 - checks are all alike
    """The interpreter and the system, for whoever reads a report of a bug."""
    found = (
        f"Voice Coach {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}"
    )
    return [Finding("program", State.WELL, found)]


def check_network(settings: Settings) -> list[Finding]:  # noqa: ARG001
    """That sockets are refused is tried, not only read off."""
    proof = privacy.close_network()
    probes = privacy.probe()
    given = [probe.family for probe in probes if not probe.refused]
    if given:
        found = f"{' and '.join(given)} sockets can still be opened by libraries"
        return [Finding("network", State.WITHOUT, f"closed to Python; {found}")]
    by = "the kernel, for this program and all it starts" if proof.kernel else "Python"
    findings = [Finding("network", State.WELL, f"closed by {by}; tried and refused")]
    if proof.inherited:
        found = f"{proof.inherited} connection(s) were open already when this program was started"
        mend = "Start it from a terminal of your own."
        findings.append(Finding("network", State.WITHOUT, found, mend))
    return findings


def check_model(settings: Settings) -> list[Finding]:
    """Loads it, after a look at its files: Vosk itself would end the program on a bad one."""
    from voice_coach.listening.models import ModelError, find_model
    from voice_coach.listening.vosk_recognizer import VoskModel

    started = time.perf_counter()
    try:
        path = find_model(settings.model or None)
        VoskModel.load(path)
    except ModelError as error:
        return [Finding("ears", State.BROKEN, "there is no usable model", str(error))]
    except ImportError as error:
        mend = "Delete the folder .venv and start again: the packages are not whole."
        return [Finding("ears", State.BROKEN, f"Vosk cannot be loaded: {error}", mend)]
    seconds = time.perf_counter() - started
    return [Finding("ears", State.WELL, f"model {path.name}, loaded in {seconds:.1f} s")]


def check_voice(settings: Settings) -> list[Finding]:
    """Renders a word, in the child process that will render all others."""
    from voice_coach.speaking.synthesizer import SpeechFailed, Utterance
    from voice_coach.speaking.system_voice import SystemVoice

    started = time.perf_counter()
    voice = SystemVoice(settings.voice.name or None)
    try:
        pcm = voice.render(Utterance("ready"))
    except SpeechFailed as error:
        return [Finding("voice", State.WITHOUT, "the coach is only shown", str(error))]
    finally:
        voice.close()
    seconds = time.perf_counter() - started
    spoken = len(pcm) / SPEAKING_RATE
    return [Finding("voice", State.WELL, f"{spoken:.1f} s of speech rendered in {seconds:.1f} s")]


def check_terminal(settings: Settings) -> list[Finding]:  # noqa: ARG001
    """Whether keys can be taken one by one, and captions be shown live."""
    keys = sys.stdin is not None and sys.stdin.isatty()
    screen = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    encoding = (sys.stdout.encoding or "ascii").lower()
    found = (
        f"{'single keys' if keys else 'whole lines from a pipe'}; "
        f"{'live captions' if screen else 'captions as plain lines'}; {encoding}"
    )
    return [Finding("terminal", State.WELL if keys and screen else State.WITHOUT, found)]


def all_checks(sound: Check) -> tuple[Check, ...]:
    """In the order in which they are told. ``sound``: how loud it may be."""
    return (check_python, check_network, check_model, check_voice, sound, check_terminal)
