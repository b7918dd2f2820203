"""What the page of a party shows and takes beside that of other entries: spellings and merges."""

from __future__ import annotations

from typing import Annotated

from babel.support import NullTranslations
from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.attention_words import SPEAKS
from api.pages.frame import done, refused, texts_of
from api.pages.sentences import fill, tell
from api.pages.things import load_things
from api.parameters import Closed, ServicesDep, SessionDep, ViewerDep
from api.routes.registers import SchemesDep
from archive import merges, registers
from archive.access import Viewer
from archive.errors import Conflict, NotFound, UsageError
from archive.merge_answers import proposals_of, told
from archive.party_spellings import spellings
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.registers import EntryView
from web.address import Address
from web.views.common import Thing
from web.views.register import MergedParty, MergeQuestion, PartyBlock, Spelling

router = APIRouter(include_in_schema=False)


class OtherForm(Closed):
    """Which party is meant, by name or id."""

    other: str
    back: str = "/parties"


def called(name: str) -> Thing:
    """A name that documents say, as a link to them."""
    plain = name.replace('"', " ")
    return Thing("party", name, str(Address("/").having(q=f'party:"{plain}"')), is_register=True)


def block_of(
    session: Session, viewer: Viewer, party: EntryView, texts: NullTranslations, *, may_edit: bool
) -> PartyBlock:
    """What stands on the page of a party alone."""
    parts = merges.parts_of(session, viewer, party.id)
    rows = proposals_of(session, viewer, [party.id, *(part.id for part in parts)])
    ids = {row.other_entry_id for row, _ in rows} | {entry.id for _, entry in rows}
    known = load_things(session, viewer, [Target("party", one) for one in ids if one])
    questions = []
    for row, entry in rows if may_edit else ():
        one = told(row, entry)
        other = one["other_id"] if entry.id == party.id else entry.id
        thing = known[Target("party", other)].thing if other else called(row.name)
        speaks = tuple(fill(SPEAKS[why["id"]], why["params"], texts) for why in one["because"])
        questions.append(MergeQuestion(f"merge:{row.id}", thing, speaks))
    return PartyBlock(
        tuple(
            Spelling(called(name), count) for name, count in spellings(session, viewer, party.id)
        ),
        tuple(MergedParty(part.id, part.name) for part in parts),
        tuple(questions),
        may_edit,
    )


@router.post("/parties/{entry}/merges", name="merge_parties_page")
def merge(
    entry: str,
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[OtherForm, Form()],
) -> Response:
    """Another party goes into this one; it can be taken back at once."""
    register, texts = REGISTERS["party"], texts_of(request)
    try:
        party = registers.get(session, viewer, register, entry.removeprefix("~"), schemes=schemes)
        other = registers.get(session, viewer, register, form.other, schemes=schemes)
        with services.database.write() as writing:
            merges.merge(writing, viewer, other.id, party.id, services.clock())
    except (NotFound, Conflict, UsageError) as error:
        return refused(form.back, tell(error, texts))
    said = texts.gettext("%(name)s is merged into %(other)s.")
    return done(
        form.back,
        said % {"name": other.name, "other": party.name},
        undo=f"/parties/~{other.id}/parted",
        fields=(("other", str(other.id)), ("back", form.back)),
    )


@router.post("/parties/{entry}/parted", name="part_parties_page")
def part(
    entry: str,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[OtherForm, Form()],
) -> Response:
    """Take a merge back; it can be made again at once."""
    texts = texts_of(request)
    number = form.other if form.other.isdecimal() and len(form.other) < 10 else "0"
    with services.database.write() as session:
        into = merges.part(session, viewer, int(number), services.clock())
    return done(
        form.back,
        texts.gettext("They are two parties again."),
        undo=f"/parties/~{into}/merges",
        fields=(("other", number), ("back", form.back)),
    )
