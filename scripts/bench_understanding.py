"""Measures whether a session goes the same way on words that a recogniser has half misheard.

Synthetic voices say the turns that decide where a session goes, over pink noise at two levels; the
model hears them, with the grammar of the question where it has one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benches.understanding_parts import Heard, all_turns, hear

from voice_coach.content.language import load_language
from voice_coach.listening.vosk_recognizer import VoskModel
from voice_coach.speaking.system_voice import SystemVoice
from voice_coach.understanding.understanding import Understanding

STARTER = Path(__file__).parents[1] / "models" / "starter-en"
VOICES = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp")
NOISES = (20, 10)


def main(arguments: Sequence[str]) -> int:
    """Measure, print a table, and write it as JSON where asked to."""
    options = _options(arguments)
    turns = all_turns(Understanding.from_content(load_language("en")))
    model = VoskModel.load(options.model)
    found: list[Heard] = []
    for name in options.voices.split(","):
        with SystemVoice(name) as voice:
            recognizer = model.recognizer()
            for decibels in NOISES:
                found += hear(turns, voice, name, recognizer, decibels)
            recognizer.close()
    figures = _figures(found)
    for key, value in figures.items():
        print(f"{key:<42} {value['right_percent']:5.1f} % of {value['turns']}")
    if options.show_wrong:
        for one in found:
            if not one.right:
                print("  ", one.kind, one.voice, one.decibels, one.said, one.heard, sep=" | ")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _figures(found: Sequence[Heard]) -> dict[str, dict[str, float]]:
    cases = [
        *((f"{kind}, noise at {db} dB", kind, db) for kind in _kinds(found) for db in NOISES),
        *((f"all turns, noise at {db} dB", "", db) for db in NOISES),
    ]
    return {name: _share([o for o in found if _is(o, kind, db)]) for name, kind, db in cases}


def _kinds(found: Sequence[Heard]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.kind for one in found))


def _is(one: Heard, kind: str, decibels: int) -> bool:
    return one.decibels == decibels and kind in ("", one.kind)


def _share(found: Sequence[Heard]) -> dict[str, float]:
    right = sum(one.right for one in found)
    return {"turns": len(found), "right_percent": round(100 * right / max(1, len(found)), 1)}


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench understanding", description=__doc__)
    parser.add_argument("--model", type=Path, default=STARTER, help="folder of a Vosk model")
    parser.add_argument("--voices", default=",".join(VOICES), help="of the system, by comma")
    parser.add_argument("--show-wrong", action="store_true", help="name every turn that went wrong")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
