"""Rendering ahead on the voice's own thread: order, stopping, failures, closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from voice_coach.audio.frames import SPEAKING_SAMPLES, Pcm
from voice_coach.conversation.events import Pace, PlaybackFinished, Say
from voice_coach.speaking.mouth import Mouth
from voice_coach.speaking.synthesizer import SpeechFailed, Utterance

# Real processes and threads, on a machine that may be busy: what fails is tried again.
pytestmark = pytest.mark.flaky(reruns=2, reruns_delay=1)

PATIENCE = 5.0
"""Seconds that a test waits for another thread before it fails."""


class GatedVoice:
    """Renders only when the test lets it, and tells on which thread it was called."""

    def __init__(self) -> None:
        self.gate = threading.Semaphore(0)
        self.began: list[str] = []
        self.threads: set[int] = set()
        self.personal: dict[str, bool] = {}
        self.closed = threading.Event()

    def render(self, utterance: Utterance) -> Pcm:
        self.began.append(utterance.text)
        self.threads.add(threading.get_ident())
        self.personal[utterance.text] = utterance.personal
        if not self.gate.acquire(timeout=PATIENCE):
            raise SpeechFailed("nobody let it")
        if self.closed.is_set():
            raise SpeechFailed("it was closed")
        if utterance.text == "Bug.":
            raise ZeroDivisionError
        return np.full(2 * SPEAKING_SAMPLES, 1000, dtype=np.int16)

    def close(self) -> None:
        self.closed.set()
        for _ in range(10):
            self.gate.release()


@pytest.fixture
def voice() -> GatedVoice:
    return GatedVoice()


@pytest.fixture
def mouth(voice: GatedVoice) -> Iterator[Mouth]:
    mouth = Mouth(voice, live=True)
    yield mouth
    mouth.close()


def until(condition: Callable[[], object]) -> None:
    """Waits for another thread."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.001)


def play(mouth: Mouth) -> list[PlaybackFinished]:
    """Frames until nothing sounds any more."""
    events: list[PlaybackFinished] = []

    def over() -> bool:
        events.extend(mouth.speak(0.0)[1])
        return not mouth.speaking

    until(over)
    return events


def test_the_first_sentence_sounds_while_the_second_is_not_ready(
    mouth: Mouth, voice: GatedVoice
) -> None:
    mouth.say(Say(1, "Ab. Cd.", Pace(gap=0)))
    assert not mouth.speak(0.0)[0].any()
    assert mouth.speaking
    voice.gate.release()
    until(lambda: mouth.speak(0.0)[0].any())
    assert mouth.speak(0.0)[0].any()
    assert not mouth.speak(0.0)[0].any()
    assert mouth.speaking
    voice.gate.release()
    assert [event.say for event in play(mouth)] == [1]


def test_what_is_said_comes_before_what_is_prepared(mouth: Mouth, voice: GatedVoice) -> None:
    mouth.say(Say(1, "First."))
    until(lambda: voice.began == ["First."])
    mouth.prepare([("Later. Much later.", Pace())])
    mouth.say(Say(2, "Second."))
    for _ in range(4):
        voice.gate.release()
    until(lambda: len(voice.began) == 4)
    assert voice.began == ["First.", "Second.", "Later.", "Much later."]


def test_what_was_prepared_sounds_in_the_next_frame_and_is_rendered_once(
    mouth: Mouth, voice: GatedVoice
) -> None:
    mouth.prepare([("Soon.", Pace()), ("Soon.", Pace()), ("After.", Pace())])
    voice.gate.release()
    until(lambda: voice.began == ["Soon.", "After."])
    mouth.say(Say(1, "Soon."))
    assert mouth.speak(0.0)[0].any()


def test_what_is_prepared_is_kept_off_the_disk(mouth: Mouth, voice: GatedVoice) -> None:
    """Nothing tells whether it holds the person's own words."""
    mouth.prepare([("You said that.", Pace())])
    until(lambda: voice.personal == {"You said that.": True})


def test_personal_sentences_are_not_kept(mouth: Mouth, voice: GatedVoice) -> None:
    for _ in range(2):
        voice.gate.release()
        mouth.say(Say(1, "Anna.", personal=True))
        play(mouth)
    assert voice.began == ["Anna.", "Anna."]


def test_fixed_sentences_are_kept_to_be_repeated(mouth: Mouth, voice: GatedVoice) -> None:
    voice.gate.release()
    for _ in range(3):
        mouth.say(Say(1, "Anna."))
        play(mouth)
    assert voice.began == ["Anna."]


def test_a_stop_drops_what_was_still_to_be_rendered(mouth: Mouth, voice: GatedVoice) -> None:
    mouth.say(Say(1, "One. Two. Three."))
    mouth.prepare([("Four.", Pace())])
    until(lambda: voice.began == ["One."])
    mouth.stop()
    mouth.say(Say(2, "Five."))
    voice.gate.release()
    voice.gate.release()
    assert [event.say for event in play(mouth)] == [2]
    assert voice.began == ["One.", "Five."]


def test_only_one_thread_renders(mouth: Mouth, voice: GatedVoice) -> None:
    for number in range(5):
        voice.gate.release()
        mouth.say(Say(number, f"Number {number}."))
        play(mouth)
    assert len(voice.threads) == 1
    assert threading.get_ident() not in voice.threads


def test_closing_ends_a_render_that_hangs(voice: GatedVoice) -> None:
    mouth = Mouth(voice, live=True)
    mouth.say(Say(1, "Hang."))
    until(lambda: voice.began)
    began = time.monotonic()
    mouth.close()
    assert voice.closed.is_set()
    assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_on_the_thread_is_loud(mouth: Mouth, voice: GatedVoice) -> None:
    """Not an endless silence that waits for a thread that is gone."""
    mouth.say(Say(1, "Bug."))
    voice.gate.release()
    with pytest.raises(RuntimeError, match="unexpectedly") as caught:
        play(mouth)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
