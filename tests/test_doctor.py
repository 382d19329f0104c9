"""The doctor: what is found out, in words, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_coach.doctor import (
    Report,
    check_model,
    check_network,
    check_voice,
    examine,
)
from voice_coach.findings import Finding, State
from voice_coach.settings import Settings, Voice


def report(**states: State) -> Report:
    return Report(tuple(Finding(part, state, "found") for part, state in states.items()))


@pytest.mark.parametrize(
    ("states", "well", "says"),
    [
        (
            {"ears": State.WELL, "voice": State.WELL, "microphone": State.WELL}
            | {"loudspeaker": State.WELL},
            True,
            "you speak, the coach speaks",
        ),
        (
            {"voice": State.WELL, "microphone": State.WITHOUT, "loudspeaker": State.WELL},
            True,
            "you type, the coach speaks",
        ),
        (
            {"voice": State.WITHOUT, "microphone": State.WELL, "loudspeaker": State.WELL},
            True,
            "you speak, the coach is shown as captions",
        ),
        ({"sound": State.WITHOUT}, True, "you type, the coach is shown"),
        ({"ears": State.BROKEN, "voice": State.WELL}, False, "before this is mended: ears"),
    ],
)
def test_what_is_made_of_it(states: dict[str, State], well: bool, says: str) -> None:
    made = report(**states)
    assert made.well is well
    assert says in made.as_text().splitlines()[-1]


def test_what_to_do_stands_under_what_was_found() -> None:
    text = Report((Finding("voice", State.WITHOUT, "no sound came", "Install it."),)).as_text()
    assert text.splitlines()[:2] == [
        "without  voice        no sound came",
        " " * 22 + "Install it.",
    ]


def test_every_check_is_given_the_settings() -> None:
    settings = Settings(voice=Voice(name="bob"))

    def check(given: Settings) -> list[Finding]:
        return [Finding("voice", State.WELL, given.voice.name)]

    assert examine(settings, [check, check]).findings == (Finding("voice", State.WELL, "bob"),) * 2


def test_the_network_is_tried_and_refused() -> None:
    (finding,) = check_network(Settings())
    assert finding.state is State.WELL
    assert "tried and refused" in finding.found


def test_the_model_that_comes_along_is_loaded() -> None:
    (finding,) = check_model(Settings())
    assert finding.state is State.WELL
    assert "starter-en" in finding.found


def test_without_a_model_no_session_can_be_held(tmp_path: Path) -> None:
    (finding,) = check_model(Settings(model=str(tmp_path / "nowhere")))
    assert finding.state is State.BROKEN
    assert "nowhere" in finding.mend


def test_a_word_is_really_rendered() -> None:
    (finding,) = check_voice(Settings())
    assert finding.state is State.WELL
    assert "s of speech rendered" in finding.found


def test_a_voice_that_does_not_exist_is_named() -> None:
    (finding,) = check_voice(Settings(voice=Voice(name="no such voice")))
    assert finding.state is State.WITHOUT
    assert "no such voice" in finding.mend
