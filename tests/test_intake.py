"""The only door: what arrives is kept, numbered and never doubled."""

from __future__ import annotations

import io
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from archive import events, intake
from archive.arrivals import Arrival, ChildPlace, Outcome, TreePlace
from archive.db import Database
from archive.errors import DamageFound
from archive.intake import Intake
from archive.models import (
    Base,
    Blob,
    CurrentSpan,
    Document,
    Event,
    Job,
    Reference,
    Sighting,
    Version,
)
from archive.receipts import Journal
from archive.subjects import to_read
from archive.vault import Vault
from tests.conftest import SteppedClock


class House:
    """A database, a vault and a door."""

    def __init__(self, url: str, folder: Path, clock: SteppedClock) -> None:
        self.database = Database(url)
        Base.metadata.create_all(self.database.engine)
        self.vault = Vault(folder / "vault")
        self.vault.prepare()
        self.clock = clock
        self.intake = Intake(self.database, self.vault, clock)

    def file(self, path: str, content: bytes, collection: str = "general") -> Arrival:
        blob = self.vault.put(io.BytesIO(content), max_bytes=1 << 20)
        return Arrival(blob, collection, TreePlace("filing", path))

    def drop(self, path: str, content: bytes, collection: str = "general"):
        return self.intake.receive([self.file(path, content, collection)])[0]

    def count(self, model) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model))

    def rows(self, model):
        with self.database.read() as session:
            return list(session.scalars(select(model).order_by(*model.__mapper__.primary_key)))


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = House(database_url, tmp_path, clock)
    yield house
    house.database.close()


def test_a_dropped_file_becomes_a_document_with_a_version_a_sighting_and_a_job(house):
    received = house.drop("a/order.txt", b"PO-1")
    assert (received.document_id, received.version, received.outcome) == (1, 1, Outcome.DOCUMENT)
    assert [job.kind for job in house.rows(Job)] == ["parse"]
    assert house.rows(Document)[0].current_version_id == received.version_id
    assert [event.kind for event in house.rows(Event)] == ["received"]


def test_the_same_file_again_changes_nothing(house):
    first = house.drop("a.txt", b"one")
    again = house.drop("a.txt", b"one")
    assert again.document_id == first.document_id and again.outcome is Outcome.KNOWN
    assert house.count(Sighting) == house.count(Event) == 1


def test_the_same_bytes_elsewhere_are_one_more_sighting_of_the_document(house):
    first = house.drop("a.txt", b"one")
    copy = house.drop("b.txt", b"one")
    assert copy.document_id == first.document_id and copy.outcome is Outcome.SIGHTED
    assert (house.count(Document), house.count(Sighting), house.count(Blob)) == (1, 2, 1)


def test_changed_bytes_at_the_same_path_are_the_next_version(house):
    house.drop("a.txt", b"one")
    house.clock.step()
    second = house.drop("a.txt", b"two")
    assert (second.document_id, second.version) == (1, 2)
    spans = house.rows(CurrentSpan)
    assert spans[0].until == house.clock.now and spans[1].until is None
    assert [s.until is None for s in house.rows(Sighting)] == [False, True]


def test_changed_bytes_at_a_path_whose_document_lives_elsewhere_are_another_document(house):
    house.drop("a.txt", b"one")
    house.drop("copy.txt", b"one")
    other = house.drop("copy.txt", b"two")
    assert other.outcome is Outcome.DOCUMENT and other.document_id == 2
    derived = house.rows(Reference)[0]
    assert (derived.relation, derived.fixed_document_id) == ("derived-from", 1)


def test_the_same_bytes_in_another_collection_are_another_document_over_the_same_blob(house):
    house.drop("a.txt", b"one")
    other = house.drop("legal/a.txt", b"one", "legal")
    assert other.document_id == 2 and house.count(Blob) == 1


def test_a_file_moved_is_seen_at_its_new_path_and_no_more_at_the_old(house):
    house.drop("a.txt", b"one")
    house.drop("moved/a.txt", b"one")
    assert house.intake.gone("filing", ["a.txt"]) == 1
    assert house.intake.gone("filing", ["a.txt"]) == 0
    live = [s.path for s in house.rows(Sighting) if s.until is None]
    assert live == ["moved/a.txt"] and house.count(Document) == 1


def test_what_a_folder_held_is_recorded_gone_in_a_few_statements_each_once_and_in_order(house):
    paths = [f"{number:03}.txt" for number in range(100)]
    house.intake.receive([house.file(path, path.encode()) for path in paths])
    statements = []
    event.listen(
        house.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2])
    )
    assert house.intake.gone("filing", [*paths[:60], *paths[:60], "never.txt"]) == 60
    assert len(statements) < 20
    assert [s.path for s in house.rows(Sighting) if s.until is None] == paths[60:]
    gone = [one for one in house.rows(Event) if one.kind == "gone"]
    assert [one.document_id for one in gone] == list(range(1, 61))


