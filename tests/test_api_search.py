"""Search over HTTP: what is found, for whom, and how it is told."""

from __future__ import annotations

import typing

from api.routes.search import Sort
from indexer.search.seam import SORTS


def found(client, query, **more):
    answer = client.get("search", params={"q": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_search_tells_its_hits_with_the_page_and_the_reason(house):
    answer = found(house.by("sven"), "delay")
    assert answer["total"] == 2
    hits = {hit["path"]: hit for hit in answer["hits"]}
    order = hits["filing/orders/order.pdf"]
    assert (order["page"], order["kind"], order["number"]) == (2, "purchase-order", "PO-2024-113")
    (start, end), *_ = order["marks"]
    assert order["snippet"][start:end] == "delay"
    assert [piece["text"] for piece in answer["query"]] == ["delay"]


def test_a_number_finds_what_bears_it_before_what_cites_it(house):
    hits = found(house.by("sven"), "PO 2024 113")["hits"]
    assert hits[0]["path"] == "filing/orders/order.pdf"
    assert any("bears" in why for why in hits[0]["why"])
    assert "filing/invoices/88213.txt" in [hit["path"] for hit in hits]


def test_what_one_may_not_read_changes_neither_hits_nor_counts(house):
    sven, ada = (found(house.by(name), "secret OR pump*") for name in ("sven", "ada"))
    assert ada["total"] == sven["total"] + 1
    assert "legal" not in str(sven["facets"])
    assert found(house.by("sven"), "secret")["total"] == 0


def test_facets_are_those_that_are_asked_for(house):
    client = house.by("ada")
    assert set(found(client, "", facets="kind,year")["facets"]) == {"kind", "year"}
    assert found(client, "", facets="")["facets"] == {}
    answer = client.get("search?facets=colour")
    assert answer.status_code == 400
    assert "colour" in answer.json()["detail"]


def test_a_search_is_asked_for_in_parts(house):
    client = house.by("ada")
    every = found(client, "", sort="path", limit=200)["hits"]
    parts = [found(client, "", sort="path", limit=3, offset=at)["hits"] for at in (0, 3)]
    assert [*parts[0], *parts[1]] == every[:6]


def test_a_search_that_makes_no_sense_as_a_request_is_refused(house):
    client = house.by("ada")
    for wrong in ("sort=colour", "limit=201", "limit=-1", "offset=1000000", "on=soon", "x=1"):
        assert client.get(f"search?{wrong}").status_code == 422, wrong
    assert client.get("search?as_of=soon").status_code == 400


def test_whatever_is_typed_is_answered(house):
    client = house.by("ada")
    for typed in (
        '"',
        "((",
        "a\0b",
        "\ud800".encode("utf-16", "surrogatepass"),
        "*",
        "kind:x",
        "-",
    ):
        assert found(client, typed)["took_ms"] >= 0


def test_as_of_a_day_before_anything_came_nothing_is_found(house):
    assert found(house.by("ada"), "delay", as_of="2020-01-01")["total"] == 0


def test_the_sorts_of_the_api_are_those_of_the_search():
    assert typing.get_args(Sort) == SORTS


def test_the_page_offers_other_languages_where_the_one_that_is_asked_has_none_of_it(house):
    sven = house.by("sven")
    for query in ("q=penalty language:de", "q=penalty&language=de"):
        page = sven.get(f"http://testserver/?{query}").text
        assert "what='language', text='penalty', href='/?q=penalty'" in page
