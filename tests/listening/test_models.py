"""A model that is not whole is refused in plain words, before Vosk can abort the program."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from voice_coach.listening import model_trial, models
from voice_coach.listening.models import ModelError, check, find_model
from voice_coach.listening.vosk_recognizer import VoskModel

Damage = Callable[[Path], None]


@pytest.fixture(autouse=True)
def own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_memory", lambda: tmp_path / "checked" / "models")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    copy = tmp_path / "model"
    shutil.copytree(find_model(), copy)
    return copy


def missing(name: str) -> Damage:
    return lambda model: (model / name).unlink()


def empty(name: str) -> Damage:
    return lambda model: os.truncate(model / name, 0)


def cut(name: str, part: float) -> Damage:
    def damage(model: Path) -> None:
        os.truncate(model / name, int((model / name).stat().st_size * part))

    return damage


def overwritten(name: str, text: bytes, at: int = 0) -> Damage:
    def damage(model: Path) -> None:
        with (model / name).open("r+b") as file:
            file.seek(at)
            file.write(text)

    return damage


def last_line(name: str, change: Callable[[list[str]], list[str]]) -> Damage:
    """Change the words of a text file's last line."""

    def damage(model: Path) -> None:
        lines = (model / name).read_text().splitlines()
        lines[-1] = " ".join(change(lines[-1].split()))
        (model / name).write_text("\n".join(lines) + "\n")

    return damage


def replaced(name: str, old: bytes, new: bytes) -> Damage:
    def damage(model: Path) -> None:
        data = (model / name).read_bytes()
        assert old in data
        (model / name).write_bytes(data.replace(old, new, 1))

    return damage


def lines_dropped(name: str, keep: int) -> Damage:
    def damage(model: Path) -> None:
        lines = (model / name).read_text().splitlines(keepends=True)
        (model / name).write_text("".join(lines[:keep]))

    return damage


def written(name: str, text: str) -> Damage:
    def damage(model: Path) -> None:
        (model / name).write_text(text)

    return damage


