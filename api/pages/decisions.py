"""The decision page of a change request, on screen and as PDF."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.decision_pdf import decision_pdf
from api.pages.changes import change_block
from api.pages.entries import find_entry, times_of
from api.pages.frame import printed, services_of, show, texts_of
from api.pages.things import load_things
from api.parameters import SessionDep, ViewerDep
from api.routes.registers import SchemesDep
from archive.access import Viewer
from archive.change_states import CHANGES, state_in
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.schemes import Schemes
from web.address import Address
from web.views.decisions import DecisionPage, SheetLine
from web.views.register import ChangeBlock

router = APIRouter(prefix="/change-requests/{entry}", include_in_schema=False)

HEAD: Final = ("products", "requester", "contact", "received_on", "decided_on", "authority")
MOST_CHARACTERS: Final = 420  # of one text of the review: seven lines of its box
MOST_OF_HEAD: Final = 90
MOST_LINES: Final = 6  # affected documents, and approvals


@router.get("/decision", name="decision_page")
def decision_page(
    entry: str, request: Request, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
) -> Response:
    """What there is to decide, on one screen."""
    return show(request, sheet(request, session, viewer, schemes, entry), session)


@router.get("/decision.pdf", name="decision_pdf")
def decision_print(
    entry: str, request: Request, viewer: ViewerDep, schemes: SchemesDep
) -> Response:
    """The same as one page of A4."""
    services = services_of(request)
    with services.database.read() as session:  # not held while the page is set
        page = sheet(request, session, viewer, schemes, entry)
    made = decision_pdf(page, texts_of(request), services.clock())
    return printed(made, page.thing.text)


def sheet(
    request: Request, session: Session, viewer: Viewer, schemes: Schemes, name: str
) -> DecisionPage:
    """The page as plain data, cut to what fits."""
    asked = dict(parse_qsl(request.url.query))
    as_of, on = times_of(asked)
    entry = find_entry(session, viewer, REGISTERS[CHANGES], name, schemes, asked)
    block = change_block(request, session, viewer, schemes, entry, as_of, on)
    target = Target(CHANGES, entry.id)
    thing = load_things(session, viewer, [target])[target].thing
    then = {key: asked.get(key, "") for key in ("as_of", "on")}
    return DecisionPage(
        thing=thing,
        title=cut(entry.name, 2 * MOST_OF_HEAD) if entry.name != entry.code else "",
        state=state_in(entry.values),
        head=tuple(
            (field, cut(entry.values[field].replace(";", ", "), MOST_OF_HEAD))
            for field in HEAD
            if field in entry.values
        ),
        review=tuple(replace(one, text=cut(one.text, MOST_CHARACTERS)) for one in block.review),
        affected=_affected(block),
        affected_more=max(0, len(block.affected) - MOST_LINES),
        approvals=tuple(
            SheetLine(cut(one.who, 40), cut(one.reason, MOST_OF_HEAD), one.decision, one.day)
            for one in block.approvals[-MOST_LINES:]
        ),
        persons=block.persons,
        missing=block.missing,
        roles=block.roles,
        is_past_decision=block.is_past_decision,
        moves=block.moves,
        refusals=block.refusals,
        revision=entry.revision,
        path=thing.href,
        pdf_href=str(Address(f"{thing.href}/decision.pdf").having(**then)),
        **then,
    )  # fmt: skip


def _affected(block: ChangeBlock) -> tuple[SheetLine, ...]:
    """What is not answered first."""
    ordered = sorted(block.affected, key=lambda one: one.answer != "")
    return tuple(
        SheetLine(
            cut(one.thing.text, 40), cut(one.thing.title, MOST_OF_HEAD), one.answer,
            f"v{one.version}", one.thing,
        )
        for one in ordered[:MOST_LINES]
    )  # fmt: skip


def cut(text: str, most: int) -> str:
    """A text on one line, and no longer than that.

    >>> cut("one\\ntwo  three", 9)
    'one two …'
    """
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()} …"
