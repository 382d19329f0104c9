"""The acoustic network: factored time-delay layers at a third of the frame rate."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from train_model.features import BINS, cosine_transform, floor
from train_model.kaldi_files import Affine, FloatArray, Node, NoOp, Rectifier
from train_model.phones import PDFS
from train_model.shape import SUBSAMPLING, Shape

BYPASS = 0.66


class Network(nn.Module):
    """Log mel energies (batch, frames, BINS) to scores (batch, frames / 3, PDFS).

    The second output is the cross-entropy head, used in training alone.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("floor", torch.from_numpy(floor()))
        self.register_buffer("mean", torch.full((BINS,), 12.0))
        self.register_buffer("scale", torch.full((BINS,), 0.3))
        self.splice0 = nn.Conv1d(BINS, shape.first, 3)
        self.norm0 = nn.BatchNorm1d(shape.first)
        self.splice1 = nn.Conv1d(shape.first, shape.width, 3, stride=SUBSAMPLING)
        self.norm1 = nn.BatchNorm1d(shape.width)
        self.squeeze = nn.ModuleList(
            nn.Conv1d(shape.width, shape.bottleneck, 2, bias=False) for _ in range(shape.layers)
        )
        self.expand = nn.ModuleList(
            nn.Conv1d(shape.bottleneck, shape.width, 2) for _ in range(shape.layers)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(shape.width) for _ in range(shape.layers))
        self.output = nn.Conv1d(shape.width, PDFS, 1)
        self.guess = nn.Conv1d(shape.width, PDFS, 1)

    def forward(self, log_mel: Tensor) -> tuple[Tensor, Tensor]:
        x = (torch.maximum(log_mel, self.floor) - self.mean) * self.scale
        side = self.shape.context
        left = x[:, :1].expand(-1, side, -1)
        # The recogniser repeats the last frame; the output has one frame for each begun three.
        right = x[:, -1:].expand(-1, side + 2, -1)
        frames = -(-x.shape[1] // SUBSAMPLING)
        x = torch.cat([left, x, right], 1).transpose(1, 2)
        x = torch.relu(self.norm0(self.splice0(x)))
        x = torch.relu(self.norm1(self.splice1(x)))
        for squeeze, expand, norm in zip(self.squeeze, self.expand, self.norms, strict=True):
            x = torch.relu(norm(expand(squeeze(x)))) + BYPASS * x[:, :, 1:-1]
        x = x[:, :, :frames]
        return self.output(x).transpose(1, 2), self.guess(x).transpose(1, 2)


def _array(tensor: Tensor) -> FloatArray:
    return np.asarray(tensor.detach().cpu().numpy(), np.float32)


def _spliced(conv: nn.Conv1d) -> tuple[FloatArray, FloatArray]:
    """Weights for inputs appended in time order, and the bias."""
    weights = _array(conv.weight).transpose(0, 2, 1)
    bias = np.zeros(len(weights), np.float32) if conv.bias is None else _array(conv.bias)
    return weights.reshape(len(weights), -1), bias


def _normed(conv: nn.Conv1d, norm: nn.BatchNorm1d) -> tuple[FloatArray, FloatArray]:
    """Weights and bias with the batch norm that follows folded in."""
    assert norm.running_var is not None
    assert norm.running_mean is not None
    scale = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
    weights, bias = _spliced(conv)
    return weights * scale[:, None], (bias - _array(norm.running_mean)) * scale + _array(norm.bias)


def _after(
    weights: FloatArray, bias: FloatArray, scale: FloatArray, offset: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The affine that reads scale * x + offset, told in terms of x (repeated for each splice)."""
    repeats = weights.shape[1] // len(scale)
    return weights * np.tile(scale, repeats), bias + weights @ np.tile(offset, repeats)


def nodes(network: Network) -> list[Node]:
    """The network as nnet3 components that read cepstra.

    The floor is a rectifier after the inverse cosine transform; input scaling and batch norms
    are folded into the affines.
    """
    transform = cosine_transform()
    result = [
        Node(Affine("mel", transform.T.copy(), -_array(network.floor)), "input"),
        Node(Rectifier("floor", BINS), "mel"),
    ]
    scale = _array(network.scale)
    offset = (_array(network.floor) - _array(network.mean)) * scale
    weights, bias = _after(*_normed(network.splice0, network.norm0), scale, offset)
    result += _layer("l0", weights, bias, "Append(Offset(floor, -1), floor, Offset(floor, 1))")
    weights, bias = _normed(network.splice1, network.norm1)
    source = "Append(Offset(l0.relu, -1), l0.relu, Offset(l0.relu, 1))"
    result += _layer("l1", weights, bias, source)
    before = "l1.relu"
    parts = zip(network.squeeze, network.expand, network.norms, strict=True)
    for index, (squeeze, expand, norm) in enumerate(parts, start=2):
        assert isinstance(squeeze, nn.Conv1d)
        assert isinstance(expand, nn.Conv1d)
        assert isinstance(norm, nn.BatchNorm1d)
        name = f"f{index}"
        linear = Affine(f"{name}.linear", *_spliced(squeeze))
        result.append(Node(linear, f"Append(Offset({before}, -3), {before})"))
        source = f"Append({name}.linear, Offset({name}.linear, 3))"
        result += _layer(name, *_normed(expand, norm), source)
        sum_source = f"Sum({name}.relu, Scale({BYPASS}, {before}))"
        before = f"{name}.sum"
        result.append(Node(NoOp(before, network.shape.width), sum_source))
    result.append(Node(Affine("output.affine", *_spliced(network.output)), before))
    return result


def _layer(name: str, weights: FloatArray, bias: FloatArray, source: str) -> list[Node]:
    return [
        Node(Affine(f"{name}.affine", weights, bias), source),
        Node(Rectifier(f"{name}.relu", len(bias)), f"{name}.affine"),
    ]
