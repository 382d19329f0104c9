"""Looks into a model's files as far as their formats tell whether they are whole.

The formats are Kaldi's and OpenFst's (binary, little-endian). Vosk itself checks little of this
and can abort the whole process over it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np


class BadFile(Exception):
    """One file of the model is not what it should be; the message says how."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a model of one generation has its files."""

    acoustic: str
    features: str
    config: str | None
    graph: str

    def static_graph(self, root: Path) -> bool:
        """One precomposed graph, to which no grammar can be given at run time."""
        return (root / self.graph / "HCLG.fst").exists()


FOLDERS: Final = Layout("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph")
"""Models since 2019."""
FLAT: Final = Layout("final.mdl", "mfcc.conf", None, ".")
"""Older models: everything in one folder."""

_IVECTOR_FILES: Final = (
    "final.dubm",
    "final.ie",
    "final.mat",
    "global_cmvn.stats",
    "online_cmvn.conf",
    "splice.conf",
)
_FST_MAGIC: Final = 0x7EB2FDD6
_FST_ARC_BYTES: Final = 16
_CONST_STATE_BYTES: Final = 20
_ALIGNMENT: Final = 16
_MOST_BYTES_OF_TEXT: Final = 64_000_000


def layout(root: Path) -> Layout:
    """Which generation the model is of. Raises ``BadFile`` where it is none."""
    if (root / FOLDERS.acoustic).exists() or (root / "am").is_dir():
        return FOLDERS
    if (root / FLAT.acoustic).exists():
        return FLAT
    inner = [one.name for one in root.iterdir() if (one / FOLDERS.acoustic).exists()]
    if inner:
        raise BadFile(f"it holds a model in its folder {inner[0]}: name that one")
    raise BadFile(f"there is neither {FOLDERS.acoustic} nor {FLAT.acoustic}: this is no Vosk model")


def check_files(root: Path) -> None:
    """Raise ``BadFile`` for the first file that is missing or not whole."""
    shape = layout(root)
    graph = Path(shape.graph)
    static = shape.static_graph(root)
    boundary = graph / ("." if shape is FLAT else "phones") / "word_boundary.int"
    checks: list[tuple[Path, Callable[[Path], None]]] = [
        (Path(shape.features), _check_config),
        (Path(shape.acoustic), _check_acoustic),
        (graph / "words.txt", _check_words),
    ]
    if shape.config is not None:
        checks.append((Path(shape.config), _check_config))
    if static:
        checks.append((graph / "HCLG.fst", _check_fst))
    else:
        checks += [
            (graph / "HCLr.fst", _check_fst),
            (graph / "Gr.fst", _check_fst),
            (graph / "disambig_tid.int", _check_integers),
        ]
    if (root / boundary).exists():
        checks.append((boundary, _check_boundary))
    if (root / "ivector").is_dir():
        checks += [(Path("ivector") / name, _check_present) for name in _IVECTOR_FILES]
    for name, check in checks:
        try:
            _check_present(root / name)
            check(root / name)
        except BadFile as problem:
            raise BadFile(f"{name.as_posix()} {problem}") from None
        except OSError as error:
            raise BadFile(f"{name.as_posix()} cannot be read ({error.strerror})") from error
    _check_agreement(root, shape, static, boundary)


def _check_present(path: Path) -> None:
    if not path.exists():
        raise BadFile("is missing")
    if not path.is_file():
        raise BadFile("is no file")
    if path.stat().st_size == 0:
        raise BadFile("is empty")


# --- text --------------------------------------------------------------------------------------


def _lines(path: Path) -> Iterator[str]:
    if path.stat().st_size > _MOST_BYTES_OF_TEXT:
        raise BadFile("is far too large")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise BadFile("is not text") from None
    yield from (line for line in text.splitlines() if line.strip())


def _check_config(path: Path) -> None:
    for line in _lines(path):
        bare = line.partition("#")[0].strip()
        if bare and not re.fullmatch(r"--[A-Za-z][\w.\-]*(=\S.*)?", bare):
            raise BadFile(f"has a line that is no option: {bare[:40]!r}")


