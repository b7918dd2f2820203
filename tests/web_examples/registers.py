"""A register, one entry of it."""

from __future__ import annotations

from dataclasses import replace

from tests.web_examples.concerns import concern_lines
from tests.web_examples.decisions import decision_page
from tests.web_examples.notices import notice_rows
from tests.web_examples.story import NOW, ORDER, PARTY, PRODUCT, hits
from web.drawing import Drawing, Point, draw
from web.views.common import Choice, Field, Pager, Thing
from web.views.plans import (
    MilestoneRow,
    NeedRow,
    NeedsBlock,
    PlanBlock,
    ReplanRow,
    RisksPage,
)
from web.views.questions import Cell
from web.views.register import (
    AffectedRow,
    ApprovalRow,
    ChangeBlock,
    ChangeRow,
    DocumentYear,
    EntryPage,
    EntryRow,
    ImportLine,
    ImportPreview,
    InForceBlock,
    MergedParty,
    MergeQuestion,
    PartyBlock,
    Proposal,
    RegisterPage,
    Spelling,
    StepRow,
)


def register_page() -> RegisterPage:
    return RegisterPage(
        register="product",
        path="/products",
        query="",
        rows=(
            EntryRow(
                PRODUCT, "Circulation pump, 200 W", "launched", "2023-01-15", 214, "2026-11-20"
            ),
            EntryRow(
                replace(PRODUCT, text="PX-300", href="/products/3"),
                "Circulation pump, 300 W",
                "planned",
                None,
                12,
                None,
            ),
        ),
        total=2,
        pager=Pager(1, 2, 3, "", "/products?page=2"),
        sorts=(
            Choice("number", "", "/products?sort=number", True),
            Choice("newest", "", "/products?sort=newest"),
        ),
        states=(
            Choice("launched", "", "/products?state=launched", False, 1),
            Choice("planned", "", "/products?state=planned", False, 1),
        ),
        new_fields=(
            Field("number", is_required=True, value="PX-200", error="PX-200 is there already."),
            Field("name"),
            Field("other_names", type="long"),
            Field("planned_on", type="date"),
        ),
        unregistered=(Spelling(PARTY, 12),),
        proposals=(Proposal("9", "PX-250", "filing/products/PX-250/", 4),),
        export_href="/products.csv",
        xlsx_href="/products.xlsx",
        preview=ImportPreview(
            "products.csv",
            2,
            1,
            5,
            1,
            (
                ImportLine(7, "wrong", "PX-2OO", "The date 2024-13-01 is none."),
                ImportLine(2, "new", "PX-400"),
                ImportLine(3, "changed", "PX-200", "name: Pump → Circulation pump"),
            ),
            "token",
        ),
    )


