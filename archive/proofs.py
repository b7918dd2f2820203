"""What the record of events says of documents, with the proof that it stood there.

Each event is proved to be in the tree of one checkpoint, without showing any other event.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.errors import DamageFound
from archive.history import about_hidden
from archive.merkle import Tree, inclusion_spans, leaf_hash
from archive.models import Event, NumberAlias
from archive.sealing import History, Signed, event_lines

ARRIVALS: Final = ("received", "sighted")
MOVES: Final = ("joined", "split")
Place = tuple[int, int]  # file number and version, as it was called at some time


@dataclass(frozen=True, slots=True)
class Kept:
    """A version whose history is wanted: what it is, and the place that it has now."""

    version_id: int
    place: Place
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """Events by number, as they were written; and by version the event of its arrival."""

    lines: dict[int, str]
    arrivals: dict[int, int]  # version id: number


def record_of(
    session: Session, viewer: Viewer, kept: Sequence[Kept], *, as_of: datetime | None = None
) -> Record:
    """The events of these versions' documents that the viewer may read, in order.

    What was done with regard to something hidden is left out. A version that came under another
    file number brings the events of its arrival and of its moves along.
    """
    called: dict[int, set[Place]] = {one.version_id: {one.place} for one in kept}
    for ids in chunked(called):
        alias = select(NumberAlias).where(NumberAlias.version_id.in_(ids))
        for row in session.scalars(alias):
            called[row.version_id].add((row.document, row.version))
    own = {one.place[0] for one in kept}
    former = set().union(*called.values())
    lines: dict[int, str] = {}
    arrived: dict[tuple[Place, str], int] = {}
    for event in _events(session, viewer, own | {document for document, _ in former}, as_of):
        details: dict[str, Any] = json.loads(event.line).get("details", {})
        place = (event.document_id or 0, details.get("version", 0))
        if event.document_id not in own and (
            place not in former or event.kind not in (*ARRIVALS, *MOVES)
        ):
            continue
        lines[event.number] = event.line
        if event.kind in ARRIVALS:
            arrived.setdefault((place, details["sha256"]), event.number)
    arrivals = {}
    for one in kept:
        found = {arrived.get((place, one.sha256)) for place in called[one.version_id]} - {None}
        if found:
            arrivals[one.version_id] = min(number for number in found if number)
    return Record(lines, arrivals)


def _events(
    session: Session, viewer: Viewer, documents: Collection[int], as_of: datetime | None
) -> list[Event]:
    found: list[Event] = []
    for ids in chunked(documents):
        rows = session.scalars(
            select(Event).where(
                Event.document_id.in_(ids),
                true() if as_of is None else Event.at <= as_of,
                or_(Event.collection_id.is_(None), Event.collection_id.in_(viewer.reads)),
            )
        )
        hidden = set(about_hidden(session, viewer, ids))
        found += [event for event in rows if event.number not in hidden]
    return sorted(found, key=lambda event: event.number)


def proofs(history: History, signed: Signed, numbers: Collection[int]) -> dict[int, list[bytes]]:
    """By number the hashes that prove an event to be under the checkpoint.

    Raises `DamageFound` where the record is not the one that was signed.
    """
    size = signed.checkpoint.size
    spans = {number: inclusion_spans(number - 1, size) for number in sorted(numbers)}
    tree = Tree(span for path in spans.values() for span in path)
    with history.database.read() as session, event_lines(session, 0, size) as lines:
        for _, line in lines:
            tree.add(leaf_hash(line.encode()))
    if tree.head() != signed.checkpoint.head:
        raise DamageFound(
            f"The record of events is not the one of the checkpoint {signed.path}. "
            "Nothing is proved. Run `crossfile verify`."
        )
    return {number: [tree.hash_of(span) for span in path] for number, path in spans.items()}


def proof_line(number: int, line: str, path: Sequence[bytes] | None) -> dict[str, Any]:
    """An event's proof, as packages and answers tell it; None where it has none yet."""
    steps = None if path is None else [step.hex() for step in path]
    leaf = leaf_hash(line.encode()).hex()
    return {"number": number, "leaf": leaf, "path": steps}
