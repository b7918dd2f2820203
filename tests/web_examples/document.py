"""An invoice with marks, references of every status, several versions."""

from __future__ import annotations

from datetime import timedelta

from archive.vocabulary import PAPER_FORMS
from tests.web_examples.concerns import concerns_card
from tests.web_examples.story import CONTRACT, NOW, ORDER, PARTY, RELATIONS
from web.views.common import Amount, Source, Thing
from web.views.document import (
    Box,
    Candidate,
    DocumentPage,
    FactRow,
    Head,
    HistoryRow,
    Leaf,
    Mark,
    OldValue,
    PaperCard,
    ReferenceRow,
    SendingRow,
    SentCard,
    SightingRow,
    Tab,
    VersionDay,
    VersionRow,
)

TEXT = (
    "Norrgjuteri AB\nFakturanr 88213\nFakturadatum 2024-06-30\n\nVår ref: A. Lind\n"
    "Er ref: our ref PO 2024-113, delivered week 27, delay agreed with A. Berg\n"
    "Avtal RA-2021-07, följesedel DN-5512\n\n400 st pumphus            103,00      41 200,00 SEK\n"
)


def _mark(text: str, what: str, **more: str) -> Mark:
    start = TEXT.index(text)
    line = TEXT[:start].count("\n")
    left = 0.1 + 0.008 * (start - TEXT.rfind("\n", 0, start) - 1)
    box = Box(left, 0.08 + line * 0.04, left + 0.008 * len(text), 0.105 + line * 0.04)
    return Mark(start, start + len(text), what, (box,), **more)


