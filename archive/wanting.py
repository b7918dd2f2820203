"""What wants a person, as statements: one for each kind, oldest first, for one viewer.

A statement gives no more than its viewer may see, leaves out what somebody put aside, and is asked
for a part at a time: nothing here reads all references of a large archive.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from archive.access import Viewer
from archive.asides import not_aside
from archive.jobs import JobKind
from archive.merge_answers import open_proposals
from archive.merges import standing_for
from archive.models import (
    Candidate,
    Document,
    Entry,
    Job,
    MergeProposal,
    Paper,
    Proposal,
    Reference,
    Ruling,
    Sighting,
    Trouble,
    Version,
)
from archive.owners import Kept

UNREADABLE, GIVEN_UP, TROUBLE = "unreadable", "given-up", "trouble"
AMBIGUOUS, SUSPECT, PROPOSAL, WAITING = "ambiguous", "suspect", "proposal", "waiting"
OVERDUE, MERGE = "overdue", "merge"

DEEPEST: Final = 3  # a file, inside an archive, inside a mail: as deep as an owner is looked for
MOST_RULINGS: Final = 100_000  # on what has changed since


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom the list is, of which day, and what somebody looks after only (None: all).

    Numbers of `entry_schemes` name no document: none is missing (archive.builtin_schemes).
    """

    viewer: Viewer
    today: date
    kept: Kept | None = None
    entry_schemes: frozenset[str] = frozenset()


def unreadable(asked: Asked, reason: str | None = None) -> Select[Any]:
    """Current versions that can't be read: (Version,)."""
    return (
        select(Version)
        .join(Document, Document.current_version_id == Version.id)
        .where(
            Version.status == "unreadable",
            Document.collection_id.in_(asked.viewer.reads),
            Version.reason_code == reason if reason else true(),
            is_kept(asked, Version.id, Document.collection_id),
            not_aside(_name(UNREADABLE, Version.document_id, Version.number), asked.today),
        )
        .order_by(Version.received_at, Version.id)
    )


def given_up(asked: Asked) -> Select[Any, Any]:
    """Versions of which some work was given up: (Version, Job)."""
    return (
        select(Version, Job)
        .join(Job, and_(Job.subject == Version.id, Job.kind != JobKind.NAME))
        .join(Document, Document.id == Version.document_id)
        .where(
            Job.given_up_at.is_not(None),
            Document.collection_id.in_(asked.viewer.reads),
            is_kept(asked, Version.id, Document.collection_id),
            not_aside(_name(GIVEN_UP, Version.document_id, Version.number), asked.today),
        )
        .order_by(Job.given_up_at, Job.id)
    )


def troubles(asked: Asked) -> Select[Any]:
    """Paths that can't be taken: (Trouble,)."""
    name = literal(f"{TROUBLE}:") + Trouble.root + "/" + Trouble.path
    return (
        select(Trouble)
        .where(
            Trouble.collection_id.in_(asked.viewer.reads),
            _is_trouble_kept(asked),
            not_aside(name, asked.today),
        )
        .order_by(Trouble.since, Trouble.id)
    )


def overdue(asked: Asked) -> Select[Any]:
    """Paper originals that should be back: (Paper,)."""
    return (
        select(Paper)
        .join(Document, Document.id == Paper.document_id)
        .where(
            Paper.lent_until < asked.today.isoformat(),
            Paper.retracted_at.is_(None),
            Document.collection_id.in_(asked.viewer.reads),
            is_kept(asked, Document.current_version_id, Document.collection_id),
            not_aside(_name(OVERDUE, Paper.id), asked.today),
        )
        .order_by(Paper.lent_until, Paper.id)
    )


def proposals(asked: Asked) -> Select[Any]:
    """What is proposed and not answered: (Proposal,). Names of folders are the coordinators'."""
    return (
        select(Proposal)
        .outerjoin(Document, Document.id == Proposal.document_id)
        .where(
            Proposal.collection_id.in_(asked.viewer.reads),
            Proposal.retracted_at.is_(None),
            Proposal.decision.is_(None),
            is_kept(asked, Document.current_version_id, Proposal.collection_id),
            not_aside(_name(PROPOSAL, Proposal.id), asked.today),
        )
        .order_by(Proposal.recorded_at, Proposal.id)
    )


def mergers(asked: Asked) -> Select[Any, Any]:
    """Parties that may be one: (MergeProposal, Entry). They are the coordinators'."""
    return open_proposals(asked.viewer).where(
        is_kept(asked, cast(null(), Integer), Entry.collection_id),
        not_aside(_name(MERGE, MergeProposal.id), asked.today),
    )


