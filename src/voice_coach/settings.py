"""The person's settings: one TOML file, every value with its default, unit and reason.

The descriptions below are the only place where a setting is explained: ``describe`` writes them
out as a commented file, and a mistake in a file is answered with what is allowed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
import platformdirs
from msgspec import Meta, Struct, inspect

from voice_coach.errors import Mendable
from voice_coach.toml_lines import TomlProblem, load_table


class SettingsError(Mendable):
    """The settings cannot be used; the message names file, line and key, and what is allowed."""


class Profile(Enum):
    """How patiently the coach listens (domain figures: see ``PROFILES``)."""

    DEFAULT = "default"
    PATIENT = "patient"
    STAMMER = "stammer"


class Timings(Struct, frozen=True, kw_only=True):
    """How long silences may last, all in seconds."""

    closed: float
    closed_at_most: float
    reflective: float
    trailing: float
    cue: float
    offer: float
    pause: float
    minute: float


PROFILES = {
    Profile.DEFAULT: Timings(
        closed=0.5,
        closed_at_most=0.9,
        reflective=3.5,
        trailing=2.0,
        cue=15.0,
        offer=30.0,
        pause=75.0,
        minute=90.0,
    ),
    Profile.PATIENT: Timings(
        closed=1.5,
        closed_at_most=1.9,
        reflective=5.0,
        trailing=3.0,
        cue=25.0,
        offer=45.0,
        pause=120.0,
        minute=150.0,
    ),
    Profile.STAMMER: Timings(
        closed=2.5,
        closed_at_most=2.9,
        reflective=7.0,
        trailing=4.0,
        cue=25.0,
        offer=45.0,
        pause=120.0,
        minute=150.0,
    ),
}
"""Derived from studies of pauses in speech and of turns cut off in stuttered speech: silences of
over a second belong to spontaneous speech, of over three to reflection, and tuned end-of-turn
silences cut off 79 % fewer stuttered turns (Campione & Véronis 2002; Frankel 2006; Lea, CHI 2023).
"""

_Silence: TypeAlias = Annotated[float, Meta(ge=0.2, le=30)]
_Long: TypeAlias = Annotated[float, Meta(ge=5, le=600)]


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the settings file: a key that is not known is an error."""


class Voice(Table, frozen=True):
    """The coach's voice."""

    name: Annotated[
        str,
        Meta(description="Name or id of a voice of this system; empty: the language's own voice."),
    ] = ""
    speed: Annotated[
        float,
        Meta(
            ge=0.6,
            le=1.6,
            description="Factor on the words per minute. 1 is 120 to 150 words a minute, which "
            "listeners of all ages find comfortable.",
        ),
    ] = 1.0
    volume: Annotated[
        float, Meta(ge=0.1, le=2.0, description="Factor on the loudness; 1 is as rendered.")
    ] = 1.0


class Listening(Table, frozen=True):
    """How long silences may last; a value that is left out comes from the profile."""

    profile: Annotated[
        Profile,
        Meta(
            description="default; patient: more time everywhere; stammer: most time, also for "
            "aphasia and for whoever searches for words."
        ),
    ] = Profile.DEFAULT
    closed: Annotated[
        _Silence | None,
        Meta(description="Seconds of silence that end a command, a number, a yes or no."),
    ] = None
    closed_at_most: Annotated[
        _Silence | None,
        Meta(description="The same at most, where more of the words may still be coming."),
    ] = None
    reflective: Annotated[
        _Silence | None,
        Meta(description="Seconds of silence that end an answer which is thought about."),
    ] = None
    trailing: Annotated[
        Annotated[float, Meta(ge=0, le=30)] | None,
        Meta(description='Seconds more after a trailing "and", "but", "because" or "um".'),
    ] = None
    cue: Annotated[
        _Long | None,
        Meta(description="Seconds of nothing said until a soft sound says: still here."),
    ] = None
    offer: Annotated[
        _Long | None, Meta(description="Seconds of nothing said until the coach offers a way on.")
    ] = None
    pause: Annotated[
        _Long | None, Meta(description="Seconds of nothing said until the session pauses.")
    ] = None
    minute: Annotated[
        _Long | None, Meta(description='Seconds of quiet after "give me a minute".')
    ] = None

    @property
    def timings(self) -> Timings:
        """The profile's timings with what was set by hand put over them."""
        profile = PROFILES[self.profile]
        by_hand = {name: getattr(self, name) for name in Timings.__struct_fields__}
        return msgspec.structs.replace(
            profile, **{name: value for name, value in by_hand.items() if value is not None}
        )

    def __post_init__(self) -> None:
        timings = self.timings
        for sooner, later in (("closed", "closed_at_most"), ("cue", "offer"), ("offer", "pause")):
            first, second = getattr(timings, sooner), getattr(timings, later)
            if first > second:
                raise ValueError(f"{sooner} ({first:g} s) is longer than {later} ({second:g} s)")


_DEVICE = "part of its name, as 'voice-coach devices' lists it; empty: the system's own choice."


