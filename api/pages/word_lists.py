"""The pages of a matter's word lists: the list of them, and the hit report of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from babel.support import NullTranslations
from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.gathering import gather_for
from api.legal_searching import custodians_for, search_for
from api.matter_answers import Line
from api.pages.frame import done, refused, show, texts_of
from api.pages.matter_acts import GATHERED, BackForm, Lines, depth_in, lines_of
from api.pages.matter_view import asked_of
from api.pages.matters import ON_A_PAGE, PATH
from api.pages.registers import page_of, pager
from api.pages.search_words import said_note
from api.pages.sentences import tell
from api.parameters import RowId, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import hit_reports, legal_searches, matter_gathering, matters
from archive.access import Right, Viewer
from archive.errors import CrossfileError
from archive.hit_reports import HitReport, TermHits
from archive.legal_searches import MOST_LIMITS, ListAsked, ListView
from archive.matters import MatterView
from archive.messages import Message
from archive.times import parse_day, parse_moment
from web.address import Address
from web.views.common import Field as FormField
from web.views.legal import FoundRow, HitReportPage, TermRow, WordListRow, WordListsPage
from web.words import say

router = APIRouter(prefix=PATH, include_in_schema=False)
SEARCHED: Final = say("Searched: %(found)s documents.")
TOO_MANY: Final = say("It finds more than can be listed and is not counted.")


class WordListForm(BackForm):
    """A word list and its limits."""

    name: Line = ""
    terms: Lines = ""
    folders: Lines = ""
    custodians: Annotated[list[Line], Field(max_length=MOST_LIMITS, default_factory=list)]
    since: Line = ""
    until: Line = ""
    as_of: Line = ""
    all_versions: bool = False

    def asked(self) -> ListAsked:
        """The same for the archive. Raises `UsageError`."""
        since, until = (parse_day(day) if day.strip() else None for day in (self.since, self.until))
        return ListAsked(
            lines_of(self.terms), lines_of(self.folders), tuple(self.custodians), since, until,
            parse_moment(self.as_of) if self.as_of.strip() else None, self.all_versions,
        )  # fmt: skip


class TakeForm(BackForm):
    """How many steps are followed from what was found."""

    depth: Line = "0"


@router.get("/{matter}/word-lists", name="word_lists_page")
def word_lists_page(
    matter: RowId, request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The word lists of a matter, and a form for another."""
    known = _enter(services, viewer, matter)
    path = f"{PATH}/{matter}"
    dates = ("since", "until", "as_of")
    page = WordListsPage(
        path,
        known.name,
        tuple(
            WordListRow(
                f"{path}/word-lists/{one.number}", one.name, len(one.asked["terms"]),
                len(one.runs), one.runs[0].at, one.runs[0].who,
            )
            for one in legal_searches.list_lists(session, viewer, matter)
        ),
        _may_work(viewer, known),
        custodians_for(services, session, viewer),
        tuple(FormField(name, "", "date") for name in dates),
    )  # fmt: skip
    return show(request, page, session)


