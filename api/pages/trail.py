"""The page of a trail: what hangs together, in order of time, each with the reason why it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.document_address import place_of
from api.pages.frame import show
from api.pages.registers import page_of, pager
from api.pages.things import Known, document_thing, load_things, shown_parties
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive.access import Right, Viewer
from archive.builtin_schemes import entry_schemes
from archive.documents import DocumentView, load_numbered
from archive.errors import Ambiguous, NotFound, UsageError
from archive.models import Entry as EntryRow
from archive.records import document_id_of
from archive.references import Target
from archive.seeds import find_seed
from archive.times import parse_day, parse_moment
from archive.trail import DEFAULT_DEPTH, Wish, gather
from web.address import Address
from web.drawing import Point, draw
from web.views.common import Amount, Field, Thing
from web.views.trail import Because, Choice, Entry, Gap, TrailPage

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50
MOST_SEEDS: Final = 100
OPTIONS: Final = ("depth", "since", "until", "as_of", "on")
MOST_REASONS: Final = 3  # of one entry; the exports have all
DEEPEST: Final = 10


@router.get("/trail", name="trail_page")
def trail_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The trail that the address asks for; what is asked for and not there is named."""
    pairs = parse_qsl(request.url.query, max_num_fields=200)
    through = [value for name, value in pairs if name == "through"][:MOST_SEEDS]
    asked = {**dict(pairs), "through": " ".join(through)}
    typed = [part for name, value in pairs if name == "seed" for part in value.split(";")]
    texts = list(dict.fromkeys(part.strip() for part in typed if part.strip()))[:MOST_SEEDS]
    known, unknown, choices = [], [], []
    for text in texts:
        try:
            find_seed(session, viewer, text)
            known.append(text)
        except NotFound:
            unknown.append(text)
        except Ambiguous as error:
            choices.append(_choice(session, viewer, (text, error.candidates), texts, asked))
    page = _page(services, session, viewer, known, asked) if known else _empty(texts, asked)
    page = replace(page, unknown_seeds=tuple(unknown), ambiguous_seeds=tuple(choices))
    return show(request, page, session)


def _choice(
    session: Session,
    viewer: Viewer,
    meant: tuple[str, Sequence[str]],
    texts: Sequence[str],
    asked: Mapping[str, str],
) -> Choice:
    """Links to the same trail with one of the candidates in the place of what was typed."""
    typed, candidates = meant
    targets = {name: find_seed(session, viewer, name) for name in candidates}
    known = load_things(session, viewer, targets.values())
    things = []
    for name, target in targets.items():
        seeds = [name if text == typed else text for text in texts]
        pairs = [(key, value) for key, value in asked.items() if key in OPTIONS and value]
        query = urlencode([("seed", seed) for seed in seeds] + pairs)
        thing = known[target].thing
        things.append(replace(thing, text=f"{name} {thing.text}", href=f"/trail?{query}"))
    return Choice(typed, tuple(things))


