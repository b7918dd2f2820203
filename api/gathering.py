"""Gathering for a matter: found in a session that reads, kept in one that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from api.finding_all import searching_of
from api.service import Services
from archive import matter_gathering, matter_history
from archive.access import Viewer
from archive.builtin_schemes import entry_schemes
from archive.errors import UsageError

if TYPE_CHECKING:
    from archive.matter_gathering import Asked, Kept


def gather_for(
    services: Services, session: Session, viewer: Viewer, matter_id: int, asked: Asked | None
) -> Kept:
    """Gather what is asked, or what was asked last. `session` reads.

    Raises `NotFound`, `NotAllowed`, `Ambiguous`, `Conflict`; `UsageError` where there is nothing to
    gather.
    """
    known = matter_history.list_gatherings(session, viewer, matter_id)  # raises, before any work
    if asked is None and not known:
        raise UsageError("Say what is to be gathered: seeds or searches.")
    wanted = asked or matter_gathering.Asked.of(known[0].asked)
    found = matter_gathering.collect(
        session, viewer, wanted, searching=searching_of(services),
        entry_schemes=entry_schemes(services.config.schemes),
    )  # fmt: skip
    with services.database.write() as writing:
        return matter_gathering.keep(writing, viewer, matter_id, found, services.clock())
