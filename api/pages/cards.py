"""The small cards on hover: what a thing is, in a few lines."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.entries import find_entry
from api.pages.frame import part
from api.pages.registers import date_of, state_of
from api.pages.things import document_thing, in_order, load_things
from api.parameters import DocumentId, SessionDep, ViewerDep
from api.routes.registers import SchemesDep
from archive.opening import Which, open_document
from archive.references import Target
from archive.register_fields import REGISTERS, Register
from web.views.common import CardPart

router = APIRouter(include_in_schema=False)

MOST_LINES = 4
LONGEST = 120  # characters of a value


@router.get("/documents/{document}/card", name="document_card")
def document_card(
    document: DocumentId, request: Request, session: SessionDep, viewer: ViewerDep
) -> Response:
    """A document: kind, number, title, date, state, parties and total."""
    view = open_document(session, viewer, document, Which())
    version = view.version
    total = " ".join(part for part in (version.total, version.currency) if part and version.total)
    lines = (("party", " → ".join(name for name, _ in in_order(version.parties))), ("total", total))
    state = "" if version.status == "searchable" else version.status
    said = tuple(line for line in lines if line[1])
    thing = document_thing(view.document.id, version)
    return part(request, CardPart(thing, version.date, state, said))


def _route(register: Register) -> None:
    def card(
        entry: str, request: Request, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
    ) -> Response:
        known = find_entry(session, viewer, register, entry, schemes, {})
        target = Target(register.name, known.id)
        thing = load_things(session, viewer, [target])[target].thing
        heads = (register.code, register.title)
        lines = [
            (field.name, known.values[field.name][:LONGEST].replace(";", "; "))
            for field in register.fields
            if field.name in known.values and field.name not in heads
        ]
        shown = tuple(lines[:MOST_LINES])
        return part(request, CardPart(thing, date_of(known), state_of(known), shown))

    path = f"/{register.plural}/{{entry}}/card"
    router.add_api_route(path, card, methods=["GET"], name=f"{register.name}_card")


for _register in REGISTERS.values():
    _route(_register)
