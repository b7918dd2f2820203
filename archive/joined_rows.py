"""What goes along where a document joins another by a person's word, to go back with it.

archive.moving leads all that named the one document to the other; afterwards nothing tells what was
whose. So the rows are noted, by id, in the decision, and changed back where it is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.attached import ATTACHED, INTAKE
from archive.bulk import chunked
from archive.carried import carry_along
from archive.models import Paper, Proposal, Reference, Ruling
from archive.version_questions import close_answered

#: What names a document, by the name under which its rows are noted.
NAMING: Mapping[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[Any]]] = {
    "rulings": (Ruling.id, Ruling.document_id),
    "ruled": (Ruling.id, Ruling.target_document_id),
    "papers": (Paper.id, Paper.document_id),
    "references": (Reference.id, Reference.fixed_document_id),
    "questions": (Proposal.id, Proposal.document_id),
}


def noted(session: Session, source: int) -> dict[str, list[int]]:
    """The ids of all that names this document; not what archive.attached leads there itself."""
    apart = {
        "references": or_(Reference.relation != ATTACHED, Reference.rule != INTAKE),
        "questions": Proposal.kind == "version",
    }
    found = {}
    for name, (key, column) in NAMING.items():
        rows = select(key).where(column == source)
        if name in apart:
            rows = rows.where(apart[name])
        found[name] = sorted(session.scalars(rows))
    return found


def give_back(
    session: Session,
    rows: Mapping[str, Sequence[int]],
    source: int,
    into: int,
    *,
    joined_at: datetime,
) -> None:
    """Let what was noted name `source` again, where it still names `into`.

    What was retracted or withdrawn by the joining itself stands again.
    """
    for name, (key, column) in NAMING.items():
        for chunk in chunked(rows.get(name, ())):
            session.execute(
                update(column.class_)
                .where(key.in_(chunk), column == into)
                .values({column.key: source})
            )
    both = (source, into)
    circle = and_(
        Reference.document_id.in_(both),
        Reference.fixed_document_id.in_(both),
        Reference.origin != "person",  # archive.carried makes those anew
    )
    for model, is_meant in (
        (Reference, circle),
        (Ruling, and_(Ruling.document_id.in_(both), Ruling.key.is_not(None))),
    ):
        session.execute(
            update(model).where(is_meant, model.retracted_at == joined_at).values(retracted_at=None)
        )
    session.flush()


def ask_again(session: Session, source: int, into: int, joined_at: datetime, at: datetime) -> None:
    """Once they are two: what was withdrawn by the joining is asked again, links lie where said."""
    withdrawn = session.scalars(
        select(Proposal).where(
            Proposal.kind == "version",
            Proposal.document_id.in_((source, into)),
            Proposal.decision.is_(None),
            Proposal.retracted_at == joined_at,
        )
    )
    for row in withdrawn:
        if {row.document_id, row.details["other"]} != {source, into}:
            row.retracted_at = None
    close_answered(session, [source, into], at)
    carry_along(session, [source, into], at)
