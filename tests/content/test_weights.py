"""The tables of weights: what is read, and that every error names file and line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from voice_coach.content.loader import ContentError
from voice_coach.content.weights import START, Weight, load_weights
from voice_coach.understanding.risk import Category

WEIGHTS = (
    "# a remark\n(start)\t0.5\t-1\t\nhit me\t1.2\t2\tassault:12 threat:3\nhit .. ball\t-1\t0\t\n"
)
FAMILIES = "# a remark\nkick\t@hit\n"


def folder(path: Path, weights: str = WEIGHTS, families: str = FAMILIES) -> Path:
    (path / "risk_weights.tsv").write_text(weights, encoding="utf-8")
    (path / "risk_families.tsv").write_text(families, encoding="utf-8")
    return path


def test_what_is_read(tmp_path: Path) -> None:
    table = load_weights(folder(tmp_path))
    assert table.weight(START) == Weight(0.5, -1.0, {})
    assert table.weight("hit me") == Weight(1.2, 2.0, {"assault": 12, "threat": 3})
    assert table.weight("hit .. ball") == Weight(-1.0, 0.0, {})
    assert table.families == {"kick": "@hit"}


def test_every_line_of_ours_can_be_read() -> None:
    table = load_weights(files("voice_coach.content").joinpath("en"))
    weights = [table.weight(phrase) for phrase in table.phrases]
    assert len(weights) > 10_000
    kinds = {kind for weight in weights for kind in weight.kinds}
    assert kinds == {category.value for category in Category}


@pytest.mark.parametrize("line", ["hit me\t1.2\t2", "hit me\t1\t2\t\t", "hit me"])
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ContentError, match=r"risk_weights\.tsv, line 5: is not a phrase"):
        load_weights(folder(tmp_path, WEIGHTS + line + "\n"))


@pytest.mark.parametrize("line", ["kick", "kick\t@hit\tmore"])
def test_a_family_that_is_wrong_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ContentError, match=r"risk_families\.tsv, line 3: is not a word and"):
        load_weights(folder(tmp_path, families=FAMILIES + line + "\n"))


def test_without_a_start_or_a_file_it_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"has no right line of \(start\)"):
        load_weights(folder(tmp_path, "hit me\t1\t1\t\n"))
    (tmp_path / "risk_weights.tsv").unlink()
    with pytest.raises(ContentError, match="cannot be read"):
        load_weights(tmp_path)
