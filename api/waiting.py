"""How much waits for a viewer, as every page shows it: counted now and then, not for each page."""

from __future__ import annotations

import threading
import time

from sqlalchemy.orm import Session

from api.service import Services
from archive.access import Viewer
from archive.attention import Wish, list_attention

KEPT_S = 10.0  # how old a count may be
SHARE = 50  # and as old as so many times what it took, so that counting never fills the time
MOST_KEPT = 1_000  # sets of collections


class WaitingCounts:
    """One for a process. What a viewer sees depends on the collections that they may read alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[frozenset[int], tuple[float, int]] = {}  # until when it is kept
        self._forgotten = 0  # times: a count that was begun before is not kept

    def count(self, session: Session, viewer: Viewer, services: Services) -> int:
        """How many lines the attention list has for this viewer."""
        with self._lock:
            until, count = self._counts.get(viewer.reads, (float("-inf"), 0))
            forgotten = self._forgotten
        began = time.monotonic()
        if began < until:
            return count
        find = services.discrepancies.find
        found = list_attention(
            session, viewer, services.config, Wish(limit=0), services.clock(), find
        )
        with self._lock:
            if len(self._counts) >= MOST_KEPT:
                self._counts.clear()
            now = time.monotonic()
            until = now + max(KEPT_S, SHARE * (now - began))
            if forgotten == self._forgotten:
                self._counts[viewer.reads] = (until, int(found["total"]))
        return int(found["total"])

    def forget(self) -> None:
        """Somebody has just decided something: count again."""
        with self._lock:
            self._counts.clear()
            self._forgotten += 1
