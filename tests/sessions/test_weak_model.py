"""With a model that hears free speech poorly the coach says none of it back."""

from __future__ import annotations

import pytest
from session_player import Player, conversation

from voice_coach.content.scripts import Length
from voice_coach.listening.models import find_model, good_for_open_speech

PRACTICES = ("focus", "honesty", "self-confrontation", "grounded", "boundary")
ANSWER = "my partner forgot the purple zebra on sunday"


def said_back(quotes: bool, practice: str) -> list[str]:
    """What the coach says with a strange word of the answer in it, in a session of such answers."""
    player = Player(conversation(quotes, practice=practice, length=Length.LONG))
    player.start()
    player.you("four")
    back = []
    for _ in range(30):
        if player.ending is not None:
            break
        player.you(ANSWER)
        back += [said for said in player.said if "zebra" in said]
    return back


def test_the_starter_model_says_of_itself_that_it_is_weak() -> None:
    assert not good_for_open_speech(find_model("starter-en"))


@pytest.mark.parametrize("practice", PRACTICES)
def test_nothing_is_said_back(practice: str) -> None:
    assert said_back(False, practice) == []


def test_with_a_good_model_it_is() -> None:
    assert any(said_back(True, practice) for practice in PRACTICES)
