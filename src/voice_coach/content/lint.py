"""Looks over the content for what a schema cannot see: ``voice-coach content check``.

The rules come from what the sessions are built on: at least one reflection to a question, one
question at a time, a plan in every length, words that fit their seconds, and no claim to treat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from msgspec import Struct

from voice_coach.content.checks import Problem, dotted, plain_key, texts
from voice_coach.content.lexicons import CommandLexicon, ReflectionLexicon
from voice_coach.content.loader import Content, load_table, nearest_line
from voice_coach.content.safety_scripts import SafetyTexts
from voice_coach.content.scripts import (
    Exercise,
    Expects,
    Length,
    Next,
    Option,
    Part,
    Practice,
    Question,
    Session,
    Slot,
)
from voice_coach.content.wording import CommandSentences, refused, sentences, unspeakable, words
from voice_coach.toml_lines import KeyPath

FEWEST_QUESTIONS, MOST_QUESTIONS = 5, 8
"""In each length of a practice (domain.md, section 2)."""
FEWEST_OPTIONS, MOST_OPTIONS = 2, 4
"""As many as can be kept in mind from hearing them once."""
FEWEST_REFLECTIONS = 12
"""General ones, so that none comes twice in a session."""
TONE_SECONDS = 0.85
"""The longest tone of an exercise's part, and the silence after it: then the words begin."""

UNSPOKEN = frozenset(
    {
        "id",
        "purpose",
        "aim",
        "evidence",
        "cue",
        "categories",
        "tone",
        "phrases",
        "grounding_phrases",
        "safety_plan_phrases",
        "telling",
        "numbers",
    }
)
"""By the last name of the key."""
UNSPOKEN_KEYS = frozenset({"lengths.short", "lengths.standard", "lengths.long"})
CLAUSES = frozenset({"name", "label", "plan", "say_line"})
"""Spoken inside a sentence of somebody else's, so without an end of their own."""
SHOWN_KEYS = frozenset({"better_model"})
"""May hold what is typed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the content that is not as it should be."""

    file: str
    key: str
    """As in ``questions[2].ask``."""
    problem: str
    line: int | None = None
    """Counted from 1; None where the content was not read from a file."""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}, {self.key}: {self.problem}"


def check(content: Content) -> tuple[Finding, ...]:
    """All that is not in order, file by file. Raises ContentError where a word list is broken."""
    folder = files("voice_coach.content").joinpath(content.language)
    lexicon = load_table(folder.joinpath("commands.toml"), CommandLexicon)
    spoken = (getattr(lexicon.commands, name) for name in lexicon.commands.__struct_fields__)
    commands = CommandSentences(
        [phrase for command in spoken for phrase in (*command.say, *command.also)],
        (*lexicon.polite, *lexicon.hesitations),
    )
    findings: list[Finding] = []

    def note(file: str, problems: Iterable[Problem]) -> None:
        place = folder.joinpath(file)
        source = content.sources.get(file) or (place.read_text("utf-8") if place.is_file() else "")
        for path, problem in problems:
            line = nearest_line(source, path)
            findings.append(Finding(file, dotted(path), problem, line))

    note("session.toml", check_wording(content.session, commands))
    note("session.toml", check_session(content.session))
    for practice in content.practices.values():
        file = f"practices/{practice.id}.toml"
        note(file, check_wording(practice, commands))
        note(file, check_practice(practice))
    for exercise in content.exercises.values():
        file = f"exercises/{exercise.id}.toml"
        note(file, check_wording(exercise, commands))
        note(file, check_exercise(exercise, content.session))
    reflections = folder.joinpath("reflections.toml")
    if reflections.is_file():
        note("reflections.toml", check_frames(load_table(reflections, ReflectionLexicon)))
    safety = folder.joinpath("safety.toml")
    if safety.is_file():
        note("safety.toml", check_claims(load_table(safety, SafetyTexts)))
    return tuple(findings)


# --- every text --------------------------------------------------------------------------------


