"""What wants a person, as statements: one for each kind, oldest first, for one viewer.

A statement gives no more than its viewer may see, leaves out what somebody put aside, and is asked
for a part at a time: nothing here reads all references of a large archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from archive.access import Viewer
from archive.asides import not_aside
from archive.jobs import OF_VERSIONS
from archive.merge_answers import open_proposals
from archive.models import (
    Document,
    Entry,
    Job,
    MergeProposal,
    Paper,
    Proposal,
    Sighting,
    Trouble,
    Version,
)
from archive.owners import Kept
from archive.vocabulary import WANTING

UNREADABLE, GIVEN_UP, TROUBLE = "unreadable", "given-up", "trouble"
AMBIGUOUS, SUSPECT, PROPOSAL, WAITING = "ambiguous", "suspect", "proposal", "waiting"
OVERDUE, MERGE, MAY_BE = "overdue", "merge", "misread"

DEEPEST: Final = 3  # a file, inside an archive, inside a mail: as deep as an owner is looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom the list is, of which day, and what somebody looks after only (None: all).

    Numbers of `entry_schemes` name no document: none is missing (archive.builtin_schemes). What
    milestones lack, and what does not agree in trade, is found beforehand: see archive.need_lines
    and archive.trade_lines.
    """

    viewer: Viewer
    today: date
    kept: Kept | None = None
    entry_schemes: frozenset[str] = frozenset()
    lacking: Mapping[int, Any] = field(default_factory=dict)
    discrepancies: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)


def unreadable(asked: Asked, reason: str | None = None) -> Select[Any]:
    """Current versions that can't be read, or only in part: (Version,)."""
    return (
        select(Version)
        .join(Document, Document.current_version_id == Version.id)
        .where(
            Version.reason_code.in_(WANTING),
            Document.collection_id.in_(asked.viewer.reads),
            Version.reason_code == reason if reason else true(),
            is_kept(asked, Version.id, Document.collection_id),
            not_aside(name_of(UNREADABLE, Version.document_id, Version.number), asked.today),
        )
        .order_by(Version.received_at, Version.id)
    )


def given_up(asked: Asked) -> Select[Any, Any]:
    """Versions of which some work was given up: (Version, Job)."""
    return (
        select(Version, Job)
        .join(Job, and_(Job.subject == Version.id, Job.kind.in_(OF_VERSIONS)))
        .join(Document, Document.id == Version.document_id)
        .where(
            Job.given_up_at.is_not(None),
            Document.collection_id.in_(asked.viewer.reads),
            is_kept(asked, Version.id, Document.collection_id),
            not_aside(name_of(GIVEN_UP, Version.document_id, Version.number), asked.today),
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
            not_aside(name_of(OVERDUE, Paper.id), asked.today),
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
            not_aside(name_of(PROPOSAL, Proposal.id), asked.today),
        )
        .order_by(Proposal.recorded_at, Proposal.id)
    )


def mergers(asked: Asked) -> Select[Any, Any]:
    """Parties that may be one: (MergeProposal, Entry). They are the coordinators'."""
    return open_proposals(asked.viewer).where(
        is_kept(asked, cast(null(), Integer), Entry.collection_id),
        not_aside(name_of(MERGE, MergeProposal.id), asked.today),
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


def name_of(kind: str, first: Any, *more: Any) -> ColumnElement[str]:
    """The name of a line of the list, as archive.attention writes it: "kind:1/PO/23"."""
    name: Any = literal(f"{kind}:") + cast(first, String)
    for part in more:
        name = name + "/" + cast(part, String)
    return name  # type: ignore[no-any-return]


def is_id(text: str) -> bool:
    """Is a part of such a name the id of a row?"""
    return text.isascii() and text.isdecimal() and len(text) < 10
