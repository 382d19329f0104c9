"""Each rule of the content check finds a bad example, and the shipped content has none."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import voice_coach.content
from voice_coach.content.lint import Finding, check, check_claims, spoken_seconds
from voice_coach.content.loader import load, load_folder
from voice_coach.content.scripts import Asked, Length, Part, Slot

ENGLISH = Path(voice_coach.content.__file__).parent / "en"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the English content, to be spoilt."""
    copy = tmp_path / "en"
    shutil.copytree(ENGLISH, copy)
    return copy


def spoil(folder: Path, file: str, old: str, new: str) -> tuple[Finding, ...]:
    """What is found once ``old`` (a pattern) has become ``new`` in a file, the first time."""
    path = folder / file
    text, count = re.subn(old, lambda _: new, path.read_text("utf-8"), count=1, flags=re.DOTALL)
    assert count == 1
    path.write_text(text, "utf-8")
    return check(load_folder(folder, "en"))


def test_the_shipped_content_is_in_order() -> None:
    assert [str(finding) for finding in check(load("en"))] == []


# --- wording -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This is good (or so).", "'('"),
        ("You and your partner; both of you.", "';'"),
        ("Take 5 breaths.", "figure"),
        ("Something small, e.g. a word.", "e.g"),
        ("This is for YOU.", "spelt out"),
        ("That is one half — and the other.", "—"),
        ("That is it then", "full stop"),
        ("And " + "on and " * 13 + "so forth.", "words; 25"),
        ("You seem to have a disorder.", "diagnosis"),
        ("This will cure it.", "claim to treat"),
        ("A treatment for couples.", "claim to treat"),
        ("It is clinically proven.", "'clinically'"),
        ("It will fix your marriage.", "claim"),
        ("A medically tested method.", "claim"),
        ("Doctors recommend it.", "claim"),
        ("It relieves stress.", "claim"),
        ("It prevents rows.", "claim"),
        ("It lowers blood pressure.", "claim"),
        ("It rewires your brain.", "claim"),
        ("It saves your marriage.", "claim"),
        ("You are depressed.", "diagnosis"),
        ("You are bipolar.", "diagnosis"),
        ("That is anxiety.", "diagnosis"),
        ("As your counsellor I say this.", "therapy"),
        ("A psychologist would agree.", "therapy"),
        ("Think of patients like you.", "diagnosis"),
        ("You can let go now.", "giving up"),
        ("Just surrender to it.", "giving up"),
        ("Welcome to the crucible.", "rights"),
        ("This is like therapy.", "none"),
        ("What did he say to you?", "presumes"),
        ("Your husband will see it.", "presumes"),
        ("Stop.", "spoken command"),
        ("That was it. Go back, please.", "spoken command"),
        ("All right. Give me a minute.", "spoken command"),
    ],
)
def test_a_bad_text_is_found(folder: Path, text: str, words: str) -> None:
    findings = spoil(folder, "session.toml", r"That stays with you\.", text)
    assert findings
    for finding in findings:
        assert finding.file == "session.toml"
        assert finding.key.startswith("following.reflections[")
    assert any(words in finding.problem for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "This is not therapy, and it does not claim to be.",
        "You have stopped there for a reason.",
        "You wanted to go back there.",
        "It helps to wait for a moment like that.",
        "They said that they were sorry.",
    ],
)
def test_a_good_text_is_left_alone(folder: Path, text: str) -> None:
    assert spoil(folder, "session.toml", r"That stays with you\.", text) == ()


def test_a_finding_names_file_line_and_key(folder: Path) -> None:
    text = (folder / "session.toml").read_text("utf-8")
    line = text[: text.index("That stays with you.")].count("\n") + 1
    (finding,) = spoil(folder, "session.toml", r"That stays with you\.", "Take 5 breaths.")
    assert finding.line == line
    assert str(finding).startswith(f"session.toml, line {line}, following.reflections[")