def check_claims(table: Struct) -> Iterator[Problem]:
    """What must be said nowhere, not even in an emergency."""
    for path, text in texts(table):
        if plain_key(path).rpartition(".")[2] not in UNSPOKEN:
            yield from ((path, problem) for problem in refused(text))


def check_frames(lexicon: ReflectionLexicon) -> Iterator[Problem]:
    """The same of what is said around a person's own words."""
    for path, text in texts(lexicon.frames):
        yield from ((("frames", *path), problem) for problem in refused(text))
    for kind, variants in lexicon.deeper.items():
        for index, text in enumerate(variants):
            yield from ((("deeper", kind, index), problem) for problem in refused(text))


def check_wording(table: Struct, commands: CommandSentences) -> Iterator[Problem]:
    """The rules for single texts, on each that is spoken."""
    for path, text in texts(table):
        key = plain_key(path)
        name = key.rpartition(".")[2]
        if name in UNSPOKEN or key in UNSPOKEN_KEYS or not text:
            continue
        yield from ((path, problem) for problem in refused(text))
        yield from ((path, problem) for problem in commands.find(text))
        if key in SHOWN_KEYS:
            continue
        whole = f"{text.rstrip(' .?!')}." if name in CLAUSES else text
        yield from ((path, problem) for problem in unspeakable(whole))


# --- practices ---------------------------------------------------------------------------------


def check_practice(practice: Practice) -> Iterator[Problem]:
    """Complete in every length, and led rather than interrogated."""
    for length in Length:
        questions = [question for question in practice.questions if length in question.lengths]
        if not FEWEST_QUESTIONS <= len(questions) <= MOST_QUESTIONS:
            problem = f"the {length.value} length has {len(questions)} questions, not five to eight"
            yield ("questions",), problem
        for slot in (Slot.CUE, Slot.ACTION):
            count = sum(question.slot is slot for question in questions)
            if count != 1:
                problem = (
                    f"the {length.value} length has {count} questions with slot {slot.value!r}"
                )
                yield ("questions",), f"{problem}; the plan needs one"
    for index, question in enumerate(practice.questions):
        yield from _question(question, ("questions", index))
    yield from _said_twice(practice)


def _question(question: Question, here: KeyPath) -> Iterator[Problem]:
    for key, asked in (("ask", question.ask), ("again", (question.again,))):
        for number, text in enumerate(asked):
            path: KeyPath = (*here, key, number) if key == "ask" else (*here, key)
            yield from ((path, problem) for problem in _not_one_question(text))
    yield from _reflections(question, here)
    yield from _options(question, here)


def _said_twice(practice: Practice) -> Iterator[Problem]:
    """The same reply twice in a session is a reply that was not listened for."""
    first: dict[str, KeyPath] = {}
    for path, text in texts(practice):
        if {"reflect", "reflect_low", "say"} & set(path):
            earlier = first.setdefault(text, path)
            if earlier != path:
                yield path, f"says the same as {dotted(earlier)}; a reply comes only once"


def _not_one_question(text: str) -> Iterator[str]:
    """One question at a time, at the end, and of what can be seen or told."""
    if text.count("?") > 1:
        yield "asks more than one question at once"
    if "?" in text and not text.rstrip().endswith("?"):
        yield "goes on after its question; end with the question"
    if "why" in words(text):
        yield 'asks "why"; ask how, what or when'


def _reflections(question: Question, here: KeyPath) -> Iterator[Problem]:
    """At least one reflection to each way of asking, and before each further question."""
    replies = [reply for reply in (question.if_yes, question.if_no) if reply is not None]
    reflections = len(question.reflect) + len(question.reflect_low) + len(replies)
    if reflections < len(question.ask):
        problem = f"{reflections} reflections to {len(question.ask)} ways of asking"
        yield (*here, "reflect"), f"{problem}; there is at least one to each"
    for number, stuck in enumerate(question.stuck):
        for index, text in enumerate(stuck.say):
            path = (*here, "stuck", number, "say", index)
            if sentences(text)[0].endswith("?") and "{reflection}" not in text:
                yield path, "asks before it reflects"
            if text.count("?") > 1:
                yield path, "asks more than one question at once"
            if "{reflection}" in text and not text.startswith("{reflection}"):
                yield path, "{reflection} is a sentence; it stands at the beginning"
            if "?" not in text and stuck.next in (Next.GROUND, Next.BOUNDARY):
                yield path, "offers something, so it ends in a question"


