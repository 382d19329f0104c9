"""Makes a small speech model in Vosk's format from nothing but packages; see docs/models.md."""
