"""Answers to several wanted numbers at once: explained away, set aside, led to one document.

Each answer is that of one line of the list of attention, or one ruling for each reference; all or
none, in the collections where the viewer may file. All that was answered at one moment is taken
back together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from archive import attention, open_references, rulings
from archive.access import Viewer
from archive.errors import UsageError
from archive.models import Aside, Reference, Ruling
from archive.references import Target
from archive.ruled import is_one_number
from archive.rulings import OnReference
from archive.wanted_numbers import Wanted, gathered_numbers, number_of, suffix_of
from archive.wanting import WAITING, Asked

MOST_ANSWERED: Final = 1000  # references at once


def put_aside(
    session: Session,
    asked: Asked,
    numbers: Collection[Wanted],
    at: datetime,
    *,
    until: date | None = None,
    reason: str = "",
) -> None:
    """Take numbers from everybody's lists until a day, or for good with a reason.

    Raises `NotAllowed`, `UsageError`.
    """
    found = _citing(session, asked, numbers)
    names = (
        f"{WAITING}:{row.collection_id}/{row.scheme}/{row.key}{suffix_of(row)}" for row in found
    )
    for item in dict.fromkeys(names):
        attention.set_aside(session, asked.viewer, item, at, until=until, reason=reason)


def lead_to(
    session: Session, asked: Asked, numbers: Collection[Wanted], target: Target, at: datetime
) -> None:
    """Say that all these numbers mean one document or entry, wherever they are cited.

    Not in the document itself, nor where a number is of several parties, or several numbers have
    its key: then its documents do not mean one. Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    found = _citing(session, asked, numbers)
    issuers: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    firsts: dict[tuple[str | None, str | None], Reference] = {}
    for row in found:
        first = firsts.setdefault((row.scheme, row.key), row)
        if not is_one_number(first.groups, row.groups):
            raise UsageError(
                "%(number)s and %(other)s are different numbers. Say on each document which one is"
                " meant.",
                number=first.text,
                other=row.text,
            )
        parties = issuers[row.scheme, row.key]
        if row.issuer:
            parties.add(row.issuer)
        if len(parties) > 1:
            raise UsageError(
                "%(number)s is a number of several parties: %(parties)s. Say on each document which"
                " one is meant.",
                number=row.text,
                parties=", ".join(sorted(parties)),
            )
    meant = dict.fromkeys(
        OnReference(row.document_id, row.scheme, row.key, row.relation, row.groups)
        for row in found
        if Target("document", row.document_id) != target
    )
    if not meant:
        raise UsageError("A document can't be linked to itself.")
    for what in meant:
        rulings.rule(session, asked.viewer, what, "redirect", at, target=target)


def take_back(session: Session, viewer: Viewer, answered: datetime, at: datetime) -> None:
    """Take back what the viewer answered so at a moment. Raises `NotFound`, `NotAllowed`."""
    items = session.scalars(
        select(Aside.item).where(
            Aside.recorded_at == answered,
            Aside.user_id == viewer.account_id,
            Aside.retracted_at.is_(None),
        )
    )
    for item in items.all():
        attention.bring_back(session, viewer, item, at)
    ruled = session.execute(
        select(Ruling.document_id, Ruling.scheme, Ruling.key, Ruling.relation, Ruling.groups).where(
            Ruling.recorded_at == answered,
            Ruling.user_id == viewer.account_id,
            Ruling.decision == "redirect",
            Ruling.retracted_at.is_(None),
        )
    )
    for what in ruled.all():
        rulings.rule(session, viewer, OnReference(*what), "withdraw", at)


def _citing(session: Session, asked: Asked, numbers: Collection[Wanted]) -> list[Reference]:
    """What waits for these numbers where the viewer may answer."""
    if not numbers:
        raise UsageError("Mark the numbers that are meant.")
    every = open_references.cited(replace(asked, entry_schemes=frozenset())).where(
        tuple_(Reference.scheme, Reference.key).in_([(one.scheme, one.key) for one in numbers])
    )
    columns = (Reference.scheme, Reference.key, Reference.groups, Reference.issuer)
    written = session.execute(every.with_only_columns(*columns).distinct()).all()
    under = gathered_numbers(map(number_of, written))
    meant = {(one.scheme, one.key, *(one.marks or ())) for one in numbers}
    ours = every.where(Reference.collection_id.in_(asked.viewer.writes))
    found = session.scalars(ours.limit(MOST_ANSWERED + 1)).all()
    if len(found) > MOST_ANSWERED:
        raise UsageError("These are cited too often to be answered at once; mark fewer numbers.")
    rows = [
        row for row in found if (row.scheme, row.key) in meant or under[number_of(row)] in meant
    ]
    if not rows:
        raise UsageError("Mark the numbers that are meant.")
    return sorted(rows, key=lambda row: row.id)
