"""What somebody else proposes to destroy in the hidden worlds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Collection, Disposal, DisposalDocument, Document
from tests.world_plans import WorldPlan
from tests.world_questions import MATTER


def propose_hidden(session: Session, plan: WorldPlan, by: int, at: datetime) -> None:
    """A disposal of all that the plan's viewer may not read."""
    unseen = select(Collection.id).where(Collection.name.not_in(plan.reads))
    hidden = session.scalars(select(Document.id).where(Document.collection_id.in_(unseen))).all()
    if not hidden:
        return
    made = Disposal(id=MATTER, what="disposed", reason="", proposed_by=by, proposed_at=at)
    session.add(made)
    session.flush()
    session.add_all(
        DisposalDocument(disposal_id=MATTER, document_id=one, retention_class="", authority="")
        for one in hidden
    )
