"""The documents of a matter: what its members said of each, in which order, by which paths.

A member sees those documents that they may read anyway: who is in the matter is one thing, who may
read a collection another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.documents import load_views
from archive.listing import MOST, Listing
from archive.matter_history import readable
from archive.matter_sayings import MARKS, MOST_PLACE, Said, said_in
from archive.matters import row_of
from archive.models import Account, Document, Entry, Gathering, MatterEntry, Version
from archive.records import document_id_of, file_number

SHOWN: Final = (
    "undecided", "included", "excluded", *MARKS, "new", "lost",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A document of a matter. `because` has file numbers and codes in the place of ids."""

    document: str
    document_id: int
    kind: str | None
    number: str | None
    title: str
    date: str | None
    received_at: datetime
    first: int  # the gathering that found it first; 0: put in by a person
    last: int  # the gathering that found it last
    depth: int
    because: tuple[dict[str, Any], ...]
    said: Mapping[str, Said] = field(default_factory=dict)  # by what: see matter_sayings.SAYINGS


def list_entries(
    session: Session, viewer: Viewer, matter_id: int, *, show: str = "", gathering: int = 0,
    limit: int = MOST, offset: int = 0,
) -> Listing[EntryLine]:  # fmt: skip
    """The documents of a matter that the viewer may read, those with a place first, then by date.

    `show` is one of `SHOWN` or empty; `new` and `lost` go by the `gathering`: what it found first,
    what others found before it and it did not, of what the one who gathered could read. Raises
    `NotFound`.
    """
    row_of(session, viewer, matter_id)
    rows = session.execute(
        select(
            MatterEntry.document_id, MatterEntry.first, MatterEntry.last, MatterEntry.depth,
            Version.date, Version.received_at, Document.collection_id,
        )
        .join(Document, Document.id == MatterEntry.document_id)
        .join(Version, Version.id == Document.current_version_id)
        .where(MatterEntry.matter_id == matter_id, Document.collection_id.in_(viewer.reads))
    ).all()  # fmt: skip
    said = said_in(session, matter_id, {row.document_id for row in rows})
    if show == "lost":
        reads = _reads_of(session, matter_id, gathering)
        rows = [row for row in rows if row.collection_id in reads]
    kept = [row for row in rows if _is_shown(row, said[row.document_id], show, gathering)]
    kept.sort(key=lambda row: _order(row, said[row.document_id]))
    lines = _lines(session, viewer, matter_id, kept[offset : offset + limit], said)
    return Listing(tuple(lines), len(kept))


def _reads_of(session: Session, matter_id: int, gathering: int) -> set[int]:
    """The collections that the one who gathered could read: in others nothing was looked for."""
    reads = session.scalar(
        select(Gathering.reads).where(
            Gathering.matter_id == matter_id, Gathering.number == gathering
        )
    )
    return set(reads or ())


def _order(row: Any, said: Mapping[str, Said]) -> tuple[Any, ...]:
    place = int(said["place"].value) if "place" in said else MOST_PLACE + 1
    day = row.date or row.received_at.date().isoformat()
    return (place, day, row.received_at, row.document_id)


def _is_shown(row: Any, said: Mapping[str, Said], show: str, gathering: int) -> bool:
    decision = said["decision"].value if "decision" in said else "undecided"
    if show in ("undecided", "included", "excluded"):
        return decision == show
    if show in MARKS:
        return show in said
    if show == "new":
        return bool(row.first == gathering)
    if show == "lost":
        return bool(0 < row.first < gathering and row.last < gathering)
    return True


def _lines(
    session: Session,
    viewer: Viewer,
    matter_id: int,
    rows: Sequence[Any],
    said: Mapping[int, Mapping[str, Said]],
) -> Iterator[EntryLine]:
    ids = [row.document_id for row in rows]
    views = {view.document.id: view.version for view in load_views(session, viewer, ids=ids)}
    because: dict[int, list[dict[str, Any]]] = {}
    for chunk in chunked(ids):
        found = session.execute(
            select(MatterEntry.document_id, MatterEntry.because).where(
                MatterEntry.matter_id == matter_id, MatterEntry.document_id.in_(chunk)
            )
        )
        because |= {row[0]: row[1] for row in found}
    names = names_of(session, viewer, (step for steps in because.values() for step in steps))
    said = _without_hidden_copies(session, viewer, {one: said[one] for one in ids})
    for row in rows:
        version = views[row.document_id]
        steps = (told_step(step, names) for step in because[row.document_id])
        yield EntryLine(
            file_number(row.document_id), row.document_id, version.kind, version.own_number,
            version.title or version.file_name, version.date, version.received_at, row.first,
            row.last, row.depth, tuple(step for step in steps if step), said[row.document_id],
        )  # fmt: skip


def _without_hidden_copies(
    session: Session, viewer: Viewer, said: Mapping[int, Mapping[str, Said]]
) -> Mapping[int, Mapping[str, Said]]:
    """The same; of a redacted copy that the viewer may not read, only that there is one."""
    copies = {
        document: document_id_of(one["redacted"].value)
        for document, one in said.items()
        if "redacted" in one
    }
    hidden = set(copies.values()) - readable(session, viewer, copies.values())
    shown = dict(said)
    for document, copy in copies.items():
        if copy in hidden:
            one = said[document]
            shown[document] = {**one, "redacted": replace(one["redacted"], value="")}
    return shown


def names_of(
    session: Session, viewer: Viewer, steps: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, int], str]:
    """What the ends of steps are called: of those alone that the viewer may see."""
    ends: set[tuple[str, int]] = set()
    for step in steps:
        ends |= _ends_of(step)
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, number in ends:
        ids[kind if kind in ("document", "user") else "entry"].append(number)
    names: dict[tuple[str, int], str] = {}
    for document in readable(session, viewer, ids["document"]):
        names["document", document] = file_number(document)
    entries = select(Entry.register, Entry.id, Entry.code, Entry.collection_id)
    for chunk in chunked(ids["entry"]):
        for row in session.execute(entries.where(Entry.id.in_(chunk))):
            if row.collection_id in viewer.reads:
                names[row.register, row.id] = row.code
    for chunk in chunked(ids["user"]):
        users = select(Account.id, Account.name).where(Account.id.in_(chunk))
        names |= {("user", row[0]): row[1] for row in session.execute(users)}
    return names


def _ends_of(step: Mapping[str, Any]) -> set[tuple[str, int]]:
    if "from" in step:
        return {("document", step["from"]), *([tuple(step["to"])] if step["to"] else [])}
    return {("user", step["by"])} if step.get("by") else set()


def told_step(
    step: Mapping[str, Any], names: Mapping[tuple[str, int], str]
) -> dict[str, Any] | None:
    """A step with names; None where it leads from or to what the viewer may not see."""
    if "from" not in step:
        return {**step, "by": names.get(("user", step["by"]), "")} if "by" in step else {**step}
    to = tuple(step["to"]) if step["to"] else None
    source = names.get(("document", step["from"]))
    if source is None or (to and to not in names):
        return None
    return {
        **step, "from": source, "to": names[to] if to else None, "to_type": to[0] if to else None,
    }  # fmt: skip
