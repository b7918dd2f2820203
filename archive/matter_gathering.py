"""Gathering for a matter: seeds and searches, followed as a trail is, and what was left out.

It has two halves: `collect` only reads, and may take its time; `keep` writes what was found.
Gathered again later, what is new shows, and what a member said of a document stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from archive import trail
from archive.access import Viewer
from archive.bulk import insert_rows
from archive.documents import load_views
from archive.errors import Ambiguous, NotFound, UsageError
from archive.events import canonical
from archive.exports import tell_references
from archive.matter_entries import names_of, told_step
from archive.matters import record, writable
from archive.models import Gathering, MatterEntry, utc_text
from archive.references import ReferenceView, Target
from archive.seeds import find_seed
from archive.times import parse_day, parse_moment
from archive.trail import DEFAULT_DEPTH, Walk, Wish
from archive.vocabulary import KINDS, RELATIONS

NO_LISTS: Final[Mapping[int, Mapping[int, Sequence[str]]]] = {}
MOST_REASONS: Final = 20  # of one document that are kept; it is in for the first of them


class Searching(Protocol):
    """What answers searches: the ids of all documents that have everything a query asks for."""

    def __call__(
        self, session: Session, viewer: Viewer, query: str, as_of: datetime | None, /
    ) -> Sequence[int]:
        """The documents that the viewer finds (would have found then)."""
        ...


class Understanding(Protocol):
    """What says of a query what was not understood of it."""

    def __call__(
        self, session: Session, viewer: Viewer, query: str, /
    ) -> Sequence[Mapping[str, Any]]:
        """Notes: start, end, id, params, message (English)."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What is gathered for a matter. A period is a search: `date:2024-01..2024-03`."""

    seeds: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    on: date | None = None
    depth: int = DEFAULT_DEPTH
    through: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    word_lists: tuple[int, ...] = ()  # of the matter, by number: what they found last

    def wish(self) -> Wish:
        """The same for a trail. Raises `UsageError` for what makes no sense."""
        if not (self.seeds or self.searches or self.word_lists):
            raise UsageError("Say what is to be gathered: seeds or searches.")
        for known, given in ((RELATIONS, self.relations), (KINDS, self.kinds)):
            if wrong := sorted(set(given) - set(known)):
                raise UsageError("There is no kind or relation %(name)s.", name=wrong[0])
        return Wish(
            self.seeds, self.since, self.until, self.as_of, self.on, self.depth,
            frozenset(self.through), frozenset(self.relations), frozenset(self.kinds),
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "seeds": list(self.seeds), "searches": list(self.searches),
            "since": _day(self.since), "until": _day(self.until),
            "as_of": utc_text(self.as_of) if self.as_of else None, "on": _day(self.on),
            "depth": self.depth, "through": list(self.through),
            "relations": list(self.relations), "kinds": list(self.kinds),
            "word_lists": list(self.word_lists),
        }  # fmt: skip

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Asked:
        """What was kept, to be asked again."""
        since, until, on = (
            parse_day(told[name]) if told[name] else None for name in ("since", "until", "on")
        )
        return cls(
            tuple(told["seeds"]), tuple(told["searches"]), since, until,
            parse_moment(told["as_of"]) if told["as_of"] else None, on, told["depth"],
            tuple(told["through"]), tuple(told["relations"]), tuple(told["kinds"]),
            tuple(told.get("word_lists", ())),
        )  # fmt: skip


@dataclass(slots=True)
class Collected:
    """What was found: by document its depth and its reasons; and what was left out."""

    asked: Asked
    depths: dict[int, int] = field(default_factory=dict)
    because: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    left_out: dict[str, list[Any]] = field(default_factory=dict)
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """Which gathering it was, how many documents it found, how many of them are new."""

    number: int
    found: int
    new: int


def collect(
    session: Session,
    viewer: Viewer,
    asked: Asked,
    *,
    searching: Searching,
    entry_schemes: Container[str],
    is_again: bool = False,
    lists: Mapping[int, Mapping[int, Sequence[str]]] = NO_LISTS,
    understanding: Understanding | None = None,
) -> Collected:
    """All that belongs to what is asked, as the viewer sees it.

    `lists` are what the word lists that are asked for found: by list, by document, its terms.

    A seed by which nothing is called is left out and named. Raises `Ambiguous` for one that may
    mean more, and `UsageError` for a search that finds too many; where it `is_again` that the same
    is asked, these are left out as well, each with its reason.
    """
    wish = asked.wish()
    begun, unknown, refused = _begin(session, viewer, asked, searching=searching, is_again=is_again)
    for number in asked.word_lists:
        for document, terms in lists[number].items():
            reasons = begun.setdefault(Target("document", document), [])
            reasons += [{"search": term, "list": number} for term in terms]
    walk = trail.follow(session, viewer, begun, wish)
    found = Collected(asked, is_truncated=walk.is_truncated)
    ids = [target.id for target in walk.depth_of if target.type == "document"]
    limited = []
    for view in load_views(session, viewer, ids=ids, as_of=wish.as_of):
        if why := trail.limit_of(view, wish):
            limited.append([view.document.id, why])
        else:
            found.depths[view.document.id] = walk.depth_of[Target("document", view.document.id)]
    _explain(session, walk, begun, found)
    found.left_out = {
        "limits": limited,
        "lists": sorted(one.id for one in walk.lists if one.id in found.depths),
        "missing": _missing(walk.open_ends, found.depths, entry_schemes),
        "unknown": unknown,
        "refused": refused,
        "notes": [
            {"asked": query, **note}
            for query in asked.searches
            for note in (understanding(session, viewer, query) if understanding else ())
        ],
    }
    return found


