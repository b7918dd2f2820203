"""What came of a product."""

from __future__ import annotations

from tests.web_examples.story import INVOICE, PRODUCT
from web.views.closing import (
    CauseRow,
    ChangedRow,
    ClosingPage,
    ConcernRow,
    CostCells,
    KeptRow,
    PhaseRow,
    Sum,
)
from web.views.common import Thing

CHANGE = Thing("change-request", "CR-118", "/change-requests/CR-118", "Another seal")
CONCERN = Thing("concern", "QC-000412-1", "/concerns/QC-000412-1", "The seal leaks")
STONE = Thing("milestone", "PX-200-launch", "/milestones/PX-200-launch", "Launch")


def closing_page() -> ClosingPage:
    costs = CostCells(
        (Sum("120000.00", "SEK", "one-off"), Sum("500.00", "EUR", "running")),
        (Sum("110000.00", "SEK"),), (Sum("-1250.50", "SEK"),),
    )  # fmt: skip
    return ClosingPage(
        thing=PRODUCT,
        title="Circulation pump, 200 W",
        head=(("family", "pumps"), ("owner", "Anna Berg")),
        milestones=(
            KeptRow(STONE, "Launch", "2024-01-15", "2024-03-01", "2024-03-10", 55),
            KeptRow(STONE, "A name of a milestone that is long " * 3, "2024-01-15", "2024-01-15",
                    "", None),
        ),
        causes=(
            CauseRow("A supplier's fault", 3, 2, 1, 0, costs),
            CauseRow("", 1, 0, 0, 1, CostCells()),
        ),
        total=CauseRow("", 4, 2, 1, 1, costs),
        changes=(ChangedRow(CHANGE, "Another seal", "A supplier's fault", "incorporated", costs,
                            (INVOICE,)),),
        phases=(
            PhaseRow("", "", "2023-01-01", (("quality-report", 0, "?"), ("return-report", 2, "?")),
                     0, 0),
            PhaseRow("launched", "2023-01-01", "",
                     (("quality-report", 7, "?"), ("return-report", 0, "?")), 4, 2),
        ),
        concerns=(
            ConcernRow(CONCERN, "The seal leaks", "launched", "closed", "2024-02-01",
                       "The groove was too wide. " * 8),
            ConcernRow(CONCERN, "A title that is long " * 6, "", "open", "2022-02-01", ""),
        ),
        documents=214,
        pdf_href="/products/PX-200/closing.pdf",
        json_href="/api/v1/products/PX-200/closing",
    )  # fmt: skip
