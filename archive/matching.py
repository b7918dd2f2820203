"""Where mentions and identifiers meet: references, and the candidates that fit them.

Both ways, in whatever order things come: a new version's references look for bearers, and its own
numbers look for references that wait for them. `Candidate` rows hold every fit in the whole
archive; what a viewer sees of them is decided when they are read (archive/references.py). Whether
a candidate fits depends on the two sides alone, never on what else there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from archive import jobs
from archive.bulk import chunked, insert_rows
from archive.counters import Block
from archive.fitting import fits
from archive.keys import gathered
from archive.models import Candidate, Identifier, Mention, Reference, Version
from archive.reading import MentionFound
from archive.said_numbers import is_borne, said_numbers
from archive.vocabulary import MISREAD

if TYPE_CHECKING:
    from archive.readings import Subject

Identity = tuple[str | None, str | None, str | None, str | None, str]


def keep_references(
    session: Session, found: Iterable[tuple[Subject, Iterable[MentionFound]]], at: datetime
) -> None:
    """Keep one reference for each (scheme, key, grouping, issuer, relation) of each version.

    A number that a person said to be the version's own is no mention, as one that was read; one
    that may be misread says nothing where the version cites the same without doubt.
    """
    found = list(found)
    again = [subject.version_id for subject, _ in found if not subject.is_first_time]
    standing = _standing(session, again)
    said = said_numbers(session, again)
    keeper = Keeper(session, at)
    for subject, mentions in found:
        own = said.get(subject.version_id, ())
        mentions = list(mentions)
        sure = {(one.scheme, one.key) for one in mentions if one.origin != MISREAD}
        ours = [
            one
            for one in mentions
            if not (one.origin == MISREAD and (one.scheme, one.key) in sure)
            and not is_borne(one, own)
        ]
        keeper.keep(subject, _by_identity(ours), standing.get(subject.version_id, {}))
    keeper.write()


class Keeper:
    """Makes the references that stand equal to those that were found, for a group of versions."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session = session
        self._at = at
        self._numbers = Block(session, "reference")
        self._references: list[dict[str, Any]] = []
        self._mentions: list[dict[str, Any]] = []
        self._renewed: list[dict[str, Any]] = []

    def keep(
        self,
        subject: Subject,
        grouped: Mapping[Any, list[MentionFound]],
        standing: Mapping[Any, int],
        *,
        entry_of: Mapping[Any, int] | None = None,
    ) -> list[int]:
        """Retract, renew, collect what is new; the ids of new references, there after `write`.

        Both maps have the same sort of key, whatever tells one reference from another. `entry_of`
        names the register's entry whose name was looked for.
        """
        self._retract([i for key, i in standing.items() if key not in grouped])
        fresh = []
        for key, places in grouped.items():
            places.sort(key=_strongest_first)
            reference_id = standing.get(key)
            if reference_id is None:
                reference_id = self._numbers.take()
                row = _reference_row(reference_id, subject, places, self._at)
                row["dictionary_entry_id"] = entry_of[key] if entry_of else None
                self._references.append(row)
                fresh.append(reference_id)
            else:
                self._renewed.append({"of": reference_id, **_first_place(places)})
            self._mentions += [_mention_row(reference_id, place) for place in places]
        return fresh

    def write(self) -> None:
        """Write what was collected."""
        self._numbers.give_back()
        for chunk in chunked(row["of"] for row in self._renewed):
            self._session.execute(delete(Mention).where(Mention.reference_id.in_(chunk)))
        _update_references(self._session, self._renewed)
        insert_rows(self._session, Reference, self._references)
        insert_rows(self._session, Mention, self._mentions)
        self._references, self._mentions, self._renewed = [], [], []

    def _retract(self, gone: Sequence[int]) -> None:
        for chunk in chunked(gone):
            self._session.execute(
                update(Reference).where(Reference.id.in_(chunk)).values(retracted_at=self._at)
            )
            self._session.execute(
                update(Candidate)
                .where(Candidate.reference_id.in_(chunk), Candidate.retracted_at.is_(None))
                .values(retracted_at=self._at)
            )


