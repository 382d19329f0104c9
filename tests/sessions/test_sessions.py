"""Whole conversations, as files that anybody can read and write."""

from pathlib import Path

import pytest
from session_player import Player, conversation, play

from voice_coach.content.scripts import Length
from voice_coach.conversation.events import Listen

FILES = sorted(Path(__file__).parent.glob("*.session"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_session(file: Path) -> None:
    play(file.read_text("utf-8"))


def test_there_are_sessions() -> None:
    assert len(FILES) >= 10


def test_a_better_model_is_offered_where_it_is_wanted_and_once() -> None:
    for quotes, wanted, said in ((False, True, True), (False, False, False), (True, True, False)):
        talk = conversation(quotes)
        talk.stage.offers_model = wanted
        player = Player(talk)
        player.start()
        assert ("better speech model" in " ".join(player.said)) is said
        player.you("start over")
        assert "better speech model" not in " ".join(player.said)


def test_after_the_offer_a_long_silence_still_pauses() -> None:
    """The offer must not start the clock of silence anew, or the pause would never come."""
    player = Player(conversation(practice="focus", length=Length.SHORT))
    player.start()
    player.you("four")
    before = sum(isinstance(action, Listen) for action in player.actions)
    player.quiet("offer")
    assert player.said
    assert sum(isinstance(action, Listen) for action in player.actions) == before
    player.quiet("pause")
    assert player.conversation.state == "paused"
