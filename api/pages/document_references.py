"""References out of and into a document, as its page lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from babel.support import NullTranslations
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages.document_address import Opened, changed_since, place_of
from api.pages.document_leaf import Meant
from api.pages.things import Known, load_things, things_of, wanted_href
from archive.access import Right, Viewer
from archive.cited_revisions import Cited, cited_revisions
from archive.models import Account
from archive.namesakes import namesakes
from archive.records import file_number
from archive.references import ReferenceView, Target
from archive.suspicion import changes_of
from archive.wanting import is_id
from web.address import Address
from web.views.common import Source, Thing
from web.views.document import Candidate, ReferenceRow
from web.words import RELATIONS

MOST_ROWS: Final = 60  # of each list; the search lists all of them
FAMILY: Final = "attached-to"  # told apart from what is cited
OF_PARTIES: Final = ("party", "organisation", "vat")  # schemes


def targets_of(views: Sequence[ReferenceView]) -> set[Target]:
    """All that these references come from and point to."""
    found = {Target("document", view.row.document_id) for view in views}
    for view in views:
        found |= {*view.candidates, *([view.target] if view.target else [])}
    return found


def persons_of(session: Session, views: Sequence[ReferenceView]) -> dict[int, str]:
    """Names of those who ruled on references or made them, by id."""
    ids = {view.ruling.user_id for view in views if view.ruling} | {
        view.row.user_id for view in views
    }
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids - {None})))
    return {row[0]: row[1] for row in rows}


def outward(
    views: Sequence[ReferenceView],
    opened: Opened,
    known: Mapping[Target, Known],
    persons: Mapping[int, str],
    viewer: Viewer,
) -> list[ReferenceRow]:
    """What the version cites, in the order of its pages; then parties, whom every document names,
    and what was rejected."""
    ranked = sorted(
        (view for view in views if view.row.relation != FAMILY),
        key=lambda view: (
            view.status == "rejected",
            view.row.scheme in OF_PARTIES
            or (view.target is not None and view.target.type == "party"),
            view.row.page or 0,
            view.row.start or 0,
            view.row.id,
        ),
    )
    return [
        _row(view, view.target, known, persons, viewer, _own_place(view, opened)) for view in ranked
    ]


def with_changes(
    session: Session, views: Sequence[ReferenceView], rows: Sequence[ReferenceRow]
) -> list[ReferenceRow]:
    """The rows of these references; suspect ones lead to what changed in their targets since."""
    changes = {str(key): change for key, change in changes_of(session, views).items()}
    return [replace(row, change_href=changed_since(changes.get(row.id))) for row in rows]


def with_revisions(
    session: Session,
    views: Sequence[ReferenceView],
    rows: Sequence[ReferenceRow],
    as_of: datetime | None,
) -> list[ReferenceRow]:
    """The rows of these references; what names a revision leads to the version that bears it."""
    cited = {str(one): told for one, told in cited_revisions(session, views, as_of=as_of).items()}
    return [_with_revision(row, cited[row.id]) if row.id in cited else row for row in rows]


def _with_revision(row: ReferenceRow, cited: Cited) -> ReferenceRow:
    row = replace(
        row, revision=cited.mark, is_old=not cited.is_current, is_there=cited.version is not None
    )
    if row.thing is None or cited.version is None or cited.is_current:
        return row
    href = f"{row.thing.href}?version={cited.version}"
    return replace(row, thing=replace(row.thing, href=href), current_href=row.thing.href)


def with_namesakes(
    session: Session,
    viewer: Viewer,
    views: Sequence[ReferenceView],
    rows: Sequence[ReferenceRow],
    as_of: datetime | None,
) -> list[ReferenceRow]:
    """The rows of these references; those that wait say who bears the number and is not meant."""
    waiting = {
        str(view.row.id): (view.row.scheme, view.row.key, view.row.groups or "")
        for view in views
        if view.status == "waiting" and view.row.scheme and view.row.key
    }
    found = namesakes(session, viewer, waiting.values(), as_of=as_of)
    known = load_things(
        session, viewer, {Target("document", i) for ids in found.values() for i in ids}
    )
    return [
        replace(row, others=things_of(known, found.get(waiting.get(row.id, ("", "", "")), ())))
        for row in rows
    ]


def inward(
    views: Sequence[ReferenceView],
    known: Mapping[Target, Known],
    persons: Mapping[int, str],
    viewer: Viewer,
) -> list[ReferenceRow]:
    """What cites the document, the newest first."""
    rows = [
        _row(view, Target("document", view.row.document_id), known, persons, viewer, _place(view))
        for view in views
        if view.row.relation != FAMILY
    ]
    return sorted(rows, key=lambda row: row.date or "", reverse=True)


def family(
    views: Sequence[ReferenceView], known: Mapping[Target, Known], *, inbound: bool
) -> tuple[Thing, ...]:
    """What the document is attached to; or what is attached to it."""
    ends = [
        Target("document", view.row.document_id) if inbound else view.target
        for view in views
        if view.row.relation == FAMILY and view.status == "resolved"
    ]
    return tuple(known[end].thing for end in dict.fromkeys(ends) if end and end in known)


def meant_by(
    views: Sequence[ReferenceView], known: Mapping[Target, Known], texts: NullTranslations
) -> dict[int, Meant]:
    """By reference how its mentions are marked. What was rejected is not marked."""
    found = {}
    for view in views:
        if view.status == "rejected":
            continue
        end = known.get(view.target) if view.target else None
        words = RELATIONS.get(view.row.relation)
        relation = texts.gettext(words.out) if words else view.row.relation
        name = view.row.text or (end.thing.text if end else "")
        found[view.row.id] = Meant(
            end.thing.type if end else "other",
            end.thing.href if end else f"#reference-{view.row.id}",
            f"{relation} {name}",
        )
    return found


def _row(
    view: ReferenceView,
    end: Target | None,
    known: Mapping[Target, Known],
    persons: Mapping[int, str],
    viewer: Viewer,
    href: str,
) -> ReferenceRow:
    row, ruling = view.row, view.ruling
    other = known.get(end) if end else None
    is_rulable = viewer.may(Right.FILE) and row.collection_id in viewer.writes
    shown = other.thing.text if other else row.text
    return ReferenceRow(
        id=str(row.id),
        relation=row.relation,
        identifier=row.text or "",
        status=view.status,
        scheme=row.scheme,
        thing=other.thing if other else None,
        date=other.date if other else None,
        title=other.title if other else "",
        source=Source(
            href if row.page else "",
            row.origin,
            row.page,
            None if row.quote == shown else row.quote,
            row.where,
            persons.get(row.user_id or 0) if row.origin == "person" else None,
        ),
        mentions=row.mention_count,
        candidates=tuple(_candidates(view, known)),
        is_suspect=view.is_suspect,
        ruled_by=persons.get(ruling.user_id or 0, "") if ruling else "",
        ruled_at=ruling.recorded_at if ruling else None,
        reason=ruling.reason if ruling else row.rule if row.origin == "person" else "",
        is_confirmed=bool(ruling and ruling.decision == "confirm"),
        may_rule=is_rulable,
        wanted_href=wanted_href(row.scheme, row.key or "")
        if view.status == "waiting" and row.scheme
        else "",
    )


def _candidates(view: ReferenceView, known: Mapping[Target, Known]) -> list[Candidate]:
    return [
        Candidate(value_of(target), one.thing, one.date, one.revision, one.path)
        for target in view.candidates
        if (one := known.get(target))
    ]


def value_of(target: Target) -> str:
    """A target as forms post it."""
    return f"{target.type}:{target.id}"


def target_of(value: str) -> Target | None:
    """The target that a form posts; None for what is none."""
    kind, _, number = value.partition(":")
    is_one = kind in ("document", "product", "change-request", "milestone", "party")
    return Target(kind, int(number)) if is_one and is_id(number) else None


def _own_place(view: ReferenceView, opened: Opened) -> str:
    row = view.row
    if row.page is None:
        return ""
    mark = None if row.start is None or row.end is None else (row.start, row.end)
    return opened.at(row.page, mark)


def _place(view: ReferenceView) -> str:
    row = view.row
    return place_of(file_number(row.document_id), row.page, row.start, row.end)


def all_of(field: str, document: str, count: int, shown: int) -> str:
    """The search that lists all references, where the page shows only some; "" where it has all."""
    return str(Address("/").having(q=f"{field}:{document}")) if count > shown else ""
