"""An archive of many documents with very many mentions, written straight into the database.

Groups of 500: a contract, 100 orders under it, papers that bill an order and name the contract.
Each paper also names a delivery note and an order that are not there, and a number of a party:
five references of two mentions each. Every hundredth paper waits for one and the same order, and
speaks of one and the same product that is not registered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from archive.bulk import insert_rows
from archive.counters import draw
from archive.keys import groups_of, key_of_groups
from archive.models import (
    Blob,
    Candidate,
    Collection,
    CurrentSpan,
    Document,
    Identifier,
    Mention,
    Page,
    Reference,
    Sighting,
    Version,
)

GROUP: Final = 500
ORDERS: Final = 100  # of a group
OFTEN: Final = 100  # every so many papers wait for `LATE` and speak of `PRODUCT`
REFERENCES, MENTIONS = 5, 2  # of a document, of a reference
LATE: Final = "PO-2031-7"
PRODUCT: Final = "Aurora"
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE: Final = 5000  # documents whose rows are inserted together

Rows = dict[type[Any], list[dict[str, Any]]]


def fill(session: Session, count: int) -> None:
    """Write `count` documents into an archive that has none."""
    collection = session.execute(
        insert(Collection).values(name="general").returning(Collection.id)
    ).scalar_one()
    for counter in ("document", "version", "blob"):
        draw(session, counter, count)
    draw(session, "reference", count * REFERENCES)
    for start in range(0, count, AT_ONCE):
        rows: Rows = {}
        for number in range(start, min(start + AT_ONCE, count)):
            _document(rows, collection, number)
        for model, some in rows.items():
            insert_rows(session, model, some)


def bears(number: int) -> tuple[str, str, str]:
    """Kind, scheme and own number of the document of a number."""
    group, place = divmod(number, GROUP)
    if place == 0:
        return "contract", "contract", f"FA-{1000 + group}"
    if place <= ORDERS:
        return "purchase-order", "purchase-order", f"PO-{100000 + number}"
    return "invoice", "invoice", f"INV-{100000 + number}"


def _cited(number: int) -> Iterator[tuple[str, str, str, int | None]]:
    """(relation, scheme, number, the document that bears it) of each reference of a document."""
    group, place = divmod(number, GROUP)
    contract, order = group * GROUP, group * GROUP + 1 + place % ORDERS
    late = LATE if number % OFTEN == OFTEN - 1 else f"PO-{9000000 + number}"
    if place:
        yield "under", "contract", bears(contract)[2], contract
    if place > ORDERS:
        yield "bills", "purchase-order", bears(order)[2], order
    yield "cites", "purchase-order", late, None
    yield "cites", "delivery-note", f"DN-{100000 + number}", None
    yield "cites", "organisation", f"556{number % 97:03d}-1234", None


def _document(rows: Rows, collection: int, number: int) -> None:
    one, (kind, scheme, own) = number + 1, bears(number)
    cited = list(_cited(number))
    said = f" It is about {PRODUCT}." if number % OFTEN == OFTEN - 1 else ""
    text = f"{kind} {own}\n" + "\n".join(f"{line[0]} {line[2]}, {line[2]}" for line in cited) + said
    day = f"20{10 + number % 15}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"

    def add(model: type[Any], **row: Any) -> None:
        rows.setdefault(model, []).append(row)

    add(Blob, id=one, sha256=f"{one:064x}", size_bytes=len(text), created_at=AT)
    add(Document, id=one, collection_id=collection, current_version_id=one, last_version=1,
        created_at=AT)  # fmt: skip
    add(Version, id=one, document_id=one, number=1, blob_id=one, received_at=AT,
        file_name=f"{own}.txt", status="searchable", media_type="text/plain", read_at=AT,
        page_count=1, text_source="embedded", kind=kind, own_number=own, title=f"{kind} {own}",
        date=day, currency="SEK", total=f"{number % 977 + 1}.00")  # fmt: skip
    add(CurrentSpan, document_id=one, version_id=one, since=AT)
    add(Sighting, version_id=one, root="filing", path=f"{number // GROUP}/{own}.txt", since=AT,
        size_bytes=len(text), receipt=f"{one:032x}")  # fmt: skip
    add(Page, version_id=one, number=1, text=text, source="embedded")
    add(Identifier, collection_id=collection, document_id=one, version_id=one, scheme=scheme,
        **_keyed(own), text=own, origin="text", recorded_at=AT)  # fmt: skip
    for place, (relation, of, written, target) in enumerate(cited):
        reference = number * REFERENCES + place + 1
        start = text.index(written)
        evidence = {"page": 1, "start": start, "end": start + len(written), "quote": written}
        found = 0 if target is None else 1
        add(Reference, id=reference, collection_id=collection, document_id=one, version_id=one,
            scheme=of, **_keyed(written), text=written, relation=relation, origin="text",
            mention_count=MENTIONS, candidate_count=found, home_candidate_count=found,
            recorded_at=AT, **evidence)  # fmt: skip
        for _ in range(MENTIONS):
            add(Mention, reference_id=reference, text=written, origin="text", **evidence)
        if target is not None:
            add(Candidate, reference_id=reference, document_id=target + 1, recorded_at=AT)


def _keyed(number: str) -> dict[str, str]:
    groups = groups_of(number)
    return {"groups": groups, "key": key_of_groups(groups)}
