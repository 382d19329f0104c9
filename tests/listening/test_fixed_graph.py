"""A model with a fixed graph (``HCLG.fst``): Vosk loads it, phrases are found in its words."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from train_model.lexicon import Lexicon

from train_model import graph, openfst, phones
from voice_coach.audio.frames import HEARING_SAMPLES, Pcm
from voice_coach.listening import models
from voice_coach.listening.vosk_recognizer import VoskModel

WAYS = {
    "stop": "S T AA1 P",
    "seven": "S EH1 V AH0 N",
    "give": "G IH1 V",
    "me": "M IY1",
    "a": "AH0",
    "minute": "M IH1 N AH0 T",
    "no": "N OW1",
}
LEXICON: Lexicon = {word: [phones.pronunciation(way)] for word, way in WAYS.items()}
NAMES = ["<eps>", *LEXICON, graph.UNKNOWN]


def write_fixed(folder: Path) -> None:
    """The starter model's network under a graph in which every word is as likely as any other."""
    starter = models.find_model()
    for part in ("am", "conf"):
        shutil.copytree(starter / part, folder / part)
    shutil.copytree(starter / "graph" / "phones", folder / "graph" / "phones")
    hclg = graph.build(LEXICON, NAMES, 0.5)
    hclg.arcs["cost"][hclg.arcs["output"] > 0] += math.log(len(NAMES))
    openfst.write(hclg, folder / "graph" / "HCLG.fst")
    listed = "".join(f"{name} {number}\n" for number, name in enumerate(NAMES))
    (folder / "graph" / "words.txt").write_text(listed, "utf-8")


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> VoskModel:
    folder = tmp_path_factory.mktemp("fixed") / "model"
    write_fixed(folder)
    return VoskModel.load(folder)


def heard(model: VoskModel, pcm: Pcm, grammar: Sequence[str] | None) -> str:
    recognizer = model.recognizer()
    recognizer.begin(grammar)
    found = [recognizer.accept(frame) for frame in np.split(pcm, _cuts(pcm))]
    last = recognizer.finish()
    recognizer.close()
    texts = [one.text for one in found if one is not None and one.final]
    return " ".join([*texts, last.text]).strip()


def _cuts(pcm: Pcm) -> list[int]:
    return list(range(HEARING_SAMPLES, len(pcm), HEARING_SAMPLES))


def test_the_folder_is_known_for_what_it_is(fixed: VoskModel) -> None:
    assert not models.takes_grammars(fixed.path)
    assert fixed.knows("seven")


@pytest.mark.parametrize("text", ["stop", "seven", "give me a minute"])
def test_words_are_heard(fixed: VoskModel, spoken: dict[str, Pcm], text: str) -> None:
    assert heard(fixed, spoken[text], None) == text


def test_phrases_are_found_in_them_and_the_rest_is_unknown(
    fixed: VoskModel, spoken: dict[str, Pcm]
) -> None:
    both = np.concatenate([spoken["seven"], spoken["stop"]])
    assert heard(fixed, both, ("stop", "give me a minute")) == "[unk] stop"
    assert heard(fixed, spoken["give me a minute"], ("stop", "give me")) == "give me [unk] [unk]"
