"""What of a matter goes out: the current versions of what is included, or their redacted copies.

Parts of a document are blacked out in a program for that; the copy is filed like any other file,
and a member puts it in the place of its document. The document itself is withheld from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bulk import chunked
from archive.matter_entries import EntryLine
from archive.models import Document, Version
from archive.records import document_id_of


def going_out(session: Session, lines: Sequence[EntryLine]) -> list[tuple[EntryLine, Version]]:
    """These lines, each with the version that goes out for it unless that is withheld.

    A copy that the viewer can't read, that is not there any more, or that stands for another one
    already lets its document stand: that is withheld then, as is one that is privileged as a whole.
    A copy that is included by itself goes out once.
    """
    copies = _copies(lines)
    chosen = [line for line in lines if line.document_id not in copies.values()]
    ids = [copies.get(line.document_id, line.document_id) for line in chosen]
    return list(zip(chosen, current(session, ids), strict=True))


def _copies(lines: Sequence[EntryLine]) -> dict[int, int]:
    """The copy that goes out for a document, by that."""
    said = {
        line.document_id: document_id_of(line.said["redacted"].value)
        for line in lines
        if "redacted" in line.said
        and line.said["redacted"].value  # it may be read
        and "privileged" not in line.said
    }
    found: dict[int, int] = {}
    for document, copy in said.items():
        if copy not in found.values() and copy not in said:
            found[document] = copy
    return found


def current(session: Session, document_ids: Collection[int]) -> list[Version]:
    """The current versions of documents, in their order."""
    found: dict[int, Version] = {}
    for chunk in chunked(document_ids):
        rows = session.scalars(
            select(Version)
            .join(Document, Document.current_version_id == Version.id)
            .where(Document.id.in_(chunk))
        )
        found |= {version.document_id: version for version in rows}
    return [found[one] for one in document_ids]
