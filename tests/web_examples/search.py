"""Search: found, nothing found, nothing there yet."""

from __future__ import annotations

from tests.web_examples.story import ORDER, RELATIONS, hits
from web.views.common import Choice, Pager, Thing
from web.views.search import (
    Bulk,
    Facet,
    FirstRun,
    MatterChoice,
    Note,
    Piece,
    RootSeen,
    SearchPage,
    Suggestion,
    YearBar,
)


def search_page() -> SearchPage:
    return SearchPage(
        query="PO-2024-113 delay (kind:invoise",
        hits=hits(),
        total=3,
        total_any=31,
        some_from=3,
        pieces=(
            Piece(
                "identifier",
                "PO-2024-113",
                "/?q=delay",
                scheme="purchase-order",
                bearers=1,
                citers=9,
                thing=ORDER,
            ),
            Piece(
                "word",
                "delay",
                "/?q=PO-2024-113",
                also=("delays", "dröjsmål", "försening"),
                also_count=5,
            ),
            Piece("field", "2023..2024", "/?q=x", field="date"),
            Piece("phrase", "pump housing", "/?q=y"),
            Piece("without", "draft", "/?q=z"),
        ),
        notes=(Note("There is no kind “invoise”; it was left out.", 19, 31),),
        facets=(
            Facet(
                "kind",
                (
                    Choice("invoice", "", "/?kind=invoice", True, 6),
                    Choice("purchase-order", "", "/?k", False, 1),
                    Choice("delivery-note", "", "/?d", False, 2),
                ),
            ),
            Facet(
                "party",
                (
                    Choice("4", "Norrgjuteri AB", "/?party=4", False, 12),
                    Choice("5", "Pumpverket i Norr AB med ett långt namn", "/?party=5", False, 3),
                ),
                more=7,
            ),
            Facet("product", (Choice("2", "PX-200", "/?product=2", False, 4),)),
            Facet(
                "collection",
                (
                    Choice("general", "general", "/?c=g", False, 9),
                    Choice("finance", "finance", "/?c=f", False, 1),
                ),
            ),
            Facet(
                "language",
                (Choice("sv", "", "/?l=sv", False, 7), Choice("en", "", "/?l=en", False, 3)),
            ),
        ),
        years=tuple(
            YearBar(2019 + n, count, f"/?year={2019 + n}", n == 5)
            for n, count in enumerate((1, 3, 0, 2, 7, 8, 2))
        ),
        keep=(("q", "PO-2024-113 delay"),),
        filters=(Choice("invoice", "invoice", "/?q=PO-2024-113+delay"),),
        sorts=(
            Choice("best", "", "/?sort=best", True),
            Choice("newest", "", "/?sort=newest"),
            Choice("oldest", "", "/?sort=oldest"),
        ),
        pager=Pager(1, 50, 1234, "", "/?page=2"),
        took_ms=4.2,
        bulk=Bulk(
            RELATIONS,
            is_in_a_matter=True,
            marked=frozenset({"D-000977"}),
            target="PX-20",
            error="There is no product PX-20.",
        ),
    )


def nothing_found() -> SearchPage:
    return SearchPage(
        query="fakturra",
        hits=(),
        total=0,
        total_any=0,
        suggestions=(
            Suggestion("spelling", "faktura", "/?q=faktura", 128),
            Suggestion("fewer", "fakturra without kind:invoice", "/?q=fakturra"),
            Suggestion("language", "invoice", "/?q=invoice", 12),
            Suggestion("versions", "fakturra versions:all", "/?q=fakturra+versions:all", 1),
        ),
    )


def first_run() -> SearchPage:
    roots = (
        RootSeen("filing", "/srv/filing", 2104, 1200, 3),
        RootSeen(
            "legal",
            "/mnt/legal",
            0,
            0,
            0,
            "The folder is not there; it is looked for again every minute.",
        ),
    )
    return SearchPage("", (), 0, 0, first_run=FirstRun(roots, may_upload=True))


def matter_choice() -> MatterChoice:
    return MatterChoice(
        documents=(
            Thing("invoice", "88213", "/documents/D-000977", "Invoice"),
            Thing("purchase-order", "PO-2024-113", "/documents/D-000412", "Purchase order"),
        ),
        numbers=("D-000977", "D-000412"),
        matters=(Choice("4711", "Late pumps T 1234-24"), Choice("4712", "Return of seals")),
        back="/?q=PO-2024-113",
    )
