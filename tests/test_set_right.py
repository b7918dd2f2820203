"""What a person sets right of a document by which its versions are told apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import operator
from archive.jobs import JobKind
from archive.models import Document, Job
from archive.references import outgoing
from archive.rulings import set_facts
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.mark.parametrize(("fact", "value", "is_read_again"), [
    ("number", "SPEC-700", True), ("revision", "B", True), ("title", "Ball valve", False),
])  # fmt: skip
def test_a_file_is_read_again_where_what_identifies_it_is_set_right(
    house, fact, value, is_read_again
):
    version_id = house.put("spec.txt", "Specification")
    with house.database.write() as session:
        for job in session.scalars(select(Job)):
            session.delete(job)
    say(house, version_id, **{fact: value})
    with house.database.read() as session:
        waiting = session.scalars(select(Job.kind).where(Job.subject == version_id)).all()
    assert (JobKind.PARSE in waiting) == is_read_again


def test_a_document_does_not_cite_the_number_that_a_person_says_is_its_own(house):
    text = "Meeting about SPEC-700\n\nPresent: all.\nSee SPEC-701.\n"
    version_id = house.put("notes.txt", text)
    assert cited(house, version_id) == {"SPEC-700", "SPEC-701"}
    say(house, version_id, kind="specification", number="SPEC-700")
    house.reread(version_id, text)
    assert cited(house, version_id) == {"SPEC-701"}
    say(house, version_id, number=None)
    house.reread(version_id, text)
    assert cited(house, version_id) == {"SPEC-700", "SPEC-701"}


def say(house, version_id, **facts):
    with house.database.write() as session:
        document = session.scalar(
            select(Document.id).where(Document.current_version_id == version_id)
        )
        set_facts(session, operator(session), document, facts, house.clock(), schemes=house.schemes)


def cited(house, version_id):
    with house.database.read() as session:
        views = outgoing(session, operator(session), version_ids=[version_id])
        return {view.row.text for view in views}
