"""Moves of files: a place of a version that ends when another begins, told of their events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, Sighting, Version

#: A file that moves is taken at its new place once it has come to rest there, or by a later sweep.
APART: Final = timedelta(minutes=15)


def places_of(
    session: Session, events: Sequence[Event], details: Mapping[int, Mapping[str, Any]]
) -> dict[int, dict[str, Any]]:
    """By number of the events "sighted" and "gone": `path`, and the `move` that both are.

    `move` is [from, to]. Places in mails and archives have none.
    """
    began = _began(session, events, details)
    ended = _ended(session, events, details)
    found: dict[int, dict[str, Any]] = {
        number: {"path": path} for number, (_, path) in (began | ended).items()
    }
    at = {event.number: event.at for event in events}
    pairs = sorted(
        (abs(at[old] - at[new]), old, new)
        for old, (version, _) in ended.items()
        for new, (other, _) in began.items()
        if version == other and abs(at[old] - at[new]) <= APART
    )
    paired: set[int] = set()
    for _, old, new in pairs:  # the nearest in time first; each is one half of one move
        if paired.isdisjoint((old, new)) and ended[old] != began[new]:
            paired |= {old, new}
            for number in (old, new):
                found[number]["move"] = [ended[old][1], began[new][1]]
    return found


def _began(
    session: Session, events: Sequence[Event], details: Mapping[int, Mapping[str, Any]]
) -> dict[int, tuple[int, str]]:
    """By event "sighted" the version and the path."""
    numbers = {
        details[event.number]["receipt"]: event.number
        for event in events
        if event.kind == "sighted"
    }
    rows = session.execute(
        select(Sighting.receipt, Sighting.version_id, Sighting.root, Sighting.path).where(
            Sighting.receipt.in_(numbers), Sighting.path.is_not(None)
        )
    )
    return {numbers[receipt]: (version, f"{root}/{path}") for receipt, version, root, path in rows}


def _ended(
    session: Session, events: Sequence[Event], details: Mapping[int, Mapping[str, Any]]
) -> dict[int, tuple[int, str]]:
    """By event "gone" the version and the path. The event has the moment only, so several that
    ended at one moment are told of their events in the order in which they were seen."""
    numbers: dict[tuple[Any, ...], list[int]] = {}
    for event in sorted(events, key=lambda event: event.number):
        if event.kind == "gone":
            key = (event.document_id, details[event.number]["version"], event.at)
            numbers.setdefault(key, []).append(event.number)
    rows = session.execute(
        select(
            Version.document_id, Version.number, Sighting.until,
            Sighting.version_id, Sighting.root, Sighting.path,
        )
        .join(Version, Version.id == Sighting.version_id)
        .where(
            Version.document_id.in_({key[0] for key in numbers}),
            Sighting.until.in_({key[2] for key in numbers}),
            Sighting.path.is_not(None),
        )
        .order_by(Sighting.id)
    )  # fmt: skip
    found = {}
    for document, number, until, version_id, root, path in rows:
        if left := numbers.get((document, number, until)):
            found[left.pop(0)] = (version_id, f"{root}/{path}")
    return found
