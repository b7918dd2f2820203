"""Chains: a contract, its orders, what bills each; their sums, and what does not agree."""

from __future__ import annotations

import html
import re

import pytest

from api.pages.chain import _paper
from archive.chain_sums import Wish, chain_of
from archive.documents import find_document
from archive.errors import UsageError
from archive.models import Document, Version
from tests.register_house import RegisterHouse

CONTRACT = "FRAMEWORK AGREEMENT\nAgreement no: FA-2021-07\nDate: 2021-03-01\n"
PARTIES = "Seller: Norrgjuteri AB\nBuyer: Pumpbolaget AB\n"
WITH_TAX = "Subtotal: 1000.00\nVAT 25 %: 250.00\nTotal: 1250.00"
ORDERS = {"PO-2024-113": "1000.00", "PO-2024-114": "500.00", "PO-2024-115": "300.00"}


def order(number: str, total: str, currency: str = "SEK") -> str:
    return (
        f"PURCHASE ORDER\nOrder number: {number}\nDate: 2024-02-11\n{PARTIES}"
        f"Under framework agreement FA-2021-07\nTotal: {total} {currency}\n"
    )


def invoice(number: str, total: str, *lines: str, currency: str = "SEK") -> str:
    rest = "\n".join(lines)
    return (
        f"INVOICE\nInvoice number: {number}\nInvoice date: 2024-06-30\n{PARTIES}{rest}\n"
        f"Total: {total} {currency}\n"
    )


def credit(number: str, total: str, *lines: str) -> str:
    rest = "\n".join(lines)
    return (
        f"CREDIT NOTE\nCredit note no: {number}\nDate: 2024-07-30\n{PARTIES}{rest}\n"
        f"Total: {total} SEK\n"
    )


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    made.put("contract.txt", CONTRACT)
    for number, total in ORDERS.items():
        made.put(f"{number}.txt", order(number, total))
    made.put("7001.txt", invoice("7001", "1000.00", "Your order: PO-2024-113"))
    made.put("7002.txt", invoice("7002", "560.00", "Your order: PO-2024-114"), "secret")
    yield made
    made.close()


def chain(house, name="FA-2021-07", viewer=None, **more):
    viewer = viewer or house.viewer()
    with house.database.read() as session:
        return chain_of(session, viewer, find_document(session, viewer, name), Wish(**more))


def states(found):
    return {line["number"]: line["state"] for line in found["orders"]}


def sums(found):
    return {line["currency"]: line for line in found["sums"]}


def test_each_order_of_a_contract_is_told_with_what_bills_it_and_whether_they_agree(house):
    found = chain(house)
    assert [line["number"] for line in found["contracts"]] == ["FA-2021-07"]
    assert states(found) == {
        "PO-2024-113": "agrees", "PO-2024-114": "more", "PO-2024-115": "not-billed",
    }  # fmt: skip
    assert found["states"] == {"agrees": 1, "more": 1, "not-billed": 1}
    more = found["orders"][1]
    assert more["total"] == "500.00"
    assert more["sums"][0]["billed"] == "560.00"
    (bill,) = more["invoices"]
    assert (bill["number"], bill["because"]["quote"]) == ("7002", "PO-2024-114")
    assert sums(found)["SEK"] == {
        "currency": "SEK", "ordered": "1800.00", "billed": "1560.00", "credited": "0.00",
        "balance": "1560.00", "net": None,
    }  # fmt: skip


def test_a_hidden_invoice_changes_no_sum_and_no_state(house):
    found = chain(house, viewer=house.viewer("general"))
    assert states(found)["PO-2024-114"] == "not-billed"
    assert sums(found)["SEK"]["billed"] == "1000.00"
    assert "7002" not in str(found)


