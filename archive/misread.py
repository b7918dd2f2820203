"""Numbers that a scan may have misread: a person is asked where exactly one thing bears one then.

A reader keeps such a number as a reference of the origin `vocabulary.MISREAD`. It is none to
anybody before a person says what it means; then it is ruled on like any other. Where the same place
is a number as it stands, the ruling is on that, so that what was read is what was decided on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from archive import open_references
from archive.access import Viewer
from archive.attention_lines import Line, lines_of_references
from archive.candidates import candidates_of
from archive.models import Mention, Reference, Ruling
from archive.open_references import count_documents, count_entries, has_candidate, is_ruled
from archive.references import seen
from archive.ruled import is_grouped_alike
from archive.rulings import OnReference
from archive.vocabulary import MISREAD
from archive.wanting import MAY_BE, Asked


def proposed(asked: Asked) -> Select[Any]:
    """Numbers that one thing bears if they are misread, and lead nowhere else: (Reference,)."""
    viewer = asked.viewer
    documents = count_documents(viewer)
    return open_references.references(asked, MAY_BE, Reference).where(
        Reference.origin == MISREAD,
        Reference.candidate_count > literal_column("1"),  # see archive.models.Reference
        or_(documents == 1, and_(documents == 0, count_entries(viewer) == 1)),
        ~is_ruled(viewer, Reference),
        ~_leads_elsewhere(viewer),
    )


def _leads_elsewhere(viewer: Viewer) -> ColumnElement[bool]:
    """Is the same place a number that something bears, read as it stands or in another way?"""
    other, mention = aliased(Reference), aliased(Mention)
    is_ours = is_ruled(viewer, other)
    return exists().where(
        other.version_id == Reference.version_id,
        other.id != Reference.id,
        other.retracted_at.is_(None),
        mention.reference_id == other.id,
        mention.page == Reference.page,
        mention.start < Reference.end,
        mention.end > Reference.start,
        or_(
            and_(other.origin != MISREAD, or_(is_ours, has_candidate(viewer, other))),
            and_(other.origin == MISREAD, ~is_ours, has_candidate(viewer, other)),
        ),
    )


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of `proposed`, each with the one that bears the number and what speaks for it."""
    views = [
        replace(view, status="waiting", target=None, candidates=(view.target,))
        for view in seen(session, asked.viewer, [row[0] for row in rows], None)
        if view.target is not None
    ]
    told = lines_of_references(session, views, MAY_BE)
    for line, several in zip(told, candidates_of(session, asked.viewer, views), strict=True):
        line["candidates"] = several
    return told


def ruled_on(session: Session, what: OnReference, decision: str) -> OnReference:
    """What a decision on a number that may be misread is a ruling on.

    To say what it means is said of the number as it stands, where one was read there.
    """
    as_read = aliased(Reference)
    mention = aliased(Mention)
    statement = (
        select(as_read.scheme, as_read.key, as_read.relation, as_read.groups)
        .join(Reference, Reference.version_id == as_read.version_id)
        .join(mention, mention.reference_id == as_read.id)
        .where(
            Reference.document_id == what.document_id,
            Reference.scheme == what.scheme,
            Reference.key == what.key,
            Reference.relation == what.relation,
            is_grouped_alike(what.groups, Reference.groups),
            Reference.retracted_at.is_(None),
            as_read.origin != MISREAD,
            as_read.retracted_at.is_(None),
            mention.page == Reference.page,
            mention.start < Reference.end,
            mention.end > Reference.start,
        )
        .order_by(as_read.version_id.desc(), as_read.id)
    )
    place = session.execute(statement.limit(1)).first()
    if place is None or decision == "reject":
        return what
    found = OnReference(what.document_id, *place)
    is_standing = exists().where(
        Ruling.document_id == found.document_id,
        Ruling.scheme == found.scheme,
        Ruling.key == found.key,
        Ruling.relation == found.relation,
        is_grouped_alike(found.groups, Ruling.groups),
        Ruling.retracted_at.is_(None),
    )
    return found if decision != "withdraw" or session.scalar(select(is_standing)) else what
