"""What persons said of versions stands in the journal too: what is read after a replay keeps it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive import version_proposals
from archive.access import operator
from archive.models import Proposal
from archive.receipts import Journal
from tests.test_identity import Archive, made_again, text_of

FILES = (("a.txt", "x", "A"), ("b.txt", "y", "A"), ("a.txt", "z", "B"))
APART = [["a.txt", "a.txt"], ["b.txt"]]


@pytest.fixture
def archive(database_url, tmp_path, clock):
    """Two documents of one number and mark; of one there is a second revision at its place."""
    archive = Archive(database_url, tmp_path, clock)
    for number, (path, more, _) in enumerate(FILES):
        archive.file(path, text_of("SP-200", more).encode())
        read(archive, number)
    assert shapes(archive) == APART
    yield archive
    archive.database.close()


def read(archive: Archive, number: int) -> None:
    _, more, revision = FILES[number]
    archive.say(number + 1, text_of("SP-200", more), number="SP-200", revision=revision)


def read_again(archive: Archive) -> None:
    for number in range(len(FILES)):
        read(archive, number)


def shapes(archive: Archive) -> list[list[str]]:
    found = [[path.removeprefix("filing/") for path, _ in one] for one in archive.documents()]
    return sorted(sorted(one) for one in found)


def decide(archive: Archive, *decisions: str) -> None:
    at = archive.clock.step()
    for decision in decisions:
        with archive.intake.deciding() as (session, receipts):
            viewer = operator(session)
            if decision == "part":
                version_proposals.part_off(session, receipts, viewer, 1, 2, at)
            else:
                is_wanted = (
                    Proposal.decision.is_(None)
                    if decision == "join"
                    else Proposal.decision.is_not(None)
                )
                row = session.scalars(select(Proposal).where(is_wanted)).first()
                act = {"join": version_proposals.accept, "back": version_proposals.take_back}
                act[decision](session, receipts, viewer, row.id, at)


@pytest.mark.parametrize("decisions", ["join", "join back", "part", "part back"])
def test_what_a_person_joined_or_parted_stays_so_where_the_journal_is_all_there_is(
    archive, tmp_path, decisions
):
    decide(archive, *decisions.split())
    read_again(archive)
    after, end = shapes(archive), Journal(archive.vault.folder).end()
    assert (["a.txt", "a.txt"] in after) == decisions.endswith("back")
    again = made_again(archive, tmp_path)
    read_again(again)
    assert shapes(again) == after
    assert Journal(archive.vault.folder).end() == end
    again.database.close()


@pytest.mark.parametrize("decision", ["join", "part"])
def test_a_decision_that_came_from_the_journal_can_be_taken_back(archive, tmp_path, decision):
    decide(archive, decision)
    again = made_again(archive, tmp_path)
    decide(again, "back")
    assert ["a.txt", "a.txt"] in shapes(again)
    again.database.close()


def test_what_came_apart_stays_so_while_only_some_of_it_is_read_again(
    database_url, tmp_path, clock
):
    archive = Archive(database_url, tmp_path, clock)
    texts = [("SP-200", ""), ("SP-200", "again"), ("SP-300", "")]
    for number, more in texts:
        archive.put("scan.txt", text_of(number, more), number=number)
    again, end = made_again(archive, tmp_path), Journal(archive.vault.folder).end()
    for version_id, (number, more) in enumerate(texts, 1):
        again.say(version_id, text_of(number, more), number=number)
        assert len(again.documents()) == 2
    assert Journal(archive.vault.folder).end() == end
    for one in (again, archive):
        one.database.close()
