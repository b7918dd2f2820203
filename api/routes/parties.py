"""What parties have beside the other registers: spellings, merges, proposals to merge."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from api.answers_found import PartySpellings
from api.parameters import Closed, RowId, ServicesDep, SessionDep, ViewerDep
from api.routes.registers import EntryName, SchemesDep
from archive import merge_answers, merges, registers
from archive.merge_answers import proposals_of, told
from archive.party_spellings import spellings
from archive.register_fields import REGISTERS

router = APIRouter(prefix="/api/v1", tags=["registers"])


class MergeWith(Closed):
    """Which party goes into this one: its name, however it is spelled, or its id."""

    other: Annotated[str, Field(min_length=1, max_length=500)]


class MergeAnswer(Closed):
    """They are the same, or they are not, for good; `open` takes an answer back."""

    answer: Literal["same", "other", "open"]


@router.get("/parties/{entry}/spellings", response_model=PartySpellings, name="list_spellings")
def list_spellings(
    entry: EntryName, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
) -> Any:
    """How documents write a party, what was merged into it, and what may be it too."""
    party = registers.get(session, viewer, REGISTERS["party"], entry, schemes=schemes)
    parts = merges.parts_of(session, viewer, party.id)
    rows = proposals_of(session, viewer, [party.id, *(part.id for part in parts)])
    return {
        "id": party.id,
        "spellings": [
            {"name": name, "documents": count}
            for name, count in spellings(session, viewer, party.id)
        ],
        "merged": [{"id": part.id, "name": part.name} for part in parts],
        "proposals": [told(row, one) for row, one in rows],
    }


@router.post("/parties/{entry}/merges", status_code=204, name="merge_parties")
def merge_parties(
    entry: EntryName,
    wanted: MergeWith,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> None:
    """From now on the other party is this one; all that leads to the other leads here."""
    register = REGISTERS["party"]
    with services.database.write() as session:
        party = registers.get(session, viewer, register, entry, schemes=schemes)
        other = registers.get(session, viewer, register, wanted.other, schemes=schemes)
        merges.merge(session, viewer, other.id, party.id, services.clock())


@router.delete("/parties/{other}/merges", status_code=204, name="part_parties")
def part_parties(other: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Take the merge of a party back, by its id; what came since goes where it belongs."""
    with services.database.write() as session:
        merges.part(session, viewer, other, services.clock())


@router.post("/merge-proposals/{proposal}", status_code=204, name="answer_merge_proposal")
def answer_merge_proposal(
    proposal: RowId,
    given: MergeAnswer,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> None:
    """Merge two parties, or take a name up, as the list proposes it; or say that it is not so."""
    at = services.clock()
    with services.database.write() as session:
        if given.answer == "open":
            merge_answers.take_back(session, viewer, proposal, at, schemes=schemes)
        else:
            merge_answers.answer(session, viewer, proposal, given.answer, at, schemes=schemes)
