"""What came of a product: the closing report, on screen and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.closing_pdf import closing_pdf
from api.pages.decisions import cut
from api.pages.entries import find_entry, times_of
from api.pages.frame import printed, services_of, show, texts_of
from api.pages.things import load_things
from api.parameters import SessionDep, ViewerDep
from api.routes.registers import SchemesDep
from archive.access import Viewer
from archive.change_states import CHANGES
from archive.closing import ByCause, InPhase, closing_of
from archive.closing_costs import Costs, Money
from archive.concern_states import CONCERNS
from archive.need_documents import Then
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.schemes import Schemes
from web.address import Address
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

router = APIRouter(prefix="/products/{entry}", include_in_schema=False)
HEAD: Final = ("family", "phase", "owner", "replaced_by")


@router.get("/closing", name="closing_page")
def closing_page(
    entry: str, request: Request, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
) -> Response:
    """The report on screen."""
    return show(request, report(request, session, viewer, schemes, entry), session)


@router.get("/closing.pdf", name="closing_pdf")
def closing_print(entry: str, request: Request, viewer: ViewerDep, schemes: SchemesDep) -> Response:
    """The same on A4."""
    services = services_of(request)
    with services.database.read() as session:  # not held while the pages are set
        page = report(request, session, viewer, schemes, entry)
    made = closing_pdf(page, texts_of(request), services.clock())
    return printed(made, page.thing.text)


def report(
    request: Request, session: Session, viewer: Viewer, schemes: Schemes, name: str
) -> ClosingPage:
    """The report as plain data."""
    asked = dict(parse_qsl(request.url.query))
    as_of, on = times_of(asked)
    product = find_entry(session, viewer, REGISTERS["product"], name, schemes, asked)
    then = Then(services_of(request).clock().date(), as_of, on)
    found = closing_of(session, viewer, product, then)
    own = Target("product", product.id)
    invoices = {one: Target("document", one) for it in found.changes for one in it.costs.invoices}
    stones = {one.milestone.id: Target("milestone", one.milestone.id) for one in found.milestones}
    changes = {one.change.id: Target(CHANGES, one.change.id) for one in found.changes}
    concerns = {one.concern.id: Target(CONCERNS, one.concern.id) for one in found.concerns}
    targets = [*invoices.values(), *stones.values(), *changes.values(), *concerns.values()]
    known = load_things(session, viewer, [own, *targets])
    thing = known[own].thing
    times = {key: asked.get(key, "") for key in ("as_of", "on")}
    return ClosingPage(
        thing=thing,
        title=product.name if product.name != product.code else "",
        head=tuple(
            (field, product.values[field])
            for field in HEAD
            if field in product.values and field != "phase"
        ),
        milestones=tuple(
            KeptRow(known[stones[one.milestone.id]].thing, one.milestone.name, one.first,
                    one.planned, one.actual, one.days_late)
            for one in found.milestones
            if stones[one.milestone.id] in known
        ),
        causes=tuple(map(_cause, found.causes)),
        total=_cause(found.total),
        changes=tuple(
            ChangedRow(
                known[changes[one.change.id]].thing, cut(one.change.name, 120), one.cause,
                one.state, _costs(one.costs),
                tuple(known[invoices[it]].thing for it in sorted(one.costs.invoices)
                      if invoices[it] in known),
            )
            for one in found.changes
            if changes[one.change.id] in known
        ),
        phases=tuple(_phase(one, f"{thing.href}/timeline", times) for one in found.phases),
        concerns=tuple(
            ConcernRow(
                known[concerns[one.concern.id]].thing, cut(one.concern.name, 120), one.phase,
                one.state, one.reported, cut(one.concern.values.get("answer", ""), 240),
            )
            for one in found.concerns
            if concerns[one.concern.id] in known
        ),
        documents=found.documents,
        pdf_href=str(Address(f"{thing.href}/closing.pdf").having(**times)),
        json_href=str(Address(f"/api/v1{thing.href}/closing").having(**times)),
        **times,
    )  # fmt: skip


def _cause(one: ByCause) -> CauseRow:
    return CauseRow(one.cause, one.changes, one.approved, one.rejected, one.open, _costs(one.costs))


def _costs(costs: Costs) -> CostCells:
    return CostCells(_sums(costs.estimated), _sums(costs.approved), _sums(costs.invoiced))


def _sums(money: Money) -> tuple[Sum, ...]:
    ordered: list[tuple[tuple[str, str], Decimal]] = sorted(money.items())
    return tuple(Sum(f"{amount:f}", currency, kind) for (currency, kind), amount in ordered)


def _phase(one: InPhase, path: str, times: Mapping[str, str]) -> PhaseRow:
    def href(kind: str) -> str:
        return str(Address(path).having(kind=kind, since=one.since, until=one.until, **times))

    reports = tuple((kind, len(some), href(kind)) for kind, some in one.reports.items())
    return PhaseRow(one.phase, one.since, one.until, reports, one.changes, one.concerns)
