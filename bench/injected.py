"""Processes that die at a system call, or are told there that the disk fails: strace does it.

A process is forked from one that has imported everything, waits until strace holds it, and works.
So a death costs hundredths of a second, and thousands can be tried.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from archive.errors import CrossfileError
from bench.figures import NotMeasurable
from bench.traced import Call, seen_in

#: What changes a file, a folder or a database; `sendto` is how PostgreSQL is told.
WRITES: Final = (
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate", "fchmod",
    "sendfile", "copy_file_range", "fsync", "fdatasync", "sync_file_range", "msync",
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "sendto", "sendmsg",
)  # fmt: skip
#: Those at which a disk is found to be full or broken.
FAILING: Final = (
    "write", "writev", "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync",
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "mkdir", "mkdirat",
)  # fmt: skip
LIMIT_S: Final = 60.0  # a child that takes longer hangs
Say = Callable[[str, Any], None]
Work = Callable[[Say], None]


@dataclass(frozen=True, slots=True)
class Point:
    """The `number`-th `call` of a thread; `outcome` is KILL or the name of an error."""

    call: str
    number: int
    outcome: str = "KILL"

    def __str__(self) -> str:
        return f"{self.outcome} at {self.call} {self.number}"

    @property
    def options(self) -> list[str]:
        how = "signal=KILL" if self.outcome == "KILL" else f"error={self.outcome}"
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{how}:when={self.number}"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended, and what it had said until then, in order."""

    was_killed: bool
    said: tuple[tuple[str, Any], ...]

    def of(self, what: str) -> list[Any]:
        """All that was said under this word."""
        return [value for word, value in self.said if word == what]


def strace() -> str:
    """Where it is. Raises `NotMeasurable`."""
    program = shutil.which("strace")
    if program is None:
        raise NotMeasurable("strace is not installed: apt install strace")
    return program


def alone(work: Work, options: Sequence[str] | None = None) -> Ended:
    """Do it in a child, which strace holds from its first step where `options` say so.

    What it raises is said under `failed`, and for errors that are not ours also `unexpected`.
    """
    from_child, to_parent = os.pipe()
    held, hold = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hold)
        os.close(from_child)
        _live(work, held, to_parent)
    os.close(to_parent)
    os.close(held)
    tracer = _attached(child, options) if options is not None else None
    os.write(hold, b"!")
    os.close(hold)
    heard = _heard(from_child, child)
    status = os.waitpid(child, 0)[1]
    if tracer:
        tracer.communicate()
    lines = [json.loads(line) for line in heard.splitlines() if line.endswith(b"]")]
    return Ended(os.WIFSIGNALED(status), tuple((word, value) for word, value in lines))


def _live(work: Work, held: int, to_parent: int) -> NoReturn:
    def say(word: str, value: Any) -> None:
        try:
            os.write(to_parent, json.dumps([word, value]).encode() + b"\n")
        except OSError:  # injected: it is told again, as a message that got lost
            os.write(to_parent, json.dumps([word, value]).encode() + b"\n")

    try:
        os.read(held, 1)
        work(say)
        say("done", None)
    except CrossfileError as error:
        say("failed", str(error))
    except BaseException as error:
        say("failed", f"{type(error).__name__}: {error}")
        say("unexpected", traceback.format_exc())
    finally:
        os._exit(0)


def _attached(child: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
    log = [] if "-o" in options else ["-o", os.devnull]
    command = [strace(), "-f", "-p", str(child), "-e", "signal=none", *log, *options]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if b"attached" not in said:
        os.kill(child, signal.SIGKILL)
        raise NotMeasurable(f"strace may not watch here: {said.decode(errors='replace').strip()}")
    return tracer


def _heard(from_child: int, child: int) -> bytes:
    give_up = time.monotonic() + LIMIT_S
    heard = b""
    while True:
        ready, _, _ = select.select([from_child], [], [], max(give_up - time.monotonic(), 0))
        if not ready:
            os.kill(child, signal.SIGKILL)
            heard += b'["hung", null]\n'
            break
        piece = os.read(from_child, 1 << 16)
        if not piece:
            break
        heard += piece
    os.close(from_child)
    return heard


def traced(work: Work, log: Path, calls: Sequence[str] = WRITES) -> tuple[Ended, tuple[Call, ...]]:
    """Do it in a child that nothing happens to, and see its calls in their order."""
    names = ",".join(calls)
    options = ["-o", str(log), "-y", "-s", "300", "-e", f"trace={names}"]
    ended = alone(work, options)
    return ended, seen_in(log).calls


def points_of(calls: Sequence[Call], outcome: str) -> list[Point]:
    """Every point that the calls of an undisturbed run show, in order of their kind."""
    wanted = WRITES if outcome == "KILL" else FAILING
    by_thread = Counter((call.pid, call.name) for call in calls if call.name in wanted)
    most: Counter[str] = Counter()
    for (_, name), count in by_thread.items():
        most[name] = max(most[name], count)
    return [Point(name, n, outcome) for name in sorted(most) for n in range(1, most[name] + 1)]


def sampled(points: Sequence[Point], count: int, seed: int = 1) -> list[Point]:
    """So many of them by chance, always the same ones."""
    if count >= len(points):
        return list(points)
    return sorted(random.Random(seed).sample(list(points), count), key=points.index)
