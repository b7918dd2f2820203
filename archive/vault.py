"""The vault: blobs, write-once under their SHA-256, and the journal of receipts.

    vault/blobs/ab/<sha256>      0444; the bytes as they came
    vault/journal/receipts.jsonl one line for each acknowledged sighting (archive/receipts.py)
    vault/tmp/                   being copied; emptied at start

Order of a put: copy to tmp, sync the file, link it to its name, sync the folder. So no reader ever
sees half a file, and a power cut leaves either the whole blob or nothing under its name.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import BlobTooLarge, DamageFound, NotFound, storage_error

CHUNK = 1 << 20
JOURNAL = Path("journal", "receipts.jsonl")
EMPTY = hashlib.sha256().hexdigest()  # the name of the blob without bytes


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """Bytes that are durable in the vault."""

    sha256: str
    size_bytes: int


class Vault:
    """A folder of blobs. The only code that writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = folder / "blobs"
        self.tmp = folder / "tmp"

    def prepare(self) -> None:
        """Make the folders and remove what a dead process left half copied. Call while alone.

        Raises `StorageFull` or `StorageFails` where that can't be done.
        """
        try:
            self._prepare()
        except OSError as error:
            raise storage_error(error, self.folder) from error

    def _prepare(self) -> None:
        journal = self.folder / JOURNAL
        for path in (self.folder, self.blobs, self.tmp, journal.parent):
            path.mkdir(parents=True, exist_ok=True)
        journal.touch(0o644)  # so that its name is durable before anything is acknowledged in it
        there = {path.name for path in self.blobs.iterdir()}
        for name in (f"{number:02x}" for number in range(256)):
            if name not in there:
                (self.blobs / name).mkdir()
        for leftover in self.tmp.iterdir():
            leftover.unlink()
        for path in (journal.parent, self.blobs, self.folder, self.folder.parent):
            sync_folder(path)

    def put(self, source: BinaryIO, *, max_bytes: int | None = None) -> StoredBlob:
        """Copy `source` into the vault, once, and say what was stored.

        Reads 1 MiB at a time; hashes with SHA-256 (FIPS 180-4). Durable when it returns. Storing
        the same bytes again returns an equal `StoredBlob`. Raises `BlobTooLarge` after
        `max_bytes` bytes, `StorageFull` where there is no room, `StorageFails` where the vault
        can't be written, and OSError where `source` can't be read, having kept nothing.
        """
        try:
            return self._put(source, max_bytes)
        except _SourceFails as failed:
            raise failed.error from failed
        except OSError as error:
            raise storage_error(error, self.folder) from error

    def _put(self, source: BinaryIO, max_bytes: int | None) -> StoredBlob:
        staged = self.tmp / secrets.token_hex(12)
        try:
            with staged.open("xb") as copy:
                blob = _copy(source, copy, max_bytes)
                path = self.path(blob.sha256)
                if not path.exists():
                    copy.flush()
                    os.fchmod(copy.fileno(), 0o444)
                    os.fsync(copy.fileno())
                    self._publish(staged, path)
                sync_folder(path.parent)  # also of a name whose writer died before it did so
        finally:
            staged.unlink(missing_ok=True)
        return blob

    def _publish(self, staged: Path, path: Path) -> None:
        try:
            path.hardlink_to(staged)
        except FileExistsError:
            pass  # another was quicker
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
                raise
            staged.rename(path)  # a file system without hard links

    def path(self, sha256: str) -> Path:
        """Where the blob lies, whether it is there or not."""
        return self.blobs / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The bytes. Raises `NotFound` where they are not in the vault."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound("blob", sha256) from error

    def check(
        self, sha256: str, size_bytes: int, *, go_on: Callable[[], bool] = lambda: True
    ) -> bool:
        """Hash the blob again; False where `go_on` says no meanwhile.

        Raises `DamageFound` if it is not what it was, or gone.
        """
        digest = hashlib.sha256()
        size = 0
        try:
            with self.path(sha256).open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    if not go_on():
                        return False
        except OSError as error:
            raise DamageFound(f"Blob {sha256} can't be read: {error.strerror}.") from error
        if digest.hexdigest() != sha256 or size != size_bytes:
            raise DamageFound(f"Blob {sha256} is not what was stored ({size} bytes now).")
        return True

    def destroy(self, sha256: str) -> None:
        """Take the blob away for good; durable when it returns. One that is not there is no error.

        Only for what no document needs: by `archive.destroying`, and by the door for what came
        again, both while nothing else comes in. Raises `StorageFails` where that can't be done.
        """
        path = self.path(sha256)
        try:
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        except OSError as error:
            raise storage_error(error, self.folder) from error

    def names(self) -> Iterator[str]:
        """The SHA-256 of every blob there, in order."""
        for folder in sorted(self.blobs.iterdir()):
            yield from sorted(entry.name for entry in folder.iterdir())


def _copy(source: BinaryIO, copy: BinaryIO, max_bytes: int | None) -> StoredBlob:
    digest = hashlib.sha256()
    size = 0
    while chunk := _read(source):
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise BlobTooLarge(max_bytes)
        digest.update(chunk)
        copy.write(chunk)
    return StoredBlob(digest.hexdigest(), size)


class _SourceFails(Exception):
    """What is copied can't be read: no fault of the vault."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(CHUNK)
    except OSError as error:
        raise _SourceFails(error) from error


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable (fsync of the directory, POSIX)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
