"""Real streams on a sound card that is none: PulseAudio with a loudspeaker, a microphone, and air.

PortAudio looks for devices once in a process, so each test speaks to it in a process of its own.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from virtual_card import Card, finish, real_time, room_noise, started, tone, unplug

pytestmark = real_time


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with started(tmp_path) as virtual:
        yield virtual


def test_what_is_said_reaches_the_microphone_in_time(card: Card, tmp_path: Path) -> None:
    tone(tmp_path / "tone.wav", 440, 1.0)
    program = card.program(
        """
        import time
        import numpy as np
        from voice_coach.audio.devices import CardMicrophone
        microphone = CardMicrophone()
        print("ready", flush=True)
        started = time.monotonic()
        pcm = np.concatenate([microphone.read().pcm for _ in range(150)])
        took = time.monotonic() - started
        microphone.close()
        spectrum = np.abs(np.fft.rfft(pcm))
        loud = np.abs(pcm.astype(int)) > 3000
        print(np.argmax(spectrum) * 16000 / len(pcm), took, loud.sum() / 16000, microphone.muted)
        """
    )
    card.run("paplay", "--device=air", str(tmp_path / "tone.wav"))
    hertz, took, loud, muted = finish(program).split()
    assert float(hertz) == pytest.approx(440, abs=2)
    assert float(took) == pytest.approx(3.0, abs=0.3)
    assert float(loud) > 0.7
    assert muted == "False"


def test_what_is_played_comes_out_whole(card: Card, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.wav"
    command = ["parecord", "--device=loudspeaker.monitor", "--file-format=wav", str(recorded)]
    with subprocess.Popen(command, env=card.env) as recording:
        program = card.program(
            """
            import numpy as np
            from voice_coach.audio.devices import CardLoudspeaker, CardMicrophone
            microphone, loudspeaker = CardMicrophone(), CardLoudspeaker()
            print("ready", flush=True)
            wave = (9000 * np.sin(2 * np.pi * 600 * np.arange(24000) / 24000)).astype(np.int16)
            for i in range(150):
                microphone.read()
                at = (i - 50) * 480
                inside = 0 <= at < 24000
                loudspeaker.play(wave[at:at + 480] if inside else np.zeros(480, np.int16))
            loudspeaker.drain()
            microphone.close()
            loudspeaker.close()
            """
        )
        finish(program)
        recording.terminate()
    samples, rate = soundfile.read(recorded, always_2d=True)
    left = samples[:, 0]
    sounding = np.flatnonzero(np.abs(left) > 0.05)
    stretch = left[sounding[0] : sounding[-1]]
    hertz = np.argmax(np.abs(np.fft.rfft(stretch))) * rate / len(stretch)
    assert hertz == pytest.approx(600, abs=3)
    assert without_gaps(stretch, rate) == pytest.approx(1.0, abs=0.03)


def without_gaps(wave: NDArray[np.float64], rate: int) -> float:
    """Seconds that sound: a busy machine may play a moment late, but must not lose one."""
    sounding = np.flatnonzero(np.abs(wave) > 0.02)
    gaps = np.diff(sounding) - 1
    return float(len(wave) - gaps[gaps > 0.005 * rate].sum()) / rate


def test_stop_is_silence_at_once(card: Card) -> None:
    program = card.program(
        """
        import numpy as np
        from voice_coach.audio.devices import CardLoudspeaker, CardMicrophone
        microphone, loudspeaker = CardMicrophone(), CardLoudspeaker()
        print("ready", flush=True)
        wave = (9000 * np.sin(2 * np.pi * 600 * np.arange(24000) / 24000)).astype(np.int16)
        heard = []
        for i in range(100):
            heard.append(microphone.read().pcm)
            if i == 50:
                loudspeaker.stop()
            at = i % 50 * 480
            loudspeaker.play(wave[at:at + 480] if i < 50 else np.zeros(480, np.int16))
        pcm = np.abs(np.concatenate(heard).astype(int))
        microphone.close()
        loudspeaker.close()
        print((np.flatnonzero(pcm > 1000)[-1] - 51 * 320) / 16)
        """
    )
    milliseconds = float(finish(program))
    assert milliseconds < 400, "echo path, both devices' latency and the queue included"


def test_the_echo_is_taken_out_as_before_after_the_program_was_busy(card: Card) -> None:
    """The queue ran empty meanwhile, and is longer afterwards: the way of the echo is the same."""
    program = card.program(
        """
        import time
        import numpy as np
        from voice_coach.audio.devices import CardLoudspeaker, CardMicrophone
        from voice_coach.audio.echo import LinearCanceller
        microphone, loudspeaker, echo = CardMicrophone(), CardLoudspeaker(), LinearCanceller()
        print("ready", flush=True)
        chance = np.random.default_rng(1)
        noise = np.convolve(chance.normal(0, 900, 350 * 480), np.ones(8), "same").astype(np.int16)
        heard, cleaned = [], []
        for i in range(350):
            frame = microphone.read()
            heard.append(frame.pcm)
            cleaned.append(echo.clean(frame, loudspeaker.played(frame)).pcm)
            if i in (180, 200, 230):
                time.sleep(0.3)
            loudspeaker.play(noise[i * 480:(i + 1) * 480])
        microphone.close()
        loudspeaker.close()

        def taken_out(first, last):
            heard_power, rest = (
                np.mean((np.concatenate(one[first:last]) / 32768) ** 2) for one in (heard, cleaned)
            )
            return 10 * np.log10(heard_power / rest)

        print(taken_out(100, 180), taken_out(260, 340))
        """
    )
    before, after = map(float, finish(program).split())
    assert before > 15, "dB"
    assert after > before - 6


SILENT_MICROPHONE = """
    import time
    from voice_coach.audio.devices import CardMicrophone, DeviceLost
    microphone = CardMicrophone()
    print("ready", flush=True)
    last = time.monotonic()
    try:
        while True:
            microphone.read()
            last = time.monotonic()
    except DeviceLost as lost:
        noticed = time.monotonic() - last
        microphone.close()
        print(lost.reason, noticed, time.monotonic() - last)
