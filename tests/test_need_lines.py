"""What near milestones lack stands in the attention list, until it is there or explained."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archive.access import operator
from archive.attention import Wish, list_attention, set_aside
from archive.config import Config
from tests.plan_house import PlanHouse, document, gate


@pytest.fixture
def house(database_url, tmp_path, clock):
    clock.now = datetime(2026, 5, 20, 9, tzinfo=UTC)
    known = PlanHouse(database_url, tmp_path, clock)
    yield known
    known.close()


def lines(house: PlanHouse, *collections: str, kind: str | None = "need") -> list[dict]:
    with house.database.read() as session:
        by = house.viewer(*collections) if collections else operator(session)
        return list_attention(session, by, Config(), Wish(kind), house.clock())["items"]


def texts(house: PlanHouse, *collections: str) -> list[str]:
    return [line["text"] for line in lines(house, *collections)]


def test_what_a_near_milestone_lacks_wants_a_person(house):
    house.planned(gate("G1", 0, document()), gate("G2", 90, document()))
    assert texts(house) == ["AV-200-G1, planned for 2026-06-01, lacks A specification."]
    (line,) = lines(house)
    assert line["need"]["milestone"] == "AV-200-G1"
    assert line["since"].startswith("2026-05-20")


def test_what_is_there_and_not_usable_says_why(house):
    house.planned(gate("G1", 0, document()))
    house.put(
        "a.txt", "Specification\nSpecification no: SPEC-104\nStatus: Draft\nProduct: AV-200\n"
    )
    assert texts(house) == [
        "AV-200-G1, planned for 2026-06-01, can't use D-000001 as A specification: draft."
    ]


def test_a_need_leaves_the_list_when_its_document_comes(house):
    house.planned(gate("G1", 0, document()))
    house.put("a.txt", "Specification\nSpecification no: SPEC-104\nProduct: AV-200\n")
    assert texts(house) == []


def test_a_need_that_is_explained_leaves_the_list(house):
    house.planned(gate("G1", 0, document(), {"name": "Parts", "what": "material"}))
    item = lines(house)[0]["item"]
    with house.database.write() as session:
        set_aside(session, operator(session), item, house.clock(), reason="not for this one")
    assert texts(house) == ["AV-200-G1, planned for 2026-06-01, lacks Parts."]


def test_the_earliest_milestone_comes_first(house):
    house.planned(gate("B", 5, document()), gate("A", 9, document()))
    assert [line["need"]["milestone"] for line in lines(house)] == ["AV-200-B", "AV-200-A"]


def test_a_milestone_planned_for_the_first_days_of_all_is_listed(house):
    house.planned(gate("G1", 0, document()), anchor=date(1, 1, 1))
    assert texts(house) == ["AV-200-G1, planned for 0001-01-01, lacks A specification."]


def test_what_was_reached_lacks_nothing_any_more(house):
    house.planned(gate("G1", 0, document()))
    house.edit(house.get("milestone", "AV-200-G1"), actual_on="2026-05-19")
    assert texts(house) == []


def test_needs_of_a_hidden_milestone_are_nobody_elses(house):
    house.planned(gate("G1", 0, document()), product=house.product("ZP-9000", "secret"))
    assert texts(house, "general") == []
    assert len(texts(house)) == 1
    assert date(2026, 6, 1).isoformat() in texts(house)[0]


def test_needs_are_of_no_other_kind(house):
    house.planned(gate("G1", 0, document()))
    assert lines(house, kind="waiting") == []
    assert [line["kind"] for line in lines(house, kind=None)] == ["need"]
