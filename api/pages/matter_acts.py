"""What is done on the pages of matters: each act by a form, and what came of it at the top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.gathering import gather_for, look_for, place_for
from api.matter_answers import MOST_DEPTH, MOST_LINES, Line, Text, UserName
from api.pages.frame import done, refused, texts_of
from api.pages.matters import PATH
from api.pages.sentences import tell
from api.parameters import Closed, DocumentNumber, RowId, RowNumber, ServicesDep, ViewerDep
from api.service import Services
from archive import holding, matter_members, matter_sayings, matters
from archive.access import Viewer
from archive.errors import CrossfileError, NotFound, UsageError
from archive.holding import HoldSaid
from archive.matter_gathering import Asked
from archive.matters import MatterSaid
from archive.records import document_id_of
from archive.register_fields import LONGEST_TEXT
from archive.times import parse_day, parse_moment
from archive.trail import DEFAULT_DEPTH
from web.words import say

router = APIRouter(prefix=PATH, include_in_schema=False)
OPENED: Final = say("The matter is open. Nobody else sees it, until you let them in.")
CHANGED: Final = say("The matter is changed.")
LET_IN: Final = say("They are in the matter.")
LET_OUT: Final = say("They see nothing of the matter any more.")
GATHERED: Final = say("Gathered: %(found)s documents, %(new)s of them new.")
SAID: Final = say("It is said.")
HELD: Final = say("The hold stands.")
LOOKED: Final = say("It was looked at again.")
RELEASED: Final = say("The hold is released.")
#: So many lines, the last of them with its end or without.
Lines = Annotated[
    str,
    Field(
        max_length=LONGEST_TEXT, pattern=rf"^(?:[^\x00\n]*\n){{0,{MOST_LINES - 1}}}[^\x00\n]*\n?$"
    ),
]


class BackForm(Closed):
    """Where it was asked."""

    back: str = PATH


class MatterForm(BackForm):
    """What a matter is."""

    name: Line
    reference: Line = ""
    parties: Lines = ""
    opened_on: Line = ""
    closed_on: Line = ""
    state: Line = "open"
    revision: RowNumber = 1

    def said(self) -> MatterSaid:
        """The same for the archive. Raises `UsageError`."""
        return MatterSaid(
            self.name, self.reference, lines_of(self.parties), day_in(self.opened_on),
            day_in(self.closed_on), self.state,
        )  # fmt: skip


class MemberForm(BackForm):
    """Who is to be let in."""

    user: UserName
    is_responsible: bool = False


class OutForm(BackForm):
    """Who is to be let out."""

    user: RowNumber


class GatherForm(BackForm):
    """What is to be gathered."""

    seeds: Lines = ""
    searches: Lines = ""
    depth: Line = ""
    since: Line = ""
    until: Line = ""
    as_of: Line = ""
    on: Line = ""
    relations: Line = ""
    kinds: Line = ""
    again: Line = ""

    def asked(self) -> Asked | None:
        """The same for the archive; None: what was asked last. Raises `UsageError`."""
        if self.again:
            return None
        return Asked(
            lines_of(self.seeds), lines_of(self.searches), day_in(self.since), day_in(self.until),
            parse_moment(self.as_of) if self.as_of else None, day_in(self.on),
            depth_in(self.depth), (), _words(self.relations), _words(self.kinds),
        )  # fmt: skip


class SayForm(BackForm):
    """What is said of a document."""

    document: DocumentNumber
    what: Line
    value: Text = ""
    reason: Text = ""


class HoldForm(BackForm):
    """What a hold is to cover."""

    name: Line
    ground: Text
    seeds: Lines = ""
    searches: Lines = ""
    collections: Lines = ""


class ReasonForm(BackForm):
    """Why."""

    reason: Text = ""


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a field that say something."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").replace(";", " ").split())


def depth_in(text: str) -> int:
    """The steps that a field of a form says. Raises `UsageError`."""
    depth = text.strip() or str(DEFAULT_DEPTH)
    if depth not in map(str, range(MOST_DEPTH + 1)):
        raise UsageError(
            "A trail has 0 to %(most)s steps, not %(depth)r.", most=MOST_DEPTH, depth=depth
        )
    return int(depth)


def day_in(text: str) -> date | None:
    """The day that a field of a form says, if any. Raises `UsageError`."""
    return parse_day(text) if text.strip() else None


def carry_out(
    services: Services, request: Request, viewer: Viewer, matter: int,
    act: Callable[[Session, datetime], None], back: str, said: str,
) -> Response:  # fmt: skip
    """Do something in a matter that the viewer is in, in one transaction."""

    def go() -> None:
        with services.database.write() as session:
            act(session, services.clock())

    return _go(services, request, viewer, matter, go, back, said)


def _go(
    services: Services, request: Request, viewer: Viewer, matter: int,
    act: Callable[[], None], back: str, said: str,
) -> Response:  # fmt: skip
    """Do something for a matter that the viewer is in; what was wrong is said on the page."""
    texts = texts_of(request)
    with services.database.write() as session:
        matters.enter(session, viewer, matter, "page", services.clock())
    try:
        act()
    except CrossfileError as error:
        return refused(back, tell(error, texts))
    return done(back, texts.gettext(said))


def carry_out_on(
    services: Services, request: Request, viewer: Viewer, matter: int, hold: int,
    act: Callable[[Session, datetime], None], back: str, said: str,
) -> Response:  # fmt: skip
    """The same with a hold of that matter."""

    def on_hold(session: Session, at: datetime) -> None:
        _require_of(session, viewer, matter, hold)
        act(session, at)

    return carry_out(services, request, viewer, matter, on_hold, back, said)


def _require_of(session: Session, viewer: Viewer, matter: int, hold: int) -> None:
    """Raise `NotFound` unless the hold is one of this matter, and the viewer is in it."""
    if holding.get_hold(session, viewer, hold).matter != matter:
        raise NotFound("hold", hold)


@router.post("", name="open_matter_page")
def open_matter(
    request: Request, services: ServicesDep, viewer: ViewerDep, form: Annotated[MatterForm, Form()]
) -> Response:
    """Open a matter."""
    texts = texts_of(request)
    try:
        with services.database.write() as session:
            made = matters.create(session, viewer, form.said(), services.clock())
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    return done(f"{PATH}/{made.id}", texts.gettext(OPENED))


@router.post("/{matter}/change", name="change_matter_page")
def change(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[MatterForm, Form()],
) -> Response:  # fmt: skip
    """Say anew what a matter is."""

    def act(session: Session, at: datetime) -> None:
        matters.change(session, viewer, matter, form.said(), at, revision=form.revision)

    return carry_out(services, request, viewer, matter, act, form.back, CHANGED)


@router.post("/{matter}/members", name="let_in_page")
def let_in(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[MemberForm, Form()],
) -> Response:  # fmt: skip
    """Let somebody in."""

    def act(session: Session, at: datetime) -> None:
        matter_members.set_member(
            session, viewer, matter, form.user, at, is_responsible=form.is_responsible
        )

    return carry_out(services, request, viewer, matter, act, form.back, LET_IN)


@router.post("/{matter}/members/out", name="let_out_page")
def let_out(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[OutForm, Form()],
) -> Response:  # fmt: skip
    """Let somebody out."""

    def act(session: Session, at: datetime) -> None:
        matter_members.remove_member(session, viewer, matter, form.user, at)

    return carry_out(services, request, viewer, matter, act, form.back, LET_OUT)


@router.post("/{matter}/gather", name="gather_page")
def gather(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[GatherForm, Form()],
) -> Response:  # fmt: skip
    """Gather for a matter."""
    texts = texts_of(request)
    with services.database.write() as session:
        matters.enter(session, viewer, matter, "page", services.clock())
    try:
        with services.database.read() as session:
            kept = gather_for(services, session, viewer, matter, form.asked())
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    return done(form.back, texts.gettext(GATHERED) % {"found": kept.found, "new": kept.new})


@router.post("/{matter}/say", name="say_in_matter_page")
def say_of(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[SayForm, Form()],
) -> Response:  # fmt: skip
    """Say something of a document."""

    def act(session: Session, at: datetime) -> None:
        matter_sayings.say(
            session, viewer, matter, [document_id_of(form.document)], form.what, form.value, at,
            reason=form.reason,
        )  # fmt: skip

    return carry_out(services, request, viewer, matter, act, form.back, SAID)


@router.post("/{matter}/holds", name="place_hold_page")
def place_hold(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[HoldForm, Form()],
) -> Response:  # fmt: skip
    """Place a hold."""
    said = HoldSaid(
        form.name,
        form.ground,
        lines_of(form.seeds),
        lines_of(form.searches),
        lines_of(form.collections),
    )

    def act() -> None:
        place_for(services, viewer, matter, said)

    return _go(services, request, viewer, matter, act, form.back, HELD)


@router.post("/{matter}/holds/{hold}/look", name="look_again_page")
def look_again(
    matter: RowId, hold: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:  # fmt: skip
    """See what a hold covers by now."""

    def act() -> None:
        with services.database.read() as session:
            _require_of(session, viewer, matter, hold)
        look_for(services, viewer, hold)

    return _go(services, request, viewer, matter, act, form.back, LOOKED)


@router.post("/{matter}/holds/{hold}/release", name="release_hold_page")
def release(
    matter: RowId, hold: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[ReasonForm, Form()],
) -> Response:  # fmt: skip
    """Release a hold."""

    def act(session: Session, at: datetime) -> None:
        holding.release(session, viewer, hold, form.reason, at)

    return carry_out_on(services, request, viewer, matter, hold, act, form.back, RELEASED)
