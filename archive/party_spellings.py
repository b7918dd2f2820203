"""What documents call a registered party: by exact evidence, never by likeness.

A name in a document is a party's where the party is registered under it, with the same company
form, or bears the number that the document gives with it; a form may be left out then. Of a number
whose check digits don't agree nothing follows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.keys import groups_of, key_of_groups
from archive.merges import merged
from archive.models import CurrentSpan, Document, Entry, Fact, Identifier, Version
from archive.parties import KEPT, PartyName, is_compatible, party_name
from archive.party_numbers import checked_number
from archive.register_fields import REGISTERS
from archive.register_values import Values
from archive.then import standing, was_current

NUMBERS = ("organisation_number", "vat", "other_numbers")
IN_CHUNK = 400

#: Whether there is any party in the collections `reads`. Made once: every search asks it.
_ANY_PARTY: Final = (
    select(Entry.id)
    .where(Entry.register == "party", Entry.collection_id.in_(bindparam("reads", expanding=True)))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Signs:
    """By what a party is known: its names, and the numbers that check out."""

    names: frozenset[PartyName]
    numbers: frozenset[str]

    def fit(self, name: PartyName, number: str | None) -> bool:
        """Is what a document says so this party, without a doubt?"""
        if name in self.names:
            return True
        return number in self.numbers and any(is_compatible(name, one) for one in self.names)


@dataclass(frozen=True, slots=True)
class Naming:
    """A document's current version calls a party so."""

    version_id: int
    document_id: int
    day: str | None
    name: str
    role: str
    number: str | None


def signs_of(every: Iterable[Values]) -> Signs:
    """Of one party by the values of its entries."""
    names, numbers = set(), set()
    for values in every:
        names |= {values["name"], *filter(None, values.get("other_names", "").split(";"))}
        written = ";".join(values.get(field, "") for field in NUMBERS).split(";")
        numbers |= {number for text in written if (number := checked_number(text))}
    return Signs(frozenset(map(party_name, names)), frozenset(numbers))


def load_signs(session: Session, whole: Mapping[int, int]) -> dict[int, Signs]:
    """By the entry that stands for it, of each party; `whole` is what `Merged.whole` gives."""
    values: dict[int, list[Values]] = defaultdict(list)
    ids = sorted(whole)
    for start in range(0, len(ids), IN_CHUNK):
        rows = session.execute(
            select(Entry.id, Entry.fields)
            .where(Entry.id.in_(ids[start : start + IN_CHUNK]))
            .where(Entry.register == "party")
            .execution_options(populate_existing=True)
        )
        for entry_id, fields in rows:
            values[whole[entry_id]].append(fields)
    return {entry_id: signs_of(every) for entry_id, every in values.items()}


def named_in(
    session: Session, viewer: Viewer, parties: Mapping[int, Signs], as_of: datetime | None = None
) -> dict[int, list[Naming]]:
    """By party the places where current versions that the viewer may read name it as a party."""
    by_key: dict[str, set[int]] = defaultdict(set)
    by_number: dict[str, set[int]] = defaultdict(set)
    for entry_id, signs in parties.items():
        for name in signs.names:
            by_key[name.key].add(entry_id)
        for number in signs.numbers:
            by_number[number].add(entry_id)
    found: dict[int, dict[Naming, None]] = defaultdict(dict)
    for column, places in ((Fact.party_key, by_key), (Fact.party_number, by_number)):
        keys = sorted(places)
        for start in range(0, len(keys), IN_CHUNK):
            wanted = column.in_(keys[start : start + IN_CHUNK])
            for naming in _namings(session, viewer, wanted, as_of):
                name = party_name(naming.name)
                for entry_id in by_key.get(name.key, set()) | by_number.get(
                    naming.number or "", set()
                ):
                    if parties[entry_id].fit(name, naming.number):
                        found[entry_id][naming] = None
    return {entry_id: list(namings) for entry_id, namings in found.items()}


def counts_of_parties(as_of: datetime | None = None) -> ColumnElement[bool]:
    """Of a Fact: where a person said who the parties are, nothing that was read counts."""
    said = aliased(Fact)
    is_said = (
        select(said.id)
        .where(said.version_id == Fact.version_id, said.name == "party", said.origin == "person")
        .where(standing(said, as_of))
        .exists()
    )
    return or_(Fact.origin == "person", ~is_said)


def _namings(
    session: Session, viewer: Viewer, wanted: ColumnElement[bool], as_of: datetime | None
) -> list[Naming]:
    statement = (
        select(Fact.version_id, Document.id, Version.date, Fact.value, Fact.role, Fact.party_number)
        .select_from(Fact)
        .join(Version, Version.id == Fact.version_id)
        .where(
            wanted,
            standing(Fact, as_of),
            Document.collection_id.in_(viewer.reads),
            counts_of_parties(as_of),
        )
        .order_by(Document.id, Fact.id)
    )
    if as_of is None:
        statement = statement.join(Document, Document.current_version_id == Fact.version_id)
    else:
        statement = statement.join(CurrentSpan, CurrentSpan.version_id == Fact.version_id)
        statement = statement.join(Document, Document.id == CurrentSpan.document_id)
        statement = statement.where(was_current(as_of))
    return [Naming(*row[:4], row[4] or "party", row[5]) for row in session.execute(statement)]


