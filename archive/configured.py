"""What the configuration says must be there: its collections."""

from __future__ import annotations

from sqlalchemy import select

from archive.config import Config
from archive.counters import insert_missing
from archive.db import Database
from archive.models import Collection

GENERAL = "general"  # the collection of what nothing else was said of


def ensure_collections(database: Database, config: Config) -> None:
    """Make the collections that the configuration names; writes nothing where all are there."""
    wanted = {GENERAL}
    for root in config.roots:
        wanted |= {root.collection, *root.collections.values()}
    with database.read() as session:
        wanted -= set(session.scalars(select(Collection.name)))
    if wanted:
        with database.write() as session:
            for name in sorted(wanted):
                insert_missing(session, Collection, {"name": name})
