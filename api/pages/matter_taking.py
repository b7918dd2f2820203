"""What is taken out of a matter from its page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from api.packing import pack_matter, package_answer
from api.pages.frame import done, texts_of
from api.pages.matter_acts import BackForm
from api.pages.matters import PATH
from api.pages.sentences import tell
from api.parameters import RowId, ServicesDep, ViewerDep
from archive import matters
from archive.errors import CrossfileError


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
        return done(form.back, tell(error, texts_of(request)))
