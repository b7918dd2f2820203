"""The page of what is cited most and is not in the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.document_address import place_of
from api.pages.frame import done, safe_back, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.pages.things import Known, load_things, things_of, wanted_href
from api.parameters import Closed, Moment, ServicesDep, SessionDep, ViewerDep
from api.problems import is_for_people
from api.service import Services
from archive import wanted_answers
from archive.access import Right, Viewer
from archive.builtin_schemes import bearers, entry_schemes
from archive.errors import CrossfileError
from archive.linking import find_target
from archive.records import document_id_of
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.times import parse_day
from archive.wanted import Wish, list_wanted
from archive.wanted_numbers import Wanted
from archive.wanting import WAITING, Asked
from web.address import Address
from web.views.common import Choice, Thing
from web.views.wanted import WantedAnswers, WantedPage, WantedRow

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50


class WantedForm(Closed):
    """What the list posts: the marked numbers, and what is said of all of them."""

    number: Annotated[list[str], Field(default_factory=list, max_length=1000)]
    answer: Literal["link", "explain", "aside"]
    target: str = ""
    reason: str = ""
    until: str = ""
    back: str = "/wanted"


class UndoForm(Closed):
    """What was answered at a moment."""

    at: Moment
    back: str = "/wanted"


@router.get("/wanted", name="wanted_page")
def wanted_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Numbers that documents cite and nothing bears, the most cited first."""
    return show(request, _page(services, session, viewer, request.url.query), session)


@router.post("/wanted", name="answer_wanted")
def answer_wanted(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    form: Annotated[WantedForm, Form()],
) -> Response:
    """Answer the marked numbers, all or none; the list again where it can't be done."""
    texts, at = texts_of(request), services.clock()
    asked = Asked(viewer, at.date())
    numbers = [Wanted.of(one) for one in form.number if "/" in one]
    try:
        with services.database.write() as writing:
            if form.answer == "link":
                target = find_target(writing, viewer, form.target)
                wanted_answers.lead_to(writing, asked, numbers, target, at)
            elif form.answer == "explain":
                wanted_answers.put_aside(writing, asked, numbers, at, reason=form.reason)
            else:
                until = parse_day(form.until)
                wanted_answers.put_aside(writing, asked, numbers, at, until=until)
    except CrossfileError as error:
        if not is_for_people(request):
            raise
        answers = WantedAnswers(
            form.target, form.reason, form.until, frozenset(form.number), tell(error, texts)
        )
        query = safe_back(form.back).partition("?")[2]
        page = _page(services, session, viewer, query, answers)
        return show(request, page, session, status=422)
    said = texts.ngettext("%(num)s is decided.", "%(num)s are decided.", len(numbers))
    fields = (("at", at.isoformat()), ("back", form.back))
    return done(form.back, said % {"num": len(numbers)}, undo="/wanted/undo", fields=fields)


@router.post("/wanted/undo", name="undo_wanted")
def undo_wanted(
    request: Request, services: ServicesDep, viewer: ViewerDep, form: Annotated[UndoForm, Form()]
) -> Response:
    """Take back what was answered at once."""
    with services.database.write() as session:
        wanted_answers.take_back(session, viewer, form.at, services.clock())
    return done(form.back, texts_of(request).gettext("It is as it was."))


def _page(
    services: Services,
    session: Session,
    viewer: Viewer,
    query: str,
    answers: WantedAnswers | None = None,
) -> WantedPage:
    asked = dict(parse_qsl(query))
    scheme, key = (asked.get(name) or None for name in ("scheme", "key"))
    number = page_of(asked.get("page", "1"))
    schemes = services.config.schemes
    whose = Asked(viewer, services.clock().date(), None, entry_schemes(schemes))
    wish = Wish(scheme, key, ON_A_PAGE, (number - 1) * ON_A_PAGE)
    found = list_wanted(session, whose, wish)
    address = Address("/wanted").having(scheme=scheme or "", key=key or "")
    may_file = viewer.may(Right.FILE) and bool(viewer.writes)
    registers = _registers(bearers(schemes)) if may_file else {}
    return WantedPage(
        rows=_rows(session, viewer, found["items"], registers),
        total=found["total"],
        schemes=_schemes(found["schemes"], scheme or "", is_of_entries=False),
        unregistered=_schemes(found["schemes"], scheme or "", is_of_entries=True),
        scheme=scheme or "",
        upload_href="/upload" if may_file else "",
        attention_href=str(Address("/attention").having(what=WAITING)) if may_file else "",
        json_href=str(replace(address, path="/api/v1/wanted")) if found["items"] else "",
        pager=pager(address, number, found["total"], ON_A_PAGE),
        answers=(answers or WantedAnswers()) if may_file else None,
    )


def _registers(bearer_of: Mapping[str, str]) -> dict[str, str]:
    """By scheme the address of the register whose entries bear its numbers as their code.

    VAT and organisation numbers are borne by parties, which are called otherwise.
    """
    return {
        scheme: f"/{REGISTERS[bearer].plural}"
        for scheme, bearer in bearer_of.items()
        if bearer in REGISTERS and bearer != "party"
    }


def _rows(
    session: Session,
    viewer: Viewer,
    lines: Sequence[Mapping[str, Any]],
    registers: Mapping[str, str],
) -> tuple[WantedRow, ...]:
    targets = {_source(one) for line in lines for one in line["cited_by"]}
    alike = [document_id_of(one) for line in lines for one in line["borne_by"]]
    known = load_things(session, viewer, targets | {Target("document", one) for one in alike})
    return tuple(
        WantedRow(
            identifier=line["identifier"] or line["key"],
            scheme=line["scheme"],
            value=str(Wanted(line["scheme"], line["key"], line["marks"])),
            issuer=(line["issuer"] or "") if line["marks"] else "",
            documents=line["documents"],
            citing_href=_citing(line),
            cited_by=tuple(_at_quote(one, known) for one in line["cited_by"]),
            oldest=line["oldest"],
            others=things_of(known, map(document_id_of, line["borne_by"])),
            register_href=str(Address(registers[line["scheme"]]).having(code=line["identifier"]))
            if line["scheme"] in registers
            else "",
        )
        for line in lines
    )


def _source(line: Mapping[str, Any]) -> Target:
    return Target("document", int(line["source"].removeprefix("D-")))


def _at_quote(line: Mapping[str, Any], known: Mapping[Target, Known]) -> Thing:
    """The document that cites, opened where it does."""
    place = place_of(line["source"], line["page"], line["start"], line["end"])
    return replace(known[_source(line)].thing, href=place)


def _citing(line: Mapping[str, Any]) -> str:
    number = (line["identifier"] or line["key"]).replace('"', " ")
    return str(Address("/").having(q=f'cites:"{number}"'))


def _schemes(
    counts: Sequence[Mapping[str, Any]], chosen: str, *, is_of_entries: bool
) -> tuple[Choice, ...]:
    """Those of documents, or those of registers, apart; the chosen one leads back to all."""
    ours = (one for one in counts if one["is_of_entries"] is is_of_entries)
    return tuple(
        Choice(
            value=one["scheme"],
            label="",
            href=wanted_href("" if one["scheme"] == chosen else one["scheme"]),
            is_chosen=one["scheme"] == chosen,
            count=one["count"],
        )
        for one in sorted(ours, key=lambda one: (-one["count"], one["scheme"]))
    )
