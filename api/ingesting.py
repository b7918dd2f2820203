"""Filing folders from the command line: with the worker in this process, or beside a service."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from api.choosing import Chosen, hold_names
from api.lock import is_served
from api.service import Services
from archive.access import operator
from archive.errors import ServiceStopped
from archive.jobs import ASIDE
from archive.messages import counted
from archive.models import Document, Job, Trouble, Version
from archive.references import ReferenceView, outgoing
from indexer.filer import Filer
from indexer.service import PAUSE_S, Progress, ingest, open_workshop

TELL_EVERY_S = 2.0
ROUNDS = 3  # beside those of what is inside: read, OCR, index


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A path that is listed as one that can't be taken, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an ingest: of what it filed or read, and the whole archive as it then stands."""

    filed: int
    documents: int
    unreadable: int
    resolved: int
    waiting: int
    ambiguous: int
    archive: dict[str, int] = field(default_factory=dict)
    not_taken: tuple[NotTaken, ...] = ()
    lost: dict[str, str] = field(default_factory=dict)  # root: why

    @property
    def status(self) -> int:
        """The exit status: 1 where a root is lost, 3 where something wants a person."""
        if self.lost:
            return 1
        return 3 if self.unreadable or self.ambiguous or self.not_taken else 0

    def sentence(self) -> str:
        """For people."""
        whole = self.archive
        return (
            f"{counted(self.filed, 'file')} filed: {self.unreadable} unreadable, "
            f"{counted(self.ambiguous, 'ambiguous reference')}. "
            f"The archive has {counted(whole['documents'], 'document')} "
            f"({whole['unreadable']} unreadable) and references: {whole['resolved']} resolved, "
            f"{whole['waiting']} waiting, {whole['ambiguous']} ambiguous."
        )


def ingest_paths(
    services: Services,
    chosen: Sequence[Chosen],
    *,
    tell: Callable[[str], None],
    show: Callable[[Progress], None] | None = None,
) -> Outcome:
    """File all that lies there, and return when it is searchable.

    How far it is goes to `show`, else as a line every two seconds to `tell`. Raises `UsageError`
    where a root's name is that of another folder.
    """
    hold_names(services, chosen)
    workshop = open_workshop(
        services.config,
        services.database,
        services.vault,
        roots=[one.section for one in chosen],
        clock=services.clock,
    )
    for one in chosen:
        workshop.filer.limit(one.section.name, one.within)
    begun = services.clock()
    is_beside = is_served(services.config.data.folder)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # gives back what it holds
    try:
        filed = _file(workshop.filer) if is_beside else ingest(workshop, show or _told_by(tell))
        missed = _missed(services, workshop.filer)
    finally:
        workshop.close()
        signal.signal(signal.SIGTERM, before)
    if is_beside:
        _wait_for_the_service(services, filed, tell)
    return replace(_outcome(services, filed, begun), **missed)


def _told_by(tell: Callable[[str], None]) -> Callable[[Progress], None]:
    last = 0.0

    def show(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_S:
            last = time.monotonic()
            tell(
                f"{progress.filed} filed, {progress.to_read} to read, {progress.to_index} to index"
            )

    return show


def _file(filer: Filer) -> int:
    """File here; the service reads."""
    for name in filer.states:
        filer.sweep(name)
    filed = 0
    while True:
        while not filer.is_idle:
            filed_now = filer.step()
            filed += filed_now
            if not filed_now:
                time.sleep(PAUSE_S)
        if not filer.sweep_again():
            return filed


def _wait_for_the_service(services: Services, filed: int, tell: Callable[[str], None]) -> None:
    """Until what was filed is searchable, whatever else the service is given meanwhile.

    Work is done in rounds: a file is read, then what is inside it, and so on, and then indexed.
    """
    for _ in range(services.config.reading.max_depth + ROUNDS):
        asked = services.clock()
        while left := _left_of(services, asked):
            if not is_served(services.config.data.folder):
                raise ServiceStopped(
                    "The service has stopped with %(jobs)s not done. What was filed "
                    "is kept; start the service, or run this again.",
                    jobs=counted(left, "job"),
                )
            tell(f"{filed} filed, {counted(left, 'job')} for the service")
            time.sleep(TELL_EVERY_S)


def _left_of(services: Services, asked: datetime) -> int:
    """How many jobs that were asked for until then are not done and not given up."""
    with services.database.read() as session:
        count = select(func.count(Job.id)).where(
            Job.kind.not_in(ASIDE), Job.given_up_at.is_(None), Job.created_at <= asked
        )
        return session.scalar(count) or 0


def _missed(services: Services, filer: Filer) -> dict[str, Any]:
    """The roots that were lost, and what of the others could not be taken."""
    found = []
    for name, state in filer.states.items():
        with services.database.read() as session:
            rows = session.execute(
                select(Trouble.path, Trouble.reason)
                .where(Trouble.root == name, Trouble.path != "")
                .order_by(Trouble.path)
            )
            found += [
                NotTaken(f"{name}/{path}", reason) for path, reason in rows if state.is_within(path)
            ]
    lost = {name: state.lost for name, state in filer.states.items() if state.lost}
    return {"lost": lost, "not_taken": tuple(found)}


@dataclass(frozen=True, slots=True)
class _Count:
    documents: int
    unreadable: int
    resolved: int
    waiting: int
    ambiguous: int


def _outcome(services: Services, filed: int, begun: datetime) -> Outcome:
    """What came in since `begun` or was read since, and what was inside it; and the whole archive.

    What was filed before and is read now was left by an ingest that was cut off, or is read again.
    """
    with services.database.read() as session:
        viewer = operator(session)
        new = session.execute(
            select(Version.id, Version.document_id, Version.status).where(
                or_(Version.received_at >= begun, Version.read_at >= begun)
            )
        ).all()
        rows = session.execute(
            select(Document.id, Version.status, Version.id).join(
                Version, Document.current_version_id == Version.id
            )
        ).all()
        views = outgoing(session, viewer)  # of what is current, which new ones are but for a few
        new_ids, current_ids = {row[0] for row in new}, {row[2] for row in rows}
        superseded = outgoing(session, viewer, version_ids=sorted(new_ids - current_ids))
        ours = [view for view in views if view.row.version_id in new_ids] + superseded
    return Outcome(
        filed=filed,
        **asdict(_count([(row[1], row[2]) for row in new], ours)),
        archive=asdict(_count([(row[0], row[1]) for row in rows], views)),
    )


def _count(versions: Sequence[tuple[int, str]], views: Sequence[ReferenceView]) -> _Count:
    statuses = Counter(view.status for view in views)
    return _Count(
        documents=len({document for document, _ in versions}),
        unreadable=sum(status == "unreadable" for _, status in versions),
        resolved=statuses["resolved"],
        waiting=statuses["waiting"],
        ambiguous=statuses["ambiguous"],
    )
