"""Real streams on a sound card that is none: PulseAudio with a loudspeaker, a microphone, and air.

PortAudio looks for devices once in a process, so each test speaks to it in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

needs_pulseaudio = pytest.mark.skipif(
    not all(map(shutil.which, ("pulseaudio", "pactl", "paplay", "parecord"))),
    reason="PulseAudio and its tools are not installed",
)
# Real time on a machine that may be busy with other things: what fails is tried again.
pytestmark = [needs_pulseaudio, pytest.mark.slow, pytest.mark.flaky(reruns=3, reruns_delay=2)]

PLUGIN = Path("/usr/lib/x86_64-linux-gnu/alsa-lib/libasound_module_pcm_pulse.so")


class Card:
    """A private sound server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = os.environ | {
            "PULSE_SERVER": f"unix:{folder}/socket",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder),
            "PULSE_COOKIE": str(folder / "cookie"),
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"),
        }
        (folder / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\n"
            "pcm.pulse { type pulse }\nctl.pulse { type pulse }\n"
            'pcm.!default { type pulse hint { show on description "virtual" } }\n'
            "ctl.!default { type pulse }\n"
        )
        self.server = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """The server, once it answers; again after it was killed."""
        folder = self.folder
        null = "load-module module-null-sink rate=48000 channels=2 format=s16le sink_name="
        (folder / "card.pa").write_text(
            f"load-module module-native-protocol-unix socket={folder}/socket auth-anonymous=1\n"
            f"{null}loudspeaker\n{null}air\n"
            "load-module module-remap-source source_name=microphone master=air.monitor\n"
            "set-default-sink loudspeaker\nset-default-source microphone\n"
            # An idle virtual loudspeaker works in blocks of seconds, a coupled one does not.
            "load-module module-loopback source=loudspeaker.monitor sink=air latency_msec=60\n"
        )
        options = "--daemonize=no --exit-idle-time=-1 --use-pid-file=no --disable-shm=1"
        server = subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(folder / "card.pa"), *options.split()],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            if self.run("pactl", "info").returncode == 0:
                return server
            time.sleep(0.1)
        pytest.skip("PulseAudio does not start here")

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, env=self.env, capture_output=True, check=False)

    def program(self, code: str) -> subprocess.Popen[str]:
        """Start a program that has opened its devices once its first line is read."""
        started = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert started.stdout is not None
        line = started.stdout.readline()
        if line.strip() != "ready":
            pytest.fail(f"{line}{started.communicate()[1]}")
        return started

    def end(self) -> None:
        self.server.send_signal(signal.SIGCONT)
        self.server.kill()
        self.server.wait()


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    if not PLUGIN.exists():
        pytest.skip("ALSA's plugin for PulseAudio is not installed")
    virtual = Card(tmp_path)
    yield virtual
    virtual.end()


def finish(program: subprocess.Popen[str], seconds: float = 20.0) -> str:
    out, err = program.communicate(timeout=seconds)
    assert program.returncode == 0, err
    assert "Traceback" not in err, err
    return out.strip()


def tone(path: Path, hertz: float, seconds: float) -> None:
    time = np.arange(round(48_000 * seconds)) / 48_000
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * time), 48_000)


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


SESSION = """
    import sys
    import time
    from voice_coach.app import Parts, Options, conversation_for, reopener
    from voice_coach.audio.devices import CardLoudspeaker, CardMicrophone
    from voice_coach.audio.reopening import Reopening
    from voice_coach.conversation.events import Device
    from voice_coach.loop import Loop, NoEars
    from voice_coach.settings import Settings
    from voice_coach.speaking.mouth import Mouth
    from voice_coach.speaking.silent_voice import SilentVoice

    class Face:
        def show(self, text):
            print(f"{time.monotonic() - START:.2f} {text}", flush=True)
        def __getattr__(self, name):
            return lambda *_: None

    settings, options = Settings(), Options()
    parts = Parts(settings, options)
    talk = conversation_for(parts.understanding, settings, options, False)
    loop = Loop(talk, CardMicrophone(), NoEars(), Mouth(SilentVoice(), live=True),
        CardLoudspeaker(), Face(), reopen=Reopening(reopener(parts, True)))
    print("ready", flush=True)
    START = time.monotonic()
    last = START
    longest = 0.0
    while time.monotonic() < START + SECONDS:
        loop.tick()
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    print(f"longest {longest:.2f} {loop.microphone.live} {type(loop.microphone).__name__} "
        f"{type(loop.loudspeaker).__name__}", flush=True)
    import os; os._exit(0)
"""


def lines_of(program: subprocess.Popen[str]) -> tuple[list[tuple[float, str]], list[str]]:
    """What was shown and when, and the words of the last line."""
    *shown, last = finish(program, 40.0).splitlines()
    return [(float(one.split()[0]), one.split(" ", 1)[1]) for one in shown], last.split()


def room_noise(card: Card) -> subprocess.Popen[bytes]:
    """A room is never silent, and nothing but zeros counts as a muted microphone."""
    noise = card.folder / "noise.wav"
    soundfile.write(noise, np.random.default_rng(1).normal(0, 0.002, 48_000 * 40), 48_000)
    command = ["paplay", "--device=air", str(noise)]
    return subprocess.Popen(command, env=card.env, stderr=subprocess.DEVNULL)


def test_a_sound_server_that_is_started_again_is_found_again(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(SESSION.replace("SECONDS", "14"))
    time.sleep(2.0)
    card.server.kill()
    card.server.wait()
    noise.wait()
    time.sleep(3.0)
    card.server = card.start()
    noise = room_noise(card)
    shown, last = lines_of(program)
    noise.kill()
    gone = next(at for at, text in shown if "microphone is gone" in text.lower())
    assert gone < 2.0 + 2.5
    assert any("microphone is working again" in text for _, text in shown), shown
    assert last[3:] == ["CardMicrophone", "CardLoudspeaker"], (shown, last)


def test_a_frozen_sound_server_does_not_stop_the_session(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(SESSION.replace("SECONDS", "14"))
    time.sleep(2.0)
    card.server.send_signal(signal.SIGSTOP)
    time.sleep(5.0)
    card.server.send_signal(signal.SIGCONT)
    shown, last = lines_of(program)
    noise.kill()
    assert any("microphone is gone" in text for _, text in shown), shown
    assert any("microphone is working again" in text for _, text in shown), shown
    assert float(last[1]) < 1.5, "one frame may wait until a stream is known to be dead, no longer"
    assert last[3] == "CardMicrophone"


def test_a_mute_is_said_within_two_seconds_or_so_and_so_is_its_end(card: Card) -> None:
    noise = room_noise(card)
    program = card.program(SESSION.replace("SECONDS", "9"))
    time.sleep(1.0)
    card.run("pactl", "set-source-mute", "microphone", "1")
    time.sleep(4.0)
    card.run("pactl", "set-source-mute", "microphone", "0")
    shown, _ = lines_of(program)
    noise.kill()
    muted = next(at for at, text in shown if "may be muted" in text)
    assert 2.5 < muted < 4.0
    assert any("working again" in text and at > 5.0 for at, text in shown), shown


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
