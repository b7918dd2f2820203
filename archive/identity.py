"""Which document a version belongs to: decided after reading, by evidence (archive/belonging.py).

All that may belong together is looked at as a whole, so that what came first does not matter; then
versions are moved to where they belong. What a person has said of a document stays.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive import moving
from archive.belonging import REVISED, part
from archive.bulk import chunked
from archive.counters import draw
from archive.labelled import labelled
from archive.models import Document, Identifier, Version, utc_text
from archive.parts import with_bundles
from archive.told import IN_CHUNK, Told, places_of, told_of, words_of
from archive.units import units_of
from archive.version_questions import Rulings, close_answered, propose

Borne = tuple[int, str, str]  # collection, scheme, key


def settle(
    session: Session,
    receipts: list[dict[str, Any]],
    version_ids: Sequence[int],
    at: datetime,
    *,
    joins: bool = True,
) -> None:
    """Split and join the documents of versions that were just read. Adds the receipts of it.

    Without `joins` a person is asked where they would join.
    """
    told = told_of(session, version_ids)
    ids = _with_several(session, {one.document_id for one in told})
    ids |= _bearing_the_same(session, told)
    if not ids:
        return
    documents = _all_where(session, Version.document_id, Version.id, ids)
    came_apart = _all_read(session, moving.came_apart(session, documents))
    family = documents.union(*came_apart)
    told = told_of(session, _all_where(session, Version.id, Version.document_id, family))
    mates = Counter(one.document_id for one in told)
    rulings = Rulings(session, mates)
    parted_before = {document for pair in came_apart for document in pair}
    several = [
        one.version_id
        for one in told
        if mates[one.document_id] > 1 or one.document_id in parted_before
    ]
    places, on_labels = places_of(session, several), labelled(session, several)
    units, derived = units_of(told, places, on_labels, rulings.pinned, came_apart)
    apart = rulings.apart | with_bundles(session, mates)
    parted = part(units, lambda versions: words_of(session, versions), apart, joins=joins)
    groups = [[one for unit in group for one in unit.versions] for group in parted.groups]
    homes = _homes(groups)
    for group, document_id in zip(groups, homes, strict=True):
        _gather(session, receipts, group, document_id, at)
    _derive(session, receipts, derived, at)
    pairs = [(these[0].said.version_id, home[0].said.version_id) for these, home in parted.proposed]
    now = {one.version_id: one for one in told_of(session, chain(*pairs))}
    asked = [(now[one], now[home].document_id) for one, home in pairs]
    propose(session, [(one, home) for one, home in asked if one.document_id != home], at)
    close_answered(session, mates, at)


def _all_read(session: Session, pairs: frozenset[frozenset[int]]) -> frozenset[frozenset[int]]:
    """Those of the pairs of which every version was read: one that is not yet says of itself
    nothing by which it stays apart, and brings the pair here again once it is read."""
    unread: set[int] = set()
    for chunk in chunked(frozenset().union(*pairs)):
        queued = Version.document_id.in_(chunk), Version.status == "queued"
        unread.update(session.scalars(select(Version.document_id).where(*queued)))
    return frozenset(pair for pair in pairs if not pair & unread)


def _with_several(session: Session, documents: set[int]) -> set[int]:
    """The versions of those of these documents that have more than one."""
    found: set[int] = set()
    wanted = sorted(documents)
    for start in range(0, len(wanted), IN_CHUNK):
        several = (
            select(Version.document_id)
            .where(Version.document_id.in_(wanted[start : start + IN_CHUNK]))
            .group_by(Version.document_id)
            .having(func.count() > 1)
        )
        found |= set(session.scalars(select(Version.id).where(Version.document_id.in_(several))))
    return found


def _bearing_the_same(session: Session, told: Sequence[Told]) -> set[int]:
    """The versions whose numbers several documents of one collection bear, all in few statements.

    What can neither join nor be proposed is left out: without a mark, of no one's numbers, and of a
    kind that is not revised.
    """
    wanted = {(t.collection_id, t.scheme or "", t.key or "") for t in told if t.key}
    keys = sorted({key for _, _, key in wanted})
    bearers: dict[Borne, dict[int, int]] = defaultdict(dict)
    for start in range(0, len(keys), IN_CHUNK):
        rows = session.execute(
            select(
                Identifier.collection_id, Identifier.scheme, Identifier.key,
                Identifier.version_id, Identifier.document_id,
            )
            .join(Version, Version.id == Identifier.version_id)
            .where(
                Identifier.key.in_(keys[start : start + IN_CHUNK]),
                Identifier.retracted_at.is_(None),
                or_(
                    Version.revision.is_not(None),
                    Version.kind.in_(REVISED),
                    Identifier.issuer.is_not(None),
                ),
            )
        )  # fmt: skip
        for collection_id, scheme, key, version_id, document_id in rows:
            bearers[(collection_id, scheme, key)][version_id or 0] = document_id or 0
    return {
        version_id
        for borne, versions in bearers.items()
        if borne in wanted and len(set(versions.values())) > 1
        for version_id in versions
    }


def _all_where(
    session: Session,
    column: InstrumentedAttribute[int],
    of: InstrumentedAttribute[int],
    ids: Iterable[int],
) -> set[int]:
    """A column of the versions whose column `of` is one of `ids`."""
    wanted = sorted(ids)
    found: set[int] = set()
    for start in range(0, len(wanted), IN_CHUNK):
        these = of.in_(wanted[start : start + IN_CHUNK])
        found |= set(session.scalars(select(column).where(these)))
    return found


def _homes(groups: Sequence[Sequence[Told]]) -> list[int]:
    """For each group the document that holds most of it; 0 where that one is another's home."""
    claims = [
        (-count, document_id, index)
        for index, group in enumerate(groups)
        for document_id, count in Counter(one.document_id for one in group).items()
    ]
    homes: dict[int, int] = {}
    for _, document_id, index in sorted(claims):
        if index not in homes and document_id not in homes.values():
            homes[index] = document_id
    return [homes.get(index, 0) for index in range(len(groups))]


