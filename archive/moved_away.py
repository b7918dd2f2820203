"""Candidates that went into a folder of another collection: there they are other documents.

Both are kept, and the one that lies nowhere any more bears its numbers still. Where a viewer may
see both, only the one that lies somewhere is meant.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from archive.access import Viewer
from archive.models import Candidate, Document, Sighting, Version
from archive.then import covers, standing


def has_moved(viewer: Viewer, as_of: datetime | None = None) -> ColumnElement[bool]:
    """Of a Candidate: its document is gone from everywhere, and its bytes lie elsewhere now (then).

    They are those of another candidate of the same reference, which the viewer may see; of any
    version of it, as it may have changed since. To be joined to nothing: `Candidate` is correlated.
    """
    home, own = aliased(Document), aliased(Version)
    other, there, same = aliased(Candidate), aliased(Document), aliased(Version)
    return and_(
        ~_lies_somewhere(Candidate.document_id, as_of),
        exists().where(
            other.reference_id == Candidate.reference_id,
            other.document_id != Candidate.document_id,
            standing(other, as_of),
            there.id == other.document_id,
            there.collection_id.in_(viewer.reads),
            home.id == Candidate.document_id,
            own.id == home.current_version_id,
            same.document_id == there.id,
            same.blob_id == own.blob_id,
            _lies_somewhere(there.id, as_of),
        ),
    )


def _lies_somewhere(document_id: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Is a version of the document at a place, or inside a file that is?"""
    version, seen, around = aliased(Version), aliased(Sighting), aliased(Sighting)
    return exists().where(
        version.document_id == document_id,
        seen.version_id == version.id,
        _is_live(seen, as_of),
        or_(
            seen.parent_version_id.is_(None),
            exists().where(around.version_id == seen.parent_version_id, _is_live(around, as_of)),
        ),
    )


def _is_live(sighting: Any, as_of: datetime | None) -> ColumnElement[bool]:
    if as_of is None:
        return sighting.until.is_(None)  # type: ignore[no-any-return]
    return covers(sighting, as_of)
