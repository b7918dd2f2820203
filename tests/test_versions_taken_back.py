"""Where a person takes back that two documents are one, or two, all is as it was before."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from archive import by_hand, identity, rulings, version_proposals
from archive.access import operator
from archive.errors import Conflict
from archive.models import Document, Paper, Proposal, Reference, Ruling
from archive.references import Target
from archive.rulings import OnReference
from archive.told import told_of
from archive.version_questions import propose, was_ruled
from tests.small_archive import SmallArchive

ONE, TWO, ORDER = 1, 2, 3
WHAT = OnReference(TWO, "purchase-order", "PO9", "bills")


@pytest.fixture
def archive(database_url, tmp_path, clock):
    """Two documents that cite one number, and an order; each is a document of its own."""
    archive = SmallArchive(database_url, tmp_path, clock)
    archive.add("one.txt", "SP-1 bills PO-9", number="SP-1", cites=("PO-9",))
    archive.add("two.txt", "SP-2 bills PO-9", number="SP-2", cites=("PO-9",))
    archive.add("order.txt", "PO-7 order", number="PO-7")
    yield archive
    archive.database.close()


def ask(archive: SmallArchive, version: int, other: int) -> int:
    with archive.database.write() as session:
        propose(session, [(told_of(session, [version])[0], other)], archive.clock.step())
    with archive.database.read() as session:
        return session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first() or 0


def accept(archive: SmallArchive, proposal: int) -> None:
    with archive.intake.deciding() as (session, receipts):
        viewer, at = operator(session), archive.clock.step()
        version_proposals.accept(session, receipts, viewer, proposal, at)


def part_off(archive: SmallArchive, document: int, number: int) -> tuple[int, int]:
    """(the decision, the new document)"""
    with archive.intake.deciding() as (session, receipts):
        viewer, at = operator(session), archive.clock.step()
        row = version_proposals.part_off(session, receipts, viewer, document, number, at)
        return row.id, row.document_id or 0


def take_back(archive: SmallArchive, proposal: int) -> None:
    with archive.intake.deciding() as (session, receipts):
        viewer, at = operator(session), archive.clock.step()
        version_proposals.take_back(session, receipts, viewer, proposal, at)


def join(archive: SmallArchive, version: int, into: int) -> None:
    """What reading does where versions belong together."""
    with archive.intake.deciding() as (session, receipts):
        told = told_of(session, [version])
        identity.move(session, receipts, told, into, archive.clock.step())


def rule(archive: SmallArchive, what: OnReference, decision: str = "reject") -> None:
    with archive.database.write() as session:
        rulings.rule(session, operator(session), what, decision, archive.clock.step())


def link(archive: SmallArchive, source: int, target: int) -> None:
    with archive.database.write() as session:
        aim, at = Target("document", target), archive.clock.step()
        by_hand.add_reference(session, operator(session), source, "about", aim, at)


def homes(archive: SmallArchive) -> dict[int, list[int]]:
    """By document its versions."""
    with archive.database.read() as session:
        found: dict[int, list[int]] = {}
        for told in told_of(session, range(1, 9)):
            found.setdefault(told.document_id, []).append(told.version_id)
        return {document: sorted(versions) for document, versions in found.items()}


def ruled(archive: SmallArchive) -> list[tuple[int, str | None, str]]:
    """What stands of what was ruled on numbers: document, key, decision."""
    with archive.database.read() as session:
        rows = session.scalars(
            select(Ruling).where(Ruling.key.is_not(None), Ruling.retracted_at.is_(None))
        )
        return sorted((row.document_id, row.key, row.decision) for row in rows)


def links(archive: SmallArchive) -> Sequence[tuple[int, int]]:
    """What stands of what was linked by hand, as it lies at versions; as it was said, too."""
    with archive.database.read() as session:
        made = session.execute(
            select(Reference.document_id, Reference.fixed_document_id).where(
                Reference.origin == "person", Reference.retracted_at.is_(None)
            )
        ).all()
        said = session.execute(
            select(Ruling.document_id, Ruling.target_document_id).where(
                Ruling.decision == "add", Ruling.retracted_at.is_(None)
            )
        ).all()
    assert sorted(map(tuple, made)) == sorted(map(tuple, said))
    return sorted(map(tuple, made))


@pytest.fixture
def joined(archive):
    """The second document, of which much was said, has joined the first."""
    rule(archive, WHAT)
    with archive.database.write() as session:
        paper = Paper(document_id=TWO, place="binder 4", form="copy", recorded_at=archive.clock())
        session.add(paper)
    for source, target in ((TWO, ORDER), (ORDER, TWO), (ONE, TWO), (TWO, ONE)):
        link(archive, source, target)
    asked = ask(archive, 2, ORDER)
    proposal = ask(archive, 2, ONE)
    accept(archive, proposal)
    assert homes(archive) == {ONE: [1, 2], ORDER: [3]}
    return archive, proposal, asked


def test_with_a_document_that_was_joined_goes_back_what_was_said_of_it(joined):
    archive, proposal, asked = joined
    take_back(archive, proposal)
    assert homes(archive) == {ONE: [1], TWO: [2], ORDER: [3]}
    assert ruled(archive) == [(TWO, "PO9", "reject")]
    assert links(archive) == [(ONE, TWO), (TWO, ONE), (TWO, ORDER), (ORDER, TWO)]
    with archive.database.read() as session:
        assert session.scalars(select(Paper.document_id)).all() == [TWO]
        row = session.get_one(Proposal, asked)
        assert (row.document_id, row.retracted_at) == (TWO, None)
        assert session.get_one(Proposal, proposal).retracted_at is None


def test_a_join_is_made_and_taken_back_again_and_nothing_is_said_twice(joined):
    archive, proposal, _ = joined
    rule(archive, OnReference(ONE, *(WHAT.scheme, WHAT.key, WHAT.relation)), "withdraw")
    rule(archive, OnReference(ONE, *(WHAT.scheme, WHAT.key, WHAT.relation)))
    take_back(archive, proposal)
    accept(archive, proposal)
    assert ruled(archive) == [(ONE, "PO9", "reject")]
    take_back(archive, proposal)
    assert len(set(ruled(archive))) == len(ruled(archive))
    assert homes(archive) == {ONE: [1], TWO: [2], ORDER: [3]}


def test_of_a_join_goes_back_what_joined_and_not_what_had_left_before(archive):
    version = archive.add("two.txt", "SP-2 bills PO-9 again", number="SP-2", cites=("PO-9",))
    join(archive, version, ONE)
    proposal = ask(archive, 2, ONE)
    accept(archive, proposal)
    take_back(archive, proposal)
    assert homes(archive) == {ONE: [1, version], TWO: [2], ORDER: [3]}


def test_a_join_is_not_taken_back_where_a_version_has_gone_elsewhere_since(archive):
    proposal = ask(archive, 2, ONE)
    accept(archive, proposal)
    join(archive, 2, ORDER)
    with pytest.raises(Conflict, match="gone to another document"):
        take_back(archive, proposal)
    assert homes(archive) == {ONE: [1], ORDER: [2, 3]}


@pytest.fixture
def two_versions(archive):
    """The first document has two versions that cite the number, on which was ruled."""
    rule(archive, OnReference(ONE, WHAT.scheme, WHAT.key, WHAT.relation))
    archive.add("one.txt", "SP-1 bills PO-9 again", number="SP-1", cites=("PO-9",))
    return archive


def test_a_version_that_was_parted_goes_back_alone(two_versions):
    proposal, new = part_off(two_versions, ONE, 2)
    join(two_versions, 2, new)
    take_back(two_versions, proposal)
    assert homes(two_versions) == {ONE: [1, 4], new: [2], ORDER: [3]}


def test_a_version_that_was_parted_and_went_into_another_document_stays_there(two_versions):
    proposal, new = part_off(two_versions, ONE, 2)
    join(two_versions, 4, TWO)
    with pytest.raises(Conflict, match="gone to another document"):
        take_back(two_versions, proposal)
    assert homes(two_versions) == {ONE: [1], TWO: [2, 4], ORDER: [3]}
    assert new not in homes(two_versions)


def test_what_was_ruled_goes_along_with_a_version_and_comes_back_once(two_versions):
    proposal, new = part_off(two_versions, ONE, 2)
    assert ruled(two_versions) == [(ONE, "PO9", "reject"), (new, "PO9", "reject")]
    take_back(two_versions, proposal)
    assert ruled(two_versions) == [(ONE, "PO9", "reject")]


def test_what_was_withdrawn_meanwhile_does_not_come_back_with_a_version(two_versions):
    proposal, _ = part_off(two_versions, ONE, 2)
    rule(two_versions, OnReference(ONE, WHAT.scheme, WHAT.key, WHAT.relation), "withdraw")
    take_back(two_versions, proposal)
    assert ruled(two_versions) == []


def test_a_document_that_lives_again_is_itself_in_what_was_asked_of_it(archive):
    version = archive.add("two.txt", "SP-2 bills PO-9 again", number="SP-2", cites=("PO-9",))
    first = ask(archive, 2, ONE)
    accept(archive, first)
    take_back(archive, first)
    join(archive, version, ONE)
    assert homes(archive) == {ONE: [1, version], TWO: [2], ORDER: [3]}
    asked = ask(archive, 3, TWO)
    with archive.intake.deciding() as (session, _):
        version_proposals.reject(session, operator(session), asked, archive.clock.step())
    with archive.database.read() as session:
        assert session.get_one(Document, TWO).current_version_id == 2
        assert was_ruled(session, ORDER, TWO)
        assert not was_ruled(session, ORDER, ONE)
