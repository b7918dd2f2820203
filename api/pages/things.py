"""Documents and entries as links: many at once, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import load_views
from archive.models import Document, Entry, Version
from archive.party_spellings import parties_called
from archive.paths import gone_since, load_places
from archive.records import file_number
from archive.references import Target
from archive.register_fields import REGISTERS
from web.address import Address
from web.views.common import Amount, HitRow, Thing

Said: TypeAlias = tuple[str, str | None]
"""A party as a document says it: its name, and the number that is given with it, if any."""

#: Codes that have another meaning in an address.
TAKEN: Final = ("import", "export", "card", ".", "..")


@dataclass(frozen=True, slots=True)
class Known:
    """A thing, and what is said beside its link."""

    thing: Thing
    date: str | None = None
    title: str = ""
    revision: str = ""
    path: str = ""  # of the file, where it was asked for


def load_things(
    session: Session, viewer: Viewer, targets: Iterable[Target], *, placed: Collection[Target] = ()
) -> dict[Target, Known]:
    """Those of the targets that the viewer may see; documents among `placed` with their path."""
    wanted = set(targets)
    documents = [target.id for target in wanted if target.type == "document"]
    entries = [target.id for target in wanted if target.type != "document"]
    found: dict[Target, Known] = {}
    if documents:
        views = load_views(session, viewer, ids=sorted(documents))
        current = {Target("document", view.document.id): view.version for view in views}
        ids = {target: current[target].id for target in placed if target in current}
        places = load_places(session, ids.values())
        for target, version in current.items():
            thing = document_thing(target.id, version)
            path = places.shown(ids[target])[0] if target in ids else ""
            revision = version.revision or ""
            found[target] = Known(thing, version.date, thing.title, revision, path)
    if entries:
        found |= _entries(session, viewer, entries)
    return found


def things_of(known: Mapping[Target, Known], document_ids: Iterable[int]) -> tuple[Thing, ...]:
    """The links to these documents, as far as they are known."""
    targets = (Target("document", one) for one in document_ids)
    return tuple(known[target].thing for target in targets if target in known)


def document_thing(document_id: int, version: Version, query: str = "") -> Thing:
    """The link to a document; `query` is what follows its path: "?page=2"."""
    number = file_number(document_id)
    return Thing(
        version.kind or "other",
        version.own_number or number,
        f"/documents/{number}{query}",
        version.title or version.file_name,
    )


def entry_thing(register: str, entry_id: int, code: str, name: str, *, is_double: bool) -> Thing:
    """The link to an entry. `is_double`: the viewer sees another one of this code."""
    href = entry_path(register, entry_id, code, is_double=is_double)
    return Thing(register, code, href, name if name != code else "", is_register=True)


def entry_path(register: str, entry_id: int, code: str, *, is_double: bool) -> str:
    """`/products/PX-200`; `/products/~12`, by id, where the code says too little or too much."""
    is_plain = code.isprintable() and not set(code) & set("/\\?#~%") and code not in TAKEN
    name = quote(code) if is_plain and not is_double else f"~{entry_id}"
    return f"/{REGISTERS[register].plural}/{name}"


def doubles(session: Session, viewer: Viewer, keys: Iterable[str]) -> set[tuple[str, str]]:
    """(register, key) of those that are registered in several collections that the viewer reads."""
    if len(viewer.reads) < 2:
        return set()
    rows = session.execute(
        select(Entry.register, Entry.key)
        .where(Entry.key.in_(set(keys)), Entry.collection_id.in_(viewer.reads))
        .group_by(Entry.register, Entry.key)
        .having(func.count() > 1)
    )
    return {(register, key) for register, key in rows}


def wanted_href(scheme: str, key: str = "") -> str:
    """The page of what is wanted of a scheme; of one number of it."""
    return str(Address("/wanted").having(scheme=scheme, key=key))


def _entries(session: Session, viewer: Viewer, ids: list[int]) -> dict[Target, Known]:
    rows = session.execute(
        select(Entry.id, Entry.register, Entry.code, Entry.name, Entry.key).where(
            Entry.id.in_(ids), Entry.collection_id.in_(viewer.reads)
        )
    ).all()
    several = doubles(session, viewer, (row.key for row in rows))
    found = {}
    for entry_id, register, code, name, key in rows:
        is_double = (register, key) in several
        thing = entry_thing(register, entry_id, code, name, is_double=is_double)
        found[Target(register, entry_id)] = Known(thing, None, thing.title)
    return found


def party_things(session: Session, viewer: Viewer, said: Iterable[Said]) -> dict[Said, Thing]:
    """The register's entry of each party that is called so for sure."""
    called = parties_called(session, viewer, said)
    known = load_things(session, viewer, [Target("party", one) for one in called.values()])
    return {name: known[Target("party", one)].thing for name, one in called.items()}


def shown_parties(
    session: Session, viewer: Viewer, versions: Iterable[Version]
) -> dict[int, tuple[Thing | str, ...]]:
    """By id of a version its parties as a list shows them: those that are registered as links."""
    names = {version.id: in_order(version.parties) for version in versions}
    things = party_things(session, viewer, {one for said in names.values() for one in said})
    return {
        version: tuple(
            replace(things[one], text=one[0]) if one in things else one[0] for one in said
        )
        for version, said in names.items()
    }


def hit_rows(
    session: Session, viewer: Viewer, ids: Iterable[int], collections: Mapping[int, str]
) -> dict[int, HitRow]:
    """Documents as rows of a list, by id. `collections` are the names to be shown, if any."""
    views = load_views(session, viewer, ids=sorted(set(ids)))
    counts: dict[int, int] = {}
    if views:
        rows = session.execute(
            select(Version.document_id, func.count())
            .where(Version.document_id.in_([view.document.id for view in views]))
            .group_by(Version.document_id)
        )
        counts = {row[0]: row[1] for row in rows}
    gone = gone_since(session, counts)
    parties = shown_parties(session, viewer, (view.version for view in views))
    return {
        view.document.id: hit_row(
            view.document,
            view.version,
            parties=parties[view.version.id],
            versions=counts[view.document.id],
            collection=collections.get(view.document.collection_id, ""),
            gone=gone.get(view.document.id),
        )
        for view in views
    }


def hit_row(
    document: Document,
    version: Version,
    *,
    parties: tuple[Thing | str, ...],
    versions: int,
    collection: str,
    gone: datetime | None = None,
) -> HitRow:
    """One document as a row; `gone` since when it lies nowhere in the tree."""
    number = file_number(document.id)
    return HitRow(
        document=number,
        href=f"/documents/{number}",
        original_href=f"/documents/{number}/original",
        kind=version.kind,
        title=version.title or version.file_name,
        number=version.own_number or "",
        date=version.date,
        parties=parties,
        total=Amount(version.total, version.currency or "") if version.total else None,
        version=version.number,
        versions=versions,
        status=version.status,
        reason_code=version.reason_code,
        collection=collection,
        gone=gone,
    )


def in_order(parties: Iterable[Mapping[str, str | None]]) -> list[Said]:
    """Parties by name and number, the sender first, each name once, at most two."""
    order = {"seller": 0, "authority": 1, "party": 2, "payee": 3, "buyer": 4, "carrier": 5}
    ranked = sorted(parties, key=lambda party: order.get(party.get("role") or "", 9))
    found: dict[str, str | None] = {}
    for party in ranked:
        if name := party.get("name"):
            found[name] = found.get(name) or party.get("id")
    return list(found.items())[:2]
