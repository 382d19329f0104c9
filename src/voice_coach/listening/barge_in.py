"""Notices that somebody speaks over the coach: first a hint, quickly; then whether it is speech."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from voice_coach.audio.frames import FRAME_SECONDS, Frame
from voice_coach.listening.activity import loudness


class BargeInHints:
    """Tells a person from what is left of the coach's own voice, by loudness alone.

    A frame is *near* where its residue is far over what the residue usually is, and where its
    audio is louder than most of what the coach leaves behind. Two near frames in a row are a hint,
    and so are three that are louder than anything which the coach leaves behind.
    """

    NEAR: Final = 2
    LOUD: Final = 3
    """Frames in a row: 40 and 60 ms."""
    OVER_RESIDUE: Final = 15.0
    """dB over the median of the residue."""
    LOUDER_THAN: Final = 0.9
    """Share of the frames with an echo that a near frame is louder than."""
    OVER_LOUDEST: Final = 6.0
    """dB over the loudest fiftieth of the frames with an echo."""
    LOUDEST: Final = 0.98
    KNOWN: Final = round(10.0 / FRAME_SECONDS)
    """Frames that the statistics are about."""
    LEARN: Final = round(1.0 / FRAME_SECONDS)
    """Frames before there are hints: the first second tells nothing (WebRTC's AEC3 adapts)."""
    FLOOR: Final = 20.0
    """dB as of ``loudness``: a quieter echo counts as one of this loudness."""
    CAUTION: Final = 3.0
    """dB more for every hint that was false, up to four of them."""
    CALM: Final = 3.0 * FRAME_SECONDS / 10.0
    """dB a frame by which that fades: 3 dB in 10 s of the coach's speech."""

    LOST: Final = round(5.0 / FRAME_SECONDS)
    """Frames without hints after three false ones close together: the canceller has lost the echo,
    and finds it again only while the coach speaks on."""

    def __init__(self) -> None:
        self._lost = 0
        self._residues: deque[float] = deque(maxlen=self.KNOWN)
        self._levels: deque[float] = deque(maxlen=self.KNOWN)
        self._residue_floor = self._level_floor = self._loudest = self.FLOOR
        self._since_floor = 0
        self._near_run = self._loud_run = 0
        self._caution = 0.0

    def near(self, frame: Frame) -> bool:
        """Whether somebody else than the coach sounds in this frame, as far as it alone tells."""
        if frame.residue is None:
            return True
        over = loudness(frame.residue) - self._residue_floor
        return (
            over >= self.OVER_RESIDUE + self._caution and loudness(frame.pcm) >= self._level_floor
        )

    def hear(self, frame: Frame) -> bool:
        """One frame in which the coach may sound and nobody else is known to; True: a hint."""
        assert frame.residue is not None
        level = loudness(frame.pcm)
        loud = level >= self._loudest + self.OVER_LOUDEST + self._caution
        self._near_run = self._near_run + 1 if self.near(frame) else 0
        self._loud_run = self._loud_run + 1 if loud else 0
        self._learn(loudness(frame.residue), level)
        if self._lost:
            self._lost -= 1
            return False
        if len(self._residues) < self.LEARN:
            return False
        if self._near_run < self.NEAR and self._loud_run < self.LOUD:
            return False
        self._near_run = self._loud_run = 0
        return True

    def _learn(self, residue: float, level: float) -> None:
        self._caution = max(0.0, self._caution - self.CALM)
        self._residues.append(max(residue, self.FLOOR))
        self._levels.append(max(level, self.FLOOR))
        self._since_floor += 1
        if self._since_floor >= 10:
            self._since_floor = 0
            self._residue_floor = float(np.median(self._residues))
            floors = np.quantile(self._levels, (self.LOUDER_THAN, self.LOUDEST))
            self._level_floor, self._loudest = (float(floor) for floor in floors)

    @property
    def lost(self) -> bool:
        """There are no hints for a while: commands have to be listened for without."""
        return self._lost > 0

    def was_false(self) -> None:
        """The last hint was nothing: the next one needs more."""
        if self._caution > 1.5 * self.CAUTION:
            self._lost = self.LOST
        self._caution = min(self._caution + self.CAUTION, 4 * self.CAUTION)


class Verdict(Enum):
    """What a hint turned out to be."""

    OPEN = "open"
    SPEECH = "speech"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class BargeInTurn:
    """Judges what follows a hint: speech goes on, and knocks and coughs do not."""

    speech: float = 0.4
    """Seconds of voice that are speech, whatever its words."""
    nothing: float = 0.5
    """Seconds of silence after which it was nothing."""
    at_most: float = 2.0
    """Seconds of sound without a voice after which it was nothing: a noise that stays."""

    def judge(self, voiced: float, silence: float, sounded: float) -> Verdict:
        """Seconds: of voice since the hint; since the last sound; since the sound began."""
        if voiced >= self.speech:
            return Verdict.SPEECH
        over = silence >= self.nothing or sounded >= self.at_most
        return Verdict.NOTHING if over else Verdict.OPEN
