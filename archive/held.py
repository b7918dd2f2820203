"""Which documents are held, as far as the viewer may know.

A hold covers more than its members may know of: what nobody is kept from leads further than the
view of one person. A member knows of what is named itself (a seed, a collection, what a search
finds), and of what the view of its placer led to where they read all that it led through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.matters import member_of
from archive.models import HeldDocument, Hold

UNSEEN: Final = 0  # covered, and the view of the placer did not lead there
LED_TO: Final = 1  # it did
NAMED: Final = 2  # it is a seed, in a collection that is named, or found by a search


def held(session: Session, viewer: Viewer, document_ids: Iterable[int]) -> set[int]:
    """Those of the documents that a hold covered when it was last looked at.

    Members know of the holds of their matters; for everybody else none of them is held.
    """
    wanted = set(document_ids)
    holds = session.scalars(
        select(Hold).where(Hold.released_at.is_(None), Hold.matter_id.in_(member_of(viewer)))
    )
    found: set[int] = set()
    for hold in holds:
        for chunk in chunked(wanted - found):
            here = HeldDocument.document_id.in_(chunk)
            known = select(HeldDocument.document_id).where(is_shown(viewer, hold), here)
            found |= set(session.scalars(known))
    return found


def is_shown(viewer: Viewer, hold: Hold) -> ColumnElement[bool]:
    """Is a held document one of this hold's that the viewer may know of, if they may read it?"""
    least = LED_TO if viewer.reads.issuperset(hold.crossed) else NAMED
    return (HeldDocument.hold_id == hold.id) & (HeldDocument.seen >= least)
