"""What a model costs: loading, memory and computing, measured in a process of its own.

Run as ``python -m benches.model_cost FOLDER PHRASE ...`` with int16 samples on its input.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from voice_coach.audio.frames import HEARING_RATE, HEARING_SAMPLES, Pcm
from voice_coach.listening.vosk_recognizer import VoskModel, VoskRecognizer

_TIMES: Final = 3
"""Processes that load the model; the middle one counts."""
_LONGEST: Final = 600.0


def cost(folder: Path, pcm: Pcm, commands: Sequence[str]) -> dict[str, float | int]:
    """Of loading, and of hearing this audio openly and by the commands."""
    runs = [_run(folder, pcm, commands) for _ in range(_TIMES)]
    middle = {key: sorted(run[key] for run in runs)[_TIMES // 2] for key in runs[0]}
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6
    return {
        "load_s": round(middle["load"], 3),
        "resident_mib": round(middle["peak"], 1),
        "resident_before_mib": round(middle["before"], 1),
        "real_time_open": round(middle["open"], 4),
        "real_time_commands": round(middle["closed"], 4),
        "audio_s": round(len(pcm) / HEARING_RATE, 1),
        "size_mb": round(size, 2),
    }


def _run(folder: Path, pcm: Pcm, commands: Sequence[str]) -> dict[str, float]:
    scripts = Path(__file__).resolve().parent.parent
    paths = [str(scripts), str(scripts.parent / "src"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-m", "benches.model_cost", str(folder), *commands],
        input=pcm.tobytes(),
        stdout=subprocess.PIPE,
        timeout=_LONGEST,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _measure(folder: Path, commands: Sequence[str], pcm: Pcm) -> dict[str, float]:
    before = _peak()
    began = time.perf_counter()
    model = VoskModel.load_unchecked(folder)
    load = time.perf_counter() - began
    recognizer = model.recognizer()
    took = {
        "open": _decode(recognizer, None, pcm),
        "closed": _decode(recognizer, commands, pcm),
    }
    return {"before": before, "load": load, "peak": _peak(), **took}


def _decode(recognizer: VoskRecognizer, grammar: Sequence[str] | None, pcm: Pcm) -> float:
    """Seconds of computing for a second of audio."""
    began = time.process_time()
    recognizer.begin(grammar)
    for start in range(0, len(pcm), HEARING_SAMPLES):
        recognizer.accept(pcm[start : start + HEARING_SAMPLES])
    recognizer.finish()
    return (time.process_time() - began) / (len(pcm) / HEARING_RATE)


def _peak() -> float:
    """Most memory of this process so far, in MiB. Linux hands a parent's down in ``ru_maxrss``."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text("ascii").splitlines() if "VmHWM" in line)
        return int(peak.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    heard = np.frombuffer(sys.stdin.buffer.read(), np.int16)
    print(json.dumps(_measure(Path(sys.argv[1]), sys.argv[2:], heard)))
