"""The training objective and the export, where torch is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the optional group 'train' is not installed")

import torch
from torch import Tensor
from train_model.augment import Augmenter, warp_matrix
from train_model.network import Network, nodes
from train_model.phones import PDFS, forward_pdf, pronunciation
from train_model.shape import Shape
from train_model.warm_start import network_from

from train_model import kaldi_files, lfmmi

SMALL = Shape(first=8, width=16, bottleneck=4, layers=2)


def words(*ways: str) -> list[list[tuple[int, ...]]]:
    return [[pronunciation(way)] for way in ways]


@pytest.fixture
def graphs() -> list[lfmmi.Transcript]:
    return [lfmmi.transcript(words("G OW", "N OW")), lfmmi.transcript(words("Y EH S"))]


def test_posteriors_sum_to_one_in_each_frame(graphs: list[lfmmi.Transcript]) -> None:
    scores = torch.randn(2, 20, PDFS, generator=torch.Generator().manual_seed(1))
    lengths = torch.tensor([20, 12])
    model = lfmmi.phone_model(graphs, 1)
    _, wanted = lfmmi.numerator(scores, lengths, lfmmi.batch(graphs))
    _, possible = lfmmi.denominator(scores, lengths, model)
    for posterior in (wanted, possible):
        sums = posterior.sum(2)
        assert torch.allclose(sums[0], torch.ones(20), atol=1e-3)
        assert torch.allclose(sums[1, :12], torch.ones(12), atol=1e-3)
        assert float(sums[1, 12:].abs().max()) == 0.0


def test_posteriors_are_the_slope_of_the_likelihoods(graphs: list[lfmmi.Transcript]) -> None:
    scores = torch.randn(2, 15, PDFS, generator=torch.Generator().manual_seed(2))
    lengths = torch.tensor([15, 15])
    model = lfmmi.phone_model(graphs, 1)
    batch = lfmmi.batch(graphs)
    step = 0.02
    place = (0, 7, forward_pdf(pronunciation("OW")[0]))
    higher, lower = scores.clone(), scores.clone()
    higher[place] += step
    lower[place] -= step

    def numerator(changed: Tensor) -> tuple[Tensor, Tensor]:
        return lfmmi.numerator(changed, lengths, batch)

    def denominator(changed: Tensor) -> tuple[Tensor, Tensor]:
        return lfmmi.denominator(changed, lengths, model)

    for likelihood in (numerator, denominator):
        posterior = likelihood(scores)[1]
        slope = (likelihood(higher)[0][0] - likelihood(lower)[0][0]) / (2 * step)
        assert float(slope) == pytest.approx(float(posterior[place]), abs=2e-3)


def test_an_exported_network_read_back_gives_the_same_scores(tmp_path: Path) -> None:
    torch.manual_seed(4)
    network = Network(SMALL).eval()
    network.norm1.running_var.fill_(2.5)
    file = tmp_path / "final.mdl"
    side = SMALL.context
    file.write_bytes(kaldi_files.acoustic_model(nodes(network), 40, side, side))
    frames = torch.randn(1, 60, 40) * 3 + 12
    with torch.no_grad():
        before, _ = network(frames)
        after, _ = network_from(file)(frames)
    assert torch.allclose(before, after, atol=1e-3)


def test_one_output_for_each_begun_three_frames() -> None:
    network = Network(SMALL).eval()
    for count in (30, 31, 32):
        assert network(torch.zeros(1, count, 40))[0].shape == (1, -(-count // 3), PDFS)


def test_an_unwarped_throat_is_left_alone() -> None:
    assert np.allclose(warp_matrix(1.0).numpy(), np.eye(40), atol=1e-4)


def test_alterations_differ_and_stay_finite() -> None:
    alter = Augmenter(3)
    clip = torch.randn(80, 40) + 12
    made = [alter(clip) for _ in range(20)]
    assert all(bool(torch.isfinite(one).all()) for one in made)
    assert len({len(one) for one in made}) > 5
