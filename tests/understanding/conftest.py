"""The understanding of English, built once for all tests of this folder."""

from __future__ import annotations

import pytest
from hypothesis import settings

from voice_coach.content.language import Lexicons, load_language
from voice_coach.understanding.answers import Answers
from voice_coach.understanding.commands import Commands
from voice_coach.understanding.cues import Cues
from voice_coach.understanding.plans import Plans
from voice_coach.understanding.reflection import Reflections
from voice_coach.understanding.times import Times

# A busy machine is no failure: nothing here measures time.
settings.register_profile("understanding", deadline=None)
settings.load_profile("understanding")


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return load_language("en")


@pytest.fixture(scope="session")
def commands(lexicons: Lexicons) -> Commands:
    return Commands(lexicons.commands)


@pytest.fixture(scope="session")
def answers(lexicons: Lexicons) -> Answers:
    return Answers(lexicons.answers)


@pytest.fixture(scope="session")
def plans(lexicons: Lexicons) -> Plans:
    return Plans(lexicons.answers)


@pytest.fixture(scope="session")
def cues(lexicons: Lexicons) -> Cues:
    return Cues(lexicons.cues, Times(lexicons.answers.time))


@pytest.fixture(scope="session")
def reflections(lexicons: Lexicons) -> Reflections:
    return Reflections(lexicons.reflections)
