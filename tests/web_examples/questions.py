"""Questions that are answered with rows."""

from __future__ import annotations

from tests.web_examples.story import INVOICE, ORDER
from web.views.common import Pager, Thing
from web.views.questions import AnswerPage, Cell, QuestionLink, QuestionsPage

CHANGE = Thing("change-request", "CR-118", "/change-requests/1", is_register=True)


def questions_page() -> QuestionsPage:
    return QuestionsPage(
        (
            QuestionLink("Decisions by person", "Who approved what.", "/questions/decisions"),
            QuestionLink("Open <b>changes</b>", "The oldest first.", "/questions/open-changes"),
        )
    )


def answer_page() -> AnswerPage:
    heads = (
        ("person", "text"), ("role", "role"), ("date", "day"), ("decision", "move"),
        ("change", "change-request"), ("document", "document"), ("state", "state"),
        ("kind", "kind"), ("days", "figure"), ("against", "documents"),
        ("discrepancy", "discrepancy"), ("notice_period", "period"),
    )  # fmt: skip
    full = (
        Cell("Anna <i>Berg</i>"), Cell("manager", kind="role"), Cell("2024-03-01", kind="day"),
        Cell("approve", kind="move"), Cell("CR-118", (CHANGE,), "change-request"),
        Cell("D-000412", (ORDER,), "document"), Cell("approved", kind="state"),
        Cell("drawing", kind="kind"), Cell("1234", kind="figure"),
        Cell("D-000412; D-000977", (ORDER, INVOICE), "documents"),
        Cell("invoices-over-order", kind="discrepancy"), Cell("3 months", kind="period"),
    )  # fmt: skip
    empty = tuple(Cell("", kind=kind) for _, kind in heads)
    return AnswerPage(
        title="Decisions by person", help="Who approved <or> rejected what.", heads=heads,
        rows=(full, empty), total=120, csv_href="/api/v1/questions/x.csv",
        xlsx_href="/api/v1/questions/x.xlsx",
        json_href="/api/v1/questions/x", pager=Pager(1, 100, 120, next_href="/questions/x?page=2"),
        on="2024-03-01",
    )  # fmt: skip