def document_page() -> DocumentPage:
    source = Source("/documents/D-000977?page=1&mark=16-31#mark", "text", 1, "Fakturanr 88213")
    return DocumentPage(
        head=Head(
            document="D-000977",
            kind="invoice",
            title="Invoice",
            number="88213",
            issuer=PARTY,
            date="2024-06-30",
            total=Amount("41200.00", "SEK"),
            collection="general",
            original_href="/documents/D-000977/original",
            original_name="88213.pdf",
            media_type="application/pdf",
            size_bytes=48213,
            sha256="d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
            versions=3,
            version=2,
            is_current=False,
            current_href="/documents/D-000977",
            is_held=True,
        ),
        leaf=Leaf(
            number=1,
            count=3,
            text=TEXT,
            marks=(
                _mark("delay", "hit"),
                _mark(
                    "PO 2024-113",
                    "reference",
                    type="purchase-order",
                    href="/documents/D-000412",
                    label="bills PO-2024-113",
                ),
                _mark("PO 2024", "hit"),
                _mark(
                    "RA-2021-07",
                    "reference",
                    type="contract",
                    href="/documents/D-000031",
                    label="under RA-2021-07",
                ),
                _mark(
                    "DN-5512",
                    "reference",
                    type="delivery-note",
                    href="#reference-3",
                    label="cites DN-5512",
                ),
                _mark("Fakturanr 88213", "evidence"),
            ),
            picture_href="/page.png",
            width=595.0,
            height=842.0,
            next_href="/documents/D-000977?page=2",
        ),
        tabs=(
            Tab(1, "?page=1", hits=3, mentions=3),
            Tab(2, "?page=2", label="Villkor"),
            Tab(9, "?page=9", mentions=1),
        ),
        view="picture",
        other_view_href="/documents/D-000977?view=text",
        facts=(
            FactRow("kind", "invoice", Source("", "text", where="name"), is_doubtful=True),
            FactRow(
                "number",
                "88213",
                source,
                older=(OldValue("88218", NOW - timedelta(days=3), NOW, "ocr 4"),),
            ),
            FactRow("date", "2024-06-30", Source("/documents/D-000977?page=1", "text", 1)),
            FactRow(
                "total",
                "41200.00",
                Source("", "data", where="BT-112"),
                amount=Amount("41200.00", "SEK"),
            ),
            FactRow(
                "party",
                "Norrgjuteri AB",
                Source("", "person", by="Anna Berg"),
                thing=PARTY,
                role="seller",
            ),
            FactRow("language", "sv"),
        ),
        references_out=(
            ReferenceRow(
                "1",
                "bills",
                "PO-2024-113",
                "resolved",
                "purchase-order",
                ORDER,
                "2024-02-11",
                "400 pump housings",
                Source("/x?page=1", "text", 1, "our ref PO 2024-113"),
                mentions=2,
                may_rule=True,
            ),
            ReferenceRow(
                "2",
                "under",
                "RA-2021-07",
                "resolved",
                "contract",
                CONTRACT,
                "2021-03-01",
                source=Source("/x?page=2", "text", 2),
                is_suspect=True,
                ruled_by="Anna Berg",
                ruled_at=NOW,
                reason="as agreed on the phone",
                change_href="/documents/D-000031/difference?from=1&to=2",
                is_confirmed=True,
                may_rule=True,
            ),
            ReferenceRow(
                "3",
                "cites",
                "DN-5512",
                "waiting",
                "delivery-note",
                source=Source("/x?page=1", "text", 1, "följesedel DN-5512"),
                may_rule=True,
                others=(Thing("delivery-note", "DN-5512", "/documents/D-001002"),),
            ),
            ReferenceRow(
                "7",
                "cites",
                "SPEC-310",
                "resolved",
                "specification",
                Thing("specification", "SPEC-310", "/documents/D-000310?version=1"),
                source=Source("/x?page=1", "text", 1, "SPEC-310 rev A"),
                revision="A",
                is_old=True,
                current_href="/documents/D-000310",
            ),
            ReferenceRow(
                "4",
                "cites",
                "1042",
                "ambiguous",
                "sales-order",
                source=Source("/x?page=1", "text", 1),
                candidates=(
                    Candidate(
                        "D-000100",
                        Thing("order-response", "1042", "/documents/D-000100"),
                        "2024-02-20",
                        "B",
                        "purchasing/orders/1042 rev B.pdf",
                        ("Norrgjuteri AB", "Pumpverket i Norr AB"),
                        ("same party", "two weeks before"),
                    ),
                    Candidate(
                        "D-000200", Thing("quotation", "1042", "/documents/D-000200"), "2022-01-01"
                    ),
                ),
                may_rule=True,
            ),
            ReferenceRow(
                "5",
                "cites",
                "SPEC-104",
                "rejected",
                "specification",
                Thing("specification", "SPEC-104", "/documents/D-7"),
                ruled_by="Bo Ek",
                may_rule=True,
            ),
        ),
        references_in=(
            ReferenceRow(
                "6",
                "credits",
                "88213",
                "resolved",
                "invoice",
                Thing("credit-note", "88213-K", "/documents/D-001000"),
                "2024-08-02",
            ),
        ),
        versions=(
            VersionDay(
                "2024-07-03",
                (
                    VersionRow(
                        3, "?version=3", NOW, is_current=True, difference_href="?difference=3"
                    ),
                ),
            ),
            VersionDay(
                "2024-07-01",
                (
                    VersionRow(
                        2,
                        "?version=2",
                        NOW,
                        revision="B",
                        is_shown=True,
                        difference_href="?difference=2",
                    ),
                    VersionRow(1, "?version=1", NOW, revision="A"),
                ),
            ),
        ),
        sightings=(
            SightingRow("filing/invoices/2024/88213.pdf", NOW - timedelta(days=800)),
            SightingRow(
                "filing/in/message.eml!/88213.pdf",
                NOW - timedelta(days=801),
                NOW,
                1,
                Thing("message", "D-000971", "/documents/D-000971"),
            ),
        ),
        history=(
            HistoryRow(NOW, "Set right: number.", "Anna Berg", ("number",)),
            HistoryRow(NOW - timedelta(days=800), "Version 1 was filed."),
        ),
        trail_href="/trail?seed=D-000977",
        parent=Thing("message", "D-000971", "/documents/D-000971"),
        children=(
            Thing("other", "D-000978", "/documents/D-000978"),
            Thing("drawing", "DRW-1", "/documents/D-000979"),
        ),
        paper=PaperCard(
            "Room 2, shelf 12, binder 4",
            "signed",
            "Eva Berg",
            "2026-01-15",
            is_overdue=True,
            older=(OldValue("Room 1", NOW, NOW, "Bo Ek"),),
        ),
        paper_forms=PAPER_FORMS,
        concerns=concerns_card(),
        sent=SentCard(
            (
                SendingRow(
                    7,
                    1,
                    "/documents/D-000977?version=1",
                    "Norrgjuteri AB",
                    "mail",
                    "2024-07-02",
                    "with the drawing",
                    "Eva Berg",
                    "2024-07-03",
                    True,
                ),
                SendingRow(
                    8,
                    2,
                    "/documents/D-000977?version=2",
                    "A company with a long name " * 4,
                    "portal",
                    "2024-08-02",
                    "",
                    "Eva Berg",
                    "",
                    False,
                ),
            ),
            ("mail", "post", "hand", "portal", "other"),
            (2, 1),
        ),
        missing_facts=("due_date", "revision"),
        relations=RELATIONS,
        next_mark_href="/documents/D-000977?page=9&mark=1-2",
        previous_mark_href="/documents/D-000977?page=1&mark=3-4",
        back_href="/?q=PO-2024-113+delay",
        as_of="2026-01-01",
        may_edit=True,
    )
