"""Matters: what is gathered for them and said of it, and that nobody else sees anything of it."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import select

from archive import (
    history,
    matter_entries,
    matter_gathering,
    matter_history,
    matter_members,
    matter_sayings,
    matters,
)
from archive.backup import backup
from archive.db import Database
from archive.errors import Ambiguous, Conflict, NotAllowed, NotFound, UsageError
from archive.matter_gathering import Asked
from archive.matters import MatterSaid
from archive.models import Event
from archive.restore import restore
from archive.vault import Vault
from tests.matter_house import MatterHouse, found_by

ORDER = "PURCHASE ORDER\nOrder number: PO-2024-113\nDate: 2024-02-11\n"
INVOICE = "INVOICE\nInvoice number: 88213\nDate: 2024-06-30\nYour order: PO-2024-113\n"
REMINDER = "REMINDER\nDate: 2024-08-01\nInvoice number 88213 and order PO-2024-113 are late.\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = MatterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def filed(house) -> dict[str, int]:
    """The ids of the documents, by name."""
    texts = {"order": ORDER, "invoice": INVOICE}
    return {name: house.document(house.put(f"{name}.txt", text)) for name, text in texts.items()}


def test_only_members_see_that_there_is_a_matter(house):
    matter = house.open()
    for name in ("administrator one", "manager one", "coordinator one", "staff one"):
        with house.database.read() as session:
            viewer = house.person(name)
            assert matters.list_matters(session, viewer).total == 0
            with pytest.raises(NotFound, match=f"There is no matter {matter.id}"):
                matters.get(session, viewer, matter.id)
            with pytest.raises(NotFound):
                matter_history.history_of(session, viewer, matter.id)


def test_who_did_not_get_in_is_told_to_the_members_and_the_same_as_of_no_matter(house):
    matter = house.open()
    for asked in (matter.id, matter.id % matters.MOST_ID + 1):
        with pytest.raises(NotFound, match="There is no matter"), house.database.write() as session:
            matters.enter(session, house.person("staff one"), asked, "matter", house.clock())
    assert house.kinds(matter) == ["matter-opened", "matter-not-entered"]
    with house.database.read() as session:
        events = session.scalars(select(Event).where(Event.kind == "matter-not-entered")).all()
    assert [event.matter_id for event in events] == [matter.id, None]
    shapes = [json.loads(event.line).keys() - {"matter"} for event in events]
    assert shapes[0] == shapes[1]


def test_a_member_is_let_in_answers_for_it_and_is_let_out(house):
    matter = house.open()
    by, at = house.person("legal one"), house.clock.step()
    with house.database.write() as session:
        matter_members.set_member(session, by, matter.id, "staff one", at)
    with house.database.read() as session:
        staff = house.person("staff one")
        assert matters.get(session, staff, matter.id).name == "Late pumps"
    with house.database.write() as session:
        with pytest.raises(NotAllowed):
            matter_members.set_member(session, staff, matter.id, "manager one", at)
        with pytest.raises(Conflict, match="responsible"):
            matter_members.remove_member(session, by, matter.id, by.account_id, at)
        matter_members.remove_member(session, by, matter.id, staff.account_id, at)
    with house.database.read() as session, pytest.raises(NotFound):
        matters.get(session, staff, matter.id)
    assert house.kinds(matter) == ["matter-opened", "matter-member", "matter-left"]


def test_a_matter_is_changed_closed_and_opened_again_by_who_saw_it_as_it_is(house, filed):
    matter = house.open(parties=("Norrgjuteri AB",))
    by = house.person("legal one")
    said = MatterSaid("Late pumps", "T 12-24", ("Norrgjuteri AB",), state="closed")
    with house.database.write() as session:
        closed = matters.change(session, by, matter.id, said, house.clock(), revision=1)
        assert (closed.state, closed.closed_on) == ("closed", house.clock().date().isoformat())
        with pytest.raises(Conflict, match="Somebody else"):
            matters.change(session, by, matter.id, said, house.clock(), revision=1)
    with pytest.raises(Conflict, match="closed"):
        house.gather(matter, "PO-2024-113")
    with house.database.write() as session:
        again = MatterSaid("Late pumps", "T 12-24")
        matters.change(session, by, matter.id, again, house.clock(), revision=2)
    house.gather(matter, "PO-2024-113")


@pytest.mark.parametrize(
    "said",
    [
        MatterSaid("  "),
        MatterSaid("x", state="lost"),
        MatterSaid("x", opened_on=date(2030, 1, 2), closed_on=date(2030, 1, 1), state="closed"),
    ],
)
def test_what_makes_no_sense_is_no_matter(house, said):
    with house.database.write() as session, pytest.raises(UsageError):
        matters.create(session, house.person("legal one"), said, house.clock())


def test_who_may_only_read_opens_none(house):
    with pytest.raises(NotAllowed):
        house.open(by="staff one")


def test_a_trail_is_gathered_and_each_entry_says_by_which_path_it_came_in(house, filed):
    matter = house.open()
    kept = house.gather(matter, "88213")
    assert (kept.number, kept.found, kept.new) == (1, 2, 2)
    order, invoice = house.entries(matter)
    assert [one.number for one in (order, invoice)] == ["PO-2024-113", "88213"]
    assert invoice.because[0] == {"seed": "88213"}
    (step,) = order.because
    assert (step["from"], step["relation"], step["to"]) == (
        invoice.document,
        "bills",
        order.document,
    )
    assert order.depth == 1


def test_what_is_found_later_is_new_and_what_was_said_stays(house, filed):
    matter = house.open()
    house.gather(matter, "PO-2024-113")
    house.say(matter, filed["invoice"], "decision", "excluded", "another delivery")
    late = house.document(house.put("reminder.txt", REMINDER))
    kept = house.gather(matter, "PO-2024-113")
    assert (kept.found, kept.new) == (3, 1)
    assert [one.document_id for one in house.entries(matter, show="new", gathering=2)] == [late]
    (excluded,) = house.entries(matter, show="excluded")
    said = excluded.said["decision"]
    assert (excluded.number, said.reason, said.who) == ("88213", "another delivery", "legal one")


def test_a_search_is_a_seed_and_what_it_found_says_so(house, filed):
    matter = house.open()
    house.gather(matter, searches=("INVOICE",), depth=0)
    (only,) = house.entries(matter)
    assert only.because[0] == {"search": "INVOICE"}


@pytest.mark.parametrize(
    ("limits", "left_out"),
    [
        ({"kinds": ("invoice",)}, [("order", "kind")]),
        ({"since": date(2024, 3, 1)}, [("order", "since")]),
        ({"until": date(2024, 3, 1)}, [("invoice", "until")]),
        ({"relations": ("amends",)}, []),
        ({"depth": 0}, []),
    ],
)
def test_limits_are_kept_and_what_they_left_out_is_part_of_the_matter(
    house, filed, limits, left_out
):
    matter = house.open()
    house.gather(matter, "88213", "ghost", **limits)
    with house.database.read() as session:
        told = matter_history.get_gathering(session, house.person("legal one"), matter.id, 0)
    names = {f"D-{number:06d}": name for name, number in filed.items()}
    assert [(names[one["document"]], one["limit"]) for one in told.limits] == left_out
    assert told.unknown == ("ghost",) and told.who == "legal one"
    assert len(house.entries(matter)) == (2 - len(left_out) if left_out else 1)


def test_what_is_cited_and_not_there_is_told_of_a_gathering(house):
    house.put("invoice.txt", INVOICE)
    matter = house.open()
    house.gather(matter, "88213")
    with house.database.read() as session:
        told = matter_history.get_gathering(session, house.person("legal one"), matter.id, 1)
    (missing,) = told.missing
    assert (missing["identifier"], missing["status"]) == ("PO-2024-113", "waiting")


def test_a_member_sees_of_the_matter_only_what_they_may_read_anyway(house, filed):
    hidden = house.document(house.put("secret.txt", REMINDER, "secret"))
    matter = house.open()
    with house.database.write() as session:
        matter_members.set_member(
            session, house.person("legal one"), matter.id, "manager one", house.clock()
        )
    viewer = house.person("manager one", "general", "secret")
    with house.database.read() as session:
        found = matter_gathering.collect(
            session, viewer, Asked(("88213",), kinds=("invoice", "purchase-order")),
            searching=found_by, entry_schemes=(),
        )  # fmt: skip
    with house.database.write() as session:
        matter_gathering.keep(session, viewer, matter.id, found, house.clock())
    with house.database.read() as session:
        for by, sees in ((viewer, True), (house.person("legal one"), False)):
            told = matter_history.get_gathering(session, by, matter.id, 1)
            assert bool(told.limits) == sees
    house.say(matter, filed["order"], "note", "look here")
    with house.database.write() as session:
        matter_sayings.say(
            session, viewer, matter.id, [hidden], "privileged", "yes", house.clock(), reason="law"
        )
    assert len(house.entries(matter)) == 2
    assert len(house.entries(matter, "general", "secret")) == 3
    assert "matter-privileged" not in house.kinds(matter)
    for one in house.entries(matter):
        assert all(step.get("from") != f"D-{hidden:06d}" for step in one.because)


def test_documents_are_marked_annotated_and_put_in_order(house, filed):
    matter = house.open()
    house.gather(matter, "88213")
    house.say(matter, filed["invoice"], "place", "01")
    house.say(matter, filed["invoice"], "privileged", "yes", "counsel")
    house.say(matter, filed["order"], "note", "the first promise")
    first, second = house.entries(matter)
    assert [one.document_id for one in (first, second)] == [filed["invoice"], filed["order"]]
    assert first.said["privileged"].reason == "counsel"
    assert second.said["note"].value == "the first promise"
    house.say(matter, filed["invoice"], "place", "")
    assert house.entries(matter)[0].document_id == filed["order"]
    before = house.kinds(matter)
    house.say(matter, filed["order"], "note", "the first promise")
    assert house.kinds(matter) == before


def test_a_document_that_nothing_found_is_put_in_by_a_person(house, filed):
    matter = house.open()
    house.say(matter, filed["order"], "decision", "included", "asked for by the court")
    (only,) = house.entries(matter, show="included")
    assert (only.first, only.because) == (0, ({"by": "legal one"},))


def test_what_is_taken_back_and_was_never_said_puts_nothing_in(house, filed):
    matter = house.open()
    house.say(matter, filed["order"], "note", "")
    assert house.entries(matter) == () and house.kinds(matter) == ["matter-opened"]


def test_nothing_is_gathered_where_nothing_is_asked_for(house, filed):
    matter = house.open()
    with pytest.raises(UsageError, match="seeds or searches"):
        house.gather(matter)


def test_gathered_again_what_may_mean_more_by_now_is_left_out_with_its_reason(house, filed):
    def finds_too_many(*asked):
        raise UsageError("The search finds too many.")

    matter = house.open()
    house.put("other.txt", ORDER + "another\n")
    with pytest.raises(Ambiguous):
        house.gather(matter, "PO-2024-113", "88213")
    with pytest.raises(UsageError, match="too many"):
        house.gather(matter, "88213", searches=("x",), searching=finds_too_many)
    house.gather(
        matter, "PO-2024-113", "88213", searches=("x",), searching=finds_too_many, is_again=True
    )
    with house.database.read() as session:
        told = matter_history.get_gathering(session, house.person("legal one"), matter.id, 1)
    assert [one["asked"] for one in told.refused] == ["PO-2024-113", "x"]
    assert all(one["reason"] for one in told.refused)


def test_who_may_read_less_loses_nothing_for_others_and_takes_no_path_away(house, filed):
    hidden = house.document(house.put("secret.txt", REMINDER, "secret"))
    matter = house.open()
    everywhere = ("general", "secret")
    house.gather(matter, "PO-2024-113", reads=everywhere)
    paths = {one.document_id: one.because for one in house.entries(matter, *everywhere)}
    house.gather(matter, "PO-2024-113")
    assert house.entries(matter, *everywhere, show="lost", gathering=2) == ()
    after = {one.document_id: one.because for one in house.entries(matter, *everywhere)}
    assert hidden in after and len(after) == 3
    for document, steps in paths.items():
        assert all(step in after[document] for step in steps)


@pytest.mark.parametrize(
    ("what", "value", "reason"),
    [
        ("decision", "included", ""), ("decision", "perhaps", "x"), ("privileged", "yes", " "),
        ("place", "first", ""), ("place", "0", ""), ("taste", "yes", "x"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_said(house, filed, what, value, reason):
    matter = house.open()
    with pytest.raises(UsageError):
        house.say(matter, filed["order"], what, value, reason)


def test_nothing_of_a_matter_shows_in_the_history_of_a_document(house, filed):
    def told() -> list:
        with house.database.read() as session:
            viewer = house.person("legal one")
            return list(history.history_of(session, viewer, filed["order"]).items)

    before = told()
    matter = house.open()
    house.gather(matter, "PO-2024-113")
    house.say(matter, filed["order"], "decision", "included", "because")
    assert told() == before
    assert house.kinds(matter) == ["matter-opened", "matter-gathered", "matter-decision"]


def test_events_of_matters_say_no_name_and_no_text(house, filed):
    matter = house.open("Late pumps", reference="T 12-24", parties=("Norrgjuteri AB",))
    house.gather(matter, "PO-2024-113", searches=("Order number",))
    house.say(matter, filed["order"], "note", "secret thought")
    house.say(matter, filed["order"], "decision", "included", "deep reason")
    with house.database.read() as session:
        lines = session.scalars(select(Event.line).where(Event.matter_id == matter.id)).all()
    for word in ("pumps", "T 12-24", "Norrgjuteri", "PO-2024", "thought", "deep", "Order number"):
        assert word not in "".join(lines)


def test_matters_are_in_a_backup(house, filed, tmp_path, clock):
    matter = house.open()
    house.gather(matter, "88213")
    house.say(matter, filed["order"], "note", "look here")
    backup(house.database, house.vault, tmp_path / "backups", house.clock)
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert restore(tmp_path / "backups", other, Vault(tmp_path / "other"), clock) == []
    with other.read() as session:
        told = matter_entries.list_entries(session, house.person("legal one"), matter.id)
    assert told.items == house.entries(matter)
    other.close()


def test_the_ids_of_matters_say_nothing_of_how_many_there_are(house):
    ids = [house.open(f"Matter {number}").id for number in range(5)]
    assert min(abs(one - other) for one, other in pairwise(ids)) > 1
