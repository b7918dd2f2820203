"""What a person sets right of a document by which its versions are told apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import operator
from archive.jobs import JobKind
from archive.models import Job, Version
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
    with house.database.write() as session:
        document = session.scalar(select(Version.document_id).where(Version.id == version_id))
        said = {fact: value}
        set_facts(session, operator(session), document, said, house.clock(), schemes=house.schemes)
    with house.database.read() as session:
        waiting = session.scalars(select(Job.kind).where(Job.subject == version_id)).all()
    assert (JobKind.PARSE in waiting) == is_read_again
