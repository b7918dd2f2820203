"""Holds: while one stands, nothing that it covers may be destroyed, by anyone, on any path.

Every path that destroys content calls `require_free`, or `refused`, in the transaction that does
it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive import events, trail
from archive.access import Viewer, operator
from archive.bulk import chunked
from archive.db import serialise
from archive.errors import Kept
from archive.matter_history import readable
from archive.models import (
    Document,
    Event,
    HeldDocument,
    Hold,
    NumberAlias,
    Sighting,
    Version,
)
from archive.references import Target
from archive.trail import Wish

ALL: Final = 1 << 60  # a hold ends nowhere for want of room
#: Events after which a document matches what it matched before.
IDLE: Final = ("disposal-proposed", "disposal-approved", "disposal-called-off")
LOCK: Final = "holds"  # whoever places a hold and whoever destroys wait for one another


def require_free(
    session: Session, document_ids: Iterable[int], at: datetime, *, actor: str = events.SYSTEM
) -> None:
    """Raise `Kept` if a hold covers one of the documents, or something of its family.

    Until this transaction ends no hold is placed. The refusal is an event of each matter whose hold
    it was, and stays where the transaction is taken back; the error says nothing of them.
    """
    if refused(session, document_ids, at, actor=actor):
        raise Kept


def refused(
    session: Session, document_ids: Iterable[int], at: datetime, *, actor: str = events.SYSTEM
) -> set[int]:
    """Those of the documents that a hold covers, as `require_free` has it, for who goes on without.

    The others are free until this transaction ends.
    """
    serialise(session, LOCK)
    asked = set(document_ids)
    holds = standing(session)
    if not holds or not asked:
        return set()
    kept: set[int] = set()
    families = {one: family_of(session, [one]) for one in sorted(asked)}
    for hold in holds:
        covered = covered_by(session, hold, set().union(*families.values()))
        if documents := [one for one, family in families.items() if family & covered]:
            kept.update(documents)
            events.record_in_matter(
                session, at, "hold-refused", hold.matter_id, actor=actor, is_refusal=True,
                hold=hold.id, documents=documents,
            )  # fmt: skip
    return kept


def standing(session: Session) -> list[Hold]:
    """The holds that are not released."""
    return list(session.scalars(select(Hold).where(Hold.released_at.is_(None)).order_by(Hold.id)))


def covered_by(session: Session, hold: Hold, document_ids: Collection[int]) -> set[int]:
    """Those of the documents that the hold covers now: what matched once, what matches by now.

    It was looked at some time ago. What was done since with a document may have made it match for a
    while, so each that anything was done with counts as covered until it is looked at again.
    """
    wanted = set(document_ids)
    found = matching(session, hold) & wanted
    since = Event.number > hold.looked_at
    for chunk in chunked(sorted(wanted - found)):
        once = select(HeldDocument.document_id).where(
            HeldDocument.hold_id == hold.id, HeldDocument.document_id.in_(chunk)
        )
        found |= set(session.scalars(once))
        done = select(Event.document_id).where(
            Event.document_id.in_(chunk), since, Event.kind.not_in(IDLE)
        )
        found |= {one for one in session.scalars(done.distinct()) if one is not None}
    return found


def matching(session: Session, hold: Hold) -> set[int]:
    """All that matches now what a hold says beside its searches: collections, and trails of seeds.

    A trail is followed twice: as the one who placed the hold could see it, and as nobody is kept
    from anything. What is ambiguous to one of them may be plain to the other.
    """
    criterion = hold.criterion
    whole = Document.collection_id.in_(criterion["collections"])
    found = set(session.scalars(select(Document.id).where(whole)))
    for viewer in (operator(session), placer_of(hold)):
        found |= {one.id for one in walked(session, hold, viewer) if one.type == "document"}
    return found


def placer_of(hold: Hold) -> Viewer:
    """Whoever placed the hold, as they saw the archive then."""
    return Viewer("system", "legal", frozenset(hold.reads), frozenset())


def walked(session: Session, hold: Hold, viewer: Viewer) -> set[Target]:
    """What hangs together with the seeds of the hold, as the viewer sees it."""
    seeds = seeds_of(session, hold)
    if not seeds:
        return set()
    wish = Wish((), depth=hold.criterion["depth"], most=ALL)
    return set(trail.follow(session, viewer, seeds, wish).depth_of)


def seeds_of(session: Session, hold: Hold) -> list[Target]:
    """The seeds of the hold: of a document that was joined into another, the other as well."""
    seeds = [Target(kind, number) for kind, number in hold.criterion["seeds"]]
    documents = {one.id for one in seeds if one.type == "document"}
    for chunk in chunked(documents):
        moved = (
            select(Version.document_id)
            .join(NumberAlias, NumberAlias.version_id == Version.id)
            .where(NumberAlias.document.in_(chunk), NumberAlias.version == 0)
        )
        seeds += [Target("document", one) for one in session.scalars(moved.distinct())]
    return list(dict.fromkeys(seeds))


def family_of(
    session: Session, document_ids: Iterable[int], *, viewer: Viewer | None = None
) -> set[int]:
    """The documents, all that they are or were in, all that is or was inside, at whatever depth.

    A hold on a mail covers what is attached to it; and a mail is kept for what is attached to it.
    With a `viewer` it leads through nothing that they may not read.
    """
    found = set(document_ids)
    inner, outer = aliased(Version), aliased(Version)
    both = (
        select(inner.document_id, outer.document_id)
        .join(Sighting, Sighting.version_id == inner.id)
        .join(outer, outer.id == Sighting.parent_version_id)
    )
    frontier = set(found)
    while frontier:
        near: set[int] = set()
        for chunk in chunked(sorted(frontier)):
            for end in (inner, outer):  # one at a time: each has its own index
                rows = session.execute(both.where(end.document_id.in_(chunk)))
                near |= {number for row in rows for number in row}
        frontier = near - found
        if viewer is not None:
            frontier = readable(session, viewer, frontier)
        found |= frontier
    return found
