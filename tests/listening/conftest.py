"""Speech for the tests of the ears."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from voice_coach.audio.frames import HEARING_RATE, SPEAKING_RATE, Pcm
from voice_coach.speaking.synthesizer import Utterance
from voice_coach.speaking.system_voice import SystemVoice


@pytest.fixture(scope="session")
def spoken() -> dict[str, Pcm]:
    """Phrases by the system's voice, with half a second of silence on both sides."""
    voice = SystemVoice()
    clips = {}
    for text in ("seven", "stop", "give me a minute", "i was angry and then i left the house"):
        clip = voice.render(Utterance(text, 130)).astype(np.float32)
        heard = soxr.resample(clip, SPEAKING_RATE, HEARING_RATE).astype(np.int16)
        clips[text] = np.pad(heard // 2, HEARING_RATE // 2)
    voice.close()
    return clips
