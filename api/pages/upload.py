"""The upload page: files into a collection, and what came of each."""

from __future__ import annotations

from typing import Annotated, Final

from babel.support import NullTranslations
from fastapi import APIRouter, File, Form, UploadFile
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import show, texts_of
from api.pages.sentences import tell
from api.pages.things import load_things
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive.access import Right, Viewer
from archive.arrivals import Outcome
from archive.errors import CrossfileError, NotAllowed
from archive.models import Collection
from archive.references import Target
from archive.uploads import file_upload
from web.views.common import Choice
from web.views.house import UploadedFile, UploadPage

router = APIRouter(include_in_schema=False)

MOST_FILES: Final = 100  # of one form
WHAT: Final = {Outcome.DOCUMENT: "filed", Outcome.VERSION: "version"}


@router.get("/upload", name="upload_page")
def upload_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The form. Whoever may file nowhere is told so."""
    return show(request, _page(services, session, viewer), session)


@router.post("/upload", name="upload")
def upload(
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    collection: Annotated[str, Form(max_length=100)],
    file: Annotated[list[UploadFile], File(max_length=MOST_FILES)],
    back: Annotated[str, Form()] = "",
) -> Response:
    """File each; one that is refused does not hold up the others."""
    viewer.require(Right.FILE)
    texts = texts_of(request)
    answers = [_file(services, viewer, collection, one, texts) for one in file]
    with services.database.read() as session:
        targets = [answer[1] for answer in answers if answer[1] is not None]
        known = load_things(session, viewer, targets)
        uploaded = tuple(
            UploadedFile(
                one.filename or "",
                what,
                known[target].thing if target in known else None,
                reason,
            )
            for one, (what, target, reason) in zip(file, answers, strict=True)
        )
        return show(request, _page(services, session, viewer, collection, uploaded), session)


def _file(
    services: Services,
    viewer: Viewer,
    collection: str,
    file: UploadFile,
    texts: NullTranslations,
) -> tuple[str, Target | None, str]:
    """What became of one file: filed, version, known or refused; its document; why refused."""
    try:
        received = file_upload(
            services,
            viewer,
            collection=collection,
            name=file.filename or "",
            source=file.file,
            max_bytes=services.config.server.max_upload_mb << 20,
            at=services.clock(),
        )
    except CrossfileError as error:
        return "refused", None, tell(error, texts)
    target = Target("document", received.document_id)
    return WHAT.get(received.outcome, "known"), target, ""


def _page(
    services: Services,
    session: Session,
    viewer: Viewer,
    chosen: str = "",
    uploaded: tuple[UploadedFile, ...] = (),
) -> UploadPage:
    names = session.scalars(
        select(Collection.name).where(Collection.id.in_(viewer.writes)).order_by(Collection.name)
    ).all()
    if not (names and viewer.may(Right.FILE)):
        raise NotAllowed("You may file in no collection.")
    wanted = chosen or ("general" if "general" in names else names[0])
    choices = tuple(Choice(name, name, is_chosen=name == wanted) for name in names)
    return UploadPage(choices, services.config.server.max_upload_mb << 20, uploaded)
