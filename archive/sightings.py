"""Where versions were and are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from archive.db import Database
from archive.models import Sighting

Look = TypeVar("Look")


def live_looks(
    database: Database, root: str, look: Callable[[int, int, int], Look]
) -> dict[str, Look]:
    """For each path that is seen now below `root`: `look`(size in bytes, mtime in ns, inode)."""
    with database.read() as session:
        rows = session.execute(
            select(Sighting.path, Sighting.size_bytes, Sighting.mtime_ns, Sighting.inode).where(
                Sighting.root == root, Sighting.until.is_(None), Sighting.path.is_not(None)
            )
        )
        return {path or "": look(size, mtime, inode) for path, size, mtime, inode in rows}
