"""Quality concerns: reported from a document, moved by their table, found by document and product.

A concern is kept in the collection of its document: who reads the one may read the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from archive import events, registers
from archive.access import Right, Viewer
from archive.concern_states import CONCERNS, FIRST, MOVES, Move, may_move, moves_from, state_in
from archive.db import serialise
from archive.errors import Conflict, UsageError
from archive.messages import Message
from archive.milestone_standing import product_in, products_called
from archive.models import Entry, EntryValue, NumberAlias, Version
from archive.need_documents import Then
from archive.opening import Which, open_document
from archive.records import document_id_of, file_number
from archive.register_fields import LONGEST_TEXT, REGISTERS
from archive.register_saving import LOCK, EntryChange, entry_key, keys_in_use, save
from archive.register_values import Change, load_rows, values_on
from archive.registers import EntryView
from archive.schemes import Schemes
from archive.then import standing
from archive.timeline import naming

REGISTER: Final = REGISTERS[CONCERNS]
#: By when a concern is to be answered where nobody says.
ANSWER_DAYS: Final = 30
NO_MOVE: Final = Message("There is no move %(move)r; there are %(known)s.")
WRONG_STATE: Final = Message("%(code)s is %(state)s; %(move)s is for what is %(sources)s.")
NEEDS_TEXT: Final = Message("Say it in words: %(move)s needs a text.")
TOO_LONG: Final = Message("A text has at most %(most)s characters.", most=LONGEST_TEXT)
DUE_BEFORE: Final = Message(
    "It can't be answered by %(due)s: it was reported on %(reported)s, after that."
)
NOT_YET: Final = Message("%(day)s has not come yet.")
MOVED_BEFORE: Final = Message(
    "A move can't have happened on %(day)s: the one before it was on %(last)s."
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody says of a document; of its current version where none is named."""

    title: str
    seen: str = ""
    products: Sequence[str] | str = ()
    owner: str = ""
    due_on: date | None = None
    reported_on: date | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a concern stands. `phases`: by product the phase of its life when it was reported."""

    state: str
    phases: tuple[tuple[str, str], ...]
    is_overdue: bool
    moves: tuple[str, ...]  # that the viewer may make


def report(
    session: Session, viewer: Viewer, document: int, said: Reported, at: datetime, schemes: Schemes
) -> EntryView:
    """A new concern about a version of the document, numbered after it: `QC-000123-1`.

    Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    view = open_document(session, viewer, document, Which(said.version))
    viewer.require(Right.FILE, view.document.collection_id)
    reported = said.reported_on or at.date()
    if reported > at.date():
        raise UsageError(NOT_YET, day=reported)
    due = said.due_on or reported + timedelta(days=ANSWER_DAYS)
    if due < reported:
        raise UsageError(DUE_BEFORE, due=due, reported=reported)
    serialise(session, LOCK)
    products = said.products if isinstance(said.products, str) else list(said.products)
    written = {
        "number": _number(session, view.document.id, schemes),
        "title": said.title, "seen": said.seen, "products": products,
        "document": f"{file_number(view.document.id)}/{view.version.number}",
        "reporter": viewer.name or viewer.actor, "reported_on": reported.isoformat(),
        "owner": said.owner, "due_on": due.isoformat(), "state": FIRST,
    }  # fmt: skip
    made = registers.create(
        session, viewer, REGISTER, written, at, schemes=schemes, collection=view.collection
    )
    events.record(
        session, at, "concern-reported", actor=viewer.actor,
        collection_id=view.document.collection_id, document_id=view.document.id,
        version=view.version.number,
    )  # fmt: skip
    return made


def _number(session: Session, document_id: int, schemes: Schemes) -> str:
    """The next number that no concern has in any collection; none tells of what is hidden."""
    count = 0
    while True:
        count += 1
        number = f"QC-{document_id:06d}-{count}"
        if not keys_in_use(session, REGISTER, {entry_key(REGISTER, number, schemes)}):
            return number


def move(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    name: str,
    at: datetime,
    *,
    text: str,
    revision: int,
    schemes: Schemes,
    happened_on: date | None = None,
) -> EntryView:
    """Answer a concern, close it, or open it again: the text is the answer, or why.

    Raises `Conflict` where its state or `revision` is another, `NotAllowed` (both are recorded),
    `UsageError`. The transaction is not to be committed then.
    """
    known = MOVES.get(name)
    if known is None:
        raise UsageError(NO_MOVE, move=name, known=", ".join(MOVES))
    row = session.get_one(Entry, entry.id, with_for_update=True, populate_existing=True)
    state = state_in(row.fields)
    if state not in known.sources or not may_move(viewer, row.collection_id):
        events.record_refusal(
            session, at, "move-refused", actor=viewer.actor, collection_id=row.collection_id,
            entry_id=row.id, move=name, state=state, role=viewer.role,
        )  # fmt: skip
        viewer.require(Right.FILE, row.collection_id)
        raise Conflict(
            WRONG_STATE, code=row.code, state=state, move=name, sources=", ".join(known.sources)
        )
    if revision != row.revision:
        raise Conflict(registers.CHANGED, code=row.code, revision=row.revision, given=revision)
    day = _checked_day(session, entry, happened_on, at)
    said = _said(viewer, known, _checked_text(known, text), day)
    changes = [Change(field, value, day) for field, value in said.items()]
    one = EntryChange(row, row.collection_id, changes)
    save(session, viewer, REGISTER, [one], at, schemes, is_move=True)
    events.record(
        session, at, "concern-moved", actor=viewer.actor, collection_id=row.collection_id,
        entry_id=row.id, move=name, before=state, after=known.target,
    )  # fmt: skip
    return registers.get(session, viewer, REGISTER, entry.id, schemes=schemes)


