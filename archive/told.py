"""What versions say of their own identity, and where they were seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive.ledger import Place
from archive.models import Blob, Document, Identifier, Page, Sighting, Version
from archive.sightings import ranks_inside
from archive.vault import EMPTY

IN_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What one version says of its own identity.

    One that is not read yet says nothing; nor does one without bytes, whatever it is called.
    """

    version_id: int
    document_id: int
    number: int
    collection_id: int
    kind: str | None
    revision: str | None
    date: str | None
    sha256: str
    scheme: str | None = None
    key: str | None = None  # of its own number
    groups: str | None = None
    issuer: str | None = None
    is_labelled: bool = False  # the own number stands behind its own label


def told_of(session: Session, version_ids: Iterable[int]) -> list[Told]:
    """What these versions say, in order of document and number."""
    found: dict[int, Told] = {}
    ids = sorted(set(version_ids))
    for start in range(0, len(ids), IN_CHUNK):
        rows = session.execute(
            select(
                Version.id, Version.document_id, Version.number, Document.collection_id,
                Version.kind, Version.revision, Version.date, Version.own_number, Blob.sha256,
                Identifier.key, Identifier.groups, Identifier.scheme, Identifier.issuer,
                Identifier.text, Identifier.rule,
            )
            .join(Document, Document.id == Version.document_id)
            .join(Blob, Blob.id == Version.blob_id)
            .outerjoin(
                Identifier,
                (Identifier.version_id == Version.id) & Identifier.retracted_at.is_(None),
            )
            .where(Version.id.in_(ids[start : start + IN_CHUNK]))
            .order_by(Version.id, Identifier.id)
        )  # fmt: skip
        for row in rows:
            version = (row.id, row.document_id, row.number, row.collection_id)
            if row.sha256 == EMPTY:
                found[row.id] = Told(*version, None, None, None, row.sha256)
                continue
            said = (*version, row.kind, row.revision, row.date, row.sha256)
            is_own = row.key is not None and row.text == row.own_number
            if is_own and (row.id not in found or found[row.id].key is None):
                is_labelled = row.rule.startswith("label")
                found[row.id] = Told(
                    *said, row.scheme, row.key, row.groups, row.issuer, is_labelled
                )
            elif row.id not in found:
                found[row.id] = Told(*said)
    return sorted(found.values(), key=lambda told: (told.document_id, told.number))


def places_of(session: Session, version_ids: Iterable[int]) -> dict[int, set[Place]]:
    """By version all places where it was ever seen; a name inside a parent's versions is one."""
    found: dict[int, set[Place]] = defaultdict(set)
    inside: list[tuple[int, int, tuple[int, str, int]]] = []
    parent = aliased(Version)
    ids = sorted(set(version_ids))
    for start in range(0, len(ids), IN_CHUNK):
        rows = session.execute(
            select(Sighting, parent.document_id)
            .outerjoin(parent, parent.id == Sighting.parent_version_id)
            .where(Sighting.version_id.in_(ids[start : start + IN_CHUNK]))
        )
        for row, document_id in rows:
            if row.path is not None:
                found[row.version_id].add((row.root or "", row.path))
            else:
                place = (row.parent_version_id or 0, row.name or "", row.position or 0)
                inside.append((row.version_id, document_id, place))
    ranks = ranks_inside(session, {place[0] for _, _, place in inside})
    for version_id, document_id, place in inside:
        found[version_id].add((document_id, place[1], ranks[place]))
    return found


def words_of(session: Session, version_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """By version the words of its text, with how often each stands there."""
    found: dict[int, Counter[str]] = {version_id: Counter() for version_id in version_ids}
    for start in range(0, len(version_ids), IN_CHUNK):
        rows = session.execute(
            select(Page.version_id, Page.text).where(
                Page.version_id.in_(version_ids[start : start + IN_CHUNK])
            )
        )
        for version_id, text in rows:
            found[version_id].update(text.casefold().split())
    return found
