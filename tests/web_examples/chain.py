"""A contract with orders of every state, and an invoice without one."""

from __future__ import annotations

from dataclasses import replace

from tests.web_examples.story import CONTRACT, INVOICE, ORDER
from web.views.chain import ChainPage, OrderRow, Paper, Sums
from web.views.common import Amount, Choice, Pager, Source, Thing


def sums(ordered: str, billed: str, credited: str, balance: str, currency: str = "SEK") -> Sums:
    return Sums(*(Amount(value, currency) for value in (ordered, billed, credited, balance)))


def chain_page() -> ChainPage:
    quote = Source("/documents/D-000977?page=1&mark=1-4#mark", page=1, quote="our ref PO 2024-113")
    credit = Thing("credit-note", "88213-K", "/documents/D-000980")
    long = Thing("purchase-order", "PO-2024-" + "4" * 40, "/documents/D-000990")
    bill = Paper(INVOICE, "2024-06-30", Amount("41200.00", "SEK"), False, "bills", quote)
    back = Paper(credit, "2024-08-02", Amount("1200.00", "SEK"), True, "credits", quote)
    note = Thing("delivery-note", "DN-5512", "/documents/D-000985")
    agreed = (sums("40000.00", "41200.00", "1200.00", "40000.00"),)
    more = (sums("39000.00", "41200.00", "1200.00", "40000.00"),)
    states = ("agrees", "more", "less", "not-billed", "together", "unknown")
    return ChainPage(
        thing=CONTRACT,
        contracts=(CONTRACT,),
        orders=(
            OrderRow(
                ORDER, "agrees", "2024-02-11", Amount("40000.00", "SEK"), agreed, quote, (note,),
                (bill, back), "net",
            ),
            OrderRow(long, "more", None, Amount("39000.00", "SEK"), more, quote, (), (bill, back),
                     "written"),
            *(OrderRow(ORDER, state, "2024-02-12") for state in states[2:]),
        ),
        total=120,
        sums=(
            sums("79000.00", "82400.00", "2400.00", "80000.00"),
            replace(sums("63200.00", "65920.00", "1920.00", "64000.00"), is_net=True),
            sums("1.00", "0.00", "0.00", "0.00", ""),
        ),
        states=tuple(
            Choice(state, "", f"/documents/D-000031/chain?state={state}", state == "more", 20)
            for state in states
        ),
        without_order=(
            Paper(INVOICE, "2024-06-30", Amount("10.00", "EUR"), bills=("PO-2024-999",)),
            Paper(credit, None, None, True, "under", quote),
        ),
        json_href="/api/v1/documents/D-000031/chain",
        pager=Pager(1, 50, 120, next_href="/documents/D-000031/chain?page=2"),
    )  # fmt: skip
