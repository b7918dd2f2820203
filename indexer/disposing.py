"""Destroys what two persons agreed on, when its days of grace are over, and tells it outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from archive import destroyed, jobs
from archive.db import Database
from archive.disposing import Disposer
from archive.errors import DamageFound
from archive.jobs import JobKind

LEASE = timedelta(minutes=30)
KINDS = (JobKind.DISPOSE,)
log = structlog.get_logger()


class Disposing:
    """One disposal at a time."""

    def __init__(
        self,
        database: Database,
        disposer: Disposer,
        clock: Callable[[], datetime],
        worker: str,
        *,
        outside: Sequence[Path] = (),
    ) -> None:
        self._database = database
        self._disposer = disposer
        self._clock = clock
        self._worker = worker
        self._outside = outside

    def step(self) -> int:
        """Carry out what is due of one disposal; how many there were.

        What fails leaves its job leased: it is taken up again when that is over.
        """
        now = self._clock()
        with self._database.read() as session:
            if not jobs.is_any_due(session, KINDS, now):
                return 0
        with self._database.write() as session:
            claimed = jobs.claim(session, KINDS, by=self._worker, at=now, lease=LEASE)
        for job in claimed:
            self._disposer.carry_out(job.subject)
            self._tell_outside()
            with self._database.write() as session:
                jobs.finish(session, [job], by=self._worker)
        return len(claimed)

    def _tell_outside(self) -> None:
        """What can't be told now is told with the next one, and by the next backup."""
        with self._database.read() as session:
            receipts = destroyed.receipts_of(session)
        for folder in self._outside:
            try:
                destroyed.keep(folder, receipts)
            except (OSError, DamageFound) as error:
                log.warning("what was destroyed is not told outside", why=str(error))
