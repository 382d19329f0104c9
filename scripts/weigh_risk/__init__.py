"""Learns how people speak where there is a danger, and where there is none; see docs/safety.md."""
