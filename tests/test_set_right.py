"""What a person sets right of a document by which its versions are told apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import operator
from archive.jobs import JobKind
from archive.models import Document, Fact, Job, Version
from archive.references import outgoing
from archive.rulings import set_facts
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.mark.parametrize(("fact", "value", "is_read_again"), [
    ("number", "SPEC-700", True), ("revision", "B", True), ("title", "Ball valve", False),
])  # fmt: skip
def test_a_file_is_read_again_where_what_identifies_it_is_set_right(
    house, fact, value, is_read_again
):
    version_id = house.put("spec.txt", "Specification")
    with house.database.write() as session:
        for job in session.scalars(select(Job)):
            session.delete(job)
    say(house, version_id, **{fact: value})
    with house.database.read() as session:
        waiting = session.scalars(select(Job.kind).where(Job.subject == version_id)).all()
    assert (JobKind.PARSE in waiting) == is_read_again


def test_a_document_does_not_cite_the_number_that_a_person_says_is_its_own(house):
    text = "Meeting about SPEC-700\n\nPresent: all.\nSee SPEC-701.\n"
    version_id = house.put("notes.txt", text)
    assert cited(house, version_id) == {"SPEC-700", "SPEC-701"}
    say(house, version_id, kind="specification", number="SPEC-700")
    house.reread(version_id, text)
    assert cited(house, version_id) == {"SPEC-701"}
    say(house, version_id, number=None)
    house.reread(version_id, text)
    assert cited(house, version_id) == {"SPEC-700", "SPEC-701"}


ORDER = "Order\nOrder no: PO-340\nOrder date: 2025-08-25\nBuyer: Acme AB\n"


def facts_of(house, version_id):
    with house.database.read() as session:
        return session.get_one(Version, version_id)


def current_of(house, version_id):
    with house.database.read() as session:
        document = session.get_one(Document, session.get_one(Version, version_id).document_id)
        return document.current_version_id


def test_what_was_set_right_stays_when_the_file_is_saved_again(house):
    first = house.put("po.txt", ORDER)
    parties = [{"role": "buyer", "name": "Annan AB"}]
    say(house, first, date="2025-08-30", title="Pallet order", parties=parties)
    second = house.put("po.txt", ORDER + "One more line.\n")
    assert current_of(house, first) == second
    now = facts_of(house, second)
    assert (now.date, now.title) == ("2025-08-30", "Pallet order")
    assert [one["name"] for one in now.parties] == ["Annan AB"]
    say(house, second, title=None)
    third = house.put("po.txt", ORDER + "Two more lines.\n")
    assert (facts_of(house, third).date, facts_of(house, third).title) == (
        "2025-08-30",
        now_read(house, first),
    )


def test_a_number_and_kind_that_were_said_are_those_of_the_next_version_too(house):
    text = "Meeting about SPEC-700\n\nPresent: all.\nSee SPEC-701.\n"
    first = house.put("notes.txt", text)
    say(house, first, kind="specification", number="SPEC-700")
    text += "One more line.\n"
    second = house.put("notes.txt", text)
    house.reread(second, text)
    assert current_of(house, first) == second
    assert (facts_of(house, second).own_number, facts_of(house, second).kind) == (
        "SPEC-700",
        "specification",
    )
    assert cited(house, second) == {"SPEC-701"}
    citing = house.put("letter.txt", "Letter\n\nSee specification SPEC-700.\n")
    with house.database.read() as session:
        (view,) = outgoing(session, operator(session), version_ids=[citing])
    assert view.target.id == facts_of(house, second).document_id


def test_what_the_next_version_itself_says_otherwise_counts(house):
    first = house.put("po.txt", ORDER)
    say(house, first, date="2025-08-30", title="Pallet order", revision="A")
    second = house.put("po.txt", ORDER.replace("2025-08-25", "2025-10-01"))
    assert current_of(house, first) == second
    now = facts_of(house, second)
    assert (now.date, now.title, now.revision) == ("2025-10-01", "Pallet order", None)


def test_nothing_is_carried_to_what_is_another_document_at_the_same_place(house):
    first = house.put("po.txt", ORDER)
    say(house, first, title="Pallet order", total="70.00")
    other = house.put("po.txt", ORDER.replace("PO-340", "PO-341"))
    assert facts_of(house, other).title != "Pallet order"
    assert facts_of(house, other).total is None


@pytest.mark.parametrize("is_order_first", [True, False])
def test_a_number_is_that_of_the_party_that_a_person_says(house, is_order_first):
    invoice = (
        "Invoice\nInvoice no: INV-5510\nSeller: Nordvind AB\nBuyer: Annan AB\nOrder no: PO-340\n"
    )
    order = house.put("po.txt", ORDER) if is_order_first else None
    bill = house.put("inv.txt", invoice)
    order = order or house.put("po.txt", ORDER)
    assert targets(house, bill) == [None]
    say(house, bill, parties=[{"role": "buyer", "name": "Acme AB"}])
    house.reread(bill, invoice)
    assert targets(house, bill) == [facts_of(house, order).document_id]
    say(house, bill, parties=[])
    house.reread(bill, invoice)
    assert targets(house, bill) == [None]
    say(house, order, parties=[{"role": "buyer", "name": "Annan AB"}])
    house.reread(order, ORDER)
    assert targets(house, bill) == [facts_of(house, order).document_id]


def test_an_order_that_was_written_long_after_an_invoice_is_not_the_one_that_it_bills(house):
    invoice = "Invoice\nInvoice no: INV-1\nInvoice date: 2019-05-01\nOrder no: PO-340\n"
    later = "Order\nOrder no: PO-340\nOrder date: 2031-04-02\n"
    order = house.put("po.txt", later)
    bill = house.put("inv.txt", invoice)
    assert targets(house, bill) == [None]
    say(house, order, date="2019-04-02")
    house.reread(order, later)
    assert targets(house, bill) == [facts_of(house, order).document_id]


@pytest.mark.parametrize(("name", "is_meant"), [
    ("Viking AB", False), ("Vik AB", True), ("Vik Sverige AB", True), ("Vik 2 AB", True),
])  # fmt: skip
def test_a_party_is_not_another_one_whose_name_begins_alike(house, name, is_meant):
    order = house.put("po.txt", f"Order\nOrder no: PO-340\nBuyer: {name}\n")
    bill = house.put("inv.txt", "Invoice\nInvoice no: INV-1\nBuyer: Vik AB\nOrder no: PO-340\n")
    assert targets(house, bill) == [facts_of(house, order).document_id if is_meant else None]


def targets(house, version_id):
    with house.database.read() as session:
        views = outgoing(session, operator(session), version_ids=[version_id])
        return [view.target and view.target.id for view in views]


def now_read(house, version_id):
    """The title that was read of a version."""
    with house.database.read() as session:
        wanted = (Fact.version_id == version_id, Fact.name == "title", Fact.origin != "person")
        return session.scalar(select(Fact.value).where(*wanted))


def say(house, version_id, parties=None, **facts):
    with house.database.write() as session:
        document = session.scalar(
            select(Document.id).where(Document.current_version_id == version_id)
        )
        set_facts(
            session, operator(session), document, facts, house.clock(), schemes=house.schemes,
            parties=parties,
        )  # fmt: skip


def cited(house, version_id):
    with house.database.read() as session:
        views = outgoing(session, operator(session), version_ids=[version_id])
        return {view.row.text for view in views}
