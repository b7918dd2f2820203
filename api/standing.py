"""How the archive stands, with what only this machine can say: cage, programs, languages of OCR."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from api.service import Services
from archive.access import Right, Viewer
from archive.status import count_unread, status_of
from indexer.office import PROGRAM
from indexer.parsers.optional import PROGRAMS, missing_programs
from indexer.sandbox import doors

Find = Callable[[str], str | None]


def standing_of(
    session: Session, viewer: Viewer, services: Services, find: Find = shutil.which
) -> dict[str, Any]:
    """What archive.status says; the machine is for administrators. `find` finds programs."""
    found = status_of(session, viewer, services.config, services.clock())
    named = {PROGRAM: services.config.reading.libreoffice}

    def installed(name: str) -> str | None:
        return find(named.get(name) or name)

    if viewer.may(Right.ADMINISTER):
        given = doors()
        found["sandbox"] = {
            "seccomp": given.has_seccomp,
            "landlock": given.landlock,
            "required": services.config.reading.require_sandbox,
        }
        found["programs"] = {
            name: installed(name) is not None for program in PROGRAMS for name in program.names
        }
        found["programs_wanted"] = _wanted(session, viewer, installed)
        found["ocr_missing"] = list(services.ocr_missing)
    return found


def _wanted(session: Session, viewer: Viewer, find: Find) -> list[dict[str, Any]]:
    """Programs that are not here, each with how many files of the archive it would read."""
    counted = [
        {
            "programs": list(program.names),
            "package": program.package,
            "files": count_unread(
                session, viewer,
                reason_code=program.reason_code, media_types=program.media_types,
            ),
        }
        for program in missing_programs(find)
    ]  # fmt: skip
    return [one for one in counted if one["files"]]
