"""Reads and writes OpenFst's ConstFst files over the tropical semiring, without OpenFst."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_MAGIC = 2125659606
STATE = np.dtype(
    [
        ("final", "<f4"),
        ("first_arc", "<u4"),
        ("arcs", "<u4"),
        ("input_epsilons", "<u4"),
        ("output_epsilons", "<u4"),
    ]
)
ARC = np.dtype([("input", "<i4"), ("output", "<i4"), ("cost", "<f4"), ("target", "<i4")])

# OpenFst's property bits (fst/properties.h), as far as composition asks for them.
_EXPANDED = 0x1
_ACCEPTOR, _NOT_ACCEPTOR = 1 << 16, 1 << 17
_INPUT_DETERMINISTIC, _OUTPUT_DETERMINISTIC = 1 << 18, 1 << 20
_INPUT_SORTED, _NOT_INPUT_SORTED = 1 << 28, 1 << 29
_OUTPUT_SORTED, _NOT_OUTPUT_SORTED = 1 << 30, 1 << 31
_WEIGHTED = 1 << 32
_CYCLIC = 1 << 34
_NOT_TOP_SORTED = 1 << 39
_NOT_STRING = 1 << 45


class FstFormatError(ValueError):
    """The file is not a ConstFst that this module reads."""


@dataclass(frozen=True, slots=True)
class Fst:
    """A weighted transducer. States are counted from 0; infinite final cost: not final.

    sources: (arcs,) the state each arc leaves; arcs: (arcs,) of dtype ARC; finals: (states,).
    """

    start: int
    finals: npt.NDArray[np.float32]
    sources: npt.NDArray[np.int32]
    arcs: npt.NDArray[np.void]


class FstBuilder:
    """Collects states and arcs."""

    def __init__(self) -> None:
        self._finals: list[float] = []
        self._sources: list[int] = []
        self._arcs: list[tuple[int, int, float, int]] = []

    def state(self, final: float = float("inf")) -> int:
        """Adds a state and returns its number."""
        self._finals.append(final)
        return len(self._finals) - 1

    def arc(self, source: int, target: int, *, input: int, output: int, cost: float) -> None:
        """Adds an arc; label 0 is epsilon, cost a negative natural logarithm."""
        self._sources.append(source)
        self._arcs.append((input, output, cost, target))

    def build(self, start: int) -> Fst:
        """The finished transducer."""
        return Fst(
            start,
            np.array(self._finals, np.float32),
            np.array(self._sources, np.int32),
            np.array(self._arcs, ARC),
        )


def _sorted(column: npt.NDArray[np.int32], sources: npt.NDArray[np.int32]) -> bool:
    same_state = sources[1:] == sources[:-1]
    return bool(np.all(column[1:][same_state] >= column[:-1][same_state]))


def _properties(arcs: npt.NDArray[np.void], sources: npt.NDArray[np.int32]) -> int:
    acceptor = bool(np.array_equal(arcs["input"], arcs["output"]))
    bits = _EXPANDED | _WEIGHTED | _CYCLIC | _NOT_TOP_SORTED | _NOT_STRING
    bits |= _ACCEPTOR if acceptor else _NOT_ACCEPTOR
    bits |= _INPUT_SORTED if _sorted(arcs["input"], sources) else _NOT_INPUT_SORTED
    bits |= _OUTPUT_SORTED if _sorted(arcs["output"], sources) else _NOT_OUTPUT_SORTED
    if acceptor:
        bits |= _INPUT_DETERMINISTIC | _OUTPUT_DETERMINISTIC
    return bits


def write(fst: Fst, path: Path) -> None:
    """Writes a ConstFst with each state's arcs in the order of their output labels.

    An acceptor must be deterministic (it is marked so).
    """
    order = np.lexsort((fst.arcs["target"], fst.arcs["input"], fst.arcs["output"], fst.sources))
    arcs, sources = fst.arcs[order], fst.sources[order]
    states = np.zeros(len(fst.finals), STATE)
    counts = np.bincount(sources, minlength=len(states))
    states["final"] = fst.finals
    states["arcs"] = counts
    states["first_arc"] = np.concatenate(([0], np.cumsum(counts)[:-1]))
    for field, label in (("input_epsilons", "input"), ("output_epsilons", "output")):
        states[field] = np.bincount(sources[arcs[label] == 0], minlength=len(states))
    header = struct.pack("<i", _MAGIC)
    for text in (b"const", b"standard"):
        header += struct.pack("<i", len(text)) + text
    header += struct.pack(
        "<iiQqqq", 2, 0, _properties(arcs, sources), fst.start, len(states), len(arcs)
    )
    path.write_bytes(header + states.tobytes() + arcs.tobytes())


def read(path: Path) -> Fst:
    """Reads a ConstFst. Raises FstFormatError for another kind of file."""
    data = path.read_bytes()
    start_of_header = data.find(b"const")
    if start_of_header < 0 or struct.unpack_from("<i", data)[0] != _MAGIC:
        raise FstFormatError(f"{path} is not a ConstFst")
    offset = start_of_header + len(b"const") + 4 + len(b"standard")
    _, flags, _, start, state_count, arc_count = struct.unpack_from("<iiQqqq", data, offset)
    if flags:
        raise FstFormatError(f"{path} has symbol tables or alignment, which are not read here")
    offset += struct.calcsize("<iiQqqq")
    states = np.frombuffer(data, STATE, state_count, offset)
    arcs = np.frombuffer(data, ARC, arc_count, offset + states.nbytes)
    sources = np.repeat(np.arange(state_count, dtype=np.int32), states["arcs"])
    return Fst(start, states["final"].copy(), sources, arcs.copy())
