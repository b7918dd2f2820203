"""What is taken out of a matter from its page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from api.packing import pack_matter, package_answer
from api.pages.frame import refused, show, texts_of
from api.pages.matter_acts import BackForm
from api.pages.matters import ON_A_PAGE, PATH
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.parameters import RowId, ServicesDep, SessionDep, ViewerDep
from api.routes.matter_chronology import chronology_for
from archive import matters
from archive.errors import CrossfileError
from web.address import Address
from web.drawing import Point, draw
from web.views.matters import ChronologyPage, ChronologyRow


class PackForm(BackForm):
    """With stamped copies?"""

    is_stamped: bool = False


router = APIRouter(prefix=PATH, include_in_schema=False)


@router.post("/{matter}/package", name="pack_matter_page")
def pack(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[PackForm, Form()],
) -> Response:  # fmt: skip
    """The package of a matter, to be kept by the browser; what was wrong is said on the page."""
    at = services.clock()
    with services.database.write() as session:
        matters.enter(session, viewer, matter, "page", at)

    def write(path: Path) -> None:
        pack_matter(services, viewer, matter, path, at, is_stamped=form.is_stamped)

    try:
        return package_answer(services, at, write)
    except CrossfileError as error:
        return refused(form.back, tell(error, texts_of(request)))


@router.get("/{matter}/chronology", name="matter_chronology_page")
def chronology(
    matter: RowId, request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The chronology of a matter, with a drawing of the whole."""
    found, lines = chronology_for(services, session, viewer, matter)
    number = page_of(dict(parse_qsl(request.url.query)).get("page", "1"))
    path = f"{PATH}/{matter}"
    page = ChronologyPage(
        path,
        found.name,
        f"/api/v1{path}/chronology",
        tuple(
            ChronologyRow(
                one.date, one.filed, one.what, one.document, one.number, one.title or "", one.detail
            )
            for one in lines[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
        ),
        len(lines),
        draw(
            Point(one.date, one.kind or "other", one.number or one.document or "")
            for one in lines
            if one.date and one.what == "document"
        ),
        pager(Address(f"{path}/chronology"), number, len(lines), ON_A_PAGE),
    )
    return show(request, page, session)
