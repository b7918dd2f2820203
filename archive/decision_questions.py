"""Who decided on change requests, and which documents were changed without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from archive.asking import Asked, Column, Row
from archive.builtin_schemes import bearers
from archive.change_questions import changes_then
from archive.change_states import CHANGES
from archive.models import Account, AffectedAnswer, Approval, Document, Entry, Reference, Version
from archive.records import file_number
from archive.then import standing
from archive.versions import ordered

#: Kinds of documents that nobody changes without a change request.
CONTROLLED: Final = ("specification", "drawing")
DECISIONS: Final = (
    Column("person"), Column("role", "role"), Column("date", "day"), Column("decision", "move"),
    Column("change", CHANGES), Column("title"), Column("reason"), Column("state", "state"),
)  # fmt: skip
UNASKED: Final = (
    Column("document", "document"), Column("number"), Column("title"), Column("kind", "kind"),
    Column("version", "figure"), Column("revision"), Column("date", "day"),
)  # fmt: skip


def decisions(session: Session, asked: Asked) -> Sequence[Row]:
    """Who approved or rejected what, by person, the newest first; also where it counts no more.

    Of an entry that was taken in with its decision, whom its field `authority` names.
    """
    given = _given(session, asked)
    found: list[Row] = []
    is_decided = Entry.fields["authority"].as_string().is_not(None)
    for one in changes_then(session, asked, or_(Entry.id.in_(given), is_decided)):
        for who, row in given.get(one.id, ()):
            found.append(
                (who, row.role, row.happened_on, row.decision, one.code, one.title,
                 row.reason, one.state)
            )  # fmt: skip
        if one.id not in given and one.values.get("authority"):
            day, why = one.values.get("decided_on"), one.values.get("decision")
            found.append(
                (one.values["authority"], "", day, "", one.code, one.title, why, one.state)
            )
    newest = sorted(found, key=lambda row: str(row[2] or ""), reverse=True)
    return sorted(newest, key=lambda row: str(row[0]).casefold())


def _given(session: Session, asked: Asked) -> dict[int, list[tuple[str, Approval]]]:
    statement = (
        select(Account.name, Approval)
        .join(Account, Account.id == Approval.user_id)
        .join(Entry, Entry.id == Approval.entry_id)
        .where(Entry.collection_id.in_(asked.viewer.reads))
        .order_by(Approval.id)
    )
    if asked.as_of is not None:
        statement = statement.where(Approval.recorded_at <= asked.as_of)
    if asked.on is not None:
        statement = statement.where(Approval.happened_on <= asked.on.isoformat())
    found: dict[int, list[tuple[str, Approval]]] = defaultdict(list)
    for name, approval in session.execute(statement):
        found[approval.entry_id].append((name, approval))
    return found


def changed_without_request(session: Session, asked: Asked) -> Sequence[Row]:
    """Later versions of controlled documents that name no change request, the newest first."""
    several = (
        select(Version.document_id)
        .join(Document, Document.id == Version.document_id)
        .where(Document.collection_id.in_(asked.viewer.reads), Version.kind.in_(CONTROLLED))
        .group_by(Version.document_id)
        .having(func.count() > 1)
    )
    schemes = [name for name, bearer in bearers(asked.config.schemes).items() if bearer == CHANGES]
    changing = select(Entry.id).where(Entry.register == CHANGES)
    names_one = exists().where(
        Reference.version_id == Version.id,
        standing(Reference, asked.as_of),
        or_(Reference.scheme.in_(schemes), Reference.fixed_entry_id.in_(changing)),
    )
    carries = exists().where(
        AffectedAnswer.version_id == Version.id, standing(AffectedAnswer, asked.as_of)
    )
    statement = select(
        Version.id, Version.document_id, Version.number, Version.revision, Version.date,
        Version.own_number, Version.title, Version.kind, Version.received_at,
        or_(names_one, carries).label("is_asked"),
    ).where(Version.document_id.in_(several))  # fmt: skip
    if asked.as_of is not None:
        statement = statement.where(Version.received_at <= asked.as_of)
    by_document: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(statement):
        by_document[row.document_id].append(row)
    found: list[Row] = []
    for document_id, rows in by_document.items():
        found += [
            (
                file_number(document_id), row.own_number, row.title, row.kind, row.number,
                row.revision, row.date or row.received_at.date().isoformat(),
            )
            for row in ordered(rows)[1:]
            if not row.is_asked
        ]  # fmt: skip
    if asked.on is not None:
        found = [row for row in found if str(row[6]) <= asked.on.isoformat()]
    return sorted(found, key=lambda row: (str(row[6]), str(row[0])), reverse=True)
