"""Doors that a caged process closes behind itself, as far as the kernel has them.

No new privileges and none of root's, no life after the parent, no calls but those that reading
needs (seccomp), no files but those of Python and of the programs that help reading, no signals to
others (Landlock). What a kernel lacks is left out, unless it is required: the limits of memory,
time and descriptors hold anyway. Numbers are of the Linux user API: prctl(2), capset(2),
seccomp(2), landlock(7).
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from archive.errors import ConfigError
from indexer.syscalls import filter_program

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
#: capset(2): the version whose masks have 64 bits.
_CAPABILITY_VERSION: Final = 0x20080522

_LANDLOCK_CREATE: Final = 444
_LANDLOCK_ADD: Final = 445
_LANDLOCK_RESTRICT: Final = 446
_WHICH_VERSION: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_RULE_PATH_BENEATH: Final = 1
#: What each version of Landlock can refuse first: rights on files …
_FILE_RIGHTS: Final = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NET_RIGHTS: Final = 0b11  # … since 4, binding and connecting of TCP …
_SCOPES: Final = 0b11  # … since 6, abstract sockets of and signals to what is outside.
_NET_SINCE, _SCOPES_SINCE = 4, 6
#: Programs, their libraries and language data; the loader's cache.
_SYSTEM: Final = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
_DEVICES: Final = ("/dev/null", "/dev/urandom", "/dev/zero")


@dataclass(frozen=True, slots=True)
class Doors:
    """What a kernel gives: whether system calls are filtered, and which version of Landlock."""

    has_seccomp: bool
    landlock: int  # 0: none

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what a sandbox needs and is not there."""
        found = {"seccomp": self.has_seccomp, "Landlock": self.landlock > 0}
        return tuple(name for name, is_there in found.items() if not is_there)


def doors() -> Doors:
    """What the kernel would give a caged process of ours; nothing is closed by asking."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None, 0, 0)  # EFAULT where it has filters
    has_filters = ctypes.get_errno() == errno.EFAULT
    return Doors(
        has_filters and filter_program(with_signals=True) is not None, _landlock_version(libc)
    )


def check_doors(found: Doors, *, is_required: bool) -> None:
    """Raise `ConfigError` where a sandbox is required and the kernel does not give it."""
    if is_required and found.missing:
        lacking = " and no ".join(found.missing)
        raise ConfigError(
            "reading.require_sandbox", "true", f"false, as this kernel gives us no {lacking}"
        )


def close_doors(*, scratch: str | None = None, also_reads: Sequence[str] = ()) -> Doors:
    """Close all of them, for this process and what it starts. For good. Says which are closed.

    All may be done below the folder `scratch`; the folders `also_reads` may be read.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _drop_capabilities(libc)
    landlock = _keep_to_own_files(libc, scratch, also_reads)
    return Doors(_refuse_calls(libc, with_signals=landlock >= _SCOPES_SINCE), landlock)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Nothing that root may and others may not; programs that are started get nothing back."""
    head = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    libc.capset(head, bytes(24))


def _refuse_calls(libc: ctypes.CDLL, *, with_signals: bool) -> bool:
    program = filter_program(with_signals=with_signals)
    if program is None:
        return False
    code = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0) == 0)


def _landlock_version(libc: ctypes.CDLL) -> int:
    version: int = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _WHICH_VERSION)
    return max(version, 0)


def _keep_to_own_files(libc: ctypes.CDLL, scratch: str | None, also_reads: Sequence[str]) -> int:
    """Landlock: reading below the folders of Python and the system, writing to /dev/null.

    Everything that the kernel's version can refuse is refused. Returns the version; 0: nothing is.
    """
    version = _landlock_version(libc)
    rights = _all_rights(version)
    ruleset = libc.syscall(_LANDLOCK_CREATE, rights, ctypes.c_size_t(len(rights)), 0)
    if ruleset < 0:
        return 0
    try:
        for path in (*_own_paths(), *also_reads):
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR | _EXECUTE)
        for path in _DEVICES:
            _allow(libc, ruleset, path, _READ_FILE | _WRITE_FILE)
        if scratch:
            files = [rights for since, rights in _FILE_RIGHTS.items() if since <= version]
            _allow(libc, ruleset, scratch, sum(files))
        return version if libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def _all_rights(version: int) -> bytes:
    """`struct landlock_ruleset_attr`, as long as this version knows it."""
    fields = [sum(rights for since, rights in _FILE_RIGHTS.items() if since <= version)]
    if version >= _NET_SINCE:
        fields.append(_NET_RIGHTS)
    if version >= _SCOPES_SINCE:
        fields.append(_SCOPES)
    return struct.pack(f"{len(fields)}Q", *fields)


def _own_paths() -> set[str]:
    package = Path(__file__).resolve().parent
    own = {str(package), str(package.parent / "archive")}
    data = {path for path in (os.environ.get("TESSDATA_PREFIX"),) if path}
    return own | data | {sys.prefix, sys.base_prefix, *_SYSTEM}


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