def parties_called(
    session: Session, viewer: Viewer, said: Iterable[tuple[str, str | None]]
) -> dict[tuple[str, str | None], int]:
    """By name and the number given with it (if any) the one entry that it is for sure."""
    names = {one: party_name(one[0]) for one in said}
    near = _near(session, viewer, {name.words for name in names.values()}) if names else {}
    found = {}
    for one, name in names.items():
        checked = checked_number(one[1])
        fitting = [party for party, signs in near[name.words].items() if signs.fit(name, checked)]
        if len(fitting) == 1:
            found[one] = fitting[0]
    return found


def parties_of_keys(
    session: Session, viewer: Viewer, keys: Sequence[str]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By key of a name the one party that is registered under it: its name, and all its keys."""
    if session.scalar(_ANY_PARTY, {"reads": sorted(viewer.reads)}) is None:
        return {}
    near = _near(session, viewer, {key.partition("|")[0] for key in keys})
    found: dict[str, tuple[int, Signs]] = {}
    for key in keys:
        named = [
            (one, signs)
            for one, signs in near[key.partition("|")[0]].items()
            if any(name.key == key for name in signs.names)
        ]
        if len(named) == 1:
            found[key] = named[0]
    ids = {entry_id for entry_id, _ in found.values()}
    rows = session.execute(select(Entry.id, Entry.name).where(Entry.id.in_(ids)))
    names: dict[int, str] = {row[0]: row[1] for row in rows}
    return {
        key: (names[entry_id], tuple(sorted(name.key for name in signs.names)))
        for key, (entry_id, signs) in found.items()
    }


@lru_cache(maxsize=KEPT)
def _identifier_key(words: str) -> str:
    return key_of_groups(groups_of(words))


def _near(session: Session, viewer: Viewer, words: set[str]) -> dict[str, dict[int, Signs]]:
    """By the words of a name the parties with a name of these words, whatever its form."""
    keys = {one: _identifier_key(one) for one in words}
    every = sorted(set(keys.values()))
    rows: list[tuple[str, int]] = []
    for start in range(0, len(every), IN_CHUNK):
        found = session.execute(
            select(Identifier.key, Identifier.entry_id)
            .join(Entry, Entry.id == Identifier.entry_id)
            .where(
                Entry.register == "party",
                Entry.collection_id.in_(viewer.reads),
                Identifier.scheme == REGISTERS["party"].scheme,
                Identifier.key.in_(every[start : start + IN_CHUNK]),
                Identifier.retracted_at.is_(None),
            )
        )
        rows += [(key, entry_id or 0) for key, entry_id in found]
    if not rows:
        return {one: {} for one in words}
    merges = merged(session, viewer)
    parties = load_signs(session, merges.whole(entry_id for _, entry_id in rows))
    by_key: dict[str, dict[int, Signs]] = defaultdict(dict)
    for key, entry_id in rows:
        by_key[key][merges.of(entry_id)] = parties[merges.of(entry_id)]
    return {one: by_key[key] for one, key in keys.items()}


def unregistered(session: Session, viewer: Viewer, most: int) -> list[tuple[str, int]]:
    """Names that documents give parties and no register has, the most frequent first."""
    count = func.count(Document.id.distinct())
    rows = session.execute(
        select(func.min(Fact.value), count)
        .join(Document, Document.current_version_id == Fact.version_id)
        .where(
            Fact.party_key.is_not(None),
            Fact.retracted_at.is_(None),
            Document.collection_id.in_(viewer.reads),
            counts_of_parties(),
        )
        .group_by(Fact.party_key)
        .order_by(count.desc(), func.min(Fact.value))
        .limit(10 * most)
    ).all()
    names = [(name, party_name(name), documents) for name, documents in rows]
    near = _near(session, viewer, {name.words for _, name, _ in names})
    free = [
        (written, documents)
        for written, name, documents in names
        if not any(name in signs.names for signs in near[name.words].values())
    ]
    return free[:most]


def spellings(
    session: Session, viewer: Viewer, entry_id: int, as_of: datetime | None = None
) -> list[tuple[str, int]]:
    """How documents that the viewer may read write the party, each with how many do."""
    whole = merged(session, viewer, as_of).whole([entry_id])
    found: dict[str, set[int]] = defaultdict(set)
    for namings in named_in(session, viewer, load_signs(session, whole), as_of).values():
        for naming in namings:
            found[naming.name].add(naming.document_id)
    counted = [(name, len(documents)) for name, documents in found.items()]
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))
