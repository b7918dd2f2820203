"""What the page of a change request shows and takes: moves, approvals, affected documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final

from babel.support import NullTranslations
from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.change_steps import review_rows, step_rows
from api.pages.frame import done, refused, services_of, texts_of
from api.pages.notices import rows_of
from api.pages.sentences import tell
from api.pages.things import load_things
from api.parameters import Closed, RowId, ServicesDep, SessionDep, ViewerDep
from api.routes.changes import RulesDep
from api.service import Services
from archive import change_answers, change_moves, notices, registers
from archive.access import Right, Viewer
from archive.change_affected import AffectedView
from archive.change_answers import Answer
from archive.change_authority import ChangeRules, approvals
from archive.change_states import CHANGES, OVER, PAST_DECISION, moves_from
from archive.change_status import OTHER_STATE, status_of, why_not
from archive.errors import CrossfileError, UsageError
from archive.messages import Message
from archive.models import Version
from archive.records import document_id_of, file_number
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.registers import EntryView
from archive.schemes import Schemes
from web.address import Address
from web.views.register import AffectedRow, ApprovalRow, ChangeBlock

router = APIRouter(prefix="/change-requests/{entry}", include_in_schema=False)
#: What is refused for these is told beside the moves: the others are in other hands.
TOLD: Final = ("approve", "incorporate")


class MoveForm(Closed):
    """A move by its button."""

    move: str
    reason: str = ""
    revision: int = 0
    back: str = "/change-requests"


class DocumentForm(Closed):
    """A document that it affects; with a version where that was taken back."""

    document: str
    version: str = ""
    back: str = "/change-requests"


class AnswerForm(Closed):
    """What is said of an affected document."""

    answer: str = ""
    reason: str = ""
    version: str = ""
    back: str = "/change-requests"


def change_block(
    request: Request,
    session: Session,
    viewer: Viewer,
    schemes: Schemes,
    entry: EntryView,
    as_of: datetime | None,
    on: date | None,
) -> ChangeBlock:
    """What stands on the page of a change request alone."""
    texts = texts_of(request)
    config = services_of(request).config
    rules = ChangeRules(config.authority, schemes, config.mail)
    status = status_of(session, entry, rules=rules, as_of=as_of, on=on)
    is_now = as_of is None and on is None
    reasons: dict[str, Message | None] = {}
    for move in moves_from(status.state) if is_now else ():
        reasons[move.name] = why_not(session, viewer, entry, move, status)
    may_file = viewer.may(Right.FILE) and entry.collection_id in viewer.writes
    refusals = {
        tell(why, texts)
        for name, why in reasons.items()
        if why is not None and name in TOLD and may_file and why.message != OTHER_STATE
    }
    return ChangeBlock(
        moves=tuple(name for name, why in reasons.items() if why is None),
        refusals=tuple(sorted(refusals)),
        persons=status.authority.persons,
        missing=status.authority.missing,
        roles=status.authority.roles,
        approvals=tuple(
            ApprovalRow(one.who, one.role, one.decision, one.reason, one.happened_on)
            for one in approvals(session, entry.id, as_of=as_of, on=on)
        ),
        affected=_affected(session, viewer, status.affected),
        answered=sum(1 for one in status.affected if one.answer),
        is_past_decision=status.state in PAST_DECISION,
        may_answer=is_now and may_file and status.state not in OVER,
        review=review_rows(session, entry, as_of, on),
        steps=step_rows(session, entry, as_of, texts),
        notices=rows_of(
            session,
            viewer,
            notices.list_notices(session, viewer, entry_id=entry.id, as_of=as_of).items,
        ),
    )


def _affected(
    session: Session, viewer: Viewer, affected: tuple[AffectedView, ...]
) -> tuple[AffectedRow, ...]:
    targets = {one.id: Target("document", document_id_of(one.document)) for one in affected}
    known = load_things(session, viewer, targets.values())
    rows = []
    for one in affected:
        thing = known[targets[one.id]].thing
        number = one.answered_version
        href = str(Address(thing.href).having(version=str(number))) if number else ""
        rows.append(
            AffectedRow(one.id, thing, one.version, one.answer, number, href, one.reason, one.who)
        )
    return tuple(rows)


def _carry_out(
    services: Services,
    viewer: Viewer,
    rules: ChangeRules,
    name: str,
    act: Callable[[Session, EntryView, datetime], None],
) -> CrossfileError | None:
    """Do it in one transaction; what was wrong, where it was refused."""
    try:
        with services.database.write() as session:
            known = name.removeprefix("~")
            entry = registers.get(session, viewer, REGISTERS[CHANGES], known, schemes=rules.schemes)
            act(session, entry, services.clock())
    except CrossfileError as error:
        return error
    return None


def _said(
    request: Request, back: str, error: CrossfileError | None, sentence: str,
    undo: str = "", **fields: str,
) -> Response:  # fmt: skip
    texts: NullTranslations = texts_of(request)
    if error is not None:
        return refused(back, tell(error, texts))
    return done(back, sentence, undo=undo, fields=(*fields.items(), ("back", back)) if undo else ())


@router.post("/moves", name="move_change_page")
def move(
    entry: str,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    rules: RulesDep,
    form: Annotated[MoveForm, Form()],
) -> Response:
    """Move it as a button says; what is refused is said at the top of the page."""

    def act(session: Session, known: EntryView, at: datetime) -> None:
        change_moves.move(
            session, viewer, known, form.move, at, reason=form.reason, rules=rules,
            revision=form.revision or known.revision,
        )  # fmt: skip

    error = _carry_out(services, viewer, rules, entry, act)
    return _said(request, form.back, error, texts_of(request).gettext("It is done."))


@router.post("/affected", name="add_affected_page")
def add(
    entry: str,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    rules: RulesDep,
    form: Annotated[DocumentForm, Form()],
) -> Response:
    """It affects a document; that can be taken back at once."""
    made: list[int] = []

    def act(session: Session, known: EntryView, at: datetime) -> None:
        version = _number(form.version)
        made.append(change_answers.add(session, viewer, known, form.document, at, version=version))

    error = _carry_out(services, viewer, rules, entry, act)
    said = texts_of(request).gettext("%(name)s is affected.") % {"name": form.document}
    undo = f"/change-requests/{entry}/affected/{made[0]}/removed" if made else ""
    return _said(request, form.back, error, said, undo)


@router.post("/affected/{affected}/removed", name="remove_affected_page")
def remove(
    entry: str,
    affected: RowId,
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    rules: RulesDep,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """It does not affect that document after all; that can be taken back at once."""
    again: dict[str, str] = {}

    def act(writing: Session, known: EntryView, at: datetime) -> None:
        gone = change_answers.remove(writing, viewer, known, affected, at)
        version = writing.get_one(Version, gone.version_id)
        again.update(document=file_number(version.document_id), version=str(version.number))

    error = _carry_out(services, viewer, rules, entry, act)
    said = texts_of(request).gettext("It is taken away.")
    return _said(request, form.back, error, said, f"/change-requests/{entry}/affected", **again)


@router.post("/affected/{affected}/answer", name="answer_affected_page")
def answer(
    entry: str,
    affected: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    rules: RulesDep,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Rule that a version carries the change, or waive it; that can be taken back at once."""

    def act(session: Session, known: EntryView, at: datetime) -> None:
        said = Answer(form.answer, form.reason, _number(form.version))
        change_answers.answer(session, viewer, known, affected, said, at, rules=rules)

    error = _carry_out(services, viewer, rules, entry, act)
    undo = f"/change-requests/{entry}/affected/{affected}/taken-back"
    return _said(request, form.back, error, texts_of(request).gettext("It is answered."), undo)


@router.post("/affected/{affected}/taken-back", name="take_answer_back_page")
def take_back(
    entry: str,
    affected: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    rules: RulesDep,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Take a person's answer back."""

    def act(session: Session, known: EntryView, at: datetime) -> None:
        change_answers.take_back(session, viewer, known, affected, at)

    error = _carry_out(services, viewer, rules, entry, act)
    return _said(request, form.back, error, texts_of(request).gettext("The answer is taken back."))


def _number(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) < 10):
        raise UsageError("%(text)s is no number of a version.", text=text[:80])
    return int(text)
