"""The decision page of a change request, as full as it can be."""

from __future__ import annotations

from tests.web_examples.story import NOW, ORDER
from web.views.common import Thing
from web.views.decisions import DecisionPage, ReviewRow, SheetLine

CHANGE = Thing("change-request", "CR-118", "/change-requests/1", is_register=True)
LONG = "The <i>seal</i> leaks below ten degrees, as was seen in three returns this winter. "


def decision_page() -> DecisionPage:
    text = (LONG * 6)[:419] + "…"
    return DecisionPage(
        thing=CHANGE,
        title=(LONG * 3)[:178] + " …",
        state="presented",
        head=(
            ("products", (LONG * 2)[:90]), ("requester", "Eva Öst"), ("contact", "eva@example.com"),
            ("received_on", "2024-03-01"), ("decided_on", "2024-03-05"), ("authority", "mona"),
        ),
        review=(
            *(ReviewRow(name, text, "Anna Berg", NOW)
              for name in ("relevance", "risks", "benefits", "costs")),
            ReviewRow("cost_amount", "120000.00 SEK", "Anna Berg", NOW, "one-off"),
        ),
        affected=tuple(SheetLine("PO-2024-113", LONG, said, "v1", ORDER)
                       for said in ("", "cited", "carried", "waived", "", "")),
        affected_more=4,
        approvals=tuple(SheetLine("mona", LONG, "approve", "2024-03-05") for _ in range(6)),
        persons=9,
        missing=3,
        roles=("manager", "administrator"),
        is_past_decision=False,
        moves=("approve", "reject", "defer"),
        refusals=("Nobody authorises their own <b>request</b>.",),
        revision=3,
        path="/change-requests/1",
        pdf_href="/change-requests/1/decision.pdf",
    )  # fmt: skip