def test_what_is_not_spoken_may_name_a_study(folder: Path) -> None:
    findings = spoil(folder, "exercises/box.toml", r'evidence = "', 'evidence = "RCT (n = 114): ')
    assert findings == ()


def test_claims_are_refused_wherever_something_is_said() -> None:
    asked = Asked(ask=("Are you alone?",), again="Alone?", choices="This will heal you.")
    assert [path for path, _ in check_claims(asked)] == [("choices",)]


# --- practices ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('slot = "cue"\n', "", "questions", "0 questions with slot 'cue'"),
        (
            'slot = "action"\n',
            'slot = "action"\nlengths = ["short", "long"]\n',
            "questions",
            "standard length has 0 questions with slot 'action'",
        ),
        (
            r'expects = "rating"\n',
            'expects = "rating"\nlengths = ["standard", "long"]\n',
            "questions",
            "short length has 4 questions",
        ),
        (
            r'"What had you wanted in that moment instead\?"',
            '"What had you wanted? And what did you get?"',
            "questions[1].ask[0]",
            "more than one question",
        ),
        (
            r'"What had you wanted in that moment instead\?"',
            '"What had you wanted? Take your time."',
            "questions[1].ask[0]",
            "after its question",
        ),
        (
            r'"What did you want instead\?"',
            '"Why did you want that?"',
            "questions[1].again",
            'asks "why"',
        ),
        (
            r'reflect = \["I can picture that moment\."[^\]]*\]',
            'reflect = ["I see."]',
            "questions[0].reflect",
            "1 reflections to 2 ways",
        ),
        (
            r'reflect = \["I can picture that moment\."',
            'reflect = ["So that is what happened."',
            "questions[0].reflect[2]",
            "says the same as questions[0].reflect[0]",
        ),
        (
            r"\{reflection\} That hurts\. Leave the verdict aside for a moment\. ",
            "",
            "questions[0].stuck[0].say[0]",
            "before it reflects",
        ),
        (
            r"\{reflection\} That hurts\.",
            "That hurts. {reflection}",
            "questions[0].stuck[0].say[0]",
            "at the beginning",
        ),
        (
            r', plan = "put your phone away and ask one question"',
            "",
            "questions[3].options[0]",
            'has no "plan"',
        ),
        (
            r'plan = "put your phone away',
            'plan = "put my phone away',
            "questions[3].options[0].plan",
            "'my'",
        ),
        (
            r'plan = "put your phone away',
            'plan = "to put your phone away',
            "questions[3].options[0].plan",
            "begins with 'to'",
        ),
        (
            r'plan = "it is this evening',
            'plan = "when it is this evening',
            "questions[4].options[0].plan",
            "begins with 'when'",
        ),
    ],
)
def test_a_spoilt_practice_is_found(folder: Path, old: str, new: str, key: str, words: str) -> None:
    findings = spoil(folder, "practices/focus.toml", old, new)
    matching = [finding for finding in findings if finding.key == key and words in finding.problem]
    assert matching, [str(finding) for finding in findings]
    assert {finding.file for finding in findings} == {"practices/focus.toml"}


def test_a_slot_without_options_is_found(folder: Path) -> None:
    old = r'options = \[\n  \{ id = "evening".*?\n\]\n'
    findings = spoil(folder, "practices/focus.toml", old, "")
    assert [finding.key for finding in findings] == ["questions[4].options"]


def test_an_offer_ends_in_a_question(folder: Path) -> None:
    findings = spoil(
        folder, "practices/grounded.toml", r"Shall we settle the body first\?", "We settle down."
    )
    assert [finding.key for finding in findings] == ["questions[0].stuck[1].say[0]"]


# --- exercises and the session -----------------------------------------------------------------


def test_words_must_fit_their_seconds(folder: Path) -> None:
    findings = spoil(
        folder, "exercises/box.toml", r'say = "Hold\."', 'say = "Hold it all the way up there."'
    )
    assert [finding.key for finding in findings] == ["cycle[1].seconds"]
    assert "have 4" in findings[0].problem


