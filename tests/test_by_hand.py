"""References that a person made by hand: suspect once their target has changed, until looked at."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive import by_hand, exports, moving, rulings
from archive.access import operator
from archive.attention import Wish, list_attention
from archive.config import Config
from archive.models import Event, Reference, utc_text
from archive.references import Target, outgoing
from archive.rulings import OnReference

BILL, ORDER, OTHER = 2, 1, 4


@pytest.fixture
def linked(rooms):
    """The bill is linked by hand to the order and to another one."""
    rooms.archive.add("other.txt", "Order PO-2024-500\nof bolts", number="PO-2024-500")
    for target in (ORDER, OTHER):
        make(rooms, target)
    return rooms


def make(rooms, target, relation="about"):
    with rooms.archive.database.write() as session:
        by_hand.add_reference(
            session, operator(session), BILL, relation, Target("document", target), rooms.clock()
        )


def change(rooms, path="order.txt", number="PO-2024-113", text="six hundred housings"):
    rooms.archive.add(path, f"Purchase order {number}\n{text}", number=number)


def suspects(rooms):
    """By hand made references that are suspect: on the list, and where references are told."""
    with rooms.archive.database.read() as session:
        viewer = operator(session)
        wish = Wish(kind="suspect")
        items = list_attention(session, viewer, Config(), wish, rooms.clock())["items"]
        told = [
            (line["source"], line["target"])
            for line in exports.references(session, viewer)
            if line["suspect"]
        ]
    assert told == [(line["document"], line["reference"]["target"]) for line in items]
    return [line["item"] for line in items]


def answer(rooms, item, said):
    with rooms.client("cora") as client:
        posted = client.post(f"/attention/{item}", data={"answer": said})
        assert posted.status_code == 303, posted.text


def test_it_is_suspect_once_its_target_has_changed_until_somebody_says_that_it_holds(linked):
    assert suspects(linked) == []
    change(linked)
    (item,) = suspects(linked)
    with linked.client("cora") as client:
        page = client.get("/attention").text
    assert "Somebody linked it to D-000001 by hand; that has changed since." in page
    assert f'action="/attention/{item}"' in page
    answer(linked, item, "confirm")
    assert suspects(linked) == []
    change(linked, text="seven hundred housings")
    assert suspects(linked) == [item]


def test_what_was_answered_can_be_taken_back(linked):
    change(linked)
    (item,) = suspects(linked)
    answer(linked, item, "confirm")
    answer(linked, item, "withdraw")
    assert suspects(linked) == [item]
    answer(linked, item, "reject")
    assert (suspects(linked), by_hand_of(linked)) == ([], ["D-000004"])
    answer(linked, item, "withdraw")
    assert sorted(by_hand_of(linked)) == ["D-000001", "D-000004"]


def test_who_says_again_that_it_holds_is_offered_no_undo_of_it(linked):
    change(linked)
    (item,) = suspects(linked)
    with linked.client("cora") as client:
        for can_undo in (True, False):
            client.post(f"/attention/{item}", data={"answer": "confirm"})
            assert ("Undo" in client.get("/documents/D-000002").text) == can_undo


def by_hand_of(rooms):
    with rooms.archive.database.read() as session:
        every = list(exports.references(session, operator(session)))
    return [line["target"] for line in every if line["origin"] == "person"]


def test_an_answer_for_one_says_nothing_of_another_with_the_same_relation(linked):
    change(linked)
    change(linked, "other.txt", "PO-2024-500")
    first, second = suspects(linked)
    answer(linked, second, "confirm")
    assert suspects(linked) == [first]
    with linked.archive.database.write() as session:
        what, target = OnReference(BILL, None, None, "about"), Target("document", ORDER)
        rulings.rule(session, operator(session), what, "confirm", linked.clock(), target=target)
    assert suspects(linked) == []


def test_confirmed_on_the_page_of_the_document_it_is_not_suspect_until_that_is_taken_back(linked):
    change(linked)
    (item,) = suspects(linked)
    with linked.archive.database.read() as session:
        made = session.scalar(select(Reference.id).where(Reference.fixed_document_id == ORDER))
    page = f"/documents/D-000002/references/{made}/ruling"
    with linked.client("cora") as client:
        assert client.post(page, data={"ruling": "confirm"}).status_code == 303
        assert suspects(linked) == []
        assert client.post(page, data={"ruling": "withdraw"}).status_code == 303
    assert suspects(linked) == [item]


def test_it_is_set_aside_until_a_day_like_any_other_line(linked):
    change(linked)
    (item,) = suspects(linked)
    with linked.client("cora") as client:
        posted = client.post(f"/attention/{item}", data={"answer": "explain", "reason": "known"})
        assert posted.status_code == 303
    with linked.archive.database.read() as session:
        wish = Wish(kind="suspect")
        viewer = operator(session)
        assert list_attention(session, viewer, Config(), wish, linked.clock())["items"] == []
        kinds = session.scalars(select(Event.kind)).all()
    assert kinds.count("attention-aside") == 1


def test_who_may_not_see_the_target_is_not_told_that_it_changed(linked):
    make(linked, 3)
    change(linked)
    linked.archive.add("secret.txt", "Secret 7000-7\nchanged", number="7000-7", collection="board")
    assert len(suspects(linked)) == 2
    with linked.client("cora") as client:
        lines = client.get("/api/v1/attention?kind=suspect").json()["items"]
    assert [line["reference"]["target"] for line in lines] == ["D-000001"]


def links(rooms, as_of=None):
    """What the bill is linked to by hand, at the version that is current (was current then)."""
    with rooms.archive.database.read() as session:
        found = outgoing(session, operator(session), as_of=as_of)
        return sorted(
            (view.row.version_id, view.target.id) for view in found if view.row.relation == "about"
        )


def test_what_was_linked_by_hand_goes_along_to_the_next_version(linked):
    before = linked.clock()
    (first, _), _ = links(linked)
    linked.clock.step(minutes=5)
    change(linked, "bill.txt", "88213", "corrected, for PO-2024-113")
    now = links(linked)
    assert [target for _, target in now] == [ORDER, OTHER]
    assert first not in {version for version, _ in now}
    assert links(linked, before) == [(first, ORDER), (first, OTHER)]
    assert suspects(linked) == []


def test_a_link_that_went_along_is_taken_back_for_good(linked):
    change(linked, "bill.txt", "88213", "corrected, for PO-2024-113")
    with linked.archive.database.write() as session:
        viewer = operator(session)
        (one, *_) = (v for v in outgoing(session, viewer) if v.target == Target("document", OTHER))
        by_hand.remove_reference(session, viewer, one.row.id, linked.clock())
    change(linked, "bill.txt", "88213", "corrected once more, for PO-2024-113")
    assert [target for _, target in links(linked)] == [ORDER]


def test_a_version_that_is_split_off_leaves_what_was_linked_by_hand(linked):
    change(linked, "bill.txt", "88213", "corrected, for PO-2024-113")
    receipt = {
        "what": "split", "receipt": "r", "at": utc_text(linked.clock()),
        "document": BILL, "version": 2, "into": 9, "as": 1,
    }  # fmt: skip
    with linked.archive.database.write() as session:
        moving.apply(session, receipt, linked.clock())
    with linked.archive.database.read() as session:
        documents = session.scalars(
            select(Reference.document_id).where(
                Reference.relation == "about", Reference.retracted_at.is_(None)
            )
        ).all()
    assert documents == [BILL, BILL]
    assert [target for _, target in links(linked)] == [ORDER, OTHER]