def test_an_invoice_that_names_the_contract_and_no_order_is_named(house):
    bill = invoice("7003", "70.00", "Under contract FA-2021-07", "Your order: PO-2024-999")
    house.put("7003.txt", bill)
    found = chain(house)
    (alone,) = found["without_order"]
    assert (alone["number"], alone["bills"]) == ("7003", ["PO-2024-999"])
    assert sums(found)["SEK"]["billed"] == "1630.00"
    house.put("late.txt", order("PO-2024-999", "70.00"))
    assert chain(house)["without_order"] == []
    assert states(chain(house))["PO-2024-999"] == "agrees"


def test_credits_are_taken_off_and_an_order_agrees_before_or_after_them(house):
    house.put("c1.txt", credit("9001", "60.00", "This credits invoice 7002"))
    house.put("c2.txt", credit("9002", "100.00", "This credits invoice 7001"))
    found = chain(house)
    assert states(found)["PO-2024-114"] == "agrees"  # 560 less 60
    assert states(found)["PO-2024-113"] == "agrees"  # billed as ordered, credited afterwards
    assert (sums(found)["SEK"]["credited"], sums(found)["SEK"]["balance"]) == ("160.00", "1400.00")
    assert [line["number"] for line in found["orders"][0]["credits"]] == ["9002"]


def test_an_invoice_may_name_the_order_by_its_confirmation(house):
    confirmation = (
        "ORDER CONFIRMATION\nOrder confirmation no: SO-8123\nDate: 2024-02-14\n"
        f"{PARTIES}Your order: PO-2024-115\nTotal: 300.00 SEK\n"
    )
    house.put("so.txt", confirmation)
    house.put("7004.txt", invoice("7004", "300.00", "Sales order no: SO-8123"))
    found = chain(house)
    assert states(found)["PO-2024-115"] == "agrees"
    assert [line["number"] for line in found["orders"][2]["papers"]] == ["SO-8123"]


def test_orders_that_are_billed_together_or_in_another_currency_are_not_compared(house):
    both = invoice("7005", "800.00", "Your order: PO-2024-115", "and your order: PO-2024-116")
    house.put("116.txt", order("PO-2024-116", "500.00"))
    house.put("7005.txt", both)
    house.put("117.txt", order("PO-2024-117", "50.00", "EUR"))
    house.put("7006.txt", invoice("7006", "560.00", "Your order: PO-2024-117"))
    found = states(chain(house))
    assert (found["PO-2024-115"], found["PO-2024-116"]) == ("together", "together")
    assert found["PO-2024-117"] == "unknown"
    assert sums(chain(house))["EUR"]["ordered"] == "50.00"
    assert sums(chain(house))["SEK"]["billed"] == "2920.00"  # each invoice once


@pytest.mark.parametrize(
    ("ordered", "billed", "state", "by"),
    [
        ("Total: 1000.00", WITH_TAX, "agrees", "net"),
        (
            "Total: 1250.00",
            WITH_TAX,
            "agrees",
            "gross",
        ),
        ("Total: 900.00", WITH_TAX, "more", "net"),
        ("Total: 1300.00", WITH_TAX, "less", "gross"),
        ("Total: 1100.00", WITH_TAX, "unknown", None),
        ("Total excl. VAT: 1000.00", "Total excl. VAT: 1000.00\nTotal: 1250.00", "agrees", "net"),
        ("Total excl. VAT: 900.00", "Total excl. VAT: 1000.00\nTotal: 1250.00", "more", "net"),
        ("Total excl. VAT: 1000.00", "Total: 1250.00", "unknown", None),
        ("Total: 1000.00", "Total: 1250.00", "more", "written"),
        (
            "All prices exclude VAT.\nTotal: 1000.00",
            "Delsumma 1 000,00\nMoms 25 % 250,00\nSumma 1 250,00",
            "agrees",
            "net",
        ),
    ],
)
def test_totals_are_compared_like_with_like_as_far_as_the_papers_say(
    house, ordered, billed, state, by
):
    paper = order("PO-2024-118", "").replace("Total:  SEK", f"Currency: SEK\n{ordered}")
    house.put("118.txt", paper)
    bill = invoice("7118", "", "Your order: PO-2024-118")
    house.put("7118.txt", bill.replace("Total:  SEK", f"Currency: SEK\n{billed}"))
    (line,) = (one for one in chain(house)["orders"] if one["number"] == "PO-2024-118")
    assert (line["state"], line["compared"]) == (state, by)


