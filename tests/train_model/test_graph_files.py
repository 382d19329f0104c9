"""The model's files: transition model, matrices, transducers, the graph and the word pairs."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from train_model.general_lm import GeneralModel
from train_model.lexicon import Lexicon

from train_model import graph, kaldi_files, ngram, openfst, phones

SHIPPED = Path(__file__).resolve().parents[2] / "models" / "starter-en"
LEXICON: Lexicon = {
    "go": [phones.pronunciation("G OW1")],
    "goat": [phones.pronunciation("G OW1 T")],
    "no": [phones.pronunciation("N OW1")],
    "know": [phones.pronunciation("N OW1")],
    "either": [phones.pronunciation("IY1 DH ER0"), phones.pronunciation("AY1 DH ER0")],
}
NAMES = ["<eps>", *LEXICON, graph.UNKNOWN]


def accepted(fst: openfst.Fst, inputs: list[int]) -> set[tuple[int, ...]]:
    """The output sequences of all paths that read the inputs, epsilons followed."""
    found: set[tuple[int, ...]] = set()
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(fst.start, 0, ())]
    while waiting:
        state, position, output = waiting.pop()
        if position == len(inputs) and np.isfinite(fst.finals[state]):
            found.add(output)
        for arc in fst.arcs[fst.sources == state]:
            longer = (*output, int(arc["output"])) if arc["output"] else output
            if arc["input"] == 0:
                waiting.append((int(arc["target"]), position, longer))
            elif position < len(inputs) and arc["input"] == inputs[position]:
                waiting.append((int(arc["target"]), position + 1, longer))
    return found


def transitions(*ways: str, frames: int = 1) -> list[int]:
    """The transition ids of words, each phone lasting so many frames."""
    ids = []
    for way in ways:
        for phone in phones.positioned(phones.pronunciation(way)):
            ids.append(phones.forward_transition(phone))
            ids += [phones.self_loop_transition(phone)] * (frames - 1)
    return ids


@pytest.fixture(scope="module")
def hcl() -> openfst.Fst:
    words = [name for name in NAMES if name != graph.UNKNOWN]
    return graph.build(LEXICON, words, 0.0)


def test_a_word_is_read_whatever_its_length(hcl: openfst.Fst) -> None:
    goat = {(NAMES.index("goat"),)}
    assert accepted(hcl, transitions("G OW T")) == goat
    assert accepted(hcl, transitions("G OW T", frames=3)) == goat


def test_homophones_are_both_there(hcl: openfst.Fst) -> None:
    both = {(NAMES.index("no"),), (NAMES.index("know"),)}
    assert accepted(hcl, transitions("N OW")) == both


def test_each_pronunciation_gives_the_word_once(hcl: openfst.Fst) -> None:
    for way in ("IY DH ER", "AY DH ER"):
        assert accepted(hcl, transitions(way)) == {(NAMES.index("either"),)}


def test_words_follow_each_other_and_silence_may_stand_between(hcl: openfst.Fst) -> None:
    silence = [phones.forward_transition(1), phones.self_loop_transition(1)]
    wanted = {(NAMES.index("go"), NAMES.index("goat"))}
    assert accepted(hcl, transitions("G OW", "G OW T")) == wanted
    spoken = [*silence, *transitions("G OW"), *silence, *transitions("G OW T"), *silence]
    assert accepted(hcl, spoken) == wanted


def test_half_a_word_is_no_word(hcl: openfst.Fst) -> None:
    assert accepted(hcl, transitions("G OW T")[:-1]) == set()


def test_three_strange_phones_are_an_unknown_word_and_two_are_none() -> None:
    fst = graph.build(LEXICON, NAMES, 0.0)
    unknown = (NAMES.index(graph.UNKNOWN),)
    assert accepted(fst, transitions("Z UW M")) == {unknown}
    assert accepted(fst, transitions("Z UW")) == set()


def cost(fst: openfst.Fst, inputs: list[int], output: int) -> float:
    """Of the cheapest path that reads the inputs and writes this one label; epsilons followed."""
    waiting: list[tuple[int, int, bool, float]] = [(fst.start, 0, False, 0.0)]
    found = [np.inf]
    while waiting:
        state, position, written, so_far = waiting.pop()
        if position == len(inputs) and written and np.isfinite(fst.finals[state]):
            found.append(so_far)
        for arc in fst.arcs[fst.sources == state]:
            label, further = int(arc["output"]), so_far + float(arc["cost"])
            if label not in (0, output) or (label and written):
                continue
            if arc["input"] == 0:
                waiting.append((int(arc["target"]), position, written or label > 0, further))
            elif position < len(inputs) and arc["input"] == inputs[position]:
                waiting.append((int(arc["target"]), position + 1, written or label > 0, further))
    return min(found)


def test_a_word_of_the_lexicon_as_unknown_costs_what_was_asked_and_not_its_phones() -> None:
    unknown, goat = NAMES.index(graph.UNKNOWN), transitions("G OW T")
    without = graph.build(LEXICON, NAMES, 0.0)
    with_words = graph.build(LEXICON, NAMES, 0.0, 1.5)
    itself = cost(with_words, goat, NAMES.index("goat"))
    assert cost(with_words, goat, unknown) == pytest.approx(itself + 1.5)
    assert cost(without, goat, unknown) > itself + 1.5
    assert accepted(with_words, transitions("G OW")) == {(NAMES.index("go"),), (unknown,)}


def test_a_transducer_survives_writing_and_reading(hcl: openfst.Fst, tmp_path: Path) -> None:
    openfst.write(hcl, tmp_path / "hcl.fst")
    again = openfst.read(tmp_path / "hcl.fst")
    assert again.start == hcl.start
    assert np.array_equal(again.finals, hcl.finals)
    rows = zip(hcl.sources, hcl.arcs, strict=True)
    assert sorted((int(s), *arc.tolist()) for s, arc in rows) == sorted(
        (int(s), *arc.tolist()) for s, arc in zip(again.sources, again.arcs, strict=True)
    )


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.fst").write_bytes(b"not a transducer")
    with pytest.raises(openfst.FstFormatError):
        openfst.read(tmp_path / "x.fst")


def test_the_transition_model_is_the_shipped_one() -> None:
    shipped = (SHIPPED / "am" / "final.mdl").read_bytes()
    assert shipped.startswith(b"\0B" + kaldi_files.transition_model())


def test_a_compressed_matrix_keeps_sixteen_bits() -> None:
    values = np.random.default_rng(3).normal(size=(80, 90)).astype(np.float32)
    written = kaldi_files.acoustic_model(
        [kaldi_files.Node(kaldi_files.Affine("a", values, np.zeros(80, np.float32)), "input")],
        90,
        0,
        0,
    )
    at = written.index(b"CM2 ") + 4
    low, span, rows, columns = struct.unpack_from("<ffii", written, at)
    levels = np.frombuffer(written, "<u2", rows * columns, at + 16).reshape(rows, columns)
    assert np.abs(low + levels * (span / 65535) - values).max() < 1e-4


@pytest.fixture
def general() -> GeneralModel:
    words = ["</s>", "<s>", "go", "no", "goat"]
    pairs = np.array([[1, 2], [2, 0], [1, 3], [3, 4]])
    return GeneralModel(
        words=words,
        unigram_logprobs=np.log(np.array([0.3, 1e-9, 0.3, 0.2, 0.2], np.float32)),
        unigram_backoffs=np.zeros(5, np.float32),
        bigrams=pairs,
        bigram_logprobs=np.log(np.array([0.5, 0.6, 0.3, 0.7], np.float32)),
        bigram_backoffs=np.zeros(4, np.float32),
        trigrams=np.zeros((0, 3), np.int64),
        trigram_logprobs=np.zeros(0, np.float32),
    )


def test_every_history_of_the_mixture_sums_to_one(general: GeneralModel) -> None:
    words = ["go", "goat", "no"]
    model = ngram.mix(general, [["go", "no"], ["no"]], words, 0.4, 50)
    assert model.unigrams.sum() == pytest.approx(1.0)
    for history in range(len(words) + 1):
        row = model.unigrams * model.backoffs[history]
        own = model.pairs[:, 0] == history
        row[model.pairs[own, 1]] = model.probabilities[own]
        assert row.sum() == pytest.approx(1.0, abs=1e-6)


def test_the_domain_raises_its_own_pairs(general: GeneralModel) -> None:
    words = ["go", "goat", "no"]

    def chance(sentences: list[list[str]]) -> float:
        model = ngram.mix(general, sentences, words, 0.4, 50)
        hit = (model.pairs == [1, 3]).all(axis=1)
        if hit.any():
            return float(model.probabilities[hit][0])
        return float(model.unigrams[3] * model.backoffs[1])

    assert chance([["go", "no"]] * 5) > chance([["no", "goat"]] * 5)


def test_the_acceptor_takes_labels_from_the_graph(general: GeneralModel) -> None:
    model = ngram.mix(general, [["go", "no"]], ["go", "goat", "no"], 0.4, 50)
    labels = np.array([0, 30, 10, 20])
    fst = ngram.acceptor(model, labels)
    assert set(fst.arcs["input"].tolist()) == {0, 10, 20, 30}
    assert np.array_equal(fst.arcs["input"], fst.arcs["output"])
    assert np.all(np.isfinite(fst.arcs["cost"]))
    assert np.isfinite(fst.finals[1])
