"""Change requests: where one stands, its moves and approvals, the documents that it affects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.parameters import Closed, RowId, ServicesDep, SessionDep, ViewerDep
from api.routes.registers import EntryName, SchemesDep, Wanted
from archive import change_answers, change_moves, registers
from archive.access import Viewer
from archive.change_answers import Answer
from archive.change_authority import ChangeRules, approvals
from archive.change_states import CHANGES, moves_from
from archive.change_status import status_of, why_not
from archive.register_fields import LONGEST_TEXT, REGISTERS
from archive.registers import EntryView

router = APIRouter(prefix="/api/v1/change-requests/{entry}", tags=["change requests"])
REGISTER = REGISTERS[CHANGES]


def _rules(services: ServicesDep, schemes: SchemesDep) -> ChangeRules:
    return ChangeRules(services.config.authority, schemes, services.config.mail)


RulesDep = Annotated[ChangeRules, Depends(_rules)]
Reason = Annotated[str, Field(max_length=LONGEST_TEXT)]
Revision = Annotated[int | None, Field(description="That of what one read; null: whatever it is.")]


class NewMove(Closed):
    """A move, and since when it holds where that is not today."""

    move: Annotated[str, Field(max_length=40)]
    reason: Reason = ""
    revision: Revision = None
    happened_on: date | None = None


class NewApproval(Closed):
    """One's word on a change request that is presented."""

    decision: Literal["approve", "reject"]
    reason: Reason = ""
    revision: Revision = None
    happened_on: date | None = None