@pytest.mark.parametrize("gone_first", [False, True])
def test_a_file_that_is_seen_empty_while_it_is_saved_stays_its_document(house, gone_first):
    house.drop("empty.docx", b"")
    order = house.drop("order.txt", b"PO-1")
    if gone_first:
        house.intake.gone("filing", ["empty.docx"])
    for version, content in ((2, b""), (3, b"PO-1, changed"), (2, b"")):
        now = house.drop("order.txt", content)
        assert (now.document_id, now.version) == (order.document_id, version)
    assert house.drop("empty.docx", b"PO-2").document_id == 1


def test_empty_files_are_documents_of_their_own_in_whatever_order_they_come(house):
    batch = [house.file(path, b"") for path in ("a.txt", "b.txt", "c/a.txt")]
    assert [r.document_id for r in house.intake.receive(batch)] == [1, 2, 3]
    house.intake.gone("filing", ["a.txt"])
    assert house.drop("moved.txt", b"").document_id == 4
    back = house.drop("a.txt", b"")
    assert (back.document_id, back.version, back.outcome) == (1, 1, Outcome.SIGHTED)


def test_empty_attachments_of_two_mails_are_two_documents_each_found_again(house):
    def attached(mail: bytes, path: str) -> tuple[int, str]:
        parent = house.drop(path, mail).version_id
        place = ChildPlace(parent, 1, "note.txt")
        received = house.intake.receive([replace(house.file("", b""), place=place)])[0]
        return received.document_id, received.outcome.value

    assert attached(b"one", "1.eml") == (2, "document")
    assert attached(b"two", "2.eml") == (4, "document")
    assert attached(b"one, sent again", "1.eml") == (2, "sighted")


def test_a_child_is_a_document_attached_to_its_parent_and_found_again_by_name(house):
    mail = house.drop("mail.eml", b"mail 1")
    blob = house.vault.put(io.BytesIO(b"attached"), max_bytes=100)
    place = ChildPlace(mail.version_id, 1, "invoice.pdf")
    child = house.intake.receive([Arrival(blob, "general", place)])[0]
    again = house.intake.receive([Arrival(blob, "general", place)])[0]
    assert child.document_id == 2 and again.outcome is Outcome.KNOWN
    mail2 = house.drop("mail.eml", b"mail 2")
    blob2 = house.vault.put(io.BytesIO(b"attached 2"), max_bytes=100)
    place2 = ChildPlace(mail2.version_id, 1, "invoice.pdf")
    next_child = house.intake.receive([Arrival(blob2, "general", place2)])[0]
    assert (next_child.document_id, next_child.version) == (2, 2)


def test_two_children_of_one_name_are_two_documents_and_each_has_its_own_next_version(house):
    mail = house.drop("a.eml", b"mail")

    def inside(parent: int, *contents: bytes) -> list[tuple[int, int, str]]:
        arrivals = [
            Arrival(
                house.vault.put(io.BytesIO(content), max_bytes=99),
                "general",
                ChildPlace(parent, position, "1.txt"),
            )
            for position, content in enumerate(contents)
        ]
        return [
            (one.document_id, one.version, one.outcome.value)
            for one in house.intake.receive(arrivals)
        ]

    assert inside(mail.version_id, b"one", b"two") == [(2, 1, "document"), (3, 1, "document")]
    assert inside(mail.version_id, b"one", b"two") == [(2, 1, "known"), (3, 1, "known")]
    after = house.drop("a.eml", b"the mail as it is now")
    assert inside(after.version_id, b"one", b"2") == [(2, 1, "sighted"), (3, 2, "version")]


@pytest.mark.parametrize(
    "order", [("old/Invoice 77.txt", "a/scan.txt"), ("a/scan.txt", "old/Invoice 77.txt")]
)
def test_of_copies_the_name_of_the_oldest_file_is_read_whichever_came_first(house, order):
    times = {"old/Invoice 77.txt": 1_600_000_000, "a/scan.txt": 1_700_000_000}
    for path in order:
        place = TreePlace("filing", path, mtime_ns=times[path] * 10**9)
        arrival = replace(house.file(path, b"the same"), place=place)
        version_id = house.intake.receive([arrival])[0].version_id
    with house.database.read() as session:
        read = to_read(session, [version_id])[version_id]
    assert (read.path, read.file_name) == ("filing/old/Invoice 77.txt", "Invoice 77.txt")
    assert read.file_date == "2020-09-13"


def test_bytes_that_are_there_already_are_as_durable_as_those_that_come_first(house, monkeypatch):
    synced = []
    monkeypatch.setattr("archive.vault.sync_folder", synced.append)
    for _ in range(2):  # the first writer may have died before it synced the folder of the name
        blob = house.vault.put(io.BytesIO(b"one"), max_bytes=9)
    assert synced == [house.vault.path(blob.sha256).parent] * 2


