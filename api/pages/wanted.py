"""The page of what is cited most and is not in the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.document_address import place_of
from api.pages.frame import show
from api.pages.registers import page_of, pager
from api.pages.things import Known, load_things, wanted_href
from api.parameters import ServicesDep, SessionDep, ViewerDep
from archive.access import Right, Viewer
from archive.builtin_schemes import bearers, entry_schemes
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.wanted import Wish, list_wanted
from archive.wanting import WAITING, Asked
from web.address import Address
from web.views.common import Choice, Thing
from web.views.wanted import WantedPage, WantedRow

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50


@router.get("/wanted", name="wanted_page")
def wanted_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Numbers that documents cite and nothing bears, the most cited first."""
    asked = dict(parse_qsl(request.url.query))
    scheme, key = (asked.get(name) or None for name in ("scheme", "key"))
    number = page_of(asked.get("page", "1"))
    schemes = services.config.schemes
    whose = Asked(viewer, services.clock().date(), None, entry_schemes(schemes))
    wish = Wish(scheme, key, ON_A_PAGE, (number - 1) * ON_A_PAGE)
    found = list_wanted(session, whose, wish)
    address = Address("/wanted").having(scheme=scheme or "", key=key or "")
    may_file = viewer.may(Right.FILE) and bool(viewer.writes)
    registers = _registers(bearers(schemes)) if may_file else {}
    page = WantedPage(
        rows=_rows(session, viewer, found["items"], registers),
        total=found["total"],
        schemes=_schemes(found["schemes"], scheme or ""),
        scheme=scheme or "",
        upload_href="/upload" if may_file else "",
        attention_href=str(Address("/attention").having(what=WAITING)) if may_file else "",
        json_href=str(replace(address, path="/api/v1/wanted")) if found["items"] else "",
        pager=pager(address, number, found["total"], ON_A_PAGE),
    )
    return show(request, page, session)


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
    known = load_things(session, viewer, targets)
    return tuple(
        WantedRow(
            identifier=line["identifier"] or line["key"],
            scheme=line["scheme"],
            documents=line["documents"],
            citing_href=_citing(line),
            cited_by=tuple(_at_quote(one, known) for one in line["cited_by"]),
            oldest=line["oldest"],
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


def _schemes(counts: Sequence[Mapping[str, Any]], chosen: str) -> tuple[Choice, ...]:
    """Those of documents first; the chosen one leads back to all."""
    ordered = sorted(counts, key=lambda one: (one["is_of_entries"], -one["count"], one["scheme"]))
    return tuple(
        Choice(
            value=one["scheme"],
            label="",
            href=wanted_href("" if one["scheme"] == chosen else one["scheme"]),
            is_chosen=one["scheme"] == chosen,
            count=one["count"],
        )
        for one in ordered
    )
