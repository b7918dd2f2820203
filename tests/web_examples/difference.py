"""Two revisions of an order."""

from __future__ import annotations

from tests.web_examples.story import ORDER
from web.views.common import Choice, Pager, Quote
from web.views.difference import (
    ChangeRow,
    DifferencePage,
    FigureRow,
    NumberRow,
    Side,
    ValueRow,
)

OLD, NEW = "/documents/D-000412?version=1", "/documents/D-000412"


def difference_page() -> DifferencePage:
    return DifferencePage(
        thing=ORDER,
        document="D-000412",
        before=1,
        after=2,
        choices_before=(
            Choice("2", "v2 · revision B · 2024-03-01"),
            Choice("1", "v1 · revision A · 2024-02-11", is_chosen=True),
        ),
        choices_after=(
            Choice("2", "v2 · revision B · 2024-03-01", is_chosen=True),
            Choice("1", "v1 · revision A · 2024-02-11"),
        ),
        values=(ValueRow("total", "41200.00", "43900.00"), ValueRow("revision", "", "B")),
        figures=(FigureRow("41 200,00", "43 900,00", NEW, 1),),
        numbers=(
            NumberRow("under", "contract", "RA-2019-02", is_new=False),
            NumberRow("under", "contract", "RA-2021-07", is_new=True),
        ),
        changes=(
            ChangeRow(
                Side(Quote("400 pump housings at 103,00", ((21, 27),)), 1, OLD),
                Side(Quote("400 pump housings at 109,75", ((21, 27),)), 1, NEW),
            ),
            ChangeRow(None, Side(Quote("A penalty of 0,5 % a week <b>applies</b>."), 2, NEW)),
            ChangeRow(Side(Quote("Free of charge."), 1, OLD), None),
        ),
        total=63,
        alike=212,
        is_cut=True,
        pager=Pager(1, 60, 63, "", "/documents/D-000412/difference?from=1&to=2&page=2"),
    )
