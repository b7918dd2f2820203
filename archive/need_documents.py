"""The documents that may be what milestones need, and what speaks against each of them.

They are found by the references of everything else: documents that speak of the milestone, or of
its product. One that speaks of other milestones of the product, and not of this one, is theirs.
What is ambiguous counts for nothing: nobody has said yet what it means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.documents import load_views
from archive.keys import meets
from archive.merges import merged
from archive.models import Document, Entry, Identifier, Need, Version
from archive.parties import party_key
from archive.party_spellings import load_signs, named_in
from archive.records import Number
from archive.references import Target, incoming_of, outgoing
from archive.then import facts_then, standing

#: What speaks against a document, in the order in which it is said.
REASONS: Final = (
    "unreadable", "draft", "superseded", "wrong-party", "not-approved", "not-in-force", "expired",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Then:
    """What was known when, what held on which day; and the day of today."""

    today: date
    as_of: datetime | None = None
    on: date | None = None

    @property
    def day(self) -> date:
        """The day that is asked about."""
        return self.on or (self.as_of.date() if self.as_of else self.today)


@dataclass(frozen=True, slots=True)
class Offer:
    """A document as it stands (stood then), for needs."""

    document_id: int
    version: Version
    approval: str
    is_superseded: bool
    parties: frozenset[str]  # keys of names, of the parties that it names


def speaking_of_entries(
    session: Session, viewer: Viewer, entries: Mapping[int, str], as_of: datetime | None
) -> dict[int, set[int]]:
    """By entry (id, register) the documents that speak of it, beyond doubt; few queries in all."""
    borne = _numbers(session, merged(session, viewer, as_of).whole(entries), as_of)
    bearers = _bearers(session, viewer, borne, as_of)
    found: dict[int, set[int]] = defaultdict(set)
    for target, entry_ids in bearers.items():
        for entry_id in entry_ids:
            found[entry_id].add(target.id)
    targets = {Target(register, entry_id): entry_id for entry_id, register in entries.items()}
    for view in incoming_of(session, viewer, {*targets, *bearers}, as_of=as_of):
        if view.status != "resolved" or view.target is None:
            continue
        if view.target in targets:
            found[targets[view.target]].add(view.row.document_id)
        cited = (view.row.scheme or "", view.row.key or "", view.row.groups or "")
        for entry_id in bearers.get(view.target, ()):
            if _is_one(cited, borne[entry_id]):
                found[entry_id].add(view.row.document_id)
    return found


def _numbers(
    session: Session, whole: Mapping[int, int], as_of: datetime | None
) -> dict[int, list[Number]]:
    """By entry the numbers that it bears, with all that were merged into it."""
    found: dict[int, list[Number]] = defaultdict(list)
    for chunk in chunked(whole):
        rows = session.execute(
            select(Identifier.entry_id, Identifier.scheme, Identifier.key, Identifier.groups).where(
                Identifier.entry_id.in_(chunk), standing(Identifier, as_of)
            )
        )
        for entry_id, scheme, key, groups in rows:
            found[whole[entry_id or 0]].append((scheme, key, groups))
    return found


def _bearers(
    session: Session,
    viewer: Viewer,
    borne: Mapping[int, Sequence[Number]],
    as_of: datetime | None,
) -> dict[Target, set[int]]:
    """By document the entries whose number it bears itself: a change request, filed."""
    found: dict[Target, set[int]] = defaultdict(set)
    for chunk in chunked({number[1] for numbers in borne.values() for number in numbers}):
        rows = session.execute(
            select(Document.id, Identifier.scheme, Identifier.key, Identifier.groups)
            .join(Identifier, Identifier.document_id == Document.id)
            .where(
                Identifier.key.in_(chunk),
                standing(Identifier, as_of),
                Document.collection_id.in_(viewer.reads),
            )
        )
        for document_id, scheme, key, groups in rows:
            for entry_id, numbers in borne.items():
                if _is_one((scheme, key, groups), numbers):
                    found[Target("document", document_id)].add(entry_id)
    return found


def _is_one(number: Number, numbers: Iterable[Number]) -> bool:
    return any(number[:2] == one[:2] and meets(number[2], one[2]) for one in numbers)


def load_offers(
    session: Session, viewer: Viewer, documents: Iterable[int], kinds: Iterable[str], then: Then
) -> dict[int, Offer]:
    """Those of the documents that have one of the kinds, and are not dated later than `on`."""
    wanted, known = sorted(set(kinds)), sorted(set(documents))
    if then.as_of is None:  # facts of then are not in the columns of today
        known = [number for chunk in chunked(known) for number in _of_kinds(session, chunk, wanted)]
    views = [
        view
        for view in load_views(session, viewer, ids=known, as_of=then.as_of)
        if view.version.kind in wanted
        and (then.on is None or (view.version.date or "") <= then.on.isoformat())
    ]
    versions = [view.version.id for view in views]
    approvals = _approvals(session, versions, then.as_of)
    gone = _superseded(session, viewer, {v.document.id: v.version.id for v in views}, then.as_of)
    return {
        view.document.id: Offer(
            view.document.id,
            view.version,
            approvals.get(view.version.id, ""),
            view.document.id in gone,
            frozenset(party_key(party["name"]) for party in view.version.parties),
        )
        for view in views
    }


def _of_kinds(session: Session, documents: Sequence[int], kinds: Sequence[str]) -> Iterable[int]:
    return session.scalars(
        select(Document.id)
        .join(Version, Version.id == Document.current_version_id)
        .where(Document.id.in_(documents), Version.kind.in_(kinds))
    )


def _approvals(session: Session, versions: Sequence[int], as_of: datetime | None) -> dict[int, str]:
    """By version what it says of its approval, or a person does."""
    found: dict[int, str] = {}
    for version_id, _, value in facts_then(session, versions, ("approval",), as_of):
        found.setdefault(version_id, value)
    return found


def _superseded(
    session: Session, viewer: Viewer, current: Mapping[int, int], as_of: datetime | None
) -> set[int]:
    """Those of the documents (by id, with their version) that another one takes the place of."""
    targets = [Target("document", document_id) for document_id in current]
    gone = {
        view.target.id
        for view in incoming_of(session, viewer, targets, as_of=as_of)
        if view.row.relation == "supersedes"
        and view.status == "resolved"
        and view.target is not None
        and view.row.document_id != view.target.id
    }
    said = outgoing(session, viewer, version_ids=sorted(current.values()), as_of=as_of)
    return gone | {
        view.row.document_id
        for view in said
        if view.row.relation == "superseded-by"
        and view.status == "resolved"
        and view.target != Target("document", view.row.document_id)
    }


def named_parties(
    session: Session, viewer: Viewer, names: Iterable[str], as_of: datetime | None
) -> dict[str, frozenset[int]]:
    """By the name of a registered party the documents that name it, by whatever spelling."""
    keys = {party_key(name): name for name in names if name}
    if not keys:
        return {}
    statement = select(Entry.id, Entry.name).where(
        Entry.register == "party",
        Entry.name.in_(keys.values()),
        Entry.collection_id.in_(viewer.reads),
    )
    if as_of is not None:
        statement = statement.where(Entry.created_at <= as_of)
    rows = session.execute(statement).all()
    merges = merged(session, viewer, as_of)
    signs = load_signs(session, merges.whole(row[0] for row in rows))
    namings = named_in(session, viewer, signs, as_of)
    found: dict[str, frozenset[int]] = {}
    for entry_id, name in rows:
        documents = {naming.document_id for naming in namings.get(merges.of(entry_id), ())}
        found[name] = found.get(name, frozenset()) | documents
    return found


def against(
    need: Need, offer: Offer, day: str, named: Mapping[str, frozenset[int]]
) -> tuple[str, ...]:
    """What speaks against the document for this need of a milestone on that ISO day."""
    version = offer.version
    is_wrong = bool(need.party) and not (
        party_key(need.party) in offer.parties
        or offer.document_id in named.get(need.party, frozenset())
    )
    is_timed = need.wanted == "valid"
    holds = {
        "unreadable": version.status == "unreadable",
        "draft": offer.approval == "draft",
        "superseded": offer.is_superseded,
        "wrong-party": is_wrong,
        "not-approved": need.wanted == "approved" and offer.approval == "",
        "not-in-force": is_timed and bool(version.effective_from and version.effective_from > day),
        "expired": is_timed and bool(version.expires_on and version.expires_on < day),
    }
    return tuple(reason for reason in REASONS if holds[reason])
