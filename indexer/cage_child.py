"""Inside the cage: indexer.cage starts it as `python -m indexer.cage_child DESCRIPTOR`.

Gives away what it may not need, then answers requests one by one until the socket closes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import logging
import os
import resource
import socket
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, Final

from indexer import parsers, sandbox
from indexer.cage import FRAME

#: Objects after which the collector looks for rings: readers leave hardly any, and many objects.
_COLLECT_AFTER: Final = 50_000

Handler = Callable[[dict[str, Any], int | None], tuple[dict[str, Any], bytes]]


def main(descriptor: int) -> None:
    """Live one child's life."""
    gc.disable()
    parent = socket.socket(fileno=descriptor)
    start, _ = _receive(parent)
    limits = start["limits"]
    logging.disable(logging.CRITICAL)  # libraries tell of every oddity in every file
    _set_limits(limits)
    # What the parent held when it started us counts as ours, getrusage(2): no sign of growth.
    most = max(limits["recycle_bytes"], _resident_peak())
    module, _, function = start["handler"].partition(":")
    make = getattr(importlib.import_module(module), function)
    _compile_readers()
    closed = sandbox.close_doors(scratch=start["scratch"], also_reads=limits["also_reads"])
    if limits["require_sandbox"] and closed.missing:
        sys.exit(f"The kernel gives this process no {' and no '.join(closed.missing)}.")
    handle: Handler = make(start["settings"])
    gc.freeze()  # what is there now stays; it need not be looked through again and again
    gc.set_threshold(_COLLECT_AFTER)
    gc.enable()
    _send(parent, {}, b"", is_last=False)
    for left in range(limits["tasks_per_child"] - 1, -1, -1):
        try:
            request, file = _receive(parent)
        except EOFError:
            return
        _allow_cpu(limits["cpu_s"])
        header, body = handle(request, file)
        if file is not None:
            os.close(file)
        is_last = left == 0 or _resident_peak() > most
        _send(parent, header, body, is_last=is_last)
        if is_last:
            return


def _compile_readers() -> None:
    """Leave the bytecode of readers, which are imported behind closed doors, for all that follow.

    Else each child compiles each of them again. Nothing is done where it is there, or can't be.
    """
    folder = Path(parsers.__file__).parent
    for path in folder.glob("*.py") if os.access(folder, os.W_OK) else ():
        kept = Path(cache_from_source(path))
        if not kept.exists() or kept.stat().st_mtime < path.stat().st_mtime:
            name = f"{parsers.__name__}.{path.stem}"
            SourceFileLoader(name, str(path)).get_code(name)


def _receive(parent: socket.socket) -> tuple[dict[str, Any], int | None]:
    """The next request and the descriptor that came with it."""
    frame, descriptors, _, _ = socket.recv_fds(parent, FRAME.size, 1)
    if not frame:
        raise EOFError
    frame += _exactly(parent, FRAME.size - len(frame))
    _, size, _ = FRAME.unpack(frame)
    return json.loads(_exactly(parent, size)), descriptors[0] if descriptors else None


def _exactly(source: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = source.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _send(parent: socket.socket, header: dict[str, Any], body: bytes, *, is_last: bool) -> None:
    data = json.dumps(header, ensure_ascii=False).encode("utf-8", "replace")
    parent.sendall(FRAME.pack(is_last, len(data), len(body)) + data)
    if body:
        parent.sendall(body)


def _set_limits(limits: dict[str, Any]) -> None:
    for what, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_DATA, limits["memory_bytes"]),  # py7zr asks for this one
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NPROC, _own_tasks() + limits["processes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def _own_tasks() -> int:
    """Threads of all processes of our user, which the kernel counts together."""
    count = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):  # it has ended
                if entry.stat().st_uid == os.getuid():
                    count += sum(1 for _ in (entry / "task").iterdir())
    return count


def _allow_cpu(seconds: int) -> None:
    """So much CPU time from now on; the kernel counts for the whole life of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard)
    )


def _resident_peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
