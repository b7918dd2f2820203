"""Versions into the search index, by the one process that holds the index's lock."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from archive import jobs
from archive.db import Database
from archive.jobs import Claimed, JobKind
from archive.models import Document, Job, Version
from archive.records import VersionRecord, file_number, load_records
from indexer.search.seam import Engine, IndexDoc, SearchIndex

BATCH = 100
LEASE = timedelta(minutes=10)


def index_folder(data: Path, engine: str, collection_id: int) -> Path:
    """Where a collection's index lies."""
    return data / "index" / engine / str(collection_id)


def index_doc(record: VersionRecord) -> IndexDoc:
    """What the index is told of a version."""
    row = record.row
    return IndexDoc(
        key=record.key,
        document=file_number(row.document_id),
        version=row.number,
        current=record.is_current,
        path=record.paths[0] if record.paths else row.file_name,
        pages=tuple(record.pages),
        current_spans=tuple(record.spans),
        paths=tuple(record.paths),
        kind=row.kind or "other",
        number=row.own_number,
        title=row.title,
        date=row.date,
        effective_from=row.effective_from,
        expires_on=row.expires_on,
        language=row.language,
        status=row.status,
        reason_code=row.reason_code,
        total=row.total,
        currency=row.currency,
        parties=tuple(dict.fromkeys(party["name"] for party in row.parties)),
        products=tuple(record.named.get("product", ())),
        changes=tuple(record.named.get("change-request", ())),
        milestones=tuple(record.named.get("milestone", ())),
        bears=tuple(record.bears),
        cites=tuple(record.cites),
        received_at=row.received_at.isoformat(),
    )


class Indexing:
    """Carries out index jobs in batches, and commits each folder at most every `commit_s`."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        data: Path,
        *,
        commit_s: float,
        clock: Callable[[], datetime],
        worker: str,
    ) -> None:
        self._database = database
        self._engine = engine
        self._data = data
        self._commit_s = commit_s
        self._clock = clock
        self._worker = f"{worker}-index"
        self._open: dict[int, SearchIndex] = {}
        self._uncommitted: list[Claimed] = []
        self._touched: set[int] = set()
        self._since = 0.0

    def step(self) -> int:
        """Index some of what waits; returns how many versions were put in."""
        claimed = self._claim()
        if claimed:
            self._put(claimed)
        age = time.monotonic() - self._since
        if self._uncommitted and (not claimed or age >= self._commit_s):
            self.commit()
        return len(claimed)

    def _claim(self) -> list[Claimed]:
        kinds = (JobKind.INDEX,)
        with self._database.read() as session:
            if not jobs.is_any_due(session, kinds, self._clock()):
                return []
        with self._database.write() as session:
            return jobs.claim(
                session,
                kinds,
                by=self._worker,
                at=self._clock(),
                lease=LEASE,
                limit=BATCH,
            )

    def commit(self) -> None:
        """Make what was put in durable and visible, then strike off its jobs."""
        for collection_id in sorted(self._touched):
            self._open[collection_id].commit()
        self._touched.clear()
        done, self._uncommitted = self._uncommitted, []
        with self._database.write() as session:
            jobs.finish(session, done, by=self._worker)

    def close(self) -> None:
        """Commit, and give up the lock."""
        if self._uncommitted:
            self.commit()
        for index in self._open.values():
            index.close()
        self._open.clear()

    def _put(self, claimed: Sequence[Claimed]) -> None:
        if not self._uncommitted:
            self._since = time.monotonic()
        with self._database.read() as session:
            wanted = [job.subject for job in claimed if job.kind == JobKind.INDEX]
            records = load_records(session, wanted)
            by_collection: dict[int, list[IndexDoc]] = defaultdict(list)
            for record in records:
                by_collection[record.collection_id].append(index_doc(record))
        for collection_id, documents in by_collection.items():
            self._index(collection_id).upsert(documents)
            self._touched.add(collection_id)
        self._uncommitted.extend(claimed)

    def _index(self, collection_id: int) -> SearchIndex:
        if collection_id not in self._open:
            folder = index_folder(self._data, self._engine.name, collection_id)
            folder.mkdir(parents=True, exist_ok=True)
            self._open[collection_id] = self._engine.open(folder)
        return self._open[collection_id]


def reindex_everything(database: Database, clock: Callable[[], datetime]) -> int:
    """Ask for all versions to be indexed anew. Returns how many."""
    with database.write() as session:
        session.execute(delete(Job).where(Job.kind == JobKind.INDEX, Job.leased_by.is_(None)))
        ids = list(
            session.scalars(
                select(Version.id)
                .join(Document, Document.id == Version.document_id)
                .order_by(Version.id)
            )
        )
        for start in range(0, len(ids), 500):
            jobs.enqueue(session, JobKind.INDEX, ids[start : start + 500], clock(), later=1)
    return len(ids)
