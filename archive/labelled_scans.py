"""A scan that shows the label of a document joins it as its next version, or is proposed to.

It joins where that takes nothing away: the scan is all there is of its own document, and what the
labelled document shows now has no text of its own that a scan would hide. Elsewhere a person says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import identity
from archive.labelled import labelled
from archive.models import Document, Version
from archive.parts import with_bundles
from archive.told import told_of
from archive.version_questions import propose, was_ruled

#: Sources of text that are better than what is read from a picture.
BETTER: Final = ("embedded", "mixed", "data")


def settle(
    session: Session, receipts: list[dict[str, Any]], version_ids: Sequence[int], at: datetime
) -> None:
    """Join what was just read to the documents on its labels. Adds the receipts of it."""
    for version_id, target in labelled(session, version_ids).items():
        (told,) = told_of(session, [version_id])
        if told.document_id == target:
            continue
        pair = frozenset({told.document_id, target})
        if was_ruled(session, told.document_id, target) or pair in with_bundles(session, pair):
            continue
        if _is_alone(session, told.document_id) and not _has_better_text(session, target):
            identity.move(session, receipts, [told], target, at)
        else:
            propose(session, [(told, target)], at)


def _is_alone(session: Session, document_id: int) -> bool:
    statement = select(func.count()).where(Version.document_id == document_id)
    return session.scalar(statement) == 1


def _has_better_text(session: Session, document_id: int) -> bool:
    source = session.scalar(
        select(Version.text_source)
        .join(Document, Document.current_version_id == Version.id)
        .where(Document.id == document_id)
    )
    return source in BETTER