def _gather(
    session: Session,
    receipts: list[dict[str, Any]],
    group: Sequence[Told],
    home: int,
    at: datetime,
) -> None:
    """Bring the versions of a group to their document; a new one where it has none."""
    coming = [told for told in group if told.document_id != home]
    if coming and home:
        move(session, receipts, coming, home, at)
    elif coming:
        into = draw(session, "document")
        for told in coming:
            take_out(session, receipts, told, at, into=into)


def _derive(
    session: Session,
    receipts: list[dict[str, Any]],
    derived: Sequence[tuple[Told, Told]],
    at: datetime,
) -> None:
    """Note of each document that was split off where it comes from; the last receipt says it."""
    for told, before in derived:
        document, other = (_document_of(session, one.version_id) for one in (told, before))
        has_moved = document != told.document_id or other != before.document_id
        if document != other and has_moved:
            version = moving.derive(session, document, other, at)
            receipts[-1].setdefault("derived", []).append([document, version, other])


def _document_of(session: Session, version_id: int) -> int:
    return session.execute(select(Version.document_id).where(Version.id == version_id)).scalar_one()


def move(
    session: Session,
    receipts: list[dict[str, Any]],
    versions: Sequence[Told],
    into: int,
    at: datetime,
) -> None:
    """Make these versions the next ones of a document. Adds the receipts of it."""
    last = session.execute(select(Document.last_version).where(Document.id == into)).scalar_one()
    for number, told in enumerate(versions, last + 1):
        _move(session, receipts, _receipt("joined", told, into, number, at), at)


def take_out(
    session: Session,
    receipts: list[dict[str, Any]],
    told: Told,
    at: datetime,
    *,
    into: int | None = None,
) -> int:
    """Make a version one of another document, else of a new one: the id of it. Adds the receipt."""
    document = draw(session, "document") if into is None else into
    last = select(Document.last_version).where(Document.id == document)
    number = (session.scalar(last) or 0) + 1
    _move(session, receipts, _receipt("split", told, document, number, at), at)
    return document


def _move(
    session: Session, receipts: list[dict[str, Any]], receipt: dict[str, Any], at: datetime
) -> None:
    receipts.append(receipt)
    moving.apply(session, receipt, at)


def _receipt(what: str, told: Told, into: int, number: int, at: datetime) -> dict[str, Any]:
    return {
        "what": what,
        "receipt": secrets.token_hex(12),
        "at": utc_text(at),
        "document": told.document_id,
        "version": told.number,
        "into": into,
        "as": number,
    }
