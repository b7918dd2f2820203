"""The reader's part of the worker: jobs are claimed ahead, answers recorded in groups."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from archive import jobs
from archive.access import operator
from archive.arrivals import Arrival, ChildPlace
from archive.config import Config
from archive.errors import ReadingFailed, StorageFull
from archive.file_passwords import add_password, untried
from archive.jobs import Claimed, JobKind
from archive.models import Event, Job, Page, Sighting, Version
from archive.reading import Extraction, PageText, Reading
from archive.schemes import compile_schemes
from archive.subjects import ToRead, to_read
from indexer.cage import CageAnswer, CageTask
from indexer.extraction_wire import extraction_to_wire
from indexer.inside import Inside
from indexer.naming import Naming
from indexer.reader import LATE, LEASE, Reader
from indexer.reading_child import reading_to_wire
from indexer.stages import Done, Stages, UnderWay
from tests.conftest import SteppedClock
from tests.small_archive import SmallArchive


class NearStages:
    """Answers at once, or never, with one page; `held` is in every file of the tree."""

    def __init__(self, archive: SmallArchive) -> None:
        self.archive = archive
        self.is_stuck = False
        self.held: bytes | None = None
        self.inside = Inside(100, 1)
        self.read = 0

    def start(self, job: Claimed, subject: ToRead) -> UnderWay:
        under_way = UnderWay(job, subject, Future())
        if not self.is_stuck:
            under_way.future.set_result(None)  # type: ignore[arg-type]
        return under_way

    def finish(self, under_way: UnderWay) -> Done:
        self.read += 1
        children = []
        if self.held is not None and under_way.subject.depth == 0:
            blob = self.archive.vault.put(io.BytesIO(self.held), max_bytes=1 << 24)
            place = ChildPlace(under_way.subject.version_id, 1, "inside.txt")
            children = [Arrival(blob, "general", place)]
        reading = Reading("txt", 1, "text/plain", (PageText(1, f"reading {self.read}"),))
        return Done(under_way.job, under_way.subject, reading, Extraction(), children)


@pytest.fixture
def archive(database_url: str, tmp_path: Path, clock: SteppedClock) -> Iterator[SmallArchive]:
    made = SmallArchive(database_url, tmp_path, clock)
    yield made
    made.database.close()


def reader_of(archive: SmallArchive, stages: NearStages, **settings: Any) -> Reader:
    return Reader(
        archive.database,
        archive.intake,
        stages,  # type: ignore[arg-type]
        Naming(compile_schemes(()), ()),
        archive.clock,
        "worker",
        has_ocr=False,
        **{"depth": 8, **settings},
    )


def work(reader: Reader) -> None:
    """Until nothing waits. A claim follows another only after a while."""
    while True:
        reader.step(patience_s=0.0)
        with reader.database.read() as session:
            if not any(kind != JobKind.INDEX for kind in jobs.waiting(session)):
                return
        time.sleep(0.06)


def test_of_two_answers_for_one_version_in_a_group_the_last_counts(archive: SmallArchive) -> None:
    version_id = archive.file("a.txt", b"a")
    with archive.database.write() as session:
        session.execute(update(Job).values(leased_until=archive.clock.step(hours=1)))
        jobs.enqueue(session, JobKind.PARSE, [version_id], archive.clock())
        session.execute(update(Job).values(leased_until=None))
    work(reader_of(archive, NearStages(archive)))
    with archive.database.read() as session:
        assert session.scalars(select(Page.text)).all() == ["reading 2"]


def test_what_is_inside_is_there_when_its_parent_counts_as_read(archive: SmallArchive) -> None:
    parent = archive.file("mail.eml", b"a mail")
    stages = NearStages(archive)
    stages.held = b"an attachment"
    reader_of(archive, stages).step(patience_s=0.0)
    with archive.database.read() as session:
        read = session.scalars(select(Version.id).where(Version.read_at.is_not(None))).all()
        inside = select(Sighting.name).where(Sighting.parent_version_id == parent)
        assert (read, session.scalars(inside).all()) == ([parent], ["inside.txt"])


def six_claimed(archive: SmallArchive, *, priority: int = 0, group_s: float = 10.0) -> Reader:
    """A reader that has claimed six jobs and is stuck with the first."""
    for number in range(6):
        archive.file(f"{number}.txt", bytes([number]))
    stages = NearStages(archive)
    reader = reader_of(archive, stages, group_s=10.0)
    work(reader)  # six in no time: so many are claimed at once the next time
    for number in range(6):
        archive.file(f"more {number}.txt", bytes([number, 1]))
    with archive.database.write() as session:
        session.execute(update(Job).where(Job.kind == JobKind.PARSE).values(priority=priority))
    reader.depth, reader.group_s = 1, group_s
    stages.is_stuck = True
    time.sleep(0.06)
    reader.step(patience_s=0.0)
    return reader


def test_jobs_that_wait_too_long_behind_slow_ones_are_put_back_untried(
    archive: SmallArchive,
) -> None:
    reader = six_claimed(archive)
    with archive.database.read() as session:
        parse = select(func.count()).where(Job.kind == JobKind.PARSE)
        assert session.scalar(parse.where(Job.attempts == 1)) == 6
    reader.group_s = 0.01
    time.sleep(0.02 * LATE)
    reader.step(patience_s=0.0)
    with archive.database.read() as session:
        assert session.scalar(parse.where(Job.attempts == 0, Job.leased_by.is_(None))) >= 4


def test_a_single_file_is_read_before_those_of_a_flood_that_are_claimed_and_not_begun(
    archive: SmallArchive,
) -> None:
    reader = six_claimed(archive, priority=1, group_s=0.3)
    single = archive.file("single.txt", b"single")
    held = select(Job.leased_by).where(Job.kind == JobKind.PARSE, Job.subject == single)
    reader.step(patience_s=0.0)
    with archive.database.read() as session:
        assert session.scalar(held) is None  # it is not asked for every moment
    time.sleep(0.3)
    reader.step(patience_s=0.0)
    with archive.database.read() as session:
        assert session.scalar(held) == "worker"
        assert reader._ahead[0][0].subject == single


def test_a_full_disk_loses_no_answer_and_no_more_is_claimed_meanwhile(
    archive: SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        archive.file(f"{number}.txt", bytes([number]))
    reader = reader_of(archive, NearStages(archive))
    whole = Reader._record_together

    def full(reader: Reader, done: Sequence[Done]) -> None:
        if len(done) > 1:
            raise ValueError("one of them")
        if done[0].subject.file_name != "0.txt":
            raise StorageFull(archive.vault.folder)
        whole(reader, done)

    monkeypatch.setattr(Reader, "_record_together", full)
    with pytest.raises(StorageFull):
        reader.step(patience_s=0.0)
    monkeypatch.setattr(Reader, "_record_together", whole)
    work(reader)
    with archive.database.read() as session:
        assert session.scalar(select(func.count()).where(Version.read_at.is_not(None))) == 5


def test_what_has_no_room_in_the_vault_is_taken_once_there_is_room(
    archive: SmallArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.file("a.txt", b"a")
    stages = NearStages(archive)
    reader = reader_of(archive, stages)
    whole = stages.finish

    def full(under_way: UnderWay) -> Done:
        raise StorageFull(archive.vault.folder)

    monkeypatch.setattr(stages, "finish", full)
    for _ in range(7):  # more often than a job that fails is tried
        with pytest.raises(StorageFull):
            reader.step(patience_s=0.0)
    monkeypatch.setattr(stages, "finish", whole)
    work(reader)
    with archive.database.read() as session:
        assert session.scalar(select(func.count()).where(Version.read_at.is_not(None))) == 1


def test_a_lease_is_extended_for_what_is_held_and_for_nothing_else(archive: SmallArchive) -> None:
    archive.file("a.txt", b"a")
    archive.file("b.txt", b"b")
    now = archive.clock()
    with archive.database.write() as session:
        held, forgotten = jobs.claim(
            session, (JobKind.PARSE,), by="worker", at=now, lease=LEASE, limit=2
        )
        jobs.extend(session, [held], by="worker", until=now + 2 * LEASE)
    with archive.database.read() as session:
        until = {job.id: job.leased_until for job in session.scalars(select(Job))}
    assert (until[held.id], until[forgotten.id]) == (now + 2 * LEASE, now + LEASE)


class ScriptedCage:
    """Answers with what it was given, one after the other."""

    def __init__(self, *answers: Reading | ReadingFailed) -> None:
        self._answers = list(answers)
        self.passwords: list[Sequence[str]] = []

    def submit(self, task: CageTask) -> Future[CageAnswer]:
        self.passwords.append(task.request["passwords"])
        future: Future[CageAnswer] = Future()
        answer = self._answers.pop(0)
        if isinstance(answer, ReadingFailed):
            future.set_exception(answer)
        else:
            header, body = reading_to_wire(answer)
            future.set_result(
                CageAnswer(
                    {"reading": header, "extraction": extraction_to_wire(Extraction())}, body
                )
            )
        return future


@pytest.mark.parametrize("kind", [JobKind.PARSE, JobKind.OCR])
def test_a_reader_that_breaks_on_a_wrong_password_leaves_the_file_locked(
    archive: SmallArchive, kind: JobKind
) -> None:
    version_id = archive.file("a.zip", b"a")
    locked = Reading("zip", 2, "application/zip", reason_code="encrypted", reason="It is locked.")
    cage = ScriptedCage(locked, ReadingFailed("reader-failed", "It broke."))
    stages = Stages(Config(), archive.vault, cage)  # type: ignore[arg-type]
    with archive.database.read() as session:
        subject = replace(to_read(session, [version_id])[version_id], passwords=("wrong",))
    first = stages.start(Claimed(1, kind, version_id, 1), subject)
    second = stages.finish(first)
    assert isinstance(second, UnderWay)
    done = stages.finish(second)
    assert isinstance(done, Done)
    assert done.reading.reason_code == "encrypted"
    assert done.leaves_standing == (kind == JobKind.OCR)
    assert cage.passwords == [(), ("wrong",)]


def test_an_answer_that_makes_no_sense_is_a_reader_that_failed(archive: SmallArchive) -> None:
    version_id = archive.file("a.txt", b"a")
    stages = Stages(Config(), archive.vault, ScriptedCage())  # type: ignore[arg-type]
    with archive.database.read() as session:
        subject = to_read(session, [version_id])[version_id]
    under_way = UnderWay(Claimed(1, JobKind.PARSE, version_id, 1), subject, Future(), False)
    under_way.future.set_result(CageAnswer({}, b""))
    done = stages.finish(under_way)
    assert isinstance(done, Done)
    assert done.reading.reason_code == "reader-failed"


def test_a_password_that_came_while_a_locked_file_was_read_is_tried_next(
    archive: SmallArchive,
) -> None:
    version_id = archive.file("a.pdf", b"a")
    with archive.database.write() as session:
        viewer = operator(session)
        assert untried(session, {version_id: ()}) == []
        add_password(session, "general", "key", by=viewer, at=archive.clock())
        assert untried(session, {version_id: ()}) == [version_id]
        assert untried(session, {version_id: ("key",)}) == []


class BrokenNaming(Naming):
    """Says of one version, whenever it is recorded, what nobody expects."""

    def __init__(self, version_id: int) -> None:
        super().__init__(compile_schemes(()), ())
        self.version_id = version_id

    def folders(self, session: Any, version_ids: Sequence[int]) -> dict[int, list[Any]]:
        if self.version_id in version_ids:
            raise RuntimeError("a rule failed\nin its second line")
        return {}


def until_given_up(archive: SmallArchive, reader: Reader) -> None:
    for _ in range(jobs.MAX_ATTEMPTS):
        time.sleep(0.06)  # a claim follows another only after a while
        reader.step(patience_s=0.0)
        archive.clock.step(hours=1)


def test_what_can_never_be_recorded_ends_unreadable_with_a_reason(archive: SmallArchive) -> None:
    bad, good = archive.file("bad.txt", b"bad"), archive.file("good.txt", b"good")
    reader = reader_of(archive, NearStages(archive))
    reader.naming = BrokenNaming(bad)
    until_given_up(archive, reader)
    with archive.database.read() as session:
        stands = {row.id: (row.status, row.reason_code) for row in session.scalars(select(Version))}
        assert stands == {bad: ("unreadable", "reader-failed"), good: ("searchable", None)}
        reason = session.get_one(Version, bad).reason
        assert reason == "Its reading could not be kept: a rule failed"
        index = select(Job.subject).where(Job.kind == JobKind.INDEX)
        assert set(session.scalars(index)) == {bad, good}
        said = select(func.count()).where(Event.kind == "unreadable")
        assert session.scalar(said) == 1


def test_what_can_not_be_recorded_again_leaves_what_was_read_before(archive: SmallArchive) -> None:
    version_id = archive.file("a.txt", b"a")
    reader = reader_of(archive, NearStages(archive))
    work(reader)
    with archive.database.write() as session:
        jobs.enqueue(session, JobKind.PARSE, [version_id], archive.clock())
    reader.naming = BrokenNaming(version_id)
    until_given_up(archive, reader)
    with archive.database.read() as session:
        assert session.get_one(Version, version_id).status == "searchable"
        assert session.scalars(select(Page.text)).all() == ["reading 1"]
        given_up = select(Job.reason).where(Job.given_up_at.is_not(None))
        assert session.scalars(given_up).all() == ["a rule failed"]


def test_a_job_that_another_took_over_is_not_postponed(archive: SmallArchive) -> None:
    archive.file("a.txt", b"a")
    kinds, lease = (JobKind.PARSE,), timedelta(minutes=1)
    with archive.database.write() as session:
        [ours] = jobs.claim(session, kinds, by="we", at=archive.clock(), lease=lease)
        archive.clock.step(hours=1)
        jobs.claim(session, kinds, by="they", at=archive.clock(), lease=lease)
        last = replace(ours, attempts=jobs.MAX_ATTEMPTS)
        assert not jobs.postpone(session, last, "too late", archive.clock(), by="we")
    with archive.database.read() as session:
        job = session.scalars(select(Job)).one()
        assert (job.leased_by, job.reason, job.given_up_at) == ("they", None, None)


def test_who_stops_gives_jobs_back_untried_and_who_died_has_tried(archive: SmallArchive) -> None:
    archive.file("a.txt", b"a")
    kinds, lease = (JobKind.PARSE,), timedelta(minutes=1)
    with archive.database.write() as session:
        jobs.claim(session, kinds, by="we", at=archive.clock(), lease=lease)
        jobs.release(session, "we")
        assert session.scalars(select(Job.attempts)).all() == [0]
        jobs.claim(session, kinds, by="they", at=archive.clock(), lease=lease)
        jobs.release_of_dead(session, lambda holder: holder == "they")
        assert session.execute(select(Job.attempts, Job.leased_by)).all() == [(1, None)]


def test_that_pictures_can_not_be_read_stands_in_the_history(archive: SmallArchive) -> None:
    version_id = archive.file("a.txt", b"a")
    work(reader_of(archive, NearStages(archive)))
    with archive.database.write() as session:
        session.execute(delete(Job))
        jobs.enqueue(session, JobKind.OCR, [version_id], archive.clock())
    reader = reader_of(archive, NearStages(archive))
    reader.has_ocr, reader.naming = True, BrokenNaming(version_id)
    until_given_up(archive, reader)
    with archive.database.read() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.number)).all()
        assert kinds[-1] == "pictures-unread"
        row = session.get_one(Version, version_id)
        assert (row.status, row.reason) == (
            "searchable",
            "Its pictures could not be read: a rule failed",
        )
