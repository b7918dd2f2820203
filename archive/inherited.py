"""Children without a date of their own bear the date of the file that they lie in.

The drawing attached to a mail of 5 March is dated by the mail; one that came with several mails by
the earliest of them, whichever was filed first. Pages of a bundle are not: a bundle is dated by its
first document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from archive import jobs
from archive.models import Fact, Sighting, Version
from archive.parts import PARTS_FROM
from archive.reading import Evidence, Extraction, FactFound
from archive.records import file_number

#: The rule of such a date; its evidence names the file that bears it.
RULE: Final = "date of the file it lies in"
CONFIDENCE: Final = 0.6


@dataclass(frozen=True, slots=True)
class ParentDate:
    """The date of the earliest file in which a version was seen."""

    day: str
    document_id: int


def parent_dates(session: Session, version_ids: Sequence[int]) -> dict[int, ParentDate]:
    """By version; of those that lie in no file, or in one without a date, nothing."""
    parent = aliased(Version)
    rows = session.execute(
        select(Sighting.version_id, parent.date, parent.document_id)
        .join(parent, parent.id == Sighting.parent_version_id)
        .where(
            Sighting.version_id.in_(version_ids),
            Sighting.position < PARTS_FROM,
            parent.date.is_not(None),
        )
        .order_by(parent.date.desc(), Sighting.id.desc())  # the earliest comes last, and counts
    )
    return {version_id: ParentDate(day or "", document) for version_id, day, document in rows}


def with_date(extraction: Extraction, parent: ParentDate | None) -> Extraction:
    """What was found, with the parent's date where it has none, decided or not."""
    if parent is None or any(fact.name == "date" for fact in extraction.facts):
        return extraction
    evidence = Evidence(quote=parent.day, where=file_number(parent.document_id))
    fact = FactFound("date", parent.day, evidence, "data", CONFIDENCE, rule=RULE)
    return replace(extraction, facts=(*extraction.facts, fact))


def follow(session: Session, version_ids: Sequence[int], at: datetime) -> None:
    """Have children read again whose date these versions change."""
    parent, said = aliased(Version), aliased(Fact)
    dated = (said.version_id == Version.id, said.name == "date", said.retracted_at.is_(None))
    rows = session.execute(
        select(Version.id, parent.date, parent.document_id, said.rule, said.value, said.where)
        .join(Sighting, Sighting.version_id == Version.id)
        .join(parent, parent.id == Sighting.parent_version_id)
        .outerjoin(said, and_(*dated))
        .where(
            parent.id.in_(version_ids),
            Sighting.position < PARTS_FROM,
            Version.status != "queued",
        )
    )
    children = {
        row.id
        for row in rows
        if _is_changed(row.date, row.document_id, row.rule, row.value, row.where)
    }
    jobs.enqueue(session, jobs.JobKind.PARSE, sorted(children), at)


def _is_changed(
    day: str | None, document_id: int, rule: str | None, value: str | None, where: str | None
) -> bool:
    """Whether a child with a date by that rule, of that value from there, needs another one."""
    if value is None:
        return day is not None
    if rule != RULE:
        return False
    if where == file_number(document_id):
        return value != day
    return day is not None and day < value
