"""Children without a date of their own bear the date of the file that they lie in.

The drawing attached to a mail of 5 March is dated by the mail. Pages of a bundle are not: a bundle
is dated by its first document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import exists, or_, select
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
    """The date of the file in which a version was first seen."""

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
        .order_by(Sighting.id.desc())  # the first comes last, and counts
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
    """Have children read again whose date is no more that of these versions, as it should be."""
    parent, said = aliased(Version), aliased(Fact)
    dated = (said.version_id == Version.id, said.name == "date", said.retracted_at.is_(None))
    children = session.scalars(
        select(Version.id)
        .join(Sighting, Sighting.version_id == Version.id)
        .join(parent, parent.id == Sighting.parent_version_id)
        .where(
            parent.id.in_(version_ids),
            Sighting.position < PARTS_FROM,
            Version.status != "queued",
            or_(
                exists().where(
                    *dated, said.rule == RULE, said.value != parent.date, parent.date.is_not(None)
                ),
                exists().where(*dated, said.rule == RULE) & parent.date.is_(None),
                ~exists().where(*dated) & parent.date.is_not(None),
            ),
        )
    )
    jobs.enqueue(session, jobs.JobKind.PARSE, sorted(set(children)), at)
