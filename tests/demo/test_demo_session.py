"""The demo's script, and the whole demo: what the second voice says is what the coach hears."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_coach.demo import show
from voice_coach.demo.script import DemoScript, load_script
from voice_coach.settings import Settings
from voice_coach.speaking.synthesizer import SpeechFailed
from voice_coach.speaking.system_voice import DEFAULT_VOICE, SystemVoice

MODEL = Path(__file__).parents[2] / "models" / "starter-en"
LINE = re.compile(r"(\d\d):([0-5]\d\.\d)  (you|coach): (.+)")


@pytest.fixture(scope="module")
def script() -> DemoScript:
    return load_script("en")


def test_the_starter_model_knows_every_word(script: DemoScript) -> None:
    known = {line.split()[0] for line in (MODEL / "graph" / "words.txt").read_text().splitlines()}
    said = {word for turn in script.turns for text in turn.say for word in text.split()}
    assert said - known == set()


def test_the_two_voices_are_not_the_same(script: DemoScript) -> None:
    assert script.voice != DEFAULT_VOICE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole demo's files."""
    with SystemVoice() as voice:
        try:
            voice.info()
        except SpeechFailed as failure:
            pytest.skip(str(failure))
    folder = tmp_path_factory.mktemp("demo")
    show.show(Settings(), folder, None)
    return folder


def lines(folder: Path) -> list[tuple[float, str, str]]:
    """The transcript: seconds, who, what."""
    found = []
    for line in (folder / show.TRANSCRIPT).read_text("utf-8").splitlines():
        match = LINE.fullmatch(line)
        assert match is not None, line
        found.append((60 * int(match[1]) + float(match[2]), match[3], match[4]))
    return found


@pytest.mark.slow
class TestTheWholeDemo:
    def test_every_turn_is_heard_word_for_word(self, folder: Path, script: DemoScript) -> None:
        heard = [text for _, who, text in lines(folder) if who == "you"]
        assert heard == [" ".join(turn.say) for turn in script.turns]

    def test_it_comes_to_its_end_with_a_plan_said_back(self, folder: Path) -> None:
        said = [text for _, who, text in lines(folder) if who == "coach"]
        plans = [text for text in said if "If it is tomorrow after dinner, then you will" in text]
        assert len(plans) >= 2
        assert "Take good care of yourself" in said[-1]

    def test_its_times_run_forward(self, folder: Path) -> None:
        times = [at for at, _, _ in lines(folder)]
        assert times == sorted(times)

    def test_it_records_the_person_on_the_left_and_the_coach_on_the_right(
        self, folder: Path
    ) -> None:
        sound, rate = soundfile.read(folder / show.RECORDING, dtype="float64")
        assert sound.ndim == 2
        person, coach = sound.T
        # The transcript rounds to tenths of a second.
        assert sound.shape[0] / rate >= lines(folder)[-1][0] - 0.05
        blocks = sound.shape[0] // rate
        loud = np.abs(sound[: blocks * rate]).reshape(blocks, rate, 2).max(axis=1) > 0.05
        # The coach says more than the person, and hardly ever do both speak in the same second.
        assert loud[:, 1].sum() > loud[:, 0].sum() > 20
        assert (loud[:, 0] & loud[:, 1]).sum() < 0.4 * loud[:, 0].sum()
        assert person.any()
        assert coach.any()
