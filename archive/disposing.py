"""Carrying out what two persons agreed on: the worker's part of disposal and erasure.

For each document in one transaction, while nothing comes in and no hold can be placed: is it free,
then its rows, its receipt, its bytes. Who dies after the receipt is followed by its replay.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import destroying, disposals, erasing, holds, tombstones
from archive.bulk import chunked
from archive.db import Database, scrub, serialise
from archive.intake import Intake
from archive.models import (
    Blob,
    Disposal,
    DisposalDocument,
    Document,
    Tombstone,
    Version,
    utc_text,
)
from archive.receipts import Journal
from archive.retention import taken_back
from archive.vault import Vault

AT_ONCE: Final = 100  # documents of one transaction


class Disposer:
    """Destroys what a disposal names. `cache` is the folder of what was made of originals."""

    def __init__(
        self, database: Database, vault: Vault, cache: Path, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vault = vault
        self._cache = cache
        self._clock = clock
        self._intake = Intake(database, vault, clock)
        self._journal = Journal(vault.folder)

    def carry_out(self, disposal_id: int) -> None:
        """Destroy what is free of an approved disposal, and keep what is held.

        Done again after an interruption it goes on where it was.
        """
        while waiting := self._waiting(disposal_id):
            self._destroy(disposal_id, waiting)
        with self._database.write() as session:
            serialise(session, disposals.LOCK)
            row = session.get(Disposal, disposal_id)
            if row is not None and self._is_due(row):
                disposals.close(session, row, self._clock())
        self._database.forget()

    def _waiting(self, disposal_id: int) -> list[int]:
        """Its next documents; what is inside others comes after those."""
        with self._database.read() as session:
            row = session.get(Disposal, disposal_id)
            if row is None or not self._is_due(row):
                return []
            return list(
                session.scalars(
                    select(DisposalDocument.document_id)
                    .where(
                        DisposalDocument.disposal_id == disposal_id,
                        DisposalDocument.outcome == "waiting",
                    )
                    .order_by(DisposalDocument.document_id)
                    .limit(AT_ONCE)
                )
            )

    def _is_due(self, row: Disposal) -> bool:
        is_over = row.run_after is not None and row.run_after <= self._clock()
        return row.state == "approved" and is_over

    def _destroy(self, disposal_id: int, document_ids: Sequence[int]) -> None:
        written: list[dict[str, Any]] = []

        def take_away(session: Session) -> None:
            scrub(session, on=False)
            for receipt in written:
                erasing.write_over(self._journal, receipt)
            for sha256 in tombstones.destroyed_of(session, document_ids):
                self._vault.destroy(sha256)
                self._forget_pictures(sha256)

        with self._intake.deciding(take_away) as (session, receipts):
            serialise(session, disposals.LOCK)
            row = session.get_one(Disposal, disposal_id, with_for_update=True)
            if not self._is_due(row):  # called off in the meantime
                return
            scrub(session, on=True)
            at = self._clock()
            replayed = _replayed(session, document_ids)
            changed = _changed(session, row, document_ids) - replayed
            kept = holds.refused(session, set(document_ids) - changed - replayed, at)
            free = [one for one in document_ids if one not in kept | changed | replayed]
            for receipt in _receipts(session, row, free, at):
                written.append(erasing.with_lines(session, self._journal, receipt))
                destroying.apply(session, receipt)
            receipts += written
            _note(session, disposal_id, {*free, *replayed}, "destroyed")
            _note(session, disposal_id, kept, "kept")
            _note(session, disposal_id, changed, "changed")

    def _forget_pictures(self, sha256: str) -> None:
        for path in (self._cache / "pictures" / sha256[:2]).glob(f"{sha256}-*"):
            path.unlink(missing_ok=True)


def _replayed(session: Session, document_ids: Sequence[int]) -> set[int]:
    """What is destroyed already, by the receipt of somebody who died after writing it."""
    stones = select(Tombstone.document_id).where(Tombstone.document_id.in_(document_ids))
    return set(session.scalars(stones))


def _changed(session: Session, disposal: Disposal, document_ids: Sequence[int]) -> set[int]:
    """What is not as the two persons knew it: it has a new version, or is elsewhere by now."""
    newer = select(Version.document_id).where(
        Version.document_id.in_(document_ids), Version.received_at > disposal.proposed_at
    )
    there = select(Document.id).where(
        Document.id.in_(document_ids), Document.current_version_id.is_not(None)
    )
    left = set(document_ids) - set(session.scalars(there))
    left -= taken_back(session, left)
    return left | set(session.scalars(newer))


def _note(session: Session, disposal_id: int, document_ids: Any, outcome: str) -> None:
    for chunk in chunked(document_ids):
        session.execute(
            update(DisposalDocument)
            .where(
                DisposalDocument.disposal_id == disposal_id,
                DisposalDocument.document_id.in_(chunk),
            )
            .values(outcome=outcome)
        )


def _receipts(
    session: Session, disposal: Disposal, document_ids: Sequence[int], at: datetime
) -> list[dict[str, Any]]:
    """What the journal is told of each document, in their order."""
    receipts = []
    for document_id in document_ids:
        line = session.get_one(DisposalDocument, (disposal.id, document_id))
        content = session.execute(
            select(Version.number, Blob.sha256, Blob.size_bytes)
            .join(Blob, Blob.id == Version.blob_id)
            .where(Version.document_id == document_id)
            .order_by(Version.number)
        )
        receipts.append(
            {
                "what": disposal.what,
                "receipt": secrets.token_hex(12),
                "at": utc_text(at),
                "document": document_id,
                "class": line.retention_class,
                "authority": line.authority,
                "reason": disposal.reason,
                "proposed_by": f"user:{disposal.proposed_by}",
                "proposed_at": utc_text(disposal.proposed_at),
                "approved_by": f"user:{disposal.decided_by}",
                "approved_at": utc_text(disposal.decided_at or at),
                "content": [list(row) for row in content],
            }
        )
    return receipts
