"""Pages that are pictures and wait for OCR: kept with their version, to be found again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from archive import jobs
from archive.models import Job, Version
from archive.reading import Reading


def waiting(reading: Reading) -> tuple[int, ...]:
    """The pictures of a reading without those whose text stands from an earlier one."""
    read = {page.number for page in reading.pages if page.source == "ocr"}
    return tuple(page for page in reading.scans if page not in read)


def with_waiting(reading: Reading, *, has_ocr: bool) -> Reading:
    """The reading with what waits of its pictures, and that said to people."""
    pages = waiting(reading)
    reading = replace(reading, scans=pages)
    if not pages or reading.reason_code not in (None, "no-text"):
        return reading
    if has_ocr:
        if reading.reason_code is None:
            return reading  # what can be searched is; the rest is under way
        return replace(reading, reason="It is a picture; it is read when nothing else is due.")
    return replace(
        reading,
        reason_code=reading.reason_code or "pictures-unread",
        reason=f"Not read from the picture: {in_words(pages)}. It is read once Tesseract is there, "
        "with the languages of `ocr.languages`.",
    )


def ask_waiting(session: Session, at: datetime) -> int:
    """Enqueue OCR for all that waits and has no such job; returns how many versions.

    What was given up stays so until a person asks again.
    """
    has_job = exists().where(Job.kind == jobs.JobKind.OCR, Job.subject == Version.id)
    ids = list(
        session.scalars(
            select(Version.id)
            .where(Version.unread_pictures.is_not(None), ~has_job)
            .order_by(Version.id)
        )
    )
    for start in range(0, len(ids), _CHUNK):
        jobs.enqueue(session, jobs.JobKind.OCR, ids[start : start + _CHUNK], at)
    return len(ids)


_CHUNK = 500


def in_words(pages: Sequence[int]) -> str:
    """`page 3`, `pages 1, 3-5`."""
    return f"page{'s' if len(pages) > 1 else ''} {stretches(pages)}"


def stretches(pages: Iterable[int]) -> str:
    """`1, 3-5`: page numbers, neighbours taken together."""
    found: list[list[int]] = []
    for page in sorted(set(pages)):
        if found and page == found[-1][1] + 1:
            found[-1][1] = page
        else:
            found.append([page, page])
    return ", ".join(f"{a}-{b}" if b > a else f"{a}" for a, b in found)
