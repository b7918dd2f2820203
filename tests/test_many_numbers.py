"""Tables of very many numbers: what they cost, and that no statement grows with them."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from archive import bulk, jobs
from archive.arrivals import Arrival, ChildPlace
from archive.jobs import JobKind
from archive.matching import answer, answer_keys
from archive.models import Document, Job, Mention, Reference, Version
from archive.reading import Evidence, Extraction, MentionFound, PageText, Reading
from archive.readings import ReadVersion, load_subjects, record
from archive.reassigning import apply
from tests.small_archive import SmallArchive, keyed

#: More than PostgreSQL takes as parameters of one statement.
VERY_MANY = 66_000


class Counted(str):
    """A key that counts how often one is compared with another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)


@pytest.fixture
def archive(database_url, tmp_path, clock):
    made = SmallArchive(database_url, tmp_path, clock)
    yield made
    made.close()


def cite(archive, version_id, numbers, key_of=str):
    """Record that the version cites these numbers, each once."""
    mentions = []
    for position, number in enumerate(numbers):
        key, groups = keyed(number)
        place = Evidence(1, position, position + 1, number)
        found = MentionFound("purchase-order", number, key_of(key), groups, place, "bills")
        mentions.append(found)
    reading = Reading("csv", 1, "text/csv", (PageText(1, "numbers"),))
    with archive.database.write() as session:
        subject = load_subjects(session, [version_id])[version_id]
        said = Extraction((), (), tuple(mentions))
        record(session, [ReadVersion(subject, reading, said)], archive.clock())


def inside_of(archive, version_id, position, text):
    blob = archive.vault.put(io.BytesIO(text.encode()), max_bytes=1 << 20)
    place = ChildPlace(version_id, position, f"{text}.txt")
    return archive.intake.receive([Arrival(blob, "general", place)])[0].version_id


def numbers(first, count):
    return [f"PO-{number}" for number in range(first, first + count)]


def test_the_numbers_of_a_table_are_not_each_compared_with_all_others(archive):
    version_id = archive.file("orders.csv", b"orders")
    Counted.compared = 0
    cite(archive, version_id, numbers(10_000, 1000), Counted)
    assert Counted.compared < 50_000


def test_a_table_that_is_read_again_renews_and_retracts_what_it_cites(archive):
    version_id = archive.file("orders.csv", b"orders")
    cite(archive, version_id, numbers(10_000, 1200))
    cite(archive, version_id, numbers(10_600, 1200))
    with archive.database.read() as session:
        stands = select(func.count()).where(Reference.retracted_at.is_(None))
        gone = select(func.count()).where(Reference.retracted_at.is_not(None))
        assert (session.scalar(stands), session.scalar(gone)) == (1200, 600)
        live = select(Reference.id).where(Reference.retracted_at.is_(None))
        mentions = select(func.count()).where(Mention.reference_id.in_(live))
        assert session.scalar(mentions) == 1200


def test_very_many_versions_and_keys_are_answered(archive):
    version_id = archive.file("orders.csv", b"orders")
    cite(archive, version_id, numbers(10_000, 1))
    others = range(version_id + 1, version_id + VERY_MANY)
    with archive.database.write() as session:
        answer(session, [version_id, *others], [], archive.clock())
        keys = [keyed(number)[0] for number in numbers(10_000, 10)]
        answer_keys(session, keys, archive.clock(), beside=others)


def test_very_many_jobs_are_asked_for_at_once(archive):
    with archive.database.write() as session:
        jobs.enqueue(session, JobKind.INDEX, range(1, VERY_MANY), archive.clock())
    with archive.database.read() as session:
        assert session.scalar(select(func.count()).where(Job.kind == JobKind.INDEX)) == 65_999


def test_what_is_inside_goes_along_to_another_collection_however_much_it_is(archive, monkeypatch):
    monkeypatch.setattr(bulk, "IN_CHUNK", 2)
    outer = archive.file("outer.zip", b"outer")
    inside = [inside_of(archive, outer, place, f"file {place}") for place in range(1, 6)]
    deeper = inside_of(archive, inside[2], 1, "deeper")
    with archive.database.write() as session:
        document = session.get_one(Version, outer).document_id
        receipt = {"document": document, "collection": "closed", "receipt": "r"}
        closed = apply(session, receipt, archive.clock())
        homes = select(Version.id).join(Document, Document.id == Version.document_id)
        found = session.scalars(homes.where(Document.collection_id == closed))
        assert set(found) == {outer, *inside, deeper}
        [event] = [one for one in session.info["events"] if one.kind == "collection-changed"]
        assert event.details["children"] == 6
