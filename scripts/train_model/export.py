"""Writes the model's folder: network, graph, words and settings, as Vosk reads them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from train_model import graph, ngram, openfst
from train_model.general_lm import GeneralModel
from train_model.lexicon import Lexicon
from train_model.phones import GRAPH_PHONES, word_boundaries

MFCC_CONF = """--sample-frequency=16000
--use-energy=false
--num-mel-bins=40
--num-ceps=40
--low-freq=20
--high-freq=7600
--cepstral-lifter=0
--dither=0
--allow-downsample=true
"""
MODEL_CONF = """--min-active=200
--max-active=3000
--beam={beam}
--lattice-beam=4.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""


class ToolError(RuntimeError):
    """A compiler is there, but the converter could not be built or run."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """share: of the domain in the mixture; most_pairs: bigrams kept; unknown_penalty: natural
    logarithm added for each phone of [unk]; other_word_cost: for any word of the lexicon as [unk],
    natural logarithm; beam: of the decoder."""

    share: float = 0.35
    most_pairs: int = 420_000
    unknown_penalty: float = 0.0
    other_word_cost: float | None = 7.0
    beam: float = 12.0


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"{command[0]} failed:\n{done.stderr[-1500:]}")


def _look_ahead(plain: Path, target: Path, words: int) -> npt.NDArray[np.int64]:
    """Converts the graph where a compiler and OpenFst's headers are; returns the new labels."""
    labels = np.arange(words)
    compiler = shutil.which("g++")
    if compiler is None or not Path("/usr/include/fst/fstlib.h").exists():
        shutil.copyfile(plain, target)
        return labels
    with tempfile.TemporaryDirectory() as name:
        tool, pairs = Path(name) / "lookahead", Path(name) / "pairs.txt"
        source = Path(__file__).with_name("lookahead.cc")
        _run([compiler, "-O1", "-std=c++17", source, "-o", tool, "-lfst", "-ldl", "-lpthread"])
        _run([tool, plain, target, pairs])
        for line in pairs.read_text(encoding="ascii").splitlines():
            old, new = (int(field) for field in line.split())
            if 0 < old < words:
                labels[old] = new
    return labels


def write_graph(
    folder: Path,
    lexicon: Lexicon,
    general: GeneralModel,
    sentences: Sequence[Sequence[str]],
    settings: GraphSettings,
) -> None:
    """graph/ and conf/ of a model."""
    (folder / "graph" / "phones").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(parents=True, exist_ok=True)
    words = list(lexicon)
    names = ["<eps>", *words, graph.UNKNOWN]
    hcl = graph.build(lexicon, names, settings.unknown_penalty, settings.other_word_cost)
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name) / "HCL.fst"
        openfst.write(hcl, plain)
        labels = _look_ahead(plain, folder / "graph" / "HCLr.fst", len(names))
    model = ngram.mix(general, sentences, words, settings.share, settings.most_pairs)
    openfst.write(ngram.acceptor(model, labels[:-1]), folder / "graph" / "Gr.fst")
    listed = sorted(zip(labels.tolist(), names, strict=True))
    text = "".join(f"{word} {label}\n" for label, word in listed)
    (folder / "graph" / "words.txt").write_text(text, encoding="utf-8")
    (folder / "graph" / "disambig_tid.int").write_text(f"{2 * GRAPH_PHONES + 1}\n", "ascii")
    boundaries = "".join(f"{line}\n" for line in word_boundaries())
    (folder / "graph" / "phones" / "word_boundary.int").write_text(boundaries, "ascii")
    (folder / "conf" / "mfcc.conf").write_text(MFCC_CONF, "ascii")
    conf = MODEL_CONF.format(beam=settings.beam)
    (folder / "conf" / "model.conf").write_text(conf, "ascii")


def write_network(folder: Path, checkpoint: Path) -> None:
    """am/final.mdl of a model, from a checkpoint of training."""
    from train_model.features import BINS
    from train_model.kaldi_files import acoustic_model
    from train_model.network import nodes
    from train_model.training import load

    network = load(checkpoint)
    side = network.shape.context
    (folder / "am").mkdir(parents=True, exist_ok=True)
    (folder / "am" / "final.mdl").write_bytes(acoustic_model(nodes(network), BINS, side, side))


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon as the text step left it."""
    table = json.loads(path.read_text(encoding="utf-8"))
    return {word: [tuple(way) for way in ways] for word, ways in table.items()}
