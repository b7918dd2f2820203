"""Trails: the documents that hang together around a seed, in order of time, each with its reason.

References are followed both ways, through documents, change requests and milestones; products and
parties only where they are the seed, or everything would hang together. For the same reason a list
(a price list, a register, a transmittal: what cites more than `MOST_CITED`) is in a trail, which
does not go on through it unless it is a seed or is asked for. A trail holds what the viewer may see
and nothing that hints at the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.cited_revisions import cited_revisions
from archive.documents import DocumentView, current_versions, load_numbered, load_views
from archive.exports import tell_references
from archive.models import Entry
from archive.paths import load_places
from archive.records import file_number, moment
from archive.references import ReferenceView, Target, incoming_of, outgoing
from archive.seeds import find_seed
from archive.then import holds

MOST_ENTRIES = 20_000
MOST_CITED = 12  # things here that one document cites; ordinary papers cite under ten, lists more
DEFAULT_DEPTH = 3
THROUGH = ("document", "change-request", "milestone")  # followed wherever they turn up


@dataclass(frozen=True, slots=True)
class Wish:
    """What a trail is asked for. `since`, `until`, `kinds` limit the entries, not the way to them;
    `relations`, where it names any, are the only ones that are followed."""

    seeds: tuple[str, ...]
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    on: date | None = None
    depth: int = DEFAULT_DEPTH
    through: frozenset[str] = frozenset()  # file numbers of lists that are followed all the same
    relations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    most: int = MOST_ENTRIES


@dataclass(frozen=True, slots=True)
class Line:
    """One version in a trail, with the references by which it came in."""

    view: DocumentView
    depth: int
    because: Sequence[ReferenceView]


@dataclass(slots=True)
class Walk:
    """The state of one walk over the references."""

    depth_of: dict[Target, int] = field(default_factory=dict)
    because: dict[Target, list[ReferenceView]] = field(default_factory=lambda: defaultdict(list))
    open_ends: list[ReferenceView] = field(default_factory=list)
    lists: dict[Target, int] = field(default_factory=dict)  # not followed; what each cites
    is_truncated: bool = False
    most: int = MOST_ENTRIES


def gather(
    session: Session, viewer: Viewer, wish: Wish, entry_schemes: Container[str]
) -> dict[str, Any]:
    """The trail in the fields of the API. Raises what `find_seed` does.

    Where a number of `entry_schemes` waits no document is missing (archive.builtin_schemes).
    """
    seeds = [find_seed(session, viewer, text) for text in wish.seeds]
    walk = follow(session, viewer, seeds, wish)
    documents = [target.id for target in walk.depth_of if target.type == "document"]
    views = load_views(session, viewer, ids=documents, as_of=wish.as_of)
    chosen = [
        line
        for line in [*_reached(walk, views), *_cited(session, viewer, walk, views, wish.as_of)]
        if not limit_of(line.view, wish)
    ]
    shown = {file_number(line.view.document.id) for line in chosen}
    missing = [
        end
        for end in walk.open_ends
        if file_number(end.row.document_id) in shown
        and not (end.status == "waiting" and end.row.scheme in entry_schemes)
    ]
    steps = (view for views in walk.because.values() for view in views)
    every = {view.row.id: view for view in (*steps, *missing)}
    told = dict(zip(every, tell_references(session, every.values(), as_of=wish.as_of), strict=True))
    return {
        "seeds": [_seed(session, text, seed) for text, seed in zip(wish.seeds, seeds, strict=True)],
        "entries": _entries(session, chosen, told, wish.as_of),
        "missing": missing_lines(told[end.row.id] for end in missing),
        "not_followed": [
            {"document": file_number(target.id), "references": walk.lists[target]}
            for target in sorted(walk.lists, key=lambda target: target.id)
            if file_number(target.id) in shown
        ],
        "truncated": walk.is_truncated,
        "as_of": moment(wish.as_of),
        "on": wish.on.isoformat() if wish.on else None,
        "since": wish.since.isoformat() if wish.since else None,
        "until": wish.until.isoformat() if wish.until else None,
        "depth": wish.depth,
        "through": sorted(wish.through),
    }


def follow(session: Session, viewer: Viewer, seeds: Iterable[Target], wish: Wish) -> Walk:
    """All that is reached from the seeds in the steps that are wished for."""
    walk = Walk(dict.fromkeys(seeds, 0), most=wish.most)
    frontier = list(walk.depth_of)
    for depth in range(1, wish.depth + 2):
        if not frontier:
            break
        # the last round only collects what is missing around the outermost documents
        is_last = depth > wish.depth
        found = _out_of(session, viewer, frontier, wish.as_of)
        if not is_last:
            found += incoming_of(session, viewer, frontier, as_of=wish.as_of)
        views = {view.row.id: view for view in found if _is_followed(view, wish)}
        lists = _lists(frontier, views.values(), wish, at_seeds=depth == 1)
        if not is_last:  # there nothing is followed
            walk.lists |= lists
        frontier = [target for target in frontier if target not in lists]
        reached = _step(walk, frontier, list(views.values()), depth, is_last=is_last)
        frontier = [target for target in reached if target.type in THROUGH]
    return walk


def _is_followed(view: ReferenceView, wish: Wish) -> bool:
    return not wish.relations or view.row.relation in wish.relations


def _lists(
    frontier: Iterable[Target], views: Iterable[ReferenceView], wish: Wish, *, at_seeds: bool
) -> dict[Target, int]:
    """Documents that are lists and that nobody asked to follow, with how many things each cites."""
    if at_seeds:
        return {}
    cited: dict[int, set[Target]] = defaultdict(set)
    for view in views:
        if view.target is not None:
            cited[view.row.document_id].add(view.target)
    return {
        target: len(cited[target.id])
        for target in frontier
        if target.type == "document"
        and len(cited[target.id]) > MOST_CITED
        and file_number(target.id) not in wish.through
    }


def _out_of(
    session: Session, viewer: Viewer, frontier: Sequence[Target], as_of: datetime | None
) -> list[ReferenceView]:
    documents = [target.id for target in frontier if target.type == "document"]
    versions = current_versions(session, viewer, ids=documents, as_of=as_of)
    return outgoing(session, viewer, version_ids=versions, as_of=as_of)


def _step(
    walk: Walk,
    frontier: Sequence[Target],
    views: Sequence[ReferenceView],
    depth: int,
    *,
    is_last: bool,
) -> list[Target]:
    ours = set(frontier)
    found: list[Target] = []
    for view in views:
        source = Target("document", view.row.document_id)
        if view.status in ("waiting", "ambiguous"):
            if source in ours:
                walk.open_ends.append(view)
            continue
        if view.target is None or is_last:
            continue
        for here, there in ((source, view.target), (view.target, source)):
            if here not in ours:
                continue
            if there not in walk.depth_of:
                if len(walk.depth_of) >= walk.most:
                    walk.is_truncated = True
                    continue
                walk.depth_of[there] = depth
                found.append(there)
            if walk.depth_of[there] == depth:
                walk.because[there].append(view)
    return found


def limit_of(view: DocumentView, wish: Wish) -> str:
    """Which limit of the wish leaves this document out: since, until, on, kind; "" if none does."""
    day = view.version.date or view.version.received_at.date().isoformat()
    if wish.since and day < wish.since.isoformat():
        return "since"
    if wish.until and day > wish.until.isoformat():
        return "until"
    if wish.on is not None and not holds(view.version, wish.on):
        return "on"
    return "kind" if wish.kinds and view.version.kind not in wish.kinds else ""


def _reached(walk: Walk, views: Iterable[DocumentView]) -> list[Line]:
    """The documents that were reached, with their current versions (of then)."""
    ends = [(view, Target("document", view.document.id)) for view in views]
    return [Line(view, walk.depth_of[end], walk.because.get(end, ())) for view, end in ends]


def _cited(
    session: Session,
    viewer: Viewer,
    walk: Walk,
    views: Iterable[DocumentView],
    as_of: datetime | None,
) -> list[Line]:
    """Versions before the current ones that are cited by their revision: `SPEC-310 rev A`."""
    several = {
        Target("document", view.document.id): view.version.number
        for view in views
        if view.document.last_version > 1
    }
    steps = {
        step.row.id: step
        for end in several
        for step in walk.because.get(end, ())
        if step.target == end
    }
    because: dict[tuple[int, int], list[ReferenceView]] = defaultdict(list)
    for step_id, cited in cited_revisions(session, steps.values(), as_of=as_of).items():
        end = steps[step_id].target
        if end and cited.version and cited.version != several[end]:
            because[(end.id, cited.version)].append(steps[step_id])
    found = load_numbered(session, viewer, because.keys(), as_of=as_of)
    return [
        Line(view, walk.depth_of[Target("document", place[0])], because[place])
        for place, view in found.items()
    ]


def _entries(
    session: Session,
    lines: Sequence[Line],
    told: Mapping[int, Mapping[str, Any]],
    as_of: datetime | None,
) -> list[dict[str, Any]]:
    places = load_places(session, [line.view.version.id for line in lines], as_of=as_of)
    entries: list[dict[str, Any]] = []
    for line in lines:
        version = line.view.version
        entries.append(
            {
                "document": file_number(line.view.document.id),
                "version": version.number,
                "kind": version.kind,
                "number": version.own_number,
                "title": version.title,
                "date": version.date,
                "received_at": moment(version.received_at),
                "path": places.shown(version.id)[0],
                "depth": line.depth,
                "because": _reasons(line.because, told),
            }
        )
    entries.sort(key=lambda e: (e["date"] or e["received_at"][:10], e["received_at"], e["path"]))
    return entries


def _reasons(
    views: Iterable[ReferenceView], told: Mapping[int, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    return [
        {
            "from": line["source"],
            "to": line["target"],
            "to_type": line["target_type"],
            "relation": line["relation"],
            "identifier": line["identifier"],
            "quote": line["quote"],
            "page": line["page"],
            "where": line["where"],
        }
        for line in (told[one] for one in {view.row.id: None for view in views})
    ]


def missing_lines(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of references that lead to nothing, or to more than one, what a trail says of them."""
    fields = (
        "scheme", "identifier", "key", "relation", "status", "candidates", "page", "quote", "where"
    )  # fmt: skip
    found = [{"from": line["source"], **{name: line[name] for name in fields}} for line in lines]
    return sorted(found, key=lambda line: (line["scheme"] or "", line["key"] or "", line["from"]))


def _seed(session: Session, text: str, seed: Target) -> dict[str, Any]:
    if seed.type == "document":
        return {"asked": text, "type": "document", "id": file_number(seed.id)}
    entry = session.get_one(Entry, seed.id)
    return {"asked": text, "type": seed.type, "id": entry.code}
