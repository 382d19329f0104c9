"""Trains the acoustic network; several one-thread processes share the work."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.distributed as group
from torch import Tensor, nn

from train_model import lfmmi
from train_model.augment import Augmenter
from train_model.features import BINS
from train_model.lexicon import Lexicon
from train_model.network import Network
from train_model.progress import Progress
from train_model.shape import SUBSAMPLING, Shape
from train_model.speech import read_index
from train_model.warm_start import network_from

_SEED = 17


@dataclass(frozen=True, slots=True)
class Schedule:
    """seconds: wall clock; batch_frames: input frames a step and process; people: share of steps'
    clips that come from recordings of people."""

    seconds: float
    batch_frames: int = 8000
    peak_rate: float = 2e-3
    people: float = 0.25


class Corpus:
    """Features and transcripts of one flat file, kept on disk."""

    def __init__(self, features: Path, speech: Path, lexicon: Lexicon) -> None:
        self._frames = np.memmap(features, np.float16, mode="r").reshape(-1, BINS)
        spans = np.load(features.with_suffix(".npy"))
        self._spans: list[tuple[int, int]] = []
        self.transcripts: list[lfmmi.Transcript] = []
        for (start, length), clip in zip(spans, read_index(speech), strict=True):
            words = clip.text.split()
            if all(word in lexicon for word in words) and 20 < length < 900:
                self._spans.append((int(start), int(length)))
                self.transcripts.append(lfmmi.transcript([lexicon[word] for word in words]))

    def __len__(self) -> int:
        return len(self._spans)

    def clip(self, index: int) -> Tensor:
        """(frames, BINS) of one clip."""
        start, length = self._spans[index]
        return torch.from_numpy(self._frames[start : start + length].astype(np.float32))


def _enough_frames(clip: Tensor, transcript: lfmmi.Transcript) -> bool:
    # Alternatives and silences are in the count, so this is on the safe side.
    speech = sum(1 for phone in transcript.phones if phone)
    return len(clip) // SUBSAMPLING > speech // 2 + 2


class Batches:
    """Draws batches of about equal length, people's clips as often as wanted."""

    def __init__(self, machine: Corpus, people: Corpus | None, schedule: Schedule, seed: int):
        self._machine, self._people, self._schedule = machine, people, schedule
        self._rng = np.random.default_rng(seed)
        self._augment = Augmenter(seed)
        self._waiting: list[list[tuple[Tensor, lfmmi.Transcript]]] = []

    def draw(self) -> tuple[Tensor, Tensor, lfmmi.Batch]:
        """Features (batch, frames, BINS), output lengths (batch,), transcripts."""
        if not self._waiting:
            self._fill()
        return _collate(self._waiting.pop(int(self._rng.integers(len(self._waiting)))))

    def _fill(self) -> None:
        """Draws several batches at once, so that each holds clips of about one length."""
        clips: list[tuple[Tensor, lfmmi.Transcript]] = []
        total = 0
        while total < 6 * self._schedule.batch_frames:
            corpus = self._machine
            if self._people is not None and self._rng.random() < self._schedule.people:
                corpus = self._people
            index = int(self._rng.integers(len(corpus)))
            clip = self._augment(corpus.clip(index))
            if _enough_frames(clip, corpus.transcripts[index]):
                clips.append((clip, corpus.transcripts[index]))
                total += len(clip)
        clips.sort(key=lambda item: len(item[0]))
        size = 0
        current: list[tuple[Tensor, lfmmi.Transcript]] = []
        for item in clips:
            current.append(item)
            size += len(item[0])
            if size >= self._schedule.batch_frames:
                self._waiting.append(current)
                current, size = [], 0


