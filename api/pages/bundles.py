"""The block of the document page that says which of its pages are documents of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, refused, texts_of
from api.pages.sentences import tell
from api.pages.things import load_things
from api.parameters import Closed, DocumentId, RowId, ServicesDep, ViewerDep
from api.problems import is_for_people
from archive import bundles
from archive.access import Viewer
from archive.documents import DocumentView
from archive.errors import UsageError
from archive.opening import Which
from archive.parts import PARTED, Pages, told
from archive.references import Target
from web.views.document import PartRow, PartsCard

router = APIRouter(include_in_schema=False)

_RANGE: Final = re.compile(r"\s*(\d{1,7})\s*(?:[-–]\s*(\d{1,7})\s*)?")


class PartForm(Closed):
    """Pages as a person writes them: `3-5`, or several of that, `3-5, 8`."""

    pages: str
    back: str = "/"


class BackForm(Closed):
    """A button alone."""

    back: str = "/"


def ranges_of(text: str) -> list[Pages]:
    """Pages as people write them. Raises `UsageError`.

    >>> ranges_of("3-5, 8")
    [(3, 5), (8, 8)]
    """
    found = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise UsageError("%(text)r is no stretch of pages; write 3-5, or 3-5, 8.", text=part)
        first = int(match[1])
        found.append((first, int(match[2] or first)))
    return found


@router.post("/documents/{document}/parts", name="part_bundle")
def part_bundle(
    document: DocumentId,
    services: ServicesDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[PartForm, Form()],
) -> Response:
    """Say that pages are documents of their own; what can't be is said where one was."""
    texts = texts_of(request)
    try:
        with services.database.write() as session:
            ranges = ranges_of(form.pages)
            bundles.say_parts(session, viewer, document, ranges, services.clock())
    except UsageError as error:
        if not is_for_people(request):
            raise
        return refused(form.back, tell(error, texts))
    return done(form.back, texts.gettext("They are taken out as soon as possible."))


@router.post("/documents/{document}/parts/{part}/take-back", name="take_part_back_on_page")
def take_part_back(
    document: DocumentId,
    part: RowId,
    services: ServicesDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Say that pages are no document of their own; it can be said again at once."""
    with services.database.read() as session:
        parts = bundles.parts_of(session, viewer, document, Which())
    pages = next((told((one["first"], one["last"])) for one in parts if one["id"] == part), "")
    with services.intake.deciding() as (session, receipts):
        bundles.take_back(session, receipts, viewer, document, part, services.clock())
    said = texts_of(request).gettext("They are no document of their own any more.")
    again = request.url.path.rpartition("/parts/")[0] + "/parts"
    return done(form.back, said, undo=again, fields=(("pages", pages), ("back", form.back)))


def card_of(
    session: Session, viewer: Viewer, view: DocumentView, which: Which, *, can_edit: bool
) -> PartsCard | None:
    """The parts of a document as its page shows them; none where it has none and can have none."""
    number = view.document.id
    said = bundles.parts_of(session, viewer, number, Which(view.version.number, which.as_of))
    is_bundle = view.version.media_type in PARTED and view.version.page_count > 1
    if not said and not (is_bundle and can_edit):
        return None
    return PartsCard(_rows(session, viewer, said), can_edit and is_bundle)


def _rows(
    session: Session, viewer: Viewer, parts: Sequence[Mapping[str, Any]]
) -> tuple[PartRow, ...]:
    numbers = [one["document"] for one in parts if one["document"]]
    targets = {number: Target("document", int(number.removeprefix("D-"))) for number in numbers}
    known = load_things(session, viewer, targets.values())
    things = {number: known[target] for number, target in targets.items() if target in known}
    return tuple(
        PartRow(
            one["id"],
            told((one["first"], one["last"])),
            things[one["document"]].thing if one["document"] in things else None,
            things[one["document"]].title if one["document"] in things else "",
        )
        for one in parts
    )
