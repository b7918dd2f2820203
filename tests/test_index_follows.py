"""The index is asked anew for every version whose place or standing changes."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import delete, select, update

from archive.arrivals import Arrival, ChildPlace
from archive.jobs import JobKind
from archive.models import Job, Version
from archive.records import load_records
from tests.small_archive import SmallArchive

ORDER = "Order of bolts\nPO-2024-113\n"


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def indexed(archive: SmallArchive) -> set[int]:
    """The versions that the index is asked for; they are taken off the list."""
    with archive.database.write() as session:
        asked = set(session.scalars(select(Job.subject).where(Job.kind == JobKind.INDEX)))
        session.execute(delete(Job))
    return asked


def paths(archive: SmallArchive, version_id: int) -> list[str]:
    with archive.database.read() as session:
        return load_records(session, [version_id])[0].paths


def attach(archive: SmallArchive, parent: int, name: str, content: bytes) -> int:
    blob = archive.vault.put(io.BytesIO(content), max_bytes=100)
    child = archive.intake.receive([Arrival(blob, "general", ChildPlace(parent, 1, name))])[0]
    with archive.database.write() as session:
        read = update(Version).where(Version.id == child.version_id)
        session.execute(read.values(status="searchable"))
    return child.version_id


def test_a_file_edited_in_place_has_its_old_version_indexed_as_no_longer_current(archive):
    first = archive.add("order.txt", ORDER, number="PO-2024-113")
    indexed(archive)
    archive.file("order.txt", b"Order of nuts\nPO-2024-113\n")
    assert indexed(archive) == {first}


def test_a_version_that_is_still_to_be_read_is_left_to_its_reading(archive):
    archive.file("order.txt", b"one")
    archive.file("order.txt", b"two")
    assert indexed(archive) == set()
