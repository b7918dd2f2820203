"""What a command and all that it starts did to files and sockets, as strace saw it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import NotMeasurable
from indexer.cage import SCRATCH

#: System calls by which a path is written, made, named or changed.
CHANGES = (
    "open", "openat", "openat2", "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat",
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "truncate",
    "chmod", "fchmodat", "chown", "lchown", "fchownat", "mknod", "mknodat",
)  # fmt: skip
_OPENS = frozenset(CHANGES[:3])
_MAKES_FOLDERS = ("mkdir", "mkdirat")
_STARTS = ("clone", "clone3", "fork", "vfork")
#: -y shows the path behind each descriptor; %network has all calls on sockets.
_TRACE = f"%network,execve,{','.join((*CHANGES, *_STARTS))}"
_CALL = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
_RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_UNFINISHED = re.compile(r"(?P<start>(?P<pid>\d+) +\w+\(.*?) <unfinished \.\.\.>")
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that has ended; a negative result is a refusal."""

    pid: int
    name: str
    arguments: str
    result: int

    @property
    def changed(self) -> tuple[Path, ...]:
        """Paths that it made, changed or opened for writing; none where it was refused."""
        if self.result < 0 or self.name not in CHANGES:
            return ()
        if self.name in _OPENS and not re.search(r"O_WRONLY|O_RDWR|O_CREAT", self.arguments):
            return ()
        pairs = [(m["folder"] or "/", m["path"]) for m in _PATH.finditer(self.arguments)]
        if self.name.startswith("symlink"):
            pairs = pairs[-1:]  # what a link says is no path until somebody follows it
        return tuple(Path(os.path.normpath(Path(folder) / path)) for folder, path in pairs)

    @property
    def opened_socket(self) -> bool:
        """Did it give the process a socket, or connect one?"""
        return self.result >= 0 and self.name in ("socket", "socketpair", "connect", "accept4")


@dataclass(frozen=True, slots=True)
class Seen:
    """All calls of a run; processes that are, or were started by, a caged reader."""

    calls: tuple[Call, ...]
    readers: frozenset[int]
    workers: int  # how often a process became `crossfile worker`

    def scratches(self) -> frozenset[Path]:
        """Folders that were made for a caged process to write to: by another, before it began."""
        temporary = Path(tempfile.gettempdir())
        return frozenset(
            path
            for call in self.calls
            if call.name in _MAKES_FOLDERS and call.pid not in self.readers
            for path in call.changed
            if path.parent == temporary and path.name.startswith(SCRATCH)
        )


@dataclass(slots=True)
class _Gathered:
    calls: list[Call] = field(default_factory=list)
    readers: set[int] = field(default_factory=set)
    workers: int = 0

    def add(self, call: Call) -> None:
        self.calls.append(call)
        if call.name in _STARTS and call.pid in self.readers and call.result > 0:
            self.readers.add(call.result)
        if call.name == "execve" and call.result == 0:
            if '"indexer.cage_child"' in call.arguments:
                self.readers.add(call.pid)
            self.workers += '"worker"' in call.arguments


def under_strace(command: Sequence[str | Path], log: Path) -> list[str | Path]:
    """The command that does the same with strace watching, and keeps its own process id.

    Raises `NotMeasurable` where strace is not installed.
    """
    program = shutil.which("strace")
    if program is None:
        raise NotMeasurable("strace is not installed: apt install strace")
    return [program, "-D", "-f", "-q", "-y", "-s", "400", "-e", f"trace={_TRACE}", "-e",
            "signal=none", "-o", log, *command]  # fmt: skip


def seen_in(log: Path) -> Seen:
    """What the log of `under_strace` says."""
    gathered = _Gathered()
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in _whole(lines):
            if found := _CALL.match(line):
                gathered.add(
                    Call(int(found["pid"]), found["name"], found["arguments"], int(found["result"]))
                )
    return Seen(tuple(gathered.calls), frozenset(gathered.readers), gathered.workers)


def _whole(lines: Iterator[str]) -> Iterator[str]:
    """Calls that another process interrupted, in one piece."""
    begun: dict[str, str] = {}
    for line in lines:
        if found := _UNFINISHED.match(line):
            begun[found["pid"]] = found["start"]
        elif found := _RESUMED.match(line):
            yield begun.pop(found["pid"], f"{found['pid']} {found['name']}(") + found["rest"]
        else:
            yield line
