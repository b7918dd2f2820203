"""A search's answer as the search page shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from babel.support import NullTranslations
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.pages.search_address import ON_A_PAGE, YEARS, Asked
from api.pages.search_words import said
from api.pages.things import document_thing, hit_rows
from archive.access import Viewer
from archive.documents import load_views
from archive.keys import meets
from archive.models import Document, Identifier, Reference
from archive.records import document_id_of
from archive.references import visible
from archive.schemes import Recognised, Schemes, recognise
from indexer.search import answers
from indexer.search.explain import without
from indexer.search.merged import MOST_LISTED
from web.address import Address
from web.filters import kind_word
from web.views.common import Amount, Choice, HitRow, Pager, Quote, Thing, Why
from web.views.search import Facet, Note, Piece, Suggestion, YearBar
from web.words import LANGUAGES

SORTED: Final = ("best", "newest", "oldest", "number", "title", "total")
VALUES: Final = 8  # of a facet that are shown
REST: Final = 20  # that are folded away below them: a page stays small
MOST_BARS: Final = 60  # years; where they lie further apart, those without documents are left out
SUGGESTED: Final = {
    "try-spelling": "spelling",
    "try-without": "fewer",
    "try-other-languages": "language",
    "try-all-versions": "versions",
}


@dataclass(frozen=True, slots=True)
class Identified:
    """Who bears and who cites an identifier, as the viewer sees it."""

    scheme: str
    bearers: int
    citers: int
    thing: Thing | None  # where exactly one bears it


def hits_of(
    session: Session,
    viewer: Viewer,
    asked: Asked,
    results: answers.Results,
    collections: dict[int, str],
    texts: NullTranslations,
) -> tuple[HitRow, ...]:
    """The hits as rows. What a hit shows is of the version that was found."""
    ids = [document_id_of(hit.row.document) for hit in results.hits]
    rows = hit_rows(session, viewer, ids, collections)
    return tuple(
        _hit(hit, rows[number], asked, texts.gettext)
        for number, hit in zip(ids, results.hits, strict=True)
        if number in rows
    )


def _hit(hit: answers.Hit, now: HitRow, asked: Asked, gettext: Callable[[str], str]) -> HitRow:
    """The index knows the version that was found, the database what only it knows."""
    row = hit.row
    bears = next((why for why in hit.why if why.id in ("bears", "cites")), None)
    other = next((why for why in hit.why if why.id in ("in-name", "in-title")), None)
    return replace(
        now,
        href=_place(hit, asked),
        original_href=now.original_href + ("" if row.current else f"?version={row.version}"),
        kind=row.kind if row.status == "searchable" else now.kind,
        title=row.title or now.title,
        number=row.number or "",
        date=row.date,
        total=Amount(row.total, row.currency or "") if row.total else None,
        version=row.version,
        page=hit.page if hit.snippet else None,
        snippet=Quote(hit.snippet, hit.marks) if hit.snippet else None,
        why=Why(bears.id, bears.params["identifier"]) if bears else None,
        note=f"{said(other, gettext)}: {row.path}" if other and other.id == "in-name" else "",
        path=row.path,
        status=row.status,
        reason_code=row.reason_code,
    )


def _place(hit: answers.Hit, asked: Asked) -> str:
    address = Address(f"/documents/{hit.row.document}")
    at_page = str(hit.page) if hit.page and hit.page > 1 else ""
    address = address.having(q=asked.query, page=at_page)
    if not hit.row.current:
        address = address.having(version=str(hit.row.version))
    for name in ("as_of", "on"):
        for _, value in asked.address.keeping([name]):
            address = address.having(**{name: value})
    here = str(asked.address)
    if here != str(Address("/").having(q=asked.query)):
        address = address.having(back=here)
    return str(address)


def pieces_of(
    session: Session, viewer: Viewer, asked: Asked, results: answers.Results, schemes: Schemes
) -> tuple[Piece, ...]:
    """What was understood of what was typed; filters are shown apart."""
    shift = len(asked.prefix)
    typed = [piece for piece in results.pieces if piece.start >= shift]
    numbers = {
        piece.text: recognise(schemes, piece.text) for piece in typed if piece.role == "identifier"
    }
    known = identified(session, viewer, numbers)
    return tuple(_piece(piece, asked, shift, known) for piece in typed)


def _piece(piece: answers.Piece, asked: Asked, shift: int, known: dict[str, Identified]) -> Piece:
    less = without(asked.query, piece.start - shift, piece.end - shift)
    href = str(asked.address.having(q=less, page=""))
    if piece.sign == "-":
        return Piece("without", piece.text.removeprefix("-"), href)
    found = known.get(piece.text)
    if piece.role in ("identifier", "document"):
        return Piece(
            "identifier",
            piece.text,
            href,
            scheme=found.scheme if found else "",
            bearers=found.bearers if found else None,
            citers=found.citers if found else None,
            thing=found.thing if found else None,
        )
    what = {"phrase": "phrase", "field": "field", "setting": "field"}.get(piece.role, "word")
    text = piece.text.strip('"“”„«»') if what == "phrase" else piece.value or piece.text
    also = piece.also[:4]
    return Piece(what, text, href, field=piece.field, also=also, also_count=len(piece.also))


def identified(
    session: Session, viewer: Viewer, numbers: dict[str, list[Recognised]]
) -> dict[str, Identified]:
    """By what was typed; what nobody bears or cites is left out."""
    keys = {one.key for found in numbers.values() for one in found}
    if not keys:
        return {}
    borne = session.execute(
        select(Identifier.scheme, Identifier.key, Identifier.groups, Document.id)
        .join(Document, Document.current_version_id == Identifier.version_id)
        .where(
            Identifier.key.in_(keys),
            Identifier.retracted_at.is_(None),
            Document.collection_id.in_(viewer.reads),
        )
        .distinct()
    ).all()
    cites = visible(viewer, None).where(Reference.key.in_(keys)).order_by(None).subquery()
    cited = session.execute(
        select(
            cites.c.scheme, cites.c.key, cites.c.groups, func.count(cites.c.document_id.distinct())
        )
        .join(Document, Document.current_version_id == cites.c.version_id)
        .group_by(cites.c.scheme, cites.c.key, cites.c.groups)
    ).all()
    found = {}
    for text, spots in numbers.items():
        known = _likeliest(spots, borne, cited)
        if known is not None:
            found[text] = known
    return _with_things(session, viewer, found)


def _likeliest(
    spots: list[Recognised], borne: Sequence[Any], cited: Sequence[Any]
) -> tuple[str, set[int], int] | None:
    """The scheme that most know of, who bears the number, and how many cite it."""
    best: tuple[str, set[int], int] | None = None
    for spot in spots:
        bearers = {row[3] for row in borne if _is(spot, row)}
        citers = sum(row[3] for row in cited if _is(spot, row))
        if len(bearers) + citers > (len(best[1]) + best[2] if best else 0):
            best = (spot.scheme, bearers, citers)
    return best


def _is(spot: Recognised, row: Any) -> bool:
    return (spot.scheme, spot.key) == tuple(row[:2]) and meets(row[2] or "", spot.groups)


def _with_things(
    session: Session, viewer: Viewer, found: dict[str, tuple[str, set[int], int]]
) -> dict[str, Identified]:
    single = {next(iter(ids)) for _, ids, _ in found.values() if len(ids) == 1}
    views = load_views(session, viewer, ids=sorted(single)) if single else []
    things = {view.document.id: document_thing(view.document.id, view.version) for view in views}
    return {
        text: Identified(
            scheme, len(ids), citers, things.get(next(iter(ids))) if len(ids) == 1 else None
        )
        for text, (scheme, ids, citers) in found.items()
    }


def notes_of(
    asked: Asked, results: answers.Results, gettext: Callable[[str], str]
) -> tuple[Note, ...]:
    """What was not understood; offsets only where it was typed."""
    shift = len(asked.prefix)
    return tuple(
        Note(
            said(note.message, gettext),
            note.start - shift if note.start >= shift else None,
            note.end - shift if note.start >= shift else None,
        )
        for note in results.notes
    )


def facets_of(asked: Asked, results: answers.Results) -> tuple[Facet, ...]:
    """Counts as links that narrow the list, or widen it again."""
    start = asked.address.having(page="")
    facets = []
    for name, values in results.facets.items():
        chosen = {value for kept, value in asked.filters if kept == name}
        shown = [one for one in values if one.value in chosen or one in values[:VALUES]]
        if name == "year" or (name == "collection" and len(values) < 2 and not chosen):
            continue
        choices = [
            Choice(
                one.value,
                ""
                if name == "kind" or (one.value in LANGUAGES and name == "language")
                else one.value,
                str(
                    start.without(name, one.value)
                    if one.value in chosen
                    else start.adding(name, one.value)
                ),
                one.value in chosen,
                one.count,
            )
            for one in (*shown, *(one for one in values if one not in shown))
        ]
        first, rest = choices[: len(shown)], choices[len(shown) : len(shown) + REST]
        more = len(choices) - len(first) - len(rest)
        facets.append(Facet(name, tuple(first), tuple(rest), more))
    return tuple(facets)


def years_of(asked: Asked, results: answers.Results) -> tuple[YearBar, ...]:
    """A bar for each year from the first to the last."""
    counts = {
        int(one.value): one.count for one in results.facets.get("year", ()) if one.value.isdecimal()
    }
    if not counts:
        return ()
    years = range(min(counts), max(counts) + 1)
    shown = list(years) if len(years) <= MOST_BARS else sorted(counts)
    start = asked.address.having(page="")
    bars = []
    for year in shown:
        is_chosen = (asked.since, asked.until) == (str(year), str(year))
        ends = {"from": "", "to": ""} if is_chosen else {"from": str(year), "to": str(year)}
        bars.append(YearBar(year, counts.get(year, 0), str(start.having(**ends)), is_chosen))
    return tuple(bars)


def filters_of(asked: Asked, texts: NullTranslations) -> tuple[Choice, ...]:
    """The filters in force, each with the address without it."""
    start = asked.address.having(page="")
    found = []
    for name, value in asked.filters:
        label = value
        if name == "kind":
            label = texts.gettext(kind_word(value).name)
        elif name == "language":
            label = texts.gettext(LANGUAGES.get(value, value))
        found.append(Choice(value, label, str(start.without(name, value))))
    if asked.since or asked.until:
        label = asked.since if asked.since == asked.until else f"{asked.since}–{asked.until}"
        found.append(Choice(label, label, str(start.without("from").without("to"))))
    return tuple(found)


def sorts_of(asked: Asked) -> tuple[Choice, ...]:
    """The orders of the list."""
    start = asked.address.having(page="")
    return tuple(
        Choice(
            name,
            "",
            str(start.having(sort="" if name == "best" else name)),
            asked.sort == name,
        )
        for name in SORTED
    )


def keep_of(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What a form that sets the years keeps of the address."""
    return asked.address.without("page").keeping(
        name for name, _ in asked.address.parameters if name not in YEARS
    )