def ambiguous(asked: Asked) -> Select[Any]:
    """References of current versions with several candidates: (Reference,)."""
    viewer = asked.viewer
    documents = _count_documents(viewer)
    return _references(asked, AMBIGUOUS, Reference).where(
        Reference.candidate_count > literal_column("1"),
        or_(documents > 1, and_(documents == 0, _count_entries(viewer) > 1)),
        ~_is_ruled(viewer, Reference),
    )


def suspects(asked: Asked) -> Select[Any]:
    """References that were ruled on before what they lead to changed: (Reference,)."""
    changed = (
        select(Ruling)
        .join(Document, Document.id == Ruling.target_document_id)
        .where(
            Ruling.retracted_at.is_(None),
            Ruling.target_version_id.is_not(None),
            Ruling.target_version_id != Document.current_version_id,
            Document.collection_id.in_(asked.viewer.reads),
        )
        .limit(MOST_RULINGS)  # also makes SQLite begin with the rulings, which are few
        .subquery()
    )
    return _references(asked, SUSPECT, Reference).join(
        changed,
        and_(
            changed.c.document_id == Reference.document_id,
            changed.c.scheme == Reference.scheme,
            changed.c.key == Reference.key,
            changed.c.relation == Reference.relation,
        ),
    )


def waiting(asked: Asked) -> Select[Any]:
    """The first reference of each number that is wanted in a collection: (Reference,)."""
    earlier = aliased(Reference)
    is_first = ~exists().where(
        earlier.key == Reference.key,
        earlier.scheme == Reference.scheme,
        earlier.collection_id == Reference.collection_id,
        earlier.id < Reference.id,
        earlier.retracted_at.is_(None),
        *_waits(asked, earlier),
    )
    return _references(asked, WAITING, Reference).where(*_waits(asked, Reference), is_first)


def cited(asked: Asked) -> Select[Any]:
    """Every reference that waits for a number that nobody put aside: (Reference,), in no order."""
    return _references(asked, WAITING, Reference).where(*_waits(asked, Reference)).order_by(None)


def citing(asked: Asked, keys: Collection[str]) -> Select[Any, Any, Any, Any, Any, Any]:
    """What waits for numbers of these keys: (collection, scheme, key, document, id, place).

    `place` counts the references of one number in one collection from 1, the oldest first.
    """
    number = (Reference.collection_id, Reference.scheme, Reference.key)
    place = func.row_number().over(partition_by=number, order_by=Reference.id)
    return select(*number, Reference.document_id, Reference.id, place.label("place")).where(
        Reference.key.in_(keys), Reference.retracted_at.is_(None), *_waits(asked, Reference)
    )


def _references(asked: Asked, kind: str, row: type[Reference]) -> Select[Any]:
    """References of current versions that the viewer sees, by when they were recorded."""
    name = (
        _name(kind, row.collection_id, row.scheme, row.key)
        if kind == WAITING
        else _name(kind, row.document_id, row.scheme, row.key, row.relation)
    )
    return (
        select(row)
        .where(
            row.retracted_at.is_(None),
            row.key.is_not(None),
            row.collection_id.in_(asked.viewer.reads),
            _is_current(row),
            _sees_dictionary(asked.viewer, row),
            is_kept(asked, row.version_id, row.collection_id),
            not_aside(name, asked.today),
        )
        .order_by(row.recorded_at, row.id)
    )


def _waits(asked: Asked, row: type[Reference]) -> tuple[ColumnElement[bool], ...]:
    """What makes a standing reference wait for the viewer; see archive.references."""
    viewer = asked.viewer
    document = aliased(Document)
    candidate = aliased(Candidate)
    entry = aliased(Entry)
    seen = or_(
        exists().where(
            candidate.reference_id == row.id,
            candidate.retracted_at.is_(None),
            document.id == candidate.document_id,
            document.collection_id.in_(viewer.reads),
        ),
        exists().where(
            candidate.reference_id == row.id,
            candidate.retracted_at.is_(None),
            entry.id == candidate.entry_id,
            entry.collection_id.in_(viewer.reads),
        ),
    )
    return (
        row.key.is_not(None),
        row.scheme.not_in(asked.entry_schemes),
        row.home_candidate_count == literal_column("0"),
        or_(row.candidate_count == 0, ~seen),
        ~_is_ruled(viewer, row),
        _is_current(row),
        _sees_dictionary(viewer, row),
        is_kept(asked, row.version_id, row.collection_id),
    )