def _check_integers(path: Path) -> None:
    for line in _lines(path):
        if not line.strip().isdecimal():
            raise BadFile("holds something else than numbers")


def read_words(path: Path) -> dict[int, str]:
    """The vocabulary by number. Raises ``BadFile``."""
    words: dict[int, str] = {}
    for line in _lines(path):
        parts = line.split()
        if len(parts) != 2 or not parts[1].isdecimal():
            raise BadFile(f"has a line that is no word and number: {line[:40]!r}")
        words[int(parts[1])] = parts[0]
    return words


def _check_words(path: Path) -> None:
    words = read_words(path)
    if words.get(0) not in ("<eps>", "<epsilon>"):
        raise BadFile("does not begin with <eps>")
    missing = set(range(max(words))) - set(words)
    if missing:
        raise BadFile(f"has no word number {min(missing)}")


def _boundary_phones(path: Path) -> set[int]:
    phones: set[int] = set()
    for line in _lines(path):
        parts = line.split()
        kinds = ("nonword", "begin", "end", "internal", "singleton")
        if len(parts) != 2 or not parts[0].isdecimal() or parts[1] not in kinds:
            raise BadFile(f"has a line that is no phone and position: {line[:40]!r}")
        phones.add(int(parts[0]))
    return phones


def _check_boundary(path: Path) -> None:
    _boundary_phones(path)


# --- the acoustic model ------------------------------------------------------------------------

_ACOUSTIC_START: Final = b"\0B<TransitionModel> <Topology> "
_ACOUSTIC_END: Final = b"<Priors> "


