"""The list of all that wants a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api.answers_found import Attention
from api.parameters import (
    Closed,
    DocumentId,
    DocumentNumber,
    Paging,
    RowId,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from archive import attention, version_proposals
from archive.attention import Wish
from archive.file_passwords import MOST_CHARS
from archive.records import file_number

router = APIRouter(prefix="/api/v1", tags=["attention"])

Item = Annotated[
    str, Path(max_length=5000, description="The line's name, as the list gives it in `item`.")
]


class WantedLines(Paging):
    """Which lines are wanted: of a kind, of an owner, unreadable ones for a reason."""

    kind: Annotated[str, Field(max_length=40)] | None = None
    owner: Annotated[str, Field(max_length=100)] | None = None
    reason: Annotated[str, Field(max_length=40)] | None = None


class SetAside(Closed):
    """Until which day, or for good with a reason."""

    until: date | None = None
    reason: Annotated[str, Field(max_length=1000)] = ""


class Again(Closed):
    """Only this one, or all that could not be read for the same reason."""

    alike: bool = False


class GivenPassword(Closed):
    """The password of a file."""

    password: Annotated[str, Field(min_length=1, max_length=MOST_CHARS)]


class Decided(Closed):
    """Are they versions of one document?"""

    answer: Literal["accept", "reject"]


class Retried(BaseModel):
    """How many versions are read again."""

    versions: int


@router.get(
    "/attention",
    response_model=Attention,
    response_model_exclude_unset=True,
    name="list_attention",
)
def list_attention(
    wanted: Annotated[WantedLines, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """What wants a person, by kind, the oldest first. Counts stop at 1000 (`is_more`)."""
    wish = Wish(wanted.kind, wanted.owner, wanted.reason, wanted.limit, wanted.offset)
    find = services.discrepancies.find
    return attention.list_attention(session, viewer, services.config, wish, services.clock(), find)


@router.post("/attention/{item:path}/aside", status_code=204, name="set_aside")
def set_aside(item: Item, how: SetAside, services: ServicesDep, viewer: ViewerDep) -> None:
    """Take a line from everybody's list until a day, or explain it away."""
    with services.database.write() as session:
        attention.set_aside(
            session, viewer, item, services.clock(), until=how.until, reason=how.reason
        )


@router.delete("/attention/{item:path}/aside", status_code=204, name="bring_back")
def bring_back(item: Item, services: ServicesDep, viewer: ViewerDep) -> None:
    """Put a line back on the list."""
    with services.database.write() as session:
        attention.bring_back(session, viewer, item, services.clock())


class PartedOff(BaseModel):
    """The document that a version is now, and the decision that made it so."""

    document: DocumentNumber
    proposal: int


@router.post("/attention/{item:path}/retry", status_code=202, name="retry")
def retry(item: Item, again: Again, services: ServicesDep, viewer: ViewerDep) -> Retried:
    """Read again what could not be read."""
    with services.database.write() as session:
        count = attention.retry(session, viewer, item, services.clock(), alike=again.alike)
    return Retried(versions=count)


@router.post("/attention/{item:path}/password", status_code=202, name="give_password")
def give_password(
    item: Item, given: GivenPassword, services: ServicesDep, viewer: ViewerDep
) -> Retried:
    """Try a password on a locked file, and on all others of its collection."""
    with services.database.write() as session:
        count = attention.give_password(session, viewer, item, given.password, services.clock())
    return Retried(versions=count)


@router.post("/version-proposals/{proposal}", status_code=204, name="answer_version_proposal")
def answer_version_proposal(
    proposal: RowId, decided: Decided, services: ServicesDep, viewer: ViewerDep
) -> None:
    """Make a document a version of the other, as the list proposes it; or keep them two."""
    at = services.clock()
    with services.intake.deciding() as (session, receipts):
        if decided.answer == "accept":
            version_proposals.accept(session, receipts, viewer, proposal, at)
        else:
            version_proposals.reject(session, viewer, proposal, at)


@router.delete("/version-proposals/{proposal}", status_code=204, name="take_version_answer_back")
def take_version_answer_back(proposal: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Take back what was said of two documents, or that a version is one of its own."""
    with services.intake.deciding() as (session, receipts):
        version_proposals.take_back(session, receipts, viewer, proposal, services.clock())


@router.post(
    "/documents/{document}/versions/{version}/part", status_code=201, name="part_version_off"
)
def part_version_off(
    document: DocumentId,
    version: Annotated[int, Path(ge=1, le=1_000_000)],
    services: ServicesDep,
    viewer: ViewerDep,
) -> PartedOff:
    """Make a version a document of its own, which stays so; `proposal` takes it back."""
    with services.intake.deciding() as (session, receipts):
        at = services.clock()
        row = version_proposals.part_off(session, receipts, viewer, document, version, at)
        return PartedOff(document=file_number(row.document_id or 0), proposal=row.id)
