"""Matters: whoever is not in one gets the answer that there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.gathering import gather_for
from api.matter_answers import (
    ChangedMatter,
    EventsTold,
    GatheringTold,
    MatterEntriesTold,
    MattersTold,
    NewGathering,
    NewMatter,
    NewMember,
    NewSaying,
    WholeMatter,
)
from api.packing import pack_matter, package_answer
from api.parameters import Paging, PagingDep, RowId, ServicesDep, SessionDep, ViewerDep
from archive import matter_entries, matter_history, matter_members, matter_sayings, matters
from archive.access import Viewer
from archive.matters import MatterSaid, MatterView
from archive.records import document_id_of
from archive.times import parse_day

router = APIRouter(prefix="/api/v1/matters", tags=["matters"])


class WantedMatters(Paging):
    """Those in one state, or all."""

    state: Literal["open", "closed"] | None = None


class WantedEntries(Paging):
    """Which documents of a matter; `new` and `lost` are told of a `gathering` (the latest)."""

    show: (
        Literal[
            "undecided",
            "included",
            "excluded",
            "privileged",
            "confidential",
            "redacted",
            "new",
            "lost",
        ]
        | None
    ) = None
    gathering: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


@router.get("", response_model=MattersTold, name="list_matters")
def list_matters(
    wanted: Annotated[WantedMatters, Query()], services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Any:  # fmt: skip
    """The matters that one is in."""
    found = matters.list_matters(
        session, viewer, state=wanted.state or "", limit=wanted.limit, offset=wanted.offset
    )
    with services.database.write() as writing:
        ids = (one.id for one in found.items)
        matters.note_listed(writing, viewer, ids, "list", services.clock())
    return found


@router.post("", status_code=201, response_model=WholeMatter, name="open_matter")
def open_matter(said: NewMatter, services: ServicesDep, viewer: ViewerDep) -> Any:
    """Open a matter. Nobody else sees it, until they are let in."""
    with services.database.write() as session:
        made = matters.create(session, viewer, said.said(), services.clock())
        return _whole(session, viewer, made)


@router.get("/{matter}", response_model=WholeMatter, name="get_matter")
def get_matter(matter: RowId, services: ServicesDep, viewer: ViewerDep) -> Any:
    """A matter, and who is in it. That it was looked at is recorded."""
    with services.database.write() as session:
        found = matters.enter(session, viewer, matter, "matter", services.clock())
        return _whole(session, viewer, found)


@router.patch("/{matter}", response_model=WholeMatter, name="change_matter")
def change_matter(
    matter: RowId, said: ChangedMatter, services: ServicesDep, viewer: ViewerDep
) -> Any:
    """Say anew what a matter is; close it, open it again."""
    with services.database.write() as session:
        at = services.clock()
        known = matters.enter(session, viewer, matter, "matter", at)
        given = said.model_dump(exclude_unset=True, exclude={"revision"})
        if "parties" in given:
            given["parties"] = tuple(given["parties"] or ())
        told = replace(
            _said(known), **{name: one for name, one in given.items() if one is not None}
        )
        changed = matters.change(session, viewer, matter, told, at, revision=said.revision)
        return _whole(session, viewer, changed)


@router.post("/{matter}/members", response_model=WholeMatter, name="let_in")
def let_in(matter: RowId, said: NewMember, services: ServicesDep, viewer: ViewerDep) -> Any:
    """Let somebody in, or say anew whether they answer for the matter."""
    with services.database.write() as session:
        at = services.clock()
        found = matters.enter(session, viewer, matter, "members", at)
        matter_members.set_member(
            session, viewer, matter, said.user, at, is_responsible=said.is_responsible
        )
        return _whole(session, viewer, found)


@router.delete("/{matter}/members/{user}", status_code=204, name="let_out")
def let_out(matter: RowId, user: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """From now on this user sees nothing of the matter."""
    with services.database.write() as session:
        at = services.clock()
        matters.enter(session, viewer, matter, "members", at)
        matter_members.remove_member(session, viewer, matter, user, at)


@router.get("/{matter}/gatherings", response_model=list[GatheringTold], name="list_gatherings")
def list_gatherings(
    matter: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """What was searched for the matter, when, by whom, and what it left out."""
    with services.database.write() as writing:
        matters.enter(writing, viewer, matter, "gatherings", services.clock())
    return matter_history.list_gatherings(session, viewer, matter)


@router.post(
    "/{matter}/gatherings", status_code=201, response_model=GatheringTold, name="gather_for_matter"
)
def gather(
    matter: RowId, said: NewGathering, services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Any:  # fmt: skip
    """Gather for a matter, or gather the latest again; what is new shows among the documents."""
    with services.database.write() as writing:
        matters.enter(writing, viewer, matter, "gatherings", services.clock())
    kept = gather_for(services, session, viewer, matter, said.asked())
    with services.database.read() as reading:
        return matter_history.get_gathering(reading, viewer, matter, kept.number)


@router.get("/{matter}/entries", response_model=MatterEntriesTold, name="list_matter_entries")
def list_entries(
    matter: RowId,
    wanted: Annotated[WantedEntries, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """The documents of a matter, each with the paths by which it came in and what is said of it."""
    with services.database.write() as writing:
        matters.enter(writing, viewer, matter, "entries", services.clock())
    return matter_entries.list_entries(
        session, viewer, matter, show=wanted.show or "",
        gathering=wanted.gathering or matter_history.latest(session, matter),
        limit=wanted.limit, offset=wanted.offset,
    )  # fmt: skip


@router.post("/{matter}/entries", status_code=204, name="say_in_matter")
def say(matter: RowId, said: NewSaying, services: ServicesDep, viewer: ViewerDep) -> None:
    """Include, exclude, mark, annotate or place documents of a matter, or take that back."""
    with services.database.write() as session:
        at = services.clock()
        matters.enter(session, viewer, matter, "entries", at)
        matter_sayings.say(
            session, viewer, matter, [document_id_of(one) for one in said.documents], said.what,
            said.value, at, reason=said.reason,
        )  # fmt: skip


@router.post(
    "/{matter}/package",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
    name="pack_matter",
)
def pack(
    matter: RowId, services: ServicesDep, viewer: ViewerDep, stamped: bool = False
) -> StreamingResponse:
    """What is included, as a package with numbers and load files; what is privileged is withheld.

    What has no number yet gets one, for good. With `stamped` copies as PDF are in it, with the
    number on each page and CONFIDENTIAL on those that are marked so.
    """
    at = services.clock()

    def write(path: Path) -> None:
        pack_matter(services, viewer, matter, path, at, is_stamped=stamped)

    return package_answer(services, at, write)


@router.get("/{matter}/history", response_model=EventsTold, name="get_matter_history")
def get_history(
    matter: RowId, paging: PagingDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """What was done in the matter and who looked at it, the newest first."""
    with services.database.write() as writing:
        matters.enter(writing, viewer, matter, "history", services.clock())
    return matter_history.history_of(
        session, viewer, matter, limit=paging.limit, offset=paging.offset
    )


def _said(known: MatterView) -> MatterSaid:
    return MatterSaid(
        known.name, known.reference, known.parties, parse_day(known.opened_on),
        parse_day(known.closed_on) if known.closed_on else None, known.state,
    )  # fmt: skip


def _whole(session: Session, viewer: Viewer, found: MatterView) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in MatterView.__slots__}
    members = matter_members.members(session, viewer, found.id)
    return told | {"members": members}
