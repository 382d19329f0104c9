"""The command `weigh`; docs/safety.md explains its use."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from voice_coach.content.loader import load_table
from voice_coach.content.safety_scripts import RiskLexicon
from voice_coach.understanding.risk import Risks, Tier
from voice_coach.understanding.risk_clauses import Clauses
from voice_coach.understanding.risk_patterns import Patterns
from voice_coach.understanding.risk_verbs import VerbForms
from voice_coach.understanding.risk_weights import Words
from weigh_risk.utterances import LABELLED, REPOSITORY, Utterance, learnt_from
from weigh_risk.weighing import table_of, write

ENGLISH: Final = REPOSITORY / "src" / "voice_coach" / "content" / "en"


def weigh(arguments: Sequence[str] | None = None) -> int:
    """Makes the table of weights, or judges how well tables do on files they have not seen."""
    parser = argparse.ArgumentParser(prog="scripts/weigh_risk/weigh", description=weigh.__doc__)
    parser.add_argument(
        "--judge",
        nargs="*",
        metavar="FILE",
        help="leave each of these files of sentences (all, where none is named) out in turn, learn "
        "from the others, and tell how its utterances are judged; nothing is written",
    )
    options = parser.parse_args(arguments)
    lexicon = load_table(ENGLISH / "risk.toml", RiskLexicon)
    words = Words(lexicon)
    utterances = _prepared(learnt_from(), lexicon, words)
    print(f"{len(utterances)} utterances in {len(LABELLED)} files")
    if options.judge is not None:
        sources = {one.source for one in utterances}
        if strange := {Path(name).stem for name in options.judge} - sources:
            parser.error(f"no such file: {', '.join(sorted(strange))}; there are {sorted(sources)}")
        _judge(options.judge or sources, utterances, lexicon, words)
        return 0
    table = table_of(utterances, words)
    write(table, ENGLISH)
    print(f"{len(table.phrases)} phrases, {len(table.families)} words in families")
    return 0


def _prepared(
    utterances: Sequence[Utterance], lexicon: RiskLexicon, words: Words
) -> list[Utterance]:
    """With their words, as the program makes them."""
    patterns = Patterns(lexicon.words, lexicon.negations, VerbForms(lexicon.irregular))
    clauses = Clauses(lexicon, patterns)
    return [replace(one, words=tuple(words.of(clauses.plain(one.text)))) for one in utterances]


def _judge(
    files: Iterable[str], utterances: Sequence[Utterance], lexicon: RiskLexicon, words: Words
) -> None:
    for source in sorted(Path(name).stem for name in files):
        table = table_of([one for one in utterances if one.source != source], words)
        risks = Risks(lexicon, table)
        for tier in Tier:
            these = [one for one in utterances if (one.source, one.tier) == (source, tier.value)]
            found = Counter(risks.assess(one.text).tier for one in these)
            counts = ", ".join(f"{found[other]} {other.value}" for other in Tier)
            print(f"{source:<26} {tier.value:<5} {len(these):>5}: {counts}", flush=True)
