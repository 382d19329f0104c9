"""Writes Kaldi's binary files: the transition model, nnet3 networks, and their parts.

The layouts follow Kaldi's own readers (hmm-topology.cc, transition-model.cc, nnet-nnet.cc,
nnet-simple-component.cc, am-nnet-simple.cc, compressed-matrix.cc).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train_model.phones import (
    GRAPH_PHONES,
    forward_pdf,
    phone_of_graph_phone,
    self_loop_pdf,
)

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Affine:
    """y = weights x + bias. weights: (outputs, inputs)."""

    name: str
    weights: FloatArray
    bias: FloatArray


@dataclass(frozen=True, slots=True)
class Rectifier:
    """y = max(x, 0)."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class NoOp:
    """y = x; a name for a sum."""

    name: str
    size: int


Component = Affine | Rectifier | NoOp


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the network: a component and what it reads, in nnet3's own notation."""

    component: Component
    source: str


def _int(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def _double(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def _integer_vector(values: Sequence[int]) -> bytes:
    return b"\x04" + struct.pack(f"<i{len(values)}i", len(values), *values)


def _vector(values: FloatArray) -> bytes:
    return b"FV " + _int(len(values)) + values.astype("<f4").tobytes()


def _matrix(values: FloatArray) -> bytes:
    rows, columns = values.shape
    return b"FM " + _int(rows) + _int(columns) + values.astype("<f4").tobytes()


def _compressed_matrix(values: FloatArray) -> bytes:
    """Sixteen bits an entry (Kaldi's "CM2"), which every reader of matrices accepts."""
    low = float(values.min())
    span = max(float(values.max()) - low, 1e-6)
    levels = np.rint((values - low) * (65535.0 / span)).astype("<u2")
    rows, columns = values.shape
    return b"CM2 " + struct.pack("<ffii", low, span, rows, columns) + levels.tobytes()


def transition_model() -> bytes:
    """One state a phone, a forward and a self-loop arc of one half each."""
    phones = range(1, GRAPH_PHONES + 1)
    parts = [
        b"<TransitionModel> <Topology> ",
        _integer_vector(list(phones)),
        _integer_vector([-1] + [0] * GRAPH_PHONES),
        # -1 marks a topology whose self-loops have pdfs of their own.
        _int(-1) + _int(1) + _int(2),
        _int(0) + _int(1) + _int(2),
        _int(0) + _float(0.5) + _int(1) + _float(0.5),
        _int(-1) + _int(-1) + _int(0),
        b"</Topology> <Tuples> ",
        _int(GRAPH_PHONES),
    ]
    for number in phones:
        phone = phone_of_graph_phone(number)
        parts.append(_int(number) + _int(0) + _int(forward_pdf(phone)) + _int(self_loop_pdf(phone)))
    log_probabilities = np.full(2 * GRAPH_PHONES + 1, math.log(0.5), np.float32)
    log_probabilities[0] = 0.0
    parts += [
        b"</Tuples> <LogProbs> ",
        _vector(log_probabilities),
        b"</LogProbs> </TransitionModel> ",
    ]
    return b"".join(parts)


def _component(component: Component) -> bytes:
    match component:
        case Affine(weights=weights, bias=bias):
            return (
                b"<FixedAffineComponent> <LinearParams> "
                + (_compressed_matrix(weights) if weights.size > 4096 else _matrix(weights))
                + b"<BiasParams> "
                + _vector(bias)
                + b"</FixedAffineComponent> "
            )
        case Rectifier(size=size):
            empty = np.zeros(0, np.float32)
            return (
                b"<RectifiedLinearComponent> <Dim> "
                + _int(size)
                + b"<ValueAvg> "
                + _vector(empty)
                + b"<DerivAvg> "
                + _vector(empty)
                + b"<Count> "
                + _double(0.0)
                + b"</RectifiedLinearComponent> "
            )
        case NoOp(size=size):
            return (
                b"<NoOpComponent> <Dim> "
                + _int(size)
                + b"<BackpropScale> "
                + _float(1.0)
                + b"</NoOpComponent> "
            )


def acoustic_model(nodes: Sequence[Node], inputs: int, left: int, right: int) -> bytes:
    """The whole of am/final.mdl. The last node is the output; contexts are in frames.

    The priors stay empty: a network trained by LF-MMI has them inside.
    """
    lines = ["", f"input-node name=input dim={inputs}"]
    lines += [
        f"component-node name={node.component.name} component={node.component.name} "
        f"input={node.source}"
        for node in nodes
    ]
    lines += [f"output-node name=output input={nodes[-1].component.name} objective=linear", "", ""]
    parts = [
        b"\x00B",
        transition_model(),
        b"<Nnet3> ",
        "\n".join(lines).encode("ascii"),
        b"<NumComponents> ",
        _int(len(nodes)),
    ]
    for node in nodes:
        parts.append(f"<ComponentName> {node.component.name} ".encode("ascii"))
        parts.append(_component(node.component))
    parts += [
        b"</Nnet3> <LeftContext> ",
        _int(left),
        b"<RightContext> ",
        _int(right),
        b"<Priors> ",
        _vector(np.zeros(0, np.float32)),
    ]
    return b"".join(parts)
