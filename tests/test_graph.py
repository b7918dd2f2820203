"""What is around a document: as an answer, as a picture, as a list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from archive.access import operator
from archive.errors import NotFound
from archive.graph import Wish, around, told
from archive.trail import MOST_CITED
from tests.small_archive import SmallArchive
from tests.web_examples.graph import dots, graph_page
from tests.web_examples.story import frame
from web.graph_drawing import CAPITAL, LANE, TEXT_WIDTH, draw
from web.render import Pages


@pytest.fixture
def archive(database_url, tmp_path, clock):
    """An order, its bill, a reminder of the bill; the order is under a contract."""
    archive = SmallArchive(database_url, tmp_path, clock)
    archive.add("contract.txt", "Contract C-1", number="C-1")
    archive.add("order.txt", "Order PO-9 under C-1", number="PO-9", cites=("C-1",))
    archive.add("bill.txt", "Bill B-9 for PO-9 and C-1", number="B-9", cites=("PO-9", "C-1"))
    archive.add("late.txt", "Reminder R-9 of B-9", number="R-9", cites=("B-9",))
    archive.add("note.txt", "Note N-9 on PO-9", number="N-9", cites=("PO-9",), collection="board")
    yield archive
    archive.close()


def graph(archive, document, viewer=None, **more):
    with archive.database.read() as session:
        wish = Wish(**more)
        return told(session, around(session, viewer or operator(session), document, wish), wish)


def numbers(found):
    return {node["number"]: (node["depth"], node["parent"]) for node in found["nodes"]}


def test_what_is_so_many_steps_away_is_told_with_what_it_hangs_on(archive):
    near = graph(archive, 2)
    assert numbers(near) == {
        "PO-9": (0, None), "C-1": (1, "D-000002"), "B-9": (1, "D-000002"), "N-9": (1, "D-000002"),
    }  # fmt: skip
    assert numbers(graph(archive, 2, depth=2))["R-9"] == (2, "D-000003")
    edges = {(one["source"], one["target"]) for one in near["edges"]}
    assert ("D-000003", "D-000001") in edges  # among those around it


def test_there_is_nothing_around_a_document_that_was_not_filed_then(archive):
    with archive.database.read() as session, pytest.raises(NotFound, match="D-000002"):
        around(session, operator(session), 2, Wish(as_of=archive.clock() - timedelta(days=9)))


def test_what_is_over_the_limit_is_counted_and_the_nearest_are_kept(archive):
    found = graph(archive, 2, depth=2, limit=3)
    assert (len(found["nodes"]), found["left_out"]) == (3, 2)
    assert {depth for depth, _ in numbers(found).values()} == {0, 1}


def test_a_hidden_document_is_neither_drawn_nor_counted(archive):

    with archive.database.read() as session:
        viewer = replace(operator(session), reads=frozenset({1}))
    found = graph(archive, 2, viewer, depth=3)
    assert "N-9" not in numbers(found)
    assert graph(archive, 2, viewer, depth=3, limit=2)["left_out"] == 2


def test_a_list_is_drawn_and_not_followed(archive):
    orders = [f"PO-{number}" for number in range(100, 101 + MOST_CITED)]
    for order in orders:
        archive.add(f"{order}.txt", f"Order {order}", number=order)
    text = "Prices L-1\nPO-9\n" + "\n".join(orders)
    archive.add("prices.txt", text, number="L-1", cites=("PO-9", *orders))
    found = numbers(graph(archive, 2, depth=3))
    assert "L-1" in found
    assert not set(orders) & set(found)


def boxes(drawing):
    half = drawing.box_height / 2
    return [(b.x, b.y - half, b.x + drawing.box_width, b.y + half) for b in drawing.boxes]


@pytest.mark.parametrize("count", [1, 2, 30, 199])
def test_no_box_and_no_label_overlaps_another_and_all_is_within_the_picture(count):
    drawing = draw(dots(count))
    lanes = [
        (b.label_x - LANE / 2 + 1, b.y - 7, b.label_x + LANE / 2 - 1, b.y + 7)
        for b in drawing.boxes
        if b.relation
    ]
    for a, b in combinations([*boxes(drawing), *lanes], 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for left, top, right, bottom in boxes(drawing):
        assert left >= 0
        assert top >= 0
        assert right <= drawing.width
        assert bottom <= drawing.height


def test_a_line_between_two_at_the_right_edge_is_within_the_picture():
    nodes = dots(23)
    columns = {}
    for place, box in enumerate(draw(nodes).boxes):
        columns.setdefault(box.x, []).append(place)
    first, second, *_ = columns[max(columns)]
    drawing = draw(nodes, [(first, second, "cites")])
    assert not drawing.lines[0].is_step
    ends = [float(x) for x in re.findall(r"([\d.]+) [\d.]+", drawing.lines[0].path)]
    assert max(ends) <= drawing.width


def test_the_text_of_a_box_has_room_in_it_and_the_whole_is_in_the_title():
    drawing = draw(dots(199))
    assert all(len(box.text) * CAPITAL <= TEXT_WIDTH + 60 for box in drawing.boxes)
    assert any(box.text.endswith("…") for box in drawing.boxes)
    svg = Pages().render(graph_page(23), frame()).split("<svg")[1].split("</svg>")[0]
    assert "<title>order cancellation ORDER-CANCELLATION-2024-5, A paper" in svg
    assert ">ORDER-CANCELLATION-2024-5<" not in svg


def test_every_line_ends_in_an_arrowhead_where_the_cited_one_stands():
    drawing = draw(dots(30))
    seed = drawing.boxes[0]
    steps = [line for line in drawing.lines if line.is_step]
    outward = [line for line in steps if line.title[0] == seed.thing.text]
    assert all(line.at_start for line in outward)
    assert not any(line.at_start for line in steps if line.title[2] == seed.thing.text)


def test_the_page_has_picture_and_list_and_leads_on(rooms):
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        page = client.get("/documents/D-000001/graph").text
        assert page.count("<use href") == 2
        assert 'href="/documents/D-000002"' in page.split("<svg")[1].split("</svg>")[0]
        assert "7000-7" not in reader.get("/documents/D-000001/graph?depth=3").text
        assert client.get("/documents/D-000001/graph?depth=4").status_code == 400
        assert client.get("/documents/D-000003/graph").status_code == 404
        assert "/documents/D-000001/graph" in client.get("/documents/D-000001").text
        told = client.get("/api/v1/documents/D-000001/graph?depth=2").json()
        assert [one["number"] for one in told["nodes"]] == ["PO-2024-113", "88213"]
        assert client.get("/api/v1/documents/D-000001/graph?depth=9").status_code == 422
