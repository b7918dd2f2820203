"""A handler that does to the cage what a broken or captured reader would do."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from indexer import reading_child

Answer = tuple[dict[str, Any], bytes]


def _call(name: str, *arguments: Any) -> None:
    """A function of the C library that Python has no name for."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def _raise_memory_limit() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError as error:  # so Python says EPERM
        raise PermissionError(errno.EPERM, "setrlimit") from error


#: Numbers are those of x86-64, for calls that the C library has no function for.
ATTEMPTS: dict[str, Callable[..., Any]] = {
    "truncate": os.truncate,
    "chmod": lambda path: Path(path).chmod(0o600),
    "fchmod": lambda file: os.fchmod(file, 0o600),
    "chown": lambda path: os.chown(path, 1, 1),
    "fchown": lambda file: os.fchown(file, 1, 1),
    "utime": lambda path: os.utime(path, (1, 1)),
    "futime": lambda file: os.utime(file, (1, 1)),
    "setxattr": lambda path: os.setxattr(path, "user.mark", b"x"),
    "fsetxattr": lambda file: os.setxattr(file, "user.mark", b"x"),
    "set flags": lambda file: _call("ioctl", file, 0x40086602, ctypes.byref(ctypes.c_long(0))),
    "rename": os.rename,
    "link": os.link,
    "unlink": os.unlink,
    "mkfifo": os.mkfifo,
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal its group": lambda: os.kill(0, 0),
    "signal everybody": lambda: os.kill(-1, 0),
    "signal the parent's threads": lambda: _call("syscall", 234, os.getppid(), os.getppid(), 0),
    "limit the parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (64, 64)),
    "raise a limit": _raise_memory_limit,
    "slow the parent": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 10),
    "pin the parent": lambda: os.sched_setaffinity(os.getppid(), {0}),
    "trace the parent": lambda: _call("ptrace", 16, os.getppid(), None, None),
    "read the parent": lambda: _call("process_vm_readv", os.getppid(), None, 0, None, 0, 0),
    "write the parent": lambda: _call("process_vm_writev", os.getppid(), None, 0, None, 0, 0),
    "mount": lambda: _call("mount", b"none", b"/mnt", b"tmpfs", 0, None),
    "unshare": lambda: _call("unshare", 0x10000000),
    "clone into a namespace": lambda: _call("syscall", 56, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0),
    "bpf": lambda: _call("syscall", 321, 0, None, 0),
    "keyctl": lambda: _call("syscall", 250, 0, -3, 1),
    "io_uring": lambda: _call("syscall", 425, 1, ctypes.create_string_buffer(120)),
    "shared memory": lambda: _call("shmget", 0, 4096, 0o1600),
    "socket pair": lambda: socket.socketpair(),
}


def handle(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Answer]:
    if settings.get("refuse"):
        sys.exit(7)

    def answer(request: dict[str, Any], file: int | None) -> Answer:
        return getattr(Deeds, request["do"])(request, file)

    return answer


def handle_reading(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Answer]:
    """The service's own handler, which says as well what the child has taken so far."""
    answer = reading_child.handle(settings)
    # What the parent held when it started us counts as ours, getrusage(2).
    not_ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def measured(request: dict[str, Any], file: int | None) -> Answer:
        before = resource.getrusage(resource.RUSAGE_SELF)
        header, body = answer(request, file)
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak_bytes = after.ru_maxrss * 1024 if after.ru_maxrss > not_ours else 0
        return {**header, "peak_bytes": peak_bytes, "cpu_s": cpu_s}, body

    return measured


class Deeds:
    """One method for each thing that may be asked for."""

    @staticmethod
    def echo(request: dict[str, Any], file: int | None) -> Answer:
        body = b"" if file is None else os.pread(file, 1 << 20, 0)
        return {"pid": os.getpid(), "said": request.get("say"), "env": dict(os.environ)}, body

    @staticmethod
    def crash(request: dict[str, Any], file: int | None) -> Answer:
        ctypes.string_at(0)
        return {}, b""

    @staticmethod
    def give_up(request: dict[str, Any], file: int | None) -> Answer:
        os._exit(3)

    @staticmethod
    def hang(request: dict[str, Any], file: int | None) -> Answer:
        while True:
            time.sleep(1)

    @staticmethod
    def burn(request: dict[str, Any], file: int | None) -> Answer:
        while True:
            pass

    @staticmethod
    def eat(request: dict[str, Any], file: int | None) -> Answer:
        try:
            return {"size": len(bytearray(request["size"]))}, b""
        except MemoryError:
            return {"size": None}, b""

    @staticmethod
    def talk(request: dict[str, Any], file: int | None) -> Answer:
        return {}, bytes(request["size"])

    @staticmethod
    def babble(request: dict[str, Any], file: int | None) -> Answer:
        os.write(int(sys.argv[1]), b"\x00\x00\x00\x00\x02" + bytes(8) + b"[]")
        time.sleep(60)
        return {}, b""

    @staticmethod
    def read_path(request: dict[str, Any], file: int | None) -> Answer:
        try:
            return {"read": Path(request["path"]).read_text()}, b""
        except OSError as error:
            return {"error": type(error).__name__}, b""

    @staticmethod
    def write_path(request: dict[str, Any], file: int | None) -> Answer:
        try:
            Path(request["path"]).write_text("x")
        except OSError as error:
            return {"error": type(error).__name__}, b""
        return {}, b""

    @staticmethod
    def open_socket(request: dict[str, Any], file: int | None) -> Answer:
        try:
            socket.socket().close()
        except OSError as error:
            return {"error": type(error).__name__}, b""
        return {}, b""

    @staticmethod
    def attempt(request: dict[str, Any], file: int | None) -> Answer:
        """Something that a captured reader would try; `refused` names the error, if it was."""
        arguments = [file if value == "FILE" else value for value in request["arguments"]]
        try:
            ATTEMPTS[request["what"]](*arguments)
        except OSError as error:
            return {"refused": errno.errorcode[error.errno or 0]}, b""
        return {"refused": None}, b""

    @staticmethod
    def run(request: dict[str, Any], file: int | None) -> Answer:
        """A program that helps reading, as the readers start it."""
        done = subprocess.run(request["command"], capture_output=True, check=False, timeout=20)
        return {"status": done.returncode, "said": done.stdout.decode()}, b""

    @staticmethod
    def stop_program(request: dict[str, Any], file: int | None) -> Answer:
        try:
            subprocess.run(["sleep", "60"], check=False, timeout=0.2)
        except subprocess.TimeoutExpired:
            return {"stopped": True}, b""
        return {"stopped": False}, b""

    @staticmethod
    def limits(request: dict[str, Any], file: int | None) -> Answer:
        names = ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE")
        return {name: resource.getrlimit(getattr(resource, name))[1] for name in names}, b""

    @staticmethod
    def descriptors(request: dict[str, Any], file: int | None) -> Answer:
        held = [fd for fd in range(64) if _is_open(fd)]
        return {"held": held, "file": file}, b""


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
