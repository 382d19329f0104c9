"""The ears: from audio to what was heard."""
