"""What the ears make of recordings, for looking and for measuring: ``voice-coach listen``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from voice_coach.audio.files import FileMicrophone
from voice_coach.audio.frames import FRAME_SECONDS, Frame, silence
from voice_coach.conversation.events import (
    Event,
    Expectation,
    Expected,
    Heard,
    Hearing,
    Listen,
    NothingHeard,
    Patience,
    Unclear,
    Word,
)
from voice_coach.listening.ears import Ears

LISTENS: Final = {
    "commands": Listen(Expectation(Expected.COMMAND)),
    "number": Listen(Expectation(Expected.RATING)),
    "yes-no": Listen(Expectation(Expected.YES_NO)),
    "open": Listen(Expectation(Expected.OPEN), Patience.REFLECTIVE),
}
"""What can be expected of a recording, by the names of the command line."""

_SILENCE_AFTER: Final = 60.0
"""Seconds of silence after a recording at most: it ends sooner, once no turn is open."""


class Kind(Enum):
    """What was found."""

    PARTIAL = "partial"
    """Words so far."""
    TURN = "turn"
    """The turn is over: its words."""
    COMMAND = "command"
    """The same, and the words are a command."""
    UNCLEAR = "unclear"
    """A voice without words."""
    QUIET = "quiet"
    """Nothing was said for so long; the text says which stage."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the ears reported."""

    at: float
    """Seconds from the recording's beginning."""
    kind: Kind
    text: str = ""
    words: tuple[Word, ...] = ()
    unfinished: str = ""
    """What had been said of a long answer before this command cut into it."""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in one recording."""

    file: Path
    seconds: float
    """The recording's length."""
    expect: str
    findings: tuple[Finding, ...]

    def as_text(self) -> str:
        """A line for each finding."""
        lines = [f"{self.file} ({self.seconds:.2f} s, expecting {self.expect})"]
        lines += [_line(finding) for finding in self.findings]
        if not self.findings:
            lines.append("          nothing heard")
        return "\n".join(lines)

    def as_json(self) -> str:
        """One object on one line."""
        return json.dumps(
            {
                "file": str(self.file),
                "seconds": round(self.seconds, 3),
                "expect": self.expect,
                "findings": [_plain(finding) for finding in self.findings],
            }
        )


def listen_to(
    files: Iterable[Path], expect: str, ears: Callable[[], Ears], is_command: Callable[[str], bool]
) -> Iterator[Report]:
    """Hear each recording with ears of its own. Raises ``AudioFileError``."""
    for file in files:
        hearing = ears()
        try:
            yield _hear_file(file, expect, hearing, is_command)
        finally:
            hearing.close()


def _hear_file(file: Path, expect: str, ears: Ears, is_command: Callable[[str], bool]) -> Report:
    """Hear one recording, then silence until the last turn is over."""
    ears.listen(LISTENS[expect])
    findings: list[Finding] = []
    microphone = FileMicrophone(file)
    try:
        index = 0
        while (frame := microphone.read()) is not None:
            index = frame.index + 1
            findings += _findings(ears.hear(frame, speaking=False), is_command)
        for more in range(round(_SILENCE_AFTER / FRAME_SECONDS)):
            # Two frames at least, so that the last voice in the file is looked at.
            if more > 1 and not ears.busy:
                break
            events = ears.hear(Frame(index + more, silence()), speaking=False)
            findings += _findings(events, is_command)
        return Report(file, microphone.seconds, expect, tuple(findings))
    finally:
        microphone.close()


def _findings(events: Sequence[Event], is_command: Callable[[str], bool]) -> Iterator[Finding]:
    for event in events:
        match event:
            case Hearing(at=at, text=text):
                yield Finding(at, Kind.PARTIAL, text)
            case Heard(at=at, text=text):
                kind = Kind.COMMAND if is_command(text) else Kind.TURN
                yield Finding(at, kind, text, event.words, event.unfinished, event.doubtful)
            case Unclear(at=at):
                yield Finding(at, Kind.UNCLEAR)
            case NothingHeard(at=at, quiet=quiet):
                yield Finding(at, Kind.QUIET, quiet.value)


def _line(finding: Finding) -> str:
    notes = []
    if finding.unfinished:
        notes.append(f"after: {finding.unfinished}")
    if finding.doubtful:
        notes.append("doubtful")
    if finding.words:
        notes.append(f"said {finding.words[0].start:.2f}-{finding.words[-1].end:.2f}")
    after = f"   ({'; '.join(notes)})" if notes else ""
    return f"{finding.at:8.2f}  {finding.kind.value:<8} {finding.text}{after}".rstrip()


def _plain(finding: Finding) -> dict[str, object]:
    plain: dict[str, object] = {"at": round(finding.at, 3), "kind": finding.kind.value}
    if finding.text:
        plain["text"] = finding.text
    if finding.unfinished:
        plain["unfinished"] = finding.unfinished
    if finding.doubtful:
        plain["doubtful"] = True
    if finding.words:
        plain["words"] = [
            {
                key: round(value, 3) if isinstance(value, float) else value
                for key, value in asdict(word).items()
            }
            for word in finding.words
        ]
    return plain
