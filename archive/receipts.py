"""The vault's journal: one JSON line for each acknowledged sighting or later decision about it.

A line is durable before the database hears of it. Each carries the hash of the line before it, so
that a removed or changed line is found. A last line without its end was never acknowledged: it is
cut off by the next writer.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive.errors import DamageFound, StorageFull
from archive.vault import sync_folder

FIRST = "0" * 64


class Journal:
    """The file of receipts. Several processes may append; a file lock keeps them apart."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal" / "receipts.jsonl"

    def append(self, receipts: Sequence[dict[str, Any]]) -> int:
        """Write and sync the receipts, in order; return the journal's length in bytes after them.

        Durable when it returns. Raises `StorageFull` having left nothing behind. A failed sync is
        final for this attempt: the lines are cut off again, and the caller must not commit.
        """
        with self._locked() as descriptor:
            end, previous = self._tail(descriptor)
            lines = []
            for receipt in receipts:
                line = _line(receipt, previous)
                previous = _hash(line)
                lines.append(line)
            try:
                _write_all(descriptor, b"".join(lines), end)
                os.fsync(descriptor)
            except OSError as error:
                os.ftruncate(descriptor, end)
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise StorageFull(
                        f"The disk of {self.path.parent} is full. Make room; intake goes on."
                    ) from error
                raise
            return end + sum(map(len, lines))

    def length(self) -> int:
        """Bytes up to the end of the last whole line."""
        if not self.path.exists():
            return 0
        with self._locked() as descriptor:
            return self._tail(descriptor)[0]

    def read(self, start: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each whole receipt from byte `start` on, and the byte after it. A torn end is skipped."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            stream.seek(start)
            position = start
            for line in stream:
                position += len(line)
                if line.endswith(b"\n"):
                    yield position, json.loads(line)

    def damage(self) -> list[str]:
        """What is wrong with the chain of lines. Sentences; none if it is whole."""
        found: list[str] = []
        if not self.path.exists():
            return found
        previous = FIRST
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    if not line.endswith(b"\n"):
                        break
                    if json.loads(line)["previous"] != previous:
                        found.append(f"Receipt line {number} does not follow the one before it.")
                except (ValueError, KeyError, TypeError):
                    found.append(f"Receipt line {number} can't be read.")
                previous = _hash(line)
        return found

    @contextmanager
    def _locked(self) -> Iterator[int]:
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if is_new:
                sync_folder(self.path.parent)
            yield descriptor
        finally:
            os.close(descriptor)  # unlocks too

    def _tail(self, descriptor: int) -> tuple[int, str]:
        """The byte after the last whole line, and that line's hash; a torn end is cut off."""
        size = os.fstat(descriptor).st_size
        block = b""
        start = size
        while start > 0 and block[:-1].count(b"\n") < 2:
            step = min(start, 4096)
            start -= step
            block = os.pread(descriptor, step, start) + block
        end = start + block.rfind(b"\n") + 1 if b"\n" in block else 0
        if end < size:
            os.ftruncate(descriptor, end)
        if end == 0:
            return 0, FIRST
        whole = block[: end - start]
        last = whole[whole.rfind(b"\n", 0, len(whole) - 1) + 1 :]
        if not last.startswith(b"{"):
            raise DamageFound(f"The end of {self.path} is not a receipt. Run `crossfile verify`.")
        return end, _hash(last)


def _line(receipt: dict[str, Any], previous: str) -> bytes:
    body = {**receipt, "previous": previous}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii") + b"\n"


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written
