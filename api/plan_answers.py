"""Plans and how complete milestones are, in the fields of the API: for HTTP, commands and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.completeness import Completeness, NeedView, Standing
from archive.milestone_standing import milestones_of, standing_of
from archive.need_documents import Then
from archive.package_files import csv_file
from archive.plan_risks import Risk, load_milestones
from archive.plan_templates import PlannedMilestone
from archive.planning import replannings
from archive.registers import EntryView


class Plan(BaseModel):
    """A template that can be applied to products."""

    name: str
    title: str
    milestones: list[PlannedMilestone]


class Need(BaseModel):
    """What a milestone needs, and whether it is there.

    `status`: missing, unusable, there; by which `document`, and why that can't be used (`reasons`).
    What no document shows stands as `who` has `said`, since `happened_on`.
    """

    id: int
    what: str
    name: str
    kind: str
    party: str
    wanted: str
    responsible: str
    status: str
    document: str | None
    version: int | None
    reasons: list[str]
    said: str
    who: str
    happened_on: date | None


class Counted(BaseModel):
    """How many needs are there; `percent` is null where nothing is needed."""

    there: int
    total: int
    percent: int | None


class MilestoneLine(Counted):
    """A milestone with how complete it is."""

    milestone: str
    name: str
    product: str
    planned_on: date | None
    actual_on: date | None


class Replanning(BaseModel):
    """It was planned for another day."""

    at: datetime
    before: str
    after: str
    reason: str
    happened_on: date | None


class MilestoneNeeds(MilestoneLine):
    """A milestone with its needs, and the days for which it was planned before."""

    revision: int
    needs: list[Need]
    replanned: list[Replanning]


class ProductMilestones(Counted):
    """The milestones of a product by day, and how complete it is: no document counts twice."""

    product: str
    milestones: list[MilestoneLine]


class RiskLine(MilestoneLine):
    """A milestone that is late, or near and not complete, and what it lacks."""

    days_left: int
    missing: list[Need]


class Risks(BaseModel):
    """Milestones, the earliest first."""

    items: list[RiskLine]
    total: int


def then_of(
    clock: Callable[[], datetime], as_of: datetime | None = None, on: date | None = None
) -> Then:
    """The times of a question; what was known at a moment is seen from the day of that moment."""
    return Then((as_of or clock()).date(), as_of, on)


def tell_milestone(
    session: Session, viewer: Viewer, milestone: EntryView, then: Then
) -> dict[str, Any]:
    """A milestone as `MilestoneNeeds`."""
    stands = standing_of(session, viewer, [milestone], then)
    return {
        **_line(milestone, stands.completeness_of([milestone.id])),
        "revision": milestone.revision,
        "needs": [tell_need(need) for need in stands.needs_of(milestone.id)],
        "replanned": replannings(session, milestone, then.as_of),
    }


def tell_product(
    session: Session, viewer: Viewer, product: EntryView, then: Then
) -> dict[str, Any]:
    """A product as `ProductMilestones`."""
    stands, milestones = standing_of_product(session, viewer, product, then)
    whole = stands.completeness_of([one.id for one in milestones])
    return {
        "product": product.code,
        **_counted(whole),
        "milestones": [_line(one, stands.completeness_of([one.id])) for one in milestones],
    }


def standing_of_product(
    session: Session, viewer: Viewer, product: EntryView, then: Then
) -> tuple[Standing, list[EntryView]]:
    """What is known of a product's milestones, and those by day."""
    named = (product.code, product.id)
    ids = milestones_of(session, viewer, {named}, then.as_of)[named]
    milestones = load_milestones(session, viewer, ids, then)
    return standing_of(session, viewer, milestones, then), milestones


def tell_risk(risk: Risk) -> dict[str, Any]:
    """A milestone as `RiskLine`."""
    return {
        **_line(risk.milestone, risk.completeness),
        "days_left": risk.days_left,
        "missing": [tell_need(need) for need in risk.missing],
    }


def tell_need(need: NeedView) -> dict[str, Any]:
    """A need as `Need`."""
    return {name: getattr(need, name) for name in Need.model_fields}


def _line(milestone: EntryView, counted: Completeness) -> dict[str, Any]:
    values = milestone.values
    return {
        "milestone": milestone.code,
        "name": milestone.name,
        "product": values.get("product", ""),
        "planned_on": values.get("planned_on"),
        "actual_on": values.get("actual_on"),
        **_counted(counted),
    }


def _counted(one: Completeness) -> dict[str, Any]:
    return {"there": one.there, "total": one.total, "percent": one.percent}


RISK_HEADS: Final = (
    "milestone", "name", "product", "planned_on", "days_left", "there", "total", "percent",
)  # fmt: skip
PLAN_HEADS: Final = ("milestone", "name", "product", "planned_on", "actual_on", "percent")
NEED_HEADS: Final = (
    "what", "need", "kind", "party", "wanted", "responsible", "status", "document", "reasons",
)  # fmt: skip


Table = tuple[list[str], list[list[object]]]  # heads and rows


def risks_table(risks: Iterable[Risk]) -> Table:
    """One line a milestone, with the names of what it lacks."""
    told = [tell_risk(risk) for risk in risks]
    rows: list[list[object]] = [
        [*map(one.get, RISK_HEADS), "; ".join(need["name"] for need in one["missing"])]
        for one in told
    ]
    return [*RISK_HEADS, "missing"], rows


def missing_table(risks: Sequence[Risk]) -> Table:
    """One line for each need that is not there."""
    rows: list[list[object]] = []
    for risk in risks:
        one = tell_risk(risk)
        rows += [[*map(one.get, RISK_HEADS[:5]), *need_cells(need)] for need in one["missing"]]
    return [*RISK_HEADS[:5], *NEED_HEADS], rows


def plan_table(session: Session, viewer: Viewer, product: EntryView, then: Then) -> Table:
    """The plan of a product: one line for each need, or for a milestone that needs nothing."""
    stands, milestones = standing_of_product(session, viewer, product, then)
    rows: list[list[object]] = []
    for one in milestones:
        told = _line(one, stands.completeness_of([one.id]))
        head = [told[name] for name in PLAN_HEADS]
        needs = [need_cells(tell_need(need)) for need in stands.needs_of(one.id)]
        rows += [[*head, *need] for need in needs or [[None] * len(NEED_HEADS)]]
    return [*PLAN_HEADS, *NEED_HEADS], rows


def risks_csv(risks: Iterable[Risk]) -> bytes:
    """`risks_table` as CSV."""
    return csv_file(*risks_table(risks))


def missing_csv(risks: Sequence[Risk]) -> bytes:
    """`missing_table` as CSV."""
    return csv_file(*missing_table(risks))


def need_cells(need: dict[str, Any]) -> list[object]:
    """A told need as the cells of `NEED_HEADS`."""
    told = {**need, "need": need["name"], "reasons": "; ".join(need["reasons"])}
    return [told[name] for name in NEED_HEADS]
