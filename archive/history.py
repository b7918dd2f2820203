"""What was done with a document, as a viewer may read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.listing import MOST, Listing, listed
from archive.models import Account, Document, Entry, Event, Token, Version
from archive.moves import places_of
from archive.records import file_number, moment
from archive.ruled_history import decided

#: Details that say nothing of other documents, collections or people.
PLAIN: Final = (
    "version", "sha256", "reader", "reader_version", "pages", "reason", "relation", "decision",
    "facts", "stage", "receipt", "first", "last",
)  # fmt: skip

#: Events of decisions that name where a reference leads.
LED: Final = (
    "reference-confirm", "reference-redirect", "reference-reject", "reference-withdraw",
    "reference-added", "reference-removed",
)  # fmt: skip


def history_of(
    session: Session,
    viewer: Viewer,
    document_id: int,
    *,
    as_of: datetime | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[dict[str, Any]]:
    """The events of a document (up to a moment) that the viewer may read, the newest first.

    What was done with regard to something that the viewer may not see is left out. Where a file was
    seen, or is no longer, `path` says; of the two events of a move, `move` is [from, to].
    """
    statement = (
        select(Event)
        .where(
            Event.document_id == document_id,
            true() if as_of is None else Event.at <= as_of,
            or_(Event.collection_id.is_(None), Event.collection_id.in_(viewer.reads)),
            Event.number.not_in(about_hidden(session, viewer, [document_id])),
        )
        .order_by(Event.number.desc())
    )
    found = listed(session, statement, lambda row: row[0], limit=limit, offset=offset)
    details = {event.number: json.loads(event.line).get("details", {}) for event in found.items}
    names = names_of(session, {event.actor for event in found.items})
    targets = _targets(session, viewer, list(details.values()))
    versions = _versions(session, list(details.values()))
    places = places_of(session, found.items, details)
    rulings = decided(session, viewer, [(one, details[one.number]) for one in found.items])
    items = tuple(
        {
            "number": event.number,
            "at": moment(event.at),
            "what": event.kind,
            "by": names.get(event.actor, event.actor),
            **{
                name: details[event.number].get(name)
                for name in PLAIN
                if name in details[event.number]
            },
            **_more(details[event.number], targets, versions),
            **places.get(event.number, {}),
            **rulings.get(event.number, {}),
        }
        for event in found.items
    )
    return Listing(items, found.total)


def about_hidden(session: Session, viewer: Viewer, document_ids: Sequence[int]) -> list[int]:
    """Numbers of the events by which a person led a reference to something hidden, or back."""
    rows = session.execute(
        select(Event.number, Event.line).where(
            Event.document_id.in_(document_ids), Event.kind.in_(LED)
        )
    )
    details = {row[0]: json.loads(row[1]).get("details", {}) for row in rows}
    seen = _targets(session, viewer, list(details.values()))
    return [
        number
        for number, one in details.items()
        if one.get("target") and (one["target_type"], one["target"]) not in seen
    ]


def _more(
    details: dict[str, Any], targets: dict[tuple[str, int], str], versions: dict[int, int]
) -> dict[str, Any]:
    more: dict[str, Any] = {}
    target = (details.get("target_type", ""), details.get("target", 0))
    if target in targets:
        more |= {"target_type": target[0], "target": targets[target]}
    if details.get("version_id") in versions:
        more["version"] = versions[details["version_id"]]
    return more


def names_of(session: Session, actors: set[str]) -> dict[str, str]:
    """The names of those who did something, by actor: "user:12", "token:4"."""
    ids: dict[str, list[int]] = {"user": [], "token": []}
    for actor in actors:
        kind, _, number = actor.partition(":")
        if number:
            ids[kind].append(int(number))
    users = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids["user"])))
    tokens = session.execute(
        select(Token.id, Account.name)
        .join(Account, Account.id == Token.account_id)
        .where(Token.id.in_(ids["token"]))
    )
    return {f"user:{key}": name for key, name in users} | {
        f"token:{key}": name for key, name in tokens
    }


def _targets(
    session: Session, viewer: Viewer, details: Sequence[dict[str, Any]]
) -> dict[tuple[str, int], str]:
    """File numbers and codes of those targets that the viewer may see."""
    wanted = {(one["target_type"], one["target"]) for one in details if one.get("target")}
    if not wanted:
        return {}
    # Collections are compared here: SQLite would begin with all the documents of them.
    documents = session.execute(
        select(Document.id, Document.collection_id).where(
            Document.id.in_([key for kind, key in wanted if kind == "document"])
        )
    )
    entries = session.execute(
        select(Entry.register, Entry.id, Entry.code, Entry.collection_id).where(
            Entry.id.in_([key for kind, key in wanted if kind != "document"])
        )
    )
    reads = viewer.reads
    found = {
        ("document", key): file_number(key) for key, collection in documents if collection in reads
    }
    return found | {
        (register, key): code for register, key, code, collection in entries if collection in reads
    }


def _versions(session: Session, details: Sequence[dict[str, Any]]) -> dict[int, int]:
    ids = {one["version_id"] for one in details if "version_id" in one}
    rows = session.execute(select(Version.id, Version.number).where(Version.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
