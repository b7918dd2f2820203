"""How far a hold reaches: what it covers, and how much of that its placer could see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import operator
from archive.bulk import chunked
from archive.held import LED_TO, NAMED, UNSEEN
from archive.holds import family_of, matching, placer_of, seeds_of, walked
from archive.jobs import OF_VERSIONS, JobKind
from archive.matter_gathering import Searching
from archive.matter_history import readable
from archive.models import Document, Entry, Event, Hold, Job, Version


@dataclass(frozen=True, slots=True)
class Reach:
    """What a hold covers as of event `up_to`, each document with how its placer saw it."""

    up_to: int
    seen: dict[int, int]  # by document: UNSEEN, LED_TO, NAMED
    crossed: frozenset[int]  # the collections through which the placer's view led


def reach(session: Session, hold: Hold, searching: Searching) -> Reach:
    """All that the hold covers now, with its family. It searches, and may take its time.

    Raises `UsageError` where a search finds too many.
    """
    up_to = settled(session)
    placer, every = placer_of(hold), operator(session)
    named = _named(session, hold, searching)
    covered = matching(session, hold) | named
    if every.reads != placer.reads:
        for query in hold.criterion["searches"]:
            covered |= set(searching(session, every, query, None))
    targets = walked(session, hold, placer)
    led = named | {one.id for one in targets if one.type == "document"}
    led = family_of(session, readable(session, placer, led), viewer=placer)
    entries = {one.id for one in targets if one.type != "document"}
    seen = dict.fromkeys(family_of(session, covered | led), UNSEEN)
    seen |= dict.fromkeys(led, LED_TO) | dict.fromkeys(named, NAMED)
    return Reach(up_to, seen, frozenset(_collections(session, led, entries)))


def _named(session: Session, hold: Hold, searching: Searching) -> set[int]:
    """What the hold names itself, as far as its placer could see it."""
    placer = placer_of(hold)
    found = {one.id for one in seeds_of(session, hold) if one.type == "document"}
    for query in hold.criterion["searches"]:
        found |= set(searching(session, placer, query, None))
    whole = Document.collection_id.in_(hold.criterion["collections"])
    found |= set(session.scalars(select(Document.id).where(whole)))
    return readable(session, placer, found)


def _collections(session: Session, documents: Iterable[int], entries: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for model, ids in ((Document, documents), (Entry, entries)):
        for chunk in chunked(ids):
            here = select(model.collection_id).where(model.id.in_(chunk))
            found |= set(session.scalars(here.distinct()))
    return found


def settled(session: Session) -> int:
    """The number of the last event before which a search finds all that it is to find.

    What still waits to be read or indexed is found by no search: the last event of each such
    document, and all after it, come later.
    """
    if session.scalar(select(Job.id).where(Job.kind == JobKind.NAME).limit(1)):
        return 0  # a name that is looked for may be found in any document
    latest = (
        select(func.max(Event.number))
        .join(Version, Version.document_id == Event.document_id)
        .where(
            Version.id.in_(select(Job.subject).where(Job.kind.in_(OF_VERSIONS))),
            Event.document_id == Version.document_id,
        )
        .group_by(Event.document_id)
        .subquery()
    )
    first = session.scalar(select(func.min(latest.c[0])))
    return (first or events.last_number(session) + 1) - 1
