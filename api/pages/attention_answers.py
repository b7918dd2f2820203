"""What is answered on the attention page: carried out at once, and taken back by a button."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Path
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.bundles import ranges_of
from api.pages.frame import done, texts_of
from api.parameters import Closed, ServicesDep, SessionDep, ViewerDep
from api.routes.registers import SchemesDep
from api.service import Services
from archive import (
    attention,
    bundle_proposals,
    by_hand,
    discrepancies,
    merge_answers,
    misread,
    open_references,
    register_proposals,
    rulings,
    version_proposals,
)
from archive.access import Viewer
from archive.alike import alike
from archive.errors import NotFound, UsageError
from archive.linking import find_target
from archive.models import Document, Proposal, Reference
from archive.references import Target, seen, visible
from archive.ruled import has_border, is_grouped_alike
from archive.ruled_before import ruled_before
from archive.rulings import OnReference
from archive.schemes import Schemes
from archive.times import parse_day
from archive.wanting import MAY_BE, is_id

router = APIRouter(include_in_schema=False)

#: Answers by which a line is put aside, or is there again.
ASIDE: Final = ("explain", "aside", "back")


class AnswerForm(Closed):
    """What a person answers."""

    answer: str = "choose"
    choose: str = ""  # of several the one that is meant
    reason: str = ""
    until: str = ""
    password: str = ""  # of the file
    all: str = ""  # "1": for all that have the same question
    part: tuple[str, ...] = ()  # of a bundle's pages those that are meant
    item: tuple[str, ...] = ()  # those that an answer was for, to take it back
    back: str = "/attention"


@router.post("/attention/{item:path}", name="answer_attention")
def answer(
    request: Request,
    item: Annotated[str, Path(max_length=5000)],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Carry out an answer, for all that are alike where asked; it can be taken back at once."""
    texts, at = texts_of(request), services.clock()
    if item.startswith("proposal") and form.answer in ("parts", "withdraw"):
        return _part(request, services, viewer, item, form)
    if item.startswith("proposal") and form.answer in ("add", "accept", "reject"):
        undo = _propose(services, viewer, item, form.answer, schemes)
        back = (("back", form.back),) if undo else ()
        return done(form.back, texts.gettext("It is decided."), undo=undo, fields=back)
    if item.startswith(discrepancies.DISCREPANCY) and form.answer in ("choose", "withdraw"):
        return _which_holds(request, services, viewer, item, form)
    if item.startswith("merge:") and form.answer in ("same", "other", "open"):
        return _merge(request, services, viewer, item, form, schemes)
    if form.answer == "password":
        with services.database.write() as writing:
            count = attention.give_password(writing, viewer, item, form.password, at)
        said = texts.ngettext(
            "%(num)s file is tried with it; once it is open it leaves this list.",
            "%(num)s files are tried with it; those that open leave this list.",
            count,
        )
        return done(form.back, said % {"num": count})
    if form.answer == "retry":
        with services.database.write() as writing:
            count = attention.retry(writing, viewer, item, at, alike=form.all == "1")
        said = texts.ngettext(
            "%(num)s file is read again as soon as possible.",
            "%(num)s files are read again as soon as possible.",
            count,
        )
        return done(form.back, said % {"num": count})
    items = list(form.item) or (alike(session, viewer, item, at) if form.all == "1" else [item])
    new = _carry_out(services, session, viewer, items, form)
    if form.answer in ("back", "withdraw"):
        return done(form.back, texts.gettext("It is as it was."))
    said = texts.ngettext("%(num)s is decided.", "%(num)s are decided.", len(items))
    taken_back = "back" if form.answer in ASIDE else "withdraw"
    fields = (("answer", taken_back), ("back", form.back), *(("item", one) for one in new))
    undo = request.url.path if new else ""  # what was said before is not taken back
    return done(form.back, said % {"num": len(items)}, undo=undo, fields=fields if undo else ())


def _carry_out(
    services: Services, session: Session, viewer: Viewer, items: list[str], form: AnswerForm
) -> list[str]:
    """Put these lines aside, or back, or rule on them: those of which it was not said before."""
    at = services.clock()
    if form.answer in ASIDE:
        with services.database.write() as writing:
            for one in items:
                _aside(writing, viewer, one, form, at)
        return items
    wanted = [(one, _ruling(session, viewer, one, form)) for one in items]
    with services.database.write() as writing:
        return [one for one, ruled in wanted if _rule(writing, viewer, ruled, at, form.reason)]


def _rule(
    session: Session,
    viewer: Viewer,
    ruled: tuple[OnReference, str, Target | None],
    at: datetime,
    reason: str,
) -> bool:
    """Carry out a ruling; was it not said so before?"""
    what, decision, target = ruled
    if what.key:
        return rulings.rule(session, viewer, what, decision, at, target=target, reason=reason)
    stood = ruled_before(session, what, target)
    by_hand.look_again(session, viewer, what, decision, at, target=target, reason=reason)
    return decision != "confirm" or ruled_before(session, what, target) != stood


def _aside(session: Session, viewer: Viewer, item: str, form: AnswerForm, at: datetime) -> None:
    if form.answer == "back":
        attention.bring_back(session, viewer, item, at)
    elif form.answer == "explain":
        attention.set_aside(session, viewer, item, at, reason=form.reason)
    else:
        attention.set_aside(session, viewer, item, at, until=parse_day(form.until))


