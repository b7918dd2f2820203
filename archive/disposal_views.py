"""Disposals as those see them who may read all that is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from archive.access import Right, Viewer
from archive.errors import NotFound
from archive.listing import MOST, Listing, listed
from archive.models import Account, Disposal, DisposalDocument, Document
from archive.records import file_number


@dataclass(frozen=True, slots=True)
class DisposalView:
    """A disposal with its persons and days, for who may read all that is in it."""

    id: int
    what: str
    state: str
    reason: str
    documents: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    run_after: datetime | None
    done_at: datetime | None
    may_approve: bool


@dataclass(frozen=True, slots=True)
class DisposalLine:
    """A document of a disposal; `outcome` is waiting, destroyed, kept or changed."""

    document_id: int
    document: str
    retention_class: str
    authority: str
    outcome: str


def list_disposals(
    session: Session, viewer: Viewer, *, state: str = "", limit: int = MOST, offset: int = 0
) -> Listing[DisposalView]:
    """The disposals of which the viewer may read all documents, the newest first."""
    viewer.require(Right.DISPOSE)
    statement = _seen(viewer).order_by(Disposal.proposed_at.desc(), Disposal.id)
    if state:
        statement = statement.where(Disposal.state == state)
    return listed(session, statement, lambda row: _view(viewer, *row), limit=limit, offset=offset)


def get_disposal(session: Session, viewer: Viewer, disposal_id: int) -> DisposalView:
    """The disposal of that id. Raises `NotFound`."""
    viewer.require(Right.DISPOSE)
    row = session.execute(_seen(viewer).where(Disposal.id == disposal_id)).one_or_none()
    if row is None:
        raise NotFound("disposal", disposal_id)
    return _view(viewer, *row)


def lines_of(
    session: Session, viewer: Viewer, disposal_id: int, *, limit: int = MOST, offset: int = 0
) -> Listing[DisposalLine]:
    """The documents of a disposal, by file number. Raises `NotFound`."""
    get_disposal(session, viewer, disposal_id)
    statement = (
        select(DisposalDocument)
        .where(DisposalDocument.disposal_id == disposal_id)
        .order_by(DisposalDocument.document_id)
    )
    return listed(session, statement, lambda row: _line(row[0]), limit=limit, offset=offset)


def _line(row: DisposalDocument) -> DisposalLine:
    number = file_number(row.document_id)
    return DisposalLine(row.document_id, number, row.retention_class, row.authority, row.outcome)


def _seen(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    decider = aliased(Account)
    count = (
        select(func.count())
        .where(DisposalDocument.disposal_id == Disposal.id)
        .correlate(Disposal)
        .scalar_subquery()
    )
    return (
        select(Disposal, Account.name, decider.name, count)
        .join(Account, Account.id == Disposal.proposed_by)
        .outerjoin(decider, decider.id == Disposal.decided_by)
        .where(~_is_beyond(viewer))
    )


def _is_beyond(viewer: Viewer) -> ColumnElement[bool]:
    """Is there a document in it that the viewer may not read?"""
    return exists().where(
        DisposalDocument.disposal_id == Disposal.id,
        Document.id == DisposalDocument.document_id,
        Document.collection_id.not_in(viewer.reads),
    )


def _view(
    viewer: Viewer, row: Disposal, proposer: str, decider: str | None, documents: int
) -> DisposalView:
    is_another = viewer.account_id is not None and viewer.account_id != row.proposed_by
    return DisposalView(
        row.id, row.what, row.state, row.reason, documents, proposer, row.proposed_at,
        decider or "", row.decided_at, row.decision_reason, row.run_after, row.done_at,
        row.state == "proposed" and is_another,
    )  # fmt: skip
