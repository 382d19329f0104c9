"""From text to meaning: commands, answers, cues, reflections and risk. Pure."""
