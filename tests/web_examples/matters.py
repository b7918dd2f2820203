"""Matters: a list, one with everything in it, and its history."""

from __future__ import annotations

from tests.web_examples.story import INVOICE, NOW, ORDER
from web.drawing import Point, draw
from web.views.common import Choice, Field, Pager
from web.views.custody import AskedRow, CustodianNoticeRow, CustodianRow, CustodyPage
from web.views.legal import (
    FoundRow,
    HitReportPage,
    TermRow,
    WordListRow,
    WordListsPage,
)
from web.views.matters import (
    ChronologyPage,
    ChronologyRow,
    GatheringRow,
    HoldRow,
    Mark,
    MatterEntry,
    MatterEventRow,
    MatterHistoryPage,
    MatterMember,
    MatterPage,
    MatterRow,
    MattersPage,
)
from web.views.trail import Because


def matters_page() -> MattersPage:
    return MattersPage(
        (
            MatterRow("/matters/4711", "Late <b>pumps</b>", "T 12-24", "open", "2024-09-01", None),
            MatterRow("/matters/4712", "Returns", "", "closed", "2023-01-10", "2024-01-31"),
        ),
        120,
        (Choice("", "all", "/matters", True), Choice("open", "", "/matters?state=open")),
        may_open=True,
        pager=Pager(1, 50, 120, next_href="/matters?page=2"),
    )


def matter_page() -> MatterPage:
    said = Mark("yes", "advice of <counsel>", "Lena Lag")
    return MatterPage(
        "/matters/4711", "Late <b>pumps</b>", "T 12-24", ("Norrgjuteri AB", "Us"), "open",
        "2024-09-01", None, 3, True, True,
        (MatterMember(1, "Lena Lag", True), MatterMember(2, "Sven", False)),
        (Choice("", "all", "/matters/4711", True),
         *(Choice(one, one, f"/matters/4711?show={one}") for one in
           ("undecided", "included", "excluded", "privileged", "confidential", "redacted", "new",
            "lost"))),
        (
            MatterEntry(
                ORDER, "D-000412", "Purchase order", "2024-02-11", "2024-02-12", False,
                (("seed", "PO-2024-113"), ("search", "late <pumps>"), ("by", "Lena Lag")), (),
                Mark("included", "the promise", "Lena Lag"), said, said,
                Mark("D-000413", "advice of counsel", "Sven"),
                Mark("look <here>", "", "Sven"), "1",
            ),
            MatterEntry(
                INVOICE, "D-000977", "Invoice", None, "2024-07-01", True, (),
                (Because(ORDER, "bills", True, "our ref PO-2024-113", 1, "/documents/D-000977"),),
                Mark("excluded", "another delivery", "Sven"),
            ),
        ),
        120,
        (Field("depth", "3", "number"), Field("since", "", "date"), Field("kinds", "")),
        (
            GatheringRow(
                2, NOW, "Lena Lag", (("seeds", "PO-2024-113; <x>"), ("depth", "3")), 1,
                (("D-000001", "kind"),), 7, ("D-000002",), ("DN-1",), ("ghost",),
            ),
        ),
        (
            HoldRow(7, "Keep", "the court", (("seeds", "PO-2024-113"),), 12, NOW, "Lena Lag",
                    None, "", _custodians(), ("karin", "olle"), "All about <pumps>"),
            HoldRow(8, "Kept", "the court", (), 1, NOW, "", NOW, "settled"),
        ),
        Pager(1, 50, 120, next_href="/matters/4711?page=2"),
    )  # fmt: skip


def _custodians() -> tuple[CustodianRow, ...]:
    href = "/api/v1/holds/7/notices/12/message"
    return (
        CustodianRow(
            5, "Eva <Öst>", "eva@example.com", "reminded", NOW, "Lena Lag", "All\nof it", None, "",
            True, True,
            (CustodianNoticeRow(11, "keep", NOW, "", "", href),
             CustodianNoticeRow(12, "remind", None, "", "450 <later>", href)),
        ),
        CustodianRow(
            6, "sven", "", "acknowledged", NOW, "", "All of it", "2024-09-03", "Lena Lag", False,
            True, (CustodianNoticeRow(13, "keep", NOW, "Lena Lag", "", href),),
        ),
    )  # fmt: skip


def custody_page() -> CustodyPage:
    return CustodyPage(
        (
            AskedRow(5, "All about <pumps>\nof 2024", "Lena Lag", "2024-09-01", None, False),
            AskedRow(6, "The tender", "", "2024-01-01", "2024-01-02", True),
        )
    )


def matter_history_page() -> MatterHistoryPage:
    return MatterHistoryPage(
        "/matters/4711", "Late <b>pumps</b>",
        (
            MatterEventRow(12, "2024-09-01 10:00", "matter-decision", "Lena Lag", ("D-000412",)),
            MatterEventRow(11, "2024-09-01 09:00", "hold-refused", "system", ()),
        ),
        2,
    )  # fmt: skip


def chronology_page() -> ChronologyPage:
    return ChronologyPage(
        "/matters/4711", "Late <b>pumps</b>", "/api/v1/matters/4711/chronology",
        (
            ChronologyRow("2024-02-11", "2024-02-12", "document", "D-000412", "PO-2024-113",
                          "Purchase <order>", ""),
            ChronologyRow(None, None, "waiting", "D-000412", "RA-2021-07", "", "cites"),
            ChronologyRow("2024-03-01", None, "no-document", None, None, "", "2024-05"),
        ),
        120,
        draw([Point("2024-02-11", "purchase-order", "PO-2024-113"),
              Point("2024-06-30", "invoice", "88213")]),
        Pager(1, 50, 120, next_href="/matters/4711/chronology?page=2"),
    )  # fmt: skip


def word_lists_page() -> WordListsPage:
    return WordListsPage(
        "/matters/4711", "Late <b>pumps</b>",
        (WordListRow("/matters/4711/word-lists/1", "Delay & <co>", 3, 2, NOW, "Lena Lag"),),
        True, ("anna", "bo"), (Field("since", "", "date"), Field("until", "", "date")),
    )  # fmt: skip


def word_list_page() -> HitReportPage:
    path = "/matters/4711/word-lists/1"
    return HitReportPage(
        path, f"/api/v1{path}", "/matters/4711", "Late <b>pumps</b>", "Delay & <co>",
        (("custodians", "anna"), ("since", "2024-01-01")), 2, NOW, "Lena Lag",
        ((1, f"{path}?run=1"), (2, f"{path}?run=2")), (1200, 3, 4),
        (
            TermRow(1, '"late <delivery>"~5', 12, 9, 14, 3, 1, ("* stands for nothing",)),
            TermRow(2, "e*", None, None, None, None, None, ("It finds more.",)),
        ),
        TermRow(0, "", 12, 9, 14, None, 1, ()), 13, 2, (("no-date", 1), ("custodian", 4)), False,
        True,
        (
            FoundRow("D-000412", True, False, "email", "Late <pumps>", None, "2024-02-11", (), (),
                     (), False),
            FoundRow("D-000413", False, True, "invoice", "Invoice", "88213", None, (1, 2),
                     ('"late <delivery>"~5',), ("D-000977",), True),
        ),
        Pager(1, 50, 120, next_href=f"{path}?run=2&page=2"),
    )  # fmt: skip
