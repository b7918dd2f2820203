"""What a person has said of two documents holds, also when one of them goes into a third."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from archive import version_proposals
from archive.access import operator
from archive.errors import NotFound, UsageError
from archive.models import Document, Proposal
from archive.told import told_of
from archive.version_questions import Rulings, propose
from tests.test_identity import Archive

PUMP = " ".join(f"pump{index}" for index in range(60))
LEASE = " ".join(f"lease{index}" for index in range(60))
BOTH = " ".join([*PUMP.split()[:45], *LEASE.split()[:45]])


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = Archive(database_url, tmp_path, clock)
    yield archive
    archive.database.close()


def answer(archive: Archive, decision: str) -> None:
    """Answer the one open question."""
    (proposal_id,) = still_open(archive)
    at = archive.clock.step()
    with archive.intake.deciding() as (session, receipts):
        viewer = operator(session)
        if decision == "accept":
            version_proposals.accept(session, receipts, viewer, proposal_id, at)
        else:
            version_proposals.reject(session, viewer, proposal_id, at)


def still_open(archive: Archive) -> Sequence[int]:
    with archive.database.read() as session:
        statement = select(Proposal.id).where(Proposal.retracted_at.is_(None))
        return session.scalars(statement).all()


def add_larger(archive: Archive, texts: Sequence[str], **said: str) -> None:
    """File several versions at one path, then read them: their document is the largest."""
    ids = [archive.file("z/three.txt", text.encode()) for text in texts]
    for version_id, text in zip(ids, texts, strict=True):
        archive.say(version_id, text, **said)


def paths(archive: Archive) -> list[list[str]]:
    return sorted(
        sorted({path.removeprefix("filing/") for path, _ in versions})
        for versions in archive.documents()
    )


def test_what_a_person_joined_stays_together_when_it_goes_into_a_larger_document(archive):
    archive.put("x/one.txt", f"SP-1 {PUMP}", number="SP-1")
    archive.put("y/two.txt", f"SP-1 {LEASE}", number="SP-1")
    answer(archive, "accept")
    add_larger(archive, [f"SP-1 {PUMP} {index}" for index in range(3)], number="SP-1")
    assert paths(archive) == [["x/one.txt", "y/two.txt", "z/three.txt"]]
    assert still_open(archive) == []


def test_what_a_person_kept_apart_stays_so_when_one_goes_into_a_larger_document(archive):
    archive.put("x/one.txt", f"SP-1 {PUMP}", number="SP-1")
    archive.put("y/two.txt", f"SP-1 {LEASE}", number="SP-1")
    answer(archive, "reject")
    add_larger(archive, [f"SP-1 {BOTH} {index}" for index in range(3)], number="SP-1")
    assert paths(archive) in (
        [["x/one.txt"], ["y/two.txt", "z/three.txt"]],
        [["x/one.txt", "z/three.txt"], ["y/two.txt"]],
    )


def test_an_answered_question_is_not_asked_again_under_the_number_of_a_larger_document(archive):
    archive.put("x/one.txt", f"SP-1 A {PUMP}", number="SP-1", revision="A")
    archive.put("y/two.txt", f"SP-1 A {LEASE}", number="SP-1", revision="A")
    answer(archive, "reject")
    ids = [archive.file("z/three.txt", f"SP-1 {mark} {PUMP}".encode()) for mark in "BC"]
    for version_id, mark in zip(ids, "BC", strict=True):
        archive.say(version_id, f"SP-1 {mark} {PUMP}", number="SP-1", revision=mark)
    assert len(paths(archive)) == 2
    assert still_open(archive) == []


def test_a_question_about_a_document_that_went_into_another_is_a_question_about_that_one(archive):
    for mark in "ABC":
        archive.put(f"{mark}.txt", f"SP-{mark}7 {PUMP}", number=f"SP-{mark}7")
    with archive.intake.deciding() as (session, receipts):
        one, two, three = told_of(session, [1, 2, 3])
        propose(session, [(one, two.document_id)], archive.clock.step())
        propose(session, [(one, three.document_id)], archive.clock())
        propose(session, [(three, two.document_id)], archive.clock())
        session.flush()
        last = session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first()
        version_proposals.accept(session, receipts, operator(session), last, archive.clock())
        assert session.get_one(Document, three.document_id).current_version_id is None
    with archive.intake.deciding() as (session, receipts):
        propose(session, [(one, two.document_id)], archive.clock.step())
        asked, again, _ = session.scalars(select(Proposal).order_by(Proposal.id))
        version_proposals.reject(session, operator(session), again.id, archive.clock())
        assert asked.decision is None and asked.retracted_at == archive.clock()
        assert Rulings(session, [1, 2]).apart == {frozenset({1, 2})}


def part_off(archive: Archive, document: int, number: int) -> tuple[int, int]:
    """(the decision, the new document)"""
    with archive.intake.deciding() as (session, receipts):
        viewer, at = operator(session), archive.clock.step()
        row = version_proposals.part_off(session, receipts, viewer, document, number, at)
        return row.id, row.document_id or 0


def take_back(archive: Archive, proposal_id: int) -> None:
    with archive.intake.deciding() as (session, receipts):
        viewer, at = operator(session), archive.clock.step()
        version_proposals.take_back(session, receipts, viewer, proposal_id, at)


def test_a_version_that_joined_is_made_a_document_of_its_own_and_stays_one(archive):
    for mark in "AB":
        archive.put(f"{mark}.txt", f"SP-1 {mark} {PUMP}", number="SP-1", revision=mark)
    assert paths(archive) == [["A.txt", "B.txt"]]
    proposal, new = part_off(archive, 1, 2)
    assert (paths(archive), new) == ([["A.txt"], ["B.txt"]], 3)
    archive.put("C.txt", f"SP-1 C {PUMP}", number="SP-1", revision="C")
    archive.say(2, f"SP-1 B {PUMP}", number="SP-1", revision="B")
    assert paths(archive) == [["A.txt", "C.txt"], ["B.txt"]]
    assert still_open(archive) == []
    take_back(archive, proposal)
    archive.say(2, f"SP-1 B {PUMP}", number="SP-1", revision="B")
    assert paths(archive) == [["A.txt", "B.txt", "C.txt"]]


def test_a_version_of_one_path_is_made_a_document_of_its_own_and_stays_one(archive):
    for index in range(3):
        archive.put("plan.txt", f"SP-1 {PUMP} {index}", number="SP-1")
    assert [len(versions) for versions in archive.documents()] == [3]
    part_off(archive, 1, 2)
    archive.say(1, f"SP-1 {PUMP} 0", number="SP-1")
    archive.put("plan.txt", f"SP-1 {PUMP} 3", number="SP-1")
    assert sorted(len(versions) for versions in archive.documents()) == [1, 3]


def test_the_only_version_of_a_document_is_not_parted_from_it(archive):
    archive.put("plan.txt", f"SP-1 {PUMP}", number="SP-1")
    with pytest.raises(UsageError):
        part_off(archive, 1, 1)
    with pytest.raises(NotFound):
        part_off(archive, 1, 7)


def test_what_a_person_joined_is_taken_back_and_the_question_is_open_again(archive):
    archive.put("x/one.txt", f"SP-1 {PUMP}", number="SP-1")
    archive.put("y/two.txt", f"SP-1 {LEASE}", number="SP-1")
    (proposal,) = still_open(archive)
    answer(archive, "accept")
    assert len(paths(archive)) == 1
    take_back(archive, proposal)
    assert paths(archive) == [["x/one.txt"], ["y/two.txt"]]
    assert still_open(archive) == [proposal]
    archive.say(2, f"SP-1 {LEASE}", number="SP-1")
    assert paths(archive) == [["x/one.txt"], ["y/two.txt"]]
    answer(archive, "accept")
    assert len(paths(archive)) == 1


def test_what_a_person_kept_apart_is_taken_back(archive):
    archive.put("x/one.txt", f"SP-1 {PUMP}", number="SP-1")
    archive.put("y/two.txt", f"SP-1 {LEASE}", number="SP-1")
    (proposal,) = still_open(archive)
    answer(archive, "reject")
    take_back(archive, proposal)
    assert still_open(archive) == [proposal]
    with pytest.raises(NotFound):
        take_back(archive, proposal)


def test_what_was_asked_of_many_documents_is_looked_up_in_parts(archive):
    with archive.database.read() as session:
        assert Rulings(session, range(1, 100_000)).pinned == set()


def test_where_versions_are_not_to_join_by_themselves_a_person_is_asked(archive):
    archive.joins = False
    for mark in "ABC":
        archive.put(f"{mark}.txt", f"SP-1 {mark} {PUMP}", number="SP-1", revision=mark)
    assert paths(archive) == [["A.txt"], ["B.txt"], ["C.txt"]]
    assert len(still_open(archive)) == 2
    archive.put("A.txt", f"SP-1 A {PUMP} again", number="SP-1", revision="A")
    assert sorted(map(len, archive.documents())) == [1, 1, 2]  # those of one path are one
    archive.joins = True
    archive.say(1, f"SP-1 A {PUMP}", number="SP-1", revision="A")
    assert paths(archive) == [["A.txt", "B.txt", "C.txt"]]
    assert still_open(archive) == []
