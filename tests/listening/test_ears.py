"""What the ears make of who says what when, with a recogniser that hears perfectly."""

from __future__ import annotations

import pytest
from listening_fakes import (
    CHOICE,
    COMMAND,
    OPEN,
    RATING,
    YES_NO,
    FakeActivity,
    FakeRecognizer,
    Script,
    ears_for,
    gap,
    hear,
    heard,
    said,
)

from voice_coach.audio.frames import HEARING_RATE
from voice_coach.conversation.events import (
    Event,
    Heard,
    Hearing,
    Listen,
    NothingHeard,
    Quiet,
    Unclear,
    Word,
)
from voice_coach.listening.turns import PROFILES, Profile

# --- closed answers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listen", "text"),
    [
        (RATING, "ten"),
        (RATING, "seven and a half"),
        (YES_NO, "yes"),
        (YES_NO, "not really"),
        (CHOICE, "focus"),
        (CHOICE, "the first"),
        (COMMAND, "pause"),
        (RATING, "pause"),
        (YES_NO, "give me a minute"),
        (CHOICE, "stop"),
    ],
)
def test_whole_phrase_is_acted_on_soon(listen: Listen, text: str) -> None:
    script = Script().wait(0.5).say(text).wait(3.0)
    events = hear(script, listen)
    assert said(events) == [text]
    assert gap(script, events, 3.0) <= 0.22


def test_phrase_that_may_go_on_is_waited_for_a_little() -> None:
    script = Script().wait(0.5).say("no").wait(0.24).say("way").wait(2.0)
    assert said(hear(script, YES_NO)) == ["no way"]


def test_phrase_that_does_not_go_on_is_not_waited_for_long() -> None:
    script = Script().wait(0.5).say("no").wait(2.0)
    events = hear(script, YES_NO)
    assert said(events) == ["no"]
    assert gap(script, events, 2.0) <= 0.36


def test_something_else_at_a_closed_question_is_still_heard() -> None:
    script = Script().wait(0.5).say("i want to die").wait(3.0)
    assert said(hear(script, RATING)) == ["i want to die"]


def test_a_doubtful_command_is_left_to_open_recognition_and_stop_is_not() -> None:
    script = Script().wait(0.5).say("pause").wait(3.0)
    (event,) = heard(hear(script, RATING, ears_for(script, confidence=0.65)))
    assert event.text == "pause"
    assert gap(script, [event], 3.0) >= 0.9
    script = Script().wait(0.5).say("stop").wait(3.0)
    (event,) = heard(hear(script, RATING, ears_for(script, confidence=0.3)))
    assert gap(script, [event], 3.0) <= 0.22


def test_whole_answer_after_a_hesitation() -> None:
    script = Script().wait(0.5).say("um").wait(0.5).say("seven").wait(2.0)
    assert said(hear(script, RATING)) == ["seven"]


def test_last_word_of_a_story_is_no_answer() -> None:
    script = Script().wait(0.5).say("we have been through this so often").wait(0.4).say("yes")
    text = "we have been through this so often yes"
    assert said(hear(script.wait(3.0), YES_NO)) == [text]


def test_phrase_with_a_pause_in_it_stays_one() -> None:
    script = Script().wait(0.5).say("give me").wait(0.5).say("a minute").wait(2.0)
    assert said(hear(script, YES_NO)) == ["give me a minute"]


def test_known_words_within_others_are_no_answer() -> None:
    script = Script().wait(0.5).say("she said stop to him").wait(3.0)
    events = hear(script, YES_NO)
    assert said(events) == ["she said stop to him"]


def test_a_long_answer_to_a_plain_question_is_not_cut_at_a_breath() -> None:
    script = Script().wait(0.5).say("it depends on what he").wait(1.2).say("does then").wait(3.0)
    assert said(hear(script, YES_NO)) == ["it depends on what he does then"]


def test_patient_profile_waits_longer_but_not_for_stop() -> None:
    timings = PROFILES[Profile.PATIENT]
    for text, longest, shortest in (("ten", 1.25, 1.1), ("stop", 0.22, 0.1)):
        script = Script().wait(0.5).say(text).wait(3.0)
        events = hear(script, RATING, ears_for(script, timings))
        assert said(events) == [text]
        assert shortest <= gap(script, events, 3.0) <= longest


def test_voice_without_words_is_unclear() -> None:
    script = Script().wait(0.5).noise(0.8).wait(3.0)
    events = hear(script, YES_NO)
    assert [type(event) for event in events] == [Unclear]


