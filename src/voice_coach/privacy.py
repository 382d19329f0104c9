"""Closes the network to this process and to all it starts, and says what holds it closed.

Two things hold. On Linux the kernel does: a seccomp filter that needs no privilege, cannot be
taken off again and is inherited by every child, refuses any socket that is not of this machine
alone. Everywhere Python does: an audit hook refuses internet sockets and name lookups, with an
error that says who refused. Elsewhere than on Linux a C library could still open a socket; none
of those used here does, and the tests count them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import socket
import stat
import struct
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final


class NetworkClosed(PermissionError):
    """Something asked for the network. There is none for this program."""

    def __init__(self, what: str) -> None:
        super().__init__(errno.EACCES, f"Voice Coach opens no network connection ({what})")


@dataclass(frozen=True, slots=True)
class Proof:
    """What keeps the network closed."""

    kernel: str
    """What the kernel holds, or empty."""
    kernel_reason: str
    """Why the kernel holds nothing; empty where it does."""
    inherited: int
    """Internet sockets that were open before: handed over by whoever started this program."""

    def lines(self) -> Iterator[str]:
        """For ``voice-coach privacy`` and ``voice-coach doctor``."""
        if self.kernel:
            yield f"Kernel: {self.kernel}."
        else:
            yield f"Kernel: holds nothing here ({self.kernel_reason})."
        yield "Python: internet sockets and name lookups are refused in this process."
        if self.inherited:
            yield (
                f"{self.inherited} internet connection(s) were open already when this program "
                "was started, by whatever started it."
            )


@cache
def close_network() -> Proof:
    """Close the network for the rest of this process, its threads and its children.

    Calling it again changes nothing. A child process should call it too: where there is no kernel
    filter, the refusal inside Python is not inherited.
    """
    inherited = len(open_sockets((socket.AF_INET, socket.AF_INET6)))
    reason = _filter_sockets()
    sys.addaudithook(_refuse)
    kernel = "" if reason else "every socket that could leave this device is refused (seccomp)"
    return Proof(kernel, reason, inherited)


def leave_no_core() -> None:
    """A crash leaves no image of the memory, and of the words in it, on the disk."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


# --- in Python ---------------------------------------------------------------------------------

_LOCAL_FAMILIES: Final = frozenset(
    int(family)
    for name in ("AF_UNIX", "AF_NETLINK")
    if (family := getattr(socket, name, None)) is not None
)
"""AF_UNIX reaches the sound server; AF_NETLINK tells of devices that come and go. Both end at
this machine's kernel."""
_UNKNOWN_FAMILY: Final = -1
"""``socket.socket(fileno=...)``: nothing is opened."""
_LOOKUPS: Final = frozenset(
    {
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
    }
)


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.__new__":
        family = args[1]
        if family not in _LOCAL_FAMILIES and family != _UNKNOWN_FAMILY:
            raise NetworkClosed(f"a socket of family {family}")
    elif event in _LOOKUPS:
        raise NetworkClosed("a name lookup")


def open_sockets(families: Collection[int]) -> list[int]:
    """Descriptors of the sockets of these families that this process holds open."""
    try:
        descriptors = [int(entry.name) for entry in Path("/dev/fd").iterdir()]
    except OSError:  # no such folder on Windows
        return []
    return [one for one in descriptors if _family(one) in families]


def _family(descriptor: int) -> int | None:
    """None where it is no socket, or closed by now, as the one that listed the others is."""
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            with socket.socket(fileno=os.dup(descriptor)) as one:
                return int(one.family)
    return None


# --- in the kernel -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a classic BPF program, ``struct sock_filter``."""

    code: int
    k: int
    if_true: int = 0
    if_false: int = 0

    def packed(self) -> bytes:
        """As the kernel reads it."""
        return struct.pack("HBBI", self.code, self.if_true, self.if_false, self.k)


