"""References that want a person, as statements like those of archive.wanting."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from archive.access import Viewer
from archive.asides import not_aside
from archive.keys import is_bordered
from archive.merges import standing_for
from archive.models import Candidate, Document, Entry, Reference, Ruling
from archive.moved_away import has_moved
from archive.ruled import has_border, is_grouped_alike, rules_on
from archive.vocabulary import MISREAD
from archive.wanted_numbers import is_alike, stands_under, suffix
from archive.wanting import AMBIGUOUS, SUSPECT, WAITING, Asked, is_kept, name_of

MOST_RULINGS: Final = 100_000  # on what has changed since


def ambiguous(asked: Asked) -> Select[Any]:
    """References of current versions with several candidates: (Reference,)."""
    viewer = asked.viewer
    documents = count_documents(viewer)
    return references(asked, AMBIGUOUS, Reference).where(
        Reference.origin != MISREAD,
        Reference.candidate_count > literal_column("1"),
        or_(documents > 1, and_(documents == 0, count_entries(viewer) > 1)),
        ~is_ruled(viewer, Reference),
    )


def suspects(asked: Asked) -> Select[Any]:
    """References that were ruled on, or made by hand, before what they lead to changed."""
    later = aliased(Ruling)
    is_over = exists().where(  # of one that was added by hand
        Ruling.decision == "add",
        later.document_id == Ruling.document_id,
        later.key.is_(None),
        later.relation == Ruling.relation,
        later.target_document_id == Ruling.target_document_id,
        later.id > Ruling.id,
        later.retracted_at.is_(None),
    )
    changed = (
        select(Ruling)
        .join(Document, Document.id == Ruling.target_document_id)
        .where(
            Ruling.retracted_at.is_(None),
            Ruling.decision != "reject",  # what was ruled out leads nowhere
            Ruling.target_version_id.is_not(None),
            Ruling.target_version_id != Document.current_version_id,
            Document.collection_id.in_(asked.viewer.reads),
            ~is_over,
        )
        .limit(MOST_RULINGS)  # also makes SQLite begin with the rulings, which are few
        .subquery()
    )
    return references(asked, SUSPECT, Reference).join(
        changed,
        and_(
            changed.c.document_id == Reference.document_id,
            changed.c.relation == Reference.relation,
            or_(
                and_(
                    changed.c.scheme == Reference.scheme,
                    changed.c.key == Reference.key,
                    is_grouped_alike(changed.c.groups, Reference.groups),
                ),
                and_(
                    changed.c.key.is_(None),
                    Reference.origin == "person",
                    Reference.fixed_document_id == changed.c.target_document_id,
                ),
            ),
        ),
    )


def waiting(asked: Asked) -> Select[Any]:
    """The first reference of each number that is wanted in a collection: (Reference,).

    See archive.wanted_numbers for what is one number.
    """

    def waits(other: type[Reference]) -> tuple[ColumnElement[bool], ...]:
        return (
            other.key == Reference.key,
            other.scheme == Reference.scheme,
            other.collection_id == Reference.collection_id,
            other.retracted_at.is_(None),
            *_stands(asked, other),
            *_waits(asked, other),
        )

    earlier = aliased(Reference)
    is_later = exists().where(
        earlier.id < Reference.id, is_alike(earlier, Reference), *waits(earlier)
    )
    is_under = stands_under(Reference, (aliased(Reference), aliased(Reference)), waits)
    # one after the other: what a number stands under is looked for once, not for each that cites it
    is_first = case((is_later, false()), (is_under, false()), else_=true())
    return references(asked, WAITING, Reference).where(*_waits(asked, Reference), is_first)


def cited(asked: Asked) -> Select[Any]:
    """Every reference that waits for a number that nobody put aside: (Reference,), in no order."""
    return references(asked, WAITING, Reference).where(*_waits(asked, Reference)).order_by(None)


def citing(asked: Asked, keys: Collection[str]) -> Select[Any]:
    """What waits for numbers of these keys: (collection, scheme, key, groups, issuer, document, id,
    place).

    `place` counts the references of one number with the same marks in one collection from 1, the
    oldest first.
    """
    number = (
        Reference.collection_id, Reference.scheme, Reference.key, Reference.groups,
        Reference.issuer,
    )  # fmt: skip
    place = func.row_number().over(partition_by=number, order_by=Reference.id)
    return select(*number, Reference.document_id, Reference.id, place.label("place")).where(
        Reference.key.in_(keys),
        Reference.retracted_at.is_(None),
        *_stands(asked, Reference),
        *_waits(asked, Reference),
    )


def references(asked: Asked, kind: str, row: type[Reference]) -> Select[Any]:
    """References of current versions that the viewer sees, by when they were recorded."""
    name = name_of(kind, row.collection_id, row.scheme, row.key)
    marks = suffix(row)
    if kind != WAITING:
        scheme = func.coalesce(row.scheme, "")
        number = func.coalesce(row.key, cast(row.fixed_document_id, String))
        name = name_of(kind, row.document_id, scheme, number, row.relation)
        marks = case((has_border(row.groups), literal("/") + row.groups), else_="")
    # its name before borders were part of it; what has a slash never meets what has no border
    before = case((row.groups.contains("/"), name + marks), else_=name)
    return (
        select(row)
        .where(
            row.retracted_at.is_(None),
            row.collection_id.in_(asked.viewer.reads),
            *_stands(asked, row),
            not_aside(name + marks, asked.today),
            not_aside(before, asked.today),
        )
        .order_by(row.recorded_at, row.id)
    )


def _stands(asked: Asked, row: type[Reference]) -> tuple[ColumnElement[bool], ...]:
    """What makes a reference that was not retracted one that the viewer is told of."""
    return (
        _is_current(row),
        _sees_dictionary(asked.viewer, row),
        is_kept(asked, row.version_id, row.collection_id),
    )


def _waits(asked: Asked, row: type[Reference]) -> tuple[ColumnElement[bool], ...]:
    """What makes a standing reference wait for the viewer; see archive.references."""
    viewer = asked.viewer
    return (
        row.key.is_not(None),
        row.origin != MISREAD,
        row.scheme.not_in(asked.entry_schemes),
        row.home_candidate_count == literal_column("0"),
        or_(row.candidate_count == 0, ~has_candidate(viewer, row)),
        ~is_ruled(viewer, row),
    )


def has_candidate(viewer: Viewer, row: type[Reference]) -> ColumnElement[bool]:
    """Does something that the viewer may see fit the reference?"""
    document = aliased(Document)
    candidate = aliased(Candidate)
    entry = aliased(Entry)
    return or_(
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


def item_of(kind: str, row: Reference) -> str:
    """The name of a line about a reference; where it was made by hand, its target is its number.

    What has a border is told from others of its key by its groups.
    """
    number = row.fixed_document_id if row.key is None else row.key
    name = f"{kind}:{row.document_id}/{row.scheme or ''}/{number}/{row.relation}"
    return f"{name}/{row.groups}" if is_bordered(row.groups or "") else name


def parts_of(item: str) -> list[str]:
    """The parts of such a name: document, scheme, number, relation; groups, where it has them."""
    return item.partition(":")[2].split("/", 4)


def is_ruled(viewer: Viewer, row: type[Reference]) -> ColumnElement[bool]:
    """Rejected, or led by a person to something that the viewer may see."""
    ruling, document, entry = aliased(Ruling), aliased(Document), aliased(Entry)
    return exists().where(
        rules_on(ruling, row),
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


def count_documents(viewer: Viewer) -> Any:
    """How many documents fit."""
    return (
        select(func.count())
        .select_from(Candidate)
        .join(Document, Document.id == Candidate.document_id)
        .where(
            Candidate.reference_id == Reference.id,
            Candidate.retracted_at.is_(None),
            Document.collection_id.in_(viewer.reads),
            ~has_moved(viewer),
        )
        .scalar_subquery()
    )


def count_entries(viewer: Viewer) -> Any:
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