def answer(session: Session, version_ids: Sequence[int], keys: Sequence[str], at: datetime) -> None:
    """Find the bearers for these versions' references, and the references that wait for `keys`.

    `keys` are those that the versions' documents bear since now, or no longer.
    """
    own: list[int] = []
    for chunk in chunked(version_ids):
        own += session.scalars(
            select(Reference.id).where(
                Reference.version_id.in_(chunk),
                Reference.retracted_at.is_(None),
                Reference.key.is_not(None),
            )
        )
    match_references(session, own, at)
    answer_keys(session, keys, at, beside=version_ids)


def answer_keys(
    session: Session, keys: Sequence[str], at: datetime, *, beside: Sequence[int] = ()
) -> None:
    """Something bears these keys since now, or no longer: bring the references to them up to date.

    All but those of the versions `beside`, which are done already.
    """
    done = set(beside)
    for chunk in chunked(keys):
        rows = session.execute(
            select(Reference.id, Reference.version_id).where(
                Reference.key.in_(chunk), Reference.retracted_at.is_(None)
            )
        )
        others = {row[0]: row[1] for row in rows if row[1] not in done}
        changed = match_references(session, others, at)
        touched = {others[reference_id] for reference_id in changed}
        jobs.enqueue(session, jobs.JobKind.INDEX, touched, at)


def match_references(session: Session, ids: Iterable[int], at: datetime) -> set[int]:
    """Bring the candidates of these references up to date. Returns those that changed."""
    changed: set[int] = set()
    for chunk in chunked(ids):
        changed |= _match(session, chunk, at)
    return changed


def _match(session: Session, ids: Sequence[int], at: datetime) -> set[int]:
    references = session.execute(
        select(
            Reference.id, Reference.scheme, Reference.key, Reference.groups, Reference.issuer,
            Reference.document_id, Reference.collection_id, Reference.origin,
            Reference.candidate_count, Version.parties, Version.date,
        )
        .join(Version, Version.id == Reference.version_id)
        .where(Reference.id.in_(ids), Reference.fixed_document_id.is_(None))
    ).all()  # fmt: skip
    bearers = _bearers(session, {row.key for row in references if row.key})
    standing: dict[int, set[tuple[int | None, int | None]]] = defaultdict(set)
    for candidate in session.execute(
        select(Candidate.reference_id, Candidate.document_id, Candidate.entry_id).where(
            Candidate.reference_id.in_(ids), Candidate.retracted_at.is_(None)
        )
    ):
        standing[candidate[0]].add((candidate[1], candidate[2]))
    fresh, counts, changed = [], [], set()
    for reference in references:
        wanted = {
            (bearer.document_id, bearer.entry_id): bearer.collection_id
            for bearer in bearers.get((reference.scheme, reference.key), ())
            if fits(reference, bearer)
        }
        had = standing[reference.id]
        fresh += [
            {"reference_id": reference.id, "document_id": d, "entry_id": e, "recorded_at": at}
            for d, e in sorted(wanted.keys() - had, key=str)
        ]
        for document_id, entry_id in had - wanted.keys():
            _retract(session, reference.id, document_id, entry_id, at)
        if wanted.keys() != had:
            changed.add(reference.id)
        count = len(wanted) + (reference.origin == MISREAD and bool(wanted))
        if reference.id in changed or count != reference.candidate_count:
            home = sum(one == reference.collection_id for one in wanted.values())
            counts.append(
                {
                    "of": reference.id,
                    "candidate_count": count,
                    "home_candidate_count": home,
                }
            )
    insert_rows(session, Candidate, fresh)
    _update_references(session, counts)  # the attention list asks how many candidates each has
    return changed