@dataclass(frozen=True, slots=True)
class Machine:
    """The numbers of one processor architecture (Linux: audit.h, unistd.h)."""

    audit_arch: int
    socket: int
    seccomp: int
    foreign_calls: int = 0xFFFF_FFFF
    """System calls from this number on are another ABI's (x32's, on x86-64)."""


MACHINES: Final = {
    "x86_64": Machine(audit_arch=0xC000_003E, socket=41, seccomp=317, foreign_calls=0x4000_0000),
    "aarch64": Machine(audit_arch=0xC000_00B7, socket=198, seccomp=277),
}

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets into ``struct seccomp_data``; of the argument the low half (both are little-endian)."""
_ALLOW = 0x7FFF_0000
_ERRNO = 0x0005_0000
_IO_URING_SETUP = 425
"""On every architecture. A ring could open sockets that no filter sees."""


def socket_filter(machine: Machine) -> tuple[Instruction, ...]:
    """A seccomp program that refuses sockets other than AF_UNIX and AF_NETLINK with EACCES.

    Calls of another architecture or ABI, and io_uring, do not exist for it (ENOSYS).
    """
    unix, netlink = 1, 16
    return (
        Instruction(_LOAD, _ARCH),
        Instruction(_EQUAL, machine.audit_arch, 0, 9),
        Instruction(_LOAD, _CALL),
        Instruction(_AT_LEAST, machine.foreign_calls, 7, 0),
        Instruction(_EQUAL, _IO_URING_SETUP, 6, 0),
        Instruction(_EQUAL, machine.socket, 0, 3),
        Instruction(_LOAD, _FIRST_ARGUMENT),
        Instruction(_EQUAL, unix, 1, 0),
        Instruction(_EQUAL, netlink, 0, 1),
        Instruction(_RETURN, _ALLOW),
        Instruction(_RETURN, _ERRNO | errno.EACCES),
        Instruction(_RETURN, _ERRNO | errno.ENOSYS),
    )


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter_sockets() -> str:
    """Put the filter on every thread; the reason why not, or empty."""
    if sys.platform != "linux":
        return "there is a filter for Linux only"
    machine = MACHINES.get(os.uname().machine)
    if machine is None or struct.calcsize("P") != 8:
        return f"there is a filter for {' and '.join(MACHINES)} only"
    set_no_new_privileges, set_mode_filter, on_every_thread = 38, 1, 1
    instructions = socket_filter(machine)
    packed = b"".join(instruction.packed() for instruction in instructions)
    program = _Program(len(instructions), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(set_no_new_privileges, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return f"no_new_privs: {os.strerror(ctypes.get_errno())}"
    done = libc.syscall(
        ctypes.c_long(machine.seccomp),
        ctypes.c_ulong(set_mode_filter),
        ctypes.c_ulong(on_every_thread),
        ctypes.byref(program),
    )
    if done == 0:
        return ""
    if done > 0:
        return f"thread {done} has another filter"
    return f"seccomp: {os.strerror(ctypes.get_errno())}"


# --- trying it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of really asking for a socket."""

    family: str
    refused: bool
    by: str
    """Who refused, or what happened instead."""


def probe() -> tuple[Probe, ...]:
    """Ask for internet sockets, past Python where that is possible, and see them refused.

    Sends nothing. For ``voice-coach privacy``: ordinary runs do not even ask.
    """
    return tuple(
        _probe_libc(name, family) if sys.platform == "linux" else _probe_python(name, family)
        for name, family in (("IPv4", socket.AF_INET), ("IPv6", socket.AF_INET6))
    )


def _probe_libc(name: str, family: int) -> Probe:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(int(family), int(socket.SOCK_DGRAM), 0)
    if descriptor >= 0:
        os.close(descriptor)
        return Probe(name, refused=False, by="the system gave a socket")
    error = ctypes.get_errno()
    return Probe(name, refused=True, by=f"the system: {os.strerror(error)}")


def _probe_python(name: str, family: int) -> Probe:
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError as error:
        return Probe(name, refused=True, by=str(error.strerror))
    return Probe(name, refused=False, by="Python gave a socket")