def _options(question: Question, here: KeyPath) -> Iterator[Problem]:
    count = len(question.options)
    wants = question.slot in (Slot.CUE, Slot.ACTION) and question.expects is Expects.OPEN
    if wants and not count:
        yield (*here, "options"), "a question with a slot offers answers to whoever has none"
    if count and not FEWEST_OPTIONS <= count <= MOST_OPTIONS:
        yield (*here, "options"), f"{count} options; two to four can be kept in mind"
    for index, option in enumerate(question.options):
        path: KeyPath = (*here, "options", index)
        if wants and not option.plan:
            yield path, 'has no "plan": its words in the if-then plan'
        if option.plan:
            yield from (((*path, "plan"), p) for p in _plan(option, question.slot))


def _plan(option: Option, slot: Slot | None) -> Iterator[str]:
    """The plan says "If {cue}, then you will {action}"."""
    first = words(option.plan)[0]
    mine = {"i", "my", "me", "i'm", "myself"} & set(words(option.plan.partition(":")[0]))
    if mine:
        yield f"says {sorted(mine)[0]!r}; the plan is said to the person: you, your"
    if slot is Slot.ACTION and first in {"you", "to", "i", "will", "then"}:
        yield f'begins with {first!r}; it follows "then you will"'
    if slot is Slot.CUE and first in {"if", "when", "at", "on", "in", "after"}:
        yield f'begins with {first!r}; it follows "if", so it is a clause: "it is ..."'


# --- exercises ---------------------------------------------------------------------------------


def check_exercise(exercise: Exercise, session: Session) -> Iterator[Problem]:
    """The words fit their seconds, and nobody is made to do it."""
    for name in ("before", "cycle", "after"):
        parts: tuple[Part, ...] = getattr(exercise, name)
        for index, part in enumerate(parts):
            needed = spoken_seconds(part, session)
            following = parts[(index + 1) % len(parts)]
            if following.say and not following.tone:
                needed += session.manners.grounding.gap
            if part.say and needed > part.seconds:
                problem = f"its words and the gap take about {needed:.1f} seconds"
                yield (name, index, "seconds"), f"{problem} and have {part.seconds:g}"
    for index, intro in enumerate(exercise.intro):
        if not {"reason", "reasons"} & set(words(intro)):
            yield ("intro", index), "does not say that no reason is needed to do otherwise"
        if "eyes" not in words(intro):
            yield ("intro", index), "does not say what to do with the eyes"


def spoken_seconds(part: Part, session: Session) -> float:
    """How long the part's tone and words take at the grounding pace."""
    manner = session.manners.grounding
    count = len(words(part.say))
    pauses = max(0, len(sentences(part.say)) - 1) * manner.gap
    return (TONE_SECONDS if part.tone else 0) + count * 60 / manner.words_per_minute + pauses


# --- the session -------------------------------------------------------------------------------


def check_session(session: Session) -> Iterator[Problem]:
    """Enough to say, and a last word that is short."""
    count = len(session.following.reflections)
    if count < FEWEST_REFLECTIONS:
        problem = f"{count} general reflections; {FEWEST_REFLECTIONS} keep them from coming twice"
        yield ("following", "reflections"), problem
    for index, text in enumerate(session.controls.stopped):
        if not 2 <= len(words(text)) <= 4:
            yield ("controls", "stopped", index), "is the last thing said: two to four words"
    for index, text in enumerate(session.gate.clear):
        if "safe" in words(text):
            yield ("gate", "clear", index), "one question never shows that all is safe"
    if "therapy" not in words(session.promise):
        yield ("promise",), "does not say that this is not therapy"