def test_a_batch_is_filed_as_the_same_files_one_by_one(house):
    batch = [house.file(f"{n}.txt", content) for n, content in enumerate([b"a", b"b", b"a", b"c"])]
    batch.append(house.file("0.txt", b"d"))
    received = house.intake.receive(batch)
    assert [r.document_id for r in received] == [1, 2, 1, 3, 4]
    numbers = [event.number for event in house.rows(Event)]
    assert numbers == list(range(1, 6))


def test_a_receipt_without_its_row_is_replayed_and_its_number_is_never_given_again(house):
    house.drop("a.txt", b"one")
    with pytest.raises(ZeroDivisionError), house.database.write() as session:
        lost = house.file("b.txt", b"two")
        house.intake._begin(session)
        receipt = {
            "what": "sighting", "receipt": "ab" * 12, "at": "2026-03-02T09:30:00.000000Z",
            "sha256": lost.blob.sha256, "size": 3, "collection": "general", "document": 2,
            "version": 1, "outcome": "document", "root": "filing", "path": "b.txt",
        }  # fmt: skip
        Journal(house.vault.folder).append([receipt])
        raise ZeroDivisionError  # the process dies between receipt and commit
    third = house.drop("c.txt", b"three")
    assert third.document_id == 3
    assert [d.id for d in house.rows(Document)] == [1, 2, 3]
    assert house.intake.catch_up() == 0


def test_what_is_replayed_is_its_persons_as_if_nothing_had_died(house, monkeypatch):
    arrival = house.file("a.txt", b"one")
    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr("archive.intake.remember", lambda *_: 1 // 0)  # behind the receipt
        house.intake.receive([arrival], actor="user:5")
    house.intake.catch_up()
    house.intake.gone("filing", ["a.txt"], actor="user:6")
    assert [(event.kind, event.actor) for event in house.rows(Event)] == [
        ("received", "user:5"),
        ("gone", "user:6"),
    ]


def test_what_is_replayed_is_made_durable_before_the_database_remembers_it(house, monkeypatch):
    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr(intake, "remember", lambda *_: 1 // 0)
        house.drop("a.txt", b"one")
    done = []
    remember, sync = intake.remember, os.fsync
    monkeypatch.setattr("archive.receipts.os.fsync", lambda fd: (done.append("sync"), sync(fd)))
    monkeypatch.setattr(
        intake, "remember", lambda *args: (done.append("remember"), remember(*args))
    )
    assert house.intake.catch_up() == 1
    assert done == ["sync", "remember"]


def test_the_archive_made_again_from_the_journal_alone_is_the_same(house, tmp_path, clock):
    rng = random.Random(7)
    for number in range(40):
        house.drop(f"{rng.randrange(6)}.txt", b"%d" % rng.randrange(9))
        if number % 7 == 0:
            house.intake.gone("filing", [f"{rng.randrange(6)}.txt"])
        clock.step()

    def state(database):
        with database.read() as session:
            rows = session.execute(
                select(Version.document_id, Version.number, Blob.sha256, Sighting.path,
                       Sighting.since, Sighting.until)
                .join(Blob, Blob.id == Version.blob_id)
                .join(Sighting, Sighting.version_id == Version.id)
            )  # fmt: skip
            return sorted(map(str, rows))

    again = Database(f"sqlite:///{tmp_path / 'again.sqlite'}")
    Base.metadata.create_all(again.engine)
    assert Intake(again, house.vault, clock).catch_up() > 10
    assert state(again) == state(house.database)
    last = max(document.id for document in house.rows(Document))
    intake = Intake(again, house.vault, clock)
    assert intake.receive([house.file("new.txt", b"new")])[0].document_id == last + 1
    again.close()


def test_what_lies_in_a_file_whose_receipt_is_lost_is_said_so_when_it_is_replayed(house):
    receipt = {
        "what": "sighting", "receipt": "ab" * 12, "at": "2026-03-02T09:30:00.000000Z",
        "sha256": "cd" * 32, "size": 3, "collection": "general", "document": 2, "version": 1,
        "outcome": "document", "parent": [1, 1], "position": 1, "name": "bill.pdf",
    }  # fmt: skip
    Journal(house.vault.folder).append([receipt])
    with pytest.raises(DamageFound, match="of document 2: what it lies in is not known"):
        house.intake.catch_up()


def test_history_has_no_gaps_and_a_changed_line_is_found(house):
    for number in range(5):
        house.drop(f"{number}.txt", b"%d" % number)
    with house.database.read() as session:
        assert events.damage(session) == []
    with house.database.write() as session:
        third = session.get(Event, 3)
        third.line = third.line.replace("received", "receiveD")
    with house.database.read() as session:
        assert events.damage(session) == ["Event 3 is not what was written."]
