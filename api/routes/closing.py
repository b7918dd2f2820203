"""What came of a product: its closing report."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.routes.registers import EntryName, SchemesDep, Wanted
from archive import registers
from archive.closing import closing_of, told
from archive.need_documents import Then
from archive.register_fields import REGISTERS

router = APIRouter(prefix="/api/v1", tags=["products"])


class MoneyTold(BaseModel):
    """A sum; `kind` is one-off, running, or "" where that is not said."""

    amount: str
    currency: str
    kind: str


class CostsTold(BaseModel):
    """What was said first, what was said when it was approved, what was billed."""

    estimated: list[MoneyTold]
    approved: list[MoneyTold]
    invoiced: list[MoneyTold]


class KeptTold(BaseModel):
    """A milestone; `days_late` counts from the first plan, null where it is not reached."""

    milestone: str
    name: str
    first_planned_on: date | None
    planned_on: date | None
    actual_on: date | None
    days_late: int | None


class CauseTold(BaseModel):
    """The change requests of one cause."""

    cause: str
    changes: int
    approved: int
    rejected: int
    open: int
    costs: CostsTold


class ChangedTold(CostsTold):
    """A change request with its costs, and the invoices that speak of it."""

    change: str
    title: str
    cause: str
    state: str
    invoices: list[str]


class PhaseTold(BaseModel):
    """What was wrong in a phase: reports, how many change requests came in, quality concerns.

    `until` is its last day.
    """

    phase: str
    since: date | None
    until: date | None
    changes: int
    concerns: int
    reports: Annotated[dict[str, list[str]], Field(description="Documents by their kind.")]


class ConcernTold(BaseModel):
    """A quality concern, and what came of it."""

    concern: str
    title: str
    state: str
    phase: Annotated[str, Field(description="Of the product, on the day of the report.")]
    reported_on: date
    closed_on: date | None
    answer: str | None


class ClosingTold(BaseModel):
    """The closing report of a product."""

    product: str
    name: str
    documents: int
    milestones: list[KeptTold]
    causes: list[CauseTold]
    total: CauseTold
    changes: list[ChangedTold]
    phases: list[PhaseTold]
    concerns: list[ConcernTold]
    as_of: str | None
    on: date | None


@router.get("/products/{entry}/closing", response_model=ClosingTold, name="product_closing")
def product_closing(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Dates planned and kept, changes by cause with their costs, quality by phase."""
    product = registers.get(
        session, viewer, REGISTERS["product"], entry, schemes=schemes,
        collection=wanted.collection, **wanted.times,
    )  # fmt: skip
    then = Then(services.clock().date(), wanted.moment, wanted.on)
    return told(closing_of(session, viewer, product, then), then)
