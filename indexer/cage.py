"""The cage: warm child processes in which readers meet strangers' files.

One poison file costs one file: a child that crashes, hangs, or takes too much is killed and
replaced, and only the task that it was at fails. Each child is kept by one thread; the bytes go in
as a descriptor, the answer comes back over a socket pair, never pickled, never larger than allowed.

A frame is the lengths of a JSON header and of a body (`!BIQ`: 1 after the child's last answer, else
0; header bytes; body bytes), then the two.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import indexer
from archive.errors import CrossfileError, ReadingFailed

FRAME: Final = struct.Struct("!BIQ")
SCRATCH: Final = "crossfile-"  # how names of folders of their own begin
_START_S: Final = 60.0  # imports on a busy machine
_END_S: Final = 2.0
_LOOK_S: Final = 0.005  # between two looks whether a child has ended
#: All that a child sees of the environment; no secrets of ours are among it.
#: Without HOME Python would ask a daemon for it, over a socket, before the doors are closed.
_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT")

_SETTINGS: Final = {
    "OMP_THREAD_LIMIT": "1",  # Tesseract's threads only get in each other's way
    # glibc keeps what one file needed for the next one, rather than asking the kernel again
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}


@dataclass(frozen=True, slots=True)
class CageLimits:
    """What one child may take. Sizes in bytes, times in seconds."""

    memory_bytes: int = 2 << 30  # address space
    time_s: float = 30.0  # for one task, on the clock
    cpu_s: int = 60  # for one task
    files: int = 64  # open descriptors
    processes: int = 256  # and threads, beyond those that the user has; none of root's is counted
    file_bytes: int = 256 << 20  # of any file it writes
    answer_bytes: int = 512 << 20
    tasks_per_child: int = 10_000
    recycle_bytes: int = 512 << 20  # resident; a child that grew beyond ends after its answer
    require_sandbox: bool = False  # no child starts that can't close all its doors
    has_scratch: bool = False  # each child may write to a folder of its own, which goes with it
    also_reads: tuple[str, ...] = ()  # folders beside those of Python and the system


@dataclass(frozen=True, slots=True)
class CageTask:
    """One request: `file` is a path to open, or a descriptor that stays the caller's."""

    request: Mapping[str, Any]
    file: Path | int | None = None
    time_s: float | None = None  # where the limit for one task is not enough: OCR


@dataclass(frozen=True, slots=True)
class CageAnswer:
    """What the handler answered; it comes from an untrusted process."""

    header: dict[str, Any]
    body: bytes | bytearray


@dataclass(slots=True)
class _Child:
    """One process and our end of its socket."""

    process: subprocess.Popen[bytes]
    socket: socket.socket
    settings: Mapping[str, Any]
    scratch: str | None = None
    is_last: bool = False

    def end(self) -> None:
        """Close the socket, by which a healthy child ends; kill what has not ended then."""
        self.socket.close()
        self.has_ended(_END_S if self.is_last else 0)
        self.kill()

    def await_end(self) -> None:
        """Let a child that closed its socket die by itself, so that its status tells why."""
        self.has_ended(_END_S)
        self.kill()

    def has_ended(self, within_s: float = 0) -> bool:
        """Has it? It is not reaped here: its number stays its own until its group is killed."""
        deadline = time.monotonic() + within_s
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while not self._is_reaped and os.waitid(os.P_PID, self.process.pid, how) is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_S)
        return True

    @property
    def _is_reaped(self) -> bool:
        return self.process.returncode is not None

    def kill(self) -> None:
        """End the child and whatever it started, now. Once: then its number may be another's."""
        self.socket.close()
        if not self._is_reaped:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)