"""


def test_sound_server_that_dies_is_noticed(card: Card) -> None:
    program = card.program(SILENT_MICROPHONE)
    time.sleep(0.5)
    card.server.kill()
    reason, noticed, closed = finish(program).split()
    assert reason in ("gone", "frozen")
    assert float(noticed) < 2.0
    assert float(closed) < 3.5


def test_sound_server_that_freezes_is_noticed(card: Card) -> None:
    program = card.program(
        SILENT_MICROPHONE.replace("print(lost", "import os; print(lost")
        + """
        import sys
        sys.stdout.flush()
        os._exit(0)
    """
    )
    time.sleep(0.5)
    card.server.send_signal(signal.SIGSTOP)
    reason, noticed, closed = finish(program).split()
    assert reason == "frozen"
    assert float(noticed) < 2.0
    assert float(closed) < 3.5


def test_a_muted_microphone_is_noticed(card: Card) -> None:
    card.run("pactl", "set-source-mute", "microphone", "1")
    program = card.program(
        """
        from voice_coach.audio.devices import CardMicrophone
        microphone = CardMicrophone()
        print("ready", flush=True)
        for _ in range(130):
            microphone.read()
        print(microphone.muted)
        microphone.close()
        """
    )
    assert finish(program) == "True"


def test_another_default_microphone_is_listened_to(card: Card, tmp_path: Path) -> None:
    null = "module-null-sink rate=48000 channels=2 format=s16le sink_name=second"
    card.run("pactl", "load-module", *null.split())
    tone(tmp_path / "tone.wav", 440, 6.0)
    program = card.program(
        """
        from voice_coach.audio.devices import CardMicrophone
        microphone = CardMicrophone()
        print("ready", flush=True)
        frames = [microphone.read().pcm for _ in range(250)]
        print(sum(abs(int(pcm[0])) > 0 for pcm in frames))
        microphone.close()
        """
    )
    card.run("pactl", "set-default-source", "second.monitor")
    playing = ["paplay", "--device=second", str(tmp_path / "tone.wav")]
    with subprocess.Popen(playing, env=card.env) as player:
        assert int(finish(program)) > 100
        player.kill()


def test_a_card_with_nothing_but_two_channels_at_44100(card: Card, tmp_path: Path) -> None:
    sink = "module-null-sink rate=44100 channels=2 sink_name=old"
    card.run("pactl", "load-module", *sink.split())
    card.run("pactl", "set-default-source", "old.monitor")
    tone(tmp_path / "tone.wav", 440, 4.0)
    program = card.program(
        """
        import numpy as np
        from voice_coach.audio.devices import CardMicrophone
        microphone = CardMicrophone()
        print("ready", flush=True)
        pcm = np.concatenate([microphone.read().pcm for _ in range(150)])
        print(np.argmax(np.abs(np.fft.rfft(pcm))) * 16000 / len(pcm))
        microphone.close()
        """
    )
    playing = ["paplay", "--device=old", str(tmp_path / "tone.wav")]
    with subprocess.Popen(playing, env=card.env) as player:
        assert float(finish(program)) == pytest.approx(440, abs=3)
        player.kill()


def doctored(card: Card) -> dict[str, str]:
    """What the doctor finds out about the sound, by part."""
    program = card.program(
        """
        from voice_coach.settings import Settings
        from voice_coach.sound_check import SoundCheck
        print("ready", flush=True)
        for finding in SoundCheck()(Settings()):
            print(f"{finding.part}: {finding.state.value}, {finding.found} {finding.mend}")
        """
    )
    return dict(line.split(": ", 1) for line in finish(program).splitlines())


def test_the_doctor_hears_its_tone_and_how_late_it_is(card: Card) -> None:
    noise = room_noise(card)
    delays: list[int] = []
    for milliseconds in (60, 160):
        if delays:
            unplug(card, "module-loopback")
            air = f"module-loopback sink=air latency_msec={milliseconds}"
            card.run("pactl", "load-module", *air.split(), "source=loudspeaker.monitor")
        found = doctored(card)
        assert found["levels"].startswith("ok, noise -5"), found
        delays.append(int(found["echo"].split(" ms")[0].split()[-1]))
    noise.kill()
    assert 100 < delays[0] < 400, "60 ms of air, and what both devices and the queues hold back"
    assert delays[1] - delays[0] == pytest.approx(100, abs=80)


def test_the_doctor_of_a_muted_microphone(card: Card) -> None:
    card.run("pactl", "set-source-mute", "microphone", "1")
    assert "delivers nothing but silence" in doctored(card)["microphone"]


def test_the_doctor_of_headphones(card: Card) -> None:
    noise = room_noise(card)
    inputs = card.run("pactl", "list", "short", "sink-inputs").stdout.decode().splitlines()
    air = next(line.split()[0] for line in inputs if "module-loopback" in line)
    card.run("pactl", "set-sink-input-mute", air, "1")
    echo = doctored(card)["echo"]
    noise.kill()
    assert echo.startswith("poor, the microphone did not hear the tone With headphones that is")
