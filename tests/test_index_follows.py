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


def test_a_file_that_is_gone_is_indexed_anew_with_what_is_inside_it(archive):
    mail = archive.add("mail.eml", ORDER, number="PO-2024-113")
    child = attach(archive, mail, "drawing.txt", b"drawing")
    archive.add("other.txt", "Other\nPO-2024-114\n", number="PO-2024-114")
    indexed(archive)
    archive.intake.gone("filing", ["mail.eml"])
    assert indexed(archive) == {mail, child}


def test_a_moved_file_is_indexed_at_its_new_path_with_what_is_inside_it(archive):
    mail = archive.add("mail.eml", ORDER, number="PO-2024-113")
    child = attach(archive, mail, "drawing.txt", b"drawing")
    indexed(archive)
    assert archive.file("moved/mail.eml", ORDER.encode()) == mail
    assert indexed(archive) == {mail, child}
    archive.intake.gone("filing", ["mail.eml"])
    assert indexed(archive) == {mail, child}
    assert paths(archive, mail) == ["filing/moved/mail.eml"]
    assert paths(archive, child) == ["filing/moved/mail.eml!/drawing.txt"]


def test_a_version_whose_copy_was_overwritten_is_indexed_without_that_path(archive):
    first = archive.add("order.txt", ORDER, number="PO-2024-113")
    archive.file("copy.txt", ORDER.encode())
    indexed(archive)
    archive.file("copy.txt", b"another thing")
    assert indexed(archive) == {first}
    assert paths(archive, first) == ["filing/order.txt"]


def test_a_file_that_is_gone_is_found_where_it_was_last(archive):
    order = archive.add("a.txt", ORDER, number="PO-2024-113")
    archive.file("b.txt", ORDER.encode())
    archive.intake.gone("filing", ["a.txt"])
    archive.clock.step()
    archive.intake.gone("filing", ["b.txt"])
    assert paths(archive, order) == ["filing/b.txt"]