def _begin(
    session: Session, viewer: Viewer, asked: Asked, *, searching: Searching, is_again: bool
) -> tuple[dict[Target, list[dict[str, Any]]], list[str], list[list[str]]]:
    """Where it begins, and why there; the seeds that are unknown; what was refused, and why."""
    begun: dict[Target, list[dict[str, Any]]] = {}
    unknown: list[str] = []
    refused: list[list[str]] = []
    for text in asked.seeds:
        try:
            begun.setdefault(find_seed(session, viewer, text), []).append({"seed": text})
        except NotFound:
            unknown.append(text)
        except Ambiguous as error:
            if not is_again:
                raise
            refused.append([text, str(error)])
    for query in asked.searches:
        try:
            documents = searching(session, viewer, query, asked.as_of)
        except UsageError as error:
            if not is_again:
                raise
            refused.append([query, str(error)])
            continue
        for document in documents:
            begun.setdefault(Target("document", document), []).append({"search": query})
    return begun, unknown, refused


def _explain(
    session: Session, walk: Walk, begun: Mapping[Target, list[dict[str, Any]]], found: Collected
) -> None:
    """By which path each document came in."""
    wanted = {
        document: walk.because.get(Target("document", document), [])[:MOST_REASONS]
        for document in found.depths
    }
    every = {view.row.id: view for views in wanted.values() for view in views}
    told = zip(
        every, tell_references(session, every.values(), as_of=found.asked.as_of), strict=True
    )
    lines = {number: _step(every[number], line) for number, line in told}
    for document, views in wanted.items():
        own = begun.get(Target("document", document), [])
        steps = {view.row.id: lines[view.row.id] for view in views}
        found.because[document] = [*own, *steps.values()]


def _step(view: ReferenceView, line: Mapping[str, Any]) -> dict[str, Any]:
    target = view.target
    fields = ("relation", "identifier", "quote", "page", "where")
    return {
        "from": view.row.document_id,
        "to": [target.type, target.id] if target else None,
        **{name: line[name] for name in fields},
    }


def _missing(
    ends: Iterable[ReferenceView], documents: Container[int], entry_schemes: Container[str]
) -> list[list[Any]]:
    """What the documents cite and is not there: document, scheme, number, relation, status."""
    rows = {
        (end.row.document_id, end.row.scheme or "", end.row.text or "", end.row.relation,
         end.status): None
        for end in ends
        if end.row.document_id in documents
        and not (end.status == "waiting" and end.row.scheme in entry_schemes)
    }  # fmt: skip
    return [list(row) for row in sorted(rows)]


def keep(
    session: Session, viewer: Viewer, matter_id: int, found: Collected, at: datetime
) -> Gathered:
    """Write a gathering and what it found into the matter.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where the matter is closed.
    """
    writable(session, viewer, matter_id)
    of_matter = Gathering.matter_id == matter_id
    number = (session.scalar(select(func.max(Gathering.number)).where(of_matter)) or 0) + 1
    asked = found.asked.told()
    session.add(
        Gathering(
            matter_id=matter_id, number=number, asked=asked, left_out=found.left_out,
            is_truncated=found.is_truncated, reads=sorted(viewer.reads), at=at,
            user_id=viewer.account_id,
        )
    )  # fmt: skip
    session.flush()
    here = {
        row.document_id: row
        for row in session.scalars(select(MatterEntry).where(MatterEntry.matter_id == matter_id))
    }
    rows = [
        {
            "of": document, "matter_id": matter_id, "document_id": document, "first": number,
            "last": number, "depth": depth, "because": found.because[document],
        }
        for document, depth in found.depths.items()
    ]  # fmt: skip
    again = [row for row in rows if row["of"] in here]
    _keep_hidden(session, viewer, again, here)
    _find_again(session, matter_id, again)
    new = [{name: row[name] for name in row if name != "of"} for row in rows
           if row["of"] not in here]  # fmt: skip
    insert_rows(session, MatterEntry, new)
    digest = hashlib.sha256(canonical(asked).encode()).hexdigest()
    record(session, viewer, matter_id, "matter-gathered", at, gathering=number, asked_sha256=digest)
    return Gathered(number, len(rows), len(new))


def _keep_hidden(
    session: Session, viewer: Viewer, rows: list[dict[str, Any]], here: Mapping[int, MatterEntry]
) -> None:
    """Paths that the viewer may not see were not looked for: they stay, beside those found now."""
    steps = (step for row in rows for step in here[row["of"]].because)
    names = names_of(session, viewer, steps)
    for row in rows:
        known = here[row["of"]]
        if hidden := [step for step in known.because if told_step(step, names) is None]:
            row["because"] = [*row["because"], *hidden]
            row["depth"] = min(row["depth"], known.depth)


def _find_again(session: Session, matter_id: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = cast(Table, MatterEntry.__table__)
    names = ("last", "depth", "because")
    session.connection().execute(
        table.update()
        .where(table.c.matter_id == matter_id, table.c.document_id == bindparam("of"))
        .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}),
        [{"of": row["of"], **{f"new_{name}": row[name] for name in names}} for row in rows],
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
