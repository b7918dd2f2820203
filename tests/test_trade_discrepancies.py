"""Orders, deliveries and invoices that do not agree: found with their evidence, and explained."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime

import pytest

from archive import attention, questions
from archive.access import operator
from archive.attention import Wish
from archive.config import Config
from archive.errors import NotAllowed, NotFound, UsageError
from archive.models import Document, Version
from archive.trade_discrepancies import WHATS
from tests.register_house import RegisterHouse

PARTIES = "Seller: Norrgjuteri AB\nBuyer: Pumpbolaget AB\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    clock.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def contract(house, *more, collection="general"):
    lines = "\n".join(more)
    text = f"FRAMEWORK AGREEMENT\nAgreement no: FA-2021-07\nDate: 2021-03-01\n{PARTIES}{lines}\n"
    house.put("contract.txt", text, collection)


def order(house, number, total, *more, collection="general", day="2024-02-11"):
    lines = "\n".join(more or ("Under framework agreement FA-2021-07",))
    text = (
        f"PURCHASE ORDER\nOrder number: {number}\nDate: {day}\n{PARTIES}{lines}\n"
        f"Total: {total} SEK\n"
    )
    house.put(f"{number}.txt", text, collection)


def invoice(house, number, total, *more, collection="general", day="2024-06-30"):
    lines = "\n".join(more)
    text = (
        f"INVOICE\nInvoice number: {number}\nInvoice date: {day}\n{PARTIES}{lines}\n"
        f"Total: {total} SEK\n"
    )
    house.put(f"{number}.txt", text, collection)


def credit(house, number, total, *more):
    lines = "\n".join(more)
    text = (
        f"CREDIT NOTE\nCredit note no: {number}\nDate: 2024-07-30\n{PARTIES}{lines}\n"
        f"Total: {total} SEK\n"
    )
    house.put(f"{number}.txt", text)


def delivery(house, number, *more, day="2024-05-02"):
    lines = "\n".join(more)
    house.put(
        f"{number}.txt",
        f"DELIVERY NOTE\nDelivery note no: {number}\nDate: {day}\n{PARTIES}{lines}\n",
    )


def ask(house, viewer=None, **then):
    """(what, number, against, found, allowed) of each, and why where it is explained."""
    with house.database.read() as session:
        who = viewer or operator(session)
        found = questions.answer(session, who, Config(), "discrepancies", house.clock(), **then)
    names = ("discrepancy", "number", "against", "found", "allowed", "explained")
    return [tuple(row[name] for name in names) for row in found.told()["items"]]


def lines(house, kind=None, viewer=None):
    with house.database.read() as session:
        who = viewer or operator(session)
        found = attention.list_attention(session, who, Config(), Wish(kind), house.clock())
    return [line for line in found["items"] if line["kind"] in WHATS]


def explain(house, item, reason="It was agreed by mail.", viewer=None):
    with house.database.write() as session:
        who = viewer or operator(session)
        attention.set_aside(session, who, item, house.clock.step(), reason=reason)


def test_an_invoice_dated_after_the_end_of_its_contract_is_told_with_both_days(house):
    contract(house, "Valid until: 2024-03-31")
    order(house, "PO-2024-113", "1000.00")
    invoice(house, "7001", "1000.00", "Your order: PO-2024-113")
    invoice(house, "7002", "500.00", "Under contract FA-2021-07", day="2024-03-31")
    assert ask(house) == [
        ("invoice-after-expiry", "7001", "D-000001", "2024-06-30", "2024-03-31", None)
    ]
    (line,) = lines(house)
    assert line["text"] == "D-000003 is of 2024-06-30; D-000001 had ended on 2024-03-31."
    assert line["reference"]["quote"] == "FA-2021-07"
    assert line["against"] == ["D-000001"]


@pytest.mark.parametrize(
    "more", ["It shall automatically renew for successive one (1) year periods.", ""]
)
def test_a_contract_that_goes_on_or_says_no_end_is_over_for_no_invoice(house, more):
    contract(house, more, *(["Valid until: 2024-03-31"] if more else []))
    order(house, "PO-2024-113", "1000.00")
    invoice(house, "7001", "1000.00", "Your order: PO-2024-113")
    assert ask(house) == []


def test_invoices_that_exceed_their_order_are_told_less_what_was_credited(house):
    contract(house)
    order(house, "PO-2024-113", "1000.00")
    invoice(house, "7001", "800.00", "Your order: PO-2024-113")
    assert ask(house) == []
    invoice(house, "7002", "560.00", "Your order: PO-2024-113")
    assert ask(house) == [
        ("invoices-over-order", "PO-2024-113", "D-000003; D-000004", "1360.00 SEK", "1000.00 SEK",
         None)
    ]  # fmt: skip
    credit(house, "9001", "60.00", "This credits invoice 7002")
    assert ask(house)[0][3] == "1300.00 SEK"
    credit(house, "9002", "300.00", "This credits invoice 7002")
    assert ask(house) == []


def test_orders_over_the_sum_of_their_contract_are_told_and_an_amendment_may_raise_it(house):
    contract(house, "Total: 1 500.00 SEK")
    order(house, "PO-2024-113", "1000.00")
    assert ask(house) == []
    order(house, "PO-2024-114", "700.00")
    assert ask(house) == [
        ("orders-over-contract", "FA-2021-07", "D-000002; D-000003", "1700.00 SEK", "1500.00 SEK",
         None)
    ]  # fmt: skip
    house.put(
        "a.txt",
        "Amendment\nAmendment no: FA-2021-07-A1\nDate: 2024-01-01\n"
        "This amends contract FA-2021-07.\nTotal: 2 000.00 SEK\n",
    )
    assert ask(house) == []


def test_a_delivery_of_a_month_ago_that_nobody_billed_is_told(house):
    contract(house)
    order(house, "PO-2024-113", "1000.00")
    delivery(house, "DN-5512", "Your order: PO-2024-113")
    delivery(house, "DN-5513", day="2026-02-20")
    delivery(house, "DN-5514", "Your order: PO-2024-999")  # which is not there, and billed
    invoice(house, "INV-999", "10.00", "Order number: PO-2024-999")
    assert ask(house) == [("delivery-not-billed", "DN-5512", "D-000002", "2024-05-02", None, None)]
    assert ask(house, on=date(2024, 5, 20)) == []
    invoice(house, "7001", "1000.00", "Your order: PO-2024-113")
    assert ask(house) == []


def test_an_order_without_a_contract_is_told_also_where_it_names_one_that_is_not_there(house):
    order(house, "PO-2024-113", "1000.00", "Deliver soon")
    order(house, "PO-2024-114", "700.00")
    assert ask(house) == [
        ("order-without-contract", "PO-2024-113", None, None, None, None),
        ("order-without-contract", "PO-2024-114", None, None, "FA-2021-07", None),
    ]
    assert [line["text"] for line in lines(house)] == [
        "D-000001 stands under no contract.",
        "D-000002 is under FA-2021-07, which is not in the archive.",
    ]
    contract(house)
    assert [row[1] for row in ask(house)] == ["PO-2024-113"]


def test_one_that_is_explained_leaves_the_list_and_stays_in_the_answer_with_its_reason(house):
    contract(house)
    order(house, "PO-2024-113", "1000.00")
    invoice(house, "7001", "1360.00", "Your order: PO-2024-113")
    before = house.clock()
    (line,) = lines(house)
    with pytest.raises(UsageError):
        explain(house, line["item"], " ")
    explain(house, line["item"])
    assert lines(house) == []
    assert ask(house)[0][5] == "It was agreed by mail."
    assert ask(house, as_of=before)[0][5] is None
    assert [event.kind for event in house.events()].count("attention-aside") == 1
    with house.database.write() as session:
        attention.bring_back(session, operator(session), line["item"], house.clock.step())
    assert [one["item"] for one in lines(house)] == [line["item"]]
    assert ask(house)[0][5] is None


def test_an_explanation_holds_for_the_figures_that_it_was_given_for(house):
    contract(house)
    order(house, "PO-2024-113", "1000.00")
    invoice(house, "7001", "1360.00", "Your order: PO-2024-113")
    explain(house, lines(house)[0]["item"])
    invoice(house, "7002", "9000.00", "Your order: PO-2024-113")
    (line,) = lines(house)
    assert "10360.00 SEK" in line["text"]
    assert [row[5] for row in ask(house)] == [None]


def test_what_is_hidden_is_as_if_it_were_not_there(house):
    contract(house, "Valid until: 2024-03-31", "Total: 10.00 SEK", collection="secret")
    order(house, "PO-2024-113", "1000.00")
    invoice(house, "7001", "1360.00", "Your order: PO-2024-113", collection="secret")
    general = house.viewer("general")
    assert [row[:2] for row in ask(house)] == [
        ("invoice-after-expiry", "7001"), ("invoices-over-order", "PO-2024-113"),
        ("orders-over-contract", "FA-2021-07"),
    ]  # fmt: skip
    assert ask(house, general) == [
        ("order-without-contract", "PO-2024-113", None, None, "FA-2021-07", None)
    ]
    assert [line["kind"] for line in lines(house, viewer=general)] == ["order-without-contract"]
    for line in lines(house):
        if line["kind"] != "invoices-over-order":  # that is about an order which one may read
            with pytest.raises(NotFound):
                explain(house, line["item"], viewer=general)
    with pytest.raises(NotFound):
        explain(house, "invoices-over-order:x", viewer=general)
    with pytest.raises(NotAllowed):
        explain(house, "order-without-contract:2", viewer=house.viewer("general", role="staff"))


def test_each_kind_is_listed_alone_and_counted(house):
    order(house, "PO-2024-113", "1000.00", "Deliver soon")
    assert len(lines(house, "order-without-contract")) == 1
    assert lines(house, "invoices-over-order") == []


def test_the_pages_show_it_and_take_the_explanation(rooms):
    for number, kind, total in ((1, "purchase-order", "500.00"), (2, "invoice", "560.00")):
        with rooms.archive.database.write() as session:
            current = session.get_one(Document, number).current_version_id
            row = session.get_one(Version, current)
            row.kind, row.total, row.currency = kind, total, "SEK"
    with rooms.client("cora") as client, rooms.client("sven") as reader:
        page = client.get("/attention?what=invoices-over-order").text
        assert "Invoices that exceed their order" in page
        assert "560.00 SEK were billed, and 500.00 SEK ordered." in page
        address = html.unescape(re.search(r'action="(/attention/invoices-over[^"]+)"', page)[1])
        answer = {"answer": "explain", "reason": "Freight was added."}
        assert reader.post(address, data=answer).status_code == 403
        assert client.post(address, data=answer).status_code == 303
        page = client.get("/attention").text
        assert "Invoices that exceed their order" not in page
        assert 'name="answer" value="back"' in page  # the button that undoes it
        rows = client.get("/questions/discrepancies").text
        assert "more billed than ordered" in rows and "Freight was added." in rows
        assert "Freight was added." in client.get("/api/v1/questions/discrepancies.csv").text
        client.post(address, data={"answer": "back"})
        assert "Invoices that exceed their order" in client.get("/attention").text
