"""The commands. No logic: each one calls the part that does the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from voice_coach import __version__, privacy
from voice_coach.command_line import Problem, plain_errors, session_options, settings_of
from voice_coach.device_commands import devices
from voice_coach.errors import Mendable
from voice_coach.model_store.commands import models

if TYPE_CHECKING:
    from voice_coach.plan_store import PlanKeeper


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voice-coach")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path),
    help="Another settings file than your own.",
)
@session_options
@click.pass_context
def main(context: click.Context, /, settings_file: Path | None, **given: object) -> None:
    """Voice Coach: spoken reflection sessions and grounding exercises, on this device alone.

    Without a command it greets you and asks what you need. Nothing you say leaves this device.
    It is not therapy.
    """
    privacy.leave_no_core()
    if context.invoked_subcommand != models.name:  # that one closes it itself, but for "get"
        privacy.close_network()
    context.obj = {"settings_file": settings_file, "given": given}
    if context.invoked_subcommand is None:
        run(context, {})


def run(
    context: click.Context,
    given: dict[str, object],
    plans: PlanKeeper | None = None,
    **chosen: object,
) -> None:
    """One session with the options of the group and of the command."""
    from voice_coach.app import Options, run_session
    from voice_coach.content.scripts import Length
    from voice_coach.conversation.events import Ending

    settings = settings_of(context)
    options = {**context.obj["given"], **{k: v for k, v in given.items() if v}, **chosen}
    length = options.pop("length", None)
    with plain_errors():
        wanted = Options(**options, length=Length(length) if length else None)
        plans = plans or opened_plans()
        ending = run_session(settings, wanted, plans)
        if ending is not Ending.LEFT and plans.finish():
            click.echo("Your safety plan is kept.")


@main.command()
@click.argument("name")
@session_options
@click.pass_context
def practice(context: click.Context, /, name: str, **given: object) -> None:
    """Go straight to a practice: focus, honesty, self-confrontation, grounded or boundary."""
    from voice_coach.content.loader import load

    with plain_errors():
        practices = load(settings_of(context).language).practices
    known_name(name, "practice", practices)
    run(context, given, practice=name)


@main.command()
@click.argument("name")
@session_options
@click.pass_context
def exercise(context: click.Context, /, name: str, **given: object) -> None:
    """Go straight to an exercise: counted-breathing, box, senses, feet and others."""
    from voice_coach.content.loader import load

    with plain_errors():
        exercises = load(settings_of(context).language).exercises
    known_name(name, "exercise", exercises)
    run(context, given, exercise=name)


def known_name(name: str, kind: str, names: Iterable[str]) -> None:
    """A clear error for a name that does not exist."""
    if name not in names:
        raise Problem(f"There is no {kind} called {name!r}. There are: {', '.join(names)}.")


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("voice-coach-demo"),
    show_default=True,
    help="Where the recording and the transcript go.",
)
@click.option("--model", metavar="FOLDER", help="A Vosk model's folder.")
@click.pass_context
def demo(context: click.Context, out: Path, model: str | None) -> None:
    """Watch and hear a whole session: a second voice plays the person. Needs no hardware."""
    from voice_coach.demo.show import show

    settings = settings_of(context)
    with plain_errors():
        show(settings, out, model or context.obj["given"].get("model"))


def opened_plans() -> PlanKeeper:
    """The safety plan that is kept, unlocked where the person types its passphrase."""
    from voice_coach.plan_store import PlanKeeper, PlanStore, WrongPassphrase

    plans = PlanKeeper(PlanStore(), new_passphrase)
    while plans.store.exists and sys.stdin.isatty():
        given = typed("Passphrase of your safety plan (only Enter: go on without it)")
        if not given:
            break
        try:
            plans.open(given)
            break
        except WrongPassphrase as problem:
            click.echo(str(problem))
    return plans


def typed(prompt: str, *, twice: bool = False) -> str:
    """A passphrase, unseen; empty where only Enter was pressed."""
    given: str = click.prompt(
        prompt, default="", show_default=False, hide_input=True, confirmation_prompt=twice
    )
    return given


def new_passphrase() -> str | None:
    """One that the person chooses; None where they would rather not, or nobody is there to type."""
    from voice_coach.plan_store import SHORTEST

    if not sys.stdin.isatty():
        click.echo("The safety plan is not kept: a passphrase can only be typed at a terminal.")
        return None
    click.echo(
        "Choose a passphrase for your safety plan: a few words that nobody who lives with you would"
        "\nguess. There is no way to the plan without it. Only Enter: the plan is not kept."
    )
    while True:
        given = typed("Passphrase", twice=True)
        if not given:
            return None
        if len(given) >= SHORTEST:
            return given
        click.echo(f"At least {SHORTEST} characters, please.")


@main.group("safety-plan", invoke_without_command=True)
@click.pass_context
def safety_plan(context: click.Context) -> None:
    """Build, show or delete your plan for a bad hour. It is kept only if you ask for it."""
    if context.invoked_subcommand is None:
        build_plan(context, {})


@safety_plan.command("build")
@session_options
@click.pass_context
def build(context: click.Context, /, **given: object) -> None:
    """Build or change it, by voice or typed; then it is asked whether to keep it."""
    build_plan(context, given)


def build_plan(context: click.Context, given: dict[str, object]) -> None:
    """A session for the plan alone; with a passphrase first, so that nothing can be lost."""
    with plain_errors():
        plans = opened_plans()
        if not plans.store.exists and sys.stdin.isatty():
            plans.passphrase = new_passphrase()
    run(context, given, plans, plan_only=True)


@safety_plan.command("show")
@click.pass_context
def show_plan(context: click.Context) -> None:
    """Show the plan that is kept."""
    from voice_coach.content.language import load_safety
    from voice_coach.plan_store import PlanStore

    store = PlanStore()
    if not store.exists:
        raise Problem("No safety plan is kept. Build one with: voice-coach safety-plan build")
    if not sys.stdin.isatty():
        raise Problem("The passphrase can only be typed at a terminal.")
    with plain_errors():
        plan = store.load(typed("Passphrase of your safety plan"))
        texts, _ = load_safety(settings_of(context).language)
    for line in plan.lines(texts.plan):
        click.echo(line.text)


@safety_plan.command("delete")
@click.option("--yes", is_flag=True, help="Without asking.")
def delete_plan(yes: bool) -> None:
    """Remove the plan from this device."""
    from voice_coach.plan_store import PlanStore

    store = PlanStore()
    if not store.exists:
        raise Problem("No safety plan is kept.")
    if yes or click.confirm("Remove your safety plan from this device for good?"):
        with plain_errors():
            store.delete()
        click.echo("It is removed. A backup of this device may still hold it, encrypted.")


main.add_command(models)
main.add_command(devices)


@main.command("map")
def map_() -> None:
    """Write the conversation's states as a mermaid diagram."""
    from voice_coach.conversation.states import draw_map

    click.echo(draw_map(), nl=False)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--expect",
    type=click.Choice(["commands", "number", "yes-no", "open"]),
    default="open",
    show_default=True,
    help="What is listened for.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
