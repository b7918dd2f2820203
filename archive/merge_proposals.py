"""Parties that may be one, and what speaks for it.

The whole register is looked through in the background after entries or documents have changed, so
that what is proposed depends on what is there and not on the order in which it came. What was
answered is not asked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from archive.counters import insert_missing
from archive.models import Document, Entry, EntryMerge, Fact, MergeProposal, Meta
from archive.naming import dictionary_revision
from archive.parties import PartyName, is_compatible, party_name
from archive.party_spellings import Signs, counts_of_parties, signs_of

REVIEWED: Final = "parties"  # the Meta line: of which state the proposals are
LEAST: Final = 4  # letters of names that are compared letter by letter
MOST_ALIKE: Final = 20  # names with one sign in common: more are no sign of anything
#: What may speak for a merge. Pages and API have a sentence for each.
REASONS: Final = ("same-number", "same-name", "other-form", "one-letter", "initials")

Place = tuple[int, int | None, int, str]  # entry, other entry, its collection, name in documents


@dataclass(frozen=True, slots=True)
class _Called:
    """A registered party, or a name that documents of a collection say."""

    entry_id: int | None
    collection_id: int
    name: str  # as registered or as written
    signs: Signs


def review(session: Session, at: datetime) -> bool:
    """Bring what is proposed up to date with what is there; False where nothing has changed."""
    state = _state(session)
    insert_missing(session, Meta, {"name": REVIEWED, "value": ""})
    done = update(Meta).where(Meta.name == REVIEWED, Meta.value != state).values(value=state)
    if not session.execute(done).rowcount:  # type: ignore[attr-defined]
        return False
    wanted = _wanted(_called(session))
    for row in session.scalars(select(MergeProposal)).all():
        place = (row.entry_id, row.other_entry_id, row.collection_id, row.name_key)
        found = wanted.pop(place, None)
        if row.decision is None and row.retracted_at is None and found is None:
            row.retracted_at = at
        elif row.decision is None and found is not None:
            row.because, row.retracted_at = found[1], None
    names = ("entry_id", "other_entry_id", "collection_id", "name_key")
    rows = [
        {
            **dict(zip(names, place, strict=True)),
            "name": name,
            "because": because,
            "recorded_at": at,
        }
        for place, (name, because) in sorted(wanted.items(), key=_in_order)
    ]
    if rows:
        session.execute(insert(MergeProposal), rows)
    return True


def _in_order(item: tuple[Place, tuple[str, list[dict[str, Any]]]]) -> tuple[Any, ...]:
    """By entries, then names: so that the order of some hangs on no others."""
    (entry_id, other_id, collection_id, key), (name, _) = item
    return (entry_id, other_id or 0, key, name, collection_id)


def is_due(session: Session) -> bool:
    """Has anything changed since the last review? Without a party there is nothing to merge."""
    if session.scalar(select(Entry.id).where(Entry.register == "party").limit(1)) is None:
        return False
    reviewed = session.scalar(select(Meta.value).where(Meta.name == REVIEWED))
    return reviewed != _state(session)


def _state(session: Session) -> str:
    """Of entries, of merges and of what documents say, as one text."""
    last = session.scalar(select(func.max(Fact.id))) or 0
    count = session.scalar(select(func.count(EntryMerge.id))) or 0
    parted = session.scalar(select(func.count(EntryMerge.retracted_at))) or 0
    return f"{dictionary_revision(session)}/{count}/{parted}/{last}"


def _called(session: Session) -> list[_Called]:
    """Entries that stand for themselves, then names of documents that no entry there has."""
    merged = select(EntryMerge.entry_id).where(EntryMerge.retracted_at.is_(None))
    rows = session.execute(
        select(Entry.id, Entry.collection_id, Entry.name, Entry.fields, Entry.id.in_(merged))
        .where(Entry.register == "party")
        .order_by(Entry.id)
    ).all()
    if not rows:
        return []
    entries = [
        _Called(row.id, row.collection_id, row.name, signs_of([row.fields]))
        for row in rows
        if not row[4]
    ]
    known = {(row.collection_id, name) for row in rows for name in signs_of([row.fields]).names}
    said: dict[tuple[int, PartyName], _Called] = {}
    for collection_id, value, number in session.execute(
        select(Document.collection_id, Fact.value, Fact.party_number)
        .join(Document, Document.current_version_id == Fact.version_id)
        .where(Fact.party_key.is_not(None), Fact.retracted_at.is_(None), counts_of_parties())
        .distinct()
        .order_by(Document.collection_id, Fact.value)
    ):
        name = party_name(value)
        if (collection_id, name) in known:
            continue
        before = said.get((collection_id, name))
        numbers = before.signs.numbers if before else frozenset()
        signs = Signs(frozenset({name}), numbers | ({number} if number else frozenset()))
        spelled = before.name if before else value
        said[collection_id, name] = _Called(None, collection_id, spelled, signs)
    return [*entries, *said.values()]


def _wanted(called: list[_Called]) -> dict[Place, tuple[str, list[dict[str, Any]]]]:
    """Pairs of which one at least is registered, with what speaks for each."""
    found: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for reason, shown, members in _alike(called):
        for one, other in combinations(members, 2):
            a, b = called[one], called[other]
            if a.entry_id is not None and _is_question(reason, a, b):
                found[one, other].append({"id": reason, "params": {"sign": shown}})
    wanted = {}
    for (one, other), because in found.items():
        a, b = called[one], called[other]
        key = "" if b.entry_id else next(iter(b.signs.names)).key  # an entry is always the same
        place = (a.entry_id or 0, b.entry_id, b.collection_id, key)
        order = sorted(because, key=lambda reason: REASONS.index(reason["id"]))
        firsts = {reason["id"]: reason for reason in reversed(order)}
        wanted[place] = (b.name, [firsts[name] for name in REASONS if name in firsts])
    return wanted


def _is_question(reason: str, a: _Called, b: _Called) -> bool:
    """Is it more than what is known without asking, and of names that somebody can see at once?"""
    if b.entry_id is None and any(
        a.signs.fit(name, number) for name in b.signs.names for number in (None, *b.signs.numbers)
    ):
        return False  # a spelling of it, by exact evidence
    return reason != "same-name" or b.entry_id is not None


def _alike(called: list[_Called]) -> Iterator[tuple[str, str, list[int]]]:
    """Those that have a sign in common: which, and who; by number, words, letters, initials."""
    closer = {"one-letter": _one_letter, "initials": _short_for, "other-form": _other_forms}
    for (reason, sign), found in _by_sign(called).items():
        members = list(found)
        if not 1 < len(members) <= MOST_ALIKE:
            continue
        if reason in closer:
            yield from closer[reason](called, sign, members)
        else:
            yield reason, sign.partition("|")[0], members


def _by_sign(called: list[_Called]) -> dict[tuple[str, str], dict[int, None]]:
    found: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for index, one in enumerate(called):
        for number in one.signs.numbers:
            found["same-number", number.partition(":")[2]][index] = None
        for name in one.signs.names:
            found["same-name", name.key][index] = None
            found["other-form", name.words][index] = None
            for cut in _with_one_less(name.words):
                found["one-letter", cut][index] = None
            for initials in _initials(name):
                found["initials", initials][index] = None
    return found


def _other_forms(
    called: list[_Called], words: str, members: list[int]
) -> Iterator[tuple[str, str, list[int]]]:
    """One without a company form and one with it: two different forms are two parties."""
    for one, other in combinations(members, 2):
        pairs = [
            (a, b)
            for a in called[one].signs.names
            for b in called[other].signs.names
            if a.words == b.words == words and a != b
        ]
        if any(is_compatible(a, b) for a, b in pairs):
            yield "other-form", words, [one, other]


def _one_letter(
    called: list[_Called], _sign: str, members: list[int]
) -> Iterator[tuple[str, str, list[int]]]:
    from rapidfuzz.distance import OSA

    for one, other in combinations(members, 2):
        for a in called[one].signs.names:
            for b in called[other].signs.names:
                is_alike = a.form == b.form or not a.form or not b.form
                if is_alike and OSA.distance(a.words, b.words, score_cutoff=1) == 1:
                    yield "one-letter", f"{a.words} / {b.words}", [one, other]


def _short_for(
    called: list[_Called], initials: str, members: list[int]
) -> Iterator[tuple[str, str, list[int]]]:
    for one, other in combinations(members, 2):
        first = any(name.words == initials for name in called[one].signs.names)
        second = any(name.words == initials for name in called[other].signs.names)
        if first != second:
            yield "initials", initials.upper(), [one, other]


def _with_one_less(words: str) -> Iterable[str]:
    """The words, and all that is left where one letter is missing: two that are one letter apart
    have one of these in common. No digits: 3M and 4M are two firms."""
    if sum(map(str.isalpha, words)) < LEAST or any(map(str.isdigit, words)):
        return ()
    return {words, *(words[:at] + words[at + 1 :] for at in range(len(words)))}


def _initials(name: PartyName) -> Iterable[str]:
    """What a name of three words or more may be called for short; itself where it may be that."""
    words = name.words.split()
    if len(words) == 1:
        return (name.words,) if 2 < len(name.words) < 7 else ()
    return ("".join(word[0] for word in words),) if len(words) > 2 else ()