def suggestions_of(
    asked: Asked, results: answers.Results, gettext: Callable[[str], str]
) -> tuple[Suggestion, ...]:
    """What finds something where this found nothing. A filter of the address is taken from it."""
    found = []
    start = asked.address.having(page="")
    prefix = asked.prefix
    for one in results.suggestions:
        what = SUGGESTED[one.message.id]
        if one.query.startswith(prefix):
            query = one.query.removeprefix(prefix)
            address, text = start.having(q=query), query
        else:
            less = said(replace(one.message, id="try-without"), gettext)
            address, text = _less(asked, one), (asked.query if what == "language" else "") or less
        found.append(Suggestion(what, text, str(address), one.total))
    return tuple(found)


def _less(asked: Asked, one: answers.Suggestion) -> Address:
    """The address without the filter that a suggestion leaves out."""
    piece = one.message.params.get("piece", "")
    name, _, value = piece.partition(":")
    if name == "date":
        return asked.address.having(**{"from": "", "to": "", "page": ""})
    return asked.address.having(page="").without(name, value.strip('"'))


def pager_of(asked: Asked, results: answers.Results) -> Pager | None:
    """Which part of the list is shown; None where it is all there."""
    total = results.total + results.total_any
    first = (asked.page - 1) * ON_A_PAGE + 1
    last = min(first + ON_A_PAGE - 1, total)
    if total <= ON_A_PAGE and asked.page == 1:
        return None
    before = "" if asked.page == 2 else str(asked.page - 1)
    has_next = last < min(total, MOST_LISTED)
    return Pager(
        first,
        last,
        total,
        str(asked.address.having(page=before)) if asked.page > 1 else "",
        str(asked.address.having(page=str(asked.page + 1))) if has_next else "",
    )
