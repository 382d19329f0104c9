"""The steps from text to a measured model. Each leaves files and needs only files."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from train_model import export, features, general_lm, lexicon, sentences, speech, voices
from train_model.general_lm import GeneralModel
from train_model.plan import CONTENT, REPOSITORY, TEMPLATES, Plan
from train_model.progress import Progress

_SEED = 1
_TEMPLATE_SENTENCES = 4000
_SPEECH_WORKERS = 2


class StepError(RuntimeError):
    """A step cannot run; the message says what is missing."""


def general_files() -> tuple[Path, Path]:
    """The general n-gram model and the pronouncing dictionary of the pocketsphinx wheel."""
    try:
        import pocketsphinx
    except ImportError:
        raise StepError("pocketsphinx is missing; run: pip install -e '.[train]'") from None
    return (
        Path(pocketsphinx.get_model_path("en-us/en-us.lm.bin")),
        Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")),
    )


def _general() -> GeneralModel:
    return general_lm.read(general_files()[0])


def _lines(paths: list[Path]) -> list[list[str]]:
    texts = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [words for text in texts if (words := sentences.words_of(text))]


def text(plan: Plan) -> None:
    """Chooses the words, the domain's sentences, and what is to be spoken."""
    general = _general()
    dictionary = lexicon.with_extra(lexicon.read_dictionary(general_files()[1]))
    own = not (plan.words or plan.sentences)
    domain = _lines(plan.sentences)
    commands = [" ".join(words) for words in _lines(plan.words)]
    required = {word for words in _lines(plan.words) for word in words}
    if own:
        rng = random.Random(_SEED)
        domain = sentences.from_content(CONTENT)
        domain += sentences.from_templates(TEMPLATES, _TEMPLATE_SENTENCES, rng)
        commands = sentences.spoken_commands(CONTENT)
        required = sentences.grammar_words(CONTENT)
    required |= {word for sentence in domain for word in sentence}
    for folder in plan.recordings:
        required |= {word for _, _, said in speech.recordings(folder) for word in said.split()}
    chosen, missing = lexicon.choose(required, general, dictionary, plan.size.words)
    if missing:
        Progress("text", 1).note("left out, no pronunciation: " + " ".join(missing))
    known = [sentence for sentence in domain if all(word in chosen for word in sentence)]
    short = [phrase for phrase in commands if all(w in chosen for w in sentences.words_of(phrase))]
    sampler = sentences.GeneralSampler(general, chosen)
    spoken = sentences.prompts(
        plan.size.prompts, short or list(chosen)[:100], known or [["yes"]], sampler, _SEED
    )
    spoken = [words for words in spoken if all(word in chosen for word in words)]
    plan.lexicon.write_text(json.dumps(chosen), encoding="utf-8")
    plan.domain.write_text(json.dumps(known), encoding="utf-8")
    plan.prompts.write_text(json.dumps(spoken), encoding="utf-8")


def speak(plan: Plan) -> None:
    """Lets the voices speak, and gathers people's recordings."""
    chosen = voices.installed()
    if plan.voices:
        chosen = [v for v in chosen if any(str(v).startswith(name) for name in plan.voices)]
        if not chosen:
            raise StepError(f"none of these voices is installed: {', '.join(plan.voices)}")
    for index, folder in enumerate(plan.recordings):
        speech.collect(folder, plan.people.with_stem(f"people{index}"))
    prompts = json.loads(plan.prompts.read_text(encoding="utf-8"))
    speech.render(prompts, chosen, plan.machine, _SPEECH_WORKERS, _SEED)


def extract(plan: Plan) -> None:
    """The features of all clips."""
    people = [plan.people.with_stem(f"people{i}") for i in range(len(plan.recordings))]
    for path in (plan.machine, *people):
        features.extract(path, path.with_suffix(".f16"))


def train(plan: Plan) -> None:
    """Trains in as many one-thread processes as the plan says."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY / "scripts")}
    arguments = [
        *("--work", plan.work, "--processes", plan.processes, "--seconds", plan.size.seconds),
        *("--people", len(plan.recordings), "--shape", json.dumps(_shape(plan))),
    ]
    if plan.start_from is not None:
        arguments += ["--start-from", plan.start_from]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "train_model.worker", *map(str, [*arguments, "--rank", rank])],
            env=environment,
        )
        for rank in range(plan.processes)
    ]
    codes = [worker.wait() for worker in workers]
    if any(codes):
        raise StepError("training stopped early; the lines above say why")


def _shape(plan: Plan) -> dict[str, int]:
    shape = plan.size.shape
    return {name: getattr(shape, name) for name in ("first", "width", "bottleneck", "layers")}


def graph(plan: Plan) -> None:
    """The decoding graph, the language model, the words and the settings."""
    domain = json.loads(plan.domain.read_text(encoding="utf-8"))
    settings = replace(export.GraphSettings(), most_pairs=plan.size.pairs)
    export.write_graph(plan.model, export.read_lexicon(plan.lexicon), _general(), domain, settings)


def write(plan: Plan) -> None:
    """The network in Vosk's format."""
    export.write_network(plan.model, plan.checkpoint)


def measure(plan: Plan) -> None:
    """Loads the model in Vosk and measures it, as ``scripts/bench model`` does."""
    try:
        import bench_model
    except ImportError as missing:
        raise StepError(f"{missing.name} is missing; run: pip install -e '.[train]'") from None
    arguments = ["--model", str(plan.model)]
    for option, files in (("--words", plan.words), ("--sentences", plan.sentences)):
        for file in files:
            arguments += [option, str(file)]
    if bench_model.main(arguments):
        raise StepError("the model cannot be measured; the lines above say why")


STEPS: dict[str, Callable[[Plan], None]] = {
    "text": text,
    "speech": speak,
    "features": extract,
    "train": train,
    "graph": graph,
    "export": write,
    "evaluate": measure,
}


def product(name: str, plan: Plan) -> Path | None:
    """The file whose presence shows that a step is done; None: it is always run."""
    return {
        "text": plan.prompts,
        "speech": plan.machine,
        "features": plan.machine.with_suffix(".npy"),
        "train": plan.checkpoint,
        "graph": plan.model / "conf" / "model.conf",
        "export": plan.model / "am" / "final.mdl",
    }.get(name)


_BEFORE = {
    "speech": "text",
    "features": "speech",
    "train": "features",
    "graph": "text",
    "export": "train",
    "evaluate": "export",
}
"""Which step leaves what a step begins with."""


def check_inputs(plan: Plan) -> None:
    """Raises StepError where a file that was named is not there."""
    manifests = [folder / "manifest.tsv" for folder in plan.recordings]
    named = [*plan.words, *plan.sentences, *manifests]
    for path in (*named, *([plan.start_from] if plan.start_from else [])):
        if not path.is_file():
            raise StepError(f"{path} is not there")


def check_ready(name: str, plan: Plan) -> None:
    """Raises StepError where the step before has left nothing, or a package is missing."""
    before = _BEFORE.get(name)
    needed = product(before, plan) if before is not None else None
    if needed is not None and not needed.exists():
        raise StepError(f"{needed} is not there; run the step {before} first")
    if name in ("train", "export") and importlib.util.find_spec("torch") is None:
        raise StepError("torch is missing; run: pip install -e '.[train]'")
