"""Words, sentences and the features, without any network."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from train_model.general_lm import GeneralModelError, read

from train_model import features, lexicon, sentences

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "src" / "voice_coach" / "content" / "en"
TEMPLATES = ROOT / "scripts" / "train_model" / "data" / "en.toml"


def test_words_lose_marks_and_keep_apostrophes() -> None:
    assert sentences.words_of("Don’t stop, please - mm-hm!") == ["don't", "stop", "please", "mm-hm"]


def test_templates_leave_no_slot_open() -> None:
    made = sentences.from_templates(TEMPLATES, 300, random.Random(1))
    assert len({tuple(sentence) for sentence in made}) > 200
    assert all(sentence and "{" not in " ".join(sentence) for sentence in made)


def test_content_gives_sentences_and_grammar_words() -> None:
    assert len(sentences.from_content(CONTENT)) > 500
    words = sentences.grammar_words(CONTENT)
    assert {"yes", "no", "repeat", "zero", "softer"} <= words


def test_extra_words_fill_gaps_and_replace_nothing() -> None:
    known: lexicon.Lexicon = {"ok": [(1, 2)]}
    merged = lexicon.with_extra(known, {"ok": "OW K", "mhm": "M HH M"})
    assert merged["ok"] == [(1, 2)]
    assert len(merged["mhm"][0]) == 3


def test_every_extra_pronunciation_is_of_our_phones() -> None:
    assert all(ways[0] for ways in lexicon.with_extra({}).values())


def test_a_dictionary_is_read_with_its_further_ways(tmp_path: Path) -> None:
    file = tmp_path / "d.dict"
    file.write_text("either IY DH ER\neither(2) AY DH ER\n", encoding="ascii")
    assert len(lexicon.read_dictionary(file)["either"]) == 2


def test_compounds_and_possessives_are_derived() -> None:
    known: lexicon.Lexicon = {"half": [(1,)], "hour": [(2, 3)], "partner": [(4,)]}
    assert lexicon.derived("half-hour", known) == [(1, 2, 3)]
    assert len(lexicon.derived("partner's", known)[0]) == 2
    assert lexicon.derived("qwxz", known) == []


def test_another_general_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lm.bin").write_bytes(b"something else")
    with pytest.raises(GeneralModelError):
        read(tmp_path / "lm.bin")


def test_features_find_a_tone_where_it_is() -> None:
    time = np.arange(16_000) / 16_000
    tone = (8000 * np.sin(2 * np.pi * 1000 * time)).astype(np.int16)
    frames = features.log_mel(tone)
    assert frames.shape == (98, features.BINS)
    centre = 1127 * np.log(1 + 1000 / 700)
    edges = np.linspace(
        1127 * np.log(1 + 20 / 700), 1127 * np.log(1 + 7600 / 700), features.BINS + 2
    )
    assert abs(int(frames[50].argmax()) - int(np.abs(edges[1:-1] - centre).argmin())) <= 1


def test_the_floor_is_a_very_quiet_room() -> None:
    noise = np.random.default_rng(1).normal(0, features.FLOOR_STEPS, 160_000)
    frames = features.log_mel(np.rint(noise).astype(np.int16))
    power = np.log(np.exp(frames).mean(axis=0))
    assert np.abs(power - features.floor()).max() < 0.4


def test_the_cosine_transform_undoes_itself() -> None:
    matrix = features.cosine_transform()
    assert np.allclose(matrix @ matrix.T, np.eye(features.BINS), atol=1e-5)


def test_too_short_a_clip_has_no_frames() -> None:
    assert features.log_mel(np.zeros(399, np.int16)).shape == (0, features.BINS)
