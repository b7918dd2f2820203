"""The vault's journal: one JSON line for each acknowledged sighting or later decision about it.

A line is durable before the database hears of it. Each carries the hash of the line before it, so
that a removed or changed line is found. A last line without its end was never acknowledged: it is
cut off by the next writer.

Where a document is erased, names and paths in its lines are written over in place, and the receipt
of the erasure says what the hash of each such line was (`lines`): that one goes on in the chain.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import DamageFound, storage_error
from archive.receipt_lines import hash_of, is_named, line_of, name_of, without_names
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
                line = line_of(receipt, previous)
                previous = hash_of(line)
                lines.append(line)
            try:
                _write_all(descriptor, b"".join(lines), end.bytes)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, end.bytes)
                raise
            return End(end.bytes + sum(map(len, lines)), previous)

    def sync(self) -> None:
        """Make durable what lies there: whoever wrote it may have died before they did so."""
        with self._locked() as descriptor:
            os.fsync(descriptor)

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

    def hashes_of(self, names: Set[str]) -> dict[str, str]:
        """The hashes of the lines of the receipts of these names, as they were written."""
        found = {}
        first = self._written_over()
        for line, receipt in self._lines():
            if receipt["receipt"] in names:
                found[receipt["receipt"]] = first.get(receipt["receipt"]) or hash_of(line)
        return found

    def write_over(self, hashes: Mapping[str, str]) -> None:
        """Write over what the lines of these receipts say of names and paths; synced.

        `hashes` are those of the lines as they were written: what is changed already stays.
        """
        if not hashes:
            return
        position = 0
        with self._locked() as descriptor:
            for line, receipt in self._lines():
                if hashes.get(receipt["receipt"]) == hash_of(line):
                    _write_all(descriptor, without_names(receipt), position)
                position += len(line)
            os.fsync(descriptor)

    def _lines(self) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """Each whole line with its receipt. Raises `DamageFound` at one that is no receipt."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    return
                try:
                    receipt = json.loads(line)
                    _ = receipt["previous"], receipt["receipt"]
                except (ValueError, KeyError, TypeError) as error:
                    raise DamageFound("A receipt can't be read. Run `crossfile verify`.") from error
                yield line, receipt

    def _written_over(self) -> dict[str, str]:
        """By name of each receipt that was written over the hash of its line before that."""
        found: dict[str, str] = {}
        for _, receipt in self.read(skip_damaged=True):
            if receipt.get("what") == "erased":
                found |= receipt.get("lines", {})
        return found

    def ends(self) -> Iterator[tuple[int, str]]:
        """After how many bytes each line ends, and its hash, which stands for all up to there."""
        if not self.path.exists():
            return
        first = self._written_over()
        position = 0
        with self.path.open("rb") as stream:
            for line in stream:
                position += len(line)
                yield position, (first and first.get(name_of(line))) or hash_of(line)

    def damage(self) -> list[str]:
        """What is wrong with the chain of lines. Sentences; none if it is whole."""
        found: list[str] = []
        if not self.path.exists():
            return found
        previous, first = FIRST, self._written_over()
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    if not line.endswith(b"\n"):
                        break
                    if json.loads(line)["previous"] != previous:
                        found.append(f"Receipt line {number} does not follow the one before it.")
                except (ValueError, KeyError, TypeError):
                    found.append(f"Receipt line {number} can't be read.")
                previous = hash_of(line)
                before = first.get(name_of(line), previous) if first else previous
                if before != previous:
                    if is_named(line):
                        found.append(f"Receipt line {number} is not what was written.")
                    previous = before
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
    return End(end, hash_of(last))


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written
