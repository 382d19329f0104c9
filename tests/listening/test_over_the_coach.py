"""What the ears make of somebody who speaks while the coach does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from listening_fakes import (
    COMMAND,
    OPEN,
    RATING,
    YES_NO,
    FakeActivity,
    Script,
    ears_for,
    gap,
    hear,
    heard,
    said,
)

from voice_coach.audio.frames import FRAME_SECONDS, Pcm
from voice_coach.conversation.events import (
    BargeIn,
    BargeInHint,
    BargeInOver,
    Event,
    Heard,
    Hearing,
    Listen,
)

# --- while the coach speaks --------------------------------------------------------------------


@pytest.mark.parametrize("listen", [RATING, OPEN, COMMAND])
def test_only_whole_commands_are_heard_over_the_coach(listen: Listen) -> None:
    script = Script().wait(1.0).say("seven").wait(1.0).say("well then stop it").wait(1.0)
    script.say("stop").wait(1.0)
    events = hear(script, listen, speaking=lambda _: True)
    assert said(events) == ["stop"]
    assert gap(script, events, 1.0) <= 0.22
    assert events == heard(events)


def test_answer_begun_over_the_coachs_last_word_is_whole() -> None:
    script = Script().wait(1.0).say("not really").wait(2.0)
    events = hear(script, YES_NO, speaking=lambda at: at < 1.2)
    assert said(events) == ["not really"]


def test_what_was_said_before_the_coach_fell_silent_is_no_answer() -> None:
    script = Script().wait(1.0).say("seven").wait(3.0)
    assert said(hear(script, RATING, speaking=lambda at: at < 2.0)) == []


# --- over the coach's voice, where there is no echo ----------------------------------------------


def over(script: Script, listen: Listen) -> list[Event]:
    return hear(script, listen, speaking=lambda _: True, echo=False)


@pytest.mark.parametrize(
    ("listen", "text"),
    [(OPEN, "stop"), (RATING, "ten"), (YES_NO, "not really"), (COMMAND, "skip")],
)
def test_a_phrase_over_the_coach_is_hinted_at_and_heard(listen: Listen, text: str) -> None:
    script = Script().wait(2.0).say(text).wait(2.0)
    events = over(script, listen)
    hint, *_, last = events
    assert isinstance(hint, BargeInHint)
    assert hint.at <= 2.0 + 0.06
    assert isinstance(last, Heard)
    assert last.text == text
    assert gap(script, events, 2.0) <= 0.22


def test_a_knock_over_the_coach_is_nothing_soon() -> None:
    script = Script().wait(2.0).noise(0.15).wait(2.0)
    hint, over_again = over(script, OPEN)
    assert isinstance(hint, BargeInHint)
    assert isinstance(over_again, BargeInOver)
    assert over_again.at - 2.15 <= 0.55


def test_speech_over_the_coach_takes_the_turn_to_its_end() -> None:
    script = Script().wait(2.0).say("that is not what i meant").wait(1.0).say("not at all")
    events = over(script.wait(6.0), OPEN)
    kinds = [type(event) for event in events if not isinstance(event, Hearing)]
    assert kinds == [BargeInHint, BargeIn, Heard]
    assert said(events) == ["that is not what i meant not at all"]


def test_voice_without_words_over_the_coach_is_given_back() -> None:
    events = over(Script().wait(2.0).noise(1.5).wait(6.0), OPEN)
    assert [type(event) for event in events] == [BargeInHint, BargeIn, BargeInOver]


def test_a_canceller_that_is_trusted_in_the_midst_of_a_stretch_is_no_barge_in() -> None:
    script = Script().wait(1.0).noise(3.0).wait(2.0)
    ears = ears_for(script)
    ears.listen(OPEN)
    events: list[Event] = []
    for frame in script.frames():
        residue = np.zeros_like(frame.pcm) if frame.index > 100 else None
        events += ears.hear(replace(frame, residue=residue), True)
    assert not any(isinstance(event, BargeIn) for event in events)


def test_a_canceller_that_is_lost_in_the_midst_of_a_hint_holds_nothing_for_ever() -> None:
    script = Script().wait(2.0).noise(0.2).wait(4.0)
    ears = ears_for(script)
    ears.listen(OPEN)
    events: list[Event] = []
    for frame in script.frames():
        residue = frame.pcm if frame.index < 104 else None
        events += ears.hear(replace(frame, residue=residue), True)
    assert [type(event) for event in events] == [BargeInHint, BargeInOver]


def test_a_television_does_not_silence_the_coach_for_ever() -> None:
    script = Script().wait(2.0)
    for _ in range(20):
        script.say("and so on").wait(0.2)
    script.wait(6.0)
    hint, taken, over_again, *_ = (e for e in over(script, COMMAND) if not isinstance(e, Hearing))
    assert isinstance(hint, BargeInHint)
    assert isinstance(taken, BargeIn)
    assert isinstance(over_again, BargeInOver)
    assert over_again.at - hint.at <= 12.5


def test_after_a_turn_that_was_taken_there_are_hints_again() -> None:
    script = Script().wait(2.0).noise(0.15).wait(12.0).say("pause").wait(2.0)
    events = over(script, OPEN)
    assert said(events) == ["pause"]
    assert sum(isinstance(event, BargeInHint) for event in events) == 2


class FadingActivity(FakeActivity):
    """Surer of the first 0.4 s of voice than of the rest."""

    def __init__(self) -> None:
        super().__init__(1.0)
        self._voiced = 0

    def hear(self, pcm: Pcm) -> float:
        self._voiced += bool(pcm.any())
        return super().hear(pcm) if self._voiced <= 0.4 / FRAME_SECONDS else 0.55


def test_how_sure_a_voice_is_counts_from_its_beginning() -> None:
    """What is left of a word after it took the turn, as in "focus", is hardly a voice."""
    script = Script().wait(2.0).say("because of").wait(9.0)
    ears = ears_for(script, activity=FadingActivity())
    events = hear(script, OPEN, ears, speaking=lambda _: True, echo=False)
    assert any(isinstance(event, BargeIn) for event in events)
    assert said(events) == ["because of"]


# --- the coach hears itself ----------------------------------------------------------------------


@pytest.mark.parametrize("answered", [False, True])
def test_words_over_the_coach_that_lead_nowhere_make_the_next_hint_need_more(
    answered: bool,
) -> None:
    """Else what is left of its own voice could hold it again and again at the same phrase."""
    script = Script()
    for _ in range(2):
        script.noise(2.0).wait(1.0).say("if some body could over hear").wait(4.0)
    noise, ears = 1_000 + script.words.index("(noise)"), ears_for(script)
    ears.listen(OPEN)
    hints = 0
    for frame in script.frames():
        left = 0 if frame.pcm[0] in (0, noise) else 60
        residue = np.full_like(frame.pcm, left)
        events = ears.hear(replace(frame, residue=residue), True)
        hints += sum(isinstance(event, BargeInHint) for event in events)
        if answered and any(isinstance(event, Heard) for event in events):
            ears.listen(OPEN)
    assert hints == (2 if answered else 1)


def test_a_coach_that_hears_itself_goes_on_and_still_hears_a_command() -> None:
    """The canceller has lost the echo: all that is said comes back, phrase for phrase."""
    script = Script().noise(2.0)
    for _ in range(6):
        script.wait(1.0).say("if some body could over hear").wait(4.0)
    script.wait(1.0).say("pause").wait(3.0)
    events = hear(script, OPEN, speaking=lambda _: True, echo=False)
    hints = sum(isinstance(event, BargeInHint) for event in events)
    assert 1 <= hints <= 4
    assert said(events)[-1] == "pause"