def _update_references(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write the same columns of many references; `of` is the id of each."""
    if rows:
        table = cast(Table, Reference.__table__)
        session.connection().execute(
            table.update()
            .where(table.c.id == bindparam("of"))
            .values({name: bindparam(name) for name in rows[0] if name != "of"}),
            rows,
        )


def _bearers(session: Session, keys: set[str]) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for chunk in chunked(keys):
        rows = session.execute(
            select(
                Identifier.scheme, Identifier.key, Identifier.groups, Identifier.issuer,
                Identifier.document_id, Identifier.entry_id, Identifier.collection_id,
                Version.parties, Version.kind, Version.date,
            )
            .outerjoin(Version, Version.id == Identifier.version_id)
            .where(
                Identifier.key.in_(chunk),
                Identifier.retracted_at.is_(None),
            )
        )  # fmt: skip
        for row in rows:
            found[(row.scheme, row.key)].append(row)
    return found


def _retract(
    session: Session, reference_id: int, document_id: int | None, entry_id: int | None, at: datetime
) -> None:
    session.execute(
        update(Candidate)
        .where(
            Candidate.reference_id == reference_id,
            Candidate.document_id == document_id
            if document_id is not None
            else Candidate.entry_id == entry_id,
            Candidate.retracted_at.is_(None),
        )
        .values(retracted_at=at)
    )


def _by_identity(mentions: Sequence[MentionFound]) -> dict[Identity, list[MentionFound]]:
    """Spellings that meet are one number, under the fullest grouping, whatever is said of it."""
    groupings: dict[tuple[str | None, ...], set[str]] = defaultdict(set)
    for one in mentions:
        groupings[one.scheme, one.key, one.issuer].add(one.groups)
    under = {number: gathered(several) for number, several in groupings.items()}
    found: dict[Identity, list[MentionFound]] = defaultdict(list)
    for one in mentions:
        groups = under[one.scheme, one.key, one.issuer][one.groups]
        full = one if groups == one.groups else replace(one, groups=groups)
        found[one.scheme, one.key, groups, one.issuer, one.relation].append(full)
    return found


def _standing(session: Session, version_ids: Sequence[int]) -> dict[int, dict[Identity, int]]:
    """By version the references that readers found in it and that stand."""
    found: dict[int, dict[Identity, int]] = defaultdict(dict)
    if version_ids:
        rows = session.execute(
            select(
                Reference.scheme, Reference.key, Reference.groups, Reference.issuer,
                Reference.relation, Reference.version_id, Reference.id,
            ).where(
                Reference.version_id.in_(version_ids),
                Reference.retracted_at.is_(None),
                Reference.key.is_not(None),
                Reference.origin.in_(("text", "data", MISREAD)),
                Reference.dictionary_entry_id.is_(None),
            )
        )  # fmt: skip
        for row in rows:
            identity = (row.scheme, row.key, row.groups, row.issuer, row.relation)
            found[row.version_id][identity] = row.id
    return found


def _strongest_first(mention: MentionFound) -> tuple[Any, ...]:
    evidence = mention.evidence
    order = ("data", "text", "folder", "person", MISREAD).index(mention.origin)
    return (order, evidence.page is None, evidence.page or 0, evidence.start or 0)


def _reference_row(
    reference_id: int, subject: Subject, places: list[MentionFound], at: datetime
) -> dict[str, Any]:
    first = places[0]
    return {
        "id": reference_id,
        "collection_id": subject.collection_id,
        "document_id": subject.document_id,
        "version_id": subject.version_id,
        "scheme": first.scheme,
        "key": first.key,
        "groups": first.groups,
        "issuer": first.issuer,
        "relation": first.relation,
        "recorded_at": at,
        **_first_place(places),
    }


def _first_place(places: list[MentionFound]) -> dict[str, Any]:
    first = places[0]
    evidence = first.evidence
    return {
        "text": first.identifier,
        "origin": first.origin,
        "rule": first.rule,
        "mention_count": len(places),
        "page": evidence.page,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "where": evidence.where,
    }


def _mention_row(reference_id: int, mention: MentionFound) -> dict[str, Any]:
    evidence = mention.evidence
    return {
        "reference_id": reference_id,
        "text": mention.identifier,
        "origin": mention.origin,
        "rule": mention.rule,
        "more": [list(span) for span in evidence.more],
        "page": evidence.page,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "where": evidence.where,
    }


def own_number_said(
    session: Session, version_id: int, at: datetime, *, also: Sequence[str] = ()
) -> None:
    """Parties or the own number were set by a person: look at both sides of them again.

    `also` are keys that are no longer borne.
    """
    keys = session.scalars(
        select(Identifier.key).where(
            Identifier.version_id == version_id, Identifier.retracted_at.is_(None)
        )
    )
    answer(session, [version_id], sorted({*keys, *also}), at)
