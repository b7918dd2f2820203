"""Which document a version belongs to: decided after reading, by evidence.

A revised document at another path joins its document where the evidence is exact: the same
collection, kind, issuer and number, and a revision mark that no version of it bears, or, for kinds
that are revised, no mark and text that mostly agrees. Elsewhere it is proposed. A version at the
same path whose number, kind or issuer turn out different is split off as another document.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import moving
from archive.counters import draw
from archive.fitting import same_party
from archive.keys import groups_of, key_of_groups
from archive.labelled import labelled
from archive.models import Document, Identifier, Page, Proposal, Version, utc_text

#: Kinds that are revised under one number without always saying so by a mark.
REVISED: Final = frozenset({"specification", "drawing", "contract", "plan", "minutes"})
AGREES: Final = 0.5  # share of the words of the longer text that stand in the shorter one too
IN_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What one version says of its own identity."""

    version_id: int
    document_id: int
    number: int
    collection_id: int
    kind: str | None
    revision: str | None
    key: str | None  # of its own number
    scheme: str | None
    issuer: str | None


def settle(
    session: Session, receipts: list[dict[str, Any]], version_ids: Sequence[int], at: datetime
) -> None:
    """Split and join the documents of versions that were just read. Adds the receipts of it."""
    if not version_ids:
        return
    documents = {told.document_id for told in told_of(session, version_ids)}
    several = _with_several(session, documents)
    for document_id in sorted(several):
        _split(session, receipts, document_id, at)
    told = [one for one in told_of(session, version_ids) if one.key]
    for key in sorted(_borne_by_several(session, told)):
        _join(session, receipts, key, at)


def told_of(session: Session, version_ids: Iterable[int]) -> list[Told]:
    """What these versions say, in order of document and number."""
    found: dict[int, Told] = {}
    rows = session.execute(
        select(
            Version.id, Version.document_id, Version.number, Document.collection_id, Version.kind,
            Version.revision, Version.own_number, Identifier.key, Identifier.scheme,
            Identifier.issuer, Identifier.text,
        )
        .join(Document, Document.id == Version.document_id)
        .outerjoin(
            Identifier,
            (Identifier.version_id == Version.id) & Identifier.retracted_at.is_(None),
        )
        .where(Version.id.in_(list(version_ids)), Version.read_at.is_not(None))
        .order_by(Version.document_id, Version.number, Identifier.id)
    )  # fmt: skip
    for row in rows:
        is_own = row.key is not None and row.text == row.own_number
        if row.id not in found or (is_own and found[row.id].key is None):
            found[row.id] = Told(
                row.id, row.document_id, row.number, row.collection_id, row.kind, row.revision,
                row.key if is_own else None, row.scheme if is_own else None,
                row.issuer if is_own else None,
            )  # fmt: skip
    return list(found.values())


def _key(written: str) -> str:
    return key_of_groups(groups_of(written))


def _with_several(session: Session, documents: set[int]) -> set[int]:
    rows = session.scalars(
        select(Version.document_id)
        .where(Version.document_id.in_(documents))
        .group_by(Version.document_id)
        .having(func.count() > 1)
    )
    return set(rows)


def _split(
    session: Session, receipts: list[dict[str, Any]], document_id: int, at: datetime
) -> None:
    """Each version that differs from the one before begins another document."""
    ids = session.scalars(select(Version.id).where(Version.document_id == document_id)).all()
    on_labels = labelled(session, ids)
    # a scan of the paper is often read wrongly, and its label says better what it is
    chain = [t for t in told_of(session, ids) if on_labels.get(t.version_id) != document_id]
    groups: list[list[Told]] = []
    for told in chain:
        if groups and not _differs(groups[-1][-1], told):
            groups[-1].append(told)
        else:
            groups.append([told])
    if len(groups) < 2 or was_ruled(session, document_id):
        return
    for group in groups[1:]:
        into = draw(session, "document")
        for number, told in enumerate(group, 1):
            receipt = _receipt("split", told, into, number, at)
            receipts.append(receipt)
            moving.apply(session, receipt, at)
        moving.derive(session, into, document_id, at)


def _differs(before: Told, after: Told) -> bool:
    """Do two versions at one path turn out to be different documents?"""
    kinds = {before.kind, after.kind} - {None, "other"}
    if len(kinds) > 1:
        return True
    if before.key and after.key and before.scheme == after.scheme and before.key != after.key:
        return True
    return bool(before.issuer and after.issuer and not same_party(before.issuer, after.issuer))


Borne = tuple[int, str, str]  # collection, scheme, key


