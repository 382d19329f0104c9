"""What the commands share: options, and errors that are plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from voice_coach.errors import Mendable
from voice_coach.settings import Settings, SettingsError
from voice_coach.settings import load as load_settings

LENGTHS = click.Choice(["short", "standard", "long"])


class Problem(click.ClickException):
    """Something the person can mend; the message says what and how."""

    exit_code = 2


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors that carry a message for the person become that message, without a traceback."""
    try:
        yield
    except Mendable as problem:
        raise Problem(str(problem)) from problem


def session_options(command: click.decorators.FC) -> click.decorators.FC:
    """The options of everything that speaks and listens."""
    for option in reversed(
        (
            click.option("--typed", is_flag=True, help="Type instead of speaking."),
            click.option("--silent", is_flag=True, help="Only captions, no voice."),
            click.option(
                "--microphone",
                metavar="FILE|NAME",
                help="A WAV or FLAC file, or a part of a microphone's name.",
            ),
            click.option(
                "--loudspeaker",
                metavar="FILE|NAME",
                help="A WAV file to write, or a part of a loudspeaker's name.",
            ),
            click.option("--model", metavar="FOLDER", help="A Vosk model's folder."),
            click.option("--asleep", is_flag=True, help="Begin at rest, until you call."),
            click.option("--length", type=LENGTHS, help="About 5, 12 or 20 minutes."),
        )
    ):
        command = option(command)
    return command


def settings_of(context: click.Context) -> Settings:
    """The settings of this run."""
    try:
        return load_settings(context.obj["settings_file"])
    except SettingsError as problem:
        raise Problem(str(problem)) from problem
