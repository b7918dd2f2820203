"""Gathering for matters and holds: found in a session that reads, kept in one that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from api.finding_all import searching_of
from api.legal_searching import found_by_lists, understanding_of
from api.service import Services
from archive import holding, matter_gathering, matter_history
from archive.access import Viewer
from archive.builtin_schemes import entry_schemes
from archive.errors import UsageError

if TYPE_CHECKING:
    from archive.holding import HoldSaid
    from archive.matter_gathering import Asked, Gathered


def gather_for(
    services: Services, session: Session, viewer: Viewer, matter_id: int, asked: Asked | None
) -> Gathered:
    """Gather what is asked, or what was asked last. `session` reads.

    Made again, a gathering leaves out what finds too much by now, and says so. Raises `NotFound`,
    `NotAllowed`, `Ambiguous`, `Conflict`; `UsageError` where there is nothing to gather.
    """
    known = matter_history.list_gatherings(session, viewer, matter_id)  # raises, before any work
    if asked is None and not known:
        raise UsageError("Say what is to be gathered: seeds or searches.")
    wanted = asked or matter_gathering.Asked.of(known[0].asked)
    found = matter_gathering.collect(
        session, viewer, wanted, searching=searching_of(services),
        entry_schemes=entry_schemes(services.config.schemes), is_again=asked is None,
        lists=found_by_lists(session, viewer, matter_id, wanted.word_lists),
        understanding=understanding_of(services),
    )  # fmt: skip
    with services.database.write() as writing:
        return matter_gathering.keep(writing, viewer, matter_id, found, services.clock())


def place_for(services: Services, viewer: Viewer, matter_id: int, said: HoldSaid) -> int:
    """Place a hold in a matter. Its id. Raises what `holding.prepare` and `place` do."""
    with services.database.read() as session:
        prepared = holding.prepare(
            session, viewer, matter_id, said, searching=searching_of(services)
        )
    with services.database.write() as session:
        return holding.place(session, viewer, prepared, services.clock())


def look_for(services: Services, viewer: Viewer, hold_id: int) -> None:
    """See what a hold covers by now. Raises what `holding.look` and `look_again` do."""
    with services.database.read() as session:
        found = holding.look(session, viewer, hold_id, searching=searching_of(services))
    with services.database.write() as session:
        holding.look_again(session, viewer, hold_id, found, services.clock())
