"""The only door: bytes in the vault become documents, versions and sightings.

The order is the promise: bytes durable (vault.put), then one receipt a sighting in the journal,
synced, then one transaction. Intake runs one transaction at a time, across processes, and each
begins by replaying receipts that the database has not heard of: a process died between the two.
So no number is ever given twice, and nothing acknowledged is lost or doubled.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import erasing, events, replaying, tombstones
from archive.arrivals import Arrival, ChildPlace, Outcome, Received, TreePlace
from archive.bulk import chunked
from archive.counters import Block, insert_missing
from archive.db import Database, serialise
from archive.errors import Conflict, DamageFound
from archive.filing import Filing
from archive.ledger import Ledger
from archive.models import Blob, Meta, Sighting, utc_text
from archive.receipts import FIRST, End, Journal
from archive.vault import Vault

APPLIED = "journal"  # the Meta line: bytes of the journal in the database, hash of their end


class Intake:
    """Receives arrivals, in batches, from any number of processes."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._journal = Journal(vault.folder)
        self._clock = clock

    def receive(self, arrivals: Sequence[Arrival], *, actor: str = events.SYSTEM) -> list[Received]:
        """Acknowledge the arrivals and file them, in one transaction; one answer for each.

        Receiving the same arrival again changes nothing. When it raises, nothing was acknowledged
        that will not be replayed.
        """
        with self._database.write() as session:
            self._begin(session)
            now = self._clock()
            ledger = Ledger.load(session, arrivals)
            _require_parents(ledger, arrivals)
            filing = Filing(session, ledger, now, actor)
            documents, versions = Block(session, "document"), Block(session, "version")
            receipts, answers = [], []
            for arrival in arrivals:
                answer = ledger.place(arrival)
                if answer.outcome is Outcome.KNOWN:
                    if isinstance(arrival.place, TreePlace):
                        filing.touch(arrival.place)
                else:
                    answer = _numbered(answer, documents, versions)
                    receipts.append(_receipt(ledger, arrival, answer, now) | _said_by(actor))
                    filing.apply(receipts[-1], answer, in_flood=arrival.in_flood)
                answers.append(answer)
            filing.write()
            documents.give_back()
            versions.give_back()
            self._look_at_destroyed(session, ledger.destroyed)
            self._acknowledge(session, receipts)
        return answers

    def gone(self, root: str, paths: Iterable[str], *, actor: str = events.SYSTEM) -> int:
        """Record that nothing is at these paths any more. Deletes nothing. Returns how many.

        One transaction: who has many gives them in parts.
        """
        with self._database.write() as session:
            self._begin(session)
            now = self._clock()
            receipts: list[dict[str, Any]] = [
                {
                    "what": "gone",
                    "receipt": secrets.token_hex(12),
                    "at": utc_text(now),
                    "of": of,
                    **_said_by(actor),
                }
                for chunk in chunked(set(paths))
                for of in session.scalars(
                    select(Sighting.receipt)
                    .where(
                        Sighting.root == root, Sighting.path.in_(chunk), Sighting.until.is_(None)
                    )
                    .order_by(Sighting.id)
                )
            ]
            filing = Filing(session, Ledger(), now, actor)
            filing.apply_gone(*receipts)
            filing.write()
            self._acknowledge(session, receipts)
        return len(receipts)

    @contextmanager
    def deciding(
        self, then: Callable[[Session], None] = lambda _: None
    ) -> Iterator[tuple[Session, list[dict[str, Any]]]]:
        """One transaction in which receipts of decisions may be added to the list.

        `then` is called when they are durable, and before the transaction is.
        """
        with self._database.write() as session:
            self._begin(session)
            receipts: list[dict[str, Any]] = []
            yield session, receipts
            self._acknowledge(session, receipts)
            then(session)

    def catch_up(self) -> int:
        """Replay receipts that the database has not heard of. Returns how many there were."""
        with self._database.write() as session:
            return self._begin(session)

    def _begin(self, session: Session) -> int:
        serialise(session, "intake")
        applied = applied_bytes(session)
        end = self._journal.end()
        if end.bytes < applied:
            raise DamageFound(
                f"The journal of receipts is {applied - end.bytes} bytes shorter than the database "
                "remembers. Restore the vault, or run `crossfile verify`."
            )
        count = 0
        if end.bytes > applied:
            self._journal.sync()
            for _, receipt in self._journal.read(applied):
                replaying.replay(session, receipt)
                erasing.write_over(self._journal, receipt)
                count += 1
            tombstones.mark_needed(session)
            remember(session, end)
        return count

    def _look_at_destroyed(self, session: Session, sums: Iterable[str]) -> None:
        """Bytes that were destroyed came again: they stay where a document needs them now.

        What leads to a tombstone is not kept. Nothing is destroyed while this transaction goes on.
        """
        if not sums:
            return
        tombstones.mark_needed(session)
        for sha256 in sorted(sums):
            is_over = select(Blob.destroyed_at).where(Blob.sha256 == sha256)
            if session.scalar(is_over) is not None:
                self._vault.destroy(sha256)
            elif not self._vault.path(sha256).exists():
                raise Conflict("A file was destroyed while it came in again. It is taken anew.")

    def _acknowledge(self, session: Session, receipts: list[dict[str, Any]]) -> None:
        if receipts:
            session.flush()
            remember(session, self._journal.append(receipts))


