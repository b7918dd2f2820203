"""The reader's part of the worker: jobs are claimed ahead, answers recorded in groups."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from archive import jobs
from archive.arrivals import Arrival, ChildPlace
from archive.jobs import Claimed, JobKind
from archive.models import Job, Page, Sighting, Version
from archive.reading import Extraction, PageText, Reading
from archive.schemes import compile_schemes
from archive.subjects import ToRead
from indexer.naming import Naming
from indexer.reader import LATE, Reader
from indexer.stages import Done, UnderWay
from tests.conftest import SteppedClock
from tests.small_archive import SmallArchive


class NearStages:
    """Answers at once, or never, with one page; `inside` is in every file of the tree."""

    def __init__(self, archive: SmallArchive) -> None:
        self.archive = archive
        self.is_stuck = False
        self.inside: bytes | None = None
        self.read = 0

    def start(self, job: Claimed, subject: ToRead) -> UnderWay:
        under_way = UnderWay(job, subject, Future())
        if not self.is_stuck:
            under_way.future.set_result(None)  # type: ignore[arg-type]
        return under_way

    def finish(self, under_way: UnderWay) -> Done:
        self.read += 1
        children = []
        if self.inside is not None and under_way.subject.depth == 0:
            blob = self.archive.vault.put(io.BytesIO(self.inside), max_bytes=1 << 24)
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
    stages.inside = b"an attachment"
    reader_of(archive, stages).step(patience_s=0.0)
    with archive.database.read() as session:
        read = session.scalars(select(Version.id).where(Version.read_at.is_not(None))).all()
        inside = select(Sighting.name).where(Sighting.parent_version_id == parent)
        assert (read, session.scalars(inside).all()) == ([parent], ["inside.txt"])


def test_jobs_that_wait_too_long_behind_slow_ones_are_put_back_untried(
    archive: SmallArchive,
) -> None:
    for number in range(6):
        archive.file(f"{number}.txt", bytes([number]))
    stages = NearStages(archive)
    reader = reader_of(archive, stages, group_s=10.0)
    work(reader)  # six in no time: so many are claimed at once the next time
    for number in range(6):
        archive.file(f"more {number}.txt", bytes([number, 1]))
    reader.depth = 1
    stages.is_stuck = True
    time.sleep(0.06)
    reader.step(patience_s=0.0)
    with archive.database.read() as session:
        parse = select(func.count()).where(Job.kind == JobKind.PARSE)
        assert session.scalar(parse.where(Job.attempts == 1)) == 6
    reader.group_s = 0.01
    time.sleep(0.02 * LATE)
    reader.step(patience_s=0.0)
    with archive.database.read() as session:
        assert session.scalar(parse.where(Job.attempts == 0, Job.leased_by.is_(None))) >= 4
