"""The reader: parse jobs to the cage, and its answers into the archive."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive import jobs
from archive.config_rules import AuthorityRule
from archive.db import Database
from archive.errors import StorageFull
from archive.intake import Intake
from archive.jobs import Claimed, JobKind
from archive.subjects import ToRead
from indexer.attempts import each_by_itself, reason_of
from indexer.naming import Naming
from indexer.ocr_languages import LanguageWatch
from indexer.stages import Done, Stages, UnderWay, give_up, load_subjects, record

LEASE = timedelta(minutes=5)
IDLE_S = 0.1  # how long to wait for an answer, and between two looks for jobs
GROUP = 256  # jobs claimed, children filed, answers recorded in one transaction, at most
GROUP_S = 1.0  # how long an answer waits for others to be recorded with, a new job for those ahead
LATE = 5  # times as long, and jobs that are claimed and not begun are put back


@dataclass(slots=True)
class Reader:
    """Keeps the cage fed with parse jobs, and records its answers in groups."""

    database: Database
    intake: Intake
    stages: Stages
    naming: Naming
    clock: Callable[[], datetime]
    name: str
    depth: int  # jobs in the cage at once
    has_ocr: bool
    ocr_depth: int = 1  # of which read pictures: one child fewer than there are, but one at least
    group_s: float = GROUP_S
    authority: Sequence[AuthorityRule] = ()  # who authorises change requests
    joins: bool = True  # versions join by themselves where the evidence is exact
    languages: LanguageWatch | None = None  # sees which OCR reads more now, when nothing is due
    _ahead: deque[tuple[Claimed, ToRead]] = field(default_factory=deque)  # claimed, not begun
    _under_way: dict[int, Claimed] = field(default_factory=dict)  # by id, in the cage
    _ready: queue.SimpleQueue[UnderWay] = field(default_factory=queue.SimpleQueue)
    _done: list[Done] = field(default_factory=list)
    _oldest: float = 0.0
    _looked: float = 0.0
    _claimed: int = 0  # at that look
    _asked: float = 0.0  # when we last asked whether something comes before those ahead
    _extended: datetime | None = None  # when we last said that we still live

    def step(self, *, patience_s: float = IDLE_S) -> int:
        """Feed, collect, record; returns how many versions were recorded or are under way."""
        self._feed()
        if self._under_way:
            self._extend_leases()
            self._collect(patience_s)
            self._start()
        is_due = self._done and (
            len(self._done) >= GROUP
            or not (self._under_way or self._ahead)
            or time.monotonic() - self._oldest >= self.group_s
        )
        count = len(self._done) if is_due else 0
        if is_due:
            self._record()
        if self.languages and not (count or self._under_way or self._ahead):
            return self.languages.step()
        return count + len(self._under_way) + len(self._ahead)

    def _feed(self) -> None:
        if self._ahead and self._is_time_to_choose_again():
            with self.database.write() as session:
                jobs.put_back(session, [job for job, _ in self._ahead], by=self.name)
            self._claimed -= len(self._ahead)
            self._ahead.clear()
        if not self._ahead and len(self._done) < GROUP:  # more wait where the disk is full
            self._claim()
        self._start()

    def _is_time_to_choose_again(self) -> bool:
        """Are those ahead held up, or does something wait that comes before them?"""
        now = time.monotonic()
        if now - max(self._looked, self._asked) <= self.group_s:
            return False
        self._asked = now
        last = max(job.priority for job, _ in self._ahead)
        with self.database.read() as session:
            is_any = jobs.is_any_due(session, (JobKind.PARSE,), self.clock(), before=last)
        return is_any or now - self._looked > LATE * self.group_s

    def _start(self) -> None:
        while self._ahead and len(self._under_way) < self.depth:
            self._wait_for(self.stages.start(*self._ahead.popleft()))

    def _claim(self) -> None:
        """Take jobs for about `group_s`, by how long those of the last time have lasted."""
        since = (now := time.monotonic()) - self._looked
        if since < IDLE_S / 2:
            return
        kind, limit = self._wanted(int(self._claimed / since * self.group_s))
        if limit <= 0:
            self._looked, self._claimed = now, 0
            return
        with self.database.write() as session:
            claimed = jobs.claim(
                session, (kind,), by=self.name, at=self.clock(), lease=LEASE, limit=limit
            )
            subjects = load_subjects(session, claimed)
            self.stages.inside.know(session, subjects.values())
            is_for_us = self.has_ocr or kind != JobKind.OCR  # the pages wait, not the job
            ours = [job for job in claimed if job.subject in subjects and is_for_us]
            if len(ours) < len(claimed):
                jobs.finish(session, [job for job in claimed if job not in ours], by=self.name)
        self._looked, self._claimed = now, len(ours)
        self._ahead.extend((job, subjects[job.subject]) for job in ours)

    def _wanted(self, pace: int) -> tuple[JobKind, int]:
        """What to claim now and how much: scans only where nothing else is due, and only a few."""
        scans = sum(job.kind == JobKind.OCR for job in self._under_way.values())
        room = self.ocr_depth - scans
        kinds = (JobKind.PARSE, JobKind.OCR) if room > 0 else (JobKind.PARSE,)
        now = self.clock()
        with self.database.read() as session:
            if not jobs.is_any_due(session, kinds, now):
                return JobKind.PARSE, 0
            if jobs.is_any_due(session, (JobKind.PARSE,), now):
                return JobKind.PARSE, min(max(pace, self.depth), GROUP)
        return JobKind.OCR, max(room, 0)

    def _extend_leases(self) -> None:
        """A long scan is no sign of death: without this its job would be taken and run twice."""
        now = self.clock()
        if self._extended is None or abs(now - self._extended) >= LEASE / 3:
            self._extended = now
            held = [*self._under_way.values(), *(job for job, _ in self._ahead)]
            held += [one.job for one in self._done]
            with self.database.write() as session:
                jobs.extend(session, held, by=self.name, until=now + LEASE)

    def _wait_for(self, under_way: UnderWay) -> None:
        self._under_way[under_way.job.id] = under_way.job
        under_way.future.add_done_callback(lambda _: self._ready.put(under_way))

    def _collect(self, patience_s: float) -> None:
        """Take the answers that are here; where there are none, wait for one."""
        with suppress(queue.Empty):
            self._take(self._ready.get(timeout=patience_s))
            while True:
                self._take(self._ready.get_nowait())

    def _take(self, under_way: UnderWay) -> None:
        if not self._done:
            self._oldest = time.monotonic()
        try:
            each_by_itself([under_way], self._finish, self._failed)
        except StorageFull:
            self._ready.put(under_way)  # its children have no room yet
            raise

    def _finish(self, answered: Sequence[UnderWay]) -> None:
        for under_way in answered:
            outcome = self.stages.finish(under_way)
            del self._under_way[under_way.job.id]
            if isinstance(outcome, Done):
                self._done.append(outcome)
            else:
                self._wait_for(outcome)

    def _failed(self, one: UnderWay | Done, error: Exception) -> None:
        """Try again later; where that is over, say why it is not read."""
        now = self.clock()
        with self.database.write() as session:
            if jobs.postpone(session, one.job, reason_of(error), now, by=self.name):
                give_up(session, one.job, reason_of(error), now)
        self._under_way.pop(one.job.id, None)

    def _record(self) -> None:
        """Record all together; where that fails, each by itself. What is not recorded stays."""

        def failed(one: Done, error: Exception) -> None:
            self._failed(one, error)
            del self._done[0]

        each_by_itself(tuple(self._done), self._record_together, failed)

    def _record_together(self, done: Sequence[Done]) -> None:
        """The first ones of those that are done."""
        children = [arrival for one in done for arrival in one.children]
        for start in range(0, len(children), GROUP):
            self.intake.receive(children[start : start + GROUP])
        with self.intake.deciding() as (session, receipts):
            held = jobs.finish(session, [one.job for one in done], by=self.name)
            # Of a version that was seen elsewhere meanwhile, and so read twice, the last answer.
            ordered = sorted(done, key=lambda one: one.job.id)
            last = {one.subject.version_id: one for one in ordered if one.job.id in held}
            ours = list(last.values())
            record(
                session, receipts, ours, self.clock(), naming=self.naming, has_ocr=self.has_ocr,
                authority=self.authority,
                joins=self.joins,
            )  # fmt: skip
        del self._done[: len(done)]
