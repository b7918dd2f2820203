"""Rulings on references that were read: suspect once their target has changed, until looked at."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from archive import exports, rulings
from archive.access import operator
from archive.attention import Wish, list_attention
from archive.config import Config
from archive.history import history_of
from archive.models import Reference
from archive.references import Target
from archive.rulings import OnReference

BILL, ORDER = 2, 1
WHAT = OnReference(BILL, "purchase-order", "PO2024113", "bills")


def rule(rooms, decision, target=ORDER, reason=""):
    rooms.clock.step()
    aim = Target("document", target) if target else None
    with rooms.archive.database.write() as session:
        by = operator(session)
        rulings.rule(session, by, WHAT, decision, rooms.clock(), target=aim, reason=reason)


def change(rooms, text="six hundred housings"):
    rooms.clock.step()
    rooms.archive.add("order.txt", f"Purchase order PO-2024-113\n{text}", number="PO-2024-113")


def told(rooms, as_of=None):
    """(status, target, suspect) of the bill's reference to the order."""
    with rooms.archive.database.read() as session:
        (line,) = (
            line
            for line in exports.references(session, operator(session), as_of=as_of)
            if line["key"] == "PO2024113" and line["source"] == "D-000002"
        )
    return line["status"], line["target"], line["suspect"]


def listed(rooms):
    with rooms.archive.database.read() as session:
        wish = Wish(kind="suspect")
        found = list_attention(session, operator(session), Config(), wish, rooms.clock())
    return found["items"]


SURE, SUSPECT = ("resolved", "D-000001", False), ("resolved", "D-000001", True)


@pytest.fixture
def suspect(rooms):
    """The bill's reference was confirmed, with a reason; then the order changed."""
    rule(rooms, "confirm", reason="asked the supplier")
    change(rooms)
    assert told(rooms) == SUSPECT
    return rooms


def test_confirmed_again_it_is_sure_and_taken_back_it_is_as_suspect_as_before(suspect):
    rule(suspect, "confirm")
    assert (told(suspect), listed(suspect)) == (SURE, [])
    rule(suspect, "withdraw", None)
    assert told(suspect) == SUSPECT
    (line,) = listed(suspect)
    assert line["changed"]["reason"] == "asked the supplier"
    rule(suspect, "withdraw", None)
    assert (told(suspect), listed(suspect)) == (SURE, [])


def test_on_the_list_the_answer_is_undone_and_the_line_is_there_again(suspect):
    (line,) = listed(suspect)
    with suspect.client("cora") as client:
        suspect.clock.step()
        client.post(f"/attention/{line['item']}", data={"answer": "confirm"})
        assert listed(suspect) == []
        suspect.clock.step()
        client.post(f"/attention/{line['item']}", data={"answer": "withdraw"})
    assert [one["item"] for one in listed(suspect)] == [line["item"]]


def test_what_was_known_then_is_told_of_then(suspect):
    before_change = suspect.clock()
    change(suspect, "seven hundred housings")
    assert told(suspect, before_change) == SUSPECT  # that of the first change
    rule(suspect, "confirm")
    again = suspect.clock()
    change(suspect, "eight hundred housings")
    assert (told(suspect), told(suspect, again)) == (SUSPECT, SURE)
    rule(suspect, "confirm")
    rule(suspect, "withdraw", None)
    assert told(suspect, again) == SURE


def test_list_and_page_say_who_decided_why_and_lead_to_what_changed(suspect):
    with suspect.client("cora") as client:
        page = html.unescape(client.get("/attention").text)
        (place,) = re.findall(r'href="([^"]*/difference[^"]*)"', page)
        assert place == "/documents/D-000001/difference?from=1&to=2"
        assert "<mark>six</mark>" in client.get(place).text
        page = html.unescape(client.get("/documents/D-000002").text)
        assert f'href="{place}"' in page
        assert "reason: asked the supplier" in page


def test_the_same_said_twice_is_one_ruling(rooms):
    rule(rooms, "confirm")
    rule(rooms, "confirm")
    rule(rooms, "withdraw", None)
    with rooms.archive.database.read() as session:
        kinds = [line["what"] for line in history_of(session, operator(session), BILL).items]
    assert kinds.count("reference-confirm") == 1
    change(rooms)
    assert told(rooms) == SURE  # nobody has ruled on it


def test_who_says_what_was_said_before_is_offered_no_undo_of_it(suspect):
    (line,) = listed(suspect)
    with suspect.archive.database.read() as session:
        row = session.scalar(select(Reference.id).where(Reference.key == "PO2024113"))
    page = {f"/documents/D-000002/references/{row}/ruling": {"ruling": "confirm"}}
    for place, said in {f"/attention/{line['item']}": {"answer": "confirm"}, **page}.items():
        with suspect.client("cora") as client:
            suspect.clock.step()
            client.post(place, data=said)
            is_first = place.startswith("/attention")
            assert ("Undo" in client.get("/documents/D-000002").text) == is_first
            suspect.clock.step()
            client.post(place, data=said)
            assert "Undo" not in client.get("/documents/D-000002").text
    assert told(suspect) == SURE


def test_what_was_rejected_is_never_suspect(suspect):
    rule(suspect, "reject")
    assert listed(suspect) == []


def test_with_a_reason_a_number_is_led_elsewhere_on_the_page_and_the_history_says_so(rooms):
    rooms.archive.add("other.txt", "Order PO-2024-500\nof bolts", number="PO-2024-500")
    with rooms.archive.database.read() as session:
        row = session.scalar(select(Reference.id).where(Reference.key == "PO2024999"))
    place = f"/documents/D-000002/references/{row}/ruling"
    with rooms.client("cora") as client:
        said = {"ruling": "redirect", "target": "PO-2024-500", "reason": "a slip of the pen"}
        assert client.post(place, data=said).status_code == 303
        page = html.unescape(client.get("/documents/D-000002").text)
        assert "reason: a slip of the pen" in page
        assert "PO-2024-999" in page.split("History")[1]
        assert "The reason given: a slip of the pen" in page
        assert client.post(place, data={**said, "target": "nothing"}).status_code == 303
        assert client.post(place, data={**said, "target": "D-000002"}).status_code == 303
        told = client.get("/api/v1/documents/D-000002/references").json()["out"]
        (led,) = (one for one in told if one["key"] == "PO2024999")
        assert (led["target"], led["ruling"]["reason"]) == ("D-000004", "a slip of the pen")


def test_a_reference_is_made_by_hand_with_a_reason(rooms):
    with rooms.client("cora") as client:
        said = {"relation": "about", "target": "D-000001", "reason": "they said so on the phone"}
        assert client.post("/documents/D-000002/references", data=said).status_code == 303
        assert "reason: they said so on the phone" in client.get("/documents/D-000002").text
