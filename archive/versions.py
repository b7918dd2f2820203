"""Which version of a document is the current one: by revision mark, then date, then arrival."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.carried import carry_along
from archive.models import Blob, CurrentSpan, Document, Tombstone, Version


def revision_order(mark: str | None) -> tuple[Any, ...]:
    """Revision marks in the order people give them: 1 < 2 < 10, A < B < AA, 1.2 < 1.10.

    No mark comes before every mark. Numbers are compared as texts of digits, however long.

    >>> sorted(["B", "A", "10", "2", "1.2", "1.10"], key=revision_order)
    ['1.2', '1.10', '2', '10', 'A', 'B']
    """
    if not mark:
        return ()
    parts = re.findall(r"(?a:\d+)|[^\W_0-9]+", mark.upper())
    return tuple(
        (0, len(p.lstrip("0")), p.lstrip("0")) if p[0] in "0123456789" else (1, len(p), p)
        for p in parts
    )


def settle_current(session: Session, document_id: int, at: datetime) -> None:
    """Make the latest version the current one, remembering from when on; indexes what changed.

    By revision mark where all versions bear one, then by date, then by arrival. One without bytes
    is that only where no other has any: it was seen while a program began to save it.
    """
    rows = session.execute(
        select(Version.id, Version.number, Version.revision, Version.date, Blob.size_bytes)
        .join(Blob, Blob.id == Version.blob_id)
        .where(Version.document_id == document_id)
    ).all()
    current = session.execute(
        select(Document.current_version_id).where(Document.id == document_id)
    ).scalar_one()
    if not rows or session.get(Tombstone, document_id) is not None:
        return
    latest = ordered([row for row in rows if row.size_bytes] or rows)[-1].id
    if latest == current:
        return
    session.execute(
        update(Document).where(Document.id == document_id).values(current_version_id=latest)
    )
    session.execute(
        update(CurrentSpan)
        .where(CurrentSpan.document_id == document_id, CurrentSpan.until.is_(None))
        .values(until=at)
    )
    session.execute(
        insert(CurrentSpan).values(document_id=document_id, version_id=latest, since=at)
    )
    carry_along(session, [document_id], at)
    events.record(session, at, "current", document_id=document_id, version_id=latest)
    jobs.enqueue(session, jobs.JobKind.INDEX, [row.id for row in rows], at)


def ordered(rows: Any) -> list[Any]:
    """Versions (with `number`, `revision`, `date`) from the first to the latest."""
    rows = list(rows)
    by_mark = all(row.revision for row in rows)
    by_date = all(row.date for row in rows)
    return sorted(
        rows,
        key=lambda row: (
            revision_order(row.revision) if by_mark else (),
            row.date if by_date else "",
            row.number,
        ),
    )
