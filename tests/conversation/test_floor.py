"""Somebody speaks over the coach: it falls silent at once, and goes on where nothing was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from session_player import Player, conversation

from voice_coach.content.scripts import Length
from voice_coach.conversation.events import (
    Action,
    BargeIn,
    BargeInHint,
    BargeInOver,
    Duck,
    Event,
    Expected,
    GoOn,
    Heard,
    Hold,
    Key,
    KeyPressed,
    PlaybackFinished,
    Rest,
    Started,
    StopSpeaking,
    Unclear,
)
from voice_coach.conversation.states import GROUNDING, SAFETY


def kinds(actions: list[Action]) -> list[type]:
    return [type(action) for action in actions]


def speaking() -> Player:
    """The coach greets, and nothing of it has been said to its end."""
    player = Player(conversation())
    player.take(Started())
    assert len(player.sounding) > 1
    return player


def react(player: Player, event: Event) -> list[Action]:
    before = len(player.actions)
    player.take(event)
    return player.actions[before:]


def test_a_hint_holds_the_voice_and_nothing_lets_it_go_on() -> None:
    player = speaking()
    assert react(player, BargeInHint(1.0)) == [Hold()]
    assert react(player, BargeInOver(1.6)) == [GoOn()]


def test_a_command_stops_what_was_held() -> None:
    player = speaking()
    react(player, BargeInHint(1.0))
    actions = react(player, Heard(1.4, "stop"))
    assert kinds(actions)[0] is StopSpeaking
    assert Rest in kinds(actions)


def test_an_answer_to_the_question_that_is_being_asked_is_taken() -> None:
    player = speaking()
    while len(player.sounding) > 1:
        player.take(PlaybackFinished(1.0, player.sounding.pop(0).id))
    react(player, BargeInHint(2.0))
    actions = react(player, Heard(2.5, "four"))
    assert kinds(actions)[0] is StopSpeaking
    assert player.conversation.stage.memory.rating == 4


def test_an_answer_before_the_question_is_not_one() -> None:
    player = speaking()
    react(player, BargeInHint(1.0))
    assert react(player, Heard(1.5, "four")) == [GoOn()]
    assert player.conversation.stage.memory.rating is None


def test_what_is_said_before_an_open_question_begins_the_answer() -> None:
    player = Player(conversation(practice="focus"))
    player.start()
    player.you("four")
    player.take(Heard(player.at, "short"))  # what leads to the first question is being said
    assert player.expected is Expected.OPEN
    assert len(player.sounding) > 1
    talk = player.conversation
    react(player, BargeInHint(player.at))
    react(player, BargeIn(player.at))
    assert react(player, Heard(player.at, "it began at breakfast")) == [GoOn()]
    assert talk.unfinished == "it began at breakfast"


OWN = "if some"
"""What a recogniser makes of the beginning of "If somebody could overhear you"."""


@pytest.mark.parametrize(
    "event", [Heard(2.0, OWN), Unclear(2.0, OWN), Heard(2.0, "could overhear")]
)
def test_its_own_words_are_nobodys_answer(event: Event) -> None:
    player = speaking()
    while not player.sounding[0].text.startswith("If somebody"):
        player.take(PlaybackFinished(1.0, player.sounding.pop(0).id))
    react(player, BargeInHint(1.5))
    react(player, BargeIn(1.9))
    assert react(player, event) == [GoOn()]
    assert player.conversation.unfinished == ""


def at_the_open_question() -> Player:
    player = Player(conversation(practice="focus"))
    player.start()
    player.you("four")
    player.take(Heard(player.at, "short"))
    while len(player.sounding) > 1:
        player.take(PlaybackFinished(player.at, player.sounding.pop(0).id))
    assert player.expected is Expected.OPEN
    return player


def test_its_own_words_do_not_answer_its_question() -> None:
    player = at_the_open_question()
    own = " ".join(player.sounding[0].text.split()[1:4]).lower()
    talk = player.conversation
    for over in (True, False):
        step = talk.step
        if over:
            react(player, BargeInHint(player.at))
        actions = react(player, Heard(player.at, own))
        assert (talk.step is step) is over, "said in silence it is an answer as any other"
        assert (actions == [GoOn()]) is over


def test_a_choice_that_is_read_out_can_be_taken_over_it() -> None:
    player = Player(conversation(practice="focus"))
    player.start()
    player.take(Heard(player.at, "four"))
    while len(player.sounding) > 1:
        player.take(PlaybackFinished(player.at, player.sounding.pop(0).id))
    assert "standard" in player.sounding[0].text
    react(player, BargeInHint(player.at))
    assert kinds(react(player, Heard(player.at, "standard")))[0] is StopSpeaking
    assert player.conversation.stage.memory.length is Length.STANDARD


def test_danger_in_words_that_may_be_its_own_is_danger() -> None:
    player = speaking()
    line = player.sounding[0]
    player.conversation.speech.sounding[line.id] = replace(
        player.conversation.speech.sounding[line.id], text="Say it: I want to kill myself."
    )
    react(player, BargeInHint(1.0))
    actions = react(player, Heard(3.0, "i want to kill myself"))
    assert kinds(actions)[0] is StopSpeaking
    assert player.conversation.state == SAFETY


def test_danger_said_over_the_coach_is_danger() -> None:
    player = speaking()
    react(player, BargeInHint(1.0))
    react(player, BargeIn(1.4))
    actions = react(player, Heard(3.0, "i am going to kill myself tonight"))
    assert kinds(actions)[0] is StopSpeaking
    assert player.conversation.state == SAFETY


def test_in_an_exercise_a_hint_only_ducks_and_speech_holds() -> None:
    player = Player(conversation(exercise="counted-breathing", ground_only=True))
    player.take(Started())
    while player.conversation.state != GROUNDING:
        player.settle()
        player.you("four")
    assert kinds(react(player, BargeInHint(9.0))) == [Duck]
    assert react(player, BargeIn(9.4)) == [Hold()]
    assert react(player, BargeInOver(10.0)) == [GoOn()]


@pytest.mark.parametrize("event", [Heard(2.0, "what is that noise"), BargeInOver(2.0)])
def test_a_held_voice_is_always_let_go(event: Event) -> None:
    player = speaking()
    react(player, BargeInHint(1.0))
    assert kinds(react(player, event))[0] in (GoOn, StopSpeaking)


def test_keys_come_through_a_hold() -> None:
    player = speaking()
    react(player, BargeInHint(1.0))
    assert kinds(react(player, KeyPressed(1.1, Key.EXIT)))[0] is StopSpeaking
    assert react(player, BargeInOver(1.6)) == []


def test_after_the_end_a_hint_is_nothing() -> None:
    player = speaking()
    react(player, Heard(1.0, "stop"))
    assert react(player, BargeInHint(1.5)) == []
    assert react(player, BargeInOver(2.0)) == []
