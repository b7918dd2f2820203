"""What is wanted: numbers that documents cite and nothing bears, the most cited first."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from archive import exports
from archive.access import Viewer, operator
from archive.builtin_schemes import entry_schemes
from archive.errors import UsageError
from archive.models import Reference
from archive.references import Target
from archive.wanted import Wish, list_wanted
from archive.wanted_answers import lead_to
from archive.wanted_numbers import Wanted
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


def test_a_number_of_several_buyers_is_led_to_no_one_document(house):
    for name, buyer in (("f", "Alfa Pumpar AB"), ("g", "Beta Ventiler AB")):
        bill = f"INVOICE\nInvoice no. {name}80\nBuyer: {buyer}\nYour order: PO-2024-99"
        house.put(f"{name}.txt", bill)
    house.put("other.txt", "PURCHASE ORDER\nOrder number: PO-2024-11\n")
    number = Wanted("purchase-order", "PO202499")
    asked = Asked(house.viewer(), house.clock().date(), None, entry_schemes(()))
    target = Target("document", 8)
    with house.database.write() as session, pytest.raises(UsageError, match=r"alfa.*, beta"):
        lead_to(session, asked, [number], target, house.clock())
    assert counted(wanted(house, house.viewer())).count(("PO-2024-99", 1)) == 2


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


def test_the_counts_of_documents_numbers_make_the_total_and_those_of_registers_stand_apart(rooms):
    text = "Bill 4\nfor PO-2024-997"
    version = rooms.archive.add("e.txt", text, number="4", cites=("PO-2024-997",))
    with rooms.archive.database.write() as session:
        row = session.scalars(select(Reference).where(Reference.version_id == version)).one()
        row.scheme = "product"
    with rooms.client("cora") as client:
        page = client.get("/wanted").text.split("<main")[1]
    documents, registers = re.findall(r'<nav class="choices".*?</nav>', page, re.S)
    (total,) = re.findall(r"<h1>[^<]*<small[^>]*>(\d+)<", page)
    counts = [int(one) for one in re.findall(r"<small>(\d+)</small>", documents)]
    assert (sum(counts), total) == (1, "1")
    assert "not registered" in registers
    assert "scheme=product" in registers


def test_a_number_of_a_register_is_taken_along_to_where_it_is_registered(rooms):
    with rooms.client("cora") as client:
        assert 'name="code" type="text" value="X100-B"' in client.get("/products?code=X100-B").text


def test_over_http_the_list_is_that_of_the_archive(rooms):
    with rooms.client("sven") as client:
        (line,) = client.get("/api/v1/wanted").json()["items"]
        assert (line["identifier"], line["documents"]) == ("PO-2024-999", 1)
        assert client.get("/api/v1/wanted?colour=red").status_code == 422


def numbers_on(client):
    return re.findall(r'name="number" value="([^"]+)"', client.get("/wanted").text)


def more(rooms):
    """A second wanted number, cited by two documents."""
    for name in ("c", "d"):
        text = f"Bill {name}-1\nfor PO-2024-998"
        rooms.archive.add(f"{name}.txt", text, number=f"{name}-1", cites=("PO-2024-998",))


def told(rooms):
    with rooms.archive.database.read() as session:
        every = list(exports.references(session, operator(session)))
    wanted = [one for one in every if one["identifier"] in ("PO-2024-998", "PO-2024-999")]
    return [(one["status"], one["target"]) for one in wanted]


def undo(client, *, left=()):
    """Press the button that the next page offers, on which the numbers `left` are listed still."""
    page = client.get("/wanted").text
    assert re.findall(r'name="number" value="([^"]+)"', page) == list(left)
    (form,) = re.findall(r'<form[^>]*action="/wanted/undo".*?</form>', page, re.S)
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    posted = {name: html.unescape(value) for name, value in fields.items()}
    assert client.post("/wanted/undo", data=posted).status_code == 303


def test_several_numbers_are_led_to_one_document_and_back(rooms):
    more(rooms)
    with rooms.client("cora") as client:
        marked = numbers_on(client)
        assert marked == ["purchase-order/PO2024998", "purchase-order/PO2024999"]
        before = told(rooms)
        assert {status for status, _ in before} == {"waiting"}
        posted = {"number": marked, "answer": "link", "target": "D-000001"}
        assert client.post("/wanted", data=posted).status_code == 303
        assert set(told(rooms)) == {("resolved", "D-000001")}
        undo(client)
        assert told(rooms) == before


@pytest.mark.parametrize(
    "said", [{"answer": "explain", "reason": "x"}, {"answer": "aside", "until": "2099-01-01"}]
)
def test_several_numbers_are_put_aside_and_brought_back(rooms, said):
    more(rooms)
    with rooms.client("cora") as client:
        marked = numbers_on(client)
        assert client.post("/wanted", data={"number": marked, **said}).status_code == 303
        undo(client)
        assert numbers_on(client) == marked
        assert client.post("/wanted", data={"number": marked[:1], **said}).status_code == 303
        undo(client, left=marked[1:])
        assert numbers_on(client) == marked


@pytest.mark.parametrize("said", [
    {"answer": "link", "target": "D-999999"}, {"answer": "link", "target": ""},
    {"answer": "explain", "reason": " "}, {"answer": "aside", "until": "tomorrow"},
])  # fmt: skip
def test_what_cannot_be_carried_out_is_said_and_the_marks_stay(rooms, said):
    more(rooms)
    with rooms.client("cora") as client:
        marked = numbers_on(client)
        page = client.post("/wanted", data={"number": marked[1:], **said, "back": "/wanted"})
        assert page.status_code == 422
        assert 'id="bulk-error"' in page.text
        assert re.findall(r'value="([^"]+)"[^>]* checked', page.text) == marked[1:]
        assert numbers_on(client) == marked
        nothing = client.post("/wanted", data={"answer": "explain", "reason": "x"})
        assert "Mark the numbers that are meant." in html.unescape(nothing.text)


def test_who_may_not_file_marks_nothing_and_answers_nothing(rooms):
    with rooms.client("cora") as client:
        marked = numbers_on(client)
    with rooms.client("sven") as reader:
        assert numbers_on(reader) == []
        posted = {"number": marked, "answer": "explain", "reason": "x"}
        assert reader.post("/wanted", data=posted).status_code == 422
    with rooms.client("cora") as client:
        assert numbers_on(client) == marked


def test_a_number_that_documents_of_other_parties_bear_says_so_as_far_as_one_may_see_them(house):
    order = "PURCHASE ORDER\nOrder number: PO-2024-79\nBuyer: Acme AB\n"
    house.put("f.txt", "INVOICE\nInvoice no. 7006\nBuyer: Borg AB\nYour order: PO-2024-79")
    house.put("hidden.txt", order, "secret")
    assert borne_by(house, "general") == []
    house.put("order.txt", order.replace("Acme", "Cirrus"))
    seen = borne_by(house, "general")
    assert len(seen) == 1
    every = borne_by(house)
    assert len(every) == 2 and seen[0] in every


def borne_by(house, *collections):
    found = wanted(house, house.viewer(*collections))["items"]
    return next(one["borne_by"] for one in found if one["identifier"] == "PO-2024-79")