def _borne_by_several(session: Session, told: Sequence[Told]) -> set[Borne]:
    """The numbers that more than one document of a collection bears."""
    wanted = {(t.collection_id, t.scheme or "", t.key or "") for t in told}
    keys = sorted({key for _, _, key in wanted})
    found: set[Borne] = set()
    for start in range(0, len(keys), IN_CHUNK):
        rows = session.execute(
            select(Identifier.collection_id, Identifier.scheme, Identifier.key)
            .where(
                Identifier.key.in_(keys[start : start + IN_CHUNK]),
                Identifier.retracted_at.is_(None),
                Identifier.document_id.is_not(None),
            )
            .group_by(Identifier.collection_id, Identifier.scheme, Identifier.key)
            .having(func.count(Identifier.document_id.distinct()) > 1)
        )
        found.update((row[0], row[1], row[2]) for row in rows)
    return found & wanted


def _join(session: Session, receipts: list[dict[str, Any]], borne: Borne, at: datetime) -> None:
    """Join the documents that bear this number, as far as the evidence is exact."""
    collection_id, scheme, key = borne
    ids = session.scalars(
        select(Identifier.version_id).where(
            Identifier.collection_id == collection_id,
            Identifier.scheme == scheme,
            Identifier.key == key,
            Identifier.retracted_at.is_(None),
            Identifier.version_id.is_not(None),
        )
    )
    by_document: dict[int, list[Told]] = defaultdict(list)
    for told in told_of(session, [i for i in ids if i is not None]):
        if told.key == key and told.scheme == scheme:
            by_document[told.document_id].append(told)
    groups: dict[tuple[str | None, str | None], list[list[Told]]] = defaultdict(list)
    for versions in by_document.values():
        groups[(versions[0].kind, versions[0].issuer)].append(versions)
    for documents in groups.values():
        # Whatever came first: the order of joining is that of the file numbers.
        documents.sort(key=lambda versions: (-len(versions), versions[0].document_id))
        home = documents[0]
        for versions in documents[1:]:
            if was_ruled(session, home[0].document_id, versions[0].document_id):
                continue
            if all(_is_exact(session, home, told) for told in versions):
                home = home + move(session, receipts, versions, home[0].document_id, at)
            elif home[0].issuer or home[0].kind in REVISED:
                propose(session, versions[0], home[0].document_id, at)


def _is_exact(session: Session, home: Sequence[Told], told: Told) -> bool:
    """May this version join those? By its mark, or by its text where its kind is revised."""
    if told.revision:
        return all(_key(told.revision) != _key(one.revision) for one in home if one.revision)
    if told.kind not in REVISED:
        return False
    words = _words(session, told.version_id)
    return any(_agreement(words, _words(session, one.version_id)) >= AGREES for one in home)


def _words(session: Session, version_id: int) -> Counter[str]:
    texts = session.scalars(select(Page.text).where(Page.version_id == version_id))
    return Counter(word for text in texts for word in text.casefold().split())


def _agreement(a: Counter[str], b: Counter[str]) -> float:
    larger = max(a.total(), b.total())
    return (a & b).total() / larger if larger else 0.0


def move(
    session: Session,
    receipts: list[dict[str, Any]],
    versions: Sequence[Told],
    into: int,
    at: datetime,
) -> list[Told]:
    moved = []
    for told in versions:
        last = session.execute(
            select(Document.last_version).where(Document.id == into)
        ).scalar_one()
        receipt = _receipt("joined", told, into, last + 1, at)
        receipts.append(receipt)
        moving.apply(session, receipt, at)
        moved.append(told)
    return moved


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


def was_ruled(session: Session, document_id: int, other: int | None = None) -> bool:
    """Did a person say of this document, or these two, that it is to stay as it is?"""
    rows = session.scalars(
        select(Proposal).where(
            Proposal.kind == "version",
            Proposal.document_id.in_([document_id, other or document_id]),
            Proposal.decision.is_not(None),
        )
    )
    return any(
        other is None or {row.document_id, row.details.get("other")} == {document_id, other}
        for row in rows
    )


def propose(session: Session, told: Told, other: int, at: datetime) -> None:
    """Ask a person if these two are versions of one document; asked once."""
    asked = session.scalars(
        select(Proposal).where(Proposal.kind == "version", Proposal.document_id == told.document_id)
    )
    if any(row.details.get("other") == other for row in asked):
        return
    session.add(
        Proposal(
            kind="version",
            collection_id=told.collection_id,
            document_id=told.document_id,
            details={"other": other, "number": told.key},
            recorded_at=at,
        )
    )
