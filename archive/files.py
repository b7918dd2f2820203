"""Files that are written once: whole and durable under their name, or not there."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from archive.vault import sync_folder


def publish(path: Path, chunks: Iterable[bytes], *, mode: int = 0o444) -> bool:
    """Write a file under a name that is not taken yet. False where it is: that file stays.

    Durable when it returns; nothing is left behind where it raises.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        is_new = _link(part, path)
        sync_folder(path.parent)  # also of a name whose writer died before it did so
    finally:
        part.unlink(missing_ok=True)
    return is_new


def discard_parts(folder: Path) -> None:
    """Remove what writers left half done that died. For when nobody writes there."""
    for path in folder.glob(".*.part"):
        path.unlink(missing_ok=True)


def _link(part: Path, path: Path) -> bool:
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        if path.exists():  # a file system without hard links
            return False
        part.rename(path)
    return True
