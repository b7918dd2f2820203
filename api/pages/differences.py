"""The page of what differs between two versions of a document."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.document_address import number_of
from api.pages.frame import show, texts_of
from api.pages.registers import page_of, pager
from api.pages.things import document_thing
from api.parameters import DocumentId, SessionDep, ViewerDep
from archive.differences import Difference, difference
from archive.opening import versions_of
from archive.passages import Passage
from archive.records import file_number
from archive.times import parse_moment
from web.address import Address
from web.views.common import Choice, Quote
from web.views.difference import (
    ChangeRow,
    DifferencePage,
    FigureRow,
    NumberRow,
    Side,
    ValueRow,
)

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 60  # paragraphs
MOST_FIGURES: Final = 100
LONGEST: Final = 1_200  # characters of a paragraph that are shown of each side


@router.get("/documents/{document}/difference", name="difference_page")
def difference_page(
    document: DocumentId, request: Request, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Two versions beside each other; without choice the current one and the one before it."""
    asked = dict(request.query_params)
    before, after = (number_of(asked[name]) if asked.get(name) else None for name in ("from", "to"))
    as_of = asked.get("as_of", "")
    moment = parse_moment(as_of) if as_of else None
    found = difference(session, viewer, document, before=before, after=after, as_of=moment)
    versions = versions_of(session, found.after, as_of=moment)
    part = page_of(asked.get("page", "1"))
    return show(request, _page(request, found, versions, part, as_of), session)


def _page(
    request: Request, found: Difference, versions: list[dict[str, Any]], part: int, as_of: str
) -> DifferencePage:
    before, after = found.before.version, found.after.version
    number = file_number(found.after.document.id)
    document = Address(f"/documents/{number}").having(as_of=as_of)
    old, new = (document.having(version=str(one.number)) for one in (before, after))
    here = Address(f"/documents/{number}/difference").having(as_of=as_of)
    here = here.having(**{"from": str(before.number), "to": str(after.number)})
    changes, begin = found.text.changes, (part - 1) * ON_A_PAGE
    figures = [
        FigureRow(was, now, _page_href(new, change.after), change.after.page)
        for change in changes
        if change.after is not None
        for was, now in change.figures
    ]
    return DifferencePage(
        thing=document_thing(found.after.document.id, after),
        document=number,
        before=before.number,
        after=after.number,
        choices_before=_choices(request, versions, before.number),
        choices_after=_choices(request, versions, after.number),
        values=tuple(ValueRow(v.name, v.before or "", v.after or "") for v in found.facts),
        figures=tuple(figures[:MOST_FIGURES]),
        numbers=tuple(
            NumberRow(n.relation, n.scheme, n.identifier, n.is_new) for n in found.numbers
        ),
        changes=tuple(
            ChangeRow(_side(old, change.before), _side(new, change.after))
            for change in changes[begin : begin + ON_A_PAGE]
        ),
        total=len(changes),
        alike=found.text.alike,
        is_cut=found.text.is_cut,
        has_text=bool(before.page_count and after.page_count),
        pager=pager(here, part, len(changes), ON_A_PAGE),
        as_of=as_of,
    )


def _choices(request: Request, versions: list[dict[str, Any]], chosen: int) -> tuple[Choice, ...]:
    """The versions from the latest, each with its mark and the day on which it came."""
    texts = texts_of(request)
    choices = []
    for one in reversed(versions):
        parts = [f"v{one['version']}", one["recorded_at"][:10]]
        if one["revision"]:
            parts.insert(1, texts.gettext("revision %(mark)s") % {"mark": one["revision"]})
        label, number = " · ".join(parts), one["version"]
        choices.append(Choice(str(number), label, is_chosen=number == chosen))
    return tuple(choices)


def _side(version: Address, passage: Passage | None) -> Side | None:
    if passage is None:
        return None
    text = passage.text if len(passage.text) <= LONGEST else passage.text[:LONGEST] + " …"
    spans = tuple((start, min(end, len(text))) for start, end in passage.changed)
    return Side(Quote(text, spans), passage.page, _page_href(version, passage))


def _page_href(version: Address, passage: Passage) -> str:
    return str(version.having(page=str(passage.page) if passage.page > 1 else ""))
