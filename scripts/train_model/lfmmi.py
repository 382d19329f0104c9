"""Lattice-free maximum mutual information over whole utterances, from a flat start.

The numerator is the transcript with optional silences and alternative pronunciations; the
denominator any phone sequence, weighted by a phone trigram (Hadian et al., "End-to-end speech
recognition using lattice-free MMI", 2018). Both give posteriors of pdfs by the forward-backward
algorithm; their difference is the gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from train_model.phones import PDFS, PHONES, forward_pdf, self_loop_pdf

_NEVER = -1e30
_COUNT = len(PHONES)
_SILENCE_COST = float(np.log(0.5))


@dataclass(frozen=True, slots=True)
class Transcript:
    """Phones in topological order, who may come before and after each, and the two ends.

    before, after: lists of indices into phones.
    """

    phones: list[int]
    before: list[list[int]]
    first: list[int]
    last: list[int]


def transcript(words: Sequence[Sequence[Sequence[int]]]) -> Transcript:
    """The graph of an utterance: its words, each a list of pronunciations."""
    phones: list[int] = [0]
    before: list[list[int]] = [[]]
    first = [0]
    # What may stand before the next word: the ends of the last one, and the silence after it.
    ends: list[int] = [0]
    at_start = True
    for ways in words:
        word_ends = []
        for way in ways:
            for index, phone in enumerate(way):
                phones.append(phone)
                before.append(list(ends) if index == 0 else [len(phones) - 2])
                if index == 0 and at_start:
                    first.append(len(phones) - 1)
            word_ends.append(len(phones) - 1)
        phones.append(0)
        before.append(word_ends)
        ends = [*word_ends, len(phones) - 1]
        at_start = False
    return Transcript(phones, before, first, ends)


@dataclass(frozen=True, slots=True)
class Batch:
    """Transcripts side by side. Missing neighbours point to a state that is never reached."""

    phones: Tensor
    before: Tensor
    after: Tensor
    first: Tensor
    last: Tensor


def batch(transcripts: Sequence[Transcript]) -> Batch:
    """Pads transcripts to a common size."""
    states = max(len(item.phones) for item in transcripts)
    afters = []
    for item in transcripts:
        after: list[list[int]] = [[] for _ in item.phones]
        for index, sources in enumerate(item.before):
            for source in sources:
                after[source].append(index)
        afters.append(after)
    wide_before = max(len(row) for item in transcripts for row in item.before)
    wide_after = max(len(row) for after in afters for row in after)
    count = len(transcripts)
    phones = np.zeros((count, states), np.int64)
    before = np.full((count, states, wide_before), states, np.int64)
    after_ = np.full((count, states, wide_after), states, np.int64)
    first = np.full((count, states), _NEVER, np.float32)
    last = np.full((count, states), _NEVER, np.float32)
    for row, (item, after) in enumerate(zip(transcripts, afters, strict=True)):
        phones[row, : len(item.phones)] = item.phones
        for index, sources in enumerate(item.before):
            before[row, index, : len(sources)] = sources
        for index, targets in enumerate(after):
            after_[row, index, : len(targets)] = targets
        first[row, item.first] = 0.0
        last[row, item.last] = 0.0
    return Batch(*(torch.from_numpy(x) for x in (phones, before, after_, first, last)))


def numerator(scores: Tensor, lengths: Tensor, graph: Batch) -> tuple[Tensor, Tensor]:
    """Log likelihoods (batch,) and pdf posteriors (batch, frames, PDFS) of the transcripts."""
    count, frames, _ = scores.shape
    states = graph.phones.shape[1]
    pdf_first, pdf_loop = forward_pdf(1) * graph.phones, graph.phones * 2 + self_loop_pdf(0)
    entering = scores.gather(2, pdf_first[:, None].expand(-1, frames, -1)).transpose(0, 1)
    staying = scores.gather(2, pdf_loop[:, None].expand(-1, frames, -1)).transpose(0, 1)
    entering, staying = entering.contiguous(), staying.contiguous()
    silent = torch.where(graph.phones == 0, _SILENCE_COST, 0.0)
    entering = entering + silent
    before = graph.before.reshape(count, -1)
    after = graph.after.reshape(count, -1)
    nowhere = torch.full((count, 1), _NEVER)

    firsts = [graph.first + entering[0]]
    loops = [torch.full((count, states), _NEVER)]
    leaving = firsts[0]
    for t in range(1, frames):
        sources = torch.cat([leaving, nowhere], 1).gather(1, before).view(count, states, -1)
        firsts.append(torch.logsumexp(sources, 2).clamp(min=_NEVER) + entering[t])
        loops.append(leaving + staying[t])
        leaving = torch.logaddexp(firsts[t], loops[t])
    ends = torch.stack(
        [torch.logaddexp(one, more) for one, more in zip(firsts, loops, strict=True)]
    )
    final = ends[lengths - 1, torch.arange(count)]
    total = torch.logsumexp(final + graph.last, 1)

    posterior = torch.zeros(frames, count, PDFS)
    onward = torch.full((count, states), _NEVER)
    for t in range(frames - 1, -1, -1):
        onward = torch.where((lengths - 1 == t)[:, None], graph.last, onward)
        rest = onward - total[:, None]
        posterior[t].scatter_add_(1, pdf_first, (firsts[t] + rest).clamp(max=0).exp())
        posterior[t].scatter_add_(1, pdf_loop, (loops[t] + rest).clamp(max=0).exp())
        enter = torch.cat([onward + entering[t], nowhere], 1).gather(1, after)
        away = torch.logsumexp(enter.view(count, states, -1), 2)
        onward = torch.logaddexp(onward + staying[t], away).clamp(min=_NEVER)
    return total, posterior.transpose(0, 1)


@dataclass(frozen=True, slots=True)
class PhoneModel:
    """Trigram over phones. start: (P,) probabilities; next: (middle, before, following)."""

    start: Tensor
    next: Tensor


def phone_model(transcripts: Sequence[Transcript], seed: int) -> PhoneModel:
    """Estimates the trigram from random paths through transcripts, with interpolation."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((_COUNT, _COUNT, _COUNT))
    start = np.full(_COUNT, 0.1)
    for item in transcripts:
        path = [int(rng.choice(item.last))]
        while item.before[path[-1]] and not (path[-1] in item.first and rng.random() < 0.5):
            path.append(int(rng.choice(item.before[path[-1]])))
        phones = [item.phones[index] for index in reversed(path)]
        start[phones[0]] += 1
        previous = 0
        for left, right in pairwise(phones):
            counts[previous, left, right] += 1
            previous = left
    unigram = counts.sum((0, 1)) + 1
    unigram /= unigram.sum()
    pair = counts.sum(0)
    pair = (pair + 20 * unigram) / (pair.sum(1, keepdims=True) + 20)
    triple = (counts + 20 * pair) / (counts.sum(2, keepdims=True) + 20)
    middle_first = torch.from_numpy(triple.transpose(1, 0, 2).astype(np.float32))
    return PhoneModel(torch.from_numpy((start / start.sum()).astype(np.float32)), middle_first)


