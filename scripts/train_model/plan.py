"""What is to be made, how big, and where each step leaves its product."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from train_model.shape import Shape

REPOSITORY = Path(__file__).resolve().parents[2]
CONTENT = REPOSITORY / "src" / "voice_coach" / "content" / "en"
TEMPLATES = Path(__file__).with_name("data") / "en.toml"


@dataclass(frozen=True, slots=True)
class Size:
    """words: of the vocabulary; prompts: clips to speak; seconds: of training; pairs: bigrams."""

    words: int
    prompts: int
    seconds: float
    pairs: int
    shape: Shape


FAST = Size(2_000, 1_500, 240.0, 60_000, Shape(first=96, width=192, bottleneck=64, layers=5))
FULL = Size(12_800, 14_000, 5_400.0, 420_000, Shape(first=192, width=320, bottleneck=96, layers=6))


@dataclass(frozen=True, slots=True)
class Plan:
    """One model to be made. Empty lists: the project's own words, sentences and voices."""

    work: Path
    model: Path
    size: Size
    words: list[Path] = field(default_factory=list)
    sentences: list[Path] = field(default_factory=list)
    voices: list[str] = field(default_factory=list)
    recordings: list[Path] = field(default_factory=list)
    start_from: Path | None = None
    processes: int = 2

    @property
    def lexicon(self) -> Path:
        return self.work / "lexicon.json"

    @property
    def domain(self) -> Path:
        return self.work / "domain.json"

    @property
    def prompts(self) -> Path:
        return self.work / "prompts.json"

    @property
    def machine(self) -> Path:
        return self.work / "machine.i16"

    @property
    def people(self) -> Path:
        return self.work / "people.i16"

    @property
    def checkpoint(self) -> Path:
        return self.work / "network.pt"
