"""What is withheld from a matter's package as privileged, and all that would carry its text.

A mail or container that holds a withheld document, whatever number of steps down, carries it; so
does everything with the same bytes. They are withheld with it. So is a document for which a
redacted copy goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bulk import chunked
from archive.matter_entries import EntryLine
from archive.models import Blob, Sighting, Version

CARRIES: Final = "it holds, or is the same as, a document that is withheld"


def withheld(
    session: Session, versions: Sequence[Version], lines: Iterable[EntryLine]
) -> dict[int, str]:
    """Of these versions those that may not go out, each with its ground.

    `lines` are all documents of the matter: a privileged one that is not included is carried too.
    `versions` are those that would go out: of a redacted document its copy.
    """
    grounds = {
        line.document_id: line.said[what].reason
        for line in lines
        for what in ("redacted", "privileged")
        if what in line.said
    }
    carriers = _carriers(session, _same_bytes(session, grounds))
    return {
        one.id: grounds.get(one.document_id, CARRIES)
        for one in versions
        if one.document_id in grounds or one.id in carriers
    }


def _same_bytes(session: Session, document_ids: Iterable[int]) -> set[int]:
    """All versions, of whatever document, that have the bytes of any version of these."""
    blobs: set[int] = set()
    for chunk in chunked(document_ids):
        blobs |= set(session.scalars(select(Version.blob_id).where(Version.document_id.in_(chunk))))
    filled = set()
    for chunk in chunked(blobs):
        rows = select(Version.id).join(Blob, Blob.id == Version.blob_id)
        filled |= set(session.scalars(rows.where(Blob.id.in_(chunk), Blob.size_bytes > 0)))
    return filled


def _carriers(session: Session, version_ids: set[int]) -> set[int]:
    """These versions, and those that they are inside of, up to the top."""
    found, wanted = set(version_ids), version_ids
    while wanted:
        parents: set[int] = set()
        for chunk in chunked(wanted):
            rows = select(Sighting.parent_version_id).where(
                Sighting.version_id.in_(chunk), Sighting.parent_version_id.is_not(None)
            )
            parents |= {one for one in session.scalars(rows) if one is not None}
        wanted = parents - found
        found |= wanted
    return found
