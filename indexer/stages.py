"""The stages of a version: parse (bytes to pages, facts, numbers), refer (pages to references).

The caged child reads and extracts in one trip; here its answer becomes rows. Children inside a
file go through the door first, so that a parent that counts as read has all of them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from archive import identity, jobs, readings, subjects
from archive.arrivals import Arrival, ChildPlace
from archive.config import Config
from archive.errors import BlobTooLarge, ReadingFailed
from archive.intake import Intake
from archive.jobs import Claimed, JobKind
from archive.reading import Child, Extraction, Reading
from archive.subjects import ToRead
from archive.vault import Vault
from indexer.cage import Cage, CageAnswer, CageTask
from indexer.extraction_wire import extraction_from_wire
from indexer.naming import Named, Naming, with_folder_kind
from indexer.reading_child import reading_from_wire

CHILDREN_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A job whose file is in the cage."""

    job: Claimed
    subject: ToRead
    future: Future[CageAnswer]
    with_extraction: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """A job whose answer is here."""

    job: Claimed
    subject: ToRead
    reading: Reading
    extraction: Extraction


class Stages:
    """Sends versions into the cage and records what comes out."""

    def __init__(self, config: Config, vault: Vault, intake: Intake, cage: Cage) -> None:
        self._vault = vault
        self._intake = intake
        self._cage = cage
        self._max_bytes = config.reading.max_file_mb << 20
        self._max_depth = config.reading.max_depth
        self._ocr_time_s = config.reading.time_s * 20

    def start(self, job: Claimed, subject: ToRead, *, extract: bool = True) -> UnderWay:
        """Put the file of a job into the cage."""
        with_ocr = job.kind == JobKind.OCR
        request = {
            "what": "read",
            "name": subject.file_name,
            "path": subject.path,
            "file_date": subject.file_date,
            "ocr": with_ocr,
            "extract": extract,
            "depth": subject.depth,
        }
        path = self._vault.path(subject.sha256)
        task = CageTask(request, path, self._ocr_time_s if with_ocr else None)
        return UnderWay(job, subject, self._cage.submit(task), extract)

    def finish(self, under_way: UnderWay) -> Done | UnderWay:
        """The answer of the cage; a reader that broke is an answer too. Files the children.

        Where the child broke, the file is read once more without extraction: its text must not be
        lost because a rule for facts failed on it.
        """
        try:
            answer = under_way.future.result()
            reading = reading_from_wire(answer.header["reading"], answer.body)
            extraction = extraction_from_wire(answer.header["extraction"])
        except ReadingFailed as error:
            if under_way.with_extraction:
                return self.start(under_way.job, under_way.subject, extract=False)
            reading = Reading(
                "none", 0, "application/octet-stream", reason_code=error.code, reason=error.reason
            )
            extraction = Extraction()
        reading = self._file_children(under_way.subject, reading)
        return Done(under_way.job, under_way.subject, reading, extraction)

    def _file_children(self, subject: ToRead, reading: Reading) -> Reading:
        """Put the children through the door; the reading without their bytes is returned."""
        if not reading.children:
            return reading
        if subject.depth >= self._max_depth:
            return replace(
                reading,
                children=(),
                reason_code="truncated",
                reason=f"Files nested deeper than {self._max_depth} levels are not taken out.",
            )
        left_out = 0
        batch: list[Arrival] = []
        for child in reading.children:
            arrival = self._arrival(subject, child)
            if arrival is None:
                left_out += 1
                continue
            batch.append(arrival)
            if len(batch) == CHILDREN_AT_ONCE:
                self._intake.receive(batch)
                batch = []
        if batch:
            self._intake.receive(batch)
        if left_out:
            reading = replace(
                reading,
                reason_code="truncated",
                reason=f"{left_out} files inside are over the limit of size and were left out.",
            )
        return replace(reading, children=())

    def _arrival(self, subject: ToRead, child: Child) -> Arrival | None:
        try:
            blob = self._vault.put(io.BytesIO(child.data), max_bytes=self._max_bytes)
        except BlobTooLarge:
            return None
        place = ChildPlace(subject.version_id, child.position, child.name)
        return Arrival(blob, subject.collection, place)


def record(
    session: Session,
    receipts: list[dict[str, Any]],
    done: Sequence[Done],
    at: datetime,
    *,
    naming: Naming,
    has_ocr: bool,
) -> None:
    """Record answers in the caller's transaction; scans are asked to be read behind all else.

    Receipts of versions that turn out to belong to another document are added to `receipts`.
    """
    ids = [one.subject.version_id for one in done]
    subjects, folders = readings.load_subjects(session, ids), naming.folders(session, ids)
    read = []
    for one in done:
        said = folders.get(one.subject.version_id, ())
        extraction = with_folder_kind(one.extraction, said)
        subject = subjects[one.subject.version_id]
        read.append(readings.ReadVersion(subject, one.reading, extraction))
    readings.record(session, read, at)
    named = [
        Named(one.subject, one.reading.pages, folders.get(one.subject.version_id, ()))
        for one in read
    ]
    naming.record(session, named, at)
    identity.settle(session, receipts, ids, at)
    if has_ocr:
        scans = [
            one.subject.version_id
            for one in done
            if one.job.kind == JobKind.PARSE and one.reading.scans
        ]
        jobs.enqueue(session, JobKind.OCR, scans, at)


def load_subjects(session: Session, claimed: Sequence[Claimed]) -> dict[int, ToRead]:
    """What the cage must know of each job's version, by version."""
    found: dict[int, Any] = subjects.to_read(session, [job.subject for job in claimed])
    return found