def _is_current(row: type[Reference]) -> ColumnElement[bool]:
    document = aliased(Document)
    return exists().where(
        document.id == row.document_id, document.current_version_id == row.version_id
    )


def _sees_dictionary(viewer: Viewer, row: type[Reference]) -> ColumnElement[bool]:
    hidden = aliased(Entry)  # no OR: SQLite would begin with it, and read half of all references
    return ~exists().where(
        hidden.id == row.dictionary_entry_id, hidden.collection_id.not_in(viewer.reads)
    )


def _is_ruled(viewer: Viewer, row: type[Reference]) -> ColumnElement[bool]:
    """Rejected, or led by a person to something that the viewer may see."""
    ruling, document, entry = aliased(Ruling), aliased(Document), aliased(Entry)
    return exists().where(
        ruling.document_id == row.document_id,
        ruling.scheme == row.scheme,
        ruling.key == row.key,
        ruling.relation == row.relation,
        ruling.retracted_at.is_(None),
        or_(
            ruling.decision == "reject",
            exists().where(
                document.id == ruling.target_document_id,
                document.collection_id.in_(viewer.reads),
            ),
            exists().where(
                entry.id == ruling.target_entry_id, entry.collection_id.in_(viewer.reads)
            ),
        ),
    )


def _count_documents(viewer: Viewer) -> Any:
    return (
        select(func.count())
        .select_from(Candidate)
        .join(Document, Document.id == Candidate.document_id)
        .where(
            Candidate.reference_id == Reference.id,
            Candidate.retracted_at.is_(None),
            Document.collection_id.in_(viewer.reads),
        )
        .scalar_subquery()
    )


def _count_entries(viewer: Viewer) -> Any:
    """How many entries fit; those that were merged are one."""
    return (
        select(func.count(standing_for(viewer, Candidate.entry_id).distinct()))
        .select_from(Candidate)
        .join(Entry, Entry.id == Candidate.entry_id)
        .where(
            Candidate.reference_id == Reference.id,
            Candidate.retracted_at.is_(None),
            Entry.collection_id.in_(viewer.reads),
        )
        .scalar_subquery()
    )


def is_kept(asked: Asked, version_id: Any, collection_id: Any) -> ColumnElement[bool]:
    """Does the one who is asked for look after the version? See archive.owners."""
    kept = asked.kept
    if kept is None:
        return true()
    found = _below(version_id, kept.roots)
    if not kept.collections:
        return found
    is_free = and_(collection_id.in_(kept.collections), ~_below(version_id, kept.owned))
    return or_(found, is_free)


def _is_trouble_kept(asked: Asked) -> ColumnElement[bool]:
    kept = asked.kept
    if kept is None:
        return true()
    is_free = and_(Trouble.collection_id.in_(kept.collections), Trouble.root.not_in(kept.owned))
    return or_(Trouble.root.in_(kept.roots), is_free)


def _below(version_id: Any, roots: Sequence[str]) -> ColumnElement[bool]:
    """Does the version lie below one of the roots, or inside what does? See Places.roots."""
    if not roots:
        return false()
    found: list[ColumnElement[bool]] = []
    for depth in range(DEEPEST):
        chain = [aliased(Sighting) for _ in range(depth + 1)]
        links = [inner.parent_version_id == outer.version_id for inner, outer in pairwise(chain)]
        # coalesce: so that no engine begins with all sightings of a root
        root = func.coalesce(chain[-1].root, "").in_(roots)
        last = [_is_last(sighting) for sighting in chain]
        found.append(exists().where(chain[0].version_id == version_id, *links, root, *last))
    return or_(*found)


def _is_last(sighting: type[Sighting]) -> ColumnElement[bool]:
    """Does it stand, or did none of its version stand longer?"""
    other = aliased(Sighting)
    is_longer = or_(other.until.is_(None), other.until > sighting.until)
    longer = exists().where(other.version_id == sighting.version_id, is_longer)
    return or_(sighting.until.is_(None), ~longer)


def _name(kind: str, first: Any, *more: Any) -> ColumnElement[str]:
    """The name of a line of the list, as archive.attention writes it: "kind:1/PO/23"."""
    name: Any = literal(f"{kind}:") + cast(first, String)
    for part in more:
        name = name + "/" + cast(part, String)
    return name  # type: ignore[no-any-return]


def is_id(text: str) -> bool:
    """Is a part of such a name the id of a row?"""
    return text.isascii() and text.isdecimal() and len(text) < 10
