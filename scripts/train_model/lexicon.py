"""Chooses the words and gives each its pronunciations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from train_model.general_lm import GeneralModel
from train_model.phones import pronunciation

Lexicon = dict[str, list[tuple[int, ...]]]

# Words that people say and CMUdict lacks.
EXTRA = {
    "mm-hm": "M HH M",
    "mhm": "M HH M",
    "mm": "M",
    "hmm": "HH M",
    "hm": "HH M",
    "uh-huh": "AH HH AH",
    "uh-uh": "AH AH",
    "nah": "N AA",
    "yep": "Y EH P",
    "nope": "N OW P",
    "erm": "ER M",
    "uhm": "AH M",
    "umm": "AH M",
    "er": "ER",
    "softer": "S AO F T ER",
    "senses": "S EH N S AH Z",
    "dunno": "D AH N OW",
    "gonna": "G AH N AH",
    "wanna": "W AA N AH",
    "unpause": "AH N P AO Z",
    "okay": "OW K EY",
    "ok": "OW K EY",
    "mmm": "M",
    "mmhmm": "M HH M",
    "uhhuh": "AH HH AH",
    "uhuh": "AH AH",
    "nuh": "N AH",
    "sorta": "S AO R T AH",
    "knackered": "N AE K ER D",
    "teatime": "T IY T AY M",
    "settee": "S EH T IY",
    "shush": "SH AH SH",
    "meds": "M EH D Z",
    "stepdad": "S T EH P D AE D",
    "stepmum": "S T EH P M AH M",
    "stepkids": "S T EH P K IH D Z",
    "paracetamol": "P EH R AH S IY T AH M AO L",
    "codeine": "K OW D IY N",
    "orienting": "AO R IY EH N T IH NG",
    "steadying": "S T EH D IY IH NG",
    "clenching": "K L EH N CH IH NG",
    "heaviness": "HH EH V IY N AH S",
    "budgie": "B AH JH IY",
    "organise": "AO R G AH N AY Z",
    "criticise": "K R IH T AH S AY Z",
    "criticised": "K R IH T AH S AY Z D",
    "spoilt": "S P OY L T",
    "windpipe": "W IH N D P AY P",
    "unlovable": "AH N L AH V AH B AH L",
    "headbutt": "HH EH D B AH T",
    "ruminating": "R UW M AH N EY T IH NG",
    "realise": "R IY AH L AY Z",
    "apologise": "AH P AA L AH JH AY Z",
}
_LISTED = re.compile(r"^(?P<word>[a-z'.-]+)(\(\d+\))?$")
_MOST_PRONUNCIATIONS = 3


class UnknownWordsError(ValueError):
    """Words without a pronunciation."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(
            "no pronunciation for: " + ", ".join(sorted(words)) + "; add them with --pronunciations"
        )


def read_dictionary(path: Path) -> Lexicon:
    """Reads a dictionary in CMUdict's text format (word, phones; `word(2)` for another way)."""
    lexicon: Lexicon = defaultdict(list)
    for line in path.read_text(encoding="latin-1").splitlines():
        head, _, phones = line.partition(" ")
        match = _LISTED.match(head.strip().lower())
        if match is None or not phones.strip():
            continue
        ways = lexicon[match["word"]]
        way = pronunciation(phones)
        if way not in ways and len(ways) < _MOST_PRONUNCIATIONS:
            ways.append(way)
    return dict(lexicon)


def with_extra(dictionary: Lexicon, extra: dict[str, str] = EXTRA) -> Lexicon:
    """The dictionary with further entries (word -> phones) where it has none."""
    added = {word: [pronunciation(phones)] for word, phones in extra.items()}
    return {**added, **dictionary}


def derived(word: str, dictionary: Lexicon) -> list[tuple[int, ...]]:
    """A pronunciation made of known parts ("half-hour", "partner's"), or nothing."""
    if word.endswith("'s") and word[:-2] in dictionary:
        return [(*way, pronunciation("Z")[0]) for way in dictionary[word[:-2]]]
    parts = [part for part in word.split("-") if part]
    if len(parts) > 1 and all(part in dictionary for part in parts):
        return [tuple(phone for part in parts for phone in dictionary[part][0])]
    return []


def choose(
    required: Iterable[str], general: GeneralModel, dictionary: Lexicon, size: int
) -> tuple[Lexicon, list[str]]:
    """All required words that have a pronunciation, then the most frequent ones up to `size`.

    Returns the lexicon and the required words that have none.
    """
    chosen: Lexicon = {}
    missing = []
    for word in sorted(set(required)):
        ways = dictionary.get(word) or derived(word, dictionary)
        if ways:
            chosen[word] = ways
        else:
            missing.append(word)
    for index in np.argsort(-general.unigram_logprobs):
        if len(chosen) >= size:
            break
        word = general.words[index]
        if word in dictionary and word not in chosen and not word.startswith("'"):
            chosen[word] = dictionary[word]
    return dict(sorted(chosen.items())), missing
