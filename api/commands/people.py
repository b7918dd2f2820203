"""Commands that are given for a user: whom `--as` names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import opened

if TYPE_CHECKING:
    from api.service import Services
    from archive.access import Viewer

As = Annotated[str, typer.Option("--as", help="The user for whom: a member of the matter.")]
Matter = Annotated[int, typer.Argument(help="The number of the matter, as the list has it.")]


@contextmanager
def for_user(context: typer.Context, name: str) -> Iterator[tuple[Services, Viewer]]:
    """The services, and the viewer that the user is; the events say that the system asked."""
    from archive import accounts
    from archive.access import viewer_of
    from archive.events import SYSTEM
    from archive.models import Account

    with opened(context) as services:
        with services.database.read() as session:
            user = accounts.find(session, name)
            viewer = viewer_of(session, session.get_one(Account, user.id), SYSTEM)
        yield services, viewer
