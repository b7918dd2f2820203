"""The data folder: fit for a database, prepared by whoever comes first, served by one process.

serve.lock   held by the process that serves; its number stands in it, and where it answers
open.lock    held, shared, by every process that works in the folder
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from archive.errors import AlreadyServed, ConfigError, storage_error
from archive.vault import sync_folder

MOUNTS: Final = Path("/proc/self/mountinfo")
ESCAPED: Final = re.compile(r"\\([0-7]{3})")

#: Where locks and shared memory are not what SQLite's WAL needs (sqlite.org/wal.html, "overview").
NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.glusterfs",
        "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
        "smb3", "smbfs",
    }
)  # fmt: skip


@contextmanager
def serving(folder: Path) -> Iterator[Callable[[str], None]]:
    """Be the one process that serves this data folder; call the result with where it answers.

    Raises `AlreadyServed`.
    """
    with _lock_file(folder, "serve.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise AlreadyServed(folder, int(file.readline().strip() or 0)) from error
        file.truncate(0)

        def say(line: str) -> None:
            file.write(f"{line}\n")
            file.flush()

        say(str(os.getpid()))
        yield say


def is_served(folder: Path) -> bool:
    """Does another process serve this data folder now?"""
    path = folder / "serve.lock"
    if not path.exists():
        return False
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def served_at(folder: Path) -> str:
    """Where the process that serves this data folder answers; empty where none does."""
    if not is_served(folder):
        return ""
    _process, _, address = (folder / "serve.lock").read_text(encoding="utf-8").partition("\n")
    return address.strip()


@contextmanager
def opened(folder: Path, prepare: Callable[[], None]) -> Iterator[None]:
    """Work in the data folder. Who finds nobody else there runs `prepare` first, alone."""
    with _lock_file(folder, "open.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # whoever was first has prepared it, or does so now and lets us in afterwards
        else:
            _make_durable(folder)
            prepare()
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def _make_durable(folder: Path) -> None:
    """The name of the folder, which may be new. Who may not open its parent has not made it."""
    parent = folder.resolve().parent
    try:
        sync_folder(parent)
    except PermissionError:
        return
    except OSError as error:
        raise storage_error(error, parent) from error


def _lock_file(folder: Path, name: str) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / name).open("a+")
    except OSError as error:
        raise ConfigError(
            "data.folder", str(folder), f"a folder that can be written ({error.strerror})"
        ) from error


def refuse_network(folder: Path) -> None:
    """Raise `ConfigError` where a SQLite database would lie on a network file system."""
    if not MOUNTS.is_file():
        return  # no Linux: nothing to ask
    kind = file_system_of(folder.resolve(), MOUNTS.read_text(encoding="utf-8", errors="replace"))
    if kind in NETWORK_FILE_SYSTEMS:
        raise ConfigError(
            "data.folder",
            str(folder),
            f"a folder on a local disk: {kind} loses the locks of SQLite. The filing tree may lie "
            "on a network, the data folder may not, unless data.database names a PostgreSQL",
        )


def file_system_of(path: Path, mounts: str) -> str:
    """The type of the file system that holds `path`, by the lines of proc_pid_mountinfo(5)."""
    found, longest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(ESCAPED.sub(lambda code: chr(int(code[1], 8)), before.split(" ")[4]))
        if path.is_relative_to(point) and len(point.parts) >= longest:  # the last one hides others
            found, longest = after.split(" ")[0], len(point.parts)
    return found
