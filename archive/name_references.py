"""References by registered names: what texts and folders say, kept without change on re-runs.

There is one for each name, collection of its bearers, and relation. It stands for as long as the
name is found and registered; who may not see the entry does not see the reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import jobs, matching
from archive.keys import meets
from archive.models import Identifier, Reference
from archive.reading import MentionFound, Name
from archive.readings import Subject
from archive.vocabulary import MISREAD

#: Of one name in one version: a price list names its product on each line.
MOST_MENTIONS: Final = 200
IN_CHUNK: Final = 500

Identity = tuple[str, str, str, int]  # scheme, key, relation, entry
Shape = tuple[int, int | None, int | None, int | None, str | None]
Numbers = dict[tuple[str, str], set[str]]  # (scheme, key): groups


@dataclass(frozen=True, slots=True)
class NamesFound:
    """The registered names that the text and the folders of one version say."""

    subject: Subject
    names: Sequence[tuple[Name, MentionFound]]


def keep_names(session: Session, found: Sequence[NamesFound], at: datetime) -> None:
    """Make the references of versions by registered names equal to what was found.

    A name in the text of which the version has a number with the same key already (that it bears or
    cites by a label) says nothing more, and is left out; so is one whose product is not spoken of.
    """
    numbers = _numbers(session, [one.subject.version_id for one in found if one.names])
    again = [one.subject.version_id for one in found if not one.subject.is_first_time]
    stands = _standing(session, again)
    keeper = matching.Keeper(session, at)
    fresh: list[int] = []
    changed: list[int] = []
    for one in found:
        version_id = one.subject.version_id
        wanted = _grouped(one.names, numbers[version_id])
        standing = stands[version_id]
        for place in [place for place in standing if place in wanted]:
            if standing[place][1] == _shape(wanted[place]):
                del wanted[place], standing[place]
        if wanted or standing:
            ids = {place: row_id for place, (row_id, _) in standing.items()}
            entry_of = {place: place[3] for place in wanted}
            fresh += keeper.keep(one.subject, wanted, ids, entry_of=entry_of)
            changed.append(version_id)
    keeper.write()
    matching.match_references(session, fresh, at)
    jobs.enqueue(session, jobs.JobKind.INDEX, changed, at)


def _grouped(
    names: Sequence[tuple[Name, MentionFound]], numbers: Numbers
) -> dict[Identity, list[MentionFound]]:
    cited = {key for _, key in numbers}
    said_of = {(name.collection_id, name.key) for name, _ in names if not name.beside}
    grouped: dict[Identity, list[MentionFound]] = {}
    for name, mention in names:
        said = numbers.get((name.scheme, name.key), ()) if mention.origin == "text" else ()
        is_beside = name.beside in cited or (name.collection_id, name.beside) in said_of
        if name.beside and not is_beside:  # what is said in another collection's words is no sign
            continue
        if not any(meets(mention.groups, groups) for groups in said):
            place = (name.scheme, name.key, mention.relation, name.entry_id)
            places = grouped.setdefault(place, [])
            if len(places) < MOST_MENTIONS:
                places.append(mention)
    return grouped


def _shape(mentions: list[MentionFound]) -> Shape:
    """What tells one set of places from another, near enough to leave it as it is."""
    mentions.sort(key=lambda m: (m.evidence.page or 0, m.evidence.start or 0))
    first = mentions[0].evidence
    return (len(mentions), first.page, first.start, first.end, first.where)


def _standing(
    session: Session, version_ids: Sequence[int]
) -> dict[int, dict[Identity, tuple[int, Shape]]]:
    found: dict[int, dict[Identity, tuple[int, Shape]]] = defaultdict(dict)
    for start in range(0, len(version_ids), IN_CHUNK):
        rows = session.scalars(
            select(Reference).where(
                Reference.version_id.in_(version_ids[start : start + IN_CHUNK]),
                Reference.retracted_at.is_(None),
                Reference.dictionary_entry_id.is_not(None),
            )
        )
        for row in rows:
            place = (row.scheme or "", row.key or "", row.relation, row.dictionary_entry_id or 0)
            shape = (row.mention_count, row.page, row.start, row.end, row.where)
            found[row.version_id][place] = (row.id, shape)
    return found


def _numbers(session: Session, version_ids: Sequence[int]) -> dict[int, Numbers]:
    """The numbers that versions cite or bear, without regard to any register: key to groups."""
    found: dict[int, Numbers] = defaultdict(lambda: defaultdict(set))
    for start in range(0, len(version_ids), IN_CHUNK):
        chunk = version_ids[start : start + IN_CHUNK]
        cited = select(
            Reference.version_id, Reference.scheme, Reference.key, Reference.groups
        ).where(
            Reference.version_id.in_(chunk),
            Reference.retracted_at.is_(None),
            Reference.key.is_not(None),
            Reference.origin != MISREAD,
            Reference.dictionary_entry_id.is_(None),
        )
        own = select(
            Identifier.version_id, Identifier.scheme, Identifier.key, Identifier.groups
        ).where(Identifier.version_id.in_(chunk), Identifier.retracted_at.is_(None))
        for statement in (cited, own):
            for version_id, scheme, key, groups in session.execute(statement):
                found[version_id or 0][scheme or "", key or ""].add(groups or "")
    return found
