"""The canary: does a search still find what it should? Asked once a minute, answered yes or no."""

from __future__ import annotations

import threading
import time
from typing import Final

from sqlalchemy import exists, select

from api.service import Services
from archive.jobs import JobKind
from archive.models import Document, Job, Version
from indexer.search.seam import Term

KEPT_S: Final = 60.0  # how old a yes may be; a no is asked again at once


class Canary:
    """The newest version that is indexed, looked for by its key. One for a process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._found_at = float("-inf")

    def is_found(self) -> bool:
        """True, too, where nothing is indexed yet."""
        with self._lock:
            if time.monotonic() - self._found_at < KEPT_S:
                return True
            # twice: it may have gone to another collection between the two looks
            is_found = self._look() or self._look()
            if is_found:
                self._found_at = time.monotonic()
            return is_found

    def _look(self) -> bool:
        waits = exists().where(Job.kind == JobKind.INDEX, Job.subject == Version.id)
        with self._services.database.read() as session:
            newest = session.execute(
                select(Version.id, Document.collection_id)
                .join(Document, Document.id == Version.document_id)
                .where(Version.status != "queued", ~waits)
                .order_by(Version.id.desc())
                .limit(1)
            ).first()
        if newest is None:
            return True
        version_id, collection_id = newest
        try:
            index = self._services.finder.folders.open(collection_id)
            return index.snapshot().total(Term("key", str(version_id))) == 1
        except (OSError, ValueError):  # the engine can't read its files
            return False
