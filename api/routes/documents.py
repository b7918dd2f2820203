"""Documents: what they are, their pages and bytes; setting right what was read of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, UploadFile
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.requests import Request

from api.answers import (
    DocumentListing,
    EventListing,
    OpenedDocument,
    PageTold,
    References,
    Versions,
)
from api.originals import ASK_AGAIN, Original, is_known, not_modified
from api.parameters import (
    DocumentId,
    Paging,
    ServicesDep,
    SessionDep,
    Then,
    ViewerDep,
)
from api.service import Services
from api.telling import document_with, references_with
from archive import opening
from archive.access import Viewer
from archive.documents import DocumentView, list_documents
from archive.errors import DamageFound, Destroyed
from archive.history import history_of
from archive.listing import Listing
from archive.models import Blob
from archive.opening import Which
from archive.records import file_number
from archive.times import parse_moment
from archive.uploads import file_upload

router = APIRouter(prefix="/api/v1", tags=["documents"])

PageNumber = Annotated[int, Path(ge=1, le=1_000_000)]
#: Nothing of a stranger's file runs, should a browser show it after all.
LOCKED = "sandbox; default-src 'none'"
#: Kept by the browser, and asked for again each time: who may no longer see it does not.


class WantedVersion(Then):
    """Which version of the document is meant; else the current one."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None

    def which(self) -> Which:
        """The same for the archive. Raises `UsageError`."""
        return Which(self.version, self.moment, self.on)


class WantedPage(WantedVersion):
    """A page with the places marked that a search for `q` finds."""

    q: Annotated[str, Field(max_length=2000)] = ""


class WantedPicture(WantedVersion):
    """How fine the picture is to be."""

    dpi: Annotated[int, Field(ge=36, le=300)] = 110


class WantedList(Paging, Then):
    """Which documents are wanted."""


class Uploaded(BaseModel):
    """What became of an upload: a `document`, or `sighted` where its bytes were there already."""

    document: str
    version: int
    outcome: str


