"""References that people made by hand go along: they are said of the document, whichever version.

The ruling "add" is on the document; the reference lies at the version that is current, so that it
is found like all others. What lay there before is retracted, and still found as of then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.bulk import chunked
from archive.counters import Block
from archive.models import Document, Reference, Ruling

Aim = tuple[str, int | None, int | None]  # relation, and the document or entry that is meant


def carry_along(session: Session, document_ids: Iterable[int], at: datetime) -> None:
    """Put what was linked by hand to the current version of these documents. Again: no change."""
    for chunk in chunked(document_ids):
        said = _said(session, chunk)
        known = session.scalars(
            select(Reference).where(
                Reference.document_id.in_(chunk),
                Reference.origin == "person",
                Reference.key.is_(None),
                Reference.retracted_at.is_(None),
            )
        ).all()
        if said or known:
            _settle(session, said, known, at)


def _settle(
    session: Session,
    said: dict[int, dict[Aim, Ruling]],
    known: Iterable[Reference],
    at: datetime,
) -> None:
    documents = {*said, *(row.document_id for row in known)}
    homes = session.execute(
        select(Document.id, Document.current_version_id, Document.collection_id).where(
            Document.id.in_(documents), Document.current_version_id.is_not(None)
        )
    ).all()
    there: dict[int, dict[Aim, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    for row in known:
        aim = (row.relation, row.fixed_document_id, row.fixed_entry_id)
        there[row.document_id][aim].append(row)
    over, new = [], []
    for document_id, version_id, collection_id in homes:
        wanted = said.get(document_id, {})
        for aim, rows in there[document_id].items():
            over += [
                row.id for row in rows if (row.version_id == version_id) is not (aim in wanted)
            ]
        for aim, ruling in wanted.items():
            if all(row.version_id != version_id for row in there[document_id][aim]):
                new.append((aim, ruling, version_id, collection_id))
    if over:
        session.execute(update(Reference).where(Reference.id.in_(over)).values(retracted_at=at))
    numbers = Block(session, "reference", len(new))
    for (relation, target_document, target_entry), ruling, version_id, collection_id in new:
        session.add(
            Reference(
                id=numbers.take(),
                collection_id=collection_id,
                document_id=ruling.document_id,
                version_id=version_id,
                relation=relation,
                origin="person",
                rule=ruling.reason or "",
                user_id=ruling.user_id,
                recorded_at=at,
                fixed_document_id=target_document,
                fixed_entry_id=target_entry,
            )
        )
    session.flush()


def _said(session: Session, document_ids: Iterable[int]) -> dict[int, dict[Aim, Ruling]]:
    """What stands of what people linked by hand, by document."""
    found: dict[int, dict[Aim, Ruling]] = defaultdict(dict)
    rows = session.scalars(
        select(Ruling).where(
            Ruling.document_id.in_(document_ids),
            Ruling.decision == "add",
            Ruling.key.is_(None),
            Ruling.retracted_at.is_(None),
        )
    )
    for row in rows:
        found[row.document_id][row.relation, row.target_document_id, row.target_entry_id] = row
    return found
