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
from typing import Any, Final

from sqlalchemy.orm import Session

from archive import (
    bundle_proposals,
    bundles,
    change_arrivals,
    change_moves,
    change_opening,
    file_passwords,
    identity,
    inherited,
    jobs,
    labelled_scans,
    readings,
    renditions,
    subjects,
    teaching,
    withdrawing,
)
from archive.arrivals import Arrival, ChildPlace
from archive.change_authority import ChangeRules
from archive.config import Config
from archive.config_rules import AuthorityRule
from archive.errors import BlobTooLarge, ReadingFailed
from archive.jobs import Claimed, JobKind
from archive.reading import Child, Extraction, Reading
from archive.scans import with_waiting
from archive.subjects import ToRead
from archive.taught_kinds import with_taught_kind
from archive.vault import Vault
from archive.vocabulary import LOCKED
from indexer.cage import Cage, CageAnswer, CageTask
from indexer.extract.change_forms import asked_in_mail, said_in_form
from indexer.extraction_wire import extraction_from_wire
from indexer.inside import Inside
from indexer.naming import Named, Naming, with_folder_kind
from indexer.office import (
    as_original,
    made_of,
    may_help,
    part_missing,
    submit_bytes,
    with_failure,
)
from indexer.parsers.registry import BROKEN, broken
from indexer.reading_child import page_to_wire, reading_from_wire
from indexer.scans import PAGE_S, Scans, scans_of
from indexer.stage_settings import read_request

#: Said of what stays locked although passwords are known (api.pages.reasons has its other words).
NOT_OPENED: Final = "None of the known passwords opens it."


