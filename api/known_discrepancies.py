"""What does not agree among papers of trade, kept between two looks at the list of attention.

To find it, all that somebody may read is looked at: milliseconds in a small archive, seconds in one
of 100,000 documents. Where it takes long, what was found last is told until it is found again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from api.background import Background
from archive import events
from archive.access import Viewer
from archive.db import Database
from archive.trade_discrepancies import Discrepancy, find_discrepancies

SHORT_S: Final = 0.2  # so long somebody may be kept waiting for what is as of now
SHARE: Final = 20  # finding takes no more than a twentieth of the time
LONG_S: Final = 60.0  # even where nothing seems to have happened
MOST_KEPT: Final = 32  # sets of collections

Key = tuple[frozenset[int], date]


@dataclass(frozen=True, slots=True)
class _Known:
    found: Sequence[Discrepancy]
    event: int  # the last one by then: without another there is nothing new to be found
    at: float
    took: float

    @property
    def may_be_old(self) -> bool:
        """Whether it is told although something has happened since."""
        return self.took > SHORT_S

    def is_fresh(self, session: Session) -> bool:
        """Whether nothing has happened since."""
        return self.event == events.last_number(session) and time.monotonic() - self.at < LONG_S


class KnownDiscrepancies:
    """One for a process. What a viewer sees depends on the collections that they may read alone."""

    def __init__(self, database: Database, background: Background) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._finding = threading.Lock()  # one at a time: who comes second takes what was found
        self._known: dict[Key, _Known] = {}
        self._background = background

    def find(self, session: Session, viewer: Viewer, today: date) -> Sequence[Discrepancy]:
        """As `find_discrepancies`; where that takes long, what was found a while ago."""
        known = self._last(viewer, today)
        if known is not None and known.is_fresh(session):
            return known.found
        if known is None or not known.may_be_old:
            return self._find(session, viewer, today).found
        if time.monotonic() - known.at > SHARE * known.took:
            key = ("discrepancies", viewer.reads, today)
            self._background.begin(key, lambda: self._find_again(viewer, today))
        return known.found

    def _last(self, viewer: Viewer, today: date) -> _Known | None:
        with self._lock:
            return self._known.get((viewer.reads, today))

    def _find(self, session: Session, viewer: Viewer, today: date) -> _Known:
        with self._finding:
            known = self._last(viewer, today)
            if known is not None and known.is_fresh(session):
                return known
            event, begun = events.last_number(session), time.monotonic()
            found = find_discrepancies(session, viewer, today)
            now = time.monotonic()
            known = _Known(found, event, now, now - begun)
            with self._lock:
                if len(self._known) >= MOST_KEPT:
                    self._known.clear()
                self._known[viewer.reads, today] = known
            return known

    def _find_again(self, viewer: Viewer, today: date) -> None:
        with self._database.read() as session:
            self._find(session, viewer, today)
