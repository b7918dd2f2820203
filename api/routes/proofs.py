"""The proof of a document: what it is and since when, for those who need not believe us."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.answers import DocumentProof
from api.parameters import DocumentId, ServicesDep, SessionDep, ViewerDep
from api.routes.documents import LOCKED, disposition
from api.service import Services
from archive.access import Viewer
from archive.document_proof import document_proof, proof_page
from archive.opening import Which, open_document
from archive.records import file_number
from archive.times import parse_moment

router = APIRouter(prefix="/api/v1", tags=["documents"])


class WantedProof(BaseModel):
    """Up to which moment."""

    as_of: Annotated[str, Field(max_length=40)] | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment of `as_of`. Raises `UsageError`."""
        return parse_moment(self.as_of) if self.as_of else None


WantedProofDep = Annotated[WantedProof, Query()]


@router.get("/documents/{document}/proof", response_model=DocumentProof, name="get_proof")
def get_proof(
    document: DocumentId,
    wanted: WantedProofDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """Hashes, when first seen where, versions, and the events with their proofs."""
    return _proof(document, wanted, services, session, viewer)


@router.get(
    "/documents/{document}/proof.html",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}}},
    name="get_proof_page",
)
def get_proof_page(
    document: DocumentId,
    wanted: WantedProofDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Response:
    """The same as one page to keep, to read and to print."""
    page = proof_page(_proof(document, wanted, services, session, viewer))
    headers = {
        "Content-Disposition": disposition(f"proof-{file_number(document)}.html"),
        "Content-Security-Policy": LOCKED,
    }
    return Response(page, media_type="text/html", headers=headers)


def _proof(
    document: int, wanted: WantedProof, services: Services, session: Session, viewer: Viewer
) -> dict[str, Any]:
    view = open_document(session, viewer, document, Which(as_of=wanted.moment))
    return document_proof(
        session, viewer, services.history, view, services.clock(), as_of=wanted.moment
    )
