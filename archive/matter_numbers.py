"""Numbers of documents in a matter: one for each page, given once, without gaps, never again.

They belong to the matter, whoever takes packages of it. What was given stays with the version: as
it is taken out of the set, marked privileged, joined to another document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import insert_rows
from archive.errors import UsageError
from archive.matter_entries import list_entries
from archive.matter_outgoing import going_out
from archive.matters import record, writable
from archive.models import MatterNumber, Version
from archive.vocabulary import PAGED

DIGITS: Final = 7
MOST: Final = 10_000_000
EVERY: Final = 1_000_000  # documents of a matter: all of them


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a version: `pages` of them from `first` on."""

    prefix: str
    first: int
    pages: int

    def of_page(self, page: int) -> str:
        """The number of a page, from 1."""
        return f"{self.prefix}{self.first + page - 1:0{DIGITS}}"

    def told(self) -> dict[str, Any]:
        """As indexes and load files name them."""
        return {
            "first_number": self.of_page(1),
            "last_number": self.of_page(self.pages),
            "pages": self.pages,
        }


def number_of(first_number: str, page: int) -> str:
    """The number of a page, from 1, of what begins with `first_number`.

    >>> number_of("T12-0000009", 2)
    'T12-0000010'
    """
    return Numbers(first_number[:-DIGITS], int(first_number[-DIGITS:]), page).of_page(page)


def give(session: Session, viewer: Viewer, matter_id: int, at: datetime) -> int:
    """Number what the viewer may read of what is included and has no number; how many there were.

    In the order of the matter. Raises `NotFound`, `NotAllowed`; `UsageError` where nothing is
    included.
    """
    row = writable(session, viewer, matter_id, even_closed=True)
    lines = list_entries(session, viewer, matter_id, show="included", limit=EVERY).items
    versions = [version for _, version in going_out(session, lines)]
    if not versions:
        raise UsageError("No document of this matter is included. Include those that are to go.")
    known = numbers_of(session, matter_id)
    new = [one for one in versions if one.id not in known]
    if not new:
        return 0
    prefix, first = _next(session, matter_id, row.reference)
    rows: list[dict[str, Any]] = []
    for version in new:
        pages = pages_of(version)
        rows.append(
            {
                "matter_id": matter_id, "version_id": version.id, "prefix": prefix,
                "first": first, "pages": pages, "recorded_at": at, "user_id": viewer.account_id,
            }
        )  # fmt: skip
        first += pages
    if first > MOST:
        raise UsageError("A matter has numbers for %(most)s pages, and no more.", most=MOST - 1)
    insert_rows(session, MatterNumber, rows)
    documents = [one.document_id for one in new]
    record(
        session, viewer, matter_id, "matter-numbered", at, documents=documents,
        numbers=[[one["first"], one["pages"]] for one in rows],
    )  # fmt: skip
    return len(new)


def _next(session: Session, matter_id: int, reference: str) -> tuple[str, int]:
    """The prefix of a matter's numbers, and the first that was never given."""
    last = session.execute(
        select(MatterNumber.prefix, MatterNumber.first + MatterNumber.pages)
        .where(MatterNumber.matter_id == matter_id)
        .order_by(MatterNumber.first.desc())
        .limit(1)
    ).first()
    return (last[0], last[1]) if last else (prefix_of(reference, matter_id), 1)


def prefix_of(reference: str, matter_id: int) -> str:
    """What numbers of a matter begin with: its reference, as far as file names take it.

    >>> prefix_of("T 1234-24", 7), prefix_of("", 7)
    ('T1234-24-', 'M7-')
    """
    plain = re.sub(r"[^A-Z0-9-]+", "", reference.upper())[:20].strip("-")
    return f"{plain or f'M{matter_id}'}-"


def pages_of(version: Version) -> int:
    """How many numbers a version takes: one a page where its format has pages, else one."""
    return max(version.page_count, 1) if version.media_type in PAGED else 1


def ranges(numbers: Iterable[Numbers]) -> list[list[str]]:
    """First and last of what follows without a gap, in order.

    >>> ranges([Numbers("T-", 5, 1), Numbers("T-", 1, 2), Numbers("T-", 3, 1)])
    [['T-0000001', 'T-0000003'], ['T-0000005', 'T-0000005']]
    """
    found: list[Numbers] = []
    for one in sorted(numbers, key=lambda one: one.first):
        before = found[-1] if found else None
        if before and before.first + before.pages == one.first:
            found[-1] = replace(before, pages=before.pages + one.pages)
        else:
            found.append(one)
    return [[one.of_page(1), one.of_page(one.pages)] for one in found]


def numbers_of(session: Session, matter_id: int) -> Mapping[int, Numbers]:
    """What was given in a matter, by version."""
    rows = session.scalars(select(MatterNumber).where(MatterNumber.matter_id == matter_id))
    return {row.version_id: Numbers(row.prefix, row.first, row.pages) for row in rows}
