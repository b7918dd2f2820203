"""Plans: applied to products, milestones planned anew, what they need and what is missing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from api import plan_answers
from api.parameters import Closed, Paging, RowId, ServicesDep, SessionDep, Then, ViewerDep
from api.plan_answers import MilestoneNeeds, Plan, ProductMilestones, Risks, then_of
from api.routes.registers import EntryName, SchemesDep, Wanted
from api.service import Services
from archive import plan_risks, planning, registers
from archive.access import Viewer
from archive.need_documents import Then as Times
from archive.plan_risks import NEAR_DAYS, Risk
from archive.plan_templates import FARTHEST, PlannedNeed, plan_named, plans_of
from archive.register_fields import LONGEST_LINE, LONGEST_TEXT, REGISTERS
from archive.schemes import Schemes

router = APIRouter(prefix="/api/v1", tags=["plans"])
PRODUCTS, MILESTONES = REGISTERS["product"], REGISTERS["milestone"]
CSV: Any = {200: {"content": {"text/csv": {}}}}

Reason = Annotated[str, Field(max_length=LONGEST_TEXT)]
Line = Annotated[str, Field(max_length=LONGEST_LINE)]
Days = Annotated[int, Field(ge=0, le=FARTHEST)]


class NewMilestones(Closed):
    """A plan to be applied. Codes are those of the plan behind the `prefix`, else the product's."""

    plan: Line
    anchor: date
    prefix: Annotated[str, Field(max_length=100)] = ""


class NewDay(Closed):
    """A milestone is planned for another day, since today or since `happened_on`."""

    planned_on: date
    reason: Reason
    revision: int | None = None
    happened_on: date | None = None


class NewState(Closed):
    """How a checkpoint, material or person stands, since today or since `happened_on`."""

    state: Literal["missing", "unusable", "there"]
    responsible: Line = ""
    reason: Reason = ""
    happened_on: date | None = None


class WantedRisks(Then, Paging):
    """Milestones within so many days, or late."""

    days: Days = NEAR_DAYS


class WantedMissing(WantedRisks):
    """Before which milestone; without one, before all that are near or late."""

    milestone: Line = ""


WantedRisksDep = Annotated[WantedRisks, Query()]
WantedMissingDep = Annotated[WantedMissing, Query()]


@router.get("/plans", response_model=list[Plan], name="list_plans")
def list_plans(services: ServicesDep, viewer: ViewerDep) -> Any:
    """The plans that can be applied: those included, and those of the configuration."""
    plans = plans_of(services.config.plans).values()
    return [plan.model_dump(exclude={"file"}) for plan in plans]


