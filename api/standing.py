"""How the archive stands, with what only this machine can say: the cage, languages of OCR."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.service import Services
from archive.access import Right, Viewer
from archive.status import status_of
from indexer.sandbox import doors


def standing_of(session: Session, viewer: Viewer, services: Services) -> dict[str, Any]:
    """What archive.status says; the machine is for administrators."""
    found = status_of(session, viewer, services.config, services.clock())
    if viewer.may(Right.ADMINISTER):
        given = doors()
        found["sandbox"] = {
            "seccomp": given.has_seccomp,
            "landlock": given.landlock,
            "required": services.config.reading.require_sandbox,
        }
        found["ocr_missing"] = list(services.ocr_missing)
    return found
