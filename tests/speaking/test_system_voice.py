"""The real voice: right, the same every time, and back after whatever befalls its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from voice_coach.audio.frames import SPEAKING_RATE, Pcm
from voice_coach.speaking import system_voice
from voice_coach.speaking.synthesizer import SpeechFailed, Utterance
from voice_coach.speaking.system_voice import SystemVoice

# Real processes and threads, on a machine that may be busy: what fails is tried again.
pytestmark = pytest.mark.flaky(reruns=2, reruns_delay=1)

QUESTION = Utterance("What happened, as a camera would have seen it?", 140)

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture(scope="module")
def voice() -> Iterator[SystemVoice]:
    with SystemVoice() as voice:
        try:
            voice.info()
        except SpeechFailed as failure:
            pytest.skip(str(failure))
        yield voice


def seconds(pcm: Pcm) -> float:
    return pcm.size / SPEAKING_RATE


def rms(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))


def worker_of(voice: SystemVoice) -> int:
    """The process id of the worker."""
    assert voice.worker_id is not None
    return voice.worker_id


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_dead(process: int) -> None:
    end = time.monotonic() + 5.0
    while is_alive(process):
        assert time.monotonic() < end, "the worker outlived its parent"
        time.sleep(0.01)


class TestSpeech:
    def test_a_sentence_is_speech_of_its_length(self, voice: SystemVoice) -> None:
        pcm = voice.render(QUESTION)
        assert pcm.dtype == np.int16
        assert pcm.ndim == 1
        assert 2.5 < seconds(pcm) < 5.0
        assert 1000 < rms(pcm) < 8000

    def test_silence_at_both_ends_is_trimmed(self, voice: SystemVoice) -> None:
        pcm = np.abs(voice.render(QUESTION).astype(int))
        fifteen_ms = SPEAKING_RATE * 15 // 1000
        assert pcm[:fifteen_ms].max() > 100
        assert pcm[-fifteen_ms:].max() > 100

    def test_the_rate_is_followed(self, voice: SystemVoice) -> None:
        slow, middle, fast = (
            seconds(voice.render(Utterance(QUESTION.text, rate))) for rate in (100, 150, 220)
        )
        assert slow > 1.2 * middle > 1.2 * 1.2 * fast

    def test_the_same_text_gives_the_same_samples_whatever_was_said_between(
        self, voice: SystemVoice
    ) -> None:
        first = voice.render(QUESTION)
        voice.render(Utterance("Something else.", 200))
        assert np.array_equal(voice.render(QUESTION), first)

    def test_another_process_gives_the_same_samples(self, voice: SystemVoice) -> None:
        with SystemVoice() as other:
            other.render(Utterance("Something else."))
            assert np.array_equal(other.render(QUESTION), voice.render(QUESTION))

    @pytest.mark.usefixtures("voice")
    @pytest.mark.skipif(sys.platform != "linux", reason="one engine renders everything there")
    @pytest.mark.parametrize("name", ["en-us+f2", "en-us+klatt", "en-gb+whisper"])
    def test_breath_is_the_same_every_time(self, name: str) -> None:
        """espeak-ng seeds its noise with the clock, in whole seconds."""
        with SystemVoice(name) as one, SystemVoice(name) as other:
            first = one.render(QUESTION)
            time.sleep(1.1)
            assert np.array_equal(one.render(QUESTION), first)
            assert np.array_equal(other.render(QUESTION), first)

    @pytest.mark.parametrize("text", ["...", "", "\n", "\x00"])
    def test_nothing_to_say_is_no_samples(self, voice: SystemVoice, text: str) -> None:
        assert voice.render(Utterance(text)).size == 0

    @pytest.mark.parametrize(
        "text", ["Café, naïve, “quoted” – and 5 €.", "<b>bold & brave</b>", "[[h@l'oU]]", "a" * 500]
    )
    def test_unusual_text_is_spoken(self, voice: SystemVoice, text: str) -> None:
        assert seconds(voice.render(Utterance(text))) > 0.5

    def test_a_long_text_comes_whole(self, voice: SystemVoice) -> None:
        pcm = voice.render(Utterance("one two three four five " * 40, 200))
        assert seconds(pcm) > 40


class TestVoices:
    def test_there_are_voices_to_choose_from(self, voice: SystemVoice) -> None:
        assert {"en-us", "en-gb"} <= set(voice.voices())
        assert "f3" in voice.info().variants

    def test_another_voice_sounds_different(self, voice: SystemVoice) -> None:
        with SystemVoice("en-gb+f3") as other:
            assert not np.array_equal(other.render(QUESTION), voice.render(QUESTION))

    @pytest.mark.usefixtures("voice")
    @pytest.mark.parametrize("name", ["nonsense", "en-us+nobody", "+", "../../etc/passwd"])
    def test_a_wrong_name_is_said_so(self, name: str) -> None:
        with SystemVoice(name) as wrong, pytest.raises(SpeechFailed, match="there is no v"):
            wrong.render(QUESTION)


class TestTheWorkerCanDie:
    def test_a_killed_worker_is_replaced(self, voice: SystemVoice) -> None:
        before = voice.render(QUESTION)
        for _ in range(3):
            os.kill(worker_of(voice), signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
            assert np.array_equal(voice.render(QUESTION), before)

    @posix_only
    def test_a_worker_killed_while_it_renders_is_asked_again(self, voice: SystemVoice) -> None:
        expected = voice.render(QUESTION)
        os.kill(worker_of(voice), signal.SIGSTOP)
        result: list[Pcm] = []
        thread = threading.Thread(target=lambda: result.append(voice.render(QUESTION)))
        thread.start()
        time.sleep(0.05)
        os.kill(worker_of(voice), signal.SIGKILL)
        thread.join(10)
        assert np.array_equal(result[0], expected)

    @posix_only
    def test_a_worker_that_hangs_is_killed_and_replaced(
        self, voice: SystemVoice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expected = voice.render(QUESTION)
        hanging = worker_of(voice)
        monkeypatch.setattr(system_voice, "RENDER_SECONDS", 0.2)
        os.kill(hanging, signal.SIGSTOP)
        assert np.array_equal(voice.render(QUESTION), expected)
        assert worker_of(voice) != hanging
        if sys.platform == "linux":
            assert not is_alive(hanging)

    @posix_only
    def test_a_voice_that_stays_broken_fails_clearly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with SystemVoice() as broken, pytest.raises(SpeechFailed, match="stopped working twice"):
            broken.render(QUESTION)

    def test_a_program_that_is_not_there_fails_clearly(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(SpeechFailed, match="could not be started"):
            SystemVoice()

    def test_a_closed_voice_says_so(self) -> None:
        voice = SystemVoice()
        voice.close()
        voice.close()
        with pytest.raises(SpeechFailed, match="closed"):
            voice.render(QUESTION)


PARENT = """
import sys, time
from voice_coach.speaking.system_voice import SystemVoice
voice = SystemVoice()
voice.info()
print(voice.worker_id, flush=True)
time.sleep(60)
"""


@linux_only
class TestNothingIsLeftBehind:
    def test_closing_ends_the_worker(self) -> None:
        voice = SystemVoice()
        worker = worker_of(voice)
        voice.close()
        assert not is_alive(worker)

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    def test_the_parents_death_ends_the_worker(self, how: signal.Signals) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", PARENT],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as parent:
            assert parent.stdout is not None
            worker = int(parent.stdout.readline())
            assert is_alive(worker)
            parent.send_signal(how)
            parent.wait(5)
        wait_until_dead(worker)

    def test_ctrl_c_does_not_reach_the_worker(self, voice: SystemVoice) -> None:
        voice.render(QUESTION)
        worker = worker_of(voice)
        assert os.getpgid(worker) != os.getpgid(0)
        os.kill(worker, signal.SIGINT)
        voice.render(QUESTION)
        assert worker_of(voice) == worker

    def test_what_is_said_is_in_no_argument_environment_or_file(
        self, voice: SystemVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        secret = "Zanzibar pomegranate"
        with SystemVoice() as own:
            own.render(Utterance(secret, personal=True))
            process = Path("/proc") / str(worker_of(own))
            for name in ("cmdline", "environ"):
                assert b"Zanzibar" not in (process / name).read_bytes()
            assert list(tmp_path.rglob("*")) == []
        assert voice.info().version

    def test_nothing_is_printed(self, capfd: pytest.CaptureFixture[str]) -> None:
        with SystemVoice() as voice:
            voice.render(QUESTION)
        assert capfd.readouterr() == ("", "")
