"""CPU time and memory of a command with everything that it starts (Linux).

`measure` is for a command that ends, `ProcessTree` for a service that goes on.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import NotMeasurable

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
SAMPLE_EVERY_S = 0.2
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command and all that it started took, until the last of them ended."""

    cpu_s: float
    wall_s: float
    peak_mib: float  # of all of them together at one moment, shared pages counted once
    exit_status: int
    output: str  # standard output and standard error


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """A running process and everything below it."""

    pid: int

    def pids(self) -> list[int]:
        """Those that are there now, the first of them first."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
                children.setdefault(int(fields[1]), []).append(int(entry.name))
        found = [self.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def children(self, argument: str) -> list[int]:
        """Those right below the first that were started with this argument."""
        below = [pid for pid in self.pids()[1:] if (f := _stat(pid)) and int(f[1]) == self.pid]
        return [pid for pid in below if argument.encode() in _arguments(pid)]

    def cpu_s(self) -> float:
        """User and system time so far, of those that ended and were waited for as well."""
        times = [fields[11:15] for pid in self.pids() if (fields := _stat(pid))]
        return sum(int(ticks) for four in times for ticks in four) / TICKS_PER_S

    def memory_mib(self) -> float:
        """Memory of all of them now, shared pages counted once (proportional set size)."""
        return sum(map(_pss_kib, self.pids())) / 1024


def measure(command: Sequence[str | Path], *, limit_s: float = 3600) -> Usage:
    """Run `command` to its end, and say what it took.

    Raises `NotMeasurable` after `limit_s`, with everything that it started ended.
    """
    with tempfile.TemporaryDirectory(prefix="crossfile-bench-") as folder:
        report, output = Path(folder) / "report", Path(folder) / "output"
        with output.open("wb") as stream:
            launcher = subprocess.Popen(
                [sys.executable, "-m", "bench.processes", report, *command],
                cwd=Path(__file__).parents[1],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        try:
            launcher.wait(limit_s)
        except subprocess.TimeoutExpired as error:
            raise NotMeasurable(f"{command[0]} did not end within {limit_s} s") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(launcher.pid, signal.SIGKILL)
            launcher.wait()
        said = output.read_text(errors="replace")
        if not report.exists():
            raise NotMeasurable(f"{command[0]} could not be started: {said}")
        return Usage(**json.loads(report.read_text()), output=said)


def _launch(report: Path, command: Sequence[str]) -> None:
    """Run in a process of its own: the father of `command`, and of the orphans that it leaves."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ended = threading.Event()
    peak_mib = 0.0

    def watch() -> None:
        nonlocal peak_mib
        while not ended.wait(SAMPLE_EVERY_S):
            everything = ProcessTree(os.getpid())
            below = sum(map(_pss_kib, everything.pids()[1:])) / 1024
            peak_mib = max(peak_mib, below)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, status = time.perf_counter(), 0
    try:
        first = os.posix_spawnp(command[0], list(command), os.environ)
        with contextlib.suppress(ChildProcessError):  # nobody is left to wait for
            while True:
                pid, code = os.wait()
                status = os.waitstatus_to_exitcode(code) if pid == first else status
    finally:
        wall_s = time.perf_counter() - start
        ended.set()
        watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak_mib = max(peak_mib, used.ru_maxrss / 1024)  # what was over before the first look
    figures = {"cpu_s": used.ru_utime + used.ru_stime, "wall_s": wall_s, "peak_mib": peak_mib}
    report.write_text(json.dumps({**figures, "exit_status": status}))


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the third on (proc(5)); None: it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _arguments(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def _pss_kib(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:"), 0)


if __name__ == "__main__":
    _launch(Path(sys.argv[1]), sys.argv[2:])
