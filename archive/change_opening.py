"""A document of kind change-request opens an entry of the register by itself, and is linked to it.

In the document's own collection, once for each number. What is derived may be made again: as long
as nobody has touched the entry, it says what the document says now. Where there is an entry of the
number already, the document is linked to it by that, and nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from archive.by_hand import add_reference
from archive.change_affected import collection_viewer
from archive.change_states import CHANGES, FIRST
from archive.errors import UsageError
from archive.models import Document, Entry, Identifier, OpenedEntry, Reference, Version
from archive.references import Target, outgoing
from archive.register_fields import REGISTERS, Register, checked
from archive.register_saving import EntryChange, entry_key, keys_in_use, save
from archive.register_values import Change
from archive.schemes import Schemes, recognise

MOST_PRODUCTS: Final = 50
LINKED: Final = "about"


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a version says of its request, by field of the register; and the number of a mail."""

    fields: Mapping[str, str] = field(default_factory=dict)
    number: str = ""  # "": the document's own, where it is of kind change-request


def open_entries(
    session: Session, asked: Mapping[int, AskedFor], at: datetime, schemes: Schemes
) -> None:
    """Open entries for those of these versions that are change requests; keep up what is untouched.

    `asked`: by version what it says of its request.
    """
    mails = [version_id for version_id, said in asked.items() if said.number]
    rows = session.execute(
        select(Version, Document.collection_id)
        .join(Document, Document.current_version_id == Version.id)
        .where(
            Version.id.in_(list(asked)),
            or_(
                Version.id.in_(mails),
                and_(Version.kind == CHANGES, Version.own_number.is_not(None)),
            ),
        )
        .order_by(Version.id)
        .execution_options(populate_existing=True)
    ).all()
    by_collection: dict[int, list[Version]] = defaultdict(list)
    for version, collection_id in rows:
        by_collection[collection_id].append(version)
    for collection_id, versions in by_collection.items():
        said = _said(session, collection_id, versions, asked, schemes)
        _keep(session, collection_id, versions, said, at, schemes)


def _said(
    session: Session,
    collection_id: int,
    versions: Sequence[Version],
    asked: Mapping[int, AskedFor],
    schemes: Schemes,
) -> dict[int, dict[str, str]]:
    """By version, what the document says of its change request; nothing where it has no number."""
    products = _products(session, collection_id, [version.id for version in versions])
    register = REGISTERS[CHANGES]
    found: dict[int, dict[str, str]] = {}
    for version in versions:
        own = asked[version.id]
        number = own.number or version.own_number or ""
        found_products = ";".join(products.get(version.id, ()))
        written = {
            "title": version.title or number,
            **own.fields,
            "number": number,
            "products": found_products or own.fields.get("products", ""),
            "affects": ";".join(_numbers(schemes, own.fields.get("affects", ""))),
            "received_on": version.date or version.received_at.date().isoformat(),
        }
        values = _checked(register, written)
        if {"number", "title"} <= values.keys() and entry_key(register, number, schemes):
            found[version.id] = values
    return found


