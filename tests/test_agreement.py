"""What does not agree with something else is named by `check`, and mended where it is derived."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from archive import kept_pictures
from archive.index_agreement import Indexed
from archive.jobs import JobKind, enqueue
from archive.models import (
    Blob,
    Candidate,
    CurrentSpan,
    Document,
    Job,
    Page,
    Reference,
    Sighting,
    Version,
)
from tests.damaged_house import House


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = House(database_url, tmp_path, clock)
    yield house
    house.close()


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
