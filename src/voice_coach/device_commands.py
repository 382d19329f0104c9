"""``voice-coach devices``: list, use, meter."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, cast

import click

from voice_coach.command_line import Problem, plain_errors, settings_of
from voice_coach.settings import Settings, change

if TYPE_CHECKING:
    from voice_coach.audio.listing import Kind, SoundDevice

KINDS: Final[tuple[Kind, ...]] = ("microphone", "loudspeaker")
DEFAULT: Final = "default"


@click.group(invoke_without_command=True)
@click.pass_context
def devices(context: click.Context) -> None:
    """The microphones and loudspeakers: list them, choose one, see how loud it is."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@devices.command("list")
@click.pass_context
def list_(context: click.Context) -> None:
    """What there is, which one the system takes by default, and which one is chosen."""
    from voice_coach.audio.listing import list_devices

    settings = settings_of(context)
    with plain_errors():
        there = list_devices()
    for kind in KINDS:
        click.echo(f"{kind.capitalize()}s:")
        for line in described(kind, there, chosen(settings, kind)):
            click.echo(f"  {line}")
    click.echo(
        'To choose one: voice-coach devices use microphone "part of its name". To see how loud it\n'
        "is: voice-coach devices meter"
    )


def chosen(settings: Settings, kind: Kind) -> str:
    """The name in the settings; empty: the system's default."""
    return settings.microphone if kind == "microphone" else settings.loudspeaker


def described(kind: Kind, there: Sequence[SoundDevice], wanted: str) -> Iterator[str]:
    """A line for each device of a kind: its name, its sound system, default, chosen."""
    from voice_coach.audio.listing import named

    usable = [device for device in there if device.serves_as(kind)]
    meant = named(wanted, (device.name for device in usable))[:1] if wanted else []
    for device in usable:
        notes = [device.system]
        if device.is_default(kind):
            notes.append("default, in use" if not wanted else "default")
        if [device.name] == meant:
            notes.append("chosen")
        yield f"{device.name} ({', '.join(notes)})"
    if not usable:
        yield "none was found"
    if wanted and not meant:
        yield f"{wanted} (chosen, not there now)"


@devices.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.pass_context
def use(context: click.Context, kind: str, name: str) -> None:
    """Use a microphone or a loudspeaker from now on, by a part of its name.

    "default" goes back to what the system takes.
    """
    wanted = cast("Kind", kind)
    with plain_errors():
        whole = "" if name.casefold() == DEFAULT else the_one(wanted, name)
        file = change(context.obj["settings_file"], kind, whole)
    click.echo(f"From now on: {whole or 'the default of the system'} (written to {file}).")


def the_one(kind: Kind, name: str) -> str:
    """The whole name of the device that is meant; a clear error for none and for several."""
    from voice_coach.audio.listing import list_devices, named

    names = [device.name for device in list_devices() if device.serves_as(kind)]
    meant = named(name, names) if name.strip() else []
    if not names:
        raise Problem(f"There is no {kind} on this machine. Plug one in and try again.")
    if not meant:
        there = ", ".join(dict.fromkeys(names))
        raise Problem(f"There is no {kind} named {name!r}. There are: {there}.")
    if len(meant) > 1:
        raise Problem(f"{name!r} can mean several: {', '.join(meant)}. Give more of the name.")
    return meant[0]


@devices.command()
@click.argument("name", required=False)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), metavar="N", help="End by itself after so long."
)
@click.pass_context
def meter(context: click.Context, name: str | None, seconds: float | None) -> None:
    """Show live how loud a microphone is: the chosen one, or one by a part of its name.

    Any key ends it. Nothing of the sound is kept.
    """
    from voice_coach.audio import library
    from voice_coach.audio.devices import CardMicrophone, DeviceLost
    from voice_coach.screen.meter import run

    wanted = name or settings_of(context).microphone
    with plain_errors():
        whole = the_one("microphone", wanted) if wanted and wanted.casefold() != DEFAULT else None
        microphone = CardMicrophone(whole)
    try:
        if sys.stdout.isatty():
            click.echo(f"{whole or 'The default microphone'}. Any key ends this.")
        with library.quiet():
            shown = run(microphone, sys.stdout, seconds)
    except DeviceLost as lost:
        raise Problem(str(lost)) from lost
    finally:
        microphone.close()
    if shown.clipped:
        click.echo(f"Clipped: {shown.clipped} samples. Turn the microphone down a little.")