def entry_page() -> EntryPage:
    rows = hits()
    return EntryPage(
        thing=PRODUCT,
        register="product",
        path="/products/2",
        title="Circulation pump, 200 W",
        summary="Approved 2024-03-01 by two; 2 of 3 specifications carry it; SPEC-104 does not.",
        fields=(
            ("name", "Circulation pump, 200 W"),
            ("other_names", "Aurora, P200"),
            ("phase", "series"),
        ),
        years=(DocumentYear("2024", rows[:3]), DocumentYear("", rows[3:4])),
        total=214,
        state="launched",
        links=(
            PARTY,
            Thing("change-request", "CR-118", "/change-requests/1", is_register=True),
            Thing("milestone", "Pilot run", "/milestones/1", is_register=True),
        ),
        kinds=(
            Choice("invoice", "", "/products/2?kind=invoice", False, 80),
            Choice("specification", "", "/products/2?kind=specification", True, 12),
        ),
        drawing=drawing(),
        pager=Pager(1, 100, 214, "", "/products/2?page=2"),
        trail_href="/trail?seed=PX-200",
        edit_fields=(
            Field("name", "Circulation pump, 200 W"),
            Field("state", "launched", "select", (Choice("launched", ""), Choice("ended", ""))),
        ),
        may_link=True,
        changes=(ChangeRow(NOW, "name", "Pump", "Circulation pump, 200 W", "Anna Berg"),),
        on="2024-03-01",
        concerns=concern_lines(),
        party=PartyBlock(
            (Spelling(PARTY, 12), Spelling(Thing("party", "NORRGJUTERI AKTIEBOLAG", "/"), 1)),
            (MergedParty(7, "Norrgjuteriet <i>"),),
            (MergeQuestion("merge:4", PARTY, ("one letter apart: norr / nord",)),),
            may_merge=True,
        ),
        change=ChangeBlock(
            moves=("approve", "reject"),
            refusals=("Nobody authorises their own <b>request</b>.",),
            persons=2,
            missing=1,
            roles=("manager", "administrator"),
            approvals=(ApprovalRow("anna berg", "manager", "approve", "It pays.", "2024-03-01"),),
            affected=(
                AffectedRow(1, PRODUCT, 1, "cited", 2, "/documents/D-000001?version=2", "", ""),
                AffectedRow(2, PRODUCT, 1, "waived", None, "", "In <i>stock</i>.", "anna berg"),
                AffectedRow(3, PRODUCT, 1, "", None, "", "", ""),
            ),
            answered=2,
            may_answer=True,
            notices=notice_rows(),
            review=decision_page().review,
            steps=(StepRow(NOW, "anna berg", "It was <i>moved</i>."), StepRow(NOW, "", "Told.")),
        ),
        needs=NeedsBlock(
            needs(), 1, 33,
            (ReplanRow(NOW, "2026-05-01", "2026-06-01", "The <i>tool</i> is late."),),
            "/plans/missing?milestone=G1", ("specification", "contract"), True, True,
        ),
        in_force=InForceBlock(
            (("kind", "kind"), ("document", "document"), ("expires_on", "day")),
            ((Cell("drawing", kind="kind"), Cell("D-000412", (ORDER,), "document"),
              Cell("2024-03-01", kind="day")),),
            "/questions/in-force?product=AV-200",
        ),
        plan=PlanBlock(milestones(), 1, 3, 33, (("product-launch", "Product <b>launch</b>"),)),
    )  # fmt: skip


def needs() -> tuple[NeedRow, ...]:
    """One of each state, with what can stand beside it."""
    return (
        NeedRow(1, "document", "Contract <i>in force</i>", "contract", "valid", "Acme AB", "Eva",
                "missing"),
        NeedRow(2, "document", "Specification", "specification", "approved", "", "", "unusable",
                PRODUCT, 2, ("draft", "superseded")),
        NeedRow(3, "person", "Project leader", "", "", "", "Bo", "there",
                said="He said <b>yes</b>.", who="anna berg", day="2026-03-01"),
    )  # fmt: skip


def milestones() -> tuple[MilestoneRow, ...]:
    """One that is late, one that was reached."""
    first = Thing("milestone", "PX-200-G1", "/milestones/1", is_register=True)
    second = Thing("milestone", "PX-200-G2", "/milestones/2", is_register=True)
    return (
        MilestoneRow(
            first, "Design <i>freeze</i>", "2026-06-01", "", 1, 3, 33, -4, PRODUCT, needs()
        ),
        MilestoneRow(second, "Launch", "2026-07-01", "2026-07-02", 0, 0, None, 26),
    )


def risks_page() -> RisksPage:
    windows = (
        Choice("30", "30", "/plans/at-risk", True),
        Choice("60", "60", "/plans/at-risk?days=60"),
    )
    return RisksPage(
        "at-risk", milestones(), 52, 30, "/plans/at-risk", "/api/v1/plans/at-risk.csv",
        "/api/v1/plans/at-risk.xlsx", "/api/v1/plans/at-risk", "/plans/missing", windows=windows,
        pager=Pager(1, 50, 52, "", "/plans/at-risk?page=2"),
    )  # fmt: skip


def drawing() -> Drawing | None:
    kinds = (
        "invoice",
        "purchase-order",
        "delivery-note",
        "contract",
        "specification",
        "change-request",
        "message",
        "minutes",
        "plan",
    )
    return draw(
        Point(
            f"{2021 + n % 5}-{1 + (n * 7) % 12:02}-{1 + (n * 13) % 28:02}",
            kinds[n * n % 9],
            f"No {n}",
        )
        for n in range(160)
    )