@dataclass(frozen=True, slots=True)
class Done:
    """A job whose answer is here."""

    job: Claimed
    subject: ToRead
    reading: Reading
    extraction: Extraction
    children: Sequence[Arrival] = ()  # what was inside, to be filed before this is recorded
    leaves_standing: bool = False  # nothing was read: only the reason is new


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A job whose file is in the cage."""

    job: Claimed
    subject: ToRead
    future: Future[CageAnswer]
    with_extraction: bool = True
    scans: Scans | None = None  # of an OCR job, as soon as they are known
    is_recognising: bool = False
    locked: Done | None = None  # what stands where none of the passwords opens the file
    unread: Done | None = None  # what stands where LibreOffice makes nothing of it either
    is_turning: bool = False  # in the cage of LibreOffice
    turned: bytes | None = None  # what that made of the file; read in its place


class Stages:
    """Sends versions into the cage and records what comes out."""

    def __init__(
        self, config: Config, vault: Vault, cage: Cage, office: Cage | None = None
    ) -> None:
        self._vault = vault
        self._cage = cage
        self._office = office
        self._config = config.reading
        self._max_bytes = config.reading.max_file_mb << 20
        self._max_depth = config.reading.max_depth
        self._time_s = config.reading.time_s
        self.inside = Inside(config.reading.max_inside, config.reading.max_inside_mb)

    def start(self, job: Claimed, subject: ToRead) -> UnderWay:
        """Put the file of a job into the cage: for OCR first to see which pages are pictures."""
        return self._read(UnderWay(job, subject, Future(), job.kind != JobKind.OCR))

    def _read(self, under_way: UnderWay) -> UnderWay:
        """Ask for the text as a whole, with what OCR has read of it."""
        subject, scans = under_way.subject, under_way.scans
        recognised = scans.with_standing(subject.recognised) if scans else subject.recognised
        request = read_request(
            subject.file_name,
            subject.path,
            file_date=subject.file_date,
            recognised=[page_to_wire(page) for page in recognised],
            extract=under_way.with_extraction,
            depth=subject.depth,
            parts=[
                [part.position, part.name, *part.pages]
                for part in subject.parts
                if under_way.with_extraction
            ],
            passwords=subject.passwords if under_way.locked else (),
        )
        if under_way.turned is not None:
            future = submit_bytes(self._cage, request, under_way.turned)
        else:
            future = self._cage.submit(CageTask(request, self._vault.path(subject.sha256)))
        return replace(under_way, future=future, is_recognising=False, is_turning=False)

    def _turn(self, under_way: UnderWay, office: Cage, unread: Done) -> Done | UnderWay:
        """Ask LibreOffice for what it makes of a file that no reader of ours has read."""
        missing = part_missing(self._config, unread.reading.media_type)
        if missing is not None:
            return replace(unread, reading=with_failure(unread.reading, missing))
        request = {"media_type": unread.reading.media_type}
        future = office.submit(CageTask(request, self._vault.path(under_way.subject.sha256)))
        return replace(under_way, future=future, unread=unread, is_turning=True)

    def _recognise(self, under_way: UnderWay, scans: Scans) -> UnderWay:
        """Ask for the next pictures; where none is left, for the text as a whole."""
        if not scans.todo:
            return self._read(replace(under_way, scans=scans, with_extraction=True))
        subject, pages = under_way.subject, scans.asked
        request = {
            "what": "recognise",
            "name": subject.file_name,
            "pages": pages,
            "passwords": subject.passwords if under_way.locked else (),
        }
        time_s = self._time_s + PAGE_S * len(pages)
        task = CageTask(request, self._vault.path(subject.sha256), time_s)
        future = self._cage.submit(task)
        return replace(under_way, scans=scans, future=future, is_recognising=True)

    def finish(self, under_way: UnderWay) -> Done | UnderWay:
        """The answer of the cage; a reader that broke is an answer too.

        The children are in the vault then; whoever records the answer files them first.

        Where the child broke, the file is read once more without extraction: its text must not be
        lost because a rule for facts failed on it. Pictures come back for the next of them.
        """
        job, subject, scans = under_way.job, under_way.subject, under_way.scans
        if under_way.is_recognising and scans:
            try:
                scans = scans.after(under_way.future.result())
            except ReadingFailed as error:
                scans = scans.after_failure(error)
            return self._recognise(under_way, scans)
        if under_way.is_turning and under_way.unread:
            return self._turned(under_way, under_way.unread)
        try:
            reading, extraction = _answered(under_way.future.result())
        except ReadingFailed as error:
            return self._failed(under_way, error)
        if under_way.unread is not None:
            reading = as_original(reading, under_way.unread.reading)
        elif self._office is not None and may_help(reading):
            return self._turn(under_way, self._office, self._done(under_way, reading, extraction))
        if reading.reason_code in LOCKED and subject.passwords and under_way.locked is None:
            locked = self._done(under_way, reading, extraction)
            return self._read(replace(under_way, locked=locked))
        if reading.reason_code == "encrypted" and under_way.locked is not None:
            reading = replace(reading, reason=f"{reading.reason} {NOT_OPENED}")
        if job.kind == JobKind.OCR and scans is None and reading.reason_code != "encrypted":
            return self._recognise(under_way, scans_of(reading))
        return self._done(under_way, scans.told(reading) if scans else reading, extraction)

    def _turned(self, under_way: UnderWay, unread: Done) -> Done | UnderWay:
        """Read what LibreOffice made; where it made nothing, say what it says."""
        try:
            return self._read(replace(under_way, turned=made_of(under_way.future)))
        except ReadingFailed as failure:
            return replace(unread, reading=with_failure(unread.reading, failure))

    def _failed(self, under_way: UnderWay, error: ReadingFailed) -> Done | UnderWay:
        """What stood before, where something did; else once more without extraction."""
        if unread := under_way.unread:
            return replace(unread, reading=with_failure(unread.reading, error))
        if under_way.locked is not None:
            return under_way.locked
        if under_way.with_extraction:
            return self._read(replace(under_way, with_extraction=False))
        return self._done(under_way, broken(error.code, error.reason), Extraction())

    def _done(self, under_way: UnderWay, reading: Reading, extraction: Extraction) -> Done:
        """OCR of what can't be read, or not any more, leaves what was read of it before."""
        job, subject = under_way.job, under_way.subject
        reading, children = self._keep_children(subject, reading)
        is_nothing = reading.reader == BROKEN or reading.reason_code == "encrypted"
        leaves_standing = is_nothing and job.kind == JobKind.OCR
        return Done(job, subject, reading, extraction, children, leaves_standing)

    def _keep_children(self, subject: ToRead, reading: Reading) -> tuple[Reading, list[Arrival]]:
        """Put the children into the vault; the reading without their bytes, and their arrivals."""
        if not reading.children:
            return reading, []
        if subject.depth >= self._max_depth:
            reason = f"Files nested deeper than {self._max_depth} levels are not taken out."
            return _truncated(reading, reason), []
        children, reason = self.inside.take(subject, reading.children)
        found = [self._arrival(subject, child) for child in children]
        arrivals = [arrival for arrival in found if arrival]
        if left_out := len(found) - len(arrivals):
            reason = f"{left_out} files inside are over the limit of size and were left out."
        if reason:
            return _truncated(reading, reason), arrivals
        return replace(reading, children=()), arrivals

    def _arrival(self, subject: ToRead, child: Child) -> Arrival | None:
        try:
            blob = self._vault.put(io.BytesIO(child.data), max_bytes=self._max_bytes)
        except BlobTooLarge:
            return None
        pages = {part.position: part.pages for part in subject.parts}
        place = ChildPlace(
            subject.version_id, child.position, child.name, pages.get(child.position)
        )
        return Arrival(blob, subject.collection, place)


def _answered(answer: CageAnswer) -> tuple[Reading, Extraction]:
    """What a child answered. Raises ReadingFailed where it broke, or where it makes no sense."""
    try:
        header = answer.header["reading"]
        reading = reading_from_wire(header, answer.body)
        return reading, extraction_from_wire(answer.header["extraction"])
    except (KeyError, TypeError, ValueError) as error:
        raise ReadingFailed("reader-failed", "The reader's answer makes no sense.") from error