def test_the_time_of_words_counts_tone_words_and_gaps() -> None:
    session = load("en").session
    manner = session.manners.grounding
    silent = spoken_seconds(Part(seconds=1), session)
    one = spoken_seconds(Part(seconds=1, say="In."), session)
    two = spoken_seconds(Part(seconds=1, say="In. Out."), session)
    assert silent == 0
    assert one == pytest.approx(60 / manner.words_per_minute)
    assert two == pytest.approx(2 * one + manner.gap)
    assert spoken_seconds(Part(seconds=1, say="In.", tone="in"), session) > one


@pytest.mark.parametrize(("old", "words"), [("no reason", "no reason"), ("Eyes", "eyes")])
def test_an_exercise_leaves_people_free(folder: Path, old: str, words: str) -> None:
    findings = spoil(folder, "exercises/box.toml", old, "Something")
    assert any(words in finding.problem for finding in findings)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (r'"I have stopped\."', '"Very well, I have stopped here now."', "controls.stopped[0]"),
        (r"Thank you for answering\.", "Thank you, all is safe then.", "gate.clear[1]"),
        (", and this is not therapy", "", "promise"),
        (
            r'"I hear you\.",.*?"You have carried this for some time\.",',
            '"I hear you.",',
            "following.reflections",
        ),
    ],
)
def test_a_spoilt_session_is_found(folder: Path, old: str, new: str, key: str) -> None:
    assert key in [finding.key for finding in spoil(folder, "session.toml", old, new)]


# --- what the domain demands of the shipped scripts --------------------------------------------


@pytest.mark.parametrize("length", Length)
def test_what_is_not_yours_is_asked_in_every_length(length: Length) -> None:
    questions = load("en").practices["self-confrontation"].questions
    assert "not-yours" in [one.id for one in questions if length in one.lengths]


@pytest.mark.parametrize("length", Length)
def test_honesty_first_asks_whether_it_is_safe(length: Length) -> None:
    practice = load("en").practices["honesty"]
    first = next(one for one in practice.questions if length in one.lengths)
    assert first.id == "safe"
    assert first.if_no is not None
    assert first.if_no.next.value == "fear"


def test_the_practices_that_can_raise_danger_are_gated() -> None:
    gated = {practice.id for practice in load("en").practices.values() if practice.gated}
    assert gated >= {"honesty", "self-confrontation", "grounded"}


@pytest.mark.parametrize("name", ["focus", "honesty", "self-confrontation", "grounded", "boundary"])
def test_every_practice_meets_people_who_are_stuck(name: str) -> None:
    practice = load("en").practices[name]
    assert sum(len(question.stuck) for question in practice.questions) >= 10
    for question in practice.questions:
        open_slot = question.slot in (Slot.CUE, Slot.ACTION)
        assert not open_slot or question.options


@pytest.mark.parametrize(
    ("name", "shortest", "longest"),
    [
        ("counted-breathing", 180, 300),
        ("box", 60, 300),
        ("senses", 120, 240),
        ("feet", 60, 90),
        ("slow-breathing", 180, 300),
        ("cyclic-sighing", 60, 300),
    ],
)
def test_exercises_last_as_long_as_their_evidence_says(
    name: str, shortest: float, longest: float
) -> None:
    exercise = load("en").exercises[name]
    cycle = sum(part.seconds for part in exercise.cycle)
    for count in exercise.cycles.values():
        assert shortest <= count * cycle <= longest


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("counted-breathing", {"in": 5, "out": 5}),
        ("box", {"in": 4, "out": 4, "hold": 8}),
        ("slow-breathing", {"in": 4, "out": 6}),
    ],
)
def test_breaths_are_timed_as_their_evidence_says(name: str, seconds: dict[str, float]) -> None:
    timed: dict[str, float] = {}
    tone = ""
    for part in load("en").exercises[name].cycle:
        tone = part.tone or tone
        timed[tone] = timed.get(tone, 0) + part.seconds
    assert timed == seconds
