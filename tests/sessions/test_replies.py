"""A coach who says the same thing twice is not listening."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from session_player import Player, conversation

from voice_coach.content.scripts import Length
from voice_coach.conversation.events import Expected, Say
from voice_coach.conversation.scene import Style

ANSWERS = (
    "i shut down when she gets angry",
    "he always blames me for everything",
    "i don't know",
    "it was on sunday in the kitchen and we shouted",
    "i felt small",
    "sad",
    "i want to say that i miss her",
    "my chest gets tight and i walk out",
    "because he makes me",
    "i am such an idiot",
    "maybe i was unfair",
    "i was hurt and i hid it",
    "tomorrow after dinner",
    "when he comes home late",
    "i will take a breath and ask one question",
    "i could put my phone away at dinner",
    "whatever",
    "purple elephants",
    "yes",
    "no",
    "five",
)
PRACTICES = ("focus", "honesty", "self-confrontation", "grounded", "boundary")


def answer(player: Player, chance: random.Random) -> str:
    """Something that a person could say here, fitting or not."""
    if player.conversation.state == "session.gate":
        return "one" if "alone" in " ".join(player.said) else "two"
    if player.expected is Expected.RATING:
        return str(chance.randint(0, 10))
    if player.expected is Expected.YES_NO and chance.random() < 0.7:
        return chance.choice(("yes", "no", "maybe"))
    return chance.choice(ANSWERS)


@pytest.mark.parametrize("quotes", [True, False], ids=["quoting", "not quoting"])
@pytest.mark.parametrize("practice", PRACTICES)
@pytest.mark.parametrize("seed", range(4))
def test_no_reply_is_said_twice(practice: str, seed: int, quotes: bool) -> None:
    chance = random.Random(f"{practice} {seed}")
    player = Player(conversation(quotes, practice=practice, length=Length.LONG))
    player.start()
    player.you("four")
    for _ in range(40):
        if player.ending is None:
            player.you(answer(player, chance))
    pace = player.conversation.speech.pace(Style.REFLECTION)
    said = Counter(a.text for a in player.actions if isinstance(a, Say) and a.pace == pace)
    again = [text for text, times in said.items() if times > 1 and not text.endswith("?")]
    assert not again
    assert len(said) > 3


@pytest.mark.parametrize("half", ["tomorrow after dinner", "i will take one slow breath"])
def test_half_a_plan_is_not_asked_about_for_ever(half: str) -> None:
    player = Player(conversation(practice="focus", length=Length.SHORT))
    player.start()
    for text in ("four", *["skip"] * 8):
        if player.conversation.state != "session.planning":
            player.you(text)
    player.you(half)
    for _ in range(4):
        if player.conversation.state == "session.planning":
            player.you("purple elephants")
    assert player.conversation.state == "session.leaving.rating"