def _checked_text(known: Move, text: str) -> str:
    text = text.strip().replace("\r\n", "\n")
    if not text and known.needs_text:
        raise UsageError(NEEDS_TEXT, move=known.name)
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise UsageError(TOO_LONG)
    return text


def _checked_day(session: Session, entry: EntryView, happened_on: date | None, at: datetime) -> str:
    """The day on which it happened: today, or before; never before the move that went before."""
    rows = load_rows(session, [entry.id])[entry.id]
    last = max((row.day or "" for row in rows if row.field == "state"), default="")
    last = max(last, entry.values.get("reported_on", ""))
    if happened_on is None:
        return max(at.date().isoformat(), last)
    if happened_on > at.date():
        raise UsageError(NOT_YET, day=happened_on)
    if happened_on.isoformat() < last:
        raise UsageError(MOVED_BEFORE, day=happened_on, last=last)
    return happened_on.isoformat()


def _said(viewer: Viewer, known: Move, text: str, day: str) -> dict[str, str | None]:
    """What the move writes. An answer that was not enough goes; the history keeps it."""
    if known.name == "answer":
        who = viewer.name or viewer.actor
        said: dict[str, str | None] = {"answer": text, "answered_by": who, "answered_on": day}
        return {"state": known.target, "state_reason": None, **said}
    if known.name == "close":
        return {"state": known.target, "state_reason": text or None, "closed_on": day}
    gone = dict.fromkeys(("answer", "answered_by", "answered_on", "closed_on"))
    return {"state": known.target, "state_reason": text, **gone}


def standing_of(session: Session, viewer: Viewer, concern: EntryView, then: Then) -> Standing:
    """Where it stands, or stood; moves are there for now alone."""
    state = state_in(concern.values)
    is_now = then.as_of is None and then.on is None
    can_move = is_now and may_move(viewer, concern.collection_id)
    return Standing(
        state,
        tuple(_phases(session, viewer, concern, then.as_of).items()),
        is_late(concern, then.day.isoformat()),
        tuple(one.name for one in moves_from(state)) if can_move else (),
    )


def is_late(concern: EntryView, today: str) -> bool:
    """Should it have been answered before that day, and is it not?"""
    due = concern.values.get("due_on", "")
    return state_in(concern.values) == FIRST and "" < due < today


def reported_on(concern: EntryView) -> str:
    """The day on which it was reported; where nobody says, that on which it was entered."""
    return concern.values.get("reported_on") or concern.created_at.date().isoformat()


def _phases(
    session: Session, viewer: Viewer, concern: EntryView, as_of: datetime | None
) -> dict[str, str]:
    codes = [code for code in concern.values.get("products", "").split(";") if code]
    places = products_called(session, viewer, codes, as_of)
    ids = {code: product_in(places.get(code, {}), concern.collection_id) for code in codes}
    rows = load_rows(session, [number for number in ids.values() if number], as_of)
    day = reported_on(concern)
    return {
        code: values_on(rows[number], day).get("phase", "")
        for code, number in ids.items()
        if number
    }


def concerns_of_product(
    session: Session, viewer: Viewer, product: EntryView, then: Then
) -> list[EntryView]:
    """Those that name the product, by the day on which they were reported."""
    found = naming(session, viewer, CONCERNS, product, as_of=then.as_of, on=then.on)
    day = then.on.isoformat() if then.on else "9999"
    return sorted(
        (one for one in found if reported_on(one) <= day),
        key=lambda one: (reported_on(one), one.code, one.id),
    )


def concerns_of_document(
    session: Session,
    viewer: Viewer,
    document_id: int,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[EntryView]:
    """Those that were reported from a version that is the document's by now, by number."""
    names = _names_of(session, document_id)
    rows = session.scalars(
        select(Entry.id)
        .join(EntryValue, EntryValue.entry_id == Entry.id)
        .where(
            EntryValue.field == literal_column("'document'"),  # as the index on them has it
            EntryValue.value.in_(names),
            standing(EntryValue, as_of),
            Entry.register == CONCERNS,
            Entry.collection_id.in_(viewer.reads),
        )
    )
    views = registers.views_of(session, viewer, CONCERNS, sorted(set(rows)), as_of=as_of, on=on)
    day = on.isoformat() if on else "9999"
    found = [
        one for one in views if one.values.get("document") in names and reported_on(one) <= day
    ]
    return sorted(found, key=lambda one: (one.code, one.id))


def _names_of(session: Session, document_id: int) -> list[str]:
    """All that its versions are and were called; what leads elsewhere by now is left out."""
    own = session.execute(
        select(Version.document_id, Version.number).where(Version.document_id == document_id)
    )
    former = session.execute(
        select(NumberAlias.document, NumberAlias.version)
        .join(Version, Version.id == NumberAlias.version_id)
        .where(Version.document_id == document_id, NumberAlias.version > 0)
    )
    return [f"{file_number(number)}/{version}" for number, version in (*own, *former)]


def version_of(concern: EntryView) -> tuple[int, int] | None:
    """File number and version that it was reported from, where it says one."""
    number, _, version = concern.values.get("document", "").partition("/")
    return (document_id_of(number), int(version)) if version else None


def tell(session: Session, viewer: Viewer, concern: EntryView, then: Then) -> dict[str, Any]:
    """Where it stands in the fields of the API."""
    stands = standing_of(session, viewer, concern, then)
    return {
        "number": concern.code,
        "title": concern.name,
        "revision": concern.revision,
        "state": stands.state,
        "document": concern.values.get("document"),
        "owner": concern.values.get("owner"),
        "reported_on": reported_on(concern),
        "due_on": concern.values.get("due_on"),
        "is_overdue": stands.is_overdue,
        "phases": dict(stands.phases),
        "moves": list(stands.moves),
    }
