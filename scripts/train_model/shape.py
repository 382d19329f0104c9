"""The size of the acoustic network."""

from __future__ import annotations

from dataclasses import dataclass

# One output for so many frames of 10 ms.
SUBSAMPLING = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of the layers and of the bottlenecks between them, and the number of layers."""

    first: int = 160
    width: int = 320
    bottleneck: int = 96
    layers: int = 7

    @property
    def context(self) -> int:
        """Frames seen on each side of an output."""
        return 2 + SUBSAMPLING * self.layers
