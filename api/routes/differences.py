"""What differs between two versions of a document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers import DifferenceTold
from api.parameters import Closed, DocumentId, SessionDep, ViewerDep
from archive.differences import Difference, difference
from archive.passages import Passage
from archive.records import file_number
from archive.times import parse_moment

router = APIRouter(prefix="/api/v1", tags=["documents"])

VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class WantedDifference(Closed):
    """Which two versions; else the current one and the one before it."""

    from_: Annotated[VersionNumber | None, Field(alias="from")] = None
    to: VersionNumber | None = None
    as_of: Annotated[str, Field(max_length=40)] | None = None


@router.get(
    "/documents/{document}/difference", response_model=DifferenceTold, name="get_difference"
)
def get_difference(
    document: DocumentId,
    wanted: Annotated[WantedDifference, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """Facts and identifiers that changed, then the paragraphs, with the words that did."""
    as_of = parse_moment(wanted.as_of) if wanted.as_of else None
    found = difference(session, viewer, document, before=wanted.from_, after=wanted.to, as_of=as_of)
    return _told(found)


def _told(found: Difference) -> dict[str, Any]:
    return {
        "document": file_number(found.after.document.id),
        "from": found.before.version.number,
        "to": found.after.version.number,
        "facts": [{"name": v.name, "before": v.before, "after": v.after} for v in found.facts],
        "identifiers": [
            {"relation": n.relation, "scheme": n.scheme, "identifier": n.identifier,
             "change": "new" if n.is_new else "gone"}
            for n in found.numbers
        ],
        "changes": [
            {"before": _passage(change.before), "after": _passage(change.after),
             "figures": [list(pair) for pair in change.figures]}
            for change in found.text.changes
        ],
        "alike": found.text.alike,
        "truncated": found.text.is_cut,
    }  # fmt: skip


def _passage(passage: Passage | None) -> dict[str, Any] | None:
    if passage is None:
        return None
    changed = [list(span) for span in passage.changed]
    return {"page": passage.page, "text": passage.text, "changed": changed}