@router.get("/{matter}/word-lists/{number}", name="word_list_page")
def word_list_page(
    matter: RowId, number: RowId, request: Request, services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Response:  # fmt: skip
    """The hit report of a word list."""
    known = _enter(services, viewer, matter)
    asked = dict(parse_qsl(request.url.query))
    run = int(asked["run"]) if asked.get("run", "").isdecimal() else 0
    found = hit_reports.report(session, viewer, matter, number, min(run, 2**31 - 1))
    lists = legal_searches.get_list(session, viewer, matter, number)
    place = page_of(asked.get("page", "1"))
    page = _page(known, found, lists, place, texts_of(request), _may_work(viewer, known))
    return show(request, page, session)


@router.post("/{matter}/word-lists", name="search_word_list_page")
def search(
    matter: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[WordListForm, Form()],
) -> Response:  # fmt: skip
    """Search a new word list."""

    def act() -> tuple[str, str]:
        return _search(services, request, viewer, matter, form.asked(), name=form.name)

    return _go(services, request, viewer, matter, act, form.back)


@router.post("/{matter}/word-lists/{number}/runs", name="search_word_list_again_page")
def search_again(
    matter: RowId, number: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:  # fmt: skip
    """Search a word list again."""

    def act() -> tuple[str, str]:
        return _search(services, request, viewer, matter, None, number=number)

    return _go(services, request, viewer, matter, act, form.back)


@router.post("/{matter}/word-lists/{number}/take", name="take_word_list_page")
def take(
    matter: RowId, number: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[TakeForm, Form()],
) -> Response:  # fmt: skip
    """Gather what a word list found last."""

    def act() -> tuple[str, str]:
        asked = matter_gathering.Asked(word_lists=(number,), depth=depth_in(form.depth))
        with services.database.read() as session:
            kept = gather_for(services, session, viewer, matter, asked)
        said = texts_of(request).gettext(GATHERED) % {"found": kept.found, "new": kept.new}
        return form.back, said

    return _go(services, request, viewer, matter, act, form.back)


def _search(
    services: Services, request: Request, viewer: Viewer, matter: int, asked: ListAsked | None,
    **of_list: Any,
) -> tuple[str, str]:  # fmt: skip
    with services.database.read() as session:
        number, run = search_for(services, session, viewer, matter, asked, **of_list)
    with services.database.read() as session:
        found = hit_reports.report(session, viewer, matter, number, run)
    said = texts_of(request).gettext(SEARCHED) % {"found": found.documents}
    return f"{PATH}/{matter}/word-lists/{number}", said


def _go(
    services: Services, request: Request, viewer: Viewer, matter: int,
    act: Callable[[], tuple[str, str]], back: str,
) -> Response:  # fmt: skip
    """Do something for a matter that the viewer is in, and say there what was wrong."""
    _enter(services, viewer, matter)
    try:
        return done(*act())
    except CrossfileError as error:
        return refused(back, tell(error, texts_of(request)))


def _enter(services: Services, viewer: Viewer, matter: int) -> MatterView:
    with services.database.write() as session:
        return matters.enter(session, viewer, matter, "word-lists", services.clock())


def _may_work(viewer: Viewer, known: MatterView) -> bool:
    return viewer.may(Right.TRAIL) and known.state == "open"


def _page(
    known: MatterView, found: HitReport, lists: ListView, place: int, texts: NullTranslations,
    may_work: bool,
) -> HitReportPage:  # fmt: skip
    matter_path = f"{PATH}/{known.id}"
    path = f"{matter_path}/word-lists/{found.number}"
    terms = {one.number: one.term for one in found.terms}
    first = {one.family: one.document for one in reversed(found.found)}
    address = Address(path).having(run=str(found.run))
    asked = {name: one for name, one in found.asked.items() if name != "terms" and one}
    return HitReportPage(
        path, f"/api/v1{path}", matter_path, known.name, found.name, asked_of(asked), found.run,
        found.at, found.who,
        tuple((one.number, f"{path}?run={one.number}") for one in reversed(lists.runs)),
        (found.index["indexed"], found.index["waiting"], found.index["unreadable"]),
        tuple(_term(one, texts) for one in found.terms),
        TermRow(
            0, "", found.documents, found.families, found.with_families, None, found.new, ()
        ),
        found.versions, found.lost,
        tuple((why, count) for why, count in found.left_out.items() if count),
        found.is_alike_whole, may_work,
        tuple(
            FoundRow(
                one.document, first[one.family] == one.document, one.is_inside,
                one.kind or "other", one.title, one.number, one.date, one.versions,
                tuple(terms[number] for number in one.terms), one.alike, one.is_new,
            )
            for one in found.found[(place - 1) * ON_A_PAGE : place * ON_A_PAGE]
        ),
        pager(address, place, len(found.found), ON_A_PAGE),
    )  # fmt: skip


def _term(one: TermHits, texts: NullTranslations) -> TermRow:
    notes = tuple(said_note(note, texts.gettext) for note in one.notes)
    if one.is_too_many:
        notes = (tell(Message(TOO_MANY), texts), *notes)
        return TermRow(one.number, one.term, None, None, None, None, None, notes)
    return TermRow(
        one.number, one.term, one.documents, one.families, one.with_families, one.only, one.new,
        notes,
    )  # fmt: skip
