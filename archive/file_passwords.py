"""Passwords of files: with those of its collection a locked file is tried when it is read.

They stand in the database as they are: a file must be readable again in ten years, and whoever has
the database has the text of the files as well. No answer, event or log ever holds one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Right, Viewer
from archive.errors import Conflict, NotFound, UsageError
from archive.grants import require_collection
from archive.listing import MOST, Listing, listed
from archive.models import Account, Collection, Document, FilePassword, Version
from archive.records import moment
from archive.vocabulary import LOCKED, UNLOCKABLE

MOST_CHARS: Final = 256  # of one password
MOST_PASSWORDS: Final = 50  # of one collection: each is tried on each locked file


@dataclass(frozen=True, slots=True)
class FilePasswordTold:
    """A password without itself."""

    id: int
    collection: str
    note: str  # what people say of it: "supplier portal, 2024"
    by: str | None
    recorded_at: str


def add_password(
    session: Session, collection: str, password: str, *, by: Viewer, at: datetime, note: str = ""
) -> tuple[int, int]:
    """Its id, and how many files that need a password are read again now.

    Raises `NotFound`, `NotAllowed`, `UsageError`; `Conflict` where it is there already, or where
    there are too many.
    """
    collection_id = require_collection(session, by, collection)
    there = passwords_of(session, [collection_id]).get(collection_id, [])
    if password in there:
        raise Conflict("The collection %(name)s has this password already.", name=collection)
    return _add(session, collection_id, password, there, by=by, at=at, note=note)


def open_with(
    session: Session, collection_id: int, password: str, *, by: Viewer, at: datetime
) -> int:
    """Try a password on the locked files of a collection, whether it is there already or not.

    Returns how many are read again. Raises `NotAllowed`, `UsageError`, `Conflict` as
    `add_password` does.
    """
    by.require(Right.FILE, collection_id)
    there = passwords_of(session, [collection_id]).get(collection_id, [])
    if password in there:
        return _read_again(session, collection_id, at)
    return _add(session, collection_id, password, there, by=by, at=at)[1]


def _add(
    session: Session,
    collection_id: int,
    password: str,
    there: Sequence[str],
    *,
    by: Viewer,
    at: datetime,
    note: str = "",
) -> tuple[int, int]:
    if not password or len(password) > MOST_CHARS or "\x00" in password:
        raise UsageError("A password has 1 to %(most)s characters.", most=MOST_CHARS)
    if len(there) >= MOST_PASSWORDS:
        raise Conflict(
            "The collection has %(most)s passwords; remove one that no file needs.",
            most=MOST_PASSWORDS,
        )
    row = FilePassword(
        collection_id=collection_id,
        password=password,
        note=" ".join(note.split()),
        account_id=by.account_id,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    count = _read_again(session, collection_id, at)
    events.record(
        session, at, "file-password-added", actor=by.actor, collection_id=collection_id,
        password=row.id, versions=count,
    )  # fmt: skip
    return row.id, count


def _read_again(session: Session, collection_id: int, at: datetime) -> int:
    locked = session.scalars(
        select(Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Document.collection_id == collection_id,
            Version.reason_code.in_(LOCKED),
            Version.media_type.in_(UNLOCKABLE),
        )
        .order_by(Version.id)
    ).all()
    jobs.enqueue(session, jobs.JobKind.PARSE, locked, at)
    return len(locked)


def remove_password(session: Session, password_id: int, *, by: Viewer, at: datetime) -> None:
    """Forget a password. What was read with it stays read until it is read again."""
    row = session.get(FilePassword, password_id)
    if row is None or row.retracted_at is not None or row.collection_id not in by.reads:
        raise NotFound("file password", password_id)
    by.require(Right.FILE, row.collection_id)
    row.password, row.retracted_at = "", at
    events.record(
        session, at, "file-password-removed", actor=by.actor, collection_id=row.collection_id,
        password=row.id,
    )  # fmt: skip


def list_passwords(
    session: Session, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[FilePasswordTold]:
    """Those of the collections in which one may file, without the passwords themselves."""
    by.require(Right.FILE)
    statement = (
        select(FilePassword, Collection.name.label("collection"), Account.name.label("account"))
        .join(Collection, Collection.id == FilePassword.collection_id)
        .outerjoin(Account, Account.id == FilePassword.account_id)
        .where(FilePassword.retracted_at.is_(None), FilePassword.collection_id.in_(by.writes))
        .order_by(Collection.name, FilePassword.id)
    )
    return listed(
        session,
        statement,
        lambda row: FilePasswordTold(
            row.FilePassword.id,
            row.collection,
            row.FilePassword.note,
            row.account,
            moment(row.FilePassword.recorded_at) or "",
        ),
        limit=limit,
        offset=offset,
    )


def passwords_of(session: Session, collection_ids: Iterable[int]) -> dict[int, list[str]]:
    """For the readers alone: the passwords by collection, the newest first."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(FilePassword.collection_id, FilePassword.password)
        .where(
            FilePassword.collection_id.in_(set(collection_ids)),
            FilePassword.retracted_at.is_(None),
        )
        .order_by(FilePassword.id.desc())
    )
    for collection_id, password in rows:
        found[collection_id].append(password)
    return found


def untried(session: Session, tried: Mapping[int, Sequence[str]]) -> list[int]:
    """Of versions that are locked, by id with the passwords that were tried: those for which there
    is another one by now."""
    if not tried:
        return []
    rows = session.execute(
        select(Version.id, Document.collection_id)
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(tried))
    ).all()
    there = passwords_of(session, {collection_id for _, collection_id in rows})
    return [
        version_id
        for version_id, collection_id in rows
        if not set(there.get(collection_id, ())) <= set(tried[version_id])
    ]


def for_document(session: Session, document_id: int) -> list[str]:
    """For the readers alone: the passwords that a file of this document is tried with."""
    collection_id = session.get_one(Document, document_id).collection_id
    return passwords_of(session, [collection_id]).get(collection_id, [])
