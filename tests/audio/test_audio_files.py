"""Sound files in place of devices: any of them is heard, bad ones are refused in plain words."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voice_coach.audio.files import (
    AudioFileError,
    FileLoudspeaker,
    FileMicrophone,
    StereoRecorder,
)
from voice_coach.audio.frames import (
    HEARING_RATE,
    HEARING_SAMPLES,
    SPEAKING_RATE,
    SPEAKING_SAMPLES,
    Pcm,
)


def tone(
    seconds: float, rate: int, hertz: float = 440.0, level: float = 0.5
) -> NDArray[np.float64]:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def heard(path: Path) -> Pcm:
    microphone = FileMicrophone(path)
    frames: list[Pcm] = []
    while (frame := microphone.read()) is not None:
        assert frame.index == len(frames)
        assert len(frame.pcm) == HEARING_SAMPLES
        frames.append(frame.pcm)
    microphone.close()
    return np.concatenate(frames)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_wav_is_heard_as_it_sounds(
    tmp_path: Path, rate: int, subtype: str, channels: int
) -> None:
    path = tmp_path / "tone.wav"
    samples = np.repeat(tone(0.5, rate)[:, None], channels, axis=1)
    soundfile.write(path, samples, rate, subtype=subtype)

    pcm = heard(path)

    expected = tone(0.5, HEARING_RATE)
    inner = slice(800, len(expected) - 800)
    error = pcm[: len(expected)][inner] / 32768 - expected[inner]
    assert len(pcm) == pytest.approx(len(expected), abs=HEARING_SAMPLES)
    assert np.sqrt(np.mean(error**2)) < 0.01


def test_flac_is_heard_too(tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    soundfile.write(path, tone(1.0, 44_100), 44_100)
    assert len(heard(path)) == HEARING_RATE


def test_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "opposite.wav"
    left = tone(0.3, 16_000)
    soundfile.write(path, np.stack([left, -left], axis=1), 16_000)
    assert np.abs(heard(path)).max() <= 1


def test_the_same_file_gives_the_same_samples(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, np.random.default_rng(1).uniform(-0.5, 0.5, 44_100), 44_100)
    assert np.array_equal(heard(path), heard(path))


def test_full_scale_does_not_wrap(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.full(16_000, 1.0), 16_000, subtype="FLOAT")
    assert heard(path)[4_000:12_000].min() > 32_000


def write_wav(path: Path, seconds: float = 1.0) -> bytes:
    soundfile.write(path, tone(seconds, 16_000), 16_000)
    return path.read_bytes()


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="no such file"):
        FileMicrophone(tmp_path / "nothing.wav")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="folder"):
        FileMicrophone(tmp_path)


def test_not_a_sound_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("these are words, not sound\n" * 20)
    with pytest.raises(AudioFileError, match="not a sound file"):
        FileMicrophone(path)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.write_bytes(b"")
    with pytest.raises(AudioFileError, match="is empty"):
        FileMicrophone(path)


def test_wav_without_samples(tmp_path: Path) -> None:
    path = tmp_path / "header-only.wav"
    soundfile.write(path, np.zeros(0), 16_000)
    with pytest.raises(AudioFileError, match="no sound"):
        FileMicrophone(path)


@pytest.mark.parametrize("keep", [20, 43, 44, 100, 5_000, 32_000])
def test_wav_cut_short(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "cut.wav"
    whole = write_wav(path)
    path.write_bytes(whole[:keep])
    with pytest.raises(AudioFileError):
        heard(path)


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_flac_cut_short(tmp_path: Path, part: float) -> None:
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.random.default_rng(1).uniform(-0.5, 0.5, 48_000), 16_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: round(len(whole) * part)])
    with pytest.raises(AudioFileError, match="cut short"):
        heard(path)


def test_wav_of_a_program_that_streamed_is_heard_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "streamed.wav"
    whole = bytearray(write_wav(path))
    at = whole.index(b"data") + 4
    whole[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(whole))
    assert len(heard(path)) == HEARING_RATE


def test_loudspeaker_file_holds_what_was_played(tmp_path: Path) -> None:
    path = tmp_path / "coach.wav"
    loudspeaker = FileLoudspeaker(path)
    frames = [np.full(SPEAKING_SAMPLES, i, dtype=np.int16) for i in range(120)]
    for frame in frames:
        loudspeaker.play(frame)
    loudspeaker.stop()
    loudspeaker.close()
    loudspeaker.close()

    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == SPEAKING_RATE
    assert np.array_equal(samples, np.concatenate(frames))


def test_loudspeaker_file_is_playable_before_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "coach.wav"
    loudspeaker = FileLoudspeaker(path)
    for _ in range(60):
        loudspeaker.play(np.ones(SPEAKING_SAMPLES, dtype=np.int16))
    with wave.open(str(path)) as killed:
        assert killed.getnframes() >= SPEAKING_RATE
    loudspeaker.close()


def test_loudspeaker_file_in_no_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="cannot write"):
        FileLoudspeaker(tmp_path / "nowhere" / "coach.wav")


def test_stereo_recording_keeps_both_sides_in_step(tmp_path: Path) -> None:
    path = tmp_path / "session.wav"
    recorder = StereoRecorder(path)
    for i in range(100):
        click = i == 50
        person = np.zeros(HEARING_SAMPLES, dtype=np.int16)
        coach = np.zeros(SPEAKING_SAMPLES, dtype=np.int16)
        if click:
            person[160:200] = 20_000
            coach[240:300] = 20_000
        recorder.record(person, coach)
    recorder.close()
    recorder.close()

    samples, rate = soundfile.read(path, dtype="int16")
    assert (rate, samples.shape) == (SPEAKING_RATE, (100 * SPEAKING_SAMPLES, 2))
    left, right = (np.flatnonzero(np.abs(side.astype(int)) > 10_000) for side in samples.T)
    assert left[0] == pytest.approx(right[0], abs=5)
    assert left[-1] == pytest.approx(right[-1], abs=5)
