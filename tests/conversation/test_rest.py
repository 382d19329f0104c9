"""A rest: nothing is heard but the call, and it goes on where it was."""

from __future__ import annotations

from session_player import Player, conversation

from voice_coach.conversation.conversation import Conversation
from voice_coach.conversation.events import Expected, Heard, Key, KeyPressed, Listen, Started
from voice_coach.conversation.states import PAUSED, SAFETY

CALL = "hey coach"


def with_a_call() -> Conversation:
    talk = conversation()
    talk.stage.wake_phrase = CALL
    return talk


def last_listen(player: Player) -> Listen:
    return [action for action in player.actions if isinstance(action, Listen)][-1]


def test_a_rest_listens_for_the_call_alone_and_the_call_leads_back() -> None:
    player = Player(with_a_call())
    player.start()
    before = player.conversation.state
    player.you("rest")
    assert player.conversation.state == PAUSED
    assert last_listen(player).expectation.expected is Expected.ASLEEP
    assert last_listen(player).expectation.phrases == (CALL,)
    assert CALL in " ".join(player.said)
    player.you(CALL)
    assert player.conversation.state == before
    assert last_listen(player).expectation.expected is Expected.RATING


def test_without_a_call_a_rest_is_a_pause() -> None:
    player = Player(conversation())
    player.start()
    player.you("rest")
    assert player.conversation.state == PAUSED
    assert last_listen(player).expectation.expected is Expected.COMMAND


def test_from_a_pause_one_can_go_to_rest() -> None:
    player = Player(with_a_call())
    player.start()
    player.you("pause")
    player.you("rest")
    assert last_listen(player).expectation.expected is Expected.ASLEEP
    player.you(CALL)
    assert player.conversation.state != PAUSED


def test_a_key_wakes_it_too() -> None:
    player = Player(with_a_call())
    player.start()
    player.you("rest")
    player.feed(KeyPressed(player.at, Key.PAUSE))
    assert player.conversation.state != PAUSED


def test_a_rest_in_the_safety_scene_comes_back_to_it() -> None:
    player = Player(with_a_call())
    player.start()
    player.you("i am going to kill myself tonight")
    player.you("rest")
    player.you(CALL)
    assert player.conversation.state == SAFETY


def test_the_call_means_nothing_while_awake() -> None:
    player = Player(with_a_call())
    player.start()
    before = player.conversation.state
    player.you(CALL)
    assert player.conversation.state == before


def test_a_session_may_begin_at_rest_and_greets_when_it_is_called() -> None:
    talk = with_a_call()
    talk.stage.asleep = True
    player = Player(talk)
    player.take(Started())
    assert [say.text for say in player.sounding] == [player.said[-1]]
    assert CALL in player.said[-1]
    assert last_listen(player).expectation.expected is Expected.ASLEEP
    player.settle()
    player.take(Heard(player.at, CALL))
    assert any("coach" in say.text for say in player.sounding)
    assert last_listen(player).expectation.expected is Expected.RATING