def test_a_click_is_nothing() -> None:
    assert hear(Script().wait(0.5).noise(0.1).wait(3.0), YES_NO) == []


def test_noise_where_nothing_was_asked_is_nothing() -> None:
    assert hear(Script().wait(0.5).noise(0.8).wait(3.0), COMMAND) == []


def test_answer_after_answer() -> None:
    script = Script().wait(0.5).say("yes").wait(1.0).say("no").wait(1.0)
    assert said(hear(script, YES_NO)) == ["yes", "no"]


# --- open answers ------------------------------------------------------------------------------


def test_open_answer_waits_for_its_patience() -> None:
    script = Script().wait(0.5).say("i was angry").wait(6.0)
    events = hear(script, OPEN)
    assert said(events) == ["i was angry"]
    assert gap(script, events, 6.0) == pytest.approx(3.5, abs=0.05)


def test_trailing_word_gives_more_time() -> None:
    script = Script().wait(0.5).say("i was angry because").wait(7.0)
    events = hear(script, OPEN)
    assert gap(script, events, 7.0) == pytest.approx(5.5, abs=0.05)


@pytest.mark.parametrize("pause", [0.3, 0.45, 0.55, 0.7, 1.2, 2.0, 3.3])
def test_nothing_is_lost_or_doubled_over_pauses(pause: float) -> None:
    script = Script().wait(0.5)
    for part in ("first he left", "then i called", "and nobody came"):
        script.say(part).wait(pause)
    script.wait(6.0)
    assert said(hear(script, OPEN)) == ["first he left then i called and nobody came"]


@pytest.mark.parametrize("end", ["that's all", "go on"])
@pytest.mark.parametrize("pause", [0.4, 1.0, 2.5])
def test_done_ends_the_turn_and_is_no_part_of_it(end: str, pause: float) -> None:
    script = Script().wait(0.5).say("we had a row").wait(pause).say(end).wait(5.0)
    events = hear(script, OPEN)
    assert said(events) == ["we had a row"]
    assert gap(script, events, 5.0) <= 0.3


def test_go_on_with_nothing_said_is_a_command() -> None:
    script = Script().wait(0.5).say("go on").wait(3.0)
    assert said(hear(script, OPEN)) == ["go on"]


def test_go_on_within_a_sentence_is_not() -> None:
    script = Script().wait(0.5).say("we could go on like this").wait(5.0)
    assert said(hear(script, OPEN)) == ["we could go on like this"]


@pytest.mark.parametrize("command", ["pause", "stop", "give me a minute"])
def test_command_said_apart_cuts_in(command: str) -> None:
    script = Script().wait(0.5).say("he never listens").wait(0.8).say(command).wait(3.0)
    (event,) = heard(hear(script, OPEN))
    assert (event.text, event.unfinished) == (command, "he never listens")


def test_command_word_within_a_sentence_does_not() -> None:
    script = Script().wait(0.5).say("please stop").wait(0.1).say("i told him").wait(6.0)
    assert said(hear(script, OPEN)) == ["please stop i told him"]


def test_command_word_right_after_a_sentence_does_not() -> None:
    script = Script().wait(0.5).say("i told him to").wait(0.1).say("stop").wait(6.0)
    assert said(hear(script, OPEN)) == ["i told him to stop"]


def test_sigh_in_an_open_answer_is_nothing() -> None:
    assert hear(Script().wait(0.5).noise(0.4).wait(6.0), OPEN) == []


def test_crying_is_unclear_not_silence() -> None:
    events = hear(Script().wait(0.5).noise(1.5).wait(6.0), OPEN)
    assert [type(event) for event in events] == [Unclear]


@pytest.mark.parametrize(
    ("text", "likelihood", "is_heard"),
    [
        ("when don't really for the minimum", 0.8, False),  # a guitar
        ("i want to talk about the money", 0.9, True),
        ("because", 0.75, True),
        ("because", 0.6, False),
        ("stop", 0.6, True),
    ],
)
def test_music_that_was_taken_for_words_is_unclear_and_tells_them(
    text: str, likelihood: float, is_heard: bool
) -> None:
    script = Script().wait(0.5).say(text).wait(9.0)
    (event,) = heard_or_not(hear(script, OPEN, ears_for(script, activity=FakeActivity(likelihood))))
    assert isinstance(event, Heard if is_heard else Unclear)
    assert event.text == text


def heard_or_not(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, Heard | Unclear)]


