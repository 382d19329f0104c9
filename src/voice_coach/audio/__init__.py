"""The ground: frames of sound, sound devices and sound files."""
