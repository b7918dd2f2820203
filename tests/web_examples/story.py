"""The story that all examples tell: a maker of pumps, an order, a late delivery."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from web.views.common import Amount, Frame, HitRow, Notice, Quote, Thing, Viewer, Why

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


ORDER = Thing("purchase-order", "PO-2024-113", "/documents/D-000412", "400 pump housings")


INVOICE = Thing("invoice", "88213", "/documents/D-000977", "Invoice")


CONTRACT = Thing("contract", "RA-2021-07", "/documents/D-000031", "Framework contract")


PARTY = Thing("party", "Norrgjuteri AB", "/parties/4", is_register=True)


PRODUCT = Thing("product", "PX-200", "/products/2", "Circulation pump", is_register=True)


RELATIONS = ("cites", "bills", "under", "changes", "concerns")


def frame(language: str = "en", theme: str = "light") -> Frame:
    return Frame(
        language=language,
        here="/?q=PO-2024-113+delay",
        now=NOW,
        theme=theme,
        viewer=Viewer(
            "Anna Berg", "coordinator", may_file=True, may_upload=True, may_administer=True
        ),
        attention=12,
        query="PO-2024-113 delay",
        notice=Notice("2 documents were linked to PX-200.", "/undo", (("event", "77"),)),
    )


def hits() -> tuple[HitRow, ...]:
    order = HitRow(
        document="D-000412",
        href="/documents/D-000412?q=delay&page=2",
        original_href="/documents/D-000412/original",
        kind="purchase-order",
        number="PO-2024-113",
        title="Purchase order, 400 pump housings",
        date="2024-02-11",
        parties=("Pumpverket i Norr AB", "Norrgjuteri AB"),
        version=2,
        versions=2,
        page=2,
        snippet=Quote(
            "delivery no later than week 22. In case of delay, a penalty of 0.5 % for each week",
            ((43, 48),),
        ),
        why=Why("bears", "PO-2024-113"),
    )
    invoice = replace(
        order,
        document="D-000977",
        href="/documents/D-000977?q=delay&page=1",
        kind="invoice",
        number="88213",
        title="Invoice",
        date="2024-06-30",
        parties=("Norrgjuteri AB", "Pumpverket i Norr AB"),
        total=Amount("41200.00", "SEK"),
        version=1,
        versions=1,
        page=1,
        snippet=Quote(
            "our ref PO 2024-113, delivered week 27, delay agreed with <A. Berg>",
            ((8, 19), (40, 45)),
        ),
        why=Why("bills", "PO-2024-113"),
        collection="finance",
    )
    scan = replace(
        order,
        document="D-001200",
        kind=None,
        number="",
        title="scan_2024-07-01_from_the_copier_on_the_third_floor_in_building_B_page_1-3.pdf",
        date=None,
        parties=(),
        version=1,
        versions=1,
        page=None,
        snippet=None,
        why=None,
        status="unreadable",
        reason_code="encrypted",
    )
    mail = replace(
        invoice,
        document="D-001022",
        kind="message",
        number="",
        title="Re: Försening av pumphus, order PO 2024-113",
        date="2024-05-27",
        total=None,
        snippet=Quote(
            "leveransen är försenad till vecka 27, vi beklagar dröjsmålet med PO-2024-113",
            ((50, 60), (65, 76)),
        ),
        why=Why("concerns", "PO-2024-113"),
        collection="",
    )
    return (
        order,
        invoice,
        mail,
        scan,
        replace(
            invoice, number="INV-2024-000000000000000000000077", total=Amount("1234567.50", "EUR")
        ),
    )
