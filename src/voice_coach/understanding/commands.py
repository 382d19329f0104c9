"""Recognises the commands that can be said at any time.

The whole utterance is the command: "stop" is one, "stop shouting at me" is not.
"""

from __future__ import annotations

from enum import Enum

from voice_coach.content.lexicons import CommandLexicon, Spoken
from voice_coach.understanding.tokens import PhraseBook, without, words


class Command(Enum):
    """What can be said at any time. The values name the tables of ``commands.toml``."""

    PAUSE = "pause"
    GO_ON = "go-on"
    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    SOFTER = "softer"
    SKIP = "skip"
    BACK = "back"
    HELP = "help"
    GROUND_ME = "ground-me"
    HOW_LONG = "how-long"
    DELETE_THAT = "delete-that"
    MINUTE = "minute"
    """Give me a minute: keep listening, patiently."""
    START_OVER = "start-over"
    STOP = "stop"
    GOODBYE = "goodbye"
    DONE = "done"
    """That's all: my answer is over."""
    SOMEONE_HERE = "someone-here"
    NOT_SAID = "not-said"
    """That's not what I said."""
    REST = "rest"
    """I need a break."""


class Commands:
    """Finds the command in an utterance that is nothing but a command."""

    def __init__(self, lexicon: CommandLexicon) -> None:
        spoken = {command: _spoken(lexicon, command) for command in Command}
        self._hesitations = frozenset(lexicon.hesitations)
        self._book: PhraseBook[Command | None] = PhraseBook()
        for command, phrases in spoken.items():
            for phrase in (*phrases.say, *phrases.also):
                self._book.add(phrase, command)
        for phrase in lexicon.polite:
            self._book.add(phrase, None)
        self.phrases: tuple[str, ...] = tuple(
            dict.fromkeys(" ".join(words(say)) for one in spoken.values() for say in one.say)
        )
        """Lower case, for the recogniser's grammar: the plain ways to say each command."""

    def match(self, text: str) -> Command | None:
        """The command that the whole utterance is; None where it says anything more.

        Politeness, hesitations and doubling do not count: "um, stop, please stop". Where several
        commands are said the last one holds ("go back, no, skip").
        """
        said = words(text)
        for heard in (said, without(said, self._hesitations)):
            found = self._book.cover(heard)
            commands = [one.value for one in found or () if one.value is not None]
            if commands:
                return commands[-1]
        return None


def _spoken(lexicon: CommandLexicon, command: Command) -> Spoken:
    spoken = getattr(lexicon.commands, command.value.replace("-", "_"))
    if not isinstance(spoken, Spoken):
        raise TypeError(f"commands.toml: {command.value} must be a table of phrases")
    return spoken
