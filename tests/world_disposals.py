"""What somebody else keeps, and proposes to destroy, in the hidden worlds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import (
    Collection,
    Custodian,
    CustodianNotice,
    Disposal,
    DisposalDocument,
    Document,
    HeldDocument,
    Hold,
)
from tests.world_plans import WorldPlan
from tests.world_questions import MATTER


def hold_all(session: Session, by: int, reads: list[int], at: datetime) -> None:
    """A hold on all that there is; `by` is asked to keep what they have of it."""
    held = Hold(
        id=MATTER, matter_id=MATTER, name="Keep", ground="court", placed_at=at,
        criterion={"seeds": [], "searches": [], "collections": reads}, reads=reads, looked_at=0,
    )  # fmt: skip
    asked = Custodian(
        id=MATTER, hold_id=MATTER, account_id=by, language="en", text="All", named_at=at,
        user_id=by,
    )  # fmt: skip
    notice = CustodianNotice(
        id=1, custodian_id=MATTER, what="keep", subject="Keep", message="Keep", made_at=at
    )
    for one in (held, asked, notice):
        session.add(one)
        session.flush()
    documents = session.scalars(select(Document.id)).all()
    session.add_all(HeldDocument(hold_id=MATTER, document_id=one, since=at) for one in documents)


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
