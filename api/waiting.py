"""How much waits for a viewer, as every page shows it: counted now and then, not for each page."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.service import Services
from archive.access import Viewer
from archive.attention import Wish, list_attention
from archive.models import Document

KEPT_S: Final = 10.0  # how old a count may be
MANY: Final = 5_000  # documents, of which to count what waits takes so long that no page waits
MOST_KEPT: Final = 1_000  # sets of collections


@dataclass(frozen=True, slots=True)
class _Count:
    count: int
    at: float
    is_past: bool = False  # somebody has decided something since


class WaitingCounts:
    """One for a process. What a viewer sees depends on the collections that they may read alone."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._counts: dict[frozenset[int], _Count] = {}
        self._forgotten = 0  # times: a count that was begun before is past when it comes

    def count(self, session: Session, viewer: Viewer) -> int | None:
        """How many lines the attention list has for this viewer; None as long as it is counted.

        Among many documents a count that is due is taken in the background, and the one before
        told meanwhile; but what somebody has just decided is seen at once.
        """
        with self._lock:
            known = self._counts.get(viewer.reads)
        is_past = known is not None and known.is_past
        if known is not None and not is_past and time.monotonic() - known.at < KEPT_S:
            return known.count
        if is_past or not _reads_many(session, viewer):
            return self._take(session, viewer)
        key = ("waiting", viewer.reads)
        self._services.background.begin(key, lambda: self._take_again(viewer))
        return None if known is None else known.count

    def _take(self, session: Session, viewer: Viewer) -> int:
        services = self._services
        with self._lock:
            forgotten = self._forgotten
        find = services.discrepancies.find
        wish = Wish(limit=0)
        found = list_attention(session, viewer, services.config, wish, services.clock(), find)
        count = int(found["total"])
        with self._lock:
            if len(self._counts) >= MOST_KEPT:
                self._counts.clear()
            is_past = forgotten != self._forgotten
            self._counts[viewer.reads] = _Count(count, time.monotonic(), is_past)
        return count

    def _take_again(self, viewer: Viewer) -> None:
        with self._services.database.read() as session:
            self._take(session, viewer)

    def forget(self) -> None:
        """Somebody has just decided something: count again."""
        with self._lock:
            self._counts = {
                reads: replace(known, is_past=True) for reads, known in self._counts.items()
            }
            self._forgotten += 1


def _reads_many(session: Session, viewer: Viewer) -> bool:
    read = select(func.count()).where(Document.collection_id.in_(viewer.reads))
    return (session.scalar(read) or 0) > MANY
