"""Products that people link by hand, reject or lead elsewhere: found, counted, exported so."""

from __future__ import annotations

import pytest

NOTES = "invoices/fjäder “1”.md"


OPEN, HIDDEN = ("X101", "X102", "X103", "X201", "X202"), ("Z8", "Z9")


@pytest.fixture(scope="module")
def linked(house):
    """Products, two of them in a collection that the staff can't read, and notes that cite some."""
    with house.by("ada") as ada:
        for code in OPEN + HIDDEN:
            home = "legal" if code in HIDDEN else "general"
            made = ada.post("products", json={"code": code, "name": code, "collection": home})
            assert made.status_code == 201, made.text
    for code in OPEN[:3]:
        path = house.tree / "orders" / f"note {code}.txt"
        path.write_text(f"Note\nProduct no: {code}\nThe lid leaks.\n", encoding="utf-8")
    house.read()
    return house


def found(house, who, code):
    """File numbers by search and by the export, and how many the facet counts."""
    house.read()
    client = house.by(who)
    answer = client.get(f"search?q=product:{code}").json()
    counts = {
        one["value"]: one["count"] for one in client.get("search?q=").json()["facets"]["product"]
    }
    told = client.get("documents?limit=200").json()["items"]
    named = [line["document"] for line in told if code in line["products"]]
    return sorted(hit["document"] for hit in answer["hits"]), sorted(named), counts.get(code, 0)


def link(house, path, target):
    document = house.document(f"filing/{path}")
    made = house.by("ada").post(
        f"documents/{document}/references", json={"relation": "about", "target": target}
    )
    assert made.status_code == 201
    return document, made.json()["id"]


def rule(house, code, decision, target=None):
    document = house.document(f"filing/orders/note {code}.txt")
    told = {"scheme": "product", "key": code, "relation": "cites", "decision": decision}
    made = house.by("ada").post(f"documents/{document}/rulings", json=told | {"target": target})
    assert made.status_code == 204, made.text
    return document


def test_what_is_linked_by_hand_is_found_and_counted_until_that_is_taken_back(linked):
    assert found(linked, "sven", "X201") == ([], [], 0)
    document, made = link(linked, NOTES, "product:X201")
    assert found(linked, "sven", "X201") == ([document], [document], 1)
    linked.by("ada").delete(f"documents/{document}/references/{made}")
    assert found(linked, "sven", "X201") == ([], [], 0)


def test_a_link_to_a_product_that_somebody_may_not_see_changes_nothing_for_them(linked):
    before = found(linked, "sven", "Z9")
    document, _ = link(linked, NOTES, "product:Z9")
    assert found(linked, "sven", "Z9") == before == ([], [], 0)
    assert found(linked, "ada", "Z9") == ([document], [document], 1)


def test_a_rejected_product_is_found_no_more_until_that_is_withdrawn(linked):
    before = found(linked, "sven", "X101")
    document = rule(linked, "X101", "reject")
    assert before == ([document], [document], 1)
    assert found(linked, "sven", "X101") == ([], [], 0)
    rule(linked, "X101", "withdraw")
    assert found(linked, "sven", "X101") == before


def test_a_product_that_another_is_meant_by_is_found_under_that(linked):
    document = rule(linked, "X102", "redirect", "product:X202")
    assert found(linked, "sven", "X202") == ([document], [document], 1)
    assert found(linked, "sven", "X102") == ([], [], 0)


def test_who_may_not_see_what_is_meant_instead_finds_what_the_document_says(linked):
    before = found(linked, "sven", "X103")
    document = rule(linked, "X103", "redirect", "product:Z8")
    assert found(linked, "sven", "X103") == before == ([document], [document], 1)
    assert found(linked, "ada", "Z8") == ([document], [document], 1)