def denominator(scores: Tensor, lengths: Tensor, model: PhoneModel) -> tuple[Tensor, Tensor]:
    """Log likelihoods (batch,) and pdf posteriors (batch, frames, PDFS) of any phones at all.

    States are (phone, phone before it); each frame is scaled to a sum of one.
    """
    count, frames, _ = scores.shape
    top = scores.amax(2, keepdim=True)
    likely = (scores - top).exp().transpose(0, 1)
    entering = likely[:, :, 0::2].transpose(1, 2).contiguous()
    staying = likely[:, :, 1::2].transpose(1, 2).contiguous()
    backward_model = model.next.transpose(1, 2).contiguous()

    first = torch.zeros(_COUNT, count, _COUNT)
    first[:, :, 0] = model.start[:, None] * entering[0]
    scale = first.sum((0, 2))
    first /= scale[:, None]
    firsts, loops, leavings = [first], [torch.zeros_like(first)], [first]
    logs = [scale.log()]
    for t in range(1, frames):
        leaving = leavings[-1]
        first = torch.bmm(leaving, model.next).transpose(0, 2) * entering[t][:, :, None]
        loop = leaving * staying[t][:, :, None]
        scale = first.sum((0, 2)) + loop.sum((0, 2))
        inverse = (1.0 / scale)[:, None]
        first, loop = first * inverse, loop * inverse
        firsts.append(first)
        loops.append(loop)
        leavings.append(first + loop)
        logs.append(scale.log())
    log_scales = torch.stack(logs)
    valid = torch.arange(frames)[:, None] < lengths
    total = ((log_scales + top[:, :, 0].T) * valid).sum(0)

    posterior = torch.zeros(frames, count, PDFS)
    onward = torch.zeros(_COUNT, count, _COUNT)
    for t in range(frames - 1, -1, -1):
        onward = torch.where((lengths - 1 == t)[None, :, None], torch.ones(()), onward)
        posterior[t, :, 0::2] = (firsts[t] * onward).sum(2).T
        posterior[t, :, 1::2] = (loops[t] * onward).sum(2).T
        if t == 0:
            break
        inverse = (1.0 / logs[t].exp())[:, None]
        enter = (onward * (entering[t][:, :, None] * inverse)).transpose(0, 2).contiguous()
        onward = torch.bmm(enter, backward_model) + onward * (staying[t][:, :, None] * inverse)
    return total, posterior.transpose(0, 1)
