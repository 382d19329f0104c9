"""The network is closed, to this process and to what it starts; the local sockets are not."""

from __future__ import annotations

import errno
import multiprocessing
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from voice_coach import privacy
from voice_coach.privacy import MACHINES, Machine, NetworkClosed, Proof, socket_filter

ALLOW = 0x7FFF_0000
LINUX_AF_UNIX, LINUX_AF_INET, LINUX_AF_NETLINK, LINUX_AF_INET6, LINUX_AF_PACKET = 1, 2, 16, 10, 17


def refused(error: int) -> int:
    return 0x0005_0000 | error


def verdict(machine: Machine, arch: int, call: int, first_argument: int = 0) -> int:
    """What the kernel would answer: runs the filter on a ``struct seccomp_data``."""
    data = struct.pack("<IIQ6Q", call, arch, 0, first_argument, 0, 0, 0, 0, 0)
    program, at, loaded = socket_filter(machine), 0, 0
    while True:
        instruction = program[at]
        at += 1
        match instruction.code:
            case 0x20:  # load a word
                (loaded,) = struct.unpack_from("<I", data, instruction.k)
            case 0x15:  # jump where equal
                at += instruction.if_true if loaded == instruction.k else instruction.if_false
            case 0x35:  # jump where at least
                at += instruction.if_true if loaded >= instruction.k else instruction.if_false
            case 0x06:  # return
                return instruction.k
            case code:
                raise AssertionError(f"unknown instruction {code:#x}")


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_lets_only_local_sockets_through(name: str) -> None:
    machine = MACHINES[name]
    for family in range(64):
        local = family in (LINUX_AF_UNIX, LINUX_AF_NETLINK)
        answer = verdict(machine, machine.audit_arch, machine.socket, family)
        assert answer == (ALLOW if local else refused(errno.EACCES)), family


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_looks_at_the_family_as_the_kernel_does(name: str) -> None:
    """The kernel takes 32 bits of the argument: what stands above them hides nothing."""
    machine = MACHINES[name]
    family = LINUX_AF_INET | (1 << 32)
    assert verdict(machine, machine.audit_arch, machine.socket, family) == refused(errno.EACCES)


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_lets_every_other_call_through_but_a_ring(name: str) -> None:
    machine = MACHINES[name]
    for call in range(480):
        expected = refused(errno.ENOSYS) if call == 425 else ALLOW
        if call != machine.socket:
            assert verdict(machine, machine.audit_arch, call, LINUX_AF_INET) == expected, call


def test_the_filter_knows_no_other_abi() -> None:
    x86_64, i386 = MACHINES["x86_64"], 0x4000_0003
    assert verdict(x86_64, i386, 359, LINUX_AF_INET) == refused(errno.ENOSYS)
    x32_socket = 0x4000_0000 + 41
    assert verdict(x86_64, x86_64.audit_arch, x32_socket, 2) == refused(errno.ENOSYS)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_an_internet_socket_is_refused(family: int, proof: Proof) -> None:
    assert proof.inherited == 0
    with pytest.raises(NetworkClosed, match="opens no network connection"):
        socket.socket(family)


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkClosed, match="name lookup"):
        socket.getaddrinfo("localhost", 80)
    with pytest.raises(NetworkClosed, match="name lookup"):
        socket.gethostbyname("localhost")


def test_who_asks_past_python_is_refused_as_well(proof: Proof) -> None:
    if not proof.kernel:
        pytest.skip(proof.kernel_reason)
    assert [(probe.family, probe.refused) for probe in privacy.probe()] == [
        ("IPv4", True),
        ("IPv6", True),
    ]
    assert all("the system" in probe.by for probe in privacy.probe())


def test_a_second_closing_changes_nothing(proof: Proof) -> None:
    assert privacy.close_network() is proof


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_sockets_on_this_machine_work() -> None:
    """The sound server is reached through one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        ours.sendall(b"sound")
        assert theirs.recv(5) == b"sound"


ASK = """
import socket
try:
    socket.socket(socket.AF_INET)
except OSError as error:
    print(error.errno)
"""


def test_a_child_is_refused(proof: Proof) -> None:
    if not proof.kernel:
        pytest.skip(proof.kernel_reason)
    child = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == str(errno.EACCES)


def _ask(answers: multiprocessing.SimpleQueue[int]) -> None:
    privacy.close_network()
    try:
        socket.socket(socket.AF_INET)
    except OSError as error:
        answers.put(error.errno or 0)
    else:
        answers.put(0)


def test_a_spawned_worker_is_refused_and_can_answer() -> None:
    """The voice runs in one."""
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    worker = context.Process(target=_ask, args=(answers,))
    worker.start()
    worker.join(30)
    assert worker.exitcode == 0
    assert answers.get() == errno.EACCES


def test_sockets_that_are_open_already_are_counted() -> None:
    before = set(privacy.open_sockets((socket.AF_UNIX,)))
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        found = set(privacy.open_sockets((socket.AF_UNIX,)))
        assert found - before == {ours.fileno(), theirs.fileno()}
        assert privacy.open_sockets((socket.AF_INET, socket.AF_INET6)) == []


FILTERS_OF_EACH_THREAD = """
import re, threading
from pathlib import Path
from voice_coach import privacy

def filters():
    statuses = [task.joinpath("status").read_text() for task in Path("/proc/self/task").iterdir()]
    return [int(re.search(r"Seccomp_filters:\\s*(\\d+)", status)[1]) for status in statuses]

closed = threading.Event()
thread = threading.Thread(target=closed.wait)
thread.start()
before = filters()
privacy.close_network()
after = filters()
closed.set()
print(len(before), {a - b for a, b in zip(after, before, strict=True)})
"""


def test_threads_from_before_are_under_the_filter_as_well(proof: Proof) -> None:
    if not proof.kernel:
        pytest.skip(proof.kernel_reason)
    if "Seccomp_filters" not in Path("/proc/self/status").read_text():
        pytest.skip("this kernel does not count filters")
    child = subprocess.run(
        [sys.executable, "-c", FILTERS_OF_EACH_THREAD],
        capture_output=True,
        text=True,
        check=True,
        env=_env(),
    )
    assert child.stdout.strip() == "2 {1}"


def test_importing_the_recogniser_asks_for_no_socket() -> None:
    """``import vosk`` brings ``requests`` along, which tries IPv6 by binding a socket."""
    program = (
        "import sys\n"
        "asked = []\n"
        "sys.addaudithook(lambda name, args: asked.append(args[1:])"
        " if name == 'socket.__new__' else None)\n"
        "import voice_coach.listening.vosk_recognizer\n"
        "print(asked)\n"
    )
    pytest.importorskip("voice_coach.listening.vosk_recognizer")
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_env()
    )
    assert child.stdout.strip() == "[]"


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
