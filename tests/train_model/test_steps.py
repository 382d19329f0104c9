"""Each step says what it lacks, and what is there already is passed over."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from train_model.cli import train
from train_model.plan import FAST, Plan

from train_model import steps


@pytest.mark.parametrize(
    ("step", "first"),
    [
        ("speech", "text"),
        ("features", "speech"),
        ("train", "features"),
        ("graph", "text"),
        ("export", "train"),
        ("evaluate", "export"),
    ],
)
def test_a_step_alone_names_the_step_before(
    step: str, first: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(["--fast", "--work", str(tmp_path), "--step", step]) == 1
    shown = capsys.readouterr().err
    assert f"{step}: " in shown
    assert f"is not there; run the step {first} first" in shown


@pytest.mark.parametrize("option", ["--words", "--sentences", "--recordings", "--start-from"])
def test_what_is_named_and_not_there_is_told(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(["--work", str(tmp_path), option, str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_missing_system_packages_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    (tmp_path / "prompts.json").write_text("[]")
    assert train(["--work", str(tmp_path), "--step", "speech"]) == 1
    shown = capsys.readouterr().err
    assert "apt-get install espeak-ng flite festival g++" in shown
    assert "no voice is installed" in shown


def test_a_missing_torch_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(tmp_path, tmp_path / "model", FAST)
    plan.checkpoint.touch()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(steps.StepError, match="torch is missing"):
        steps.check_ready("export", plan)


def test_what_is_done_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(tmp_path, tmp_path / "model", FAST)
    for name in steps.STEPS:
        if (made := steps.product(name, plan)) is not None:
            made.parent.mkdir(parents=True, exist_ok=True)
            made.touch()
    ran: list[Plan] = []
    monkeypatch.setitem(steps.STEPS, "evaluate", ran.append)
    assert train(["--fast", "--work", str(tmp_path)]) == 0
    assert len(ran) == 1
    assert capsys.readouterr().err.count("done already") == 6
