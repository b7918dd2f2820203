"""Random histories of a filing tree: the vault alone tells the same of all of them.

Each is read again before its database is lost: what was decided while others were not yet read may
be decided otherwise when all is read anew, with a rebuild or without one. The order of lines that
are sorted alike is not looked at.

`CROSSFILE_HISTORIES=500` asks for more than the sample of every test run.
"""

from __future__ import annotations

import io
import os
import shutil
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archive import exports, jobs
from archive.access import operator
from archive.arrivals import Arrival, TreePlace
from archive.config import Config, DataSection
from archive.db import Database
from archive.intake import Intake
from archive.models import Version
from archive.rebuild import rebuild
from archive.receipts import Journal
from archive.vault import Vault
from indexer.naming import Naming
from indexer.stages import Stages, load_subjects, record
from tests.conftest import SteppedClock
from tests.lost_house import LATER, differing
from tests.worlds import LEASE, NearCage

HISTORIES = int(os.environ.get("CROSSFILE_HISTORIES", "6"))
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATHS = ("a.txt", "b.txt", "specs/c.txt", "specs/d.txt", "mail/e.eml", "f.txt")


def _mail(*bodies: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "Anna <anna@acme.example>", "Order PO-2024-113"
    letter.set_content("See PO-2024-113.")
    for body in bodies:
        letter.add_attachment(body.encode(), "text", "plain", filename="bill.txt")
    letter.set_boundary("=" * 20)
    return bytes(letter)


def _spec(number: str, revision: str, more: str = "") -> str:
    mark = f"Revision {revision}\n" if revision else ""
    return f"Specification {number}\n\n{mark}\nHousings are tested at 16 bar. {more}\n"


INVOICE = "Invoice no: INV-77\nInvoice date: 2024-03-05\nYour order: PO-2024-113\n"
ORDER = "Purchase order no: PO-2024-113\nDate: 2024-02-01\nSee SPEC-310 rev B and INV-78.\n"
CONTENTS = (
    *(_spec("SPEC-310", mark).encode() for mark in ("A", "B", "C", "")),
    _spec("SPEC-310", "", "Approved.").encode(),
    *(_spec("SPEC-311", mark).encode() for mark in ("A", "")),
    INVOICE.encode(),
    INVOICE.replace("77", "78").encode(),
    ORDER.encode(),
    b"Notes on PO-2024-113, INV-77 and SPEC-310.\n",
    b"",
    _mail(INVOICE),
    _mail(INVOICE, _spec("SPEC-310", "B")),
    _mail("Notes on SPEC-311.\n"),
)
PATH, CONTENT = st.sampled_from(PATHS), st.integers(0, len(CONTENTS) - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PATH, CONTENT),
        st.tuples(st.just("write"), PATH, CONTENT),
        st.tuples(st.just("move"), PATH, PATH),
        st.tuples(st.just("delete"), PATH, st.just(0)),
        st.tuples(st.just("read"), st.just(""), st.integers(1, 3)),
    ),
    max_size=24,
)


class Filed:
    """A tree that lives, and its archive."""

    def __init__(self, folder: Path, template: Path, cage: NearCage) -> None:
        self.clock = SteppedClock(START)
        self.folder, self.tree = folder, dict[str, bytes]()
        shutil.copyfile(template, folder / "crossfile.sqlite")
        self.vault = Vault(folder / "vault")
        self.vault.prepare()
        self.cage = cage
        self.open("crossfile.sqlite")

    def open(self, name: str) -> None:
        self.database = Database(f"sqlite:///{self.folder / name}")
        self.intake = Intake(self.database, self.vault, self.clock)
        config = Config(data=DataSection(folder=self.folder))
        self.stages = Stages(config, self.vault, self.cage)
        self.naming = Naming(self.cage.schemes, ())

    def do(self, what: str, path: str, more: int | str) -> None:
        self.clock.step()
        if what == "read":
            self.read(limit=int(more), rounds=1)
        elif what == "write":
            self.put(path, CONTENTS[int(more)])
        elif path in self.tree and more != path:
            content = self.tree.pop(path)
            if what == "move":
                self.put(str(more), content)
            self.intake.gone("filing", [path])

    def put(self, path: str, content: bytes) -> None:
        self.tree[path] = content
        blob = self.vault.put(io.BytesIO(content), max_bytes=1 << 24)
        self.intake.receive([Arrival(blob, "general", TreePlace("filing", path))])

    def read(self, *, limit: int = 64, rounds: int = 1000) -> None:
        for _ in range(rounds):
            at = self.clock.step()
            with self.database.write() as session:
                claimed = jobs.claim(
                    session, (jobs.JobKind.PARSE,), by="we", at=at, lease=LEASE, limit=limit
                )
                subjects = load_subjects(session, claimed)
            if not claimed:
                return
            started = [self.stages.start(job, subjects[job.subject]) for job in claimed]
            done = [self.stages.finish(one) for one in started]
            self.intake.receive([arrival for one in done for arrival in one.children])
            with self.intake.deciding() as (session, receipts):
                jobs.finish(session, claimed, by="we")
                record(session, receipts, done, at, naming=self.naming, has_ocr=False)

    def read_again(self) -> None:
        with self.database.write() as session:
            versions = session.scalars(select(Version.id)).all()
            jobs.enqueue(session, jobs.JobKind.PARSE, versions, self.clock.step())
        self.read()

    def told(self) -> dict[str, list[dict]]:
        with self.database.read() as session:
            by = operator(session)
            found = {
                "documents": list(exports.documents(session, by)),
                "references": list(
                    exports.references(session, by, all_versions=True, with_mentions=True)
                ),
            }
        for line in found["references"]:
            line.pop(LATER)
        return {name: sorted(lines, key=str) for name, lines in found.items()}


@pytest.fixture(scope="module")
def cage(tmp_path_factory):
    return NearCage(Config(data=DataSection(folder=tmp_path_factory.mktemp("cage"))))


@settings(max_examples=HISTORIES, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, limit=st.sampled_from((1, 3, 64)))
def test_whatever_was_filed_when_the_vault_tells_the_same(
    tmp_path_factory, sqlite_template, cage, steps, limit
):
    house = Filed(tmp_path_factory.mktemp("house"), sqlite_template, cage)
    try:
        house.put("f.txt", CONTENTS[0])
        for step in steps:
            house.do(*step)
        house.read()
        house.read_again()
        before, end = house.told(), Journal(house.vault.folder).end()
        house.database.close()
        house.clock.step()
        house.open("again.sqlite")
        assert rebuild(house.database, house.vault, house.clock).findings == ()
        house.clock.now += timedelta(days=1)
        house.read(limit=limit)
        assert differing(before, house.told()) == []
        assert Journal(house.vault.folder).end() == end
    finally:
        house.database.close()
        shutil.rmtree(house.folder)
