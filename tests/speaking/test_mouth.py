"""Playback, in virtual time: order, gaps, the true end, stopping, loudness, trouble."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.audio.frames import FRAME_SECONDS, SPEAKING_RATE, SPEAKING_SAMPLES, Pcm
from voice_coach.conversation.events import Pace, PlaybackFinished, Say, Tone
from voice_coach.speaking.mouth import CHIME_GAP, Mouth
from voice_coach.speaking.phrases import phrase_start
from voice_coach.speaking.silent_voice import SilentVoice
from voice_coach.speaking.synthesizer import SpeechFailed, Utterance
from voice_coach.speaking.tones import tone


def samples(text: str) -> int:
    """How long the scripted voice takes for a sentence: a tenth of a second a letter, and a bit."""
    return len(text) * SPEAKING_RATE // 10 + 7


@dataclass
class ScriptedVoice:
    """Renders each sentence as a constant, 1000 times its number; fails where it is told to."""

    failing: frozenset[str] = frozenset()
    rendered: list[Utterance] = field(default_factory=list)
    closed: bool = False

    def render(self, utterance: Utterance) -> Pcm:
        if utterance.text in self.failing:
            raise SpeechFailed("the voice is hoarse")
        self.rendered.append(utterance)
        return np.full(samples(utterance.text), 1000 * len(self.rendered), dtype=np.int16)

    def close(self) -> None:
        self.closed = True


@dataclass
class Stage:
    """A mouth, and everything that it gave out."""

    voice: ScriptedVoice = field(default_factory=ScriptedVoice)
    heard: list[Pcm] = field(default_factory=list)
    finished: list[PlaybackFinished] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mouth = Mouth(self.voice, live=False)

    @property
    def at(self) -> float:
        return len(self.heard) * FRAME_SECONDS

    def frame(self) -> Pcm:
        pcm, finished = self.mouth.speak(self.at)
        assert pcm.shape == (SPEAKING_SAMPLES,)
        assert pcm.dtype == np.int16
        self.heard.append(pcm)
        self.finished += finished
        return pcm

    def run(self, seconds: float = 10.0) -> Pcm:
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.frame()
        return self.audio

    @property
    def audio(self) -> Pcm:
        return np.concatenate(self.heard)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def stretches(pcm: Pcm) -> list[tuple[int, int]]:
    """The constant stretches of the audio: (value, samples)."""
    edges = np.flatnonzero(np.diff(pcm)) + 1
    return [(int(part[0]), part.size) for part in np.split(pcm, edges)]


class TestOrderAndGaps:
    def test_sentences_come_in_order_with_gaps_between_them(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab. Abc. A.", Pace(gap=0.3)))
        gap = round(0.3 * SPEAKING_RATE)
        *spoken, (silence, _) = stretches(stage.run(5))
        assert spoken == [
            (1000, samples("Ab.")),
            (0, gap),
            (2000, samples("Abc.")),
            (0, gap),
            (3000, samples("A.")),
        ]
        assert silence == 0

    def test_the_gap_also_lies_between_one_say_and_the_next(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab.", Pace(gap=0.2)))
        stage.mouth.say(Say(2, "Cd.", Pace(gap=0.9)))
        assert stretches(stage.run(3))[1] == (0, round(0.2 * SPEAKING_RATE))

    def test_silence_that_has_passed_counts_towards_the_gap(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab.", Pace(gap=0.2)))
        stage.run(2)
        stage.mouth.say(Say(2, "Cd."))
        assert stage.frame()[0] == 2000

    def test_a_chime_follows_soon_after_speech(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab.", Pace(gap=2.0)))
        stage.mouth.chime(Tone.LISTENING)
        audio = stage.run(2)
        start = samples("Ab.") + round(CHIME_GAP * SPEAKING_RATE)
        expected = tone(Tone.LISTENING)
        assert not audio[samples("Ab.") : start].any()
        assert np.array_equal(audio[start : start + expected.size], expected)
        assert not audio[start + expected.size :].any()

    def test_rate_and_privacy_reach_the_voice(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab. Cd.", Pace(words_per_minute=123), personal=True))
        stage.run(2)
        assert stage.voice.rendered == [Utterance("Ab.", 123, True), Utterance("Cd.", 123, True)]


class TestTheTrueEnd:
    def test_a_say_ends_in_the_frame_of_its_last_sample(self, stage: Stage) -> None:
        stage.mouth.say(Say(7, "Abcd."))
        frames = -(-samples("Abcd.") // SPEAKING_SAMPLES)
        for _ in range(frames - 1):
            stage.frame()
        assert stage.finished == []
        assert stage.mouth.speaking
        stage.frame()
        assert stage.finished == [PlaybackFinished((frames - 1) * FRAME_SECONDS, 7)]
        assert not stage.mouth.speaking

    def test_each_say_ends_once_and_in_order(self, stage: Stage) -> None:
        for number in range(5):
            stage.mouth.say(Say(number, "Ab. Cd."))
        stage.run(12)
        assert [event.say for event in stage.finished] == [0, 1, 2, 3, 4]

    def test_a_say_without_words_ends_in_its_turn(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab."))
        stage.mouth.say(Say(2, "..."))
        stage.run(1)
        assert [event.say for event in stage.finished] == [1, 2]

    def test_chimes_end_without_an_event(self, stage: Stage) -> None:
        stage.mouth.chime(Tone.END)
        assert stage.mouth.speaking
        stage.run(2)
        assert stage.finished == []
        assert not stage.mouth.speaking

    def test_it_tells_what_is_being_said(self, stage: Stage) -> None:
        say = Say(1, "Ab. Cd.", Pace(gap=0.5))
        assert stage.mouth.said is None
        stage.mouth.say(say)
        stage.frame()
        assert stage.mouth.said == say
        stage.run(5)
        assert stage.mouth.said is None


class TestUnsaying:
    def test_what_waits_is_left_out_and_nothing_else(self, stage: Stage) -> None:
        for number, text in enumerate(("Ab.", "Abc. Abcd.", "A."), start=1):
            stage.mouth.say(Say(number, text))
        stage.mouth.chime(Tone.END)
        stage.frame()
        assert stage.mouth.unsay(2)
        stage.run(3)
        assert [event.say for event in stage.finished] == [1, 3]
        assert len(stage.voice.rendered) == 2

    def test_what_sounds_is_said_to_its_end(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab. Abc."))
        stage.frame()
        assert not stage.mouth.unsay(1)
        stage.run(3)
        assert [event.say for event in stage.finished] == [1]

    def test_what_is_over_or_was_never_said_cannot_be_left_out(self, stage: Stage) -> None:
        assert not stage.mouth.unsay(1)


class TestStopping:
    def test_after_five_milliseconds_all_is_silent_and_nothing_is_reported(
        self, stage: Stage
    ) -> None:
        stage.mouth.say(Say(1, "Abcdefgh. Ijklmnop."))
        stage.mouth.chime(Tone.END)
        stage.run(0.2)
        stage.mouth.stop()
        assert not stage.mouth.speaking
        frame = stage.frame()
        fade = SPEAKING_RATE // 200
        assert np.all(np.diff(frame[:fade].astype(int)) <= 0)
        assert not frame[fade:].any()
        stage.run(5)
        assert not np.concatenate(stage.heard[11:]).any()
        assert stage.finished == []

    def test_what_is_said_after_a_stop_comes_without_a_gap(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Abcdefgh.", Pace(gap=3.0)))
        stage.run(0.1)
        stage.mouth.stop()
        stage.mouth.say(Say(2, "Ab."))
        assert stage.frame()[-1] == 2000
        stage.run(1)
        assert [event.say for event in stage.finished] == [2]

    def test_a_stop_while_silent_does_nothing(self, stage: Stage) -> None:
        stage.mouth.stop()
        assert not stage.frame().any()

    def test_a_stop_while_ducked_does_not_become_louder(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Abcdefgh."))
        stage.mouth.duck(0.2)
        stage.run(0.1)
        stage.mouth.stop()
        assert stage.frame().max() <= 200


class TestLoudness:
    def test_ducking_takes_five_milliseconds_and_comes_back(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Abcdefghijklmnopq."))
        stage.frame()
        stage.mouth.duck(0.25)
        down = stage.frame()
        assert down[0] == 1000
        assert np.all(np.diff(down.astype(int)) <= 0)
        assert np.all(down[SPEAKING_RATE // 200 :] == 250)
        assert np.all(stage.frame() == 250)
        stage.mouth.duck(1.0)
        assert np.all(stage.frame()[SPEAKING_RATE // 200 :] == 1000)

    def test_the_pace_carries_the_gain(self, stage: Stage) -> None:
        stage.mouth.say(Say(1, "Ab.", Pace(gain=0.5)))
        assert np.all(stage.frame() == 500)


class TestTrouble:
    def test_a_sentence_that_fails_is_left_out_and_the_say_still_ends(self) -> None:
        stage = Stage(ScriptedVoice(failing=frozenset({"Bad."})))
        stage.mouth.say(Say(1, "Ab. Bad. Cd.", Pace(gap=0.1)))
        gap = round(0.1 * SPEAKING_RATE)
        spoken = stretches(stage.run(3))
        assert spoken[:3] == [(1000, samples("Ab.")), (0, gap), (2000, samples("Cd."))]
        assert [event.say for event in stage.finished] == [1]

    def test_trouble_is_told_until_a_sentence_comes_again(self) -> None:
        stage = Stage(ScriptedVoice(failing=frozenset({"Bad."})))
        assert stage.mouth.trouble is None
        stage.mouth.say(Say(1, "Bad."))
        stage.run(0.1)
        assert stage.mouth.trouble == "the voice is hoarse"
        assert [event.say for event in stage.finished] == [1]
        stage.mouth.say(Say(2, "Good."))
        stage.run(0.1)
        assert stage.mouth.trouble is None


def test_captions_alone_take_no_time() -> None:
    mouth = Mouth(SilentVoice(), live=False)
    for number in range(20):
        mouth.say(Say(number, "One. Two. Three.", Pace(gap=1.0)))
    _, finished = mouth.speak(0.0)
    assert [event.say for event in finished] == list(range(20))
    assert not mouth.speaking


def test_closing_releases_the_voice(stage: Stage) -> None:
    stage.mouth.close()
    assert stage.voice.closed


def test_preparing_changes_nothing_where_it_is_not_live(stage: Stage) -> None:
    stage.mouth.prepare([("Ab. Cd.", Pace())])
    stage.run(0.1)
    assert stage.voice.rendered == []


calls = st.one_of(
    st.builds(lambda text, gap: ("say", text, gap), st.text("aB. ?…", max_size=8), st.floats(0, 1)),
    st.sampled_from([("chime",), ("stop",), ("duck",), ("frame",), ("frame",), ("frame",)]),
)


@given(st.lists(calls, max_size=30))
def test_whatever_is_asked_every_say_ends_once_or_is_stopped(
    steps: list[tuple[str] | tuple[str, str, float]],
) -> None:
    stage = Stage()
    pending: list[int] = []
    for number, step in enumerate(steps):
        match step:
            case ("say", text, gap):
                stage.mouth.say(Say(number, text, Pace(gap=gap)))
                pending.append(number)
            case ("chime",):
                stage.mouth.chime(Tone.IN)
            case ("stop",):
                stage.mouth.stop()
                ended = [event.say for event in stage.finished]
                pending = [say for say in pending if say in ended]
                assert not stage.mouth.speaking
            case ("duck",):
                stage.mouth.duck(0.3)
            case _:
                stage.frame()
    for _ in range(20_000):
        if not stage.mouth.speaking:
            break
        stage.frame()
    assert not stage.mouth.speaking
    assert [event.say for event in stage.finished] == pending
    assert not np.concatenate([stage.frame(), stage.frame()])[SPEAKING_SAMPLES:].any()


# --- holding ------------------------------------------------------------------------------------


@dataclass
class TwoPhrases(ScriptedVoice):
    """A second of sound, a tenth of silence, a second of another sound."""

    def render(self, utterance: Utterance) -> Pcm:
        self.rendered.append(utterance)
        parts = ((1000, 1.0), (0, 0.1), (2000, 1.0))
        return np.concatenate(
            [np.full(round(n * SPEAKING_RATE), value, dtype=np.int16) for value, n in parts]
        )


def test_a_hold_is_silent_at_once_and_loses_nothing() -> None:
    stage = Stage(TwoPhrases())
    stage.mouth.say(Say(1, "Hello there."))
    stage.run(1.5)
    stage.mouth.hold()
    fading = stage.frame()
    assert not fading[SPEAKING_RATE // 200 :].any()
    assert not stage.run(3.0)[-SPEAKING_RATE:].any()
    assert stage.mouth.speaking
    assert stage.finished == []
    stage.mouth.go_on()
    after = len(stage.audio)
    stage.run(1.5)
    again = stage.audio[after:]
    assert (again == 2000).sum() == SPEAKING_RATE, "from the beginning of the second phrase"
    assert not (again == 1000).any()
    assert [end.say for end in stage.finished] == [1]
    assert len(stage.voice.rendered) == 1


def test_held_between_two_sentences_the_second_is_said_whole(stage: Stage) -> None:
    stage.mouth.say(Say(1, "One.", Pace(gap=1.0)))
    stage.mouth.say(Say(2, "Two."))
    stage.run(samples("One.") / SPEAKING_RATE + 0.4)
    stage.mouth.hold()
    stage.run(2.0)
    assert [end.say for end in stage.finished] == [1]
    stage.mouth.go_on()
    stage.run(3.0)
    assert (stage.audio == 2000).sum() == samples("Two.")


def test_a_stop_ends_a_hold(stage: Stage) -> None:
    stage.mouth.say(Say(1, "One."))
    stage.run(0.1)
    stage.mouth.hold()
    stage.mouth.stop()
    assert not stage.mouth.speaking
    stage.mouth.say(Say(2, "Two."))
    stage.run(2.0)
    assert [end.say for end in stage.finished] == [2]


def test_going_on_without_a_hold_changes_nothing(stage: Stage) -> None:
    stage.mouth.say(Say(1, "One."))
    stage.run(0.1)
    stage.mouth.duck(0.5)
    stage.mouth.go_on()
    stage.run(2.0)
    assert (stage.audio != 0).sum() == samples("One.")


@pytest.mark.parametrize(
    ("at", "start"), [(0.0, 0.0), (0.5, 0.0), (1.05, 0.0), (1.15, 0.0), (1.3, 1.1), (2.0, 1.1)]
)
def test_a_phrase_begins_after_a_pause(at: float, start: float) -> None:
    pcm = TwoPhrases().render(Utterance("x"))
    found = phrase_start(pcm, round(at * SPEAKING_RATE)) / SPEAKING_RATE
    assert found == pytest.approx(start, abs=0.011)
