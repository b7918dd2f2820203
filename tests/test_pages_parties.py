"""A party's page and API: spellings, merges and their undo, questions and their answers."""

from __future__ import annotations

import re

import pytest

from api.pages.things import party_things, shown_parties
from archive import merge_proposals, rulings
from archive.access import operator
from archive.documents import load_views
from tests.rooms import Rooms


@pytest.fixture
def rooms(sqlite_url, tmp_path, clock):
    rooms = Rooms(sqlite_url, tmp_path, clock)
    cora = rooms.client("cora")
    for name in ("Nordpump AB", "Nordpumps AB", "Söderpump AB"):
        assert post(cora, "/parties", {"name": name}).status_code == 303
    yield rooms
    rooms.services.database.close()


def post(client, path, fields):
    return client.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})


def look(rooms):
    with rooms.services.database.write() as session:
        merge_proposals.review(session, rooms.clock())


def test_a_party_is_merged_its_address_leads_on_and_undo_parts_them(rooms):
    cora = rooms.client("cora")
    path = "/parties/Nordpump%20AB"
    answer = post(
        cora, f"{path}/merges", {"other": "söderpump aktiebolag", "back": "/parties/Nordpump%20AB"}
    )
    assert answer.status_code == 303  # not called so: nothing is guessed
    assert 'href="/parties/S%C3%B6derpump%20AB"' in cora.get("/parties").text
    answer = post(cora, f"{path}/merges", {"other": "söderpump ab", "back": path})
    assert 'href="/parties/S%C3%B6derpump%20AB"' not in cora.get("/parties").text
    moved = cora.get("/parties/S%C3%B6derpump%20AB?on=2024-03-01")
    assert (moved.status_code, moved.headers["location"]) == (303, f"{path}?on=2024-03-01")
    page = cora.get(path).text
    assert "Söderpump AB" in page and f"{path}/parted" in page
    other = cora.get("/api/v1/parties/Nordpump AB/spellings").json()["merged"][0]["id"]
    answer = post(cora, f"{path}/parted", {"other": str(other), "back": path})
    assert answer.status_code == 303
    assert cora.get("/parties/S%C3%B6derpump%20AB").status_code == 200


def test_a_question_is_answered_on_the_attention_page_and_taken_back(rooms):
    cora = rooms.client("cora")
    look(rooms)
    page = cora.get("/attention").text
    assert "Nordpump AB and Nordpumps AB may be one party." in page
    assert "one letter apart: nordpump / nordpumps" in page
    [line] = cora.get("/api/v1/attention", params={"kind": "merge"}).json()["items"]
    assert post(cora, f"/attention/{line['item']}", {"answer": "same"}).status_code == 303
    assert "Nordpumps AB" not in cora.get("/parties").text
    assert post(cora, f"/attention/{line['item']}", {"answer": "open"}).status_code == 303
    assert "Nordpumps AB" in cora.get("/parties").text
    assert post(cora, f"/attention/{line['item']}", {"answer": "other"}).status_code == 303
    look(rooms)
    assert cora.get("/api/v1/attention", params={"kind": "merge"}).json()["total"] == 0


def test_a_question_stands_on_the_pages_of_both_parties(rooms):
    cora = rooms.client("cora")
    look(rooms)
    for name, other in (("Nordpump AB", "Nordpumps AB"), ("Nordpumps AB", "Nordpump AB")):
        page = cora.get(f"/parties/{name}").text
        assert f"Not the same: {other}" in page
    assert "Not the same" not in rooms.client("sven").get("/parties/Nordpump AB").text


def test_who_may_only_read_merges_nothing(rooms):
    sven = rooms.client("sven")
    assert "merges" not in sven.get("/parties/Nordpump AB").text
    answer = post(sven, "/parties/Nordpump%20AB/merges", {"other": "Söderpump AB"})
    assert answer.status_code == 403
    assert "Söderpump AB" in sven.get("/parties").text


