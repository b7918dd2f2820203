"""Which revision of a document is cited: `SPEC-310 rev A` means that one, whatever came since.

The mark is read behind the number where it is cited, when somebody looks: it is told beside the
reference, which leads to the document whichever of its versions is current.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.bulk import chunked
from archive.models import Page, Reference, Version
from archive.references import ReferenceView
from archive.versions import revision_order

#: What stands between a number and the mark of its revision, in the languages of the schemes.
WORDS: Final = (
    "revision", "rev", "version", "ver", "issue", "edition", "index", "utgåva", "utg", "ausgabe",
    "indice", "révision",
)  # fmt: skip
#: Characters behind a number in which its mark is looked for.
NEAR: Final = 40
_MARK: Final = re.compile(
    rf"[\s,;:(/–-]{{0,3}}\b(?:{'|'.join(WORDS)})\b[.:\s]{{0,3}}"
    r"(?P<mark>[A-Z]{1,2}|\d{1,3}(?:\.\d{1,3}){0,2})(?!\w|[.-]\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A cited revision: its mark, and the version of the target that bears it, if one does."""

    mark: str
    version: int | None
    is_current: bool


def mark_behind(text: str) -> str | None:
    """The revision mark with which a text goes on behind a number.

    >>> mark_behind(" rev. B, delivered in May"), mark_behind(", utgåva 3")
    ('B', '3')
    >>> mark_behind(" reviewed by A"), mark_behind(" rev B-2"), mark_behind(" and SPEC-311 rev B")
    (None, None, None)
    """
    found = _MARK.match(text)
    return found["mark"].upper() if found else None


def cited_revisions(
    session: Session, views: Iterable[ReferenceView], *, as_of: datetime | None = None
) -> Mapping[int, Cited]:
    """By id of a reference to one document the revision that it names, where it names one."""
    resolved = {
        view.row.id: view.target.id
        for view in views
        if view.target and view.target.type == "document" and view.row.end is not None
    }
    marks = _marks(session, resolved)
    versions = _versions(session, {resolved[one] for one in marks}, as_of)
    found = {}
    for one, mark in marks.items():
        theirs = versions.get(resolved[one], {})
        if theirs:  # of what bears no marks none is missing
            order = revision_order(mark)
            newest = max(theirs)
            found[one] = Cited(mark, theirs.get(order), order == newest)
    return found


def _marks(session: Session, ids: Iterable[int]) -> dict[int, str]:
    behind = func.substr(Page.text, Reference.end + 1, NEAR)
    found = {}
    for chunk in chunked(ids):
        rows = session.execute(
            select(Reference.id, behind)
            .join(
                Page,
                (Page.version_id == Reference.version_id) & (Page.number == Reference.page),
            )
            .where(Reference.id.in_(chunk))
        )
        found.update({one: mark for one, text in rows if (mark := mark_behind(text))})
    return found


def _versions(
    session: Session, documents: Iterable[int], as_of: datetime | None
) -> dict[int, dict[tuple[object, ...], int]]:
    """By document the numbers of its versions by the order of their marks."""
    found: dict[int, dict[tuple[object, ...], int]] = defaultdict(dict)
    for chunk in chunked(documents):
        statement = select(Version.document_id, Version.revision, Version.number).where(
            Version.document_id.in_(chunk), Version.revision.is_not(None)
        )
        if as_of is not None:
            statement = statement.where(Version.received_at <= as_of)
        for document, mark, number in session.execute(statement.order_by(Version.number)):
            found[document][revision_order(mark)] = number
    return found
