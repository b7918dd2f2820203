"""What separator pages propose: that the pages between them are documents of their own.

A reader says on which pages of a file separators stand; asked once of each version. The answer may
be all of the proposed ranges, some, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import bundles
from archive.access import Right, Viewer
from archive.errors import NotFound, UsageError
from archive.labels import SEPARATORS
from archive.models import Document, Part, Proposal, Version
from archive.parts import PARTED, Pages, told
from archive.proposals import decide, find_open

PARTS: Final = "parts"


def propose(session: Session, version_ids: Sequence[int], at: datetime) -> None:
    """Ask of versions that were just read what their separators propose; what changed is new."""
    rows = session.execute(
        select(Version, Document.collection_id)
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(version_ids), Version.media_type.in_(PARTED))
        .order_by(Version.id)
    ).all()
    for version, collection_id in rows:
        ranges = _between(_separators(version), version.page_count)
        asked = session.scalars(
            select(Proposal).where(
                Proposal.kind == PARTS, Proposal.document_id == version.document_id
            )
        ).all()
        ours = [row for row in asked if row.details["version_id"] == version.id]
        if any(row.details["ranges"] == ranges and not _is_over(row) for row in ours):
            continue
        for row in ours:
            if row.retracted_at is None:
                row.retracted_at = at
        if len(ranges) > 1 and not any(row.decision for row in ours):
            session.add(
                Proposal(
                    kind=PARTS,
                    collection_id=collection_id,
                    document_id=version.document_id,
                    details={"version_id": version.id, "ranges": ranges},
                    recorded_at=at,
                )
            )


def _is_over(row: Proposal) -> bool:
    """Was it withdrawn without an answer, as the separators were read otherwise then?"""
    return row.retracted_at is not None and row.decision is None


def _separators(version: Version) -> set[int]:
    for name, value in version.properties.get("properties", ()):
        if name == SEPARATORS:
            return {int(page) for page in value.split(",")}
    return set()


def _between(separators: set[int], count: int) -> list[list[int]]:
    """The stretches of pages between separators, first and last page of each.

    >>> _between({3, 4, 6}, 7)
    [[1, 2], [5, 5], [7, 7]]
    """
    ranges: list[list[int]] = []
    if not separators:
        return ranges
    for page in range(1, count + 1):
        if page in separators:
            continue
        if ranges and ranges[-1][1] == page - 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return ranges


def ranges_of(row: Proposal) -> list[str]:
    """The ranges that are proposed, as people write them."""
    return [told((first, last)) for first, last in row.details["ranges"]]


def accept(
    session: Session,
    viewer: Viewer,
    proposal_id: int,
    at: datetime,
    *,
    ranges: Sequence[Pages] | None = None,
) -> None:
    """Make documents of the proposed ranges, or of those of them that are named.

    Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    row = find_open(session, viewer, proposal_id, kind=PARTS)
    proposed = [(first, last) for first, last in row.details["ranges"]]
    wanted = proposed if ranges is None else list(ranges)
    if not wanted or not set(wanted) <= set(proposed):
        raise UsageError("Name some of the proposed pages: %(ranges)s.",
                         ranges=", ".join(ranges_of(row)))  # fmt: skip
    version = session.get_one(Version, row.details["version_id"])
    bundles.say_of_version(session, viewer, version, wanted, at)
    decide(session, viewer, row, "accept", at)


def reject(session: Session, viewer: Viewer, proposal_id: int, at: datetime) -> None:
    """The bundle is one document; it is not proposed again. Raises `NotFound`, `NotAllowed`."""
    decide(session, viewer, find_open(session, viewer, proposal_id, kind=PARTS), "reject", at)


def ask_again(
    session: Session,
    receipts: list[dict[str, Any]],
    viewer: Viewer,
    proposal_id: int,
    at: datetime,
) -> None:
    """Take back what was answered, with the parts that came of it. Adds the receipts of it.

    Raises `NotFound`, `NotAllowed`.
    """
    row = session.get(Proposal, proposal_id)
    is_ours = row is not None and row.kind == PARTS and row.collection_id in viewer.reads
    if row is None or not is_ours or row.decision is None:
        raise NotFound("answered proposal", proposal_id)
    viewer.require(Right.FILE, row.collection_id)
    said = session.scalars(
        select(Part).where(
            Part.version_id == row.details["version_id"],
            Part.recorded_at == row.retracted_at,
            Part.retracted_at.is_(None),
        )
    ).all()
    for part in said:
        bundles.take_back(session, receipts, viewer, row.document_id or 0, part.id, at)
    row.decision, row.retracted_at, row.user_id = None, None, None
