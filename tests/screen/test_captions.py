"""Captions: what stays, what lives under it, and what is gone for good."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.conversation.events import Tone
from voice_coach.screen.captions import CLEAR_ALL, Captions
from voice_coach.screen.words import clean


class Paper(io.StringIO):
    """An output that is no terminal."""


class Terminal(io.StringIO):
    """An output that says it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def say_something(captions: Captions) -> None:
    captions.status("listening")
    captions.coach("How are you, from nought to ten?")
    captions.hearing("about a")
    captions.person("about a seven")
    captions.typing("and")
    captions.show("0800 2000 247")


def test_where_there_is_no_terminal_there_are_plain_lines() -> None:
    paper = Paper()
    captions = Captions(paper)
    say_something(captions)
    captions.chime(Tone.IN)
    captions.chime(Tone.LISTENING)
    captions.close()
    assert paper.getvalue().splitlines() == [
        "coach: How are you, from nought to ten?",
        "you: about a seven",
        "0800 2000 247",
        "↑ in",
    ]


def test_a_dumb_terminal_gets_plain_lines_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    dumb = Terminal()
    captions = Captions(dumb)
    say_something(captions)
    captions.close()
    assert "\x1b" not in dumb.getvalue()
    assert dumb.getvalue().startswith("coach: How are you")


def test_a_terminal_shows_both_sides_by_name(terminal: Terminal) -> None:
    captions = Captions(terminal)
    say_something(captions)
    captions.close()
    shown = terminal.getvalue()
    for part in ("coach", "How are you", "you … ", "about a", "about a seven", "> ", "and_"):
        assert part in shown
    assert "listening" in shown
    assert shown.endswith("\x1b[?25h") or "\x1b[?25h" in shown[-40:]


def test_colour_alone_tells_nothing(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    captions = Captions(terminal)
    captions.coach("one")
    captions.person("two")
    captions.close()
    lines = [line for line in terminal.getvalue().replace("\x1b[1m", "").splitlines() if line]
    coach = next(line for line in lines if "one" in line)
    person = next(line for line in lines if "two" in line)
    assert "coach" in coach
    assert "you" in person
    assert person.index("you") > coach.index("coach")


def test_long_words_that_are_being_heard_show_their_end(terminal: Terminal) -> None:
    captions = Captions(terminal)
    captions.hearing(" ".join(str(number) for number in range(100)))
    shown = terminal.getvalue()
    captions.close()
    assert "98 99" in shown
    assert " 1 2 3 " not in shown


def test_after_blank_nothing_of_it_comes_back(terminal: Terminal) -> None:
    now = 100.0
    captions = Captions(terminal, clock=lambda: now)
    say_something(captions)
    captions.blank()
    blanked = terminal.getvalue().rindex(CLEAR_ALL)
    say_something(captions)
    captions.chime(Tone.IN)
    now = 165.9
    captions.tick()
    after = terminal.getvalue()[blanked + len(CLEAR_ALL) :]
    assert "00:00" in after
    assert after.endswith("01:05")
    assert set(after.replace("\x1b[?25l", "")) <= set("\r :0123456789")
    captions.close()
    assert terminal.getvalue().endswith(CLEAR_ALL + "\x1b[?25h")


def test_the_timer_stays_until_a_key(terminal: Terminal) -> None:
    captions = Captions(terminal)
    pressed = iter((None, None, " "))
    captions.blank()
    captions.stay_blank(lambda: next(pressed))
    assert next(pressed, "used up") == "used up"
    captions.close()


def test_without_blank_there_is_nothing_to_wait_for(terminal: Terminal) -> None:
    captions = Captions(terminal)
    captions.stay_blank(lambda: pytest.fail("asked for a key"))
    captions.close()


def test_blank_on_paper_adds_nothing() -> None:
    paper = Paper()
    captions = Captions(paper)
    captions.coach("one")
    captions.blank()
    captions.coach("two")
    captions.close()
    assert paper.getvalue() == "coach: one\n"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("hello", "hello"),
        ("  a\tb\nc  ", "a b c"),
        ("\x1b[2Jgone", "[2Jgone"),
        ("bell\x07 back\x08space", "bell backspace"),
        ("turn\u202eed round", "turned round"),
        ("broken \udcff", "broken"),
        ("l'été – où ?", "l'été – où ?"),
        ("\x00\x9b", ""),
    ],
)
def test_nothing_that_is_shown_can_steer_a_terminal(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@given(st.text())
def test_cleaned_text_is_one_harmless_line(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()
    assert clean(cleaned) == cleaned
    cleaned.encode()


def test_markup_is_shown_as_it_was_said(terminal: Terminal) -> None:
    captions = Captions(terminal)
    captions.person("[bold]not markup[/bold] :smile:")
    captions.close()
    assert "[bold]not markup[/bold] :smile:" in terminal.getvalue()


def test_letters_that_the_output_lacks_do_no_harm() -> None:
    raw = io.BytesIO()
    captions = Captions(io.TextIOWrapper(raw, encoding="ascii", newline="\n"))
    captions.coach("naïve – été")
    assert raw.getvalue() == b"coach: na?ve ? ?t?\n"


def test_a_closed_pipe_is_an_error_that_the_command_knows() -> None:
    read, write = os.pipe()
    os.close(read)
    out = os.fdopen(write, "w")
    captions = Captions(out)
    with pytest.raises(BrokenPipeError):
        captions.coach("nobody reads this")
    with pytest.raises(BrokenPipeError):
        out.close()
