"""The real engine: grammars, times, joined results, and that it opens no socket."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Sequence

import numpy as np
import pytest

from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, Pcm
from voice_coach.listening.models import find_model
from voice_coach.listening.recognizer import Hypothesis
from voice_coach.listening.vosk_recognizer import VoskModel, VoskRecognizer


@pytest.fixture(scope="module")
def model() -> VoskModel:
    return VoskModel.load(find_model())


def recognise(
    recognizer: VoskRecognizer, pcm: Pcm, grammar: Sequence[str] | None
) -> tuple[str, list[Hypothesis]]:
    recognizer.begin(grammar)
    found = []
    for at in range(0, len(pcm), HEARING_SAMPLES):
        hypothesis = recognizer.accept(pcm[at : at + HEARING_SAMPLES])
        if hypothesis is not None:
            found.append(hypothesis)
    found.append(recognizer.finish())
    return " ".join(one.text for one in found if one.final and one.text), found


GRAMMAR = ("seven", "seventeen", "stop", "give me a minute", "yes", "no")


@pytest.mark.parametrize("text", ["seven", "stop", "give me a minute"])
def test_phrases_of_a_grammar(model: VoskModel, spoken: dict[str, Pcm], text: str) -> None:
    recognizer = model.recognizer()
    assert recognise(recognizer, spoken[text], GRAMMAR)[0] == text
    recognizer.close()


def test_open_speech(model: VoskModel, spoken: dict[str, Pcm]) -> None:
    text = "i was angry and then i left the house"
    found = recognise(model.recognizer(), spoken[text], None)[0].split()
    assert len(set(found) & set(text.split())) >= 6


def test_partials_grow_and_are_reported_when_they_change(
    model: VoskModel, spoken: dict[str, Pcm]
) -> None:
    _, found = recognise(model.recognizer(), spoken["give me a minute"], GRAMMAR)
    partials = [one.text for one in found if not one.final]
    assert partials
    assert len(set(partials)) == len(partials)


def test_times_are_counted_from_begin_every_time(model: VoskModel, spoken: dict[str, Pcm]) -> None:
    recognizer = model.recognizer()
    starts = []
    for _ in range(3):
        _, found = recognise(recognizer, spoken["stop"], GRAMMAR)
        starts.append(found[-1].words[0].start if found[-1].words else found[-2].words[0].start)
    assert starts == pytest.approx([0.5] * 3, abs=0.25)
    assert max(starts) - min(starts) < 0.05


def test_the_same_audio_gives_the_same_words_times_and_confidences(
    model: VoskModel, spoken: dict[str, Pcm]
) -> None:
    pcm = spoken["i was angry and then i left the house"]
    recognizer = model.recognizer()
    first = recognise(recognizer, pcm, None)
    recognise(recognizer, spoken["stop"], GRAMMAR)
    assert recognise(recognizer, pcm, None) == first
    assert recognise(model.recognizer(), pcm, None) == first


def test_an_abandoned_stream_leaves_nothing_behind(
    model: VoskModel, spoken: dict[str, Pcm]
) -> None:
    recognizer = model.recognizer()
    recognizer.begin(GRAMMAR)
    recognizer.accept(spoken["give me a minute"])
    assert recognise(recognizer, spoken["seven"], GRAMMAR)[0] == "seven"


def test_silence_is_nothing(model: VoskModel) -> None:
    silence = np.zeros(HEARING_RATE, dtype=np.int16)
    assert recognise(model.recognizer(), silence, GRAMMAR)[0] == ""


def test_finishing_at_once_is_nothing(model: VoskModel) -> None:
    recognizer = model.recognizer()
    recognizer.begin(None)
    assert recognizer.finish() == Hypothesis("", final=True)


def test_phrases_with_unknown_words_are_left_out_and_named(model: VoskModel) -> None:
    recognizer = model.recognizer()
    recognizer.begin(("stop", "xyzzy", "stop the xyzzy"))
    assert recognizer.left_out == ("xyzzy", "stop the xyzzy")
    assert model.knows("stop")
    assert not model.knows("xyzzy")


def test_many_questions_keep_few_engines(model: VoskModel) -> None:
    recognizer = model.recognizer()
    for word in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        recognizer.begin(("stop", word))
    assert recognizer.engines <= VoskRecognizer.MOST_ENGINES


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_loading_opens_no_socket_and_imports_no_downloader() -> None:
    done = python(
        """
        import sys
        sockets = []
        sys.addaudithook(lambda event, args: event.startswith("socket.") and sockets.append(args))
        from voice_coach.listening.models import find_model
        from voice_coach.listening.vosk_recognizer import VoskModel
        VoskModel.load_unchecked(find_model()).recognizer().begin(None)
        downloaders = {"requests", "urllib3", "tqdm", "websockets"} & set(sys.modules)
        assert not sockets, sockets
        assert not downloaders, downloaders
        print("quiet")
        """
    )
    assert (done.stdout, done.stderr) == ("quiet\n", "")


def test_downloaders_can_still_be_imported_afterwards() -> None:
    done = python(
        """
        import sys
        from voice_coach.listening.models import find_model
        from voice_coach.listening.vosk_recognizer import VoskModel
        VoskModel.load_unchecked(find_model())
        assert "tqdm" not in sys.modules
        import tqdm
        assert tqdm.tqdm is not None
        print("real")
        """
    )
    assert done.stdout == "real\n", done.stderr