def test_the_api_merges_parts_and_answers(rooms):
    cora = rooms.client("cora")
    look(rooms)
    told = cora.get("/api/v1/parties/Nordpump AB/spellings").json()
    [question] = told["proposals"]
    assert (question["party"], question["other"]) == ("Nordpump AB", "Nordpumps AB")
    same = cora.post(f"/api/v1/merge-proposals/{question['id']}", json={"answer": "same"})
    assert same.status_code == 204
    assert cora.get("/api/v1/parties/Nordpumps AB").json()["name"] == "Nordpump AB"
    again = cora.post(f"/api/v1/merge-proposals/{question['id']}", json={"answer": "open"})
    assert again.status_code == 204
    merged = cora.post("/api/v1/parties/Nordpump AB/merges", json={"other": "Söderpump AB"})
    assert merged.status_code == 204
    [part] = cora.get("/api/v1/parties/Nordpump AB/spellings").json()["merged"]
    assert cora.delete(f"/api/v1/parties/{part['id']}/merges").status_code == 204
    assert cora.get("/api/v1/parties").json()["total"] == 3


def test_a_number_with_a_wrong_check_digit_is_kept_and_marked(rooms):
    cora = rooms.client("cora")
    post(cora, "/parties", {"name": "Vattenpump AB", "organisation_number": "556036-0794"})
    assert "556036-0794 (its check digit is wrong)" in cora.get("/parties/Vattenpump AB").text
    post(cora, "/parties", {"name": "Luftpump AB", "organisation_number": "556036-0793"})
    assert "check digit" not in cora.get("/parties/Luftpump AB").text


def test_parties_that_documents_name_are_added_to_the_list_by_a_button(rooms):
    cora, sven = rooms.client("cora"), rooms.client("sven")
    named = {1: "NORDPUMP AKTIEBOLAG", 2: "Vattenverket AB", 3: "Hemliga AB"}
    for document, name in named.items():
        with rooms.services.database.write() as session:
            rulings.set_facts(
                session, operator(session), document, {}, rooms.clock(),
                schemes=rooms.app.state.schemes, parties=[{"role": "seller", "name": name}],
            )  # fmt: skip
    page = cora.get("/parties").text
    assert "Add Vattenverket AB" in page
    assert "Hemliga" not in page and "AKTIEBOLAG" not in page
    assert "Vattenverket" not in sven.get("/parties").text
    assert post(cora, "/parties", {"name": "Vattenverket AB"}).status_code == 303
    page = cora.get("/parties").text
    assert "Add Vattenverket AB" not in page and "/parties/Vattenverket%20AB" in page


def test_parties_in_lists_are_links_where_they_are_registered(rooms):
    cora = rooms.client("cora")
    with rooms.services.database.write() as session:
        rulings.set_facts(
            session, operator(session), 1, {}, rooms.clock(), schemes=rooms.app.state.schemes,
            parties=[
                {"role": "seller", "name": "NORDPUMP AKTIEBOLAG"},
                {"role": "buyer", "name": "Vattenverket AB"},
            ],
        )  # fmt: skip
        views = load_views(session, operator(session), ids=[1])
        shown = shown_parties(session, operator(session), [view.version for view in views])
    (seller, buyer) = shown[views[0].version.id]
    assert (seller.text, seller.href) == ("NORDPUMP AKTIEBOLAG", "/parties/Nordpump%20AB")
    assert buyer == "Vattenverket AB"
    trail = cora.get("/trail?seed=D-000001").text
    assert re.search(r'href="/parties/Nordpump%20AB"[^>]*>NORDPUMP AKTIEBOLAG</a> → Vatten', trail)
    assert "/parties/Vattenverket" not in trail


def test_one_name_with_two_numbers_leads_to_two_parties(rooms):
    cora = rooms.client("cora")
    for name, number in (("Pump AB", "556036-0793"), ("Pump GmbH", "556074-7569")):
        post(cora, "/parties", {"name": name, "organisation_number": number})
    said = [("Pump", "556036-0793"), ("Pump", "556074-7569"), ("Pump", None)]
    with rooms.services.database.read() as session:
        found = party_things(session, operator(session), said)
    assert [found[one].text if one in found else None for one in said] == [
        "Pump AB", "Pump GmbH", None
    ]  # fmt: skip
