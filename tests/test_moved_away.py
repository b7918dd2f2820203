"""What went into a folder of another collection is one candidate to those who may see both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from archive import attention
from archive.access import operator
from archive.config import Config
from archive.models import Collection
from archive.references import outgoing
from tests.small_archive import SmallArchive

ORDER = "Order PO-1\n"


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def add_order(archive: SmallArchive, path: str, collection: str) -> int:
    return archive.add(path, ORDER, number="PO-1", collection=collection)


def seen_by(archive: SmallArchive, *collections: str) -> tuple[str, int | None, int]:
    """Of the one reference: its status, what it reaches; and how many lines ask about such."""
    with archive.database.read() as session:
        ids = session.scalars(select(Collection.id).where(Collection.name.in_(collections)))
        viewer = replace(operator(session), reads=frozenset(ids))
        (view,) = outgoing(session, viewer)
        wish = attention.Wish(kind="ambiguous")
        asked = attention.list_attention(session, viewer, Config(), wish, archive.clock())
    return view.status, view.target and view.target.id, len(asked["items"])


@pytest.mark.parametrize("order_comes", ["first", "last"])
def test_a_document_that_went_to_another_collection_is_no_second_candidate(archive, order_comes):
    if order_comes == "last":
        archive.add("b.txt", "Invoice 9 for PO-1\n", number="9", cites=("PO-1",))
    add_order(archive, "contracts/a.txt", "legal")
    if order_comes == "first":
        archive.add("b.txt", "Invoice 9 for PO-1\n", number="9", cites=("PO-1",))
    before = seen_by(archive, "general", "legal")
    assert before[0] == "resolved"
    archive.clock.step()
    add_order(archive, "misc/a.txt", "general")
    assert seen_by(archive, "general", "legal") == ("ambiguous", None, 1)  # it lies in both
    lay_in_both = archive.clock()
    archive.clock.step()
    archive.intake.gone("filing", ["contracts/a.txt"])
    status, target, asked = seen_by(archive, "general", "legal")
    assert (status, asked) == ("resolved", 0) and target != before[1]
    with archive.database.read() as session:
        (then,) = outgoing(session, operator(session), as_of=lay_in_both)
    assert then.status == "ambiguous"
    archive.clock.step()
    archive.file("misc/a.txt", b"Order PO-1, changed\n")
    assert seen_by(archive, "general", "legal") == ("resolved", target, 0)
    archive.intake.gone("filing", ["misc/a.txt"])
    assert seen_by(archive, "general", "legal") == ("ambiguous", None, 1)  # neither lies anywhere


def test_who_does_not_see_where_it_went_sees_the_document_as_before(archive):
    archive.add("b.txt", "Invoice 9 for PO-1\n", number="9", cites=("PO-1",))
    add_order(archive, "misc/a.txt", "general")
    before = seen_by(archive, "general")
    add_order(archive, "contracts/a.txt", "legal")
    archive.intake.gone("filing", ["misc/a.txt"])
    assert seen_by(archive, "general") == before == ("resolved", 2, 0)
    assert seen_by(archive, "general", "legal") == ("resolved", 3, 0)


def test_other_bytes_under_the_same_number_stay_a_candidate(archive):
    archive.add("b.txt", "Invoice 9 for PO-1\n", number="9", cites=("PO-1",))
    archive.add("contracts/a.txt", "Order PO-1, another\n", number="PO-1", collection="legal")
    add_order(archive, "misc/a.txt", "general")
    archive.intake.gone("filing", ["contracts/a.txt"])
    assert seen_by(archive, "general", "legal") == ("ambiguous", None, 1)
