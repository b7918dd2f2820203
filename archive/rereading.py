"""Asking for versions to be read again, or only indexed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Viewer
from archive.documents import find_document
from archive.errors import UsageError
from archive.models import Document, Version

STAGES = {"parse": jobs.JobKind.PARSE, "refer": jobs.JobKind.PARSE, "index": jobs.JobKind.INDEX}
CHUNK = 500


def ask_reread(
    session: Session,
    viewer: Viewer,
    selection: Sequence[str],
    stage: str,
    at: datetime,
    *,
    newest: Mapping[str, int],
) -> int:
    """Enqueue the stage for the selected versions (else all that the viewer may read).

    A selection is a document's number or path, `reader:NAME`, `reason:CODE`, or `outdated`: what a
    reader of an earlier version has read, where `newest` says which version each has now. Numbers
    and references come of parsing, so `refer` parses too. Returns how many versions. Jobs that
    were given up are tried again.
    """
    if stage not in STAGES:
        raise UsageError(f"There is no stage {stage!r}; use one of {', '.join(STAGES)}.")
    statement = (
        select(Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.collection_id.in_(viewer.reads))
        .order_by(Version.id)
    )
    ids: set[int] = set()
    for what in selection:
        name, _, value = what.partition(":")
        if name == "reason":
            ids.update(session.scalars(statement.where(Version.reason_code == value)))
        elif name == "reader":
            ids.update(session.scalars(statement.where(Version.reader == value)))
        elif what == "outdated":
            ids.update(session.scalars(statement.where(_outdated(newest))))
        else:
            document_id = find_document(session, viewer, what)
            ids.update(session.scalars(statement.where(Version.document_id == document_id)))
    wanted = sorted(ids) if selection else list(session.scalars(statement))
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        jobs.forget_given_up(session, chunk)
        jobs.enqueue(session, STAGES[stage], chunk, at, later=1 if len(wanted) > 1 else 0)
    events.record(
        session, at, "reread-asked", actor=viewer.actor, stage=stage, versions=len(wanted)
    )
    return len(wanted)


def _outdated(newest: Mapping[str, int]) -> ColumnElement[bool]:
    """Read by an earlier version of its reader than the one there is now."""
    return or_(
        false(),  # where there is no reader at all
        *(
            and_(Version.reader == reader, Version.reader_version < version)
            for reader, version in sorted(newest.items())
        ),
    )
