"""What was done in a matter: its gatherings and its events, for its members alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.errors import NotFound
from archive.history import names_of
from archive.listing import MOST, Listing
from archive.matters import row_of
from archive.models import Account, Document, Event, Gathering, MatterEntry
from archive.records import file_number, moment

#: Notes on searches that count or name what a viewer who reads less may not know of.
OF_THE_INDEX: Final = ("many-expansions", "too-many", "unknown-collection")
#: Events of a matter that change nothing in it.
PASSING: Final = ("matter-read", "matter-not-entered", "matter-packed")


@dataclass(frozen=True, slots=True)
class GatheringView:
    """One gathering: what was asked, when, by whom; what it found and what it left out.

    Documents are counted and named as far as the viewer may read them.
    """

    number: int
    at: datetime
    who: str
    asked: dict[str, Any]
    new: int  # documents that it found first
    limits: tuple[dict[str, str], ...]  # reached, and left out: document, limit
    lists: tuple[str, ...]  # documents that it did not go on through
    missing: tuple[dict[str, str], ...]  # cited, and not there
    unknown: tuple[str, ...]  # seeds by which nothing was called
    refused: tuple[dict[str, str], ...]  # left out when it was made again: asked, reason
    truncated: bool
    notes: tuple[dict[str, Any], ...] = ()  # of searches: what was not understood


def list_gatherings(session: Session, viewer: Viewer, matter_id: int) -> tuple[GatheringView, ...]:
    """All gatherings of a matter, the latest first. Raises `NotFound`."""
    row_of(session, viewer, matter_id)
    rows = session.execute(
        select(Gathering, Account.name)
        .outerjoin(Account, Account.id == Gathering.user_id)
        .where(Gathering.matter_id == matter_id)
        .order_by(Gathering.number.desc())
    ).all()
    first = session.execute(
        select(MatterEntry.document_id, MatterEntry.first).where(MatterEntry.matter_id == matter_id)
    ).all()
    named = {row[0] for row in first}
    for row, _ in rows:
        named |= {one[0] for name in ("limits", "missing") for one in row.left_out[name]}
        named |= set(row.left_out["lists"])
    seen = readable(session, viewer, named)
    return tuple(
        GatheringView(
            row.number, row.at, who or "", row.asked,
            sum(1 for document, number in first if number == row.number and document in seen),
            tuple({"document": file_number(one[0]), "limit": one[1]}
                  for one in row.left_out["limits"] if one[0] in seen),
            tuple(file_number(one) for one in row.left_out["lists"] if one in seen),
            tuple(
                dict(zip(("from", "scheme", "identifier", "relation", "status"),
                         (file_number(one[0]), *one[1:]), strict=True))
                for one in row.left_out["missing"] if one[0] in seen
            ),
            tuple(row.left_out["unknown"]),
            tuple({"asked": one[0], "reason": one[1]} for one in row.left_out["refused"]),
            row.is_truncated,
            tuple(
                note for note in row.left_out.get("notes", ())
                if set(row.reads) <= viewer.reads or note["id"] not in OF_THE_INDEX
            ),
        )
        for row, who in rows
    )  # fmt: skip


def latest(session: Session, matter_id: int) -> int:
    """The number of the latest gathering of a matter; 0 without one."""
    numbers = select(func.max(Gathering.number)).where(Gathering.matter_id == matter_id)
    return session.scalar(numbers) or 0


def get_gathering(session: Session, viewer: Viewer, matter_id: int, number: int) -> GatheringView:
    """One of them; 0 is the latest. Raises `NotFound`."""
    found = list_gatherings(session, viewer, matter_id)
    for one in found:
        if number in (0, one.number):
            return one
    raise NotFound("gathering", number)


def history_of(
    session: Session, viewer: Viewer, matter_id: int, *, limit: int = MOST, offset: int = 0
) -> Listing[dict[str, Any]]:
    """The events of a matter, the newest first; of documents, what the viewer may read.

    Raises `NotFound`.
    """
    row_of(session, viewer, matter_id)
    rows = session.execute(
        select(Event.number, Event.at, Event.kind, Event.actor, Event.line)
        .where(Event.matter_id == matter_id)
        .order_by(Event.number.desc())
    ).all()
    details = {row.number: json.loads(row.line).get("details", {}) for row in rows}
    seen = readable(
        session, viewer, (one for told in details.values() for one in told.get("documents", ()))
    )
    kept = []
    for row in rows:
        about = details[row.number].get("documents")
        if about is not None:
            about = [file_number(one) for one in about if one in seen]
            if not about:
                continue
        kept.append((row, about))
    shown = kept[offset : offset + limit]
    names = names_of(session, {row.actor for row, _ in shown})
    items = tuple(
        {
            "number": row.number, "at": moment(row.at), "what": row.kind,
            "by": names.get(row.actor, row.actor),
            **{name: value for name, value in details[row.number].items() if name != "documents"},
            **({"documents": about} if about is not None else {}),
        }
        for row, about in shown
    )  # fmt: skip
    return Listing(items, len(kept))


def matter_lines(session: Session, viewer: Viewer, matter_id: int) -> dict[int, str]:
    """By number the events that made a matter what it is, as they were written.

    Looks, packages and holds are none of them; nor is what was said of documents of which the
    viewer may not read one: a line is shown whole or not at all. Raises `NotFound`.
    """
    row_of(session, viewer, matter_id)
    rows = session.execute(
        select(Event.number, Event.line)
        .where(
            Event.matter_id == matter_id, Event.kind.like("matter-%"), Event.kind.not_in(PASSING)
        )
        .order_by(Event.number)
    ).all()  # fmt: skip
    about = {
        row.number: set(json.loads(row.line).get("details", {}).get("documents", ()))
        for row in rows
    }
    seen = readable(session, viewer, set().union(*about.values()))
    return {row.number: row.line for row in rows if about[row.number] <= seen}


def readable(session: Session, viewer: Viewer, document_ids: Iterable[int]) -> set[int]:
    """Those of the documents that the viewer may read."""
    found: set[int] = set()
    for chunk in chunked(sorted(set(document_ids))):
        rows = session.execute(
            select(Document.id, Document.collection_id).where(Document.id.in_(chunk))
        )
        found |= {document for document, collection in rows if collection in viewer.reads}
    return found
