"""``python -m voice_coach`` is ``voice-coach``."""

from voice_coach.cli import program

if __name__ == "__main__":
    program()