def _checked(register: Register, written: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that the register takes."""
    values = {}
    for name, text in written.items():
        try:
            value = checked(register.field(name), text)
        except UsageError:
            continue
        if value:
            values[name] = value
    return values


def _numbers(schemes: Schemes, named: str) -> list[str]:
    """The numbers in what a form says is affected (`a;b`), without the words around them."""
    found: dict[str, None] = {}
    for one in named.split(";"):
        for spot in recognise(schemes, one)[:1]:
            found[one[spot.start : spot.end]] = None
    return list(found)


def _products(
    session: Session, collection_id: int, version_ids: Sequence[int]
) -> dict[int, list[str]]:
    viewer = collection_viewer(collection_id)
    found: dict[int, dict[str, None]] = defaultdict(dict)
    entries: set[int] = set()
    views = outgoing(session, viewer, version_ids=version_ids)
    views = [view for view in views if view.status != "rejected"]
    entries = {view.target.id for view in views if view.target and view.target.type == "product"}
    rows = session.execute(select(Entry.id, Entry.code).where(Entry.id.in_(entries)))
    codes = {row.id: row.code for row in rows}
    for view in views:
        if view.target and view.target.type == "product":
            found[view.row.version_id][codes[view.target.id]] = None
        elif view.row.scheme == "product" and view.row.text:
            found[view.row.version_id][view.row.text] = None
    return {key: list(names)[:MOST_PRODUCTS] for key, names in found.items()}


def _keep(
    session: Session,
    collection_id: int,
    versions: Sequence[Version],
    said: Mapping[int, dict[str, str]],
    at: datetime,
    schemes: Schemes,
) -> None:
    register, viewer = REGISTERS[CHANGES], collection_viewer(collection_id)
    keys = {of: entry_key(register, values["number"], schemes) for of, values in said.items()}
    known = keys_in_use(session, register, set(keys.values()))
    opened = _opened(session, [version.document_id for version in versions])
    wanted: list[EntryChange] = []
    made_by: list[Version] = []
    for version in versions:
        if version.id not in said:
            continue
        place = (collection_id, keys[version.id])
        own = opened.get(version.document_id)
        if place in known and (own is None or known[place] != own.id):
            if known[place]:
                _link(session, viewer, version, known[place], schemes, at)
            continue
        fresh = {} if own else {"state": FIRST}
        changes = [Change(name, value) for name, value in {**said[version.id], **fresh}.items()]
        wanted.append(EntryChange(own, collection_id, changes))
        made_by.append(version)
        known[place] = own.id if own else 0  # of an entry that is about to be
    if not wanted:
        return
    ids = save(session, viewer, register, wanted, at, schemes)
    _remember(session, dict(zip(ids, made_by, strict=True)))
    for entry_id, version in zip(ids, made_by, strict=True):
        _link(session, viewer, version, entry_id, schemes, at)


def _opened(session: Session, document_ids: Sequence[int]) -> dict[int, Entry]:
    """By document, the entry that it opened and nobody has touched since."""
    rows = session.execute(
        select(Version.document_id, Entry)
        .join(OpenedEntry, OpenedEntry.version_id == Version.id)
        .join(Entry, Entry.id == OpenedEntry.entry_id)
        .where(Version.document_id.in_(document_ids), Entry.revision == OpenedEntry.revision)
        .order_by(Entry.id.desc())
        .execution_options(populate_existing=True)
    )
    return {row.document_id: row.Entry for row in rows}


def _remember(session: Session, opened: Mapping[int, Version]) -> None:
    ids = list(opened)
    revisions = session.execute(select(Entry.id, Entry.revision).where(Entry.id.in_(ids)))
    rows = [
        {"entry_id": row.id, "version_id": opened[row.id].id, "revision": row.revision}
        for row in revisions
    ]
    session.execute(delete(OpenedEntry).where(OpenedEntry.entry_id.in_(ids)))
    session.execute(insert(OpenedEntry), rows)


def _link(
    session: Session, viewer: Any, version: Version, entry_id: int, schemes: Schemes, at: datetime
) -> None:
    """Link the document, once for good, where its number does not do so by itself."""
    is_by_number = session.scalar(
        select(Identifier.id)
        .join(Entry, Entry.id == entry_id)
        .where(
            Identifier.document_id == version.document_id,
            Identifier.scheme == CHANGES,
            Identifier.key == Entry.key,
            Identifier.retracted_at.is_(None),
        )
        .limit(1)
    )
    was_linked = session.scalar(
        select(Reference.id)
        .where(Reference.document_id == version.document_id, Reference.fixed_entry_id == entry_id)
        .limit(1)
    )
    if is_by_number is None and was_linked is None:
        target = Target(CHANGES, entry_id)
        add_reference(session, viewer, version.document_id, LINKED, target, at)
