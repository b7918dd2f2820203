"""Versions as plain data, with all that a search index or an export says of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from archive.arrivals import shown_root
from archive.models import (
    CurrentSpan,
    Document,
    Identifier,
    Page,
    Paper,
    Reference,
    Sighting,
    Version,
    utc_text,
)
from archive.named import Named, named_in
from archive.paths import byte_order, load_places
from archive.ruled import is_for_everybody

Number = tuple[str, str, str]  # scheme, key, groups


def file_number(document_id: int) -> str:
    """`D-000123`. More digits where they are needed."""
    return f"D-{document_id:06d}"


def document_id_of(file_number: str) -> int:
    """The document's id: 123 of `D-000123`."""
    return int(file_number.removeprefix("D-"))


@dataclass(slots=True)
class VersionRecord:
    """One version for the index. Not for a viewer: the index is asked collection by collection."""

    row: Version
    collection_id: int
    is_current: bool
    spans: list[tuple[str, str | None]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)  # live ones; else the last known
    pages: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)  # where paper originals are, and with whom
    bears: list[Number] = field(default_factory=list)
    cites: list[Number] = field(default_factory=list)
    named: Named = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of this version in an index; it stays where the version moves."""
        return str(self.row.id)


def load_records(session: Session, version_ids: Sequence[int]) -> list[VersionRecord]:
    """The versions of these ids that exist, in a fixed number of queries."""
    rows = session.execute(
        select(Version, Document.collection_id, Document.current_version_id)
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(version_ids))
        .options(defer(Version.properties))  # a mail's headers: an index has no use for them
    ).all()
    records = {row[0].id: VersionRecord(row[0], row[1], row[2] == row[0].id) for row in rows}
    _add_spans(session, records)
    _add_paths(session, records)
    _add_pages(session, records)
    _add_papers(session, records)
    _add_numbers(session, records)
    return list(records.values())


def _add_spans(session: Session, records: dict[int, VersionRecord]) -> None:
    rows = session.execute(
        select(CurrentSpan.version_id, CurrentSpan.since, CurrentSpan.until)
        .where(CurrentSpan.version_id.in_(records))
        .order_by(CurrentSpan.since)
    )
    for version_id, since, until in rows:
        records[version_id].spans.append((utc_text(since), moment(until)))


def _add_paths(session: Session, records: dict[int, VersionRecord]) -> None:
    for version_id, paths in paths_of(session, list(records)).items():
        records[version_id].paths = paths


def paths_of(session: Session, version_ids: Sequence[int]) -> dict[int, list[str]]:
    """The paths of versions that the index knows: those in the tree now, else the one shown."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Sighting.version_id, Sighting.root, Sighting.path).where(
            Sighting.version_id.in_(version_ids),
            Sighting.until.is_(None),
            Sighting.path.is_not(None),
        )
    )
    for version_id, root, path in rows:
        found[version_id].append(f"{shown_root(root)}/{path}")
    homeless = set(version_ids) - found.keys()
    places = load_places(session, homeless)
    for version_id in homeless & places.sightings.keys():
        found[version_id].append(places.shown(version_id)[0])
    for paths in found.values():
        paths.sort(key=byte_order)
    return found


def _add_pages(session: Session, records: dict[int, VersionRecord]) -> None:
    rows = session.execute(
        select(Page.version_id, Page.text)
        .where(Page.version_id.in_(records))
        .order_by(Page.version_id, Page.number)
    )
    for version_id, text in rows:
        records[version_id].pages.append(text)


def _add_papers(session: Session, records: dict[int, VersionRecord]) -> None:
    rows = session.execute(
        select(Version.id, Paper.place, Paper.lent_to)
        .join(Paper, Paper.document_id == Version.document_id)
        .where(Version.id.in_(records), Paper.retracted_at.is_(None))
        .order_by(Paper.id)
    )
    for version_id, *where in rows:
        records[version_id].papers += filter(None, where)


def _add_numbers(session: Session, records: dict[int, VersionRecord]) -> None:
    borne = session.execute(
        select(Identifier.version_id, Identifier.scheme, Identifier.key, Identifier.groups)
        .where(Identifier.version_id.in_(records), Identifier.retracted_at.is_(None))
        .order_by(Identifier.id)
    )
    for version_id, *number in borne:
        if version_id is not None:
            records[version_id].bears.append((number[0], number[1], number[2]))
    cited = session.execute(
        select(
            Reference.version_id, Reference.scheme, Reference.key, Reference.groups,
        )
        .where(
            Reference.version_id.in_(records),
            Reference.retracted_at.is_(None),
            Reference.key.is_not(None),
            Reference.dictionary_entry_id.is_(None),
            is_for_everybody(),
        )
        .order_by(Reference.id)
    )  # fmt: skip
    for version_id, scheme, key, groups in cited:
        records[version_id].cites.append((scheme or "", key or "", groups or ""))
    for version_id, named in named_in(session, list(records)).items():
        records[version_id].named = named


def moment(value: datetime | None) -> str | None:
    """A moment as exports write it."""
    return None if value is None else utc_text(value)
