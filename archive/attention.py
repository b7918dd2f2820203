"""Attention: the one list of all that wants a person, as a viewer sees it.

Kinds come in the order in which answering them helps most, each kind oldest first. Counts stop at
`MOST_COUNTED`: how many thousand wait is nothing that anybody acts upon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive import (
    asides,
    attention_lines,
    by_hand,
    concern_lines,
    damaged,
    discrepancies,
    events,
    file_passwords,
    jobs,
    misread,
    need_lines,
    not_carried,
    open_references,
    suspicion,
    trade_lines,
    wanting,
)
from archive.access import Right, Viewer
from archive.builtin_schemes import entry_schemes
from archive.config import Config
from archive.errors import NotFound, UsageError
from archive.merge_answers import open_proposals
from archive.models import (
    Document,
    Entry,
    MergeProposal,
    Paper,
    Proposal,
    Reference,
    Trouble,
    Version,
)
from archive.owners import Owners, owners_of
from archive.records import moment
from archive.trade_discrepancies import find_discrepancies
from archive.wanted_numbers import suffix
from archive.wanting import Asked, is_id

MOST_COUNTED: Final = 1000

#: Every kind of line: its statement, and how its rows are told.
KINDS: Final = MappingProxyType(
    {
        damaged.DAMAGED: (damaged.wanted, damaged.lines),
        wanting.UNREADABLE: (wanting.unreadable, attention_lines.unreadable),
        wanting.GIVEN_UP: (wanting.given_up, attention_lines.given_up),
        wanting.TROUBLE: (wanting.troubles, attention_lines.troubles),
        wanting.AMBIGUOUS: (open_references.ambiguous, attention_lines.ambiguous),
        wanting.MAY_BE: (misread.proposed, misread.lines),
        wanting.SUSPECT: (open_references.suspects, suspicion.lines),
        wanting.PROPOSAL: (wanting.proposals, attention_lines.proposals),
        discrepancies.DISCREPANCY: (discrepancies.wanted, discrepancies.lines),
        **trade_lines.KINDS,
        wanting.MERGE: (wanting.mergers, attention_lines.mergers),
        need_lines.NEED: (need_lines.wanted, need_lines.lines),
        wanting.OVERDUE: (wanting.overdue, attention_lines.overdue),
        not_carried.NOT_CARRIED: (not_carried.wanted, not_carried.lines),
        concern_lines.CONCERN: (concern_lines.wanted, concern_lines.lines),
        wanting.WAITING: (open_references.waiting, attention_lines.waiting),
    }
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which lines are wanted: of a kind, of an owner, unreadable ones for a reason.

    `each` stops every group after so many lines; it goes with no offset.
    """

    kind: str | None = None
    owner: str | None = None
    reason: str | None = None
    limit: int = 50
    offset: int = 0
    each: int | None = None


def list_attention(
    session: Session,
    viewer: Viewer,
    config: Config,
    wish: Wish,
    at: datetime,
    find: trade_lines.Find = find_discrepancies,
) -> dict[str, Any]:
    """Some lines of the list in the fields of the API, with counts of every kind.

    `find` says what does not agree: it takes long in a large archive, so who lists often keeps it.
    """
    owners = owners_of(session, viewer, config)
    kept = owners.kept_by(wish.owner) if wish.owner is not None else None
    is_of_plans = wish.kind in (None, need_lines.NEED) and not wish.reason
    lacking = need_lines.lacking(session, viewer, at.date()) if is_of_plans else {}
    is_of_trade = wish.kind in (None, *trade_lines.KINDS) and not wish.reason
    found = trade_lines.not_explained(session, viewer, at.date(), find) if is_of_trade else {}
    schemes = entry_schemes(config.schemes)
    asked = Asked(viewer, at.date(), kept, schemes, lacking, found)
    groups = _groups(session, asked, wish)
    told: list[dict[str, Any]] = []
    offset = wish.offset
    is_alone = len(groups) == 1  # then there is more to see than is counted
    for group in groups:
        if offset >= group["count"] and not (is_alone and group["is_more"]):
            offset -= group["count"]
            continue
        most = wish.limit - len(told)
        if not is_alone:
            most = min(most, group["count"] - offset)
        most = most if wish.each is None else min(most, wish.each)
        if most > 0:
            statement = _statement(asked, group["kind"], group["reason_code"])
            rows = session.execute(statement.limit(most).offset(offset)).all()
            lines = KINDS[group["kind"]][1](session, asked, rows)
            told += [_dated(line, viewer, owners, at) for line in lines]
        offset = 0
    return {
        "items": told,
        "total": sum(group["count"] for group in groups),
        "is_more": any(group["is_more"] for group in groups),
        "groups": groups,
        "owners": owners.names(),
    }


