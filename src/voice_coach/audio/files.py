"""Sound files in place of devices: a recording as the microphone, a WAV as the loudspeaker."""

from __future__ import annotations

import struct
import wave
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voice_coach.audio.conversion import to_int16
from voice_coach.audio.frames import (
    HEARING_RATE,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    Frame,
    Pcm,
    silence,
)
from voice_coach.errors import Mendable

_BLOCK_SECONDS: Final = 0.5
_HEADER_EVERY_SECONDS: Final = 1.0
_RATES: Final = range(4_000, 768_001)
_UNKNOWN_SIZES: Final = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000)
"""What programs that stream write as the length of a WAV; then the file's own length counts."""


class AudioFileError(Mendable):
    """A sound file cannot be read or written; the message says which, why, and what would do."""


class FileMicrophone:
    """A recording, heard as if it were spoken into a microphone.

    WAV, FLAC and whatever else libsndfile reads, of any rate and number of channels (averaged);
    it is converted block by block, so the length does not matter. Raises ``AudioFileError`` when
    the file is missing, no sound file, empty, or cut short.
    """

    live = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _open(path)
        self.seconds: float = self._file.frames / self._file.samplerate
        """The length of the recording."""
        self._resampler = soxr.ResampleStream(
            self._file.samplerate, HEARING_RATE, 1, dtype="float32", quality="HQ"
        )
        self._pending: Pcm = np.zeros(0, dtype=np.int16)
        self._left: int = self._file.frames
        self._index = 0

    @property
    def muted(self) -> bool:
        """See ``Microphone``: silence in a recording is silence."""
        return False

    def read(self) -> Frame | None:
        """The next frame, the last one filled up with silence; None after that."""
        while len(self._pending) < HEARING_SAMPLES and self._left:
            self._pending = np.concatenate([self._pending, self._block()])
        if not len(self._pending):
            return None
        pcm, self._pending = self._pending[:HEARING_SAMPLES], self._pending[HEARING_SAMPLES:]
        if len(pcm) < HEARING_SAMPLES:
            pcm = np.pad(pcm, (0, HEARING_SAMPLES - len(pcm)))
        frame = Frame(self._index, pcm)
        self._index += 1
        return frame

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _block(self) -> Pcm:
        """Half a second more, converted. A damaged file ends in ``AudioFileError``."""
        wanted = min(self._left, round(self._file.samplerate * _BLOCK_SECONDS))
        try:
            block: NDArray[np.float32] = self._file.read(wanted, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise _cut_short(self._path) from error
        if len(block) < wanted:
            raise _cut_short(self._path)
        self._left -= wanted
        mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32))
        converted = self._resampler.resample_chunk(mono, last=not self._left)
        return to_int16(converted)