def remember(session: Session, end: End) -> None:
    """The journal of receipts is in the database up to there."""
    insert_missing(session, Meta, {"name": APPLIED, "value": "0"})
    value = f"{end.bytes} {end.sha256}"
    session.execute(update(Meta).where(Meta.name == APPLIED).values(value=value))


def applied_bytes(session: Session) -> int:
    """Up to which byte the journal of receipts is in the database."""
    return applied_end(session).bytes


def applied_end(session: Session) -> End:
    """Where the journal of receipts ended when the database last heard of it."""
    value = session.execute(select(Meta.value).where(Meta.name == APPLIED)).scalar_one_or_none()
    count, _, sha256 = (value or "0").partition(" ")
    return End(int(count), sha256 or FIRST)


def _require_parents(ledger: Ledger, arrivals: Iterable[Arrival]) -> None:
    """Nothing comes out of what was destroyed while it was being read."""
    for arrival in arrivals:
        place = arrival.place
        if isinstance(place, ChildPlace) and ledger.parents[place.parent_version_id].tombstone:
            raise Conflict("What this was inside of is destroyed.")


def _numbered(answer: Received, documents: Block, versions: Block) -> Received:
    """The answer with the numbers that it needs: those that are new stand as 0."""
    document_id = answer.document_id or documents.take()
    version_id = answer.version_id or versions.take()
    return Received(document_id, version_id, answer.version, answer.outcome)


def _said_by(actor: str) -> dict[str, str]:
    """Who is named in a receipt; older ones name nobody, and are the system's."""
    return {} if actor == events.SYSTEM else {"actor": actor}


def _receipt(ledger: Ledger, arrival: Arrival, answer: Received, now: datetime) -> dict[str, Any]:
    receipt: dict[str, Any] = {
        "what": "sighting",
        "receipt": secrets.token_hex(12),
        "at": utc_text(now),
        "sha256": arrival.blob.sha256,
        "size": arrival.blob.size_bytes,
        "collection": arrival.collection,
        "document": answer.document_id,
        "version": answer.version,
        "outcome": answer.outcome.value,
    }
    place = arrival.place
    if isinstance(place, TreePlace):
        receipt |= {"root": place.root, "path": place.path}
        receipt |= {"mtime_ns": place.mtime_ns, "inode": place.inode}
        if place.raw is not None:
            receipt["raw"] = base64.b64encode(place.raw).decode("ascii")
    else:
        parent = ledger.parents[place.parent_version_id]
        receipt["parent"] = [parent.document_id, parent.version]
        receipt |= {"position": place.position, "name": place.name}
        if place.pages is not None:
            receipt["pages"] = list(place.pages)
    derived = ledger.derived_from(arrival, answer)
    if derived is not None:
        receipt["derived_from"] = derived
    return receipt
