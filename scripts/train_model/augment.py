"""Makes one clip into many: other throats, rooms, microphones and noises, in log mel energies."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from train_model.features import BINS, HIGH_HZ, LOW_HZ, floor


def _mel(hertz: float) -> float:
    return float(1127.0 * np.log(1.0 + hertz / 700.0))


_LOW, _HIGH = _mel(LOW_HZ), _mel(HIGH_HZ)


def warp_matrix(factor: float) -> Tensor:
    """(BINS, BINS) that moves every frequency by `factor` (vocal tract length)."""
    centres = np.linspace(_LOW, _HIGH, BINS + 2)[1:-1]
    hertz = 700.0 * (np.exp(centres / 1127.0) - 1.0)
    wanted = 1127.0 * np.log(1.0 + hertz * factor / 700.0)
    place = np.clip((wanted - centres[0]) / (centres[1] - centres[0]), 0, BINS - 1 - 1e-6)
    low = place.astype(int)
    matrix = np.zeros((BINS, BINS), np.float32)
    matrix[low, np.arange(BINS)] = 1 - (place - low)
    matrix[low + 1, np.arange(BINS)] += place - low
    return torch.from_numpy(matrix)


def _curve(rng: np.random.Generator, decibels: float) -> Tensor:
    """A smooth random equalisation, in natural logarithms of power."""
    points = torch.from_numpy(rng.normal(0, decibels * 0.23, 5).astype(np.float32))
    return functional.interpolate(points[None, None], size=BINS, mode="linear", align_corners=True)[
        0, 0
    ]


class Augmenter:
    """Draws a different alteration for each clip. Tempo changes the number of frames."""

    def __init__(self, seed: int, strength: float = 1.0) -> None:
        self._rng = np.random.default_rng(seed)
        self._strength = strength
        self._floor = torch.from_numpy(floor())
        self._babble: list[Tensor] = []

    def __call__(self, clip: Tensor) -> Tensor:
        """One clip, (frames, BINS), altered."""
        rng = self._rng
        if rng.random() < 0.8:
            clip = clip @ warp_matrix(float(rng.uniform(0.82, 1.22)))
        if rng.random() < 0.7:
            frames = max(8, round(len(clip) * rng.uniform(0.75, 1.3)))
            clip = functional.interpolate(clip.T[None], size=frames, mode="linear")[0].T
        if rng.random() < 0.4:
            clip = self._reverberate(clip)
        level = float(rng.normal(0.0, 1.6))
        clip = clip + _curve(rng, 4.0 * self._strength) + level
        clip = self._pad(clip)
        clip = self._noise(clip)
        if rng.random() < 0.5:
            clip = self._mask(clip)
        self._remember(clip)
        return clip

    def _pad(self, clip: Tensor) -> Tensor:
        before, after = (int(n) for n in self._rng.integers(3, 45, 2))
        quiet = self._floor - 2.0
        return torch.cat([quiet.expand(before, -1), clip, quiet.expand(after, -1)])

    def _reverberate(self, clip: Tensor) -> Tensor:
        """A decaying tail of energy: the late part of a room's answer."""
        seconds = self._rng.uniform(0.12, 0.7)
        length = int(min(seconds * 100, 60))
        times = torch.arange(length, dtype=torch.float32)
        tail = torch.exp(-13.8 * times / (seconds * 100)) * float(self._rng.uniform(0.05, 0.3))
        tail[0] = 1.0
        power = clip.exp().T[:, None]
        wet = functional.conv1d(functional.pad(power, (length - 1, 0)), tail.flip(0)[None, None])
        return wet[:, 0].T.clamp(min=1e-3).log()

    def _noise(self, clip: Tensor) -> Tensor:
        rng = self._rng
        loud = torch.quantile(clip.mean(1), 0.9)
        snr = float(np.clip(rng.normal(22, 11), 1, 55)) * 0.2303
        shape = torch.linspace(0, 1, BINS) * float(rng.uniform(-5, 2)) + _curve(rng, 3.0)
        noise = (loud - snr) + shape - shape.mean() + 0.35 * torch.randn(clip.shape)
        if rng.random() < 0.3:
            slow = torch.from_numpy(rng.normal(0, 1.0, (1, 1, 2 + len(clip) // 12)))
            noise = noise + functional.interpolate(slow.float(), size=len(clip), mode="linear")[0].T
        mixed = torch.logaddexp(clip, noise)
        if self._babble and rng.random() < 0.25:
            other = self._babble[int(rng.integers(len(self._babble)))]
            other = other.repeat(-(-len(clip) // len(other)), 1)[: len(clip)]
            behind = float(rng.uniform(10, 30)) * 0.2303
            other = other - torch.quantile(other.mean(1), 0.9) + loud - behind
            mixed = torch.logaddexp(mixed, other)
        return mixed

    def _mask(self, clip: Tensor) -> Tensor:
        clip = clip.clone()
        rng = self._rng
        for _ in range(int(rng.integers(1, 3))):
            width = int(rng.integers(1, 7))
            low = int(rng.integers(BINS - width))
            clip[:, low : low + width] = clip[:, low : low + width].mean()
        if len(clip) > 100:
            width = int(rng.integers(1, 9))
            begin = int(rng.integers(len(clip) - width))
            clip[begin : begin + width] = clip.mean(0)
        return clip

    def _remember(self, clip: Tensor) -> None:
        if len(self._babble) < 60:
            self._babble.append(clip)
        else:
            self._babble[int(self._rng.integers(60))] = clip
