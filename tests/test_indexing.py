"""The indexer's part of the worker: what becomes of jobs whose version can't be put in."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import select

from archive import jobs
from archive.errors import StorageFull
from archive.models import Job
from indexer import indexing
from indexer.indexing import Indexing
from indexer.search.engines import engine, index_root
from indexer.search.folders import IndexFolders, LiveIndex
from indexer.search.lemmas import Lemmas
from tests.small_archive import SmallArchive


@pytest.fixture
def archive(database_url, tmp_path, clock):
    made = SmallArchive(database_url, tmp_path, clock)
    for number in (1, 2, 3):
        made.add(f"{number}.txt", f"PO-{number}000", number=f"PO-{number}000")
    with made.database.write() as session:
        session.query(Job).filter(Job.kind != "index").delete()
    yield made
    made.close()


@pytest.fixture
def index(archive, tmp_path, clock):
    root = index_root(tmp_path)
    folders = IndexFolders(root, engine("tantivy", Lemmas(root)))
    made = Indexing(archive.database, folders, tmp_path, commit_s=0, clock=clock, worker="we")
    made.rebuild(1)
    yield made
    made.close()


@pytest.fixture
def bad(monkeypatch):
    """Keys of versions of which no document for the index can be made."""
    keys: set[str] = set()
    whole = indexing.index_doc

    def index_doc(record):
        if record.key in keys:
            raise ValueError(f"version {record.key} is odd")
        return whole(record)

    monkeypatch.setattr(indexing, "index_doc", index_doc)
    return keys


def waiting(archive):
    with archive.database.read() as session:
        rows = session.execute(select(Job.subject, Job.attempts, Job.reason).order_by(Job.subject))
        return [tuple(row) for row in rows]


def test_what_can_not_be_indexed_holds_up_nothing_else(archive, index, bad):
    bad.add("2")
    index.step()
    index.step()
    assert waiting(archive) == [(2, 1, "version 2 is odd")]
    for _ in range(9):
        archive.clock.step(hours=1)
        index.step()
    assert waiting(archive) == [(2, 5, "version 2 is odd")]
    with archive.database.read() as session:
        assert session.scalars(select(Job.given_up_at)).one() is not None


def test_where_the_index_is_broken_no_version_is_to_blame(archive, index, monkeypatch):
    def broken(*arguments):
        raise ValueError("the index is closed")

    with monkeypatch.context() as patched:
        patched.setattr(LiveIndex, "upsert", broken)
        patched.setattr(LiveIndex, "commit", broken)
        for _ in range(9):
            with pytest.raises(ValueError, match="closed"):
                index.step()
            archive.clock.step(hours=1)
    assert [reason for _, _, reason in waiting(archive)] == [None, None, None]
    index.step()
    index.step()
    assert waiting(archive) == []


def test_jobs_that_could_not_be_struck_off_are_struck_off_later(archive, index, monkeypatch):
    def full(*arguments, **more):
        raise StorageFull

    with monkeypatch.context() as patched:
        patched.setattr(indexing.jobs, "finish", full)
        with pytest.raises(StorageFull):
            index.step()
    index.step()
    assert waiting(archive) == []


def test_an_index_that_could_not_be_written_is_opened_anew_and_nothing_is_left_out(
    archive, index, tmp_path
):
    index.step()
    index.step()
    shutil.rmtree(tmp_path / "index" / "1")  # under a writer that is open, which it breaks
    with archive.database.write() as session:
        jobs.enqueue(session, jobs.JobKind.INDEX, [1, 2, 3], archive.clock())
    with pytest.raises(StorageFull, match="can't be written"):
        for _ in range(2):
            index.step()
    assert waiting(archive) == [(1, 0, None), (2, 0, None), (3, 0, None)]
    index.step()
    index.step()
    assert waiting(archive) == []
    folders = IndexFolders(index_root(tmp_path), engine("tantivy", Lemmas(index_root(tmp_path))))
    assert folders.open(1).snapshot().count == 3
