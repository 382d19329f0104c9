"""The simulated person: speaks in turn, after a human gap, in a room that is never quite silent."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from voice_coach.audio.frames import FRAME_SECONDS, HEARING_SAMPLES, SPEAKING_RATE, Pcm
from voice_coach.conversation.events import Expectation, Expected, Listen
from voice_coach.demo.person import ROOM_NOISE, SimulatedPerson
from voice_coach.demo.script import DemoScript, Turn
from voice_coach.speaking.synthesizer import Utterance

SCRIPT = DemoScript(
    practice="focus",
    voice="en-us",
    words_per_minute=150,
    turns=(Turn(say=("five",), gap=0.5), Turn(say=("one", "two"), gap=1.0, pause=0.4)),
)
RATING = Listen(Expectation(Expected.RATING))
COMMANDS = Listen(Expectation(Expected.COMMAND))


@dataclass
class HalfSecondVoice:
    """Renders half a second of a loud tone, whatever the words."""

    said: list[Utterance] = field(default_factory=list)
    closed: bool = False

    def render(self, utterance: Utterance) -> Pcm:
        self.said.append(utterance)
        time = np.arange(SPEAKING_RATE // 2) / SPEAKING_RATE
        return np.round(20_000 * np.sin(2 * np.pi * 300 * time)).astype(np.int16)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def voice() -> HalfSecondVoice:
    return HalfSecondVoice()


@pytest.fixture
def person(voice: HalfSecondVoice) -> SimulatedPerson:
    return SimulatedPerson(SCRIPT, voice)


def listen(person: SimulatedPerson, seconds: float, coach_speaks: bool = False) -> list[bool]:
    """For each frame: whether the person's voice is in it."""
    loud = []
    for _ in range(round(seconds / FRAME_SECONDS)):
        frame = person.read()
        loud.append(bool(np.abs(frame.pcm.astype(int)).max() > 1000))
        person.coach_speaks(coach_speaks)
    return loud


def stretches(loud: list[bool]) -> list[tuple[float, float]]:
    """Where the voice begins and ends, in seconds."""
    edges = np.flatnonzero(np.diff([False, *loud, False])) * FRAME_SECONDS
    return [(round(float(a), 2), round(float(b), 2)) for a, b in edges.reshape(-1, 2)]


def test_it_says_nothing_before_it_is_asked(person: SimulatedPerson) -> None:
    assert not any(listen(person, 3.0))


def test_it_answers_after_its_gap(person: SimulatedPerson) -> None:
    person.coach_listens(RATING, 0.0)
    assert stretches(listen(person, 3.0)) == [(0.5, 1.0)]


def test_it_lets_the_coach_finish(person: SimulatedPerson) -> None:
    person.coach_listens(RATING, 0.0)
    assert not any(listen(person, 2.0, coach_speaks=True))
    assert stretches(listen(person, 3.0)) == [(0.5, 1.0)]


def test_it_answers_each_question_once(person: SimulatedPerson, voice: HalfSecondVoice) -> None:
    person.coach_listens(RATING, 0.0)
    listen(person, 5.0)
    assert [utterance.text for utterance in voice.said] == ["five"]
    assert voice.said[0].words_per_minute == 150


def test_it_does_not_answer_where_only_commands_are_expected(person: SimulatedPerson) -> None:
    person.coach_listens(RATING, 0.0)
    person.coach_listens(COMMANDS, 0.0)
    assert not any(listen(person, 3.0))


def test_it_pauses_within_a_longer_answer(person: SimulatedPerson) -> None:
    person.coach_listens(RATING, 0.0)
    listen(person, 3.0)
    person.coach_listens(RATING, 3.0)
    assert stretches(listen(person, 3.0)) == [(0.0, 0.5), (0.9, 1.4)]


def test_it_falls_silent_at_the_end_of_its_script(person: SimulatedPerson) -> None:
    for _ in range(2):
        person.coach_listens(RATING, 0.0)
        listen(person, 3.0)
    person.coach_listens(RATING, 0.0)
    assert not any(listen(person, 5.0))


def test_the_room_is_quiet_yet_never_silent_and_the_same_every_time(
    person: SimulatedPerson,
) -> None:
    frames = [person.read() for _ in range(100)]
    again = SimulatedPerson(SCRIPT, HalfSecondVoice())
    room = np.concatenate([frame.pcm for frame in frames]).astype(float)
    assert room.size == 100 * HEARING_SAMPLES
    assert [frame.index for frame in frames] == list(range(100))
    assert 0.8 * ROOM_NOISE < room.std() < 1.2 * ROOM_NOISE
    assert all(np.array_equal(frame.pcm, again.read().pcm) for frame in frames)


def test_closing_releases_the_voice(person: SimulatedPerson, voice: HalfSecondVoice) -> None:
    person.close()
    assert voice.closed