def _check_acoustic(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(len(_ACOUSTIC_START))
        if start != _ACOUSTIC_START:
            raise BadFile("is no acoustic model of Kaldi's")
        _phones(file.read(65_536))
        file.seek(max(0, size - 400_000))
        tail = file.read()
    if b"</Nnet3>" not in tail:
        raise BadFile("is cut short, or damaged at its end")
    _check_priors(tail[tail.rindex(b"</Nnet3>") :])


def _check_priors(tail: bytes) -> None:
    """After the network come its contexts and a vector of priors, and nothing else."""
    at = tail.find(_ACOUSTIC_END)
    vector = tail[at + len(_ACOUSTIC_END) :] if at >= 0 else b""
    if len(vector) < 8 or vector[:4] not in (b"FV \4", b"DV \4"):
        raise BadFile("is cut short, or damaged at its end")
    (count,) = struct.unpack("<i", vector[4:8])
    if count < 0 or len(vector) != 8 + count * (4 if vector[:1] == b"F" else 8):
        raise BadFile("is cut short, or has something after its end")


def _phones(start: bytes) -> set[int]:
    """The phones of the topology that an acoustic model begins with."""
    if len(start) < 5 or start[0] != 4:
        raise BadFile("is damaged at its beginning")
    (count,) = struct.unpack("<i", start[1:5])
    if not 0 < count <= (len(start) - 5) // 4:
        raise BadFile("is damaged at its beginning")
    return set(struct.unpack(f"<{count}i", start[5 : 5 + 4 * count]))


# --- graphs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _FstHeader:
    kind: str
    version: int
    flags: int
    start: int
    states: int
    arcs: int
    size: int
    """Bytes of the header itself."""


def _header(head: bytes) -> _FstHeader:
    try:
        at = 0
        (magic,) = struct.unpack_from("<I", head, at)
        if magic != _FST_MAGIC:
            raise BadFile("is no graph of OpenFst's")
        kind, at = _string(head, 4)
        arc, at = _string(head, at)
        version, flags, _properties, start, states, arcs = struct.unpack_from("<iiQqqq", head, at)
    except struct.error:
        raise BadFile("is cut short") from None
    if arc != "standard":
        raise BadFile(f"has arcs of the kind {arc!r} instead of 'standard'")
    return _FstHeader(kind, version, flags, start, states, arcs, at + 40)


def _string(head: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<i", head, at)
    if not 0 < length < 64 or len(head) < at + 4 + length:
        raise BadFile("is damaged at its beginning")
    return head[at + 4 : at + 4 + length].decode("ascii", errors="replace"), at + 4 + length


def _check_fst(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(512)
    header = _header(head)
    if header.kind.endswith("lookahead"):
        # A constant graph and what looks ahead in it, after a head of their own.
        inner = head.find(struct.pack("<I", _FST_MAGIC), 4)
        if inner < 0:
            raise BadFile("is damaged at its beginning")
        header = _header(head[inner:])
        _check_lookahead(path.read_bytes(), inner, header)
        size -= inner
    if header.states <= 0 or not 0 <= header.start < header.states:
        raise BadFile("is a graph without states")
    needed = header.size + max(0, header.arcs) * _FST_ARC_BYTES
    needed += header.states * (_CONST_STATE_BYTES if header.kind == "const" else 0)
    if size < needed:
        raise BadFile(f"is cut short: {size} bytes of at least {needed}")


def _check_lookahead(data: bytes, inner: int, header: _FstHeader) -> None:
    """After the graph itself comes, for every state, which words can be reached from it.

    A graph that lacks the last of them is read without an error and misses words.
    """
    if header.kind != "const" or header.flags or header.version == 1:
        return
    at = inner + header.size
    at += header.states * _CONST_STATE_BYTES + header.arcs * _FST_ARC_BYTES
    try:
        (present,) = struct.unpack_from("<?", data, at)
        at += 1
        for _ in range(2 if present else 0):
            (present,) = struct.unpack_from("<?", data, at)
            at = _after_reachable(data, at + 1) if present else at + 1
    except struct.error:
        raise BadFile("is cut short") from None
    if at != len(data):
        raise BadFile(f"is cut short or damaged: {len(data)} bytes instead of {at}")


def _after_reachable(data: bytes, at: int) -> int:
    """Where a ``LabelReachableData`` ends that begins here."""
    _input, relabelled = struct.unpack_from("<??", data, at)
    at += 2
    if relabelled:
        (pairs,) = struct.unpack_from("<q", data, at)
        at += 8 + 8 * pairs
    _final, sets = struct.unpack_from("<iq", data, at)
    at += 12
    for _ in range(min(sets, len(data))):
        (intervals,) = struct.unpack_from("<q", data, at)
        if not 0 <= intervals <= len(data):
            raise BadFile("is damaged inside")
        at += 8 + 8 * intervals + 4
    return at


def _highest_word(path: Path) -> int | None:
    """The highest output label of a constant graph; None for other kinds."""
    with path.open("rb") as file:
        header = _header(file.read(512))
    symbols_inside = header.flags & 3
    if header.kind != "const" or symbols_inside or header.arcs <= 0:
        return None
    at = header.size
    if header.flags & 4 or header.version == 1:
        at = _aligned(_aligned(at) + header.states * _CONST_STATE_BYTES)
    else:
        at += header.states * _CONST_STATE_BYTES
    if path.stat().st_size < at + header.arcs * _FST_ARC_BYTES:
        raise BadFile("is cut short")
    arcs = np.memmap(path, dtype="<i4", mode="r", offset=at, shape=(header.arcs, 4))
    return int(arcs[:, 1].max())


def _aligned(at: int) -> int:
    return -(-at // _ALIGNMENT) * _ALIGNMENT


# --- together ----------------------------------------------------------------------------------


def _check_agreement(root: Path, shape: Layout, static: bool, boundary: Path) -> None:
    """The files fit one another."""
    graph = Path(shape.graph)
    words = read_words(root / graph / "words.txt")
    for name in ("HCLG.fst",) if static else ("Gr.fst",):
        highest = _highest_word(root / graph / name)
        if highest is not None and highest > max(words):
            raise BadFile(
                f"{(graph / 'words.txt').as_posix()} ends at word {max(words)}, but {name} has"
                f" {highest}: they belong to different models, or the list is cut short"
            )
    if (root / boundary).exists():
        with (root / shape.acoustic).open("rb") as file:
            file.seek(len(_ACOUSTIC_START))
            phones = _phones(file.read(65_536))
        without = phones - _boundary_phones(root / boundary)
        if without:
            raise BadFile(
                f"{boundary.as_posix()} lacks phone {min(without)} of the acoustic model: they"
                " belong to different models, or the list is cut short"
            )
