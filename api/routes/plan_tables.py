"""Plans and what they lack as tables for spreadsheets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.plan_answers import Table, missing_table, plan_table, risks_table, then_of
from api.routes.plans import PRODUCTS, WantedMissingDep, WantedRisksDep, find_missing
from api.routes.registers import EntryName, SchemesDep, Wanted, Workbook
from archive import plan_risks, registers
from archive.workbooks import to_workbook

router = APIRouter(prefix="/api/v1", tags=["plans"])


@router.get("/plans/at-risk.xlsx", response_class=Workbook, name="milestones_at_risk_xlsx")
def milestones_at_risk_xlsx(
    wanted: WantedRisksDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Milestones that are late, or near and not complete, whole, as XLSX."""
    then = then_of(services.clock, **wanted.times)
    risks = plan_risks.at_risk(session, viewer, then, days=wanted.days)
    return _workbook("milestones-at-risk", risks_table(risks))


@router.get("/plans/missing.xlsx", response_class=Workbook, name="missing_needs_xlsx")
def missing_needs_xlsx(
    wanted: WantedMissingDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """What is missing before a milestone, one line for each need, whole, as XLSX."""
    then = then_of(services.clock, **wanted.times)
    risks = find_missing(session, viewer, then, wanted.milestone, wanted.days, schemes)
    return _workbook("missing-needs", missing_table(risks))


@router.get("/products/{entry}/milestones.xlsx", response_class=Workbook, name="product_plan_xlsx")
def product_plan_xlsx(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """The plan of a product as XLSX: its milestones by day, one line for each thing they need."""
    known = registers.get(
        session, viewer, PRODUCTS, entry, schemes=schemes, collection=wanted.collection,
        **wanted.times,
    )  # fmt: skip
    then = then_of(services.clock, **wanted.times)
    return _workbook("plan", plan_table(session, viewer, known, then))


def _workbook(name: str, table: Table) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Workbook(to_workbook(name, *table), headers=headers)
