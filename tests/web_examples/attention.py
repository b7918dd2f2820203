"""Every sort of question that waits for a person."""

from __future__ import annotations

from datetime import timedelta

from tests.web_examples.document import document_page
from tests.web_examples.story import CONTRACT, INVOICE, NOW, ORDER
from web.views.attention import AttentionPage, Group, Item, Reason
from web.views.common import Choice, Pager, Quote, Thing


def attention_page() -> AttentionPage:
    since = NOW - timedelta(days=9)
    scan = Thing("other", "D-001200", "/documents/D-001200")
    candidates = document_page().references_out[3].candidates
    quote = Quote("Er order 1042 av den 20 februari", ((9, 13),))
    return AttentionPage(
        groups=(
            Group(
                "unreadable",
                3,
                reasons=(
                    Reason(
                        "encrypted",
                        2,
                        (
                            Item(
                                "1",
                                scan,
                                since,
                                ("password", "retry", "explain", "aside"),
                                title="scan_from_the_copier_2024-07-01.pdf",
                                owners=("Anna Berg",),
                            ),
                        ),
                        "File a copy that needs no password.",
                        "1",
                        ("retry", "explain", "aside"),
                        "/attention?what=unreadable&reason=encrypted",
                    ),
                    Reason("reader-failed", 1, (), all_href="/attention?reason=reader-failed"),
                ),
            ),
            Group(
                "ambiguous",
                1,
                (
                    Item(
                        "2",
                        INVOICE,
                        NOW - timedelta(minutes=1),
                        ("choose", "none", "aside"),
                        title="Invoice",
                        identifier="1042",
                        relation="cites",
                        quote=quote,
                        quote_href="/documents/D-000977?page=1",
                        candidates=candidates,
                    ),
                ),
            ),
            Group(
                "waiting",
                31,
                (
                    Item(
                        "3",
                        INVOICE,
                        NOW - timedelta(hours=5),
                        ("reject", "aside"),
                        identifier="DN-5512",
                        relation="delivers",
                    ),
                ),
                "/attention?what=waiting",
            ),
            Group(
                "proposal",
                1,
                (
                    Item(
                        "4",
                        ORDER,
                        NOW - timedelta(days=900),
                        ("accept", "reject"),
                        "D-000412 looks like a version of D-000411.",
                        "Purchase order",
                    ),
                ),
            ),
            Group(
                "suspect",
                1,
                (
                    Item(
                        "5",
                        CONTRACT,
                        NOW - timedelta(days=100),
                        ("confirm", "reject"),
                        "What it points to has changed since somebody decided on it.",
                        title="Framework contract",
                        decided="Decided by Anna Berg, 2024-03-05: as agreed on the phone",
                        change_href="/documents/D-000031/difference?from=1&to=2",
                    ),
                ),
            ),
            Group(
                "discrepancy",
                1,
                (
                    Item(
                        "6",
                        INVOICE,
                        since,
                        ("explain", "aside"),
                        "The invoice exceeds its order by 1 200,00 SEK.",
                    ),
                ),
            ),
        ),
        total=37,
        owners=(
            Choice("me", "Anna Berg", "/attention?owner=me", True, 5),
            Choice("all", "all", "/attention", False, 37),
        ),
        whats=(
            Choice("unreadable", "", "/attention?what=unreadable", False, 2),
            Choice("ambiguous", "", "/attention?what=ambiguous", True, 1),
        ),
        pager=Pager(1, 6, 37, "", "/attention?page=2"),
    )