@click.option("--model", metavar="FOLDER", help="A Vosk model's folder.")
@click.pass_context
def listen(
    context: click.Context, files: tuple[Path, ...], expect: str, as_json: bool, model: str | None
) -> None:
    """Show what the ears make of recordings: partials, results, turn ends, commands."""
    from voice_coach.app import Options, Parts
    from voice_coach.listening.listen_report import listen_to

    failed = False
    with plain_errors():
        options = Options(model=model or context.obj["given"].get("model"))
        parts = Parts(settings_of(context), options)
        ears = parts.ears_maker()
    for file in files:
        try:
            for report in listen_to([file], expect, ears, parts.is_command):
                click.echo(report.as_json() if as_json else report.as_text())
        except Mendable as problem:
            click.echo(f"Error: {problem}", err=True)
            failed = True
    context.exit(Problem.exit_code if failed else 0)


@main.command()
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@click.pass_context
def understand(context: click.Context, texts: tuple[str, ...]) -> None:
    """Write what is understood of TEXT, one JSON object a line; without TEXT, of each input line.

    Other programs can see a command's TEXT: give what is private as input.
    """
    from voice_coach.content.language import load_language
    from voice_coach.understanding.understanding import Understanding

    with plain_errors():
        understanding = Understanding.from_content(load_language(settings_of(context).language))
    given = (os.fsencode(text) for text in texts) if texts else sys.stdin.buffer
    for line in given:
        text = line.decode("utf-8", errors="replace").strip()
        click.echo(understanding.describe(text).as_json())


@main.command()
@click.option("--model", metavar="FOLDER", help="A Vosk model's folder.")
@click.option("--silent", is_flag=True, help="Play no tone, and do not ask to speak.")
@click.pass_context
def doctor(context: click.Context, model: str | None, silent: bool) -> None:
    """Check what works on this machine, and say how to mend what does not.

    It plays a soft tone and hears it, and at a terminal it asks you for a few words. What is heard
    becomes a few figures and is not kept.
    """
    import msgspec

    from voice_coach.doctor import all_checks, examine
    from voice_coach.sound_check import SoundCheck

    settings = settings_of(context)
    wanted = model or context.obj["given"].get("model")
    if wanted:
        settings = msgspec.structs.replace(settings, model=wanted)
    asks = not silent and sys.stdin.isatty() and sys.stderr.isatty()
    sound = SoundCheck(lambda text: click.echo(text, err=True), tone=not silent, ask=asks)
    report = examine(settings, all_checks(sound))
    click.echo(report.as_text())
    context.exit(0 if report.well else 1)


@main.command()
@click.pass_context
def settings(context: click.Context) -> None:
    """Show the settings file's place and every setting in force."""
    from voice_coach.settings import describe

    click.echo(describe(settings_of(context), context.obj["settings_file"]), nl=False)


@main.group()
def content() -> None:
    """The scripts: what the coach says."""


@content.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Check the scripts: complete, speakable, and without a claim to treat."""
    from voice_coach.content.lint import check as findings_in
    from voice_coach.content.loader import load

    with plain_errors():
        findings = findings_in(load(settings_of(context).language))
    for finding in findings:
        click.echo(str(finding))
    click.echo("The scripts are in order." if not findings else f"{len(findings)} findings.")
    context.exit(1 if findings else 0)


@main.command()
@click.option("--country", metavar="CODE", help="Two letters, such as GB; else as set.")
@click.pass_context
def helplines(context: click.Context, country: str | None) -> None:
    """Show the helplines of your country, with the date each was checked."""
    from voice_coach.app import country as region
    from voice_coach.content.language import load_safety
    from voice_coach.conversation.helpline_words import listed

    chosen = settings_of(context)
    with plain_errors():
        _, lines = load_safety(chosen.language)
    click.echo(listed(lines.of(country or region(chosen))))


def program() -> NoReturn:
    """The installed command: no traceback, and no error on a closed pipe."""
    try:
        main(standalone_mode=False)
        code = 0
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as problem:
        problem.show()
        code = problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