class Settings(Table, frozen=True):
    """Everything that can be set."""

    language: Annotated[
        Literal["en"], Meta(description="Language of the coach; scripts exist for these.")
    ] = "en"
    length: Annotated[
        Literal["ask", "short", "standard", "long"],
        Meta(description="Length of a session: about 5, 12 or 20 minutes; ask: asked each time."),
    ] = "ask"
    model: Annotated[
        str,
        Meta(
            description="Folder of a Vosk model; a relative path counts from this file's folder. "
            "Or the name of a model that came along or was brought in; empty: the usual one."
        ),
    ] = ""
    microphone: Annotated[str, Meta(description=f"Microphone: {_DEVICE}")] = ""
    headphones: Annotated[
        bool,
        Meta(description="The coach is heard over headphones: the microphone cannot hear it."),
    ] = False
    loudspeaker: Annotated[str, Meta(description=f"Loudspeaker: {_DEVICE}")] = ""
    country: Annotated[
        str,
        Meta(
            pattern=r"^(?:[A-Z]{2})?\Z",
            examples=["GB"],
            description="Country of the helplines, as two capital letters (GB, IE, US); "
            "empty: as the system's own region.",
        ),
    ] = ""
    safe_word: Annotated[
        str,
        Meta(
            pattern=r"^(?:[^\W\d_]+(?:[' -][^\W\d_]+)*)?\Z",
            max_length=40,
            examples=["pineapple"],
            description="A word, or a few, that silences everything at once and leaves a neutral "
            "screen; empty: none. Take one that you never say otherwise.",
        ),
    ] = ""
    wake_phrase: Annotated[
        str,
        Meta(
            pattern=r"^(?:[^\W\d_]+(?:[' -][^\W\d_]+)+)?\Z",
            max_length=40,
            examples=["hey coach"],
            description='Two words or more that call the coach back after "rest"; empty: none, and '
            '"rest" is a pause. In a home with others consider that anybody can say them.',
        ),
    ] = ""
    voice: Voice = Voice()
    listening: Listening = Listening()


def default_path() -> Path:
    """Where the settings are unless told otherwise; the file need not exist."""
    return platformdirs.user_config_path("voice-coach", appauthor=False) / "settings.toml"


def load(path: Path | None = None) -> Settings:
    """The settings from ``path``, or else from ``default_path()``, where no file means defaults.

    ``model`` comes back empty, as an absolute path, or as the bare name of a model that comes
    along. Raises SettingsError.
    """
    file = default_path() if path is None else path
    try:
        settings = load_table(file, Settings)
    except TomlProblem as problem:
        raise SettingsError(str(problem)) from problem
    except (FileNotFoundError, NotADirectoryError):
        if path is None:
            return Settings()
        raise SettingsError(
            f"{file}: there is no such file. Leave out --settings to go on with the defaults, or "
            "write one: 'voice-coach settings > FILE' makes a whole one to start from."
        ) from None
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror or error}") from error
    if not settings.model:
        return settings
    try:
        model = Path(settings.model).expanduser()
    except RuntimeError as error:  # "~nobody"
        raise SettingsError(f"{file}: model: {error}") from error
    beside = (file.absolute().parent / model).resolve()
    if len(model.parts) == 1 and not beside.exists():
        return settings  # the name of a model that came along
    return msgspec.structs.replace(settings, model=str(beside))


# --- showing them ------------------------------------------------------------------------------


def change(path: Path | None, key: str, value: str) -> Path:
    """Set one of the top values in the file, which keeps its comments; returns the file.

    Raises SettingsError where the file cannot be written, or would not be right with it.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    file = default_path() if path is None else path
    try:
        before = file.read_text("utf-8") if file.exists() else ""
        document = tomlkit.parse(before)
        document[key] = value
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_text(tomlkit.dumps(document), "utf-8")
        try:
            load(fresh)
        except SettingsError:
            fresh.unlink()
            raise
        fresh.replace(file)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise SettingsError(f"{file} could not be changed: {error}") from error
    return file


def describe(settings: Settings, path: Path | None = None) -> str:
    """The values in force, as a settings file with every key explained."""
    file = default_path() if path is None else path
    state = "" if file.exists() else " (there is no such file: these are the defaults)"
    lines = [f"# {file}{state}", "# Leave out what should be as it is by itself.", ""]
    lines += _table(settings)
    for name, table in (("voice", settings.voice), ("listening", settings.listening)):
        lines += [f"[{name}]", *_table(table)]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> Iterator[str]:
    kind = inspect.type_info(type(table))
    assert isinstance(kind, inspect.StructType)
    timings = table.timings if isinstance(table, Listening) else None
    for field in kind.fields:
        value = getattr(table, field.name)
        if isinstance(value, Table):
            continue
        yield from _wrapped(_description(field.type) + _allowed(field.type))
        if value is None:
            yield f"# {field.name} = {getattr(timings, field.name)}  # from the profile"
        else:
            yield f"{field.name} = {_toml(value)}"
        yield ""


def _description(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.Metadata) and kind.extra_json_schema:
        return str(kind.extra_json_schema["description"])
    return ""


def _allowed(kind: inspect.Type) -> str:
    """What a value may be, where the description does not say: " From 0.6 to 1.6."."""
    if isinstance(kind, inspect.Metadata):
        return _allowed(kind.type)
    if isinstance(kind, inspect.UnionType):
        return "".join(_allowed(one) for one in kind.types if isinstance(one, inspect.FloatType))
    if isinstance(kind, inspect.FloatType):
        return f" From {kind.ge:g} to {kind.le:g}."
    if isinstance(kind, inspect.LiteralType):
        return f" One of {', '.join(map(repr, kind.values))}."
    return ""


def _wrapped(text: str) -> Iterator[str]:
    line = "#"
    for word in text.split():
        if len(line) + len(word) > 88:
            yield line
            line = "#"
        line += f" {word}"
    yield line


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return _toml(value.value)
    if isinstance(value, str):
        # JSON escapes what TOML escapes, in the same way, all but the delete character.
        return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
    return str(value)