def test_low_confidence_is_doubtful() -> None:
    script = Script().wait(0.5).say("they went away").wait(5.0)
    (event,) = heard(hear(script, OPEN, ears_for(script, confidence=0.3)))
    assert event.doubtful


@pytest.mark.parametrize(("text", "doubtful"), [("ten", True), ("pause", True), ("stop", False)])
def test_low_confidence_is_doubtful_in_closed_answers_but_for_stop(
    text: str, doubtful: bool
) -> None:
    script = Script().wait(0.5).say(text).wait(2.0)
    (event,) = heard(hear(script, RATING, ears_for(script, confidence=0.3)))
    assert event.doubtful is doubtful


def test_word_times_are_the_sessions() -> None:
    script = Script().wait(2.0).say("first").wait(1.5).say("second").wait(5.0)
    (event,) = heard(hear(script, OPEN))
    first, second = event.words
    assert (first.start, first.end) == pytest.approx((2.0, 2.3), abs=0.03)
    assert (second.start, second.end) == pytest.approx((3.8, 4.1), abs=0.03)


def test_partials_show_what_is_heard_so_far() -> None:
    script = Script().wait(0.5).say("i was angry").wait(1.0).say("and sad").wait(6.0)
    texts = [event.text for event in hear(script, OPEN) if isinstance(event, Hearing)]
    assert texts == ["i", "i was", "i was angry", "i was angry and", "i was angry and sad"]


def test_slow_speaker_is_given_more_time_from_then_on() -> None:
    script = Script().wait(0.5).say("first").wait(3.2).say("second").wait(5.0).say("third")
    assert said(hear(script.wait(8.0), OPEN)) == ["first second third"]


# --- silence -----------------------------------------------------------------------------------


def test_nothing_said() -> None:
    events = hear(Script().wait(80.0), RATING)
    assert events == [
        NothingHeard(pytest.approx(at), quiet)  # type: ignore[arg-type]
        for at, quiet in ((15.0, Quiet.CUE), (30.0, Quiet.OFFER), (75.0, Quiet.PAUSE))
    ]


def test_silence_counts_from_where_the_coach_falls_silent() -> None:
    events = hear(Script().wait(30.0), RATING, speaking=lambda at: at < 10.0)
    assert [event.at for event in events] == pytest.approx([25.0])


def test_silence_is_no_news_where_nothing_was_asked() -> None:
    assert hear(Script().wait(100.0), COMMAND) == []


def test_thinking_within_an_answer_is_not_nothing_said() -> None:
    script = Script().wait(14.0).say("well").wait(3.0).say("maybe").wait(3.0)
    events = hear(script, OPEN)
    assert not [event for event in events if isinstance(event, NothingHeard)]


def test_new_question_drops_what_was_half_heard() -> None:
    script = Script().wait(0.5).say("i was").wait(0.3).say("so angry").wait(6.0)
    ears = ears_for(script)
    ears.listen(OPEN)
    events: list[Event] = []
    for frame in script.frames():
        if frame.index == 60:
            ears.listen(OPEN)
        events += ears.hear(frame, False)
    assert said(events) == ["so angry"]


# --- engines -----------------------------------------------------------------------------------


def test_recognisers_are_released() -> None:
    made: list[FakeRecognizer] = []
    script = Script().wait(0.1)

    def make() -> FakeRecognizer:
        made.append(FakeRecognizer(script))
        return made[-1]

    ears_for(script, recognizers=make).close()
    assert len(made) == 2
    assert all(one.closed for one in made)


def test_silence_is_never_shown_to_a_recogniser() -> None:
    made: list[FakeRecognizer] = []
    script = Script().wait(60.0)

    def make() -> FakeRecognizer:
        made.append(FakeRecognizer(script))
        return made[-1]

    hear(script, OPEN, ears_for(script, recognizers=make))
    assert [one.begun for one in made] == [0, 0]


class HardOfHearing(FakeRecognizer):
    """Hears a word only once there is some silence after it: noise covers its end."""

    def _words(self) -> tuple[Word, ...]:
        words = super()._words()
        heard_until = self._length / HEARING_RATE - 0.28
        return tuple(word for word in words if word.end <= heard_until)


def test_a_word_that_is_recognised_late_is_looked_for_once_more() -> None:
    script = Script().wait(0.5).say("seven").wait(3.0)
    ears = ears_for(script, recognizers=lambda: HardOfHearing(script))
    events = hear(script, RATING, ears)
    assert said(events) == ["seven"]
    assert gap(script, events, 3.0) == pytest.approx(0.3, abs=0.03)
