"""Retention: what is due, disposals, tombstones."""

from __future__ import annotations

from tests.web_examples.story import INVOICE, NOW, ORDER
from web.views.common import Choice, Pager
from web.views.document import HistoryRow
from web.views.retention import (
    DisposalLineRow,
    DisposalPage,
    DisposalRow,
    DueRow,
    RetentionPage,
    StoneRow,
    TombstonePage,
)

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SHOWS = (
    Choice("due", "due", "/retention?show=due", True),
    Choice("disposals", "disposals", "/retention?show=disposals"),
    Choice("destroyed", "destroyed", "/retention?show=destroyed"),
)
AUTHORITY = "Bookkeeping Act, chapter 7, <section 2>"


def disposal_rows() -> tuple[DisposalRow, ...]:
    return (
        DisposalRow(
            "/retention/1", "disposed", "proposed", 12, "out of <b>date</b>", "Anna Berg", NOW, "",
            None, "", None, None,
        ),
        DisposalRow(
            "/retention/2", "erased", "approved", 1, "", "Anna Berg", NOW, "Eva Öst", NOW, "agreed",
            NOW, None,
        ),
        DisposalRow(
            "/retention/3", "disposed", "done", 7, "", "Anna Berg", NOW, "Eva Öst", NOW, "", NOW,
            NOW,
        ),
        DisposalRow(
            "/retention/4", "disposed", "called-off", 7, "", "Anna Berg", NOW, "Eva Öst", NOW,
            "still <needed>", None, None,
        ),
    )  # fmt: skip


def due_page() -> RetentionPage:
    rows = (
        DueRow(
            "D-000412", INVOICE, "Invoice <88213>", "2015-02-11", "accounts", AUTHORITY, "destroy",
            "2015-12-31", "2022-12-31", ("D-000413", "D-000414"),
        ),
        DueRow(
            "D-000977", ORDER, "Order", "2016-02-11", "orders", "", "review", "2016-02-11",
            "2023-02-11", (),
        ),
    )  # fmt: skip
    return RetentionPage(
        SHOWS, "due", 120, due=rows, may_propose=True,
        pager=Pager(1, 50, 120, next_href="/retention?page=2"),
    )  # fmt: skip


def disposals_page() -> RetentionPage:
    return RetentionPage(SHOWS, "disposals", 4, disposals=disposal_rows())


def stones_page() -> RetentionPage:
    rows = (
        StoneRow(
            "D-000012", "/documents/D-000012", "disposed", "invoice", "INV-<7>", "2015-02-11",
            "accounts", NOW, ("filing/invoices/<a>.pdf",),
        ),
        StoneRow("D-000013", "/documents/D-000013", "erased", "other", "", "", "", NOW, ()),
    )  # fmt: skip
    return RetentionPage(SHOWS, "destroyed", 2, stones=rows)


def disposal_page() -> DisposalPage:
    return DisposalPage(
        "/retention/1", disposal_rows()[0],
        tuple(
            DisposalLineRow(f"D-00001{n}", f"/documents/D-00001{n}", "accounts", AUTHORITY, outcome)
            for n, outcome in enumerate(("waiting", "destroyed", "kept", "changed"))
        ),
        4, 30, may_approve=True, may_call_off=True,
    )  # fmt: skip


def tombstone_page() -> TombstonePage:
    return TombstonePage(
        "D-000012", "general", "invoice", "INV-<7>", "2015-02-11", "disposed", "accounts",
        AUTHORITY, "out of <date>", "Anna Berg", NOW, "Eva Öst", NOW, NOW,
        ((1, SHA256, 5120), (2, SHA256, 7)), ("filing/invoices/<a>.pdf",),
        (HistoryRow(NOW, "Its <content> was destroyed.", "Eva Öst"),),
    )  # fmt: skip