class FileLoudspeaker:
    """A 16-bit mono WAV at SPEAKING_RATE in place of a loudspeaker.

    The header is brought up to date once a second, so that the file can be played even when the
    program was killed. Raises ``AudioFileError`` when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._wav = _WavWriter(path, channels=1, rate=SPEAKING_RATE)

    def play(self, pcm: Pcm) -> None:
        """Append a frame."""
        self._wav.write(pcm)

    def played(self, frame: Frame) -> Pcm:  # noqa: ARG002 - the protocol
        """No microphone hears a file."""
        return silence()

    def stop(self) -> None:
        """Nothing is ever queued: what was played is in the file."""

    def close(self) -> None:
        """Finish the file."""
        self._wav.close()


class StereoRecorder:
    """Both sides of a session in one WAV at SPEAKING_RATE: left the person, right the coach."""

    def __init__(self, path: Path) -> None:
        self._wav = _WavWriter(path, channels=2, rate=SPEAKING_RATE)
        self._resampler = soxr.ResampleStream(
            HEARING_RATE, SPEAKING_RATE, 1, dtype="float32", quality="HQ"
        )
        self._left: Pcm = np.zeros(0, dtype=np.int16)
        self._right: Pcm = np.zeros(0, dtype=np.int16)
        self._closed = False

    def record(self, person: Pcm, coach: Pcm) -> None:
        """One frame of each: HEARING_SAMPLES of the person, SPEAKING_SAMPLES of the coach."""
        self._right = np.concatenate([self._right, coach])
        wave = person.astype(np.float32) / 32768
        self._add(to_int16(self._resampler.resample_chunk(wave)))

    def close(self) -> None:
        """Write what the resampler still holds, and finish the file."""
        if self._closed:
            return
        self._closed = True
        rest = self._resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True)
        self._add(to_int16(rest))
        missing = len(self._right) - len(self._left)
        if missing > 0:
            self._add(np.zeros(missing, dtype=np.int16))
        self._wav.close()

    def _add(self, left: Pcm) -> None:
        # The resampler holds a few milliseconds back, so the sides are written as far as both go.
        self._left = np.concatenate([self._left, left])
        ready = min(len(self._left), len(self._right))
        self._wav.write(np.stack([self._left[:ready], self._right[:ready]], axis=1).reshape(-1))
        self._left, self._right = self._left[ready:], self._right[ready:]


class _WavWriter:
    """A 16-bit WAV whose header never lags more than a second behind its samples."""

    def __init__(self, path: Path, *, channels: int, rate: int) -> None:
        self._path = path
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise AudioFileError(
                f"cannot write {path}: {error.strerror}. Choose a folder that exists and may be"
                " written to."
            ) from error
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - closed in close()
        self._wave.setnchannels(channels)
        self._wave.setsampwidth(2)
        self._wave.setframerate(rate)
        self._wave.writeframes(b"")
        self._stale = 0
        self._header_every = round(rate * _HEADER_EVERY_SECONDS) * channels
        self._closed = False

    def write(self, pcm: Pcm) -> None:
        """Append samples, interleaved where there are two channels."""
        data = np.ascontiguousarray(pcm, dtype="<i2").tobytes()
        self._stale += len(pcm)
        try:
            if self._stale < self._header_every:
                self._wave.writeframesraw(data)
                return
            self._wave.writeframes(data)
            self._file.flush()
        except OSError as error:
            raise AudioFileError(f"cannot go on writing {self._path}: {error.strerror}.") from error
        self._stale = 0

    def close(self) -> None:
        """Write the final header."""
        if self._closed:
            return
        self._closed = True
        self._wave.close()
        self._file.close()


def _open(path: Path) -> soundfile.SoundFile:
    """Open for reading, with everything checked that can be checked before the first sample."""
    if not path.exists():
        raise AudioFileError(f"{path}: there is no such file. Check the name and the folder.")
    if path.is_dir():
        raise AudioFileError(f"{path} is a folder. Name a WAV or FLAC file in it.")
    try:
        size = path.stat().st_size
        if size == 0:
            raise AudioFileError(f"{path} is empty: record it again, or name another file.")
        _check_wav_length(path, size)
        file = soundfile.SoundFile(path)
    except OSError as error:
        raise AudioFileError(f"{path} cannot be read: {error.strerror}.") from error
    except soundfile.LibsndfileError as error:
        raise AudioFileError(
            f"{path} is not a sound file that can be read here ({error.error_string.rstrip('.')})."
            " WAV and FLAC will do; convert it first."
        ) from error
    try:
        _check_sound(path, file)
    except AudioFileError:
        file.close()
        raise
    return file


def _check_sound(path: Path, file: soundfile.SoundFile) -> None:
    if file.frames <= 0:
        raise AudioFileError(f"{path} holds no sound: record it again, or name another file.")
    if file.samplerate not in _RATES:
        raise AudioFileError(
            f"{path} says it has {file.samplerate} samples a second, which is no rate of speech."
            " Convert it to 16,000."
        )
    if not file.seekable():
        return
    try:
        # A compressed file that was cut short still claims its whole length.
        file.seek(file.frames - 1)
        complete = len(file.read(1, always_2d=True)) == 1
        file.seek(0)
    except soundfile.LibsndfileError as error:
        raise _cut_short(path) from error
    if not complete:
        raise _cut_short(path)


def _check_wav_length(path: Path, size: int) -> None:
    """libsndfile takes a WAV that was cut short for a shorter one; its header tells."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            return
        while len(chunk := file.read(8)) == 8:
            kind, length = struct.unpack("<4sI", chunk)
            if kind == b"data":
                if length not in _UNKNOWN_SIZES and file.tell() + length > size:
                    raise _cut_short(path)
                return
            file.seek(length + length % 2, 1)
            if file.tell() > size:
                raise _cut_short(path)


def _cut_short(path: Path) -> AudioFileError:
    return AudioFileError(
        f"{path} is cut short: it ends before the length that its header gives. Copy or record it"
        " again."
    )