class NewAffected(Closed):
    """A document by file number, own number or path; as it is now, or in an older version."""

    document: Annotated[str, Field(min_length=1, max_length=500)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    happened_on: date | None = None


class NewAnswer(Closed):
    """A later version (the latest, where none is named) carries the change; or none has to."""

    answer: Literal["carried", "waived"]
    reason: Reason = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    happened_on: date | None = None


class PossibleMove(BaseModel):
    """A move from the state, whether the one who asks may make it, else why not."""

    move: str
    to: str
    may: bool
    why_not: str


class GivenApproval(BaseModel):
    """A person's word that stands."""

    who: str
    role: str
    decision: str
    reason: str
    happened_on: date
    recorded_at: datetime


class NeededAuthority(BaseModel):
    """How many different persons of which roles approve, who has, how many are missing."""

    persons: int
    roles: list[str]
    approved_by: list[str]
    missing: int


class AffectedDocument(BaseModel):
    """`answer`: cited, carried, waived; empty where a later version has to carry the change."""

    id: int
    document: str
    version: int
    answer: str
    answered_version: int | None
    reason: str
    who: str
    recorded_at: datetime


class Standing(BaseModel):
    """Where a change request stands, or stood; `moves` are there for now alone."""

    number: str
    revision: int
    state: str
    moves: list[PossibleMove]
    authority: NeededAuthority
    approvals: list[GivenApproval]
    affected: list[AffectedDocument]


def told(
    session: Session, viewer: Viewer, entry: EntryView, rules: ChangeRules, **then: Any
) -> dict[str, Any]:
    """A change request as these routes answer."""
    status = status_of(session, entry, rules=rules, **then)
    reasons = {} if any(then.values()) else {
        move: why_not(session, viewer, entry, move, status) for move in moves_from(status.state)
    }  # fmt: skip
    authority = status.authority
    return {
        "number": entry.code,
        "revision": entry.revision,
        "state": status.state,
        "moves": [
            {"move": move.name, "to": move.target, "may": why is None, "why_not": why or ""}
            for move, why in reasons.items()
        ],
        "authority": {
            "persons": authority.persons,
            "roles": authority.roles,
            "approved_by": [one.who for one in authority.approved_by],
            "missing": authority.missing,
        },
        "approvals": approvals(session, entry.id, **then),
        "affected": status.affected,
    }


def _find(session: Session, viewer: Viewer, name: str, rules: ChangeRules) -> EntryView:
    return registers.get(session, viewer, REGISTER, name, schemes=rules.schemes)


@router.get("/moves", response_model=Standing, name="get_change_moves")
def get_moves(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    session: SessionDep,
    viewer: ViewerDep,
    rules: RulesDep,
) -> Any:
    """Where it stands, what it needs, and the moves that there are from here."""
    known = registers.get(
        session, viewer, REGISTER, entry, schemes=rules.schemes, collection=wanted.collection,
        **wanted.times,
    )  # fmt: skip
    return told(session, viewer, known, rules, **wanted.times)


@router.post("/moves", response_model=Standing, name="move_change")
def move_change(
    entry: EntryName, new: NewMove, services: ServicesDep, viewer: ViewerDep, rules: RulesDep
) -> Any:
    """Move it: 409 where it is in another state, 403 where it is not for you; both are recorded."""
    with services.database.write() as session:
        known = _find(session, viewer, entry, rules)
        revision = known.revision if new.revision is None else new.revision
        moved = change_moves.move(
            session, viewer, known, new.move, services.clock(), reason=new.reason, rules=rules,
            revision=revision, happened_on=new.happened_on,
        )  # fmt: skip
        return told(session, viewer, moved, rules)


@router.post("/approvals", response_model=Standing, name="approve_change")
def approve_change(
    entry: EntryName, new: NewApproval, services: ServicesDep, viewer: ViewerDep, rules: RulesDep
) -> Any:
    """Approve it, as one of as many as it needs, or reject it."""
    said = new.model_dump(exclude={"decision"})
    move = NewMove(move=new.decision, **said)
    return move_change(entry, move, services, viewer, rules)


@router.post("/affected", response_model=Standing, name="add_affected")
def add_affected(
    entry: EntryName, new: NewAffected, services: ServicesDep, viewer: ViewerDep, rules: RulesDep
) -> Any:
    """It affects a document, in this version. Doing it again changes nothing."""
    with services.database.write() as session:
        known = _find(session, viewer, entry, rules)
        change_answers.add(
            session, viewer, known, new.document, services.clock(),
            version=new.version, happened_on=new.happened_on,
        )  # fmt: skip
        return told(session, viewer, known, rules)


@router.delete("/affected/{affected}", response_model=Standing, name="remove_affected")
def remove_affected(
    entry: EntryName, affected: RowId, services: ServicesDep, viewer: ViewerDep, rules: RulesDep
) -> Any:
    """It does not affect that document after all."""
    with services.database.write() as session:
        known = _find(session, viewer, entry, rules)
        change_answers.remove(session, viewer, known, affected, services.clock())
        return told(session, viewer, known, rules)


@router.post("/affected/{affected}/answer", response_model=Standing, name="answer_affected")
def answer_affected(
    entry: EntryName,
    affected: RowId,
    new: NewAnswer,
    services: ServicesDep,
    viewer: ViewerDep,
    rules: RulesDep,
) -> Any:
    """Rule that a version carries the change, or waive it; it may be incorporated by that."""
    with services.database.write() as session:
        known = _find(session, viewer, entry, rules)
        said = Answer(new.answer, new.reason, new.version, new.happened_on)
        change_answers.answer(session, viewer, known, affected, said, services.clock(), rules=rules)
        return told(session, viewer, _find(session, viewer, entry, rules), rules)


@router.delete("/affected/{affected}/answer", response_model=Standing, name="take_answer_back")
def take_answer_back(
    entry: EntryName, affected: RowId, services: ServicesDep, viewer: ViewerDep, rules: RulesDep
) -> Any:
    """Take a person's answer back; what versions cite counts again."""
    with services.database.write() as session:
        known = _find(session, viewer, entry, rules)
        change_answers.take_back(session, viewer, known, affected, services.clock())
        return told(session, viewer, known, rules)
