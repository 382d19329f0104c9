"""At rest only a call that stands alone is heard, and a silent room costs next to nothing."""

from __future__ import annotations

import numpy as np
import pytest
from listening_fakes import FakeActivity, FakeRecognizer, Script, ears_for, hear

from voice_coach.audio.frames import HEARING_SAMPLES, Frame, Pcm
from voice_coach.conversation.events import Expectation, Expected, Heard, Listen
from voice_coach.listening.views import ClosedView
from voice_coach.listening.wake import LoudnessGate, WakeListener

CALL = "hey coach"
ASLEEP = Listen(Expectation(Expected.ASLEEP, (CALL,)))


def texts(script: Script, confidence: float = 0.9) -> list[str]:
    events = hear(script, ASLEEP, ears_for(script, confidence=confidence))
    assert all(isinstance(event, Heard) for event in events)
    return [event.text for event in events if isinstance(event, Heard)]


@pytest.mark.parametrize("before", [0.5, 2.0, 30.0])
def test_a_call_is_heard_soon(before: float) -> None:
    script = Script().wait(before).say(CALL).wait(2.0)
    (event,) = hear(script, ASLEEP)
    assert isinstance(event, Heard)
    assert event.text == CALL
    assert event.at - (script.seconds - 2.0) <= 0.4


@pytest.mark.parametrize(
    "said",
    [
        "pause",
        "stop",
        "go on",
        "hey",
        "well hey coach",
        "hey coach are you there",
        "i said hey coach to him and he laughed",
        "i want to die",
    ],
)
def test_nothing_else_is(said: str) -> None:
    assert texts(Script().wait(2.0).say(said).wait(2.0)) == []


def test_a_call_after_a_sentence_is_not_one_and_after_a_silence_is() -> None:
    script = Script().wait(2.0).say("he never listens").wait(0.2).say(CALL)
    assert texts(script.wait(2.0)) == []
    script = Script().wait(2.0).say("he never listens").wait(1.0).say(CALL)
    assert texts(script.wait(2.0)) == [CALL]


def test_a_doubtful_call_is_not_one() -> None:
    assert texts(Script().wait(2.0).say(CALL).wait(2.0), confidence=0.5) == []


def test_the_coach_does_not_call_itself() -> None:
    script = Script().wait(2.0).say(CALL).wait(2.0)
    assert hear(script, ASLEEP, speaking=lambda at: at < 3.0) == []


def test_ears_know_that_they_are_asleep() -> None:
    script = Script().wait(0.1)
    ears = ears_for(script)
    assert not ears.asleep
    ears.listen(ASLEEP)
    assert ears.asleep
    ears.listen(Listen(Expectation(Expected.RATING)))
    assert not ears.asleep


class CountingActivity(FakeActivity):
    """How often the costly network was asked."""

    asked = 0

    def hear(self, pcm: Pcm) -> float:
        self.asked += 1
        return super().hear(pcm)


def noise(decibels: float, seed: int) -> Pcm:
    chance = np.random.default_rng(seed)
    return np.round(chance.normal(0, 10 ** (decibels / 20), HEARING_SAMPLES)).astype(np.int16)


def test_in_a_room_without_change_no_network_is_asked() -> None:
    activity = CountingActivity()
    script = Script()
    listener = WakeListener(ClosedView(FakeRecognizer(script)), activity, frozenset({CALL}))
    for index in range(50 * 60):
        assert listener.hear(Frame(index, noise(30.0, index))) is None
    assert activity.asked == 0


@pytest.mark.parametrize(("louder", "opens"), [(0.0, False), (3.0, False), (10.0, True)])
def test_the_gate_opens_for_what_is_louder_than_the_room(louder: float, opens: bool) -> None:
    gate = LoudnessGate()
    for index in range(200):
        gate.hear(Frame(index, noise(30.0, index)))
    assert gate.hear(Frame(200, noise(30.0 + louder, 200))) is opens


def test_the_gate_gets_used_to_a_fan() -> None:
    gate = LoudnessGate()
    for index in range(200):
        gate.hear(Frame(index, noise(30.0, index)))
    opened = [gate.hear(Frame(index, noise(45.0, index))) for index in range(200, 900)]
    assert opened[0]
    assert not opened[-1]
