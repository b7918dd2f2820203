"""How the archive stands: figures of the viewer's collections; of the whole, for administrators."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from archive import events, jobs, scrub, sweeps
from archive.access import Right, Viewer
from archive.backup import MADE, TRIED
from archive.config import Config
from archive.models import Blob, Collection, Document, Job, Meta, Trouble, Version
from archive.records import moment


def status_of(session: Session, viewer: Viewer, config: Config, at: datetime) -> dict[str, Any]:
    """Counts by status and reason of what the viewer may read; queue and disk where they may."""
    found: dict[str, Any] = {
        "documents": _documents(session, viewer),
        "versions": session.scalar(
            select(func.count(Version.id))
            .join(Document, Document.id == Version.document_id)
            .where(Document.collection_id.in_(viewer.reads))
        ),
        "reasons": reasons_of(session, viewer),
        "troubles": _troubles(session, viewer),
        "collections": sorted(
            session.scalars(select(Collection.name).where(Collection.id.in_(viewer.reads)))
        ),
    }
    if viewer.may(Right.ADMINISTER):
        found |= _whole(session, config, at)
    return found


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """How many documents of a collection have which status."""

    name: str
    by_status: dict[str, int]
    last_received_at: datetime | None


#: Over how long rates are taken.
RATE: Final = timedelta(minutes=10)
GROWTH: Final = timedelta(days=30)  # … and how fast the archive grows


@dataclass(frozen=True, slots=True)
class StageStatus:
    """The jobs of one stage: those that wait, that are being done, that were given up."""

    stage: str
    waiting: int
    running: int
    given_up: int
    oldest_at: datetime | None  # the oldest that is not done


def collections_of(session: Session, viewer: Viewer) -> list[CollectionStatus]:
    """The collections that the viewer may read, by name, the empty ones too."""
    names = session.execute(
        select(Collection.id, Collection.name)
        .where(Collection.id.in_(viewer.reads))
        .order_by(Collection.name)
    ).all()
    rows = session.execute(
        select(Document.collection_id, Version.status, func.count(), func.max(Version.received_at))
        .join(Version, Version.id == Document.current_version_id)
        .where(Document.collection_id.in_(viewer.reads))
        .group_by(Document.collection_id, Version.status)
    ).all()
    return [
        CollectionStatus(
            name,
            {row[1]: row[2] for row in rows if row[0] == number},
            max((row[3] for row in rows if row[0] == number), default=None),
        )
        for number, name in names
    ]


def count_unread(
    session: Session, viewer: Viewer, *, reason_code: str, media_types: Sequence[str]
) -> int:
    """Documents of these formats that the viewer may read and that bear this reason."""
    count = session.scalar(
        select(func.count(Document.id))
        .join(Version, Version.id == Document.current_version_id)
        .where(
            Document.collection_id.in_(viewer.reads),
            Version.reason_code == reason_code,
            Version.media_type.in_(media_types),
        )
    )
    return count or 0


def queue_of(session: Session, at: datetime) -> list[StageStatus]:
    """The queue, stage by stage."""
    is_open = Job.given_up_at.is_(None)
    is_leased = and_(is_open, Job.leased_until.is_not(None), Job.leased_until > at)
    rows = session.execute(
        select(
            Job.kind,
            func.sum(case((is_open, 1), else_=0)),
            func.sum(case((is_leased, 1), else_=0)),
            func.sum(case((is_open, 0), else_=1)),
            func.min(case((is_open, Job.created_at))),
        ).group_by(Job.kind)
    ).all()
    found = {row[0]: StageStatus(row[0], row[1] - row[2], row[2], row[3], row[4]) for row in rows}
    return [found.get(kind, StageStatus(kind, 0, 0, 0, None)) for kind in jobs.JobKind]


def rates_of(session: Session, at: datetime) -> dict[str, float]:
    """How many versions were filed and read a minute, over the last ten."""
    filed, read = (
        session.scalar(select(func.count(Version.id)).where(column > at - RATE)) or 0
        for column in (Version.received_at, Version.read_at)
    )
    minutes = RATE / timedelta(minutes=1)
    return {"filed_per_minute": filed / minutes, "read_per_minute": read / minutes}


def _documents(session: Session, viewer: Viewer) -> dict[str, int]:
    rows = session.execute(
        select(Version.status, func.count())
        .join(Document, Document.current_version_id == Version.id)
        .where(Document.collection_id.in_(viewer.reads))
        .group_by(Version.status)
    )
    counts = {"queued": 0, "searchable": 0, "unreadable": 0}
    counts.update({row[0]: row[1] for row in rows})
    return counts


def reasons_of(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many documents are not read, or not wholly, by the reason."""
    rows = session.execute(
        select(Version.reason_code, func.count())
        .join(Document, Document.current_version_id == Version.id)
        .where(Document.collection_id.in_(viewer.reads), Version.reason_code.is_not(None))
        .group_by(Version.reason_code)
        .order_by(Version.reason_code)
    )
    return {row[0] or "": row[1] for row in rows}


def _troubles(session: Session, viewer: Viewer) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Trouble)
        .where(Trouble.collection_id.in_(viewer.reads))
        .order_by(Trouble.root, Trouble.path)
    )
    return [
        {"path": f"{row.root}/{row.path}", "reason": row.reason, "since": moment(row.since)}
        for row in rows
    ]


def _whole(session: Session, config: Config, at: datetime) -> dict[str, Any]:
    oldest = session.scalar(
        select(func.min(Job.created_at)).where(Job.given_up_at.is_(None), Job.run_after <= at)
    )
    given_up = session.scalar(select(func.count(Job.id)).where(Job.given_up_at.is_not(None)))
    folder, is_there = config.data.folder, Blob.destroyed_at.is_(None)
    usage = shutil.disk_usage(folder if folder.exists() else folder.parent)
    swept = sweeps.last(session)
    marks = {row[0]: row[1] for row in session.execute(select(Meta.name, Meta.value))}
    return {
        "queue": jobs.waiting(session),
        "oldest_waiting": moment(oldest),
        "given_up": given_up,
        "rates": rates_of(session, at),
        "events": events.last_number(session),
        "blobs": {
            "count": session.scalar(select(func.count(Blob.id)).where(is_there)),
            "bytes": session.scalar(select(func.sum(Blob.size_bytes)).where(is_there)) or 0,
        },
        "disk": {
            "free_bytes": usage.free,
            "total_bytes": usage.total,
            "days_left": _days_left(session, usage.free, at),
        },
        "scrub": scrub.progress(session, at),
        "last_backup": marks.get(MADE),
        "last_trial": json.loads(marks.get(TRIED, "null")),
        "roots": [
            {"name": root.name, "path": str(root.path), "last_sweep": swept.get(root.name)}
            for root in config.roots
        ],
        "engine": config.search.engine,
    }


def _days_left(session: Session, free_bytes: int, at: datetime) -> int | None:
    """For how long originals that come as fast as in the last days find room; None: none came."""
    since = at - GROWTH
    came, first = session.execute(
        select(func.sum(Blob.size_bytes), func.min(Blob.created_at)).where(Blob.created_at > since)
    ).one()
    if not came:
        return None
    days = max((at - first) / timedelta(days=1), 1.0)
    return int(free_bytes / (int(came) / days))
