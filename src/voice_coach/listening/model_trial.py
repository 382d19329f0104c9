"""Loads a model and decodes a little with it, in a process of its own that may die of it.

Run as ``python -m voice_coach.listening.model_trial FOLDER``; exits with 0 where all went well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from voice_coach import privacy

_SECONDS_AT_MOST: Final = 180.0
"""The largest official models (3 GB) take half a minute from a slow disk."""


def survives(path: Path) -> str:
    """Try the model in a child process; empty where it works, else what came of it."""
    command = [sys.executable, "-m", "voice_coach.listening.model_trial", str(path)]
    here = str(Path(__file__).resolve().parents[2])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_SECONDS_AT_MOST,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
    except subprocess.TimeoutExpired:
        return f"it was not loaded within {_SECONDS_AT_MOST:.0f} seconds"
    except OSError as error:
        return f"it could not be tried ({error.strerror})"
    if done.returncode == 0:
        return ""
    return _reason(done.stderr.decode("utf-8", errors="replace")) or (
        "Vosk breaks down over it" if done.returncode < 0 else "Vosk does not load it"
    )


def _reason(log: str) -> str:
    """Kaldi's own words for it, without the place in its source."""
    for line in log.splitlines():
        if line.startswith(("ERROR (", "ASSERTION_FAILED (", "FATAL: ", "ERROR: ")):
            return line.partition(") ")[2] or line.partition(": ")[2]
    return ""


def _try(path: Path) -> None:
    import numpy as np

    from voice_coach.audio.frames import HEARING_RATE
    from voice_coach.listening.model_files import layout, read_words
    from voice_coach.listening.vosk_recognizer import VoskModel

    model = VoskModel.load_unchecked(path)
    noise = np.random.default_rng(1).normal(0, 3000, HEARING_RATE * 3 // 2)
    swell = np.sin(np.linspace(0, 12 * np.pi, len(noise))) ** 2
    pcm = (noise * swell).astype(np.int16)
    words = read_words(path / layout(path).graph / "words.txt")
    some = [word for word in words.values() if word[:1].isalpha()][:200:10]
    recognizer = model.recognizer()
    for grammar in (None, tuple(some)):
        recognizer.begin(grammar)
        for at in range(0, len(pcm), 1600):
            recognizer.accept(pcm[at : at + 1600])
        recognizer.finish()
    recognizer.close()


if __name__ == "__main__":
    privacy.close_network()
    privacy.leave_no_core()
    _try(Path(sys.argv[1]))
