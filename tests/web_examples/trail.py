"""A trail with gaps."""

from __future__ import annotations

from tests.web_examples.registers import drawing
from tests.web_examples.story import CONTRACT, INVOICE, ORDER
from web.views.common import Amount, Field, Thing
from web.views.trail import Because, Entry, Gap, TrailPage


def trail_page() -> TrailPage:
    return TrailPage(
        seeds=(ORDER,),
        lines=(
            Entry(
                CONTRACT,
                "2021-03-01",
                "contract",
                "Framework contract",
                "D-000031",
                1,
                ("Norrgjuteri AB", "Pumpverket i Norr AB"),
                None,
                "2021-03-02",
                1,
                (
                    Because(
                        ORDER,
                        "under",
                        is_inbound=True,
                        quote="enligt ramavtal RA-2021-07",
                        page=1,
                        href="/documents/D-000412?page=1",
                    ),
                ),
            ),
            Entry(
                ORDER,
                "2024-02-11",
                "purchase-order",
                "400 pump housings",
                "D-000412",
                2,
                ("Pumpverket i Norr AB", "Norrgjuteri AB"),
                Amount("41200.00", "SEK"),
                "2024-02-12",
                0,
                original_href="/documents/D-000412/original",
            ),
            Gap("DN-5512", "delivery-note", "2024-06-30", (INVOICE,)),
            Gap("1042", "sales-order", "2024-06-30", (INVOICE, ORDER), status="ambiguous"),
            Entry(
                INVOICE,
                "2024-06-30",
                "invoice",
                "Invoice",
                "D-000977",
                1,
                ("Norrgjuteri AB",),
                Amount("41200.00", "SEK"),
                "2024-07-01",
                1,
                (
                    Because(
                        ORDER,
                        "bills",
                        quote="our ref PO 2024-113",
                        page=1,
                        href="/documents/D-000977?page=1",
                    ),
                    Because(CONTRACT, "under"),
                ),
                True,
            ),
            Entry(
                Thing("other", "D-001200", "/documents/D-001200"),
                None,
                None,
                "scan_2024-07-01.pdf",
                "D-001200",
                1,
                depth=2,
                because=(Because(INVOICE, "attached-to"),),
            ),
        ),
        documents=4,
        gaps=2,
        options=(
            Field("seed", "PO-2024-113"),
            Field("depth", "2", "number"),
            Field("since", "", "date"),
            Field("until", "", "date"),
            Field("as_of", "", "date"),
            Field("on", "", "date"),
        ),
        is_truncated=True,
        csv_href="/trail.csv?seed=PO-2024-113",
        json_href="/trail.json?seed=PO-2024-113",
        package_href="/trail.zip?seed=PO-2024-113",
        drawing=drawing(),
        unknown_seeds=("PO-99",),
    )
