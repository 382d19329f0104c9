"""A sound card that is none: a private PulseAudio with a loudspeaker, a microphone, and air.

The helper of the tests that speak to one, each in a process of its own.
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
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

needs_pulseaudio = pytest.mark.skipif(
    not all(map(shutil.which, ("pulseaudio", "pactl", "paplay", "parecord"))),
    reason="PulseAudio and its tools are not installed",
)
# Real time on a machine that may be busy with other things: what fails is tried again.
real_time = [needs_pulseaudio, pytest.mark.slow, pytest.mark.flaky(reruns=3, reruns_delay=2)]

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


@contextmanager
def started(folder: Path) -> Iterator[Card]:
    """A card that is ended afterwards; the test is skipped where it cannot be reached."""
    if not PLUGIN.exists():
        pytest.skip("ALSA's plugin for PulseAudio is not installed")
    card = Card(folder)
    try:
        yield card
    finally:
        card.end()


def finish(program: subprocess.Popen[str], seconds: float = 20.0) -> str:
    out, err = program.communicate(timeout=seconds)
    assert program.returncode == 0, err
    assert "Traceback" not in err, err
    return out.strip()


def tone(path: Path, hertz: float, seconds: float) -> None:
    time = np.arange(round(48_000 * seconds)) / 48_000
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * time), 48_000)


_SESSION = """
    import sys
    import time
    import numpy as np
    from voice_coach.app import Parts, Options, conversation_for, reopener
    from voice_coach.audio.devices import CardLoudspeaker, CardMicrophone
    from voice_coach.audio.reopening import Reopening
    from voice_coach.conversation.events import Device, Started
    from voice_coach.loop import Loop
    from voice_coach.loop_ports import NoEars
    from voice_coach.settings import Settings
    from voice_coach.speaking.mouth import Mouth

    class Hum:
        def render(self, utterance):
            count = 24000 * len(utterance.text) // 15
            wave = 6000 * np.sin(2 * np.pi * 700 * np.arange(count) / 24000)
            return wave.astype(np.int16)
        def close(self):
            pass

    class Face:
        def show(self, text):
            print(f"{time.monotonic() - START:.2f} {text}", flush=True)
        def coach(self, text):
            self.show(f"coach: {text}")
        def __getattr__(self, name):
            return lambda *_: None

    settings, options = Settings(), Options(microphone=MICROPHONE, loudspeaker=LOUDSPEAKER)
    parts = Parts(settings, options)
    talk = conversation_for(parts.understanding, settings, options, False)
    loop = Loop(talk, parts.microphone(True), NoEars(), Mouth(Hum(), live=True),
        parts.loudspeaker(), Face(), reopen=Reopening(reopener(parts, True)))
    watching = parts.watch()
    print("ready", flush=True)
    START = time.monotonic()
    last = START
    longest = 0.0
    loop._handle(Started(0.0))
    while time.monotonic() < START + SECONDS:
        loop.tick()
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    print(f"longest {longest:.2f} {loop.microphone.live} {type(loop.microphone).__name__} "
        f"{type(loop.loudspeaker).__name__}", flush=True)
    import os; os._exit(0)
"""


def session(seconds: float, microphone: str | None = None, loudspeaker: str | None = None) -> str:
    """A session whose coach hums instead of speaking, and whose screen is its standard output."""
    return (
        _SESSION.replace("SECONDS", str(seconds))
        .replace("MICROPHONE,", f"{microphone!r},")
        .replace("LOUDSPEAKER)", f"{loudspeaker!r})")
    )


def lines_of(program: subprocess.Popen[str]) -> tuple[list[tuple[float, str]], list[str]]:
    """What was shown and when, and the words of the last line."""
    *shown, last = finish(program, 40.0).splitlines()
    return [(float(one.split()[0]), one.split(" ", 1)[1]) for one in shown], last.split()


def room_noise(card: Card, device: str = "air") -> subprocess.Popen[bytes]:
    """A room is never silent, and nothing but zeros counts as a muted microphone."""
    noise = card.folder / "noise.wav"
    soundfile.write(noise, np.random.default_rng(1).normal(0, 0.002, 48_000 * 40), 48_000)
    command = ["paplay", f"--device={device}", str(noise)]
    return subprocess.Popen(command, env=card.env, stderr=subprocess.DEVNULL)


def plug_in(card: Card, name: str) -> None:
    """A loudspeaker of that name, which the microphone of the room hears."""
    null = "module-null-sink rate=48000 channels=2 format=s16le"
    properties = f"sink_properties=device.description={name}"
    card.run("pactl", "load-module", *null.split(), f"sink_name={name}", properties)
    loop = "module-loopback sink=air latency_msec=60"
    card.run("pactl", "load-module", *loop.split(), f"source={name}.monitor")


def plug_in_microphone(card: Card, name: str) -> None:
    """A microphone of that name in the same room."""
    remap = f"module-remap-source source_name={name} master=air.monitor"
    properties = f"source_properties=device.description={name}"
    card.run("pactl", "load-module", *remap.split(), properties)


def unplug(card: Card, module: str) -> None:
    """Unload the first module of the server whose line holds this."""
    lines = card.run("pactl", "list", "short", "modules").stdout.decode().splitlines()
    number = next(line.split()[0] for line in lines if module in line)
    assert card.run("pactl", "unload-module", number).returncode == 0


def where(card: Card, kind: str) -> set[str]:
    """On which sources (``source-outputs``) or sinks (``sink-inputs``) a program's streams are."""
    devices = "sources" if kind == "source-outputs" else "sinks"
    listed = card.run("pactl", "list", "short", devices).stdout.decode().splitlines()
    names = {line.split("\t")[0]: line.split("\t")[1] for line in listed}
    streams = card.run("pactl", "list", "short", kind).stdout.decode().splitlines()
    ours = [line.split("\t") for line in streams if "1ch" in line and "protocol-native" in line]
    return {names.get(stream[1], "nowhere") for stream in ours}


class Recording:
    """Records a loudspeaker until it is asked for what sounded."""

    def __init__(self, card: Card, device: str) -> None:
        self._path = card.folder / f"{device}-{time.monotonic_ns()}.wav"
        source = f"--device={device}.monitor"
        options = ("--file-format=wav", "--latency-msec=50")
        command = ["parecord", source, *options, str(self._path)]
        self._recorder = subprocess.Popen(command, env=card.env, stderr=subprocess.DEVNULL)

    def hum_seconds(self) -> float:
        """For how long the coach of ``session`` was heard."""
        self._recorder.terminate()
        self._recorder.wait()
        samples, rate = soundfile.read(self._path, always_2d=True)
        frames = samples[:, 0][: len(samples) // 960 * 960].reshape(-1, 960)
        spectra = np.abs(np.fft.rfft(frames, axis=1))
        tone = round(700 * 960 / rate)
        return float((spectra[:, tone - 1 : tone + 2].sum(axis=1) > 20).sum() * 960 / rate)
