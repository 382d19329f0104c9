"""Takes the weights of an earlier model of the same shape as the start of a new training."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np
import torch

from train_model.features import cosine_transform
from train_model.kaldi_files import FloatArray
from train_model.network import Network
from train_model.shape import Shape

_AFFINE = re.compile(rb"<ComponentName> (\S+) <FixedAffineComponent> <LinearParams> ")
_SPLICES = 3


class WarmStartError(ValueError):
    """The model is not one that can be read back."""


def _matrix(data: bytes, offset: int) -> tuple[FloatArray, int]:
    kind = data[offset : data.index(b" ", offset)]
    offset += len(kind) + 1
    if kind == b"FM":
        rows, columns = struct.unpack_from("<xixi", data, offset)
        values = np.frombuffer(data, "<f4", rows * columns, offset + 10)
        return values.reshape(rows, columns), offset + 10 + values.nbytes
    if kind == b"CM2":
        low, span, rows, columns = struct.unpack_from("<ffii", data, offset)
        levels = np.frombuffer(data, "<u2", rows * columns, offset + 16)
        values = low + levels.astype(np.float32) * np.float32(span / 65535.0)
        return values.reshape(rows, columns), offset + 16 + levels.nbytes
    raise WarmStartError(f"unknown matrix {kind!r}")


def read_affines(path: Path) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Weights and bias of every fixed affine in an am/final.mdl."""
    data = path.read_bytes()
    found = {}
    for match in _AFFINE.finditer(data):
        weights, offset = _matrix(data, match.end())
        offset = data.index(b"FV ", offset) + 3
        (size,) = struct.unpack_from("<xi", data, offset)
        found[match[1].decode("ascii")] = (weights, np.frombuffer(data, "<f4", size, offset + 5))
    if "output.affine" not in found:
        raise WarmStartError(f"{path} holds no network that this program wrote")
    return found


def shape_of(affines: dict[str, tuple[FloatArray, FloatArray]]) -> Shape:
    """The shape of the network that the affines belong to."""
    return Shape(
        first=len(affines["l0.affine"][1]),
        width=len(affines["l1.affine"][1]),
        bottleneck=len(affines["f2.linear"][1]),
        layers=sum(name.endswith(".linear") for name in affines),
    )


def _conv(weights: FloatArray, splices: int) -> torch.Tensor:
    spliced = weights.reshape(len(weights), splices, -1).transpose(0, 2, 1)
    return torch.from_numpy(np.ascontiguousarray(spliced))


def network_from(path: Path) -> Network:
    """A network that computes what the model computes; its batch norms stand at identity.

    Such a network is trained in evaluation mode: batch statistics would undo its scales.
    """
    affines = read_affines(path)
    network = Network(shape_of(affines))
    first, bias = affines["l0.affine"]
    if "mel" in affines:
        # This program's own export reads floored energies: x + floor.
        first = first.copy()
        bias = bias - first @ np.tile(network.floor.numpy(), _SPLICES)
    else:
        first = first @ np.kron(np.eye(_SPLICES, dtype=np.float32), cosine_transform())
    scale, mean = network.scale.numpy(), network.mean.numpy()
    with torch.no_grad():
        network.splice0.weight.copy_(_conv(first / np.tile(scale, _SPLICES), _SPLICES))
        network.splice0.bias.copy_(torch.from_numpy(bias + first @ np.tile(mean, _SPLICES)))
        weights, bias = affines["l1.affine"]
        network.splice1.weight.copy_(_conv(weights, _SPLICES))
        network.splice1.bias.copy_(torch.from_numpy(bias.copy()))
        for index in range(network.shape.layers):
            name = f"f{index + 2}"
            squeeze, expand = network.squeeze[index], network.expand[index]
            squeeze.weight.copy_(_conv(affines[f"{name}.linear"][0], 2))
            expand.weight.copy_(_conv(affines[f"{name}.affine"][0], 2))
            expand.bias.copy_(torch.from_numpy(affines[f"{name}.affine"][1].copy()))
        weights, bias = affines["output.affine"]
        for head in (network.output, network.guess):
            head.weight.copy_(torch.from_numpy(weights[:, :, None].copy()))
            head.bias.copy_(torch.from_numpy(bias.copy()))
    for norm in (network.norm0, network.norm1, *network.norms):
        norm.eps = 0.0
    return network.eval()
