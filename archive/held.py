"""Which documents are held, as far as the viewer may know."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Viewer
from archive.bulk import chunked
from archive.matters import member_of
from archive.models import HeldDocument, Hold


def held(session: Session, viewer: Viewer, document_ids: Iterable[int]) -> set[int]:
    """Those of the documents that a hold covered when it was last looked at.

    Members know of the holds of their matters, whoever runs commands on the machine of all; for
    everybody else none of them is held.
    """
    holds = select(Hold.id).where(Hold.released_at.is_(None))
    if viewer.account_id is not None or viewer.actor != events.SYSTEM:
        holds = holds.where(Hold.matter_id.in_(member_of(viewer)))
    known = list(session.scalars(holds))
    found: set[int] = set()
    for chunk in chunked(sorted(set(document_ids))) if known else ():
        found |= set(
            session.scalars(
                select(HeldDocument.document_id).where(
                    HeldDocument.hold_id.in_(known), HeldDocument.document_id.in_(chunk)
                )
            )
        )
    return found
