"""Every kind of damage is named by `verify` or `check`; a clean archive has no finding."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import delete, select, text, update

from archive import agreement, fixity, kept_pictures
from archive.errors import DamageFound
from archive.index_agreement import Indexed
from archive.jobs import JobKind, enqueue
from archive.models import (
    Blob,
    Candidate,
    CurrentSpan,
    Document,
    Event,
    Job,
    Page,
    Reference,
    Sighting,
    Version,
)
from archive.receipts import Journal
from archive.records import load_records
from tests.small_archive import SmallArchive


class Indexes:
    """An index that holds what it is told to hold."""

    def __init__(self) -> None:
        self.held: dict[str, Indexed] = {}
        self.strange: list[str] = []
        self.is_written = False

    def versions(self, _collection_id: int) -> dict[str, Indexed] | None:
        return self.held or None

    def collections(self) -> list[int]:
        return [1]

    def others(self) -> list[str]:
        return self.strange

    def drop(self, folders: Sequence[str]) -> bool:
        if not self.is_written:
            self.strange = [name for name in self.strange if name not in folders]
            self.held = {} if "1" in folders else self.held
        return not self.is_written


class House(SmallArchive):
    """An archive with two documents, one of them in two versions, and an index of them."""

    def __init__(self, url, folder, clock) -> None:
        super().__init__(url, folder, clock)
        self.indexes = Indexes()
        self.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
        text = "Invoice\nINV-7 PO-2024-113\n"
        self.add("invoice.txt", text, number="INV-7", cites=("PO-2024-113",))
        text = "Invoice again\nINV-7 PO-2024-113\n"
        self.add("invoice.txt", text, number="INV-7", cites=("PO-2024-113",))
        with self.database.write() as session:
            session.execute(delete(Job))
            versions = list(session.scalars(select(Version.id)))
            for record in load_records(session, versions):
                self.indexes.held[record.key] = Indexed(record.is_current, record.paths[0])
        self.journal = Journal(self.vault.folder).path
        self.pictures = folder / "pictures"

    def verify(self) -> list[str]:
        found = fixity.verify(self.database, self.vault, clock=self.clock)
        return [f"{finding.part}: {finding.text}" for finding in found]

    def check(self, *, repair: bool = False) -> list[str]:
        found = agreement.check(
            self.database, self.vault, self.indexes,
            pictures=self.pictures, repair=repair, clock=self.clock,
        )  # fmt: skip
        return [f"{finding.part}: {finding.text}" for finding in found]

    def damage(self, *statements) -> None:
        """Change rows behind the engine's back: without its foreign keys."""
        with self.database.engine.connect() as connection:
            is_sqlite = self.database.is_sqlite
            raw = connection.connection.dbapi_connection
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=OFF")
            else:
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(statement)
            connection.commit()
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
            else:
                connection.execute(text("SET session_replication_role = origin"))
                connection.commit()

    def lines(self) -> list[bytes]:
        return self.journal.read_bytes().splitlines(keepends=True)


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = House(database_url, tmp_path, clock)
    yield house
    house.close()


def test_a_clean_archive_has_no_finding(house):
    assert house.verify() == house.check() == []
    with house.database.read() as session:
        assert set(session.scalars(select(Blob.verified_at))) == {house.clock()}


def test_a_flipped_bit_in_a_blob_is_found_with_the_documents_that_it_is_in(house):
    sha256 = next(house.vault.names())
    path = house.vault.path(sha256)
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    [finding] = house.verify()
    assert sha256 in finding and "It is the content of D-00000" in finding


