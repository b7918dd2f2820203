"""What people decide: facts set right, references made by hand, rulings on those that were read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.answers import DocumentTold
from api.parameters import Closed, DocumentId, DocumentNumber, RowId, ServicesDep, ViewerDep
from api.routes.registers import SchemesDep
from archive import by_hand, rulings
from archive.access import Viewer
from archive.documents import by_file_number, load_views, told
from archive.errors import NotFound
from archive.linking import find_target
from archive.models import Reference
from archive.records import document_id_of
from archive.rulings import OnReference

router = APIRouter(prefix="/api/v1", tags=["rulings"])

Value = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Target = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class SaidParty(Closed):
    """A party, as persons say it."""

    role: Literal["seller", "buyer", "payee", "carrier", "authority", "party"]
    name: Annotated[Value, Field(min_length=1)]
    id: Value | None = None


class Facts(Closed):
    """Facts to be set right; null takes a person's word back, what is left out stays."""

    kind: Value | None = None
    number: Value | None = None
    revision: Value | None = None
    title: Value | None = None
    date: Value | None = None
    due_date: Value | None = None
    effective_from: Value | None = None
    expires_on: Value | None = None
    language: Value | None = None
    currency: Value | None = None
    total: Value | None = None
    net_total: Value | None = None
    governing_law: Value | None = None
    approval: Value | None = None
    notice_period: Value | None = None
    renewal: Value | None = None
    parties: Annotated[list[SaidParty], Field(max_length=100)] | None = None
    reason: Reason = ""


class ByHand(Closed):
    """A reference to be made: a document, or an entry as `product:X100`."""

    relation: str
    target: Target
    reason: Reason = ""


class MadeReference(BaseModel):
    """The reference that was made, or stood already."""

    id: int


class RulingOn(Closed):
    """What is decided on the reference of a document by this number and relation.

    Where the document cites several numbers of one key, `identifier` says which.
    """

    scheme: Value | None = None
    key: Value | None = None
    identifier: Value | None = None
    relation: Value
    decision: Literal["confirm", "reject", "redirect", "withdraw"]
    target: Target | None = None
    reason: Reason = ""


class RulingOnDocument(RulingOn):
    """The same with the document that cites."""

    document: DocumentNumber


class Ruled(BaseModel):
    """How many references were ruled on."""

    rulings: int


@router.patch("/documents/{document}", response_model=DocumentTold, name="set_facts")
def set_facts(
    document: DocumentId,
    facts: Facts,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Set facts of the current version right. What was read stays beside it."""
    said = facts.model_dump(exclude_unset=True, exclude={"parties", "reason"})
    parties = None
    if "parties" in facts.model_fields_set:
        parties = [party.model_dump(exclude_none=True) for party in facts.parties or []]
    with services.database.write() as session:
        found = by_file_number(session, viewer, document)
        rulings.set_facts(
            session, viewer, found, said, services.clock(),
            schemes=schemes, parties=parties, reason=facts.reason,
        )  # fmt: skip
    with services.database.read() as session:
        return told(session, viewer, load_views(session, viewer, ids=[found]))[0]


@router.post("/documents/{document}/references", status_code=201, name="add_reference")
def add_reference(
    document: DocumentId, made: ByHand, services: ServicesDep, viewer: ViewerDep
) -> MadeReference:
    """Link a document by hand. Doing it again changes nothing."""
    with services.database.write() as session:
        found = by_file_number(session, viewer, document)
        target = find_target(session, viewer, made.target)
        reference = by_hand.add_reference(
            session, viewer, found, made.relation, target, services.clock(), reason=made.reason
        )
    return MadeReference(id=reference)


@router.delete(
    "/documents/{document}/references/{reference}", status_code=204, name="remove_reference"
)
def remove_reference(
    document: DocumentId, reference: RowId, services: ServicesDep, viewer: ViewerDep
) -> None:
    """Take back a reference that was made by hand."""
    with services.database.write() as session:
        found = by_file_number(session, viewer, document)
        row = session.get(Reference, reference)
        if row is None or row.document_id != found:
            raise NotFound("reference made by hand", reference)
        by_hand.remove_reference(session, viewer, reference, services.clock())


@router.post("/documents/{document}/rulings", status_code=204, name="rule")
def rule(document: DocumentId, ruling: RulingOn, services: ServicesDep, viewer: ViewerDep) -> None:
    """Confirm, reject or redirect a reference, or withdraw what was ruled on it."""
    with services.database.write() as session:
        _rule(session, viewer, document, ruling, services.clock())


@router.post("/rulings", name="rule_many")
def rule_many(
    several: Annotated[list[RulingOnDocument], Field(min_length=1, max_length=1000)],
    services: ServicesDep,
    viewer: ViewerDep,
) -> Ruled:
    """Rule on many references, on all or on none."""
    with services.database.write() as session:
        for ruling in several:
            document = document_id_of(ruling.document)
            _rule(session, viewer, document, ruling, services.clock())
    return Ruled(rulings=len(several))


def _rule(session: Session, viewer: Viewer, document: int, ruling: RulingOn, at: datetime) -> None:
    found = by_file_number(session, viewer, document)
    what = OnReference(found, ruling.scheme, ruling.key, ruling.relation)
    if ruling.identifier is not None:
        what = rulings.on_written(session, what, ruling.identifier)
    target = find_target(session, viewer, ruling.target) if ruling.target else None
    rulings.rule(session, viewer, what, ruling.decision, at, target=target, reason=ruling.reason)