def a_folder(name: str) -> Damage:
    def damage(model: Path) -> None:
        (model / name).unlink()
        (model / name).mkdir()

    return damage


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no acoustic model": (missing("am/final.mdl"), "final.mdl is missing"),
    "no features": (missing("conf/mfcc.conf"), "mfcc.conf is missing"),
    "no config": (missing("conf/model.conf"), "model.conf is missing"),
    "no words": (missing("graph/words.txt"), "words.txt is missing"),
    "no language graph": (missing("graph/Gr.fst"), "Gr.fst is missing"),
    "no lexicon graph": (missing("graph/HCLr.fst"), "HCLr.fst is missing"),
    "no disambiguation": (missing("graph/disambig_tid.int"), "disambig_tid.int is missing"),
    "empty acoustic model": (empty("am/final.mdl"), "final.mdl is empty"),
    "empty features": (empty("conf/mfcc.conf"), "mfcc.conf is empty"),
    "empty words": (empty("graph/words.txt"), "words.txt is empty"),
    "empty language graph": (empty("graph/Gr.fst"), "Gr.fst is empty"),
    "empty lexicon graph": (empty("graph/HCLr.fst"), "HCLr.fst is empty"),
    "acoustic model of 20 bytes": (cut("am/final.mdl", 0.000_006), "final.mdl"),
    "acoustic model cut at a tenth": (cut("am/final.mdl", 0.1), "final.mdl is cut short"),
    "acoustic model cut at a half": (cut("am/final.mdl", 0.5), "final.mdl is cut short"),
    "acoustic model cut near its end": (cut("am/final.mdl", 0.999_99), "final.mdl is cut short"),
    "language graph of 30 bytes": (cut("graph/Gr.fst", 0.000_003_2), "Gr.fst"),
    "language graph cut at a half": (cut("graph/Gr.fst", 0.5), "Gr.fst is cut short"),
    "language graph cut near its end": (cut("graph/Gr.fst", 0.999_999), "Gr.fst is cut short"),
    "lexicon graph cut at a tenth": (cut("graph/HCLr.fst", 0.1), "HCLr.fst is cut short"),
    "lexicon graph cut at a half": (cut("graph/HCLr.fst", 0.5), "HCLr.fst is cut short"),
    "lexicon graph cut near its end": (cut("graph/HCLr.fst", 0.999), "HCLr.fst is cut short"),
    "lexicon graph cut by four bytes": (cut("graph/HCLr.fst", 1 - 4e-6), "HCLr.fst is cut short"),
    "words cut within a line": (cut("graph/words.txt", 0.4), "words.txt"),
    "words cut at a line": (lines_dropped("graph/words.txt", 2_000), "cut short"),
    "words without numbers": (
        last_line("graph/words.txt", lambda parts: parts[:1]),
        "words.txt has a line",
    ),
    "a word number left out": (
        last_line("graph/words.txt", lambda parts: [parts[0], str(int(parts[1]) + 1)]),
        "no word",
    ),
    "positions cut short": (lines_dropped("graph/phones/word_boundary.int", 90), "lacks phone"),
    "positions of nothing": (
        replaced("graph/phones/word_boundary.int", b"internal", b"inside"),
        "word_boundary.int",
    ),
    "acoustic model of text": (overwritten("am/final.mdl", b"<!DOCTYPE html><html>"), "final.mdl"),
    "graph of text": (overwritten("graph/Gr.fst", b"<!DOCTYPE html><html>"), "Gr.fst"),
    "graph of another kind of arc": (
        replaced("graph/Gr.fst", b"standard", b"log64bit"),
        "standard",
    ),
    "graph with a start that is not there": (
        overwritten("graph/Gr.fst", b"\xff\xff\xff\x7f\0\0\0\0", at=41),
        "without states|damaged",
    ),
    "config of nonsense": (
        written("conf/model.conf", "beam is ten\n"),
        "no option",
    ),
    "config of unknown options": (
        written("conf/model.conf", "--no-such-option=1\n"),
        "damaged",
    ),
    "features of other numbers": (
        replaced("conf/mfcc.conf", b"--num-ceps=40", b"--num-ceps=13"),
        "damaged",
    ),
    "network of a wrong size": (
        replaced("am/final.mdl", b"<NumComponents> \4", b"<NumComponents> \4\xff\xff"),
        "damaged",
    ),
    "component renamed": (replaced("am/final.mdl", b"<FixedAffine", b"<FixedZffine"), "damaged"),
    "a folder for a file": (a_folder("graph/Gr.fst"), "Gr.fst is no file"),
    "half a speaker model": (lambda model: (model / "ivector").mkdir(), "final.dubm is missing"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_model_is_refused(model: Path, name: str) -> None:
    damage, message = DAMAGES[name]
    damage(model)
    with pytest.raises(ModelError, match=message) as caught:
        VoskModel.load(model)
    assert str(model) in str(caught.value)
    assert "Get the model again" in str(caught.value)


def test_there_are_damages_enough() -> None:
    assert len(DAMAGES) >= 30


def test_whole_model_loads_and_is_remembered(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(model)
    monkeypatch.setattr(model_trial, "survives", lambda _: "tried again")
    check(model)


def test_a_change_is_noticed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(model)
    os.utime(model / "am" / "final.mdl", ns=(1, 1))
    monkeypatch.setattr(model_trial, "survives", lambda _: "tried again")
    with pytest.raises(ModelError, match="tried again"):
        check(model)


def test_a_memory_that_cannot_be_kept_does_no_harm(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(models, "_memory", lambda: tmp_path / "file" / "models")
    check(model)


def test_old_flat_layout_loads(model: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    for name in ("am/final.mdl", "conf/mfcc.conf"):
        shutil.copy(model / name, flat)
    for file in (model / "graph").rglob("*"):
        if file.is_file():
            shutil.copy(file, flat)
    check(flat)


def test_folder_around_a_model_names_the_model(model: Path) -> None:
    with pytest.raises(ModelError, match="holds a model in its folder model"):
        check(model.parent)


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="is no folder"):
        check(tmp_path / "file")


def test_some_other_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no Vosk model"):
        check(tmp_path)


def test_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ModelError, match=r"Models here: .*starter-en"):
        find_model("no-such-model")


def test_models_are_found_by_name_and_by_path(model: Path) -> None:
    assert find_model("starter-en") == find_model(None)
    assert find_model(str(model)) == model