class WantedHistory(Paging):
    """Which lines of the history are wanted, from the newest (of then)."""

    as_of: Annotated[str, Field(max_length=40)] | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment of `as_of`. Raises `UsageError`."""
        return parse_moment(self.as_of) if self.as_of else None


WantedVersionDep = Annotated[WantedVersion, Query()]


@router.get("/documents", response_model=DocumentListing, name="list_documents")
def list_all(
    wanted: Annotated[WantedList, Query()], session: SessionDep, viewer: ViewerDep
) -> Listing[dict[str, Any]]:
    """The documents that one may read, by file number."""
    return list_documents(
        session, viewer, as_of=wanted.moment, on=wanted.on, limit=wanted.limit,
        offset=wanted.offset,
    )  # fmt: skip


@router.post("/documents", status_code=201, name="upload_document")
def upload_document(
    collection: Annotated[str, Form(max_length=100)],
    file: UploadFile,
    services: ServicesDep,
    viewer: ViewerDep,
) -> Uploaded:
    """File a document into a collection. It is read after this answers."""
    received = file_upload(
        services,
        viewer,
        collection=collection,
        name=file.filename or "",
        source=file.file,
        max_bytes=services.config.server.max_upload_mb << 20,
        at=services.clock(),
    )
    return Uploaded(
        document=file_number(received.document_id),
        version=received.version,
        outcome=received.outcome.value,
    )


@router.get("/documents/{document}", response_model=OpenedDocument, name="get_document")
def get_document(
    document: DocumentId, wanted: WantedVersionDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """One document in the fields of the export, and who said its facts, with the evidence."""
    which = wanted.which()
    view = opening.open_document(session, viewer, document, which)
    return document_with(session, viewer, view, as_of=which.as_of)


@router.get("/documents/{document}/versions", response_model=Versions, name="list_versions")
def list_versions(
    document: DocumentId, wanted: WantedVersionDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """The versions of a document from first to latest, each with where it was seen."""
    which = wanted.which()
    view = opening.open_document(session, viewer, document, which)
    return {"items": opening.versions_of(session, view, as_of=which.as_of)}


@router.get("/documents/{document}/references", response_model=References, name="list_references")
def list_references(
    document: DocumentId, wanted: WantedVersionDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """The references out of a version and into its document, each with its mentions."""
    which = wanted.which()
    view = opening.open_document(session, viewer, document, which)
    return references_with(session, viewer, view, as_of=which.as_of, on=which.on)


@router.get(
    "/documents/{document}/pages/{page}.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "Not Modified"}},
    name="get_picture",
)
def get_picture(
    document: DocumentId,
    page: PageNumber,
    wanted: Annotated[WantedPicture, Query()],
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
) -> Response:
    """The picture of a page."""
    with services.database.read() as session:  # not held while the picture is made
        view = opening.open_document(session, viewer, document, wanted.which())
        opening.load_page(session, view.version, page)
        sha256 = session.get_one(Blob, view.version.blob_id).sha256
    headers = {"ETag": f'"{sha256[:32]}-{page}-{wanted.dpi}"', "Cache-Control": ASK_AGAIN}
    if is_known(request.headers.get("if-none-match"), headers["ETag"]):
        return not_modified(headers)
    keys = services.passwords_for(view.version.document_id)
    picture = services.pictures.png(sha256, view.version.media_type, page, wanted.dpi, keys)
    return Response(picture, media_type="image/png", headers=headers)


@router.get("/documents/{document}/pages/{page}", response_model=PageTold, name="get_page")
def get_page(
    document: DocumentId,
    page: PageNumber,
    wanted: Annotated[WantedPage, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """The text of a page, with what stands on it: hits of `q`, references, facts."""
    view = opening.open_document(session, viewer, document, wanted.which())
    return page_with_marks(services, session, viewer, view, page, wanted)


def page_with_marks(
    services: Services,
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    number: int,
    wanted: WantedPage,
) -> dict[str, Any]:
    """A page in the fields of the API."""
    version = view.version
    page = opening.load_page(session, version, number)
    marks = opening.marks_of(session, viewer, page, as_of=wanted.moment)
    if wanted.q:
        finds = services.finder.highlighter(session, viewer, wanted.q)
        hits = finds.marks(page.text, version.language)
        marks += [{"start": hit.start, "end": hit.end, "what": "hit"} for hit in hits]
    spans = [(mark["start"], mark["end"]) for mark in marks]
    sha256 = session.get_one(Blob, version.blob_id).sha256
    keys = services.passwords_for(version.document_id)
    boxes = services.pictures.boxes(sha256, version.media_type, page, spans, keys)
    return {
        "page": page.number,
        "text": page.text,
        "source": page.source,
        "confidence": page.confidence,
        "label": page.label,
        "width": page.width,
        "height": page.height,
        "marks": [{**mark, "boxes": found} for mark, found in zip(marks, boxes, strict=True)],
    }


@router.get(
    "/documents/{document}/content",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        206: {"description": "Partial Content"},
        304: {"description": "Not Modified"},
    },
    name="get_content",
)
def get_content(
    document: DocumentId,
    wanted: WantedVersionDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Original:
    """The original, byte for byte; parts of it by `Range`."""
    view = opening.open_document(session, viewer, document, wanted.which())
    sha256 = session.get_one(Blob, view.version.blob_id).sha256
    path: FilePath = services.vault.path(sha256)
    if not path.is_file():
        raise DamageFound(f"Blob {sha256} is not in the vault.")
    return Original(
        path,
        view.version.media_type or "application/octet-stream",
        sha256,
        view.version.received_at,
        **{
            "Content-Disposition": disposition(view.version.file_name),
            "Content-Security-Policy": LOCKED,
        },
    )


def disposition(name: str) -> str:
    """To be saved under its own name (RFC 6266, with the extended form of RFC 8187).

    >>> disposition('å "1".pdf')
    'attachment; filename="_ _1_.pdf"; filename*=UTF-8\\'\\'%C3%A5%20%221%22.pdf'
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@router.get("/documents/{document}/history", response_model=EventListing, name="get_history")
def get_history(
    document: DocumentId,
    wanted: Annotated[WantedHistory, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Listing[dict[str, Any]]:
    """What was done with a document, when and by whom, the newest first."""
    try:
        number = opening.open_document(session, viewer, document, Which()).document.id
    except Destroyed as error:
        number = error.document_id
    return history_of(
        session, viewer, number, as_of=wanted.moment, limit=wanted.limit,
        offset=wanted.offset,
    )  # fmt: skip