def _truncated(reading: Reading, reason: str) -> Reading:
    """What is missing besides is said with it."""
    if reading.reason_code in (None, "no-text"):
        return replace(reading, children=(), reason_code="truncated", reason=reason)
    return replace(reading, children=(), reason=f"{reading.reason} {reason}")


def record(
    session: Session,
    receipts: list[dict[str, Any]],
    done: Sequence[Done],
    at: datetime,
    *,
    naming: Naming,
    has_ocr: bool,
    authority: Sequence[AuthorityRule] = (),
    joins: bool = True,
) -> None:
    """Record answers in the caller's transaction; scans are asked to be read behind all else.

    Receipts of versions that turn out to belong to another document are added to `receipts`.
    """
    standing = [one for one in done if one.leaves_standing]
    readings.leave_standing(
        session, [(one.subject.version_id, one.reading.reason or "") for one in standing], at
    )
    gone = withdrawing.withdrawn(session, [one.subject.version_id for one in done])
    done = [one for one in done if not (one.leaves_standing or one.subject.version_id in gone)]
    ids = [one.subject.version_id for one in done]
    subjects, folders = readings.load_subjects(session, ids), naming.folders(session, ids)
    dates, held = inherited.parent_dates(session, ids), renditions.holders(session, ids)
    lessons, are_said = teaching.lessons_of(session), teaching.said_kinds(session, ids)
    read = []
    for one in done:
        said = folders.get(one.subject.version_id, ())
        extraction = with_folder_kind(one.extraction, said)
        subject = subjects[one.subject.version_id]
        if one.subject.version_id not in are_said:
            taught = lessons.get(subject.collection_id, {})
            extraction = with_taught_kind(extraction, taught, one.subject.path, one.reading.pages)
        extraction = inherited.with_date(extraction, dates.get(one.subject.version_id))
        extraction = renditions.without_number(extraction, held.get(one.subject.version_id))
        is_parse = one.job.kind == JobKind.PARSE  # OCR leaves nothing that waits
        reading = replace(one.reading, scans=one.reading.scans if is_parse else ())
        reading = with_waiting(reading, has_ocr=has_ocr)
        read.append(readings.ReadVersion(subject, reading, extraction))
    readings.record(session, read, at)
    named = [
        Named(one.subject, one.reading.pages, folders.get(one.subject.version_id, ()))
        for one in read
    ]
    naming.record(session, named, at)
    tried = {
        one.subject.version_id: one.subject.passwords
        for one in done
        if one.reading.reason_code in LOCKED
    }
    jobs.enqueue(session, JobKind.PARSE, file_passwords.untried(session, tried), at)
    identity.settle(session, receipts, ids, at, joins=joins)
    labelled_scans.settle(session, receipts, ids, at)
    inherited.follow(session, ids, at)
    renditions.follow(session, ids, at)
    bundles.settle(session, receipts, ids, at)
    bundle_proposals.propose(session, ids, at)
    asked = {one.subject.version_id: _asked_for(one) for one in read}
    change_opening.open_entries(session, asked, at, naming.schemes)
    change_arrivals.add_arrived(session, ids, at)
    rules = ChangeRules(tuple(authority), naming.schemes)
    change_moves.settle_versions(session, ids, at, rules=rules)
    if has_ocr:
        scans = [
            one.subject.version_id
            for one in done
            if one.job.kind == JobKind.PARSE and one.reading.scans
        ]
        jobs.enqueue(session, JobKind.OCR, scans, at)


def give_up(session: Session, job: Claimed, reason: str, at: datetime) -> None:
    """A job was given up: its version says why. What was read of it before stays."""
    if job.kind == JobKind.OCR:
        readings.leave_standing(session, [(job.subject, reason)], at)
        return
    subject = readings.load_subjects(session, [job.subject]).get(job.subject)
    if subject and subject.is_first_time:
        why = f"Its reading could not be kept: {reason}"
        nothing = broken("reader-failed", why)
        readings.record(session, [readings.ReadVersion(subject, nothing, Extraction())], at)


def _asked_for(read: readings.ReadVersion) -> change_opening.AskedFor:
    """What the form says, where text or folder says that a change is asked for here."""
    kind = next((fact.value for fact in read.extraction.facts if fact.name == "kind"), "")
    if kind == "message":
        return asked_in_mail(read.reading.pages) or change_opening.AskedFor()
    if kind == "change-request":
        return change_opening.AskedFor(said_in_form(read.reading.pages))
    return change_opening.AskedFor()


def load_subjects(session: Session, claimed: Sequence[Claimed]) -> dict[int, ToRead]:
    """What the cage must know of each job's version, by version."""
    found: dict[int, Any] = subjects.to_read(session, [job.subject for job in claimed])
    return found