def test_sums_are_told_without_tax_too_where_every_paper_says_it(house):
    house.put("118.txt", order("PO-2024-118", "0").replace("Total: 0", "Total excl. VAT: 1000.00"))
    bill = invoice("7118", "1250.00", "Your order: PO-2024-118", "Total excl. VAT: 1000.00 SEK")
    house.put("7118.txt", bill)
    (line,) = (one for one in chain(house)["orders"] if one["number"] == "PO-2024-118")
    assert (line["state"], line["compared"]) == ("agrees", "net")
    assert line["sums"][0]["net"] == {
        "ordered": "1000.00", "billed": "1000.00", "credited": "0.00", "balance": "1000.00",
    }  # fmt: skip


def test_a_chain_is_asked_for_at_any_of_its_papers(house):
    assert states(chain(house, "7001")) == {"PO-2024-113": "agrees"}
    assert states(chain(house, "PO-2024-114")) == {"PO-2024-114": "more"}
    assert [one["number"] for one in chain(house, "7001")["contracts"]] == ["FA-2021-07"]
    house.put("alone.txt", invoice("7009", "5.00", "Your order: PO-2024-998"))
    alone = chain(house, "7009")
    assert (alone["orders"], alone["without_order"][0]["bills"]) == ([], ["PO-2024-998"])


def test_orders_are_given_in_parts_and_by_state(house):
    second = chain(house, limit=1, offset=1)
    assert (list(states(second)), second["total"]) == (["PO-2024-114"], 3)
    more = chain(house, state="more")
    assert (list(states(more)), more["total"]) == (["PO-2024-114"], 1)
    assert more["states"] == chain(house)["states"]
    with pytest.raises(UsageError):
        chain(house, state="green")


def test_the_page_shows_both_figures_and_opens_each_quote(rooms):
    archive = rooms.archive
    with rooms.client("cora") as client:
        page = client.get("/documents/D-000001/chain").text
        assert "No order that you can see" in page  # a document of no kind
        assert client.get("/documents/D-000003/chain").status_code == 404
        assert client.get("/api/v1/documents/D-000003/chain").status_code == 404
    for document, kind, total in ((1, "purchase-order", "500.00"), (2, "invoice", "560.00")):
        with archive.database.write() as session:
            row = session.get_one(Version, session.get_one(Document, document).current_version_id)
            row.kind, row.total, row.currency = kind, total, "SEK"
    with rooms.client("cora") as client:
        page = client.get("/documents/D-000001/chain").text
        assert "more is billed than ordered" in page
        assert "560.00 SEK</span> billed" in page
        (place,) = re.findall(r'class="source" href="([^"]+)"', page.split('class="chain"')[1])
        assert '<mark class="evidence" id="mark">' in client.get(html.unescape(place)).text
        assert "/documents/D-000001/chain" in client.get("/documents/D-000001").text
        told = client.get("/api/v1/documents/D-000002/chain").json()
        assert [line["state"] for line in told["orders"]] == ["more"]
        assert client.get("/documents/D-000001/chain?state=green").status_code == 400


@pytest.mark.parametrize("total", ["60.00", "-60.00"])
def test_a_credit_has_one_minus_on_the_page_however_its_note_writes_it(total):
    line = {
        "document": "D-000001", "version": 1, "kind": "credit-note", "number": "9001",
        "title": None, "date": None, "currency": "SEK", "total": total, "because": None,
    }  # fmt: skip
    paper = _paper(line)
    assert paper.is_credit and paper.total is not None
    assert paper.total.value == "60.00"