def _groups(session: Session, asked: Asked, wish: Wish) -> list[dict[str, Any]]:
    """Each kind that has lines, with how many; unreadable ones for each reason."""
    if wish.kind is not None and wish.kind not in KINDS:
        raise UsageError(
            "There is no kind %(kind)r; use one of %(known)s.",
            kind=wish.kind,
            known=", ".join(KINDS),
        )
    groups: list[dict[str, Any]] = []
    for kind in KINDS if wish.kind is None else (wish.kind,):
        reasons: Sequence[str | None] = (None,)
        if kind == wanting.UNREADABLE:
            reasons = (wish.reason,) if wish.reason else _reasons(session, asked)
        elif wish.reason:
            continue
        for reason in reasons:
            some = _statement(asked, kind, reason).order_by(None).limit(MOST_COUNTED + 1)
            count = session.scalar(select(func.count()).select_from(some.subquery())) or 0
            if count:
                groups.append(
                    {
                        "kind": kind,
                        "reason_code": reason,
                        "count": min(count, MOST_COUNTED),
                        "is_more": count > MOST_COUNTED,
                    }
                )
    return groups


def _reasons(session: Session, asked: Asked) -> list[str]:
    statement = wanting.unreadable(asked).order_by(None)
    codes = session.scalars(statement.with_only_columns(Version.reason_code).distinct())
    return sorted(code for code in codes if code)


def _statement(asked: Asked, kind: str, reason: str | None) -> Select[Any]:
    if kind == wanting.UNREADABLE:
        return wanting.unreadable(asked, reason)
    statement: Callable[[Asked], Select[Any]] = KINDS[kind][0]
    return statement(asked)


def _dated(line: dict[str, Any], viewer: Viewer, owners: Owners, at: datetime) -> dict[str, Any]:
    since: datetime = line["since"]
    roots, home = line.pop("roots"), line.pop("home")
    return {
        **line,
        "owner": next(iter(owners.of_roots(roots)), None),
        "owners": list(owners.of(roots, home)),
        "is_answerable": viewer.may(Right.FILE) and home in viewer.writes,
        "since": moment(since),
        "age_days": max(0, (at - since).days),
    }


def set_aside(
    session: Session,
    viewer: Viewer,
    item: str,
    at: datetime,
    *,
    until: date | None = None,
    reason: str = "",
) -> None:
    """Take a line from everybody's list until a day, or explain it away for good.

    Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    collection_id = _collection_of(session, viewer, item)
    asides.put_aside(session, viewer, item, at, until=until, reason=reason)
    kind = item.partition(":")[0]
    events.record(
        session,
        at,
        "attention-aside",
        actor=viewer.actor,
        collection_id=collection_id,
        attention=kind,
        until=until.isoformat() if until else "",
    )


def bring_back(session: Session, viewer: Viewer, item: str, at: datetime) -> None:
    """Put a line back on the list. Raises `NotFound`, `NotAllowed`."""
    collection_id = _collection_of(session, viewer, item)
    asides.take_back(session, item, at)
    kind = item.partition(":")[0]
    events.record(
        session,
        at,
        "attention-back",
        actor=viewer.actor,
        collection_id=collection_id,
        attention=kind,
    )


def retry(session: Session, viewer: Viewer, item: str, at: datetime, *, alike: bool = False) -> int:
    """Read again what an unreadable or given-up line is about; with all for the same reason.

    Returns how many versions. Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    kind, _, _ = item.partition(":")
    if kind not in (wanting.UNREADABLE, wanting.GIVEN_UP):
        raise UsageError("Only what could not be read can be tried again.")
    collection_id = _collection_of(session, viewer, item)
    version = _version_of(session, viewer, item)
    again = [(version, collection_id)]
    if alike and kind == wanting.UNREADABLE:
        statement = wanting.unreadable(Asked(viewer, at.date()), version.reason_code)
        ours = statement.where(Document.collection_id.in_(viewer.writes))
        every = session.execute(ours.add_columns(Document.collection_id).limit(MOST_COUNTED))
        again = [(row, collection) for row, collection in every]
    ids = [one.id for one, _ in again]
    jobs.forget_given_up(session, ids)
    for one, collection in again:
        events.record(
            session,
            at,
            "reread-asked",
            actor=viewer.actor,
            collection_id=collection,
            document_id=one.document_id,
            version=one.number,
            stage="parse",
        )
    jobs.enqueue(session, jobs.JobKind.PARSE, ids, at)
    return len(again)


