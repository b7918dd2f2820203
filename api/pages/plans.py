"""Plans on pages: what milestones need, how complete products are; applied, planned anew, said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, refused, services_of, texts_of
from api.pages.sentences import tell
from api.pages.things import load_things
from api.parameters import Closed, RowId, ServicesDep, ViewerDep
from api.plan_answers import standing_of_product, then_of
from api.routes.registers import SchemesDep
from api.service import Services
from archive import planning, registers
from archive.access import Viewer
from archive.completeness import STATES, THERE, NeedView
from archive.errors import CrossfileError, UsageError
from archive.milestone_standing import standing_of
from archive.need_documents import Then
from archive.plan_templates import PlannedNeed, PlanSection, plan_named, plans_of
from archive.records import document_id_of
from archive.references import Target
from archive.register_fields import REGISTERS, Register
from archive.registers import EntryView
from archive.schemes import Schemes
from archive.times import parse_day
from archive.vocabulary import KINDS
from web.address import Address
from web.views.plans import MilestoneRow, NeedRow, NeedsBlock, PlanBlock, ReplanRow

router = APIRouter(include_in_schema=False)
PRODUCTS, MILESTONES = REGISTERS["product"], REGISTERS["milestone"]
Act = Callable[[Session, EntryView, datetime], None]


class PlanForm(Closed):
    """A plan to be applied to a product."""

    plan: str
    anchor: str
    prefix: str = ""
    back: str = "/products"


class DayForm(Closed):
    """Another day for a milestone."""

    planned_on: str
    reason: str = ""
    revision: int = 0
    back: str = "/milestones"


class NeedForm(Closed):
    """Something more that a milestone needs."""

    name: str = ""
    what: str = "document"
    kind: str = ""
    party: str = ""
    state: str = "present"
    responsible: str = ""
    back: str = "/milestones"


class StateForm(Closed):
    """How a need stands, as somebody says."""

    state: str = ""
    reason: str = ""
    responsible: str = ""
    back: str = "/milestones"


def plan_blocks(
    request: Request,
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    as_of: datetime | None,
    on: date | None,
    *,
    may_edit: bool,
) -> dict[str, Any]:
    """What stands on the page of a milestone alone (`needs`), and of a product (`plan`)."""
    then = then_of(services_of(request).clock, as_of, on)
    if entry.register.name == "milestone":
        return {"needs": _needs_block(session, viewer, entry, then, may_edit=may_edit)}
    if entry.register.name == "product":
        plans = plans_of(services_of(request).config.plans) if may_edit else {}
        return {"plan": _plan_block(session, viewer, entry, then, plans)}
    return {}


def _needs_block(
    session: Session, viewer: Viewer, entry: EntryView, then: Then, *, may_edit: bool
) -> NeedsBlock:
    stands = standing_of(session, viewer, [entry], then)
    counted = stands.completeness_of([entry.id])
    needs = sorted(stands.needs_of(entry.id), key=lambda need: STATES.index(need.status))
    return NeedsBlock(
        needs=need_rows(session, viewer, needs),
        there=counted.there,
        percent=counted.percent,
        replanned=tuple(
            ReplanRow(one.at, one.before, one.after, one.reason)
            for one in planning.replannings(session, entry, then.as_of)
        ),
        missing_href=str(Address("/plans/missing").having(milestone=entry.code)),
        kinds=KINDS if may_edit else (),
        may_replan=may_edit and not entry.values.get("actual_on"),
        may_edit=may_edit,
    )


def need_rows(session: Session, viewer: Viewer, needs: Iterable[NeedView]) -> tuple[NeedRow, ...]:
    """Needs with the documents that they are, as links."""
    needs = list(needs)
    targets = {
        need.document: Target("document", document_id_of(need.document))
        for need in needs
        if need.document
    }
    known = load_things(session, viewer, targets.values())
    return tuple(
        NeedRow(
            need.id, need.what, need.name, need.kind, need.wanted, need.party, need.responsible,
            need.status, known[targets[need.document]].thing if need.document else None,
            need.version, need.reasons, need.said, need.who, need.happened_on,
        )
        for need in needs
    )  # fmt: skip


def _plan_block(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    then: Then,
    plans: Mapping[str, PlanSection],
) -> PlanBlock | None:
    """The milestones of a product; None where there are none and nobody may make them."""
    stands, milestones = standing_of_product(session, viewer, entry, then)
    if not milestones and not plans:
        return None
    known = load_things(session, viewer, [Target("milestone", one.id) for one in milestones])
    whole = stands.completeness_of([one.id for one in milestones])
    missing = {
        one.id: [need for need in stands.needs_of(one.id) if need.status != THERE]
        for one in milestones
    }
    needs = iter(need_rows(session, viewer, [need for some in missing.values() for need in some]))
    rows = []
    for one in milestones:
        counted = stands.completeness_of([one.id])
        rows.append(
            MilestoneRow(
                known[Target("milestone", one.id)].thing, one.name,
                one.values.get("planned_on", ""), one.values.get("actual_on", ""),
                counted.there, counted.total, counted.percent,
                missing=tuple(next(needs) for _ in missing[one.id]),
            )
        )  # fmt: skip
    return PlanBlock(
        tuple(rows), whole.there, whole.total, whole.percent,
        tuple((plan.name, plan.title or plan.name) for plan in plans.values()),
    )  # fmt: skip


def _carry_out(
    request: Request, viewer: Viewer, schemes: Schemes, register: Register, name: str, back: str,
    act: Act,
) -> Response:  # fmt: skip
    """Do it in one transaction; what was wrong is said at the top of the page."""
    services: Services = services_of(request)
    texts = texts_of(request)
    known = int(name[1:]) if name[:1] == "~" and name[1:].isdecimal() else name
    try:
        with services.database.write() as session:
            entry = registers.get(session, viewer, register, known, schemes=schemes)
            act(session, entry, services.clock())
    except CrossfileError as error:
        return refused(back, tell(error, texts))
    return done(back, texts.gettext("It is done."))


@router.post("/products/{entry}/plans", name="apply_plan_page")
def apply(
    entry: str,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[PlanForm, Form()],
) -> Response:
    """Apply a plan to a product, whole or not at all."""

    def act(session: Session, product: EntryView, at: datetime) -> None:
        plan = plan_named(plans_of(services.config.plans), form.plan)
        planning.apply_plan(
            session, viewer, product, plan, parse_day(form.anchor), at, schemes=schemes,
            prefix=form.prefix,
        )  # fmt: skip

    return _carry_out(request, viewer, schemes, PRODUCTS, entry, form.back, act)


@router.post("/milestones/{entry}/replan", name="replan_page")
def replan(
    entry: str,
    request: Request,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[DayForm, Form()],
) -> Response:
    """Plan a milestone for another day."""

    def act(session: Session, known: EntryView, at: datetime) -> None:
        planning.replan(
            session, viewer, known, parse_day(form.planned_on), at, reason=form.reason,
            schemes=schemes, revision=form.revision or known.revision,
        )  # fmt: skip

    return _carry_out(request, viewer, schemes, MILESTONES, entry, form.back, act)


@router.post("/milestones/{entry}/needs", name="add_need_page")
def add_need(
    entry: str,
    request: Request,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[NeedForm, Form()],
) -> Response:
    """Add a need to a milestone."""

    def act(session: Session, known: EntryView, at: datetime) -> None:
        said = form.model_dump(exclude={"back"})
        if form.what != "document":  # what the form has for documents is not meant
            said |= {"kind": "", "party": "", "state": "present"}
        try:
            need = PlannedNeed(**{name: text.strip() for name, text in said.items()})
        except ValidationError as error:
            raise UsageError(
                "Say what it needs by name; of a document which kind it is."
            ) from error
        planning.add_need(session, viewer, known, need, at)

    return _carry_out(request, viewer, schemes, MILESTONES, entry, form.back, act)


@router.post("/milestones/{entry}/needs/{need}/state", name="say_need_page")
def say(
    entry: str,
    need: RowId,
    request: Request,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[StateForm, Form()],
) -> Response:
    """Say how a checkpoint, material or person stands."""

    def act(session: Session, known: EntryView, at: datetime) -> None:
        planning.say_state(
            session, viewer, known, need, form.state, at, reason=form.reason,
            responsible=form.responsible,
        )  # fmt: skip

    return _carry_out(request, viewer, schemes, MILESTONES, entry, form.back, act)


@router.post("/milestones/{entry}/needs/{need}/removed", name="remove_need_page")
def remove(
    entry: str,
    need: RowId,
    request: Request,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[StateForm, Form()],
) -> Response:
    """It does not need that after all; the answer offers to add it again."""
    texts = texts_of(request)
    taken: dict[str, str] = {}

    def act(session: Session, known: EntryView, at: datetime) -> None:
        gone = planning.remove_need(session, viewer, known, need, at)
        taken.update(
            name=gone.name, what=gone.what, kind=gone.kind, party=gone.party,
            state=gone.wanted or "present", responsible=gone.responsible, back=form.back,
        )  # fmt: skip

    answer = _carry_out(request, viewer, schemes, MILESTONES, entry, form.back, act)
    if not taken:
        return answer
    undo = f"/milestones/{entry}/needs"
    return done(form.back, texts.gettext("It is done."), undo=undo, fields=tuple(taken.items()))
