"""Retention: what is due, what two persons agree to destroy, what is left of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.matter_answers import Given, Text
from api.parameters import (
    Closed,
    DocumentId,
    DocumentNumber,
    Paging,
    PagingDep,
    RowId,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from api.retention_answers import due_lines
from archive import disposal_views, disposals, tombstone_views
from archive.records import document_id_of

router = APIRouter(prefix="/api/v1", tags=["retention"])


class DueTold(BaseModel):
    """A document that is due; `then` is what is to be done with it: review or destroy.

    `counted_from` and `due_on` are days; `goes_with` are the documents inside it.
    """

    document: str
    collection: str
    kind: str
    number: str
    title: str
    date: str
    retention_class: str
    authority: str
    then: str
    counted_from: str
    due_on: str
    goes_with: list[str]


class DueListTold(BaseModel):
    """Some of what is due, the longest due first, and how much there is."""

    items: list[DueTold]
    total: int


class WantedDisposals(Paging):
    """Those in one state, or all."""

    state: Literal["proposed", "approved", "called-off", "done"] | None = None


class NewDisposal(Closed):
    """What is to be disposed of: documents that are due."""

    documents: Annotated[
        list[DocumentNumber], Field(min_length=1, max_length=disposals.MOST_AT_ONCE)
    ]
    reason: Text = ""


class NewErasure(NewDisposal):
    """What is to be erased under data protection law, and on what ground."""

    ground: Given


class DecidedDisposal(Closed):
    """Approved by another person, or called off by anybody with the right."""

    act: Literal["approve", "call-off"]
    reason: Text = ""


class DisposalTold(BaseModel):
    """A disposal; `what` is disposed or erased. It is carried out after `run_after`."""

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


class DisposalsTold(BaseModel):
    """Some of the disposals, the newest first, and how many there are."""

    items: list[DisposalTold]
    total: int


class DisposalLineTold(BaseModel):
    """A document of a disposal. `outcome`: waiting, destroyed, kept for legal reasons, changed."""

    document: str
    retention_class: str
    authority: str
    outcome: str


class DisposalLinesTold(BaseModel):
    """Some of the documents of a disposal, and how many there are."""

    items: list[DisposalLineTold]
    total: int


class TombstoneTold(BaseModel):
    """What stays of a destroyed document; `content` are versions: number, SHA-256, bytes.

    `lies_at`: where its file still lies in the filing tree, in which nothing is ever removed by us.
    """

    document: str
    collection: str
    kind: str
    number: str
    date: str
    what: str
    retention_class: str
    authority: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime
    destroyed_at: datetime
    content: list[tuple[int, str, int]]
    lies_at: list[str]


class TombstonesTold(BaseModel):
    """Some of the tombstones, the newest first, and how many there are."""

    items: list[TombstoneTold]
    total: int


@router.get("/retention/due", response_model=DueListTold, name="list_due")
def list_due(
    paging: PagingDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """What is due by the retention classes of the configuration, and not proposed yet."""
    today = services.clock().date()
    return due_lines(
        session, viewer, services.config, today, limit=paging.limit, offset=paging.offset
    )


@router.get("/retention/disposals", response_model=DisposalsTold, name="list_disposals")
def list_disposals(
    wanted: Annotated[WantedDisposals, Query()], session: SessionDep, viewer: ViewerDep
) -> Any:
    """Disposals of which one may read all documents."""
    return disposal_views.list_disposals(
        session, viewer, state=wanted.state or "", limit=wanted.limit, offset=wanted.offset
    )


@router.post(
    "/retention/disposals", status_code=201, response_model=DisposalTold, name="propose_disposal"
)
def propose(
    said: NewDisposal, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Propose to dispose of documents that are due. Another person has to approve it."""
    ids = [document_id_of(one) for one in said.documents]
    with services.database.write() as writing:
        made = disposals.propose(
            writing, viewer, ids, services.config.retention, services.clock(), reason=said.reason
        )
    return disposal_views.get_disposal(session, viewer, made)


@router.post(
    "/retention/erasures", status_code=201, response_model=DisposalTold, name="propose_erasure"
)
def propose_erasure(
    said: NewErasure, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Ask for an erasure under data protection law. Another person has to approve it."""
    ids = [document_id_of(one) for one in said.documents]
    with services.database.write() as writing:
        made = disposals.propose_erasure(
            writing, viewer, ids, said.ground, services.clock(), reason=said.reason
        )
    return disposal_views.get_disposal(session, viewer, made)


@router.get("/retention/disposals/{disposal}", response_model=DisposalTold, name="get_disposal")
def get_disposal(disposal: RowId, session: SessionDep, viewer: ViewerDep) -> Any:
    """One disposal."""
    return disposal_views.get_disposal(session, viewer, disposal)


@router.patch(
    "/retention/disposals/{disposal}", response_model=DisposalTold, name="decide_disposal"
)
def decide(
    disposal: RowId, said: DecidedDisposal, services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Any:  # fmt: skip
    """Approve a disposal that another person proposed, or call it off while it is not done."""
    grace = timedelta(days=services.config.disposal.grace_days)
    at, reason = services.clock(), said.reason
    with services.database.write() as writing:
        if said.act == "approve":
            disposals.approve(writing, viewer, disposal, at, grace=grace, reason=reason)
        else:
            disposals.call_off(writing, viewer, disposal, at, reason=reason)
    return disposal_views.get_disposal(session, viewer, disposal)


@router.get(
    "/retention/disposals/{disposal}/documents",
    response_model=DisposalLinesTold,
    name="list_disposal_documents",
)
def list_documents(
    disposal: RowId, paging: PagingDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """The documents of a disposal, and what came of each."""
    return disposal_views.lines_of(
        session, viewer, disposal, limit=paging.limit, offset=paging.offset
    )


@router.get("/retention/tombstones", response_model=TombstonesTold, name="list_tombstones")
def list_tombstones(paging: PagingDep, session: SessionDep, viewer: ViewerDep) -> Any:
    """What is left of the documents that were destroyed."""
    return tombstone_views.list_tombstones(
        session, viewer, limit=paging.limit, offset=paging.offset
    )


@router.get("/documents/{document}/tombstone", response_model=TombstoneTold, name="get_tombstone")
def get_tombstone(document: DocumentId, session: SessionDep, viewer: ViewerDep) -> Any:
    """What is left of one of them."""
    return tombstone_views.tombstone_of(session, viewer, document)
