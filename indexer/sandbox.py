"""Doors that a caged process closes behind itself, as far as the kernel has them.

No new privileges, no life after the parent, no sockets (seccomp), no files but those of Python and
of the programs that help reading (Landlock). What a kernel lacks is left out: the limits of
memory, time and descriptors hold anyway. Numbers are of the Linux user API: prctl(2), seccomp(2),
landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2

#: AUDIT_ARCH_* and the system calls refused: no sockets by any way, no meddling with other
#: processes, no interfaces of the kernel that no reader needs.
_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        # socket, connect, bind, listen, ptrace, process_vm_readv, process_vm_writev,
        # io_uring_setup, bpf, perf_event_open, userfaultfd, keyctl, unshare, setns, mount
        (41, 42, 49, 50, 101, 310, 311, 425, 321, 298, 323, 250, 272, 308, 165),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 203, 200, 201, 117, 270, 271, 425, 280, 241, 282, 219, 97, 268, 40),
    ),
}
_X32_BIT: Final = 0x40000000  # the same calls under other numbers, on x86-64

_LANDLOCK_CREATE: Final = 444
_LANDLOCK_ADD: Final = 445
_LANDLOCK_RESTRICT: Final = 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_ALL_FILE_RIGHTS: Final = (1 << 13) - 1  # those of Landlock's first version
_RULE_PATH_BENEATH: Final = 1
#: Programs, their libraries and language data; the loader's cache.
_SYSTEM: Final = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
_DEVICES: Final = ("/dev/null", "/dev/urandom", "/dev/zero")


def close_doors() -> None:
    """Close all of them, for this process and what it starts. For good."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _keep_to_own_files(libc)
    _refuse_calls(libc)


def _refuse_calls(libc: ctypes.CDLL) -> None:
    """A seccomp filter that answers EPERM to each call of the table; another architecture dies."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    architecture, calls = known
    allow, refuse, kill = 0x7FFF0000, 0x00050001, 0x80000000
    load, jump_equal, jump_ge, give = 0x20, 0x15, 0x35, 0x06
    program = [
        (load, 0, 0, 4), (jump_equal, 1, 0, architecture), (give, 0, 0, kill),
        (load, 0, 0, 0), (jump_ge, len(calls) + 1, 0, _X32_BIT),
    ]  # fmt: skip
    for i, call in enumerate(calls):
        program.append((jump_equal, len(calls) - i, 0, call))
    program += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0)


def _keep_to_own_files(libc: ctypes.CDLL) -> None:
    """Landlock: reading below the folders of Python and the system, writing to /dev/null."""
    rights = struct.pack("Q", _ALL_FILE_RIGHTS)
    ruleset = libc.syscall(_LANDLOCK_CREATE, rights, len(rights), 0)
    if ruleset < 0:
        return
    try:
        for path in _own_paths():
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR | _EXECUTE)
        for path in _DEVICES:
            _allow(libc, ruleset, path, _READ_FILE | _WRITE_FILE)
        libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _own_paths() -> set[str]:
    package = Path(__file__).resolve().parent
    own = {str(package), str(package.parent / "archive")}
    return own | {sys.prefix, sys.base_prefix, *_SYSTEM}


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            rights &= ~_READ_DIR
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(_LANDLOCK_ADD, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