def _merge(
    request: Request,
    services: Services,
    viewer: Viewer,
    item: str,
    form: AnswerForm,
    schemes: Schemes,
) -> Response:
    """Two parties are one, or they are not; `open` takes that back."""
    texts, at, number = texts_of(request), services.clock(), item.partition(":")[2]
    if not is_id(number):
        raise NotFound("open proposal", number)
    with services.database.write() as session:
        if form.answer == "open":
            merge_answers.take_back(session, viewer, int(number), at, schemes=schemes)
        else:
            said: Literal["same", "other"] = "same" if form.answer == "same" else "other"
            merge_answers.answer(session, viewer, int(number), said, at, schemes=schemes)
    if form.answer == "open":
        return done(form.back, texts.gettext("It is as it was."))
    fields = (("answer", "open"), ("back", form.back))
    said_so = texts.gettext("It is decided.")
    return done(form.back, said_so, undo=request.url.path, fields=fields)


def _propose(services: Services, viewer: Viewer, item: str, said: str, schemes: Schemes) -> str:
    """Answer a proposal; where that is taken back, "" where it can't be."""
    number, at = _proposal_of(item), services.clock()
    with services.intake.deciding() as (session, receipts):
        row = session.get(Proposal, number)
        if row is not None and row.kind == "version":
            if said == "reject":
                version_proposals.reject(session, viewer, row.id, at)
            else:
                version_proposals.accept(session, receipts, viewer, row.id, at)
            return f"/version-proposals/{row.id}/take-back"
        if row is not None and row.kind == bundle_proposals.PARTS and said == "reject":
            bundle_proposals.reject(session, viewer, row.id, at)
        elif said == "reject":
            register_proposals.reject(session, viewer, number, at)
        else:
            register_proposals.accept(session, viewer, number, at, schemes=schemes)
    return ""


def _part(
    request: Request, services: Services, viewer: Viewer, item: str, form: AnswerForm
) -> Response:
    """Make documents of the pages that are marked; or take that back."""
    number, texts, at = _proposal_of(item), texts_of(request), services.clock()
    ranges = [pages for part in form.part for pages in ranges_of(part)]
    with services.intake.deciding() as (session, receipts):
        if form.answer == "withdraw":
            bundle_proposals.ask_again(session, receipts, viewer, number, at)
        else:
            bundle_proposals.accept(session, viewer, number, at, ranges=ranges)
    if form.answer == "withdraw":
        return done(form.back, texts.gettext("It is as it was."))
    fields = (("answer", "withdraw"), ("back", form.back))
    said = texts.gettext("They are taken out as soon as possible.")
    return done(form.back, said, undo=request.url.path, fields=fields)


def _proposal_of(item: str) -> int:
    number = item.removeprefix("proposal").lstrip(":-")
    if not is_id(number):
        raise NotFound("open proposal", number)
    return int(number)


def _which_holds(
    request: Request, services: Services, viewer: Viewer, item: str, form: AnswerForm
) -> Response:
    """Say whether the data of a file holds or its page; or take that back."""
    texts, at, schemes = texts_of(request), services.clock(), request.app.state.schemes
    with services.database.write() as session:
        if form.answer == "withdraw":
            discrepancies.take_back(session, viewer, item, at, schemes=schemes)
        else:
            discrepancies.choose(session, viewer, item, form.choose, at, schemes=schemes)
    if form.answer == "withdraw":
        return done(form.back, texts.gettext("It is as it was."))
    fields = (("answer", "withdraw"), ("back", form.back))
    return done(form.back, texts.gettext("It is set right."), undo=request.url.path, fields=fields)


def _ruling(
    session: Session, viewer: Viewer, item: str, form: AnswerForm
) -> tuple[OnReference, str, Target | None]:
    """What an answer says of the line `ambiguous:12/purchase-order/PO1/bills`, as a ruling."""
    decisions = {
        "choose": "redirect", "none": "reject", "reject": "reject", "confirm": "confirm",
        "withdraw": "withdraw",
    }  # fmt: skip
    parts = open_references.parts_of(item)
    if form.answer not in decisions or len(parts) < 4 or not is_id(parts[0]):
        raise UsageError("There is no answer %(answer)r to this.", answer=form.answer)
    decision = decisions[form.answer]
    if by_hand.is_name(parts):
        made = OnReference(int(parts[0]), None, None, parts[3])
        return made, decision, Target("document", int(parts[2]))
    groups = parts[4] if parts[4:] else _groups_of(session, parts)
    what = OnReference(int(parts[0]), parts[1], parts[2], parts[3], groups)
    if item.partition(":")[0] == MAY_BE:
        what = misread.ruled_on(session, what, decision)
    target = None
    if form.answer == "choose":
        if not form.choose:
            raise UsageError("Say which target is meant.")
        target = find_target(session, viewer, form.choose)
    elif form.answer == "confirm":
        rows = session.scalars(
            visible(viewer, None)
            .where(Reference.document_id == what.document_id)
            .where(Reference.scheme == what.scheme, Reference.key == what.key)
            .where(Reference.relation == what.relation)
            .where(is_grouped_alike(what.groups, Reference.groups))
        ).all()
        target = next((view.target for view in seen(session, viewer, rows, None)), None)
    return what, decision, target


def _groups_of(session: Session, parts: list[str]) -> str | None:
    """Of a line that is named without groups: it is about the number that has no border.

    None where there is none such, or several: then the ruling finds out which, or asks.
    """
    rows = session.scalars(
        select(Reference.groups)
        .join(Document, Document.current_version_id == Reference.version_id)
        .where(
            Reference.document_id == int(parts[0]),
            Reference.scheme == parts[1],
            Reference.key == parts[2],
            Reference.relation == parts[3],
            Reference.retracted_at.is_(None),
            ~has_border(Reference.groups),
        )
        .distinct()
        .limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None
