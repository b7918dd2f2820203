"""Contracts, orders, deliveries and invoices of a viewer, all at once, and how they hang together.

A chain (archive.chain) is followed from one document; here all that the viewer reads stand beside
one another, for questions over all of them. References alone say what belongs together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.chain import CONTRACTS, CREDIT, INVOICE, ORDER, PAPERS, RESPONSE, UPWARDS
from archive.documents import load_views
from archive.models import Document, Reference, Version
from archive.references import ReferenceView, seen, visible

KINDS: Final = (*sorted(CONTRACTS), ORDER, *sorted(PAPERS), INVOICE, CREDIT)
RELATIONS: Final = (*sorted(UPWARDS), "supersedes", "superseded-by")
OF_ORDERS: Final = frozenset({"confirms", "delivers"})

_COLUMNS: Final = (
    Version.id, Version.document_id, Version.number, Version.kind, Version.own_number,
    Version.title, Version.date, Version.effective_from, Version.expires_on, Version.currency,
    Version.total, Version.parties, Version.received_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TradeDocument:
    """What the current version of a document (of then) says."""

    id: int
    version_id: int
    version: int
    kind: str
    number: str
    title: str
    date: str  # ISO; empty where it says none
    begins: str
    ends: str
    amount: tuple[str, Decimal] | None  # currency, total
    parties: tuple[str, ...]
    received_at: datetime

    @property
    def day(self) -> str:
        """Its date, else the day on which it came in."""
        return self.date or self.received_at.date().isoformat()


@dataclass(frozen=True, slots=True)
class Link:
    """One document leads to another, and by which reference."""

    source: int
    relation: str
    target: int
    view: ReferenceView


@dataclass(frozen=True, slots=True)
class Trade:
    """All of them: from each document up to what it belongs to, and down to what belongs to it."""

    documents: Mapping[int, TradeDocument]
    up: Mapping[int, Sequence[Link]]
    down: Mapping[int, Sequence[Link]]
    doubtful: frozenset[tuple[int, str]]  # (document, relation): it may mean several
    absent: Mapping[tuple[int, str], str]  # the number that it names, and that is not there

    def kind(self, document: int) -> str:
        """The kind of a document that is among them."""
        return self.documents[document].kind

    def of_kinds(self, *kinds: str) -> list[TradeDocument]:
        """Those of these kinds, by date, then file number."""
        found = (one for one in self.documents.values() if one.kind in kinds)
        return sorted(found, key=lambda one: (one.day, one.id))

    def contracts_of(self, document: int) -> dict[int, Link]:
        """The contracts under which a document stands, each with the reference that says so.

        Who names an amendment stands under the contract that it amends.
        """
        found: dict[int, Link] = {}
        for link in self.up.get(document, ()):
            if link.relation == "under" and self.kind(link.target) in CONTRACTS:
                for contract in self.amended_by(link.target):
                    found.setdefault(contract, link)
        return found

    def amended_by(self, document: int) -> set[int]:
        """The contracts that a document amends, also over other amendments; else itself."""
        found, frontier, looked = set(), {document}, set()
        while frontier:
            one = frontier.pop()
            looked.add(one)
            above = {link.target for link in self.up.get(one, ()) if link.relation == "amends"}
            found |= set() if above else {one}
            frontier |= above - looked
        return found or {document}

    def amendments(self, contract: int) -> list[TradeDocument]:
        """What amends a contract, also over other amendments, by date."""
        found: set[int] = set()
        frontier = {contract}
        while frontier:
            links = self.down.get(frontier.pop(), ())
            below = {link.source for link in links if link.relation == "amends"}
            frontier |= below - found
            found |= below
        every = (self.documents[one] for one in found - {contract})
        return sorted(every, key=lambda one: (one.day, one.id))

    def orders(self) -> dict[int, frozenset[int]]:
        """By order, and by confirmation and delivery note, the orders that are meant.

        A confirmation whose order is not there stands for it, as in archive.chain.
        """
        confirms = {
            link.source
            for links in self.up.values()
            for link in links
            if link.relation == "confirms" and self.kind(link.target) == ORDER
        }
        whole = {
            one.id
            for one in self.of_kinds(ORDER, RESPONSE)
            if one.kind == ORDER or one.id not in confirms
        }
        named: dict[int, set[int]] = defaultdict(set, {order: {order} for order in whole})
        papers = [one.id for one in self.of_kinds(*PAPERS) if one.id not in whole]
        for _ in range(2):  # a delivery note may name the confirmation
            for paper in papers:
                for link in self.up.get(paper, ()):
                    if link.relation in OF_ORDERS:
                        named[paper] |= named.get(link.target, set())
        return {document: frozenset(orders) for document, orders in named.items()}


def load_trade(
    session: Session,
    viewer: Viewer,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
    kinds: Sequence[str] = KINDS,
    only: Collection[int] | None = None,
) -> Trade:
    """All that the viewer reads (read then), but for what is dated later than `on`.

    What had expired by then is among them: that it had is what is asked. Of some `kinds`, or of
    `only` some documents, no others are looked at.
    """
    if as_of is None and only is None:
        every = _documents_now(session, viewer, kinds)
    else:
        every = _documents_then(session, viewer, only, as_of)
    last = on.isoformat() if on else ""
    known = {one.id: one for one in every if one.kind in kinds and not (last and one.date > last)}
    up: dict[int, list[Link]] = defaultdict(list)
    down: dict[int, list[Link]] = defaultdict(list)
    doubtful: set[tuple[int, str]] = set()
    absent: dict[tuple[int, str], str] = {}
    is_whole = as_of is None and only is None
    ids = None if is_whole else [one.version_id for one in known.values()]
    for view in _references(session, viewer, kinds, ids, as_of):
        source, relation = view.row.document_id, view.row.relation
        if source not in known:
            continue
        if view.status == "ambiguous":
            doubtful.add((source, relation))
        elif view.status == "waiting" and view.row.text:
            absent.setdefault((source, relation), view.row.text)
        elif view.target and view.target.type == "document" and view.target.id in known:
            link = Link(source, relation, view.target.id, view)
            up[source].append(link)
            down[view.target.id].append(link)
    return Trade(known, up, down, frozenset(doubtful), absent)


def _documents_now(
    session: Session, viewer: Viewer, kinds: Sequence[str]
) -> Iterable[TradeDocument]:
    rows = session.execute(
        select(*_COLUMNS)
        .join(Document, Document.current_version_id == Version.id)
        .where(Version.kind.in_(kinds), Document.collection_id.in_(viewer.reads))
    )
    return [_document(row) for row in rows]


def _documents_then(
    session: Session, viewer: Viewer, only: Collection[int] | None, as_of: datetime | None
) -> Iterable[TradeDocument]:
    ids = None if only is None else sorted(only)
    views = load_views(session, viewer, ids=ids, as_of=as_of)
    return [_document(view.version) for view in views if view.version.kind in KINDS]


def _document(row: Any) -> TradeDocument:
    return TradeDocument(
        row.document_id, row.id, row.number, row.kind, row.own_number or "", row.title or "",
        row.date or "", row.effective_from or "", row.expires_on or "",
        None if row.total is None else (row.currency or "", Decimal(row.total)),
        tuple(dict.fromkeys(party["name"] for party in row.parties)), row.received_at,
    )  # fmt: skip


def _references(
    session: Session,
    viewer: Viewer,
    kinds: Sequence[str],
    version_ids: Iterable[int] | None,
    as_of: datetime | None,
) -> Iterable[ReferenceView]:
    """Of these versions, else of all current ones of the kinds: by one join, not by many lists."""
    statement = visible(viewer, as_of).where(Reference.relation.in_(RELATIONS))
    columns = statement.with_only_columns(*Reference.__table__.columns)
    rows: list[Any] = []
    if version_ids is None:
        current = select(Document.current_version_id).join(
            Version, Version.id == Document.current_version_id
        )
        of_kinds = current.where(Version.kind.in_(kinds))
        rows = list(session.execute(columns.where(Reference.version_id.in_(of_kinds))).all())
    else:
        for chunk in chunked(version_ids):
            rows += session.execute(columns.where(Reference.version_id.in_(chunk))).all()
    return seen(session, viewer, rows, as_of)
