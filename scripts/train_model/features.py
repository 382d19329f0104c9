"""Kaldi's log mel energies: 40 bins from 20 to 7600 Hz, 25 ms windows every 10 ms, no dither."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from train_model.progress import Progress
from train_model.speech import read_index

BINS = 40
RATE = 16_000
WINDOW, SHIFT, FFT = 400, 160, 512
LOW_HZ, HIGH_HZ = 20.0, 7600.0
PREEMPHASIS = 0.97
# The quietest room: white noise of 3 steps of 16 bits. Nothing below it is ever seen.
FLOOR_STEPS = 3.0

Floats = npt.NDArray[np.float32]


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log(1.0 + np.asarray(hertz) / 700.0))


@cache
def window() -> Floats:
    """Kaldi's "povey" window."""
    phase = 2 * np.pi * np.arange(WINDOW) / (WINDOW - 1)
    return np.asarray((0.5 - 0.5 * np.cos(phase)) ** 0.85, np.float32)


@cache
def mel_filters() -> Floats:
    """(FFT / 2, BINS): triangles, equal in mel."""
    edges = np.linspace(_mel(LOW_HZ), _mel(HIGH_HZ), BINS + 2)
    centre = _mel(np.arange(FFT // 2) * (RATE / FFT))[:, None]
    rising = (centre - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - centre) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)), np.float32)


@cache
def cosine_transform() -> Floats:
    """(BINS, BINS), orthonormal: cepstra = transform @ log mel."""
    index = np.arange(BINS)
    matrix = np.sqrt(2.0 / BINS) * np.cos(np.pi / BINS * np.outer(index, index + 0.5))
    matrix[0] = np.sqrt(1.0 / BINS)
    return np.asarray(matrix, np.float32)


@cache
def floor() -> Floats:
    """(BINS,) the log mel energies of the quietest room."""
    frequency = 2 * np.pi * np.arange(FFT // 2) / FFT
    gain = 1 + PREEMPHASIS**2 - 2 * PREEMPHASIS * np.cos(frequency)
    power = FLOOR_STEPS**2 * float(np.sum(window() ** 2)) * gain
    return np.asarray(np.log(power @ mel_filters()), np.float32)


def log_mel(samples: npt.NDArray[np.int16]) -> Floats:
    """(frames, BINS) of 16 kHz samples; at least one window long, else no frames."""
    count = 1 + (len(samples) - WINDOW) // SHIFT
    if count < 1:
        return np.zeros((0, BINS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float32), WINDOW)
    frames = frames[::SHIFT][:count]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - PREEMPHASIS * before) * window()
    power = np.abs(np.fft.rfft(frames, FFT)[:, : FFT // 2]) ** 2
    return np.asarray(np.log(np.maximum(power @ mel_filters(), 1e-3)), np.float32)


def extract(speech: Path, target: Path) -> None:
    """The features of a flat speech file, as 16-bit floats with an index of frames."""
    clips = read_index(speech)
    audio = np.memmap(speech, np.int16, mode="r")
    progress = Progress("features", len(clips))
    spans = []
    position = 0
    with target.with_suffix(".part").open("wb") as file:
        for clip in clips:
            frames = log_mel(np.asarray(audio[clip.start : clip.start + clip.length]))
            file.write(frames.astype(np.float16).tobytes())
            spans.append((position, len(frames)))
            position += len(frames)
            progress.advance()
    target.with_suffix(".part").rename(target)
    np.save(target.with_suffix(".npy"), np.array(spans, np.int64))