def test_a_verify_that_was_cut_off_goes_on_where_it_was_and_forgets_no_damage(house, monkeypatch):
    monkeypatch.setattr(fixity, "BATCH", 1)
    lost = next(house.vault.names())
    house.vault.path(lost).rename(house.vault.folder / "away")
    hashed: list[str] = []
    whole = house.vault.check
    monkeypatch.setattr(house.vault, "check", lambda *of: hashed.append(of[0]) or whole(*of))
    looks = fixity.verify(house.database, house.vault, clock=house.clock)
    assert lost in next(looks).text
    looks.close()
    house.clock.step()
    rest = fixity.verify(house.database, house.vault, resume=True, clock=house.clock)
    assert [lost in finding.text for finding in rest] == [True]
    assert sorted(hashed) == sorted([lost, *house.vault.names(), lost])
    hashed.clear()
    house.clock.step()
    list(fixity.verify(house.database, house.vault, resume=True, clock=house.clock))
    assert len(hashed) == 3  # the last one came to its end: from the beginning


def test_a_blob_that_is_gone_is_found_by_both(house):
    sha256 = next(house.vault.names())
    house.vault.path(sha256).unlink()
    assert [sha256 in finding for finding in (*house.verify(), *house.check())] == [True, True]


def test_every_flipped_bit_in_the_receipts_is_found_and_none_of_them_is_mended_away(house):
    whole = house.journal.read_bytes()
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << (position % 8)
        house.journal.write_bytes(flipped)
        with house.database.read() as session:
            journal = Journal(house.vault.folder)
            found = [
                *journal.damage(),
                *fixity._end(session, journal),
                *fixity._sightings(session, journal),
            ]
        assert found, position
        assert house.journal.read_bytes() == flipped
    house.journal.write_bytes(whole)
    assert house.verify() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1:], "Receipt line 1 does not follow"),
        (lambda lines: [lines[0], lines[2]], "Receipt line 2 does not follow"),
        (lambda lines: [lines[1], lines[0], lines[2]], "Receipt line 1 does not follow"),
        (lambda lines: lines[:-1], "The receipts lost their end"),
        (lambda lines: [*lines[:-1], lines[-1][:-1]], "The receipts lost their end"),
        (lambda lines: [], "The receipts lost their end"),
    ],
)
def test_receipts_removed_swapped_or_cut_off_are_found(house, change, said):
    house.journal.write_bytes(b"".join(change(house.lines())))
    assert any(said in finding for finding in house.verify())


def test_receipts_that_were_all_linked_anew_are_found(house):
    receipts = [json.loads(line) for line in house.lines()]
    receipts[1]["path"] = "another.txt"
    house.journal.unlink()
    Journal(house.vault.folder).append(receipts)
    assert any("The last receipt is not the one" in finding for finding in house.verify())


def test_a_torn_last_line_was_never_acknowledged_and_is_no_damage(house):
    with house.journal.open("ab") as journal:
        journal.write(b'{"what": "sigh')
    assert house.verify() == []
    house.file("next.txt", b"next")
    assert house.verify() == []


def test_a_sighting_and_its_receipt_need_each_other(house):
    house.damage(delete(Sighting).where(Sighting.path == "order.txt"))
    [finding] = house.verify()
    assert "of document 1, has no sighting" in finding
    house.damage(update(Sighting).where(Sighting.until.is_(None)).values(receipt="invented"))
    assert any("of D-000002 has no receipt" in finding for finding in house.verify())


