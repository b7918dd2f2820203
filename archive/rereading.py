"""Asking for versions to be read again, or only indexed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Viewer
from archive.counters import insert_missing
from archive.documents import find_document
from archive.errors import UsageError
from archive.messages import Message
from archive.models import Document, Meta, Version
from archive.vocabulary import REASONS

STAGES = {"parse": jobs.JobKind.PARSE, "refer": jobs.JobKind.PARSE, "index": jobs.JobKind.INDEX}
RULES: Final = "rules"  # the Meta line: a hash of the rules by which everything was read
NO_REASON: Final = Message("There is no reason %(value)r; there are %(known)s.")
NO_READER: Final = Message("There is no reader %(value)r; there are %(known)s.")
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
            _require_one_of(NO_REASON, value, REASONS)
            ids.update(session.scalars(statement.where(Version.reason_code == value)))
        elif name == "reader":
            _require_one_of(NO_READER, value, newest)
            ids.update(session.scalars(statement.where(Version.reader == value)))
        elif what == "outdated":
            ids.update(session.scalars(statement.where(_outdated(newest))))
        else:
            document_id = find_document(session, viewer, what)
            ids.update(session.scalars(statement.where(Version.document_id == document_id)))
    wanted = sorted(ids) if selection else list(session.scalars(statement))
    for start in range(0, len(wanted), CHUNK):
        jobs.forget_given_up(session, wanted[start : start + CHUNK])
    return _ask(session, wanted, stage, at, viewer.actor)


def _require_one_of(said: Message, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise UsageError(said, value=value, known=", ".join(sorted(known)))


def ask_by_rules(session: Session, rules: str, at: datetime) -> int:
    """Enqueue the reading of everything that was read by other rules than these.

    `rules` stands for the schemes and filing rules of the configuration, as a hash. An archive that
    was never asked so far takes them for those that it was read by. Returns how many versions.
    """
    insert_missing(session, Meta, {"name": RULES, "value": rules})
    others = update(Meta).where(Meta.name == RULES, Meta.value != rules).values(value=rules)
    if not session.scalars(others.returning(Meta.name)).all():
        return 0
    return _ask(
        session, list(session.scalars(select(Version.id).order_by(Version.id))), "refer", at
    )


def _ask(
    session: Session, ids: Sequence[int], stage: str, at: datetime, actor: str = events.SYSTEM
) -> int:
    for start in range(0, len(ids), CHUNK):
        later = 1 if len(ids) > 1 else 0
        jobs.enqueue(session, STAGES[stage], ids[start : start + CHUNK], at, later=later)
    events.record(session, at, "reread-asked", actor=actor, stage=stage, versions=len(ids))
    return len(ids)


def _outdated(newest: Mapping[str, int]) -> ColumnElement[bool]:
    """Read by an earlier version of its reader than the one there is now."""
    return or_(
        false(),  # where there is no reader at all
        *(
            and_(Version.reader == reader, Version.reader_version < version)
            for reader, version in sorted(newest.items())
        ),
    )
