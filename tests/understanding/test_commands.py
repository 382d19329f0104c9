"""Commands: the whole utterance, however politely said, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.content.language import load_language
from voice_coach.understanding.commands import Command, Commands

COMMANDS = Commands(load_language("en").commands)

SAID = {
    Command.PAUSE: ["pause", "um, please pause", "wait", "could you pause for a moment", "Pause."],
    Command.GO_ON: ["go on", "okay go on", "continue please", "let's continue", "i'm ready"],
    Command.REPEAT: [
        "repeat",
        "could you repeat that please",
        "sorry what was that",
        "say that again",
        "pardon",
        "i didn't catch that",
    ],
    Command.SLOWER: ["slower", "can you speak a bit slower", "you're too fast", "slow down please"],
    Command.FASTER: ["faster", "speed up a little", "that's too slow"],
    Command.LOUDER: ["louder", "speak up please", "i can't hear you", "a bit louder"],
    Command.SOFTER: ["softer", "quieter please", "you're too loud", "turn it down"],
    Command.SKIP: ["skip", "skip that one", "next question please", "no skip that", "pass"],
    Command.BACK: ["back", "okay um go back please", "the previous question"],
    Command.HELP: ["help", "what can i say", "i need help", "give me an example"],
    Command.GROUND_ME: ["ground me", "i need to calm down", "grounding please"],
    Command.HOW_LONG: [
        "how long",
        "how much longer",
        "how much time is left",
        "are we nearly done",
    ],
    Command.DELETE_THAT: ["delete that", "scratch that", "forget what i just said"],
    Command.MINUTE: ["give me a minute", "let me think", "just a moment please", "hang on"],
    Command.START_OVER: ["start over", "can we start again", "from the beginning"],
    Command.STOP: [
        "stop",
        "stop stop",
        "stop stop stop stop",
        "please stop",
        "i want to stop",
        "quit",
    ],
    Command.GOODBYE: ["goodbye", "bye bye", "okay bye", "good night"],
    Command.DONE: ["that's all", "that's it", "i'm done", "no that's all", "nothing else"],
    Command.SOMEONE_HERE: ["someone's here", "somebody is coming", "he's here", "hide the screen"],
    Command.NOT_SAID: ["that’s not what I said", "no i didn't say that", "you misheard me"],
    Command.REST: ["i need a break", "can we take a break please"],
}

NOT_COMMANDS = [
    "stop shouting at me",
    "don't stop",
    "i want him to stop",
    "he told me to wait",
    "i shut down",
    "i walk away and go quiet",
    "i said stop and she laughed",
    "help my wife with the dishes",
    "please",
    "um",
    "",
    "[unk]",
    "the",
    "i want to end it",
    "go back to how we were",
    "that's all he ever says",
    "i take a break and come back",
    "she needs a break",
    "i'm done with him",
    "we start over every time",
    "i skip dinner when i'm upset",
    "he paused and looked at me",
]


@pytest.mark.parametrize(
    ("text", "command"), [(text, command) for command, said in SAID.items() for text in said]
)
def test_a_command_is_recognised(text: str, command: Command) -> None:
    assert COMMANDS.match(text) is command


@pytest.mark.parametrize("text", NOT_COMMANDS)
def test_an_answer_is_no_command(text: str) -> None:
    assert COMMANDS.match(text) is None


def test_every_command_has_an_example() -> None:
    assert set(SAID) == set(Command)


def test_the_last_of_several_commands_holds() -> None:
    assert COMMANDS.match("go back no skip") is Command.SKIP


def test_every_grammar_phrase_is_a_command_of_plain_words() -> None:
    assert COMMANDS.phrases
    for phrase in COMMANDS.phrases:
        assert COMMANDS.match(phrase) is not None
        assert phrase == phrase.lower()


def test_every_phrase_of_the_lexicon_means_the_command_it_is_listed_under() -> None:
    lexicon = load_language("en").commands.commands
    for command in Command:
        spoken = getattr(lexicon, command.value.replace("-", "_"))
        for phrase in (*spoken.say, *spoken.also):
            assert COMMANDS.match(phrase) is command, phrase


@given(
    before=st.lists(st.sampled_from(["um", "uh", "please", "okay", "sorry"]), max_size=4),
    phrase=st.sampled_from(COMMANDS.phrases),
    after=st.lists(st.sampled_from(["please", "now", "thanks", "um"]), max_size=3),
)
def test_courtesy_changes_nothing(before: list[str], phrase: str, after: list[str]) -> None:
    assert COMMANDS.match(" ".join([*before, phrase, *after])) is COMMANDS.match(phrase)


@given(st.text(max_size=80))
def test_any_text_is_met_without_an_error(text: str) -> None:
    COMMANDS.match(text)
