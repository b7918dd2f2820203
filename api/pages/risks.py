"""Two questions with a page each: milestones at risk, and what is missing before a milestone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.entries import times_of
from api.pages.frame import show
from api.pages.plans import need_rows
from api.pages.registers import page_of, pager
from api.pages.things import load_things
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.plan_answers import then_of
from api.routes.plans import find_missing
from api.routes.registers import SchemesDep
from archive.access import Viewer
from archive.errors import UsageError
from archive.milestone_standing import products_of
from archive.need_documents import Then
from archive.plan_risks import NEAR_DAYS, Risk, at_risk
from archive.plan_templates import FARTHEST
from archive.references import Target
from web.address import Address
from web.views.common import Choice
from web.views.plans import MilestoneRow, RisksPage

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50
WINDOWS: Final = (30, 60, 90, 365)  # days ahead that are offered
OTHER: Final = {"at-risk": "missing", "missing": "at-risk"}


@router.get("/plans/at-risk", name="risks_page")
def risks_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Milestones that are late, or near and not complete, the earliest first."""
    asked = dict(parse_qsl(request.url.query))
    then = then_of(services.clock, *times_of(asked))
    risks = at_risk(session, viewer, then, days=_days(asked))
    return show(request, _page(session, viewer, "at-risk", risks, asked, then), session)


@router.get("/plans/missing", name="missing_page")
def missing_page(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """What a milestone and those of its product before it lack; else all that are near or late."""
    asked = dict(parse_qsl(request.url.query))
    then = then_of(services.clock, *times_of(asked))
    name = asked.get("milestone", "")
    risks = find_missing(session, viewer, then, name, _days(asked), schemes)
    return show(request, _page(session, viewer, "missing", risks, asked, then), session)


def _days(asked: dict[str, str]) -> int:
    text = asked.get("days") or str(NEAR_DAYS)
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= FARTHEST):
        raise UsageError("%(text)r is no number of days.", text=text)
    return int(text)


def _page(
    session: Session, viewer: Viewer, what: str, risks: Sequence[Risk], asked: dict[str, str],
    then: Then,
) -> RisksPage:  # fmt: skip
    number, days = page_of(asked.get("page", "1")), _days(asked)
    milestone = asked.get("milestone", "") if what == "missing" else ""
    times = {name: asked.get(name, "") for name in ("as_of", "on")}
    address = Address(f"/plans/{what}").having(milestone=milestone, **times)
    if days != NEAR_DAYS:
        address = address.having(days=str(days))
    shown = risks[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    query = str(address).partition("?")[2]
    query = f"?{query}" if query else ""
    return RisksPage(
        what=what,
        rows=_rows(session, viewer, shown, then),
        total=len(risks),
        days=days,
        path=f"/plans/{what}",
        csv_href=f"/api/v1/plans/{what}.csv{query}",
        xlsx_href=f"/api/v1/plans/{what}.xlsx{query}",
        json_href=f"/api/v1/plans/{what}{query}",
        other_href=str(Address(f"/plans/{OTHER[what]}").having(**times)),
        milestone=milestone,
        windows=()
        if milestone
        else tuple(
            Choice(str(one), str(one), str(address.having(days=str(one))), one == days)
            for one in WINDOWS
        ),
        pager=pager(address, number, len(risks), ON_A_PAGE),
        **times,
    )


def _rows(
    session: Session, viewer: Viewer, risks: Sequence[Risk], then: Then
) -> tuple[MilestoneRow, ...]:
    milestones = [risk.milestone for risk in risks]
    products = products_of(session, viewer, milestones, then.as_of)
    targets = [Target("milestone", one.id) for one in milestones]
    targets += [Target("product", number) for number in products.values()]
    known = load_things(session, viewer, targets)
    needs = iter(need_rows(session, viewer, [need for risk in risks for need in risk.missing]))
    rows = []
    for risk in risks:
        one, counted = risk.milestone, risk.completeness
        product = known.get(Target("product", products.get(one.id, 0)))
        rows.append(
            MilestoneRow(
                known[Target("milestone", one.id)].thing, one.name, risk.planned_on,
                one.values.get("actual_on", ""), counted.there, counted.total, counted.percent,
                risk.days_left, product.thing if product else None,
                tuple(next(needs) for _ in risk.missing),
            )
        )  # fmt: skip
    return tuple(rows)
