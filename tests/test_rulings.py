"""What a ruling is on: one number of a document, however that is spelled, and no other one."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import func, literal, select

from archive import exports, open_references, rulings
from archive.access import operator
from archive.attention import Wish, list_attention
from archive.config import Config
from archive.errors import UsageError
from archive.history import history_of
from archive.keys import meets
from archive.models import Reference
from archive.references import Target
from archive.ruled import is_grouped_alike
from archive.rulings import OnReference
from archive.wanted_answers import lead_to
from archive.wanted_numbers import Wanted
from archive.wanting import Asked

PART, WHOLE = "PO-118/1", "PO-1181"
ORDER = Target("document", 1)


def cite(rooms, *numbers, more=""):
    """A bill, D-000004, cites these numbers."""
    rooms.clock.step()
    text = f"Bill 9\nfor {', '.join(numbers)}{more}"
    rooms.archive.add("9.txt", text, number="9", cites=numbers)


def what(groups=None, key="PO1181"):
    return OnReference(4, "purchase-order", key, "bills", groups)


def rule(rooms, on, decision="redirect", target=ORDER):
    rooms.clock.step()
    with rooms.archive.database.write() as session:
        by, at = operator(session), rooms.clock()
        aim = target if decision == "redirect" else None
        return rulings.rule(session, by, on, decision, at, target=aim)


def told(rooms):
    with rooms.archive.database.read() as session:
        return {
            line["identifier"]: (line["status"], line["target"])
            for line in exports.references(session, operator(session))
            if line["source"] == "D-000004"
        }


def waiting(rooms):
    """The numbers that nobody has answered for."""
    with rooms.archive.database.read() as session:
        asked = Asked(operator(session), rooms.clock().date())
        rows = session.scalars(open_references.cited(asked)).all()
        return {row.text for row in rows if row.document_id == 4}


def ambiguous(rooms):
    """The names of the lines about numbers that several documents bear."""
    with rooms.archive.database.read() as session:
        by, wish = operator(session), Wish(kind="ambiguous")
        found = list_attention(session, by, Config(), wish, rooms.clock())
    return [line["item"] for line in found["items"]]


@pytest.mark.parametrize(("one", "other"), [(PART, WHOLE), (WHOLE, PART)])
def test_a_ruling_on_a_number_leaves_one_of_the_same_key_in_other_groups_alone(rooms, one, other):
    cite(rooms, PART, WHOLE)
    groups = {PART: "PO|118/1", WHOLE: "PO|1181"}
    assert rule(rooms, what(groups[one]))
    assert told(rooms) == {one: ("resolved", "D-000001"), other: ("waiting", None)}
    assert waiting(rooms) == {other}
    assert rule(rooms, what(groups[other]), "reject")
    assert told(rooms) == {one: ("resolved", "D-000001"), other: ("rejected", None)}
    assert rule(rooms, what(groups[one]), "withdraw")
    assert told(rooms) == {one: ("waiting", None), other: ("rejected", None)}
    assert waiting(rooms) == {one}


def test_who_does_not_say_which_of_them_is_meant_is_asked(rooms):
    cite(rooms, PART, WHOLE)
    with pytest.raises(UsageError, match="PO-118/1, PO-1181"):
        rule(rooms, what())
    assert waiting(rooms) == {PART, WHOLE}


def test_where_one_alone_is_meant_it_need_not_be_said(rooms):
    cite(rooms, PART)
    rule(rooms, what())
    cite(rooms, PART, WHOLE)
    assert told(rooms) == {PART: ("resolved", "D-000001"), WHOLE: ("waiting", None)}


def test_a_ruling_holds_where_the_next_version_drops_or_brings_a_dash(rooms):
    cite(rooms, "PO-118-1")
    rule(rooms, what("PO|118|1"))
    cite(rooms, WHOLE)
    assert told(rooms) == {WHOLE: ("resolved", "D-000001")}
    assert waiting(rooms) == set()
    rule(rooms, what("PO|1181"), "reject")
    cite(rooms, "PO-118-1", more=" again")
    assert told(rooms) == {"PO-118-1": ("rejected", None)}
    rule(rooms, what("PO|118|1"), "withdraw")
    assert told(rooms) == {"PO-118-1": ("resolved", "D-000001")}


SPELLED = (
    "PO|1181", "PO|118/1", "PO|118|1", "PO|11/81", "PO|11|81", "PO|1|1|8/1", "PO|1|1|8|1",
    "A|1|B", "AB|1", "A|B|1", "A/B|1", "ISO|9001:2015", "ISO|9001|:2015", "Å|1", "12", "1|2",
)  # fmt: skip


def test_the_database_tells_groups_apart_as_keys_do(rooms):
    """Of one key; see archive.keys."""
    with rooms.archive.database.read() as session:
        for one in SPELLED:
            for other in SPELLED:
                if one.replace("|", "").replace("/", "") != other.replace("|", "").replace("/", ""):
                    continue
                condition = is_grouped_alike(literal(one), literal(other))
                assert session.scalar(select(condition)) == meets(one, other), (one, other)
        assert session.scalar(select(func.count()).select_from(Reference))


def test_lines_about_them_are_answered_and_put_aside_apart(rooms):
    for number in (PART, WHOLE):
        for name in ("one", "two"):
            rooms.archive.add(
                f"{name}{number[-2:]}".replace("/", "-") + ".txt",
                f"Order {number}\nin {name}", number=number,
            )  # fmt: skip
    rooms.archive.add("b.txt", f"Bill 8\nfor {PART}, {WHOLE}", number="8", cites=(PART, WHOLE))
    whole, part = sorted(ambiguous(rooms))
    assert part == f"{whole}/PO|118/1"
    with rooms.client("cora") as client:
        assert quote(part, safe="/:") in client.get("/attention").text
        aside = {"answer": "explain", "reason": "of old", "back": "/attention"}
        assert client.post(f"/attention/{whole}", data=aside).status_code == 303
        assert ambiguous(rooms) == [part]
        client.post(f"/attention/{whole}", data={"answer": "back"})
        assert client.post(f"/attention/{whole}", data={"answer": "none"}).status_code == 303
        assert ambiguous(rooms) == [part]
        assert client.post(f"/attention/{part}", data={"answer": "none"}).status_code == 303
        assert ambiguous(rooms) == []
        assert client.post(f"/attention/{whole}", data={"answer": "withdraw"}).status_code == 303
        assert ambiguous(rooms) == [whole]


def test_wanted_numbers_of_one_key_are_not_led_to_one_document(rooms):
    cite(rooms, PART, WHOLE)
    rooms.clock.step()
    with rooms.archive.database.write() as session:
        by, at = operator(session), rooms.clock()
        with pytest.raises(UsageError, match="PO-118/1 and PO-1181 are different numbers"):
            lead_to(session, Asked(by, at.date()), [Wanted("purchase-order", "PO1181")], ORDER, at)
    assert waiting(rooms) == {PART, WHOLE}


def test_the_history_says_which_of_them_was_ruled_on(rooms):
    cite(rooms, PART, WHOLE)
    rule(rooms, what("PO|118/1"), "reject")
    with rooms.archive.database.read() as session:
        lines = history_of(session, operator(session), 4).items
    assert [line["identifier"] for line in lines if line.get("identifier")] == [PART]


def test_programs_say_which_of_them_is_meant_as_it_is_written(rooms):
    cite(rooms, PART, WHOLE)
    on = {"scheme": "purchase-order", "key": "PO1181", "relation": "bills", "decision": "reject"}
    with rooms.client("cora") as client:
        path = "/api/v1/documents/D-000004/rulings"
        assert client.post(path, json=on).status_code == 400
        assert client.post(path, json={**on, "identifier": "PO-11-81"}).status_code == 404
        assert client.post(path, json={**on, "identifier": PART}).status_code == 204
    assert told(rooms) == {PART: ("rejected", None), WHOLE: ("waiting", None)}
