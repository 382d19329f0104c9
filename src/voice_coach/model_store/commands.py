"""``voice-coach models``: list, get, use, import, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voice_coach import privacy
from voice_coach.command_line import Problem, plain_errors, settings_of

if TYPE_CHECKING:
    from voice_coach.model_store.catalogue import Entry
    from voice_coach.model_store.shelf import Shelf


@click.group()
@click.pass_context
def models(context: click.Context) -> None:
    """The models that the recogniser can use. Only "get" uses the network, and it asks first."""
    if context.invoked_subcommand != "get":
        privacy.close_network()


@models.command("list")
@click.pass_context
def list_(context: click.Context) -> None:
    """What is here, what is in use, and what its makers publish."""
    from voice_coach.listening.models import STARTER, find_model
    from voice_coach.model_store.catalogue import catalogue
    from voice_coach.model_store.shelf import Shelf

    with plain_errors():
        used = settings_of(context).model
        here = Shelf().names()
        click.echo(f"In use: {find_model(used or None).name}")
    click.echo("Here:")
    for name in (STARTER, *here):
        click.echo(f"  {name}")
    click.echo("To get:")
    for entry in catalogue().models:
        if entry.name not in here:
            click.echo(f"  {entry.line}")


@models.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Without asking.")
@click.option("--from", "address", metavar="URL", help="Another address of the same archive.")
def get(name: str, yes: bool, address: str | None) -> None:
    """Fetch a model over the network: a name from the list, or a language such as "en"."""
    from voice_coach.model_store.catalogue import catalogue
    from voice_coach.model_store.shelf import Shelf

    entry = catalogue().named(name)
    if entry is None:
        names = ", ".join(one.name for one in catalogue().models)
        raise Problem(f"There is no model {name!r} to get. There are: {names}.")
    source = address or entry.address
    with plain_errors():
        shelf = Shelf()
        click.echo(
            f"{entry.name}, {entry.megabytes} MB, {entry.licence}, from {source}.\n"
            "This is the only thing in Voice Coach that uses the network. That server sees the "
            "address of\nyour connection and which model you fetch, and nothing that you say."
        )
        if not yes and not click.confirm("Fetch it now?"):
            click.echo("Nothing was fetched.")
            return
        archive = shelf.downloads / f"{entry.name}.zip"
        if archive.exists():
            click.echo("It was fetched before, and only has to be put in place.")
        else:
            _fetch(source, archive, entry.megabytes)
        privacy.close_network()
        _bring_in_fetched(shelf, archive, entry)
    click.echo(f"To use it: voice-coach models use {entry.name}")


def _fetch(source: str, archive: Path, megabytes: int) -> None:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    from voice_coach.model_store.download import fetch

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("fetching", total=megabytes * 1_000_000)
        fetch(
            source,
            archive,
            round(megabytes * 1.3e6) + 5_000_000,
            lambda have, total: progress.update(task, completed=have, total=total),
        )


def _bring_in_fetched(shelf: Shelf, archive: Path, entry: Entry) -> None:
    """Put it in place. What is refused is not kept; what only lacks room is."""
    from voice_coach.errors import Mendable
    from voice_coach.model_store.shelf import NoRoom

    try:
        bring_in(shelf, archive, entry.name, entry.sha256)
    except NoRoom:
        raise
    except Mendable:
        archive.unlink(missing_ok=True)
        raise
    archive.unlink()


def bring_in(shelf: Shelf, archive: Path, name: str, sha256: str) -> None:
    """Put it in place, and say how sure it is that it is the right one."""
    click.echo("Looking into it ...", err=True)
    pinned = shelf.bring_in(archive, name, sha256)
    click.echo(f"{name} is here, whole and checked.")
    if pinned:
        click.echo(
            "Its makers publish no checksum: this archive's is remembered, and a different one "
            "will be\nrefused another time."
        )


@models.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="What to call it; else as the file is called.")
def import_(file: Path, name: str | None) -> None:
    """Bring in a model's zip archive that you have already."""
    import re

    from voice_coach.model_store.catalogue import catalogue
    from voice_coach.model_store.shelf import Shelf

    wanted = name or file.stem
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", wanted):
        raise Problem(f"{wanted!r} is no name for a model. Give it one with --name.")
    entry = catalogue().named(wanted)
    with plain_errors():
        bring_in(Shelf(), file, wanted, entry.sha256 if entry is not None else "")
    click.echo(f"To use it: voice-coach models use {wanted}")


@models.command()
@click.argument("name")
@click.pass_context
def use(context: click.Context, name: str) -> None:
    """Use a model from now on, by its name or its folder; "starter-en" is the one that came."""
    from voice_coach.listening.models import check, find_model
    from voice_coach.settings import change

    with plain_errors():
        path = find_model(name)
        check(path)
        by_name = len(Path(name).parts) == 1 and not Path(name).is_dir()
        file = change(
            context.obj["settings_file"], "model", name if by_name else str(path.resolve())
        )
    click.echo(f"From now on: {path.name} (written to {file}).")


@models.command()
@click.argument("name", required=False)
@click.pass_context
def check(context: click.Context, name: str | None) -> None:
    """Check a model, file by file: a name, a folder, or else the one in use."""
    from voice_coach.listening.models import check as check_model
    from voice_coach.listening.models import find_model, good_for_open_speech, takes_grammars

    with plain_errors():
        path = find_model(name or settings_of(context).model or None)
        check_model(path)
        click.echo(f"{path.name} is whole.")
        if not takes_grammars(path):
            click.echo(
                "Its graph is fixed: no list of phrases can be given to it, so commands are looked "
                "for in\nwhat it hears freely."
            )
        if not good_for_open_speech(path):
            click.echo("It says of itself that it hears free speech by people poorly.")