@router.post("/products/{entry}/plans", response_model=ProductMilestones, name="apply_plan")
def apply_plan(
    entry: EntryName,
    new: NewMilestones,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Make the milestones of a plan for a product, all or none."""
    plan = plan_named(plans_of(services.config.plans), new.plan)
    with services.database.write() as session:
        product = registers.get(session, viewer, PRODUCTS, entry, schemes=schemes)
        planning.apply_plan(
            session, viewer, product, plan, new.anchor, services.clock(), schemes=schemes,
            prefix=new.prefix,
        )  # fmt: skip
        return plan_answers.tell_product(session, viewer, product, then_of(services.clock))


@router.get(
    "/products/{entry}/milestones", response_model=ProductMilestones, name="list_product_milestones"
)
def list_product_milestones(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """The milestones of a product, by day, and how complete each and all are."""
    known = registers.get(
        session, viewer, PRODUCTS, entry, schemes=schemes, collection=wanted.collection,
        **wanted.times,
    )  # fmt: skip
    then = then_of(services.clock, **wanted.times)
    return plan_answers.tell_product(session, viewer, known, then)


@router.get("/milestones/{entry}/needs", response_model=MilestoneNeeds, name="list_needs")
def list_needs(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """What a milestone needs, and whether it is there; the days for which it was planned before."""
    known = registers.get(
        session, viewer, MILESTONES, entry, schemes=schemes, collection=wanted.collection,
        **wanted.times,
    )  # fmt: skip
    then = then_of(services.clock, **wanted.times)
    return plan_answers.tell_milestone(session, viewer, known, then)


def _told(
    session: Session, viewer: Viewer, services: Services, entry: str, schemes: Schemes
) -> Any:
    known = registers.get(session, viewer, MILESTONES, entry, schemes=schemes)
    return plan_answers.tell_milestone(session, viewer, known, then_of(services.clock))


@router.post("/milestones/{entry}/replan", response_model=MilestoneNeeds, name="replan")
def replan(
    entry: EntryName, new: NewDay, services: ServicesDep, viewer: ViewerDep, schemes: SchemesDep
) -> Any:
    """Plan it for another day, with the reason; the day before is kept."""
    with services.database.write() as session:
        known = registers.get(session, viewer, MILESTONES, entry, schemes=schemes)
        planning.replan(
            session, viewer, known, new.planned_on, services.clock(), reason=new.reason,
            schemes=schemes, happened_on=new.happened_on,
            revision=known.revision if new.revision is None else new.revision,
        )  # fmt: skip
        return _told(session, viewer, services, entry, schemes)


@router.post("/milestones/{entry}/needs", response_model=MilestoneNeeds, name="add_need")
def add_need(
    entry: EntryName,
    new: PlannedNeed,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """It needs something more than its plan said."""
    with services.database.write() as session:
        known = registers.get(session, viewer, MILESTONES, entry, schemes=schemes)
        planning.add_need(session, viewer, known, new, services.clock())
        return _told(session, viewer, services, entry, schemes)


@router.delete(
    "/milestones/{entry}/needs/{need}", response_model=MilestoneNeeds, name="remove_need"
)
def remove_need(
    entry: EntryName, need: RowId, services: ServicesDep, viewer: ViewerDep, schemes: SchemesDep
) -> Any:
    """It does not need that after all."""
    with services.database.write() as session:
        known = registers.get(session, viewer, MILESTONES, entry, schemes=schemes)
        planning.remove_need(session, viewer, known, need, services.clock())
        return _told(session, viewer, services, entry, schemes)


@router.post(
    "/milestones/{entry}/needs/{need}/state", response_model=MilestoneNeeds, name="say_need"
)
def say_need(
    entry: EntryName,
    need: RowId,
    new: NewState,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Say how a checkpoint, material or person stands; documents speak for themselves."""
    with services.database.write() as session:
        known = registers.get(session, viewer, MILESTONES, entry, schemes=schemes)
        said = new.model_dump(exclude={"state"})
        planning.say_state(session, viewer, known, need, new.state, services.clock(), **said)
        return _told(session, viewer, services, entry, schemes)


def find_missing(
    session: Session, viewer: Viewer, then: Times, milestone: str, days: int,
    schemes: Schemes,
) -> tuple[Risk, ...]:  # fmt: skip
    """What is missing before a milestone; without one, before all that are near or late."""
    if not milestone:
        near = plan_risks.at_risk(session, viewer, then, days=days)
        return tuple(risk for risk in near if risk.missing)
    known = registers.get(
        session, viewer, MILESTONES, milestone, schemes=schemes, as_of=then.as_of, on=then.on
    )
    return plan_risks.missing_before(session, viewer, known, then)


def _listed(risks: tuple[Risk, ...], wanted: WantedRisks) -> dict[str, Any]:
    shown = risks[wanted.offset : wanted.offset + wanted.limit]
    return {"items": [plan_answers.tell_risk(risk) for risk in shown], "total": len(risks)}


def _as_csv(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/plans/at-risk", response_model=Risks, name="milestones_at_risk")
def milestones_at_risk(
    wanted: WantedRisksDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Milestones that are late, or near and not complete, the earliest first."""
    then = then_of(services.clock, **wanted.times)
    return _listed(plan_risks.at_risk(session, viewer, then, days=wanted.days), wanted)


@router.get(
    "/plans/at-risk.csv", response_class=Response, responses=CSV, name="milestones_at_risk_csv"
)
def milestones_at_risk_csv(
    wanted: WantedRisksDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The same as a table, whole."""
    then = then_of(services.clock, **wanted.times)
    risks = plan_risks.at_risk(session, viewer, then, days=wanted.days)
    return _as_csv(plan_answers.risks_csv(risks), "milestones-at-risk.csv")


@router.get("/plans/missing", response_model=Risks, name="missing_needs")
def missing_needs(
    wanted: WantedMissingDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """What a milestone and those of its product before it lack; else all that are near or late."""
    then = then_of(services.clock, **wanted.times)
    return _listed(
        find_missing(session, viewer, then, wanted.milestone, wanted.days, schemes), wanted
    )


@router.get("/plans/missing.csv", response_class=Response, responses=CSV, name="missing_needs_csv")
def missing_needs_csv(
    wanted: WantedMissingDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """The same as a table, one line for each need, whole."""
    then = then_of(services.clock, **wanted.times)
    risks = find_missing(session, viewer, then, wanted.milestone, wanted.days, schemes)
    return _as_csv(plan_answers.missing_csv(risks), "missing-needs.csv")