def _collate(
    clips: Sequence[tuple[Tensor, lfmmi.Transcript]],
) -> tuple[Tensor, Tensor, lfmmi.Batch]:
    lengths = torch.tensor([-(-len(clip) // SUBSAMPLING) for clip, _ in clips])
    features = nn.utils.rnn.pad_sequence([clip for clip, _ in clips], batch_first=True)
    for row, (clip, _) in enumerate(clips):
        features[row, len(clip) :] = clip[-1]
    return features, lengths, lfmmi.batch([transcript for _, transcript in clips])


def step(
    network: nn.Module, drawn: tuple[Tensor, Tensor, lfmmi.Batch], phones: lfmmi.PhoneModel
) -> float:
    """One backward pass; returns the LF-MMI objective per frame."""
    features, lengths, graph = drawn
    scores, guess = network(features)
    scores = scores.clamp(-30, 30)
    with torch.no_grad():
        wanted, want = lfmmi.numerator(scores, lengths, graph)
        possible, have = lfmmi.denominator(scores, lengths, phones)
        usable = torch.isfinite(wanted) & (wanted > -1e20)
        valid = (torch.arange(scores.shape[1]) < lengths[:, None]) & usable[:, None]
        frames = int(valid.sum())
        slope = (have - want) * valid[..., None] + 5e-4 * scores * valid[..., None]
    crossing = -(want * valid[..., None] * guess.log_softmax(2)).sum()
    loss = ((scores * slope).sum() + 0.1 * crossing) / max(frames, 1)
    loss.backward()
    return float(((wanted - possible) * usable).sum() / max(frames, 1))


def _share(network: nn.Module, processes: int) -> None:
    if processes < 2:
        return
    flat = torch.cat([p.grad.reshape(-1) for p in network.parameters() if p.grad is not None])
    group.all_reduce(flat)
    flat /= processes
    position = 0
    for parameter in network.parameters():
        if parameter.grad is not None:
            size = parameter.numel()
            parameter.grad.copy_(flat[position : position + size].view_as(parameter))
            position += size


def _share_norms(network: nn.Module, processes: int) -> None:
    if processes < 2:
        return
    for name, buffer in network.named_buffers():
        if "running" in name:
            group.all_reduce(buffer)
            buffer /= processes


def save(network: Network, path: Path) -> None:
    """Writes weights and shape."""
    torch.save({"shape": asdict(network.shape), "weights": network.state_dict()}, path)


def load(path: Path) -> Network:
    """The network of a checkpoint, at rest."""
    kept = torch.load(path, weights_only=True)
    network = Network(Shape(**kept["shape"]))
    network.load_state_dict(kept["weights"])
    return network.eval()


def blend(network: Network, other: Network) -> None:
    """Moves the network a quarter of the way back to where it came from.

    The mean of a tuned network and its origin hears both new and old conditions better than
    either (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
    """
    origin = other.state_dict()
    mixed = {
        name: 0.75 * value + 0.25 * origin[name] if value.dtype.is_floating_point else value
        for name, value in network.state_dict().items()
    }
    network.load_state_dict(mixed)


def train(
    machine: Corpus,
    people: Corpus | None,
    target: Path,
    shape: Shape,
    schedule: Schedule,
    rank: int,
    processes: int,
    start_from: Path | None = None,
) -> None:
    """Runs until the time is up; the network of the last seventh of it, averaged, goes to `target`.

    start_from: an earlier am/final.mdl whose weights (and shape) are where training begins.
    """
    torch.set_num_threads(1)
    torch.manual_seed(_SEED)
    if processes > 1:
        os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
        os.environ.setdefault("MASTER_PORT", "29511")
        group.init_process_group("gloo", rank=rank, world_size=processes)
    phones = lfmmi.phone_model(machine.transcripts[:4000], _SEED)
    network = Network(shape) if start_from is None else network_from(start_from)
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.peak_rate, weight_decay=1e-3)
    batches = Batches(machine, people, schedule, _SEED + 1 + rank)
    progress = Progress("train", 1)
    average: dict[str, Tensor] = {}
    averaged = 0
    began = time.monotonic()
    steps = 0
    objective = 0.0
    while True:
        done = torch.tensor((time.monotonic() - began) / schedule.seconds)
        if processes > 1:
            group.broadcast(done, 0)
        share = float(done)
        if share >= 1.0:
            break
        warm = min(1.0, (steps + 1) / 60)
        rate = schedule.peak_rate * warm * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * share)))
        for parameters in optimiser.param_groups:
            parameters["lr"] = rate
        optimiser.zero_grad(set_to_none=False)
        value = step(network, batches.draw(), phones)
        _share(network, processes)
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        objective += (value - objective) * (0.03 if steps > 30 else 0.3)
        steps += 1
        if rank == 0 and steps % 20 == 0:
            minutes = (1 - share) * schedule.seconds / 60
            progress.note(f"step {steps}, objective {objective:.3f}, {minutes:.1f} min left")
        if rank == 0 and steps % 200 == 0:
            save(network, target.with_suffix(".part"))
        if share > 0.85 and steps % 10 == 0:
            for name, value_ in network.state_dict().items():
                kept = average.get(name, torch.zeros_like(value_, dtype=torch.float32))
                average[name] = kept + value_.float()
            averaged += 1
    if averaged:
        network.load_state_dict({name: value / averaged for name, value in average.items()})
    if start_from is not None:
        blend(network, network_from(start_from))
    _share_norms(network, processes)
    if rank == 0:
        save(network, target)
    if processes > 1:
        group.destroy_process_group()
