"""What members say of the documents of a matter: decisions, marks, notes, an order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.errors import NotFound, UsageError
from archive.matter_history import readable
from archive.matters import record, writable
from archive.models import Account, MatterEntry, MatterSaying
from archive.records import document_id_of, file_number

#: What may be said of a document in a matter, and the values of each; None: any text.
SAYINGS: Final[dict[str, tuple[str, ...] | None]] = {
    "decision": ("included", "excluded", ""),
    "privileged": ("yes", ""),
    "confidential": ("yes", ""),
    "redacted": None,  # the file number of the copy that goes out instead
    "note": None,
    "place": None,
}
WITH_REASON: Final = ("decision", "privileged", "confidential", "redacted")
MARKS: Final = ("privileged", "confidential", "redacted")
MOST_PLACE: Final = 1_000_000
_FILE_NUMBER: Final = re.compile(r"D-\d{6,9}")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a document in the matter, and when."""

    value: str
    reason: str
    who: str
    at: datetime


def say(
    session: Session, viewer: Viewer, matter_id: int, document_ids: Sequence[int], what: str,
    value: str, at: datetime, *, reason: str = "",
) -> None:  # fmt: skip
    """Include, exclude, mark, annotate or place documents in a matter; "" takes that back.

    A document that nothing gathered comes in by that. Saying the same again changes nothing.
    Raises `NotFound`, `NotAllowed`, `UsageError`, and `Conflict` where the matter is closed.
    """
    writable(session, viewer, matter_id)
    value, reason = _checked(what, value.strip(), reason.strip())
    copies = []
    if what == "redacted" and value:
        value = _checked_copy(document_ids, value)
        copies = [document_id_of(value)]
    _require_readable(session, viewer, [*document_ids, *copies])
    if copies:
        _require_free(session, matter_id, document_ids, value)
    here = MatterEntry.matter_id == matter_id
    known = set(session.scalars(select(MatterEntry.document_id).where(here)))
    standing = {
        row.document_id: row
        for row in session.scalars(
            _sayings(matter_id, document_ids).where(MatterSaying.what == what)
        )
    }
    changed = []
    for document in dict.fromkeys(document_ids):
        row = standing.get(document)
        if (row.value, row.reason) == (value, reason) if row else not value:
            continue
        if document not in known:
            by_hand = [{"by": viewer.account_id}]
            session.add(
                MatterEntry(
                    matter_id=matter_id, document_id=document, first=0, last=0, depth=0,
                    because=by_hand,
                )
            )  # fmt: skip
        if row:
            row.retracted_at = at
        if value:
            session.add(
                MatterSaying(
                    matter_id=matter_id, document_id=document, what=what, value=value,
                    reason=reason, user_id=viewer.account_id, recorded_at=at,
                )
            )  # fmt: skip
        changed.append(document)
    session.flush()
    if changed:
        told = bool(value) if what in ("note", "place") else value  # text of people: in no event
        record(
            session, viewer, matter_id, f"matter-{what}", at, documents=changed, value=told
        )  # fmt: skip


def _checked(what: str, value: str, reason: str) -> tuple[str, str]:
    if what not in SAYINGS:
        raise UsageError("Nothing is called %(what)s that may be said here.", what=what)
    values = SAYINGS[what]
    if values is not None and value not in values:
        raise UsageError("%(value)s can't be said here.", value=value)
    if what in WITH_REASON and value and not reason:
        raise UsageError("Say why: it needs a reason.")
    if what == "place" and value:
        if not (value.isascii() and value.isdecimal() and 0 < int(value[:8]) <= MOST_PLACE):
            raise UsageError("A place in the order is a number from 1 on.")
        value = str(int(value))
    return value, reason


def _checked_copy(document_ids: Sequence[int], value: str) -> str:
    """The file number of what is to stand for a document. Raises `UsageError`."""
    value = value.upper()
    if not _FILE_NUMBER.fullmatch(value):
        raise UsageError("A redacted copy is named by its file number, as in D-000123.")
    if len(set(document_ids)) != 1 or document_id_of(value) in document_ids:
        raise UsageError("A redacted copy stands for one other document.")
    return file_number(document_id_of(value))


def _require_free(session: Session, matter_id: int, document_ids: Sequence[int], copy: str) -> None:
    other = session.scalar(
        select(MatterSaying.document_id).where(
            MatterSaying.matter_id == matter_id,
            MatterSaying.document_id.not_in(document_ids),
            MatterSaying.what == "redacted",
            MatterSaying.value == copy,
            MatterSaying.retracted_at.is_(None),
        )
    )
    if other is not None:
        raise UsageError("%(copy)s stands for another document of this matter.", copy=copy)


def _require_readable(session: Session, viewer: Viewer, document_ids: Sequence[int]) -> None:
    if missing := sorted(set(document_ids) - readable(session, viewer, document_ids)):
        raise NotFound("document", file_number(missing[0]))


def said_in(
    session: Session, matter_id: int, document_ids: Iterable[int]
) -> dict[int, dict[str, Said]]:
    """What stands of what was said of these documents, by document and what is said."""
    wanted = set(document_ids)
    found: dict[int, dict[str, Said]] = defaultdict(dict)
    rows = session.execute(
        select(MatterSaying, Account.name)
        .outerjoin(Account, Account.id == MatterSaying.user_id)
        .where(MatterSaying.matter_id == matter_id, MatterSaying.retracted_at.is_(None))
    )
    for row, who in rows:
        if row.document_id in wanted:
            said = Said(row.value, row.reason, who or "", row.recorded_at)
            found[row.document_id][row.what] = said
    return found


def _sayings(matter_id: int, document_ids: Sequence[int]) -> Any:
    return select(MatterSaying).where(
        MatterSaying.matter_id == matter_id,
        MatterSaying.document_id.in_(document_ids),
        MatterSaying.retracted_at.is_(None),
    )
