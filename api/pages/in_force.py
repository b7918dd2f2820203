"""What is in force for a product, on its page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request

from api.pages.answer_rows import answer_rows
from api.pages.frame import services_of
from archive.access import Viewer
from archive.asking import Asked
from archive.in_force import COLUMNS, in_force
from archive.registers import EntryView
from web.address import Address
from web.views.register import InForceBlock


def in_force_block(
    request: Request,
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    as_of: datetime | None,
    on: date | None,
) -> dict[str, Any]:
    """The block of a product; nothing for entries of other registers."""
    if entry.register.name != "product":
        return {}
    services = services_of(request)
    today = on or (as_of or services.clock()).date()
    rows = in_force(session, Asked(viewer, services.config, today, as_of, on, entry))
    columns = COLUMNS[1:]  # of this product they are all
    block = InForceBlock(
        heads=tuple((one.name, one.type) for one in columns),
        rows=answer_rows(session, viewer, columns, [row[1:] for row in rows]),
        href=str(Address("/questions/in-force").having(product=entry.code)),
    )
    return {"in_force": block}
