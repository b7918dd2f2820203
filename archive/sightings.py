"""Where versions were and are seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import Database
from archive.models import Sighting

Look = TypeVar("Look")
IN_CHUNK = 500


def longest_path(database: Database) -> int:
    """Bytes of a path that the database can keep: PostgreSQL has them in an index.

    An entry of one of its indexes takes a third of a page at most; the root's name is in it too.
    """
    return 1 << 30 if database.is_sqlite else 2500


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


def with_inside(session: Session, version_ids: Iterable[int]) -> set[int]:
    """These versions and all that was seen inside them: attachments, members, those of those."""
    found: set[int] = set()
    wanted = set(version_ids)
    while wanted:
        found |= wanted
        outer, wanted = sorted(wanted), set()
        for start in range(0, len(outer), IN_CHUNK):
            inside = Sighting.parent_version_id.in_(outer[start : start + IN_CHUNK])
            wanted.update(session.scalars(select(Sighting.version_id).where(inside)))
        wanted -= found
    return found


def held_inside(session: Session, version_id: int) -> dict[int, tuple[int, int]]:
    """What was taken out of a version and of all inside it: by container, files and bytes."""
    found: dict[int, tuple[int, int]] = {}
    wanted = {version_id}
    while wanted:
        outer, wanted = sorted(wanted - found.keys()), set()
        found |= dict.fromkeys(outer, (0, 0))
        for start in range(0, len(outer), IN_CHUNK):
            rows = session.execute(
                select(Sighting.parent_version_id, Sighting.version_id, Sighting.size_bytes).where(
                    Sighting.parent_version_id.in_(outer[start : start + IN_CHUNK])
                )
            )
            for parent, inside, size in rows:
                files, held = found[parent or 0]
                found[parent or 0] = (files + 1, held + size)
                wanted.add(inside)
    return found


def ranked(
    places: Iterable[tuple[int, str, int]],
) -> dict[tuple[int, str, int], int]:
    """How many of the same name stand before each place (parent version, name, position)."""
    positions: dict[tuple[int, str], set[int]] = defaultdict(set)
    for parent_id, name, position in places:
        positions[parent_id, name].add(position)
    return {
        (parent_id, name, position): rank
        for (parent_id, name), found in positions.items()
        for rank, position in enumerate(sorted(found))
    }


def ranks_inside(session: Session, parents: Iterable[int]) -> dict[tuple[int, str, int], int]:
    """The same of all that was seen inside these versions."""
    wanted = sorted(set(parents))
    places: list[tuple[int, str, int]] = []
    for start in range(0, len(wanted), IN_CHUNK):
        rows = session.execute(
            select(Sighting.parent_version_id, Sighting.name, Sighting.position).where(
                Sighting.parent_version_id.in_(wanted[start : start + IN_CHUNK])
            )
        )
        places += [(row[0] or 0, row[1] or "", row[2] or 0) for row in rows]
    return ranked(places)
