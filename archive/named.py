"""Which products, change requests and milestones versions speak of, as all their readers know it.

By a number or a registered name that they cite, or because somebody linked them by hand. What a
person said of it comes first: what was rejected is not spoken of, what was led elsewhere is spoken
of by the name of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.models import Entry, Reference, Ruling
from archive.ruled import Rulings, is_for_everybody, ruling_on, rulings_of

#: Scheme, and the field of exports that lists what is spoken of.
FIELDS: Final = {
    "product": "products", "change-request": "change_requests", "milestone": "milestones",
}  # fmt: skip
NAMED: Final = tuple(FIELDS)

#: By scheme (one of NAMED): (collection, code) of what is spoken of, in the order it was read.
Named = dict[str, list[tuple[int, str]]]


def named_in(session: Session, version_ids: Sequence[int]) -> dict[int, Named]:
    """By version what the index says of it. Not for a viewer: see `VersionRecord`.

    The name of an entry goes with the entry's own collection, whose readers alone find it. A
    person's word that leads to another collection is known to those who read that as well: to the
    others, what it took the place of still holds. So both are said.
    """
    read_by, linked = aliased(Entry), aliased(Entry)
    rows = session.execute(
        select(
            *Reference.__table__.columns,
            read_by.collection_id.label("home"), read_by.code.label("code"),
            linked.register.label("linked"), linked.collection_id.label("linked_home"),
            linked.code.label("linked_code"),
        )
        .outerjoin(read_by, read_by.id == Reference.dictionary_entry_id)
        .outerjoin(linked, linked.id == Reference.fixed_entry_id)
        .where(
            Reference.version_id.in_(version_ids),
            Reference.retracted_at.is_(None),
            or_(Reference.scheme.in_(NAMED), linked.register.in_(NAMED)),
            is_for_everybody(),
        )
        .order_by(Reference.id)
    ).all()  # fmt: skip
    rulings = _Known(session, rows)
    found: dict[int, Named] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        named = found[row.version_id]
        said, beyond = rulings.on(row)
        if said is None or said.decision != "reject":
            if led := rulings.aim(said):
                _add(named, led.register, led.collection_id, led.code)
            elif row.linked:
                _add(named, row.linked, row.linked_home, row.linked_code)
            elif said is None or said.decision != "redirect":
                home = row.home or row.collection_id
                _add(named, row.scheme, home, row.code or row.text or row.key)
        if led := rulings.aim(beyond):
            _add(named, led.register, led.collection_id, led.code)
    return dict(found)


def _add(named: Named, scheme: str, collection_id: int, code: str) -> None:
    pair = (collection_id, code)
    if scheme in NAMED and pair not in named[scheme]:
        named[scheme].append(pair)


class _Known:
    """What was said of references: to all who may read them, and to those who read everything."""

    def __init__(self, session: Session, references: Sequence[Any]) -> None:
        documents = {one.document_id for one in references}
        ruled = set(
            session.scalars(select(Ruling.document_id).where(Ruling.document_id.in_(documents)))
        )
        ours = [one for one in references if one.document_id in ruled]
        homes = {one.collection_id for one in ours}
        every = self._entries(session, ruled)
        within = homes | {entry.collection_id for entry in every.values()}
        self._aims = every
        self._by_home = {home: self._said(session, ours, {home}, home) for home in homes}
        self._by_all = {home: self._said(session, ours, within, home) for home in homes}

    def on(self, reference: Any) -> tuple[Ruling | None, Ruling | None]:
        """What all readers of a reference know, and what some may know instead."""
        home = reference.collection_id
        if home not in self._by_home:
            return None, None
        said = ruling_on(self._by_home[home], reference)
        beyond = ruling_on(self._by_all[home], reference)
        return said, None if beyond is said else beyond

    def aim(self, ruling: Ruling | None) -> Entry | None:
        """The entry that it leads to."""
        return self._aims.get(ruling.target_entry_id or 0) if ruling else None

    @staticmethod
    def _entries(session: Session, documents: Iterable[int]) -> dict[int, Entry]:
        aims = select(Ruling.target_entry_id).where(
            Ruling.document_id.in_(documents), Ruling.target_entry_id.is_not(None)
        )
        return {one.id: one for one in session.scalars(select(Entry).where(Entry.id.in_(aims)))}

    @staticmethod
    def _said(session: Session, references: Sequence[Any], reads: set[int], home: int) -> Rulings:
        documents = {one.document_id for one in references if one.collection_id == home}
        viewer = Viewer("system", "administrator", frozenset(reads), frozenset())
        return rulings_of(session, viewer, documents, None)
