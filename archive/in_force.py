"""What was in force for a product on a day: specifications, drawings, contracts, prices.

Of each document that speaks of the product, the version that held on the day; without those that
had expired by then, and those that another in force had taken the place of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.asking import Asked, Column, Row
from archive.bulk import chunked
from archive.contracts import Contract, load_contracts
from archive.linking import speaking_of
from archive.models import Version
from archive.records import file_number
from archive.references import Target, incoming_of, outgoing
from archive.then import versions_then
from archive.trade import load_trade
from archive.versions import ordered

#: Kinds of documents that are in force or not, in the order in which they are told. Prices stand
#: in quotations and catalogues.
KINDS: Final = ("specification", "drawing", "contract", "quotation", "catalogue")

COLUMNS: Final = (
    Column("product"), Column("kind", "kind"), Column("document", "document"),
    Column("version", "figure"), Column("number"), Column("revision"), Column("title"),
    Column("effective_from", "day"), Column("expires_on", "day"),
)  # fmt: skip


def in_force(session: Session, asked: Asked) -> Sequence[Row]:
    """The documents in force on the day, by kind, then number."""
    if asked.product is None:
        return ()
    viewer, day = asked.viewer, asked.today.isoformat()
    speaking = speaking_of(session, viewer, asked.product, as_of=asked.as_of)
    ids = [view.document.id for view in speaking.views if view.version.kind in KINDS]
    held = {
        document: version
        for document, versions in _versions(session, ids, asked.as_of).items()
        if (version := _held(versions, day)) is not None and version.kind in KINDS
    }
    agreed = [document for document, one in held.items() if one.kind == "contract"]
    contracts = _contracts(session, asked, agreed) if agreed else {}
    gone = _superseded(session, viewer, held, asked)
    rows = [
        _row(asked.product.code, one, contracts.get(document), asked.today)
        for document, one in held.items()
        if document not in gone
    ]
    rows = [row for row in rows if not row[8] or str(row[8]) >= day]
    return sorted(rows, key=lambda row: (KINDS.index(str(row[1])), row[4] or "", row[2]))


def _versions(
    session: Session, documents: Sequence[int], as_of: datetime | None
) -> dict[int, list[Any]]:
    """By document its versions, as they were known."""
    found: dict[int, list[Any]] = defaultdict(list)
    for chunk in chunked(documents):
        statement = select(Version).where(Version.document_id.in_(chunk))
        if as_of is not None:
            statement = statement.where(Version.received_at <= as_of)
        rows = session.scalars(statement).all()
        for version in versions_then(session, rows, as_of).values():
            found[version.document_id].append(version)
    return found


def _begins(version: Any) -> str:
    """From which ISO day a version holds, as far as it says."""
    return str(version.effective_from or version.date or version.received_at.date().isoformat())


def _held(versions: Iterable[Any], day: str) -> Any:
    """The last of them that held by that day."""
    begun = [one for one in ordered(versions) if _begins(one) <= day]
    return begun[-1] if begun else None


def _superseded(
    session: Session, viewer: Viewer, held: Mapping[int, Any], asked: Asked
) -> set[int]:
    """Those of them that another document had taken the place of by the day."""
    ids = {document: version.id for document, version in held.items()}
    pairs = replacing(session, viewer, ids, asked.as_of)
    newer = _versions(session, [one for one, _ in pairs], asked.as_of)
    day = asked.today.isoformat()
    return {other for one, other in pairs if _held(newer.get(one, ()), day) is not None}


def replacing(
    session: Session, viewer: Viewer, versions: Mapping[int, int], as_of: datetime | None
) -> set[tuple[int, int]]:
    """What took the place of what: pairs of documents; `versions` by document are the latter."""
    pairs = set()
    targets = [Target("document", document) for document in versions]
    for view in incoming_of(session, viewer, targets, as_of=as_of):
        if view.row.relation == "supersedes" and view.status == "resolved" and view.target:
            pairs.add((view.row.document_id, view.target.id))
    for view in outgoing(session, viewer, version_ids=list(versions.values()), as_of=as_of):
        is_one = view.row.relation == "superseded-by" and view.status == "resolved"
        if is_one and view.target and view.target.type == "document":
            pairs.add((view.target.id, view.row.document_id))
    return {(one, other) for one, other in pairs if one != other}


def _contracts(session: Session, asked: Asked, documents: Iterable[int]) -> dict[int, Contract]:
    """Those of the documents that are contracts, with what amends them."""
    only, frontier = set(documents), set(documents)
    while frontier:
        targets = [Target("document", one) for one in frontier]
        views = incoming_of(session, asked.viewer, targets, as_of=asked.as_of)
        amending = {view.row.document_id for view in views if view.row.relation == "amends"}
        frontier = amending - only
        only |= amending
    trade = load_trade(session, asked.viewer, as_of=asked.as_of, on=asked.on, only=only)
    return load_contracts(session, trade, as_of=asked.as_of)


def _row(code: str, version: Any, contract: Contract | None, today: date) -> Row:
    begins, ends = version.effective_from or version.date, version.expires_on
    if contract is not None:
        last = contract.ends_by(today)
        ends = last.isoformat() if last else None
    return (
        code, version.kind, file_number(version.document_id), version.number, version.own_number,
        version.revision, version.title, begins, ends,
    )  # fmt: skip
