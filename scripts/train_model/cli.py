"""The command `train`; docs/models.md explains its use."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from train_model.export import ToolError
from train_model.general_lm import GeneralModelError
from train_model.plan import FAST, FULL, REPOSITORY, Plan
from train_model.steps import STEPS, StepError, check_inputs, check_ready, product
from train_model.voices import VoiceError

_TOOLS = ("espeak-ng", "flite", "festival", "g++")
_FST_HEADER = Path("/usr/include/fst/fstlib.h")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/train_model/train", description="Make a Vosk model without Kaldi."
    )
    add = parser.add_argument
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--fast", action="store_const", dest="size", const=FAST, help="small, 10 min")
    size.add_argument("--full", action="store_const", dest="size", const=FULL, help="under 3 h")
    add("--work", type=Path, default=REPOSITORY / "build" / "train-en", help="for what is between")
    add("--model", type=Path, help="the finished model (default: WORK/model)")
    add("--step", action="append", choices=[*STEPS], help="run this step alone, again")
    add("--words", type=Path, action="append", default=[], help="phrases, one a line")
    add("--sentences", type=Path, action="append", default=[], help="sentences, one a line")
    add("--voices", action="append", default=[], help="engine or engine:voice, may be repeated")
    add("--recordings", type=Path, action="append", default=[], help="a folder with manifest.tsv")
    add("--start-from", type=Path, help="an earlier final.mdl to train on from")
    add("--seconds", type=float, help="how long to train")
    add("--prompts", type=int, help="how many clips to speak")
    add("--processes", type=int, default=2, help="training processes, one thread each")
    return parser


def train(arguments: list[str] | None = None) -> int:
    """Makes a model; steps whose product is there are passed over."""
    wanted = _parser().parse_args(arguments)
    size = wanted.size or FULL
    if wanted.seconds:
        size = replace(size, seconds=wanted.seconds)
    if wanted.prompts:
        size = replace(size, prompts=wanted.prompts)
    wanted.work.mkdir(parents=True, exist_ok=True)
    plan = Plan(
        work=wanted.work,
        model=wanted.model or wanted.work / "model",
        size=size,
        words=wanted.words,
        sentences=wanted.sentences,
        voices=wanted.voices,
        recordings=wanted.recordings,
        start_from=wanted.start_from,
        processes=wanted.processes,
    )
    absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
    absent += [] if _FST_HEADER.exists() else ["libfst-dev"]
    if absent:
        print("would help: apt-get install " + " ".join(absent), file=sys.stderr)
    name = "train"
    try:
        check_inputs(plan)
        for name, run in STEPS.items():
            done = product(name, plan)
            if wanted.step and name not in wanted.step:
                continue
            if not wanted.step and done is not None and done.exists():
                print(f"{name}: done already ({done})", file=sys.stderr)
                continue
            check_ready(name, plan)
            run(plan)
    except (StepError, VoiceError, ToolError, GeneralModelError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0
