"""What a person decides: on a reference, on a fact. It outlives every re-run.

A ruling names document, scheme, number and relation, never offsets, so that it holds wherever the
number stands in this version or the next, in all spellings that meet (archive.ruled). A later
ruling on the same takes the place of the one before, which holds again where the later one is taken
back; both stay in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import events, inherited, jobs, matching, teaching
from archive.access import Right, Viewer
from archive.errors import NotFound, UsageError
from archive.fact_values import checked_value
from archive.models import Document, Entry, Fact, Reference, Ruling
from archive.readings import party_columns, refresh_view
from archive.records import file_number
from archive.references import Target, sees_dictionary
from archive.ruled import is_one_number
from archive.ruled_before import hold_again, ruled_before, says_the_same
from archive.said_numbers import bear_said_number
from archive.scheme_types import Schemes
from archive.versions import settle_current
from archive.vocabulary import IDENTIFYING, PARTY_ROLES

DECISIONS = ("confirm", "reject", "redirect", "withdraw")


@dataclass(frozen=True, slots=True)
class OnReference:
    """What is ruled on: the reference from a document by this number and relation.

    `groups` say which number of the key it is; they are found where the document cites one alone.
    """

    document_id: int
    scheme: str | None
    key: str | None
    relation: str
    groups: str | None = None


def rule(
    session: Session,
    viewer: Viewer,
    what: OnReference,
    decision: str,
    at: datetime,
    *,
    target: Target | None = None,
    reason: str = "",
) -> bool:
    """Confirm, reject or redirect a reference, or withdraw the last ruling on it: is that new?

    `target` is needed to redirect, and to confirm one of several candidates; of references without
    a number it says which is meant. To say the same again changes nothing. Raises `NotFound` where
    there is no such reference or the target is hidden, `NotAllowed`, `UsageError`.
    """
    if decision not in DECISIONS:
        raise UsageError(
            "There is no decision %(decision)r; use one of %(known)s.",
            decision=decision,
            known=", ".join(DECISIONS),
        )
    document = writable(session, viewer, what.document_id)
    rows = _references(session, what)
    if not rows:
        raise NotFound("reference", what.key or what.relation)
    if what.groups is None:
        what = replace(what, groups=_groups_of(session, viewer, document, rows))
    if decision in ("confirm", "redirect") and target is None:
        raise UsageError("Say which target is meant.")
    if target == Target("document", what.document_id):
        raise UsageError("A document can't be linked to itself.")
    version_id = None if target is None else seen_target(session, viewer, target)
    new = Ruling(
        document_id=what.document_id,
        scheme=what.scheme,
        key=what.key,
        groups=what.groups,
        relation=what.relation,
        decision=decision,
        target_document_id=target.id if target and target.type == "document" else None,
        target_entry_id=target.id if target and target.type != "document" else None,
        target_version_id=version_id,
        reason=reason,
        user_id=viewer.account_id,
        recorded_at=at,
    )
    before = ruled_before(session, what, target)
    is_withdrawn = decision == "withdraw"
    if any(says_the_same(one, new) for one in before) or (is_withdrawn and not before):
        return False
    for one in before:
        one.retracted_at = at
    session.flush()
    if is_withdrawn:
        hold_again(session, before)
    else:
        session.add(new)
    events.record(
        session,
        at,
        f"reference-{decision}",
        actor=viewer.actor,
        collection_id=document.collection_id,
        document_id=document.id,
        relation=what.relation,
        **_led(session, before[-1] if is_withdrawn else new),
    )
    jobs.enqueue(session, jobs.JobKind.INDEX, [row.version_id for row in rows], at)
    return True


def _led(session: Session, ruling: Ruling) -> dict[str, Any]:
    """Where a ruling leads, as events say it."""
    if ruling.target_entry_id is not None:
        entry = session.get_one(Entry, ruling.target_entry_id)
        return {"target": entry.id, "target_type": entry.register}
    target = ruling.target_document_id
    return {"target": target or 0, "target_type": "document" if target else ""}


def set_facts(
    session: Session,
    viewer: Viewer,
    document_id: int,
    values: dict[str, str | None],
    at: datetime,
    *,
    schemes: Schemes,
    parties: Sequence[dict[str, str]] | None = None,
    reason: str = "",
) -> None:
    """Set facts of the current version right. None takes a person's word back.

    What readers read stays recorded beside it. A number that is set is borne from then on, and the
    file is read again, by which its versions find together and its numbers are the said parties'.
    `parties` ({"role", "name", "id"}) replace all that persons said of parties before. Raises
    `UsageError` naming the fact and what was expected.
    """
    document = writable(session, viewer, document_id)
    version_id = document.current_version_id
    assert version_id is not None  # every document has had a version since it was filed
    for name, value in values.items():
        _take_back(session, version_id, name, at, viewer)
        if value is not None and value != "":
            _say(session, version_id, name, checked_value(name, value), at, viewer, reason)
    if parties is not None:
        _take_back(session, version_id, "party", at, viewer)
        for party in parties:
            if party.get("role") not in PARTY_ROLES:
                raise UsageError(
                    "A party's role is one of %(choices)s.", choices=", ".join(PARTY_ROLES)
                )
            _say_party(session, version_id, party, at, viewer, reason)
    session.flush()
    refresh_view(session, [version_id])
    events.record(
        session,
        at,
        "facts-set",
        actor=viewer.actor,
        collection_id=document.collection_id,
        document_id=document_id,
        facts=sorted([*values, *(["party"] if parties is not None else [])]),
    )
    gone = bear_said_number(session, document, version_id, schemes, at)
    matching.own_number_said(session, version_id, at, also=gone)
    settle_current(session, document_id, at)
    jobs.enqueue(session, jobs.JobKind.INDEX, [version_id], at)
    if "kind" in values:
        teaching.kinds_are_said(session)
    if "date" in values:
        inherited.follow(session, [version_id], at)
    if parties is not None or not IDENTIFYING.isdisjoint(values):
        jobs.enqueue(session, jobs.JobKind.PARSE, [version_id], at)


def _say(
    session: Session,
    version_id: int,
    name: str,
    value: str,
    at: datetime,
    viewer: Viewer,
    reason: str,
) -> None:
    session.add(
        Fact(
            version_id=version_id,
            name=name,
            value=value,
            origin="person",
            user_id=viewer.account_id,
            rule=reason,
            said_by=viewer.actor,
            recorded_at=at,
        )
    )


def _say_party(
    session: Session,
    version_id: int,
    party: dict[str, str],
    at: datetime,
    viewer: Viewer,
    reason: str,
) -> None:
    session.add(
        Fact(
            version_id=version_id,
            name="party",
            value=party["name"],
            role=party["role"],
            identifier=party.get("id"),
            **party_columns("party", party["name"], party.get("id")),
            origin="person",
            user_id=viewer.account_id,
            rule=reason,
            said_by=viewer.actor,
            recorded_at=at,
        )
    )


def _take_back(session: Session, version_id: int, name: str, at: datetime, viewer: Viewer) -> None:
    session.execute(
        update(Fact)
        .where(
            Fact.version_id == version_id,
            Fact.name == name,
            Fact.origin == "person",
            Fact.retracted_at.is_(None),
        )
        .values(retracted_at=at, retracted_by=viewer.actor)
    )


def writable(session: Session, viewer: Viewer, document_id: int) -> Document:
    """The document, where the viewer may file there. Raises `NotFound`, `NotAllowed`."""
    document = session.get(Document, document_id)
    if document is None or document.collection_id not in viewer.reads:
        raise NotFound("document", file_number(document_id))
    viewer.require(Right.FILE, document.collection_id)
    return document


def on_written(session: Session, what: OnReference, identifier: str) -> OnReference:
    """The same on the number that is written so in the document. Raises `NotFound`."""
    for row in _references(session, what):
        if row.text == identifier:
            return replace(what, groups=row.groups)
    raise NotFound("reference", identifier)


def _references(session: Session, what: OnReference) -> list[Reference]:
    statement = select(Reference).where(
        Reference.document_id == what.document_id,
        Reference.scheme == what.scheme,
        Reference.key == what.key,
        Reference.relation == what.relation,
        Reference.retracted_at.is_(None),
    )
    rows = session.scalars(statement.order_by(Reference.id))
    return [row for row in rows if is_one_number(what.groups, row.groups)]


def _groups_of(
    session: Session, viewer: Viewer, document: Document, rows: Sequence[Reference]
) -> str | None:
    """Of the one number that these are. Raises `UsageError` where the viewer sees several.

    What an older version cited is not meant where the current one cites the number.
    """
    mine = select(Reference.id).where(
        Reference.id.in_([row.id for row in rows]), sees_dictionary(viewer)
    )
    ids = set(session.scalars(mine))
    seen = [row for row in rows if row.id in ids] or rows
    meant = [row for row in seen if row.version_id == document.current_version_id] or seen
    first = meant[0]
    if not all(is_one_number(first.groups, row.groups) for row in meant):
        raise UsageError(
            "%(document)s cites several numbers that are meant by %(key)s: %(numbers)s. Say which"
            " one.",
            document=file_number(document.id),
            key=first.key,
            numbers=", ".join(dict.fromkeys(row.text or "" for row in meant)),
        )
    return first.groups


def seen_target(session: Session, viewer: Viewer, target: Target) -> int | None:
    """The target's current version. Raises `NotFound` where the viewer does not see it."""
    if target.type == "document":
        document = session.get(Document, target.id)
        if document is None or document.collection_id not in viewer.reads:
            raise NotFound("document", file_number(target.id))
        return document.current_version_id
    entry = session.get(Entry, target.id)
    if entry is None or entry.collection_id not in viewer.reads or entry.register != target.type:
        raise NotFound(target.type, target.id)
    return None
