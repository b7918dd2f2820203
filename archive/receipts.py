"""The vault's journal: one JSON line for each acknowledged sighting or later decision about it.

A line is durable before the database hears of it. Each carries the hash of the line before it, so
that a removed or changed line is found. A last line without its end was never acknowledged: it is
cut off by the next writer.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import DamageFound, storage_error
from archive.vault import JOURNAL

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class End:
    """Where the journal ends: after how many bytes, and the hash of the last whole line."""

    bytes: int
    sha256: str


class Journal:
    """The file of receipts. Several processes may append; a file lock keeps them apart."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL

    def append(self, receipts: Sequence[dict[str, Any]]) -> End:
        """Write and sync the receipts, in order; return where the journal ends after them.

        Durable when it returns. Raises `StorageFull` or `StorageFails`. A failed sync is final for
        this attempt: the lines are cut off again, and the caller must not commit.
        """
        with self._locked() as descriptor:
            end = _end(descriptor, os.fstat(descriptor).st_size)
            os.ftruncate(descriptor, end.bytes)
            previous = end.sha256
            lines = []
            for receipt in receipts:
                line = _line(receipt, previous)
                previous = _hash(line)
                lines.append(line)
            try:
                _write_all(descriptor, b"".join(lines), end.bytes)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, end.bytes)
                raise
            return End(end.bytes + sum(map(len, lines)), previous)

    def end(self, within: int | None = None) -> End:
        """Where the last whole line ends, of all or of the first `within` bytes. Changes nothing.

        Raises `DamageFound` where that is no receipt.
        """
        if not self.path.exists():
            return End(0, FIRST)
        with self._locked() as descriptor:
            size = os.fstat(descriptor).st_size
            return _end(descriptor, size if within is None else min(size, within))

    def read(
        self, start: int = 0, *, skip_damaged: bool = False
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each whole receipt from byte `start` on, and the byte after it. A torn end is skipped.

        Raises `DamageFound` at a line that is no receipt, unless those are to be skipped.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            stream.seek(start)
            position = start
            for line in stream:
                position += len(line)
                if not line.endswith(b"\n"):
                    return
                try:
                    receipt = json.loads(line)
                    receipt["previous"]
                except (ValueError, KeyError, TypeError) as error:
                    if skip_damaged:
                        continue
                    raise DamageFound(
                        f"The receipt that ends at byte {position} of {self.path} can't be read. "
                        "Run `crossfile verify`."
                    ) from error
                yield position, receipt

    def ends(self) -> Iterator[tuple[int, str]]:
        """After how many bytes each line ends, and its hash, which stands for all up to there."""
        if not self.path.exists():
            return
        position = 0
        with self.path.open("rb") as stream:
            for line in stream:
                position += len(line)
                yield position, _hash(line)

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
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield descriptor
            finally:
                os.close(descriptor)  # unlocks too
        except OSError as error:
            raise storage_error(error, self.path.parent) from error


def _end(descriptor: int, size: int) -> End:
    """The end of the last whole line within the first `size` bytes."""
    block = b""
    start = size
    while start > 0 and block[:-1].count(b"\n") < 2:
        step = min(start, 4096)
        start -= step
        block = os.pread(descriptor, step, start) + block
    end = start + block.rfind(b"\n") + 1 if b"\n" in block else 0
    if end == 0:
        return End(0, FIRST)
    whole = block[: end - start]
    last = whole[whole.rfind(b"\n", 0, len(whole) - 1) + 1 :]
    if not last.startswith(b"{"):
        raise DamageFound("The end of the receipts is no receipt. Run `crossfile verify`.")
    return End(end, _hash(last))


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