@pytest.mark.parametrize(
    "values",
    [
        {"line": Event.line + " "},
        {"leaf": "0" * 64},
        {"kind": "forged"},
        {"actor": "user:9"},
        {"document_id": 77},
        {"at": "2020-01-01T00:00:00.000000Z"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_changed_event_is_found(house, values):
    table = Event.__table__
    named = {"number": 2, **{key: value for key, value in values.items() if key == "at"}}
    if "at" in values:
        house.damage(text("UPDATE event SET at = :at WHERE number = :number").bindparams(**named))
    else:
        house.damage(update(table).where(table.c.number == 2).values(**values))
    assert house.verify() == ["history: Event 2 is not what was written."]


def test_removed_events_are_found_in_the_middle_and_at_the_end(house):
    with house.database.read() as session:
        last = session.scalars(select(Event.number).order_by(Event.number.desc())).first()
    house.damage(delete(Event).where(Event.number == 2))
    assert house.verify() == ["history: Events 2 to 2 are missing from the record."]
    house.damage(delete(Event).where(Event.number == last))
    assert f"history: The record ends at event {last - 1}; {last} were written." in house.verify()


def test_a_version_that_the_index_lacks_is_found_and_indexed_again(house):
    del house.indexes.held["1"]
    assert house.check() == ["index: D-000001/1 is not in the search index."]
    house.check(repair=True)
    assert house.check() == []  # a job will mend it
    with house.database.read() as session:
        assert [(job.kind, job.subject) for job in session.scalars(select(Job))] == [("index", 1)]


def test_an_index_that_holds_another_version_for_current_is_found_and_mended(house):
    held = house.indexes.held
    held["2"] = Indexed(True, held["2"].path)
    said = "index: D-000002/1 is not the current version; the index differs."
    assert house.check() == [said]
    house.check(repair=True)
    assert house.check() == []  # a job will mend it


def test_an_index_that_shows_an_old_path_is_found_and_mended(house):
    house.indexes.held["1"] = Indexed(True, "filing/old.txt")
    said = "index: D-000001/1 is at filing/order.txt; the index says filing/old.txt."
    assert house.check() == [said]
    house.check(repair=True)
    assert house.check() == []


def test_what_was_given_up_is_found_and_tried_again(house):
    del house.indexes.held["1"]
    house.damage(delete(Page).where(Page.version_id == 2))
    with house.database.write() as session:
        enqueue(session, JobKind.INDEX, [1], house.clock())
        enqueue(session, JobKind.PARSE, [2], house.clock())
    assert house.check() == []
    with house.database.write() as session:
        session.execute(update(Job).values(given_up_at=house.clock()))
    assert house.check() == [
        "database: D-000002/1 lacks pages, and no job is there to read it.",
        "index: D-000001/1 is not in the search index.",
    ]
    house.check(repair=True)
    assert house.check() == []
    with house.database.read() as session:
        assert session.scalars(select(Job.given_up_at)).all() == [None, None]


def test_pages_without_a_version_are_found_and_removed(house):
    row = {"version_id": 99, "number": 1, "text": "x", "source": "embedded", "label": ""}
    house.damage(Page.__table__.insert().values(**row, layout={}))
    assert house.check() == ["database: 1 page belongs to no version."]
    house.check(repair=True)
    assert house.check() == []


def test_a_version_without_its_pages_is_found_and_read_again(house):
    house.damage(delete(Page).where(Page.version_id == 1))
    expected = ["database: D-000001/1 lacks pages, and no job is there to read it."]
    assert house.check() == expected
    house.check(repair=True)
    assert house.check() == []


def test_a_version_that_nobody_will_read_is_found(house):
    house.damage(update(Version).where(Version.id == 1).values(status="queued"))
    [finding] = house.check()
    assert "D-000001/1 is not read" in finding


def test_jobs_for_what_is_gone_are_found_and_removed(house):
    with house.database.write() as session:
        enqueue(session, JobKind.INDEX, [77], house.clock())
        enqueue(session, JobKind.NAME, [78], house.clock())
    assert house.check() == ["database: 2 jobs are for what is not there."]
    house.check(repair=True)
    assert house.check() == []


def test_the_current_version_must_be_one_and_the_same_in_both_places(house):
    house.damage(update(Document).where(Document.id == 2).values(current_version_id=2))
    said = "database: D-000002: in its history another version is the current one now."
    assert [finding for finding in house.check() if "index" not in finding] == [said]
    house.damage(update(CurrentSpan).values(until=house.clock()))
    said = "database: D-000001: in its history 0 versions are the current one now."
    assert said in house.check()
    house.damage(update(Document).where(Document.id == 2).values(current_version_id=1))
    assert "database: D-000002 has no current version." in house.check()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (update(Candidate).values(document_id=55), "rows of candidate name a document that is"),
        (delete(Reference), "rows of candidate name a reference that is not there"),
        (update(Reference).values(version_id=66), "rows of reference name a version that is not"),
        (delete(Blob).where(Blob.id == 1), "1 row of version names a blob that is not there"),
        (update(Version).where(Version.id == 1).values(document_id=44), "(document_id 44)"),
    ],
)  # fmt: skip
def test_rows_that_point_nowhere_are_found(house, statement, said):
    house.damage(statement)
    assert any(said in finding for finding in house.check())


def test_what_stands_under_another_document_is_found_and_put_back(house):
    house.damage(update(Reference).values(document_id=1))
    found = house.check()
    assert found == [
        "database: A reference of D-000002 stands under another document or collection."
    ]
    house.check(repair=True)
    assert house.check() == []
    with house.database.read() as session:
        assert set(session.scalars(select(Reference.document_id))) == {2}


def test_candidates_that_lead_nowhere_are_removed_and_their_version_is_read_again(house):
    house.damage(update(Candidate).values(document_id=55))
    house.check(repair=True)
    assert house.check() == []
    with house.database.read() as session:
        assert session.scalars(select(Candidate)).all() == []
        jobs = session.execute(select(Job.kind, Job.subject).order_by(Job.subject)).all()
    assert [tuple(job) for job in jobs] == [("parse", 2), ("parse", 3)]


def test_what_only_people_can_mend_is_told_after_a_repair_too(house):
    house.damage(delete(Blob).where(Blob.id == 1))
    said = "database: 1 row of version names a blob that is not there (blob_id 1)."
    assert said in house.check(repair=True)
    assert said in house.check()


def test_strange_folders_among_the_indexes_are_deleted_while_nobody_writes_there(house):
    house.indexes.strange = ["old"]
    house.indexes.is_written = True
    said = "index: The folder index/old belongs to no collection."
    told = f"{said} Stop the service and delete that folder; what belongs there is made again."
    assert house.check() == house.check(repair=True) == [told]
    house.indexes.is_written = False
    assert house.check(repair=True) == [said]
    assert house.check() == []


def test_an_index_that_holds_what_is_of_another_collection_is_made_anew(house):
    house.indexes.held["99"] = Indexed(True, "filing/strange.txt")
    said = "index: The index of general (index/1) holds filing/strange.txt, of none."
    assert house.check(repair=True) == [said]
    assert house.indexes.held == {}


def test_kept_pictures_that_are_cut_off_or_of_no_original_are_found_and_removed(house):
    sha256 = next(house.vault.names())
    whole = kept_pictures.BEGIN + b"..." + kept_pictures.END
    folder = house.pictures / sha256[:2]
    folder.mkdir(parents=True)
    (folder / f"{sha256}-1-150.png").write_bytes(whole)
    (folder / ".being-written.part").write_bytes(b"")
    assert house.check() == []
    (folder / f"{sha256}-2-150.png").write_bytes(whole[:-1])
    (folder / f"{'0' * 64}-1-150.png").write_bytes(whole)
    said = "cache: 2 pictures of pages are cut off, or of no original."
    assert house.check(repair=True) == [said]
    assert house.check() == []
    assert len(list(folder.iterdir())) == 2


def test_two_files_at_one_path_at_once_are_found(house):
    house.damage(
        text("DROP INDEX uq_sighting_live"),
        update(Sighting).where(Sighting.path == "invoice.txt").values(until=None),
    )
    assert house.check() == ["database: filing/invoice.txt shows two files at once."]


def test_a_journal_shorter_than_the_database_remembers_stops_intake(house):
    house.journal.write_bytes(b"".join(house.lines()[:-1]))
    with pytest.raises(DamageFound, match="shorter than the database remembers"):
        house.file("next.txt", b"next")