@dataclass(slots=True)
class Cage:
    """A pool of caged processes that all run `handler`, "package.module:function".

    In the child, the function is called once with `settings` and gives the callable that answers
    each task: (request, descriptor or None) -> (header, body).
    """

    handler: str
    settings: Mapping[str, Any]
    workers: int
    limits: CageLimits = field(default_factory=CageLimits)
    _tasks: queue.SimpleQueue[tuple[CageTask, Future[CageAnswer]] | None] = field(
        default_factory=queue.SimpleQueue
    )
    _keepers: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in range(self.workers):
            keeper = threading.Thread(target=self._keep, name=f"cage-{number}", daemon=True)
            keeper.start()
            self._keepers.append(keeper)

    def submit(self, task: CageTask) -> Future[CageAnswer]:
        """Queue one task. The future raises ReadingFailed (`reader-failed`) where the child broke
        on it, OSError where the file can't be opened, CrossfileError where no child starts."""
        future: Future[CageAnswer] = Future()
        self._tasks.put((task, future))
        return future

    def use(self, settings: Mapping[str, Any]) -> None:
        """From the next task on answer by these; what is under way ends as it began."""
        self.settings = settings

    def close(self) -> None:
        """Finish what is under way, cancel what waits, end the children. Once."""
        waiting = []
        while not self._tasks.empty():
            waiting.append(self._tasks.get())
        for entry in waiting:
            if entry is not None:
                entry[1].cancel()
        for _ in self._keepers:
            self._tasks.put(None)
        for keeper in self._keepers:
            keeper.join()

    def __enter__(self) -> Cage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _keep(self) -> None:
        """One thread's life: a child, and one task after the other for it."""
        child: _Child | None = None
        while (entry := self._tasks.get()) is not None:
            task, future = entry
            if not future.set_running_or_notify_cancel():
                continue
            try:
                if child is None or self._is_spent(child):
                    old, child = child, None  # forgotten first: another may not start
                    if old is not None:
                        old.end()
                    child = self._start()
                answer = self._ask(child, task)
            except BaseException as error:  # whoever waits for the future decides, not this thread
                future.set_exception(error)
            else:
                future.set_result(answer)
        if child is not None:
            child.end()

    def _is_spent(self, child: _Child) -> bool:
        """Must another take its place: has it ended, or been told other settings?"""
        is_over = child.is_last or child.has_ended()
        return is_over or child.settings is not self.settings

    def _start(self) -> _Child:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "indexer.cage_child", str(theirs.fileno())]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = str(Path(indexer.__file__).resolve().parents[1])
        environment.update(_SETTINGS)
        scratch = tempfile.mkdtemp(prefix=SCRATCH) if self.limits.has_scratch else None
        if scratch:
            environment |= {"HOME": scratch, "TMPDIR": scratch}
        try:
            # A group of its own, to be killed with all that it starts, yet no session of its own:
            # niceness counts within a session alone (sched(7), "The autogroup feature").
            process = subprocess.Popen(
                command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, process_group=0, env=environment, cwd="/",
            )  # fmt: skip
        except OSError as error:
            ours.close()
            if scratch:
                shutil.rmtree(scratch, ignore_errors=True)
            raise CrossfileError(f"The caged reader can't start: {error.strerror}.") from error
        finally:
            theirs.close()
        child = _Child(process, ours, self.settings, scratch)
        start = {"handler": self.handler, "settings": child.settings,
                 "limits": asdict(self.limits), "scratch": scratch}  # fmt: skip
        try:
            _send(child.socket, start, None, time.monotonic() + _START_S)
            _receive(child, self.limits, time.monotonic() + _START_S)
        except (OSError, EOFError, ReadingFailed) as error:
            child.await_end()
            raise CrossfileError(
                f"The caged reader can't start (handler {self.handler}, "
                f"exit status {process.returncode}); its own message is on standard error."
            ) from error
        return child

    def _ask(self, child: _Child, task: CageTask) -> CageAnswer:
        """Send the task, wait for the answer; whatever goes wrong ends the child."""
        is_ours = isinstance(task.file, Path)
        descriptor = os.open(task.file, os.O_RDONLY | os.O_CLOEXEC) if is_ours else task.file  # type: ignore[arg-type]
        limit = task.time_s or self.limits.time_s
        try:
            deadline = time.monotonic() + limit
            _send(child.socket, task.request, descriptor, deadline)  # type: ignore[arg-type]
            return _receive(child, self.limits, deadline)
        except TimeoutError as error:
            child.kill()
            raise _reader_failed(f"The reader did not finish within {limit:g} s.") from error
        except (OSError, EOFError) as error:
            child.await_end()
            raise _reader_failed(_how_it_ended(child.process)) from error
        except ReadingFailed:
            child.kill()
            raise
        finally:
            if is_ours:
                os.close(descriptor)  # type: ignore[arg-type]


def _send(
    to: socket.socket, request: Mapping[str, Any], descriptor: int | None, deadline: float
) -> None:
    header = json.dumps(request).encode()
    frame = FRAME.pack(0, len(header), 0) + header
    to.settimeout(max(deadline - time.monotonic(), 0.001))
    sent = socket.send_fds(to, [frame], [] if descriptor is None else [descriptor])
    if sent < len(frame):
        to.sendall(memoryview(frame)[sent:])


def _receive(child: _Child, limits: CageLimits, deadline: float) -> CageAnswer:
    is_last, header_size, body_size = FRAME.unpack(_exactly(child.socket, FRAME.size, deadline))
    if header_size + body_size > limits.answer_bytes:
        raise _reader_failed(f"The reader's answer exceeds {limits.answer_bytes >> 20} MiB.")
    header_bytes = _exactly(child.socket, header_size, deadline)
    body = _exactly(child.socket, body_size, deadline)
    child.is_last = bool(is_last)
    try:
        header = json.loads(header_bytes)
    except (ValueError, RecursionError) as error:
        raise _reader_failed("The reader's answer makes no sense.") from error
    if not isinstance(header, dict):
        raise _reader_failed("The reader's answer makes no sense.")
    return CageAnswer(header, body)


def _exactly(source: socket.socket, size: int, deadline: float) -> bytearray:
    """`size` bytes; EOFError where the child ended before, TimeoutError at the deadline."""
    data = bytearray(size)
    view = memoryview(data)
    done = 0
    while done < size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        source.settimeout(left)
        count = source.recv_into(view[done:])
        if count == 0:
            raise EOFError
        done += count
    return data


def _reader_failed(reason: str) -> ReadingFailed:
    return ReadingFailed("reader-failed", reason)


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    status = process.returncode
    if status is not None and status < 0:
        name = signal.Signals(-status).name if -status in signal.valid_signals() else str(-status)
        return f"The reader crashed on this file ({name})."
    return f"The reader gave up on this file (exit status {status})."
