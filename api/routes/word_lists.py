"""Word lists of matters: searched, told as figures and documents, searched again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api.legal_answers import HitReportTold, NewWordList, WordListsTold, told_report
from api.legal_searching import custodians_for, search_for
from api.parameters import Paging, RowId, RowNumber, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import hit_reports, legal_searches, matters
from archive.access import Viewer
from archive.listing import MOST

router = APIRouter(prefix="/api/v1/matters", tags=["matters"])
Run = Annotated[int, Field(ge=0, le=2**31 - 1)]


class WantedHits(Paging):
    """Which time that the list was searched; 0 is the last. Paging is of the documents."""

    run: Run = 0


@router.get("/{matter}/word-lists", response_model=WordListsTold, name="list_word_lists")
def list_word_lists(
    matter: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """The word lists of a matter, and the custodians by whom one may be limited."""
    _enter(services, viewer, matter)
    return {
        "items": legal_searches.list_lists(session, viewer, matter),
        "custodians": custodians_for(services, session, viewer),
    }


@router.post(
    "/{matter}/word-lists", status_code=201, response_model=HitReportTold, name="search_word_list"
)
def search_word_list(
    matter: RowId, said: NewWordList, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Search a word list for a matter; what it finds is kept there."""
    _enter(services, viewer, matter)
    kept = search_for(services, session, viewer, matter, said.asked(), name=said.name)
    return _report(services, viewer, matter, kept)


@router.post(
    "/{matter}/word-lists/{number}/runs", status_code=201, response_model=HitReportTold,
    name="search_word_list_again",
)  # fmt: skip
def search_again(
    matter: RowId, number: RowNumber, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Search a list again: what is new shows, and how many are found no more."""
    _enter(services, viewer, matter)
    kept = search_for(services, session, viewer, matter, None, number=number)
    return _report(services, viewer, matter, kept)


@router.get(
    "/{matter}/word-lists/{number}", response_model=HitReportTold, name="get_word_list_hits"
)
def get_hits(
    matter: RowId, number: RowNumber, wanted: Annotated[WantedHits, Query()],
    services: ServicesDep, session: SessionDep, viewer: ViewerDep,
) -> Any:  # fmt: skip
    """What a list found: figures for each term, and the documents with their families."""
    _enter(services, viewer, matter)
    found = hit_reports.report(session, viewer, matter, number, wanted.run)
    return told_report(found, limit=wanted.limit, offset=wanted.offset)


@router.get(
    "/{matter}/word-lists/{number}/hits.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    name="get_word_list_csv",
)
def get_csv(
    matter: RowId, number: RowNumber, services: ServicesDep, session: SessionDep,
    viewer: ViewerDep, run: Run = 0,
) -> Response:  # fmt: skip
    """The figures as a table, as spreadsheets read it."""
    _enter(services, viewer, matter)
    made = hit_reports.report_csv(hit_reports.report(session, viewer, matter, number, run))
    headers = {"Content-Disposition": f'attachment; filename="hits-{number}.csv"'}
    return Response(made, media_type="text/csv; charset=utf-8", headers=headers)


def _enter(services: Services, viewer: Viewer, matter: int) -> None:
    with services.database.write() as writing:
        matters.enter(writing, viewer, matter, "word-lists", services.clock())


def _report(
    services: Services, viewer: Viewer, matter: int, kept: tuple[int, int]
) -> dict[str, Any]:
    with services.database.read() as reading:
        found = hit_reports.report(reading, viewer, matter, *kept)
    return told_report(found, limit=MOST, offset=0)
