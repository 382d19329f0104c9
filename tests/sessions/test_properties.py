"""Any sequence of events leaves the mind speaking, listening or at rest, and "stop" stops it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from session_player import Player, conversation

from voice_coach.conversation.events import (
    BargeIn,
    BargeInHint,
    BargeInOver,
    Device,
    DeviceChanged,
    Ending,
    Event,
    Heard,
    Hearing,
    InputEnded,
    Key,
    KeyPressed,
    Listen,
    NothingHeard,
    PlaybackFinished,
    Quiet,
    Rest,
    Show,
    Source,
    Started,
    StopSpeaking,
    Unclear,
    WaitOver,
)
from voice_coach.conversation.states import ENDED, GROUNDING, SAFETY

SENTENCES = (
    "four", "nine", "about a seven", "one", "two", "yes", "no", "not really", "i don't know",
    "focus", "honesty", "confront yourself", "the grounded one", "boundary", "grounding", "feet",
    "a safety plan", "a walk by the river", "my sister",
    "short", "the long one", "go on", "that's all", "pause", "repeat", "skip", "back", "help",
    "ground me", "how long", "delete that", "give me a minute", "start over", "slower", "louder",
    "that's not what i said", "tomorrow after dinner", "i will put my phone away",
    "if he raises his voice then i will take one breath and sit down",
    "i shut down when she gets angry", "he always blames me", "purple elephants", "sad",
)  # fmt: skip
DENIALS = frozenset({"no", "not really", "two", "one", "that's not what i said"})
UNCONDITIONAL = (
    "i want to kill myself", "i have taken all my pills", "i could kill her tonight",
    "pause i want to kill myself", "i want to kill myself go on", "skip i took all my pills",
)  # fmt: skip
"""Answered whoever listens: nobody has to be alone for it."""
NOW = ("i want to kill myself", "i have taken all my pills", "he strangled me last night")

times = st.just(0.0)
heard = st.builds(
    Heard,
    at=times,
    text=st.sampled_from(SENTENCES),
    source=st.sampled_from(Source),
    unfinished=st.sampled_from(("", "", "", "i was so tired")),
    doubtful=st.booleans(),
)
events: st.SearchStrategy[Event] = st.one_of(
    heard,
    heard,
    st.builds(NothingHeard, at=times, quiet=st.sampled_from(Quiet)),
    st.builds(Unclear, at=times, text=st.sampled_from(("", *SENTENCES))),
    st.builds(KeyPressed, at=times, key=st.just(Key.PAUSE)),
    st.builds(Hearing, at=times, text=st.sampled_from(SENTENCES)),
    st.builds(BargeInHint, at=times),
    st.builds(BargeIn, at=times),
    st.builds(BargeInOver, at=times),
    st.builds(PlaybackFinished, at=times, say=st.integers(0, 40)),
    st.builds(WaitOver, at=times, wait=st.integers(0, 40)),
    st.builds(DeviceChanged, at=times, device=st.sampled_from(Device), present=st.booleans()),
)
paths = st.lists(events, max_size=25)


def played(path: list[Event]) -> Player:
    player = Player(conversation())
    player.start()
    for event in path:
        player.feed(event)
    return player


def is_alive(player: Player) -> bool:
    """Listening for something, waiting for a time, or over."""
    if player.ending is not None:
        return player.conversation.state == ENDED
    return any(isinstance(action, Listen) for action in player.actions)


@settings(max_examples=150, deadline=None)
@given(paths)
def test_the_mind_is_always_speaking_listening_or_at_rest(path: list[Event]) -> None:
    assert is_alive(played(path))


@settings(max_examples=150, deadline=None)
@given(paths, st.sampled_from(("stop", "please stop", "goodbye", "Key.STOP", "Key.EXIT")))
def test_stop_always_stops(path: list[Event], how: str) -> None:
    player = played(path)
    before = len(player.actions)
    over = player.ending is not None
    if how.startswith("Key."):
        player.feed(KeyPressed(player.at, Key[how[4:]]))
    else:
        player.feed(Heard(player.at, how))
    actions = player.actions[before:]
    assert isinstance(actions[0], StopSpeaking)
    assert over or any(isinstance(action, Rest) for action in actions)
    assert player.conversation.state == ENDED
    assert player.ending is not None


@settings(max_examples=150, deadline=None)
@given(paths, st.sampled_from(NOW), st.sampled_from(("", "and then she left")))
def test_danger_is_always_answered_first(path: list[Event], text: str, unfinished: str) -> None:
    player = played(path)
    if player.ending is not None:
        return
    player.feed(Heard(player.at, text, source=Source.TYPED, unfinished=unfinished))
    assert player.conversation.state == SAFETY


@settings(max_examples=100, deadline=None)
@given(paths, st.lists(heard.filter(lambda h: h.text not in ("pause",)), max_size=4))
def test_nothing_leads_from_danger_to_a_practice_in_one_step(
    path: list[Event], after: list[Heard]
) -> None:
    player = played(path)
    if player.ending is not None:
        return
    player.feed(Heard(player.at, NOW[0], source=Source.TYPED))
    for event in after[:1]:
        player.feed(event)
        assert player.conversation.state != "session.practising"


def is_ordinary(player: Player) -> bool:
    """The session goes on as if nothing had been said."""
    state = player.conversation.state
    return state.startswith("session.") and state != GROUNDING


@settings(max_examples=150, deadline=None)
@given(
    paths,
    st.sampled_from(UNCONDITIONAL),
    st.sampled_from(("", "and then she left")),
    st.sampled_from(Source),
    st.booleans(),
    st.lists(
        events.filter(lambda event: not (isinstance(event, Heard) and event.text in DENIALS)),
        max_size=12,
    ),
)
def test_no_ordinary_question_before_the_number_was_given(
    path: list[Event],
    text: str,
    unfinished: str,
    source: Source,
    doubtful: bool,
    after: list[Event],
) -> None:
    player = played(path)
    if player.ending is not None:
        return
    before = len(player.actions)
    player.take(Heard(player.at, text, source=source, unfinished=unfinished, doubtful=doubtful))
    for event in after:
        player.take(event)  # in the midst of what is being said: nothing has been played
        number_given = any(
            isinstance(action, Show) and any(sign.isdigit() for sign in action.text)
            for action in player.actions[before:]
        )
        assert number_given or not is_ordinary(player)


@pytest.mark.parametrize(
    "first", [KeyPressed(0.0, Key.PAUSE), Heard(0.0, "ground me"), Heard(0.0, "pause")]
)
def test_starting_over_from_a_pause_or_an_exercise_leads_back_to_safety(first: Event) -> None:
    player = played([])
    player.you(UNCONDITIONAL[0])
    player.take(first)
    player.take(Heard(player.at, "start over"))
    assert player.conversation.state == SAFETY


@settings(max_examples=50, deadline=None)
@given(paths)
def test_the_end_of_input_ends_every_session(path: list[Event]) -> None:
    player = played(path)
    player.feed(InputEnded(player.at))
    assert player.ending is not None


def test_two_denials_lead_back_to_ordinary_questions() -> None:
    player = played([])
    player.you(UNCONDITIONAL[0])
    assert not is_ordinary(player)
    player.you("no")
    player.you("no")
    assert is_ordinary(player)


def test_noise_in_a_pause_asks_nothing_and_leads_nowhere() -> None:
    player = Player(conversation(practice="self-confrontation"))
    player.start()
    player.you("four")
    player.key("pause")
    before = len(player.actions)
    for _ in range(4):
        player.feed(Unclear(player.at))
    assert player.conversation.state == "paused"
    assert len(player.actions) == before


@pytest.mark.parametrize("text", [NOW[0], "he scares me"])
def test_danger_in_what_hardly_sounded_like_words_is_asked_about(text: str) -> None:
    player = Player(conversation(practice="focus"))
    player.start()
    player.feed(Unclear(player.at, text))
    assert player.conversation.state == "safety"
    assert not is_ordinary(player)


def listened_for(player: Player) -> Listen:
    return [action for action in player.actions if isinstance(action, Listen)][-1]


def test_what_the_menu_and_the_gate_ask_for_can_be_heard() -> None:
    player = Player(conversation())
    player.start()
    player.you("four")
    assert {"number two", "the second", "two"} <= set(listened_for(player).expectation.phrases)
    player.you("number two")
    assert "the middle one" in listened_for(player).expectation.phrases
    player.you("short")
    assert player.conversation.state == "session.gate"
    assert set(listened_for(player).expectation.phrases) == {"one", "two"}


def test_the_same_events_give_the_same_actions() -> None:
    path: list[Event] = [Started(), *(Heard(1.0, text) for text in SENTENCES)]
    runs = []
    for _ in range(2):
        talk = conversation()
        runs.append([talk.handle(event) for event in path])
    assert runs[0] == runs[1]


def test_a_quick_exit_leaves_nothing_to_say() -> None:
    player = played([])
    player.key("exit")
    assert player.ending is Ending.LEFT
    assert player.said == []
