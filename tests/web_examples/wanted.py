"""What is cited most and is not there."""

from __future__ import annotations

from tests.web_examples.story import INVOICE, ORDER
from web.views.common import Choice, Pager
from web.views.wanted import WantedAnswers, WantedPage, WantedRow


def wanted_page() -> WantedPage:
    long = "PO-2024-113-with-a-suffix-that-does-not-end-before-the-line-does-" + "x" * 40
    return WantedPage(
        rows=(
            WantedRow(
                "DN-5512",
                "delivery-note",
                "delivery-note/DN5512",
                12,
                "/?q=cites%3ADN-5512",
                (INVOICE, ORDER),
                "2024-06-30",
                others=(ORDER,),
            ),
            WantedRow(
                "AV-300",
                "product",
                "product/AV300",
                1,
                "/?q=cites",
                (ORDER,),
                None,
                "/products?code=AV-300",
            ),
            WantedRow(long, "house-numbers", "house-numbers/X", 1, "/?q=cites", (INVOICE,), "2024"),
        ),
        total=120,
        schemes=(
            Choice("delivery-note", "", "/wanted?scheme=delivery-note", count=119),
            Choice("house-numbers", "", "/wanted?scheme=house-numbers", count=1),
        ),
        unregistered=(Choice("product", "", "/wanted", is_chosen=True, count=1),),
        scheme="product",
        upload_href="/upload",
        attention_href="/attention?what=waiting",
        json_href="/api/v1/wanted",
        pager=Pager(1, 50, 120, next_href="/wanted?page=2"),
        answers=WantedAnswers("D-9", marked=frozenset({"product/AV300"}), error="There is none."),
    )
