"""The face: captions and keys."""
