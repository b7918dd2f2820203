"""What persons say of bundles: these pages are a document of their own; or are none after all."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Right, Viewer
from archive.errors import NotFound, UsageError
from archive.filing import Filing
from archive.ledger import Ledger
from archive.models import Document, Part, Sighting, Version, utc_text
from archive.opening import Which, open_document
from archive.parts import PARTED, PARTS_FROM, Pages, standing_parts
from archive.records import file_number, moment


def parts_of(session: Session, viewer: Viewer, number: int, which: Which) -> list[dict[str, Any]]:
    """The parts of a document in the order of its pages; `document` is null while one is made.

    Raises `NotFound`.
    """
    view = open_document(session, viewer, number, which)
    rows = standing_parts(session, view.version.id)
    ids = [sighting.version_id for _, sighting in rows if sighting is not None]
    named = select(Version.id, Version.document_id).where(Version.id.in_(ids))
    documents = {row[0]: row[1] for row in session.execute(named)}
    return [
        {
            "id": part.id,
            "first": part.first_page,
            "last": part.last_page,
            "document": file_number(documents[sighting.version_id]) if sighting else None,
            "recorded_at": moment(part.recorded_at),
        }
        for part, sighting in rows
    ]


def say_parts(
    session: Session, viewer: Viewer, number: int, ranges: Sequence[Pages], at: datetime
) -> None:
    """Say that pages of the current version are documents of their own, each range one.

    They are taken out when the file is read next, which is asked for. What is said already is not
    said twice. Raises `NotFound`, `NotAllowed`, `UsageError`; then nothing was said.
    """
    view = open_document(session, viewer, number, Which())
    viewer.require(Right.FILE, view.document.collection_id)
    say_of_version(session, viewer, view.version, ranges, at)


def say_of_version(
    session: Session, viewer: Viewer, version: Version, ranges: Sequence[Pages], at: datetime
) -> None:
    """The same of a version that the viewer may decide on."""
    if version.media_type not in PARTED or version.page_count < 2:
        raise UsageError("Only a PDF or TIFF of several pages can be parted.")
    taken = [(part.first_page, part.last_page) for part, _ in standing_parts(session, version.id)]
    fresh = []
    for pages in ranges:
        if pages in taken:
            continue
        _check(pages, version.page_count, taken)
        taken.append(pages)
        fresh.append(pages)
    collection_id = session.get_one(Document, version.document_id).collection_id
    for first, last in fresh:
        session.add(
            Part(
                version_id=version.id,
                first_page=first,
                last_page=last,
                user_id=viewer.account_id,
                recorded_at=at,
            )
        )
        _note(session, viewer, "part-said", version, collection_id, (first, last), at)
    if fresh:
        jobs.enqueue(session, jobs.JobKind.PARSE, [version.id], at)


def _check(pages: Pages, count: int, taken: Sequence[Pages]) -> None:
    first, last = pages
    if not 1 <= first <= last <= count:
        raise UsageError(
            "There are no pages %(first)s to %(last)s; the file has pages 1 to %(count)s.",
            first=first,
            last=last,
            count=count,
        )
    if (first, last) == (1, count):
        raise UsageError("These are all pages of the file: it is that document already.")
    for other, end in taken:
        if first <= end and other <= last:
            raise UsageError(
                "Pages %(first)s to %(last)s overlap with pages %(other)s to %(end)s, "
                "which are a document of their own.",
                first=first,
                last=last,
                other=other,
                end=end,
            )


def take_back(
    session: Session,
    receipts: list[dict[str, Any]],
    viewer: Viewer,
    number: int,
    part_id: int,
    at: datetime,
) -> None:
    """Say that the pages of a part are no document of their own. Adds the receipt of it.

    Raises `NotFound`, `NotAllowed`.
    """
    view = open_document(session, viewer, number, Which())
    part = session.get(Part, part_id)
    version = None if part is None else session.get(Version, part.version_id)
    is_ours = version is not None and version.document_id == view.document.id
    if part is None or version is None or not is_ours or part.retracted_at is not None:
        raise NotFound("part", part_id)
    viewer.require(Right.FILE, view.document.collection_id)
    part.retracted_at = at
    session.flush()
    pages = (part.first_page, part.last_page)
    _note(session, viewer, "part-taken-back", version, view.document.collection_id, pages, at)
    settle(session, receipts, [version.id], at, actor=viewer.actor)


def settle(
    session: Session,
    receipts: list[dict[str, Any]],
    version_ids: Sequence[int],
    at: datetime,
    *,
    actor: str = events.SYSTEM,
) -> None:
    """End the places of documents whose parts were taken back, also while they were being made."""
    ended = session.scalars(
        select(Sighting.receipt)
        .join(
            Part,
            (Part.version_id == Sighting.parent_version_id)
            & (Sighting.position == PARTS_FROM + Part.id),
        )
        .where(
            Part.version_id.in_(version_ids),
            Part.retracted_at.is_not(None),
            Sighting.until.is_(None),
        )
        .order_by(Sighting.id)
    ).all()
    filing = Filing(session, Ledger(), at, actor)
    for of in ended:
        name = secrets.token_hex(12)
        receipts.append({"what": "gone", "receipt": name, "at": utc_text(at), "of": of})
        filing.apply_gone(receipts[-1])
    filing.write()


def _note(
    session: Session,
    viewer: Viewer,
    what: str,
    version: Version,
    collection_id: int,
    pages: Pages,
    at: datetime,
) -> None:
    events.record(
        session,
        at,
        what,
        actor=viewer.actor,
        collection_id=collection_id,
        document_id=version.document_id,
        version=version.number,
        first=pages[0],
        last=pages[1],
    )
