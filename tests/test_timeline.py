"""The timeline of a product: as an answer, as a picture, as a page."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from archive import registers
from archive.access import operator
from archive.need_documents import Then
from archive.register_fields import REGISTERS
from archive.timeline import timeline_of
from tests.plan_house import PlanHouse, gate
from tests.rooms import Rooms
from tests.web_examples.story import frame
from tests.web_examples.timeline import closer, points, timeline_page
from web.render import Pages
from web.timeline_drawing import LEFT, MOST_MARKS, RIGHT, Frame, Point, draw

SIGNS = ("milestones", "changes")


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = PlanHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def marks(house, viewer=None, code="AV-200", **times):
    with house.database.read() as session:
        by = viewer or operator(session)
        product = registers.get(
            session, by, REGISTERS["product"], code, schemes=house.schemes, **times
        )
        found = timeline_of(session, by, product, Then(house.clock().date(), **times))
        return [(one.day, one.what, one.number, one.state) for one in found.marks], found.undated


def test_documents_changes_milestones_and_phases_stand_in_order_of_time(house):
    product = house.product()
    house.edit(product, date(2024, 1, 1), phase="developing")
    house.planned(gate("G1"), anchor=date(2024, 6, 1), product=product)
    house.edit(house.get("milestone", "AV-200-G1"), actual_on="2024-06-20")
    house.register(
        "change-request", number="CR-118", title="Another seal", products=["AV-200", "AV-201"],
        received_on="2024-03-01", decided_on="2024-04-01",
    )  # fmt: skip
    house.register("change-request", number="CR-119", title="No", products=["AV-2000"])
    house.put("spec.txt", "Specification SPEC-100\nDate: 2024-02-01\nProduct: AV-200\n")
    house.put("note.txt", "A note on AV-200 without a day\n")
    house.look_for_names()
    found, undated = marks(house)
    assert [one[:3] for one in found if one[1] != "dated"] == [
        ("2024-01-01", "phase", "AV-200"), ("2024-03-01", "received", "CR-118"),
        ("2024-04-01", "decided", "CR-118"), ("2024-06-01", "planned", "AV-200-G1"),
        ("2024-06-20", "reached", "AV-200-G1"),
    ]  # fmt: skip
    assert ("2024-02-01", "dated") in [one[:2] for one in found]
    assert undated == 1


def test_what_is_hidden_is_neither_on_the_timeline_nor_counted(house):
    house.product()
    house.register(
        "change-request", "secret", number="CR-9", title="Hush", products=["AV-200"],
        received_on="2024-03-01",
    )  # fmt: skip
    house.put("spec.txt", "Specification SPEC-7\nDate: 2024-02-01\nfor AV-200\n", "secret")
    house.put("note.txt", "A note on AV-200 without a day\n", "secret")
    house.look_for_names()
    assert marks(house, house.viewer("general")) == ([], 0)
    assert len(marks(house)[0]) == 2


def test_the_timeline_of_then_shows_what_was_known_then(house):
    product = house.product()
    before = house.clock()
    house.register(
        "change-request", number="CR-118", title="Seal", products=["AV-200"],
        received_on="2024-03-01",
    )  # fmt: skip
    house.edit(product, date(2024, 1, 1), phase="launched")
    assert len(marks(house)[0]) == 2
    assert marks(house, as_of=before) == ([], 0)
    assert [one[1] for one in marks(house, on=date(2023, 1, 1))[0]] == ["received"]


def test_two_thousand_documents_become_few_marks_within_the_picture():
    found = draw(points(2000), SIGNS, Frame("2024-06-01", closer=closer))
    signs = [sign for lane in found.lanes for sign in lane.signs]
    assert len(signs) <= MOST_MARKS
    assert sum(sign.count for lane in found.lanes if lane.is_of_documents
               for sign in lane.signs) == 2000  # fmt: skip
    for sign in signs:
        assert LEFT <= sign.x <= RIGHT
        assert 0 <= sign.y <= sign.y + sign.height <= found.height
        assert sign.href
    text = Pages().render(timeline_page(2000), frame())
    assert len(text.encode()) < 100_000


def test_no_two_marks_of_a_lane_overlap():
    found = draw(points(2000), SIGNS, Frame("2024-06-01", closer=closer))
    for lane in found.lanes:
        ordered = sorted(lane.signs, key=lambda sign: sign.x)
        for one, other in pairwise(ordered):
            assert one.x + one.width <= other.x


def test_a_mark_leads_to_its_thing_and_one_of_several_to_their_days():
    near = [
        Point("2024-03-01", "invoice", "dated", "A", "/documents/D-000001"),
        Point("2024-03-01", "invoice", "dated", "B", "/documents/D-000002"),
        Point("2024-09-01", "invoice", "dated", "C", "/documents/D-000003"),
    ]
    (lane,) = draw(near, SIGNS, Frame("2024-06-01", closer=closer)).lanes
    assert [sign.href for sign in lane.signs] == [
        closer("2024-03-01", "2024-03-01", "invoice"), "/documents/D-000003",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [("", "", "2017"), ("2018-01-01", "2018-12-31", "2018-02"),
     ("2018-02-01", "2018-02-28", "2018-02-08"), ("9999-12-01", "9999-12-31", "9999-12-01")],
)  # fmt: skip
def test_years_months_and_weeks_are_marked_as_one_looks_closer(since, until, text):
    found = draw(points(100), SIGNS, Frame("2024-06-01", since, until, closer))
    assert text in [mark.text for mark in found.axis]


def test_nothing_is_drawn_where_nothing_has_a_day():
    assert draw([], SIGNS, Frame("2024-06-01")) is None
    assert draw([Point("soon", "invoice", "dated", "A", "")], SIGNS, Frame("2024-06-01")) is None


def test_the_page_has_picture_and_table_and_looks_closer(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    headers = {"sec-fetch-site": "same-origin"}
    with rooms.client("cora") as cora:
        for path, fields in (
            ("/products", {"code": "AV-200", "name": "Aurora"}),
            ("/change-requests", {"number": "CR-1", "title": "Seal", "products": "AV-200",
                                  "received_on": "2023-03-01", "decided_on": "2024-03-01"}),
        ):  # fmt: skip
            assert cora.post(path, data=fields, headers=headers).status_code == 303
        page = cora.get("/products/AV-200/timeline").text
        picture = page.split("<svg")[1].split("</svg>")[0]
        assert picture.count('href="/change-requests/CR-1"') == 2
        assert "since=2023-01-01&amp;until=2023-12-31" in page
        closer_page = cora.get("/products/AV-200/timeline?since=2023-01-01&until=2023-12-31").text
        assert closer_page.split("<svg")[1].split("</svg>")[0].count("/change-requests/CR-1") == 1
        assert cora.get("/products/AV-200/timeline?since=soon").status_code == 400
        assert "/products/AV-200/timeline" in cora.get("/products/AV-200").text
        told = cora.get("/api/v1/products/AV-200/timeline?kind=changes&until=2023-12-31").json()
        assert (told["total"], told["items"][0]["what"]) == (1, "received")
    rooms.services.database.close()
