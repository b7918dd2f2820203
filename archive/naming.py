"""What register entries bear: their numbers, codes and names, as identifiers; and the dictionary.

The dictionary is all that entries bear, for those who read texts and folders. It has a revision,
so that whoever has it compiled knows when to do so again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from archive import jobs, matching
from archive.counters import draw
from archive.keys import groups_of, key_of_groups, meets
from archive.models import Counter, Entry, Identifier
from archive.parties import folded_name, other_spellings
from archive.reading import Name
from archive.register_fields import REGISTERS, Register, RegisterField
from archive.register_values import Values
from archive.schemes import Schemes

IN_CHUNK: Final = 500
COUNTER: Final = "dictionary"
#: Rules of identifiers that entries bear: looked for in texts; or told by labels and folders only.
IN_TEXTS: Final = "registered name"
ON_LABELS: Final = "registered"
#: Of a name that more entries of one collection bear, none can be meant: it is a common word.
MOST_BEARERS: Final = 5
#: Letters and digits of what is looked for without a label: "A4" is a sheet, "AB" a company.
LEAST_OF_CODE: Final = 4
LEAST_OF_WORD: Final = 3

Spelled = tuple[str, str, str]  # scheme, key, groups


@dataclass(frozen=True, slots=True)
class Borne:
    """A number, code or name of an entry."""

    scheme: str
    key: str
    groups: str
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who bears a key in one collection."""

    collection_id: int
    groups: str
    entries: tuple[int, ...]  # by id
    cited: tuple[str, str]  # key and groups of references: the code's, where there is one bearer


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All that entries bear, of one revision."""

    revision: int
    names: tuple[
        Name, ...
    ]  # for texts; of several entries of a collection the first stands for all
    by_key: Mapping[tuple[str, str], tuple[Known, ...]]  # (scheme, key)

    def bearers(self, spelled: Iterable[Spelled]) -> list[tuple[str, Known]]:
        """Scheme and bearers, one for each collection, of what can be spelled so."""
        found: dict[int, tuple[str, Known]] = {}
        for scheme, key, groups in spelled:
            for known in self.by_key.get((scheme, key), ()):
                if meets(groups, known.groups):
                    found.setdefault(known.collection_id, (scheme, known))
        return list(found.values())


def spellings(register: Register, text: str, schemes: Schemes) -> list[Spelled]:
    """The keys under which an entry may be known that somebody calls `text`: as code, as name."""
    plain = groups_of(text)
    folded = groups_of(folded_name(text)) if register.name == "party" else plain
    every = [schemes.key_of(register.scheme, text)] if register.code != register.title else []
    every += [(key_of_groups(groups), groups) for groups in (plain, folded)]
    return [(register.scheme, key, groups) for key, groups in dict(every).items() if key]


def borne(register: Register, values: Values, schemes: Schemes) -> list[Borne]:
    """What an entry with these values bears, each key once; as a name for texts, if it is one."""
    found: dict[tuple[str, str], Borne] = {}
    for field in register.fields:
        written = values.get(field.name)
        for text in written.split(";") if written and (field.scheme or field.is_name) else ():
            for one in _called(register, field, text, schemes):
                known = found.get((one.scheme, one.key))
                if one.key and (known is None or (known.rule, one.rule) == (ON_LABELS, IN_TEXTS)):
                    found[one.scheme, one.key] = one
    return list(found.values())


def _called(register: Register, field: RegisterField, text: str, schemes: Schemes) -> list[Borne]:
    """A number under its own scheme; a code or name under each key that it may be known by."""
    if field.scheme and field.scheme != register.scheme:
        return [Borne(field.scheme, *schemes.key_of(field.scheme, text), text, ON_LABELS)]
    every = spellings(register, text, schemes)
    has_codes = register.code != register.title
    if field.scheme:
        every = every[:1]
    elif has_codes and not _is_like_code(text):
        every = every[-1:]
    rule = IN_TEXTS if _is_looked_for(register, field, text) else ON_LABELS
    return [
        Borne(*spelled, text, rule if place == 0 else ON_LABELS)
        for place, spelled in enumerate(every)
    ]


def _is_like_code(text: str) -> bool:
    return " " not in text and any(char.isdigit() for char in text)


def _is_looked_for(register: Register, field: RegisterField, text: str) -> bool:
    """Is this rare enough in texts to be looked for without a label?"""
    length = sum(char.isalnum() for char in text)
    if not any(char.isalpha() for char in text):
        return False
    if any(char.isdigit() for char in text):
        return length >= LEAST_OF_CODE
    has_words = bool(field.scheme) or len(text.split()) >= register.least_words
    return length >= LEAST_OF_WORD and has_words


def keep_borne(
    session: Session,
    register: Register,
    entries: Mapping[int, tuple[int, Values]],
    schemes: Schemes,
    at: datetime,
) -> None:
    """Bring what entries bear up to date with their values, and answer what waits for it.

    `entries`: by id, collection and values. Documents that speak of them by name are looked for in
    the background.
    """
    stands = _standing(session, entries)
    gone, fresh, keys, renamed = [], [], set(), []
    for entry_id, (collection_id, values) in entries.items():
        every = borne(register, values, schemes)
        wanted = {(one.scheme, one.key, one.groups, one.text, one.rule): one for one in every}
        have = stands[entry_id]
        gone += [row_id for place, row_id in have.items() if place not in wanted]
        new = [one for place, one in wanted.items() if place not in have]
        fresh += [_row(entry_id, collection_id, one, at) for one in new]
        touched = {one.key for one in new} | {place[1] for place in have if place not in wanted}
        keys |= touched
        if touched:
            renamed.append(entry_id)
    for start in range(0, len(gone), IN_CHUNK):
        chunk = Identifier.id.in_(gone[start : start + IN_CHUNK])
        session.execute(update(Identifier).where(chunk).values(retracted_at=at))
    if fresh:
        session.connection().execute(insert(Identifier), fresh)
    if renamed:
        matching.answer_keys(session, sorted(keys), at)
        draw(session, COUNTER)
        for start in range(0, len(renamed), IN_CHUNK):
            jobs.enqueue(session, jobs.JobKind.NAME, renamed[start : start + IN_CHUNK], at)


def _standing(
    session: Session, entry_ids: Iterable[int]
) -> dict[int, dict[tuple[str, str, str, str, str], int]]:
    found: dict[int, dict[tuple[str, str, str, str, str], int]] = defaultdict(dict)
    wanted = sorted(entry_ids)
    for start in range(0, len(wanted), IN_CHUNK):
        rows = session.scalars(
            select(Identifier).where(
                Identifier.entry_id.in_(wanted[start : start + IN_CHUNK]),
                Identifier.retracted_at.is_(None),
            )
        )
        for row in rows:
            place = (row.scheme, row.key, row.groups, row.text, row.rule)
            found[row.entry_id or 0][place] = row.id
    return found


def _row(entry_id: int, collection_id: int, one: Borne, at: datetime) -> dict[str, object]:
    return {
        "collection_id": collection_id,
        "entry_id": entry_id,
        "scheme": one.scheme,
        "key": one.key,
        "groups": one.groups,
        "text": one.text,
        "origin": "person",
        "rule": one.rule,
        "recorded_at": at,
    }


def dictionary_revision(session: Session, *, is_held: bool = False) -> int:
    """Which dictionary is in force; held: until the transaction ends no entry is named anew."""
    statement = select(Counter.value).where(Counter.name == COUNTER)
    return session.scalar(statement.with_for_update(read=True) if is_held else statement) or 0


def load_dictionary(session: Session, revision: int) -> Dictionary:
    """Read all that entries bear in the schemes of the registers."""
    rows = session.execute(
        select(
            Identifier.scheme, Identifier.key, Identifier.groups, Identifier.text, Identifier.rule,
            Entry.collection_id, Entry.id, Entry.key.label("code_key"),
            Entry.fields,
        )
        .join(Entry, Entry.id == Identifier.entry_id)
        .where(
            Identifier.retracted_at.is_(None),
            Identifier.scheme.in_([register.scheme for register in REGISTERS.values()]),
        )
        .order_by(Entry.id, Identifier.id)
    ).all()  # fmt: skip
    bearers: dict[tuple[str, str, int], dict[int, None]] = defaultdict(dict)
    groups_by: dict[tuple[str, str, int], str] = {}
    code_of: dict[int, tuple[str, str]] = {}
    for row in rows:
        place = (row.scheme, row.key, row.collection_id)
        bearers[place][row.id] = None
        groups_by.setdefault(place, row.groups)
        if row.key == row.code_key:
            code_of[row.id] = (row.key, row.groups)
    by_key: dict[tuple[str, str], list[Known]] = defaultdict(list)
    known_at: dict[tuple[str, str, int], Known] = {}
    for place, entries in bearers.items():
        scheme, key, collection_id = place
        own = (key, groups_by[place])
        cited = code_of.get(next(iter(entries)), own) if len(entries) == 1 else own
        known_at[place] = Known(collection_id, groups_by[place], tuple(entries), cited)
        by_key[scheme, key].append(known_at[place])
    names: dict[Name, None] = {}
    for row in rows:
        known = known_at[row.scheme, row.key, row.collection_id]
        if row.rule == IN_TEXTS and len(known.entries) <= MOST_BEARERS:
            key, groups = known.cited
            first, beside = known.entries[0], ""
            if len(known.entries) == 1 and row.key != row.code_key:
                beside = _beside(row.scheme, row.fields, known_at, row.collection_id)
            name = Name(row.scheme, key, row.text, first, groups, row.collection_id, beside)
            others = other_spellings(row.text) if row.scheme == REGISTERS["party"].scheme else ()
            names.update(dict.fromkeys((name, *(replace(name, text=text) for text in others))))
    return Dictionary(revision, tuple(names), {key: tuple(every) for key, every in by_key.items()})


def _beside(
    scheme: str,
    values: Values,
    known_at: Mapping[tuple[str, str, int], Known],
    collection_id: int,
) -> str:
    """The key of the product to which the bearer of a name belongs, where it is registered."""
    register = next(one for one in REGISTERS.values() if one.scheme == scheme)
    key = key_of_groups(groups_of(values.get(register.beside, "")))
    known = known_at.get((REGISTERS["product"].scheme, key, collection_id))
    return known.cited[0] if known else ""
