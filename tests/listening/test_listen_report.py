"""The real ears on recordings: what ``voice-coach listen`` finds, and when."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_coach.audio.files import AudioFileError
from voice_coach.audio.frames import HEARING_RATE, Pcm
from voice_coach.listening.activity import SileroActivity
from voice_coach.listening.ears import Ears
from voice_coach.listening.grammars import Grammars
from voice_coach.listening.listen_report import Kind, Report, listen_to
from voice_coach.listening.models import find_model
from voice_coach.listening.turns import PROFILES, Profile
from voice_coach.listening.vosk_recognizer import VoskModel

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "speech"
WORDS = ("go", "start", "one", "two", "three", "four", "five", "six", "eight", "nine", "zero")
GRAMMARS = Grammars(
    commands=("stop", "repeat", "help", "pause", "give me a minute"),
    ratings=("seven", *WORDS),
    yes_no=("yes", "no", "not really"),
)


@pytest.fixture(scope="module")
def ears() -> Callable[[], Ears]:
    model = VoskModel.load(find_model())
    timings = PROFILES[Profile.DEFAULT]
    return lambda: Ears(model.recognizer, SileroActivity(), timings, GRAMMARS)


@pytest.fixture
def recording(tmp_path: Path, spoken: dict[str, Pcm]) -> Callable[..., Path]:
    def make(*parts: str | float) -> Path:
        """Texts, and seconds of silence more between them."""
        path = tmp_path / "recording.wav"
        pieces = [
            spoken[part]
            if isinstance(part, str)
            else np.zeros(round(part * HEARING_RATE), dtype=np.int16)
            for part in parts
        ]
        soundfile.write(path, np.concatenate(pieces), HEARING_RATE)
        return path

    return make


def report(path: Path, expect: str, ears: Callable[[], Ears]) -> Report:
    (found,) = listen_to([path], expect, ears, GRAMMARS.commands.__contains__)
    return found


def turns(found: Report) -> list[tuple[Kind, str]]:
    return [(one.kind, one.text) for one in found.findings if one.kind is not Kind.PARTIAL]


@pytest.mark.parametrize(
    ("expect", "text", "kind"),
    [
        ("number", "seven", Kind.TURN),
        ("number", "stop", Kind.COMMAND),
        ("commands", "give me a minute", Kind.COMMAND),
        ("yes-no", "stop", Kind.COMMAND),
        ("open", "stop", Kind.COMMAND),
    ],
)
def test_short_answers(
    recording: Callable[..., Path], ears: Callable[[], Ears], expect: str, text: str, kind: Kind
) -> None:
    assert turns(report(recording(text), expect, ears)) == [(kind, text)]


def test_turn_that_the_file_cuts_short_still_ends(
    tmp_path: Path, spoken: dict[str, Pcm], ears: Callable[[], Ears]
) -> None:
    path = tmp_path / "cut.wav"
    clip = spoken["i was angry and then i left the house"]
    soundfile.write(path, clip[: -HEARING_RATE // 2], HEARING_RATE)
    found = report(path, "open", ears)
    assert [one.kind for one in found.findings][-1] is Kind.TURN
    assert found.findings[-1].at > found.seconds + 3.0


def test_command_cuts_into_a_long_answer(
    recording: Callable[..., Path], ears: Callable[[], Ears]
) -> None:
    story = "i was angry and then i left the house"
    found = report(recording(story, 0.2, "stop"), "open", ears)
    (command,) = (one for one in found.findings if one.kind is not Kind.PARTIAL)
    assert (command.kind, command.text) == (Kind.COMMAND, "stop")
    said = set(command.unfinished.split())
    assert len(said & set(story.split())) >= 6
    assert "stop" not in said


def test_two_hearings_are_the_same(
    recording: Callable[..., Path], ears: Callable[[], Ears]
) -> None:
    path = recording("i was angry and then i left the house", "give me a minute", "seven")
    assert report(path, "open", ears) == report(path, "open", ears)


def test_silence_is_nothing(tmp_path: Path, ears: Callable[[], Ears]) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(HEARING_RATE), HEARING_RATE)
    found = report(path, "number", ears)
    assert found.findings == ()
    assert "nothing heard" in found.as_text()


def test_text_and_json_say_the_same(
    recording: Callable[..., Path], ears: Callable[[], Ears]
) -> None:
    found = report(recording("seven"), "number", ears)
    plain = json.loads(found.as_json())
    last = plain["findings"][-1]
    assert (last["kind"], last["text"], last["words"][0]["text"]) == ("turn", "seven", "seven")
    assert f"{last['at']:.2f}  turn     seven" in found.as_text()
    assert "\n" not in found.as_json()


def test_missing_recording(tmp_path: Path, ears: Callable[[], Ears]) -> None:
    with pytest.raises(AudioFileError, match="no such file"):
        report(tmp_path / "none.wav", "open", ears)


@pytest.mark.skipif(not SPEECH.exists(), reason="the recordings of people are not here")
def test_single_words_of_strangers(ears: Callable[[], Ears]) -> None:
    with (SPEECH / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    known = {*GRAMMARS.commands, *GRAMMARS.ratings, *GRAMMARS.yes_no}
    right = total = 0
    for row in rows:
        word = row["transcript"]
        if not row["file"].startswith("words/") or word not in known:
            continue
        expect = "yes-no" if word in ("yes", "no") else "number"
        found = turns(report(SPEECH / row["file"], expect, ears))
        total += 1
        right += [text for _, text in found] == [word]
    assert total >= 10
    assert right / total >= 0.85
