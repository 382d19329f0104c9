"""Voice Coach: spoken reflection sessions and grounding exercises, on one's own device."""

__version__ = "0.1.0"
