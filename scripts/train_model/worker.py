"""One training process; `steps.train` starts them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from train_model import training
from train_model.export import read_lexicon
from train_model.shape import Shape


def main() -> None:
    """Trains as rank `--rank` of `--processes`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--shape", type=json.loads, required=True)
    parser.add_argument("--start-from", type=Path)
    wanted = parser.parse_args()
    lexicon = read_lexicon(wanted.work / "lexicon.json")

    def corpus(name: str) -> training.Corpus:
        path = wanted.work / name
        return training.Corpus(path.with_suffix(".f16"), path.with_suffix(".i16"), lexicon)

    people = corpus("people0") if wanted.people else None
    # A network that has learnt already takes smaller steps, so as not to forget.
    schedule = training.Schedule(wanted.seconds)
    if wanted.start_from is not None:
        schedule = training.Schedule(wanted.seconds, batch_frames=6000, peak_rate=6e-4, people=0.3)
    training.train(
        corpus("machine"),
        people,
        wanted.work / "network.pt",
        Shape(**wanted.shape),
        schedule,
        wanted.rank,
        wanted.processes,
        wanted.start_from,
    )


if __name__ == "__main__":
    main()
