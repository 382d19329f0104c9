"""The measuring of models: what is counted, and that it can be done with recordings alone."""

from __future__ import annotations

import json
import random
from pathlib import Path

import bench_model
import numpy as np
import pytest
import soundfile
from bench_model import Sources
from benches import model_parts as parts
from benches.material import VOICES, own_material, pink_noise, said
from benches.recordings import Recording
from train_model.voices import HELD_OUT, installed

from train_model import sentences
from voice_coach.audio.frames import HEARING_RATE
from voice_coach.speaking.synthesizer import SpeechFailed

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "src" / "voice_coach" / "content" / "en"
TEMPLATES = ROOT / "scripts" / "train_model" / "data" / "en.toml"
NOTHING = np.zeros(HEARING_RATE * 2, np.int16)


def clip(text: str, name: str = "folder/one.wav") -> Recording:
    return Recording(name, text, "somebody", NOTHING)


@pytest.mark.parametrize(
    ("wanted", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a", "b a c", 2), ("a b", "", 2)],
)
def test_word_errors(wanted: str, heard: str, errors: int) -> None:
    assert parts.word_errors(wanted.split(), heard.split()) == errors


def test_noise_is_as_loud_as_asked() -> None:
    speech = (6000 * np.sin(np.arange(32_000) / 9)).astype(np.int16)
    room = parts.noisy(pink_noise(4.0), 10.0)
    noise = room(speech).astype(float) - speech
    ratio = 10 * np.log10(np.mean(speech.astype(float) ** 2) / np.mean(noise**2))
    assert ratio == pytest.approx(10.0, abs=1.0)


def test_only_what_holds_no_command_can_be_a_false_alarm() -> None:
    clips = [clip("please stop now"), clip("stopping"), clip(""), clip("go on")]
    assert parts.strange(clips, ("stop", "go on")) == clips[1:3]


def test_a_clip_is_cut_into_whole_pieces() -> None:
    assert [len(one.pcm) for one in parts.pieces([clip("a")], 0.75)] == [12_000, 12_000]


def test_open_speech_is_neither_spelled_nor_a_run_of_digits() -> None:
    clips = [clip("i am late"), clip("k a r l a"), clip("one two"), clip("two thirty p m")]
    assert parts.open_clips(clips, ("one", "two")) == {"folder": clips[:1]}


def test_no_training_hears_the_voices_that_measure() -> None:
    assert {f"espeak:{name}" for name in VOICES} == HELD_OUT
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.which", lambda tool: tool if tool == "espeak-ng" else None)
        assert not HELD_OUT & {str(voice) for voice in installed()}


def test_no_training_reads_the_sentences_that_measure() -> None:
    made = sentences.from_templates(TEMPLATES, 4_000, random.Random(1))
    read = {" ".join(words) for words in [*sentences.from_content(CONTENT), *made]}
    assert not read & set(own_material().sentences)


def test_no_other_word_is_a_command() -> None:
    material = own_material()
    assert len(set(material.others)) == len(material.others)
    assert not set(material.others) & {*material.commands, *material.words}


def test_the_same_texts_give_the_same_samples() -> None:
    first, second = said(["yes", "no"], VOICES[:2]), said(["yes", "no"], VOICES[:2])
    assert [one.name for one in first] == [f"{VOICES[0]}: yes", f"{VOICES[1]}: no"]
    assert all(np.array_equal(a.pcm, b.pcm) for a, b in zip(first, second, strict=True))


def test_recordings_alone_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with a manifest, no voice, no noise: what is measured stands in the JSON file."""
    (word,) = said(["seven"], VOICES[:1])
    soundfile.write(tmp_path / "seven.wav", word.pcm, HEARING_RATE)
    rows = "file\ttranscript\tspeaker\nseven.wav\tSeven\tann\nnot-here.wav\tone\tann\n"
    (tmp_path / "manifest.tsv").write_text(rows, "utf-8")

    def dumb(*_: object) -> list[Recording]:
        raise SpeechFailed("No voice speaks here.")

    monkeypatch.setattr(bench_model, "said", dumb)
    file, gone = tmp_path / "figures.json", str(tmp_path / "gone")
    arguments = ["--person", str(tmp_path), "--bystander", gone, "--noise", gone]
    arguments += ["--only", "words", "--only", "commands", "--json", str(file)]
    assert bench_model.main(arguments) == 0
    figures = json.loads(file.read_text("utf-8"))
    assert figures == {
        "single words, people, grammar of 17": {"clips": 1, "words": 1, "right_percent": 100.0}
    }
    shown = capsys.readouterr().out
    assert "No voice speaks here. What needs them is left out" in shown
    assert "gone is not here" in shown


def test_a_weak_model_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench_model, "_sources", lambda _: Sources(own_material()))
    monkeypatch.setattr(
        bench_model, "measure", lambda *_: {bench_model.AT_20: {"right_percent": 89.9}}
    )
    arguments = ["--json", str(tmp_path / "figures.json"), "--commands-at-least"]
    assert bench_model.main([*arguments, "89"]) == 0
    assert bench_model.main([*arguments, "90"]) == 1


def test_a_model_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_model, "_sources", lambda _: Sources(own_material()))
    assert bench_model.main(["--model", str(tmp_path)]) == 1
    assert "no Vosk model" in capsys.readouterr().err
