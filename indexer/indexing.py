"""Versions into the search index, by the one process that holds the index's lock."""

from __future__ import annotations

import fcntl
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from sqlalchemy import select

from archive import jobs
from archive.db import Database
from archive.errors import StorageFull
from archive.jobs import Claimed, JobKind
from archive.models import Document, Version
from archive.records import VersionRecord, file_number, load_records
from archive.tombstones import is_destroyed
from indexer.attempts import each_by_itself, reason_of
from indexer.search.engines import index_root
from indexer.search.folders import IndexFolders
from indexer.search.seam import IndexDoc

BATCH = 100
LEASE = timedelta(minutes=10)
COMMIT_SHARE = 10  # a commit may take a tenth of the time
MOST_PATIENCE_S = 5.0
WRITE_LOCK = "write.lock"  # in the folder of indexes: who holds it writes there


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
        papers=tuple(record.papers),
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
        folders: IndexFolders,
        data: Path,
        *,
        commit_s: float,
        clock: Callable[[], datetime],
        worker: str,
    ) -> None:
        self._database = database
        self._folders = folders
        self._lock_path = index_root(data) / WRITE_LOCK
        self._lock: TextIO | None = None
        self._commit_s = commit_s
        self._clock = clock
        self._worker = f"{worker}-index"
        self._uncommitted: list[Claimed] = []
        self._touched: set[int] = set()
        self._since = 0.0
        self._patience_s = commit_s

    def step(self) -> int:
        """Index some of what waits; returns how many versions were put in.

        Does nothing while another process holds the index.
        """
        if not self._hold():
            return 0
        self._rebuild_asked()
        claimed = self._claim()
        if claimed:
            try:
                self._put_what_can(claimed)
            except StorageFull:
                self._put_back(claimed)
                raise
        age = time.monotonic() - self._since
        if self._uncommitted and (not claimed or age >= self._patience_s):
            self.commit()
        return len(claimed)

    def _claim(self, kind: JobKind = JobKind.INDEX, limit: int = BATCH) -> list[Claimed]:
        kinds = (kind,)
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
                limit=limit,
            )

    def commit(self) -> None:
        """Make what was put in durable and visible, then strike off its jobs.

        While more waits, the next commit is put off until this one's cost is a tenth of the time.
        """
        begun = time.monotonic()
        try:
            for collection_id in sorted(self._touched):
                self._folders.open(collection_id).commit()
        except StorageFull:
            self._put_back(())
            raise
        self._touched.clear()
        with self._database.write() as session:
            jobs.finish(session, self._uncommitted, by=self._worker)
        self._uncommitted = []
        cost = time.monotonic() - begun
        self._patience_s = min(max(self._commit_s, COMMIT_SHARE * cost), MOST_PATIENCE_S)

    def _put_back(self, claimed: Sequence[Claimed]) -> None:
        """What was put in since the last commit may be lost: it is claimed and put in again."""
        lost = {job.id: job for job in (*self._uncommitted, *claimed)}
        self._uncommitted = []
        self._touched.clear()
        with self._database.write() as session:
            jobs.put_back(session, list(lost.values()), by=self._worker)

    def close(self) -> None:
        """Commit, and give up the lock."""
        if self._uncommitted:
            self.commit()
        if self._lock:
            for collection_id in self._folders.collections():
                self._folders.open(collection_id).close()
            self._lock.close()
            self._lock = None

    def _put_what_can(self, claimed: Sequence[Claimed]) -> None:
        """Put them in; those that can't be are tried again later.

        Where the index itself is broken, or its disk full, committing raises: no fault of theirs.
        """
        failures: list[tuple[Claimed, Exception]] = []
        each_by_itself(claimed, self._put, lambda job, error: failures.append((job, error)))
        if failures:
            self.commit()
            with self._database.write() as session:
                for job, error in failures:
                    jobs.postpone(session, job, reason_of(error), self._clock(), by=self._worker)

    def _put(self, claimed: Sequence[Claimed]) -> None:
        if not self._uncommitted:
            self._since = time.monotonic()
        with self._database.read() as session:
            wanted = [job.subject for job in claimed if job.kind == JobKind.INDEX]
            destroyed = select(Version.id).where(Version.id.in_(wanted), is_destroyed())
            gone = set(session.scalars(destroyed))
            records = load_records(session, [one for one in wanted if one not in gone])
            by_collection: dict[int, list[IndexDoc]] = defaultdict(list)
            for record in records:
                by_collection[record.collection_id].append(index_doc(record))
        for collection_id, documents in by_collection.items():
            self._touched.add(collection_id)
            self._folders.open(collection_id).upsert(documents)
        self._uncommitted.extend(claimed)

    def _hold(self) -> bool:
        """Hold the index's lock, and make anew what is of another engine or analysis."""
        if self._lock:
            return True
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock = self._lock_path.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        with self._database.write() as session:
            for kind in (JobKind.INDEX, JobKind.REBUILD):
                jobs.release_kind(session, kind)  # of one who had the lock and died
        self._rebuild_outdated()
        return True

    def _rebuild_outdated(self) -> None:
        with self._database.read() as session:
            collections = session.scalars(
                select(Document.collection_id)
                .join(Version, Version.document_id == Document.id)
                .where(Version.status != "queued")
                .distinct()
            )
            outdated = [c for c in collections if self._folders.is_outdated(c)]
        for collection_id in outdated:
            self.rebuild(collection_id)

    def _rebuild_asked(self) -> None:
        """Where something was destroyed the index is made anew: an index only marks what is gone.

        Until that is done, what is marked is found no more.
        """
        asked = self._claim(JobKind.REBUILD, limit=1)
        if not asked:
            return
        collection_id = asked[0].subject
        with self._database.read() as session:
            gone = session.scalars(
                select(Version.id)
                .join(Document, Document.id == Version.document_id)
                .where(Document.collection_id == collection_id, is_destroyed())
            ).all()
        self.commit()
        folder = self._folders.open(collection_id)
        folder.delete(str(version_id) for version_id in gone)
        folder.commit()
        self._folders.rebuild(collection_id, self._documents(collection_id))
        with self._database.write() as session:
            jobs.finish(session, asked, by=self._worker)

    def rebuild(self, collection_id: int) -> int:
        """Make the index of a collection anew; readers go on with the old one meanwhile.

        Not while another process holds the index: 0 then.
        """
        if not self._hold():
            return 0
        return self._folders.rebuild(collection_id, self._documents(collection_id))

    def _documents(self, collection_id: int) -> Iterator[IndexDoc]:
        last = 0
        while True:
            with self._database.read() as session:
                ids = session.scalars(
                    select(Version.id)
                    .join(Document, Document.id == Version.document_id)
                    .where(
                        Document.collection_id == collection_id,
                        Version.id > last,
                        Version.status != "queued",
                        ~is_destroyed(),
                    )
                    .order_by(Version.id)
                    .limit(BATCH)
                ).all()
                documents = [index_doc(record) for record in load_records(session, ids)]
            if not ids:
                return
            last = ids[-1]
            yield from documents