def give_password(session: Session, viewer: Viewer, item: str, password: str, at: datetime) -> int:
    """Try a password on the locked file of a line, and on all others of its collection.

    Returns how many are read again. Raises `NotFound`, `NotAllowed`, `UsageError`, `Conflict`.
    """
    if item.partition(":")[0] != wanting.UNREADABLE:
        raise UsageError("Only a file that can't be read takes a password.")
    collection_id = _collection_of(session, viewer, item)
    return file_passwords.open_with(session, collection_id, password, by=viewer, at=at)


def _collection_of(session: Session, viewer: Viewer, item: str) -> int:
    """The collection of a line that the viewer sees and may answer. Raises `NotFound`."""
    kind, _, name = item.partition(":")
    found: int | None = None
    if kind in (wanting.UNREADABLE, wanting.GIVEN_UP, damaged.DAMAGED):
        document_id = _version_of(session, viewer, item).document_id
        found = session.get_one(Document, document_id).collection_id
    elif kind == discrepancies.DISCREPANCY:
        version, _ = discrepancies.version_of(session, viewer, item)
        found = session.get_one(Document, version.document_id).collection_id
    elif kind == wanting.TROUBLE:
        root, _, path = name.partition("/")
        found = session.scalar(
            select(Trouble.collection_id).where(
                Trouble.root == root,
                Trouble.path == path,
                Trouble.collection_id.in_(viewer.reads),
            )
        )
    elif kind in trade_lines.KINDS:
        found = trade_lines.collection_of(session, name)
    elif kind == need_lines.NEED:
        found = need_lines.collection_of(session, name)
    elif is_id(name) and (statement := _by_id(viewer, kind, int(name))) is not None:
        found = session.scalar(statement)
    elif kind in (wanting.WAITING, wanting.AMBIGUOUS, wanting.MAY_BE, wanting.SUSPECT):
        found = _collection_of_reference(session, kind, name)
    if found is None or found not in viewer.reads:
        raise NotFound("line of the attention list", item)
    viewer.require(Right.FILE, found)
    return found


def _by_id(viewer: Viewer, kind: str, number: int) -> Select[Any] | None:
    """The collection of a line that is named by the id of its row."""
    match kind:
        case wanting.PROPOSAL:
            return select(Proposal.collection_id).where(Proposal.id == number)
        case wanting.MERGE:
            statement = open_proposals(viewer).where(MergeProposal.id == number)
            return statement.with_only_columns(Entry.collection_id)
        case not_carried.NOT_CARRIED | concern_lines.CONCERN:
            return select(Entry.collection_id).where(Entry.id == number)
        case wanting.OVERDUE:
            return (
                select(Document.collection_id)
                .join(Paper, Paper.document_id == Document.id)
                .where(Paper.id == number)
            )
        case _:
            return None


def _collection_of_reference(session: Session, kind: str, name: str) -> int | None:
    parts = name.split("/", 4)
    is_waiting = kind == wanting.WAITING
    if len(parts) not in ((3, 4, 5) if is_waiting else (4, 5)) or not is_id(parts[0]):
        return None
    owner = Reference.collection_id if is_waiting else Reference.document_id
    number = [Reference.scheme == parts[1], Reference.key == parts[2]]
    if by_hand.is_name(parts):
        number = [Reference.key.is_(None), Reference.fixed_document_id == int(parts[2])]
    statement = select(Reference.collection_id).where(
        owner == int(parts[0]),
        *number,
        Reference.retracted_at.is_(None),
    )
    if is_waiting:
        if parts[3:]:
            statement = statement.where(suffix(Reference) == f"/{'/'.join(parts[3:])}")
    else:
        statement = statement.where(Reference.relation == parts[3])
        if parts[4:]:
            statement = statement.where(Reference.groups == parts[4])
    return session.scalars(statement.limit(1)).first()


def _version_of(session: Session, viewer: Viewer, item: str) -> Version:
    document, _, number = item.partition(":")[2].partition("/")
    if not (is_id(document) and is_id(number)):
        raise NotFound("line of the attention list", item)
    found = session.scalar(
        select(Version)
        .join(Document, Document.id == Version.document_id)
        .where(
            Version.document_id == int(document),
            Version.number == int(number),
            Document.collection_id.in_(viewer.reads),
        )
    )
    if found is None:
        raise NotFound("line of the attention list", item)
    return found