def _page(
    services: Services,
    session: Session,
    viewer: Viewer,
    seeds: Sequence[str],
    asked: Mapping[str, str],
) -> TrailPage:
    wish = _wish(seeds, asked)
    found = gather(session, viewer, wish, entry_schemes(services.config.schemes))
    gaps = _gaps(found["missing"])
    lines = _in_time(found["entries"], gaps)
    number = page_of(asked.get("page", "1"))
    shown = lines[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    places = {_place(line) for line in shown if not isinstance(line, list)}
    views = load_numbered(session, viewer, places, as_of=wish.as_of)
    targets = _named(session, viewer, shown)
    known = load_things(session, viewer, targets.values())
    parties = _parties(session, viewer, views.values())
    address = Address("/trail", tuple(("seed", seed) for seed in seeds))
    for name in OPTIONS:
        address = address.having(**{name: asked.get(name, "")})
    for one in found["through"]:
        address = address.adding("through", one)
    query = urlencode(address.parameters)
    lists = {one["document"]: one["references"] for one in found["not_followed"]}
    return TrailPage(
        seeds=tuple(_seeds(session, viewer, seeds)),
        lines=tuple(
            _followed(_line(one, views, parties, targets, known), lists, address) for one in shown
        ),
        documents=len({entry["document"] for entry in found["entries"]}),
        options=_options(seeds, asked),
        gaps=len(gaps),
        through=tuple(found["through"]),
        is_truncated=found["truncated"],
        csv_href=f"/api/v1/trail.csv?{query}",
        json_href=f"/api/v1/trail?{query}",
        package_href=f"/api/v1/trail.zip?{query}" if viewer.may(Right.TRAIL) else "",
        drawing=draw(
            Point(entry["date"], entry["kind"] or "other", entry["number"] or entry["document"])
            for entry in found["entries"]
            if entry["date"]
        ),
        pager=pager(address, number, len(lines), ON_A_PAGE),
    )


def _wish(seeds: Sequence[str], asked: Mapping[str, str]) -> Wish:
    """What the address asks for. Raises `UsageError` for a day or depth that is none."""
    depth = asked.get("depth") or str(DEFAULT_DEPTH)
    if not (depth.isascii() and depth.isdecimal() and int(depth[:3]) <= DEEPEST):
        raise UsageError(
            "A trail has 0 to %(most)s steps, not %(depth)r.", most=DEEPEST, depth=depth
        )
    return Wish(
        tuple(seeds),
        parse_day(asked["since"]) if asked.get("since") else None,
        parse_day(asked["until"]) if asked.get("until") else None,
        parse_moment(asked["as_of"]) if asked.get("as_of") else None,
        parse_day(asked["on"]) if asked.get("on") else None,
        int(depth),
        frozenset(asked.get("through", "").split()),
    )


def _gaps(missing: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """What is missing, each number once, with all that cite it."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for line in missing:
        if line["identifier"]:
            key = (line["scheme"] or "", line["key"] or "", line["status"])
            groups.setdefault(key, []).append(line)
    return list(groups.values())


def _in_time(
    entries: Sequence[Mapping[str, Any]], gaps: Sequence[list[Mapping[str, Any]]]
) -> list[Any]:
    """Entries in their order, each gap behind the first entry that cites it."""
    behind: dict[str, list[Any]] = {}
    order: dict[str, int] = {}
    for place, entry in enumerate(entries):
        order.setdefault(entry["document"], place)
    for gap in gaps:
        first = min(gap, key=lambda line: order[line["from"]])
        behind.setdefault(first["from"], []).append(gap)
    lines: list[Any] = []
    for entry in entries:
        lines.append(entry)
        lines += behind.pop(entry["document"], ())  # of several versions behind the first
    return lines


def _named(session: Session, viewer: Viewer, lines: Sequence[Any]) -> dict[tuple[str, str], Target]:
    """The other ends of the reasons, and who cites what is missing: (type, name) and target."""
    wanted: set[tuple[str, str]] = set()
    for line in lines:
        if isinstance(line, list):
            wanted |= {("document", one["from"]) for one in line}
            continue
        for one in line["because"][:MOST_REASONS]:
            wanted.add(("document", one["from"]))
            if one["to"]:
                wanted.add((one["to_type"], one["to"]))
    found = {
        name: Target("document", document_id_of(name[1]))
        for name in wanted
        if name[0] == "document"
    }
    rows = session.execute(
        select(EntryRow.register, EntryRow.code, EntryRow.id)
        .where(
            EntryRow.code.in_([code for kind, code in wanted if kind != "document"]),
            EntryRow.collection_id.in_(viewer.reads),
        )
        .order_by(EntryRow.id.desc())
    )
    return found | {(kind, code): Target(kind, number) for kind, code, number in rows}


def _parties(
    session: Session, viewer: Viewer, views: Iterable[DocumentView]
) -> dict[int, tuple[Thing | str, ...]]:
    return shown_parties(session, viewer, (view.version for view in views))


def _line(
    line: Any,
    views: Mapping[tuple[int, int], DocumentView],
    parties: Mapping[int, tuple[Thing | str, ...]],
    targets: Mapping[tuple[str, str], Target],
    known: Mapping[Target, Known],
) -> Entry | Gap:
    if isinstance(line, list):
        return _gap(line, targets, known)
    view = views[_place(line)]
    version = view.version
    is_current = version.id == view.document.current_version_id
    at = "" if is_current else f"?version={version.number}"
    return Entry(
        thing=document_thing(view.document.id, version, at),
        date=line["date"],
        kind=line["kind"],
        title=line["title"] or version.file_name,
        document=line["document"],
        version=line["version"],
        parties=parties[version.id],
        total=Amount(version.total, version.currency or "") if version.total else None,
        received_at=line["received_at"][:10],
        depth=line["depth"],
        because=tuple(
            because
            for one in line["because"][:MOST_REASONS]
            if (because := _because(line["document"], one, targets, known)) is not None
        ),
        original_href=f"/documents/{line['document']}/original{at}",
    )


def _place(line: Mapping[str, Any]) -> tuple[int, int]:
    return document_id_of(line["document"]), line["version"]


def _followed(line: Entry | Gap, lists: Mapping[str, int], address: Address) -> Entry | Gap:
    """A list says that the trail ends at it, and leads to the trail that goes on."""
    if isinstance(line, Gap) or line.document not in lists:
        return line
    href = str(address.adding("through", line.document))
    return replace(line, not_followed=lists[line.document], follow_href=href)


def _because(
    document: str,
    one: Mapping[str, Any],
    targets: Mapping[tuple[str, str], Target],
    known: Mapping[Target, Known],
) -> Because | None:
    is_inbound = one["from"] != document
    end = ("document", one["from"]) if is_inbound else (one["to_type"], one["to"])
    other = known.get(targets[end]) if end in targets else None
    if other is None:
        return None
    return Because(
        source=other.thing,
        relation=one["relation"],
        is_inbound=is_inbound,
        quote=one["quote"] or "",
        page=one["page"],
        href=place_of(one["from"], one["page"], None, None) if one["quote"] else "",
    )


def _gap(
    gap: Sequence[Mapping[str, Any]],
    targets: Mapping[tuple[str, str], Target],
    known: Mapping[Target, Known],
) -> Gap:
    first = gap[0]
    names = dict.fromkeys(("document", line["from"]) for line in gap)
    citing = [known[targets[name]] for name in names if targets[name] in known]
    return Gap(
        identifier=first["identifier"],
        scheme=first["scheme"] or "",
        date=min((one.date for one in citing if one.date), default=None),
        cited_by=tuple(one.thing for one in citing),
        relation=first["relation"],
        status=first["status"],
    )


def _seeds(session: Session, viewer: Viewer, seeds: Sequence[str]) -> list[Thing]:
    targets = [find_seed(session, viewer, seed) for seed in seeds]
    known = load_things(session, viewer, targets)
    return [known[target].thing for target in targets]


def _options(seeds: Sequence[str], asked: Mapping[str, str]) -> tuple[Field, ...]:
    days = ("since", "until", "as_of", "on")
    return (
        Field("seed", "; ".join(seeds), is_required=True),
        Field("depth", asked.get("depth", "") or str(DEFAULT_DEPTH), "number"),
        *(Field(name, asked.get(name, ""), "date") for name in days),
    )


def _empty(typed: Sequence[str], asked: Mapping[str, str]) -> TrailPage:
    return TrailPage((), (), 0, _options(typed, asked))
