"""What is wanted: numbers that documents cite and nothing bears, the most cited first."""

from __future__ import annotations

import html
import re

import pytest

from archive.access import Viewer
from archive.builtin_schemes import entry_schemes
from archive.wanted import Wish, list_wanted
from archive.wanting import Asked
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    made.put("a.txt", "INVOICE\nInvoice no. 7001\nInvoice date: 2024-03-02\nYour order: PO-2024-77")
    made.put("b.txt", "INVOICE\nInvoice no. 7002\nInvoice date: 2024-02-01\nYour order: PO 2024 77")
    made.put("c.txt", "INVOICE\nInvoice no. 7003\nYour order: PO-2024-78\nArticle no: X100-B")
    made.put("d.txt", "INVOICE\nInvoice no. 7004\nYour order: PO-2024-78", "secret")
    made.put("e.txt", "INVOICE\nInvoice no. 7005\nYour order: PO-2024-78", "secret")
    yield made
    made.close()


def wanted(house, viewer: Viewer, **more):
    asked = Asked(viewer, house.clock().date(), None, entry_schemes(()))
    with house.database.read() as session:
        return list_wanted(session, asked, Wish(**more))


def counted(found):
    return [(line["identifier"], line["documents"]) for line in found["items"]]


def test_what_most_documents_cite_comes_first_with_who_cites_it_and_since_when(house):
    found = wanted(house, house.viewer("general"))
    assert counted(found) == [("PO-2024-77", 2), ("PO-2024-78", 1)]
    assert found["total"] == 2
    first = found["items"][0]
    assert (first["scheme"], first["oldest"]) == ("purchase-order", "2024-02-01")
    paths = [one["source_path"] for one in first["cited_by"]]
    assert paths == ["filing/a.txt", "filing/b.txt"]


def test_only_documents_that_one_may_see_are_counted_and_named(house):
    every = wanted(house, house.viewer())
    assert counted(every) == [("PO-2024-78", 3), ("PO-2024-77", 2)]
    general = wanted(house, house.viewer("general"))
    assert "7004" not in str(general)
    house.put("order.txt", "PURCHASE ORDER\nOrder number: PO-2024-77\n", "secret")
    assert wanted(house, house.viewer("general")) == general
    assert counted(wanted(house, house.viewer())) == [("PO-2024-78", 3)]


def test_numbers_that_entries_bear_are_listed_where_their_scheme_is_asked_for(house):
    viewer = house.viewer("general")
    schemes = {one["scheme"]: one["count"] for one in wanted(house, viewer)["schemes"]}
    assert schemes == {"product": 1, "purchase-order": 2}
    found = wanted(house, viewer, scheme="product")
    assert counted(found) == [("X100-B", 1)]
    assert (found["total"], found["items"][0]["is_of_entries"]) == (1, True)
    house.register("product", code="X100-B", name="Housing")
    assert wanted(house, viewer, scheme="product")["items"] == []


def test_the_list_is_given_in_parts_and_one_number_alone(house):
    viewer = house.viewer()
    second = wanted(house, viewer, limit=1, offset=1)
    assert (counted(second), second["total"]) == ([("PO-2024-77", 2)], 2)
    key = second["items"][0]["key"]
    alone = wanted(house, viewer, scheme="purchase-order", key=key)
    assert (counted(alone), alone["total"]) == ([("PO-2024-77", 2)], 1)
    assert wanted(house, viewer, scheme="purchase-order", key="none")["total"] == 0


def test_what_arrives_is_wanted_no_longer(house):
    house.put("order.txt", "PURCHASE ORDER\nOrder number: PO-2024-77\n")
    assert counted(wanted(house, house.viewer("general"))) == [("PO-2024-78", 1)]


def test_the_page_leads_to_what_cites_and_to_what_would_help(rooms):
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        page = client.get("/wanted").text
        (row,) = re.findall(r"<tr data-row>.*?</tr>", page, re.S)
        assert "PO-2024-999" in row
        (place,) = re.findall(r'href="(/documents/[^"]+)"', row)
        assert '<mark class="evidence" id="mark">' in client.get(html.unescape(place)).text
        assert 'href="/upload"' in page.split("<main")[1]
        assert 'href="/upload"' not in reader.get("/wanted").text
        document = client.get("/documents/D-000002").text
        (alone,) = re.findall(r'href="(/wanted\?scheme[^"]+)"', document)
        assert "PO-2024-999" in client.get(html.unescape(alone)).text
        assert client.get("/wanted?page=x").status_code == 400


def test_a_number_of_a_register_is_taken_along_to_where_it_is_registered(rooms):
    with rooms.client("cora") as client:
        assert 'name="code" type="text" value="X100-B"' in client.get("/products?code=X100-B").text


def test_over_http_the_list_is_that_of_the_archive(rooms):
    with rooms.client("sven") as client:
        (line,) = client.get("/api/v1/wanted").json()["items"]
        assert (line["identifier"], line["documents"]) == ("PO-2024-999", 1)
        assert client.get("/api/v1/wanted?colour=red").status_code == 422
