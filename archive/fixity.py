"""`verify`: are bytes, receipts and history what they were?

Each finding is a sentence that names what is damaged. Nothing is changed but what is known of
blobs: when they were found sound, and which are damaged. Others may write meanwhile.
"""

from __future__ import annotations

import os
import random
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.orm import Session

from archive import events, scrub, tombstones
from archive.anchoring import Anchoring, Standing
from archive.counters import insert_missing
from archive.db import Database
from archive.errors import DamageFound
from archive.intake import applied_end
from archive.models import Blob, Meta, Sighting, Version, utc_text
from archive.receipts import Journal
from archive.records import file_number
from archive.sealing import History
from archive.stamping import StampService
from archive.vault import Vault

BATCH = 500
BEGUN: Final = "verify"  # the Meta line that says when a look at all began that has not ended


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, as a sentence; `mended` where a repair was asked for and done."""

    part: str  # blob, receipts, history, sealed history, checkpoints, database, index
    text: str
    mended: bool = False


def verify(
    database: Database,
    vault: Vault,
    *,
    outside: Sequence[Path] = (),
    service: StampService | None = None,
    percent: float = 100.0,
    resume: bool = False,
    clock: Callable[[], datetime],
    tell: Callable[[int], None] = lambda _: None,
    stand: Callable[[Standing], None] = lambda _: None,
) -> Iterator[Finding]:
    """Hash blobs again (all, or a random sample), and check receipts and the record of events.

    `outside` are the folders that keep checkpoints, `service` is who stamps them. `resume`: leave
    out the blobs that were found sound since the last look at all began, where that was cut off.
    `tell` hears how many blobs were looked at, `stand` how far history is vouched for.
    """
    since = _begin(database, clock(), resume=resume) if percent >= 100 else None
    journal = Journal(vault.folder)
    yield from (Finding("receipts", text) for text in journal.damage())
    anchoring = Anchoring(History(database, vault.folder, outside, service), journal)
    with database.read() as session:
        yield from (Finding("receipts", text) for text in _end(session, journal))
        yield from (Finding("history", text) for text in events.damage(session))
        yield from (Finding("receipts", text) for text in _sightings(session, journal))
        yield from (Finding(part, text) for part, text in anchoring.findings(session))
        yield from (Finding("receipts", text) for text in _tombstones(session, journal))
        stand(anchoring.standing)
        chosen = _chosen(
            session, percent, since if resume else None, random.Random(clock().timestamp())
        )
    yield from _hashed(database, vault, chosen, clock, tell)
    if since is not None:
        with database.write() as session:
            session.execute(delete(Meta).where(Meta.name == BEGUN))


def _begin(database: Database, at: datetime, *, resume: bool) -> datetime:
    """Since when blobs are looked at: from now on, or from when it was cut off."""
    with database.write() as session:
        if resume and (begun := session.scalar(select(Meta.value).where(Meta.name == BEGUN))):
            return datetime.fromisoformat(begun)
        insert_missing(session, Meta, {"name": BEGUN, "value": ""})
        session.execute(update(Meta).where(Meta.name == BEGUN).values(value=utc_text(at)))
    return at


def _chosen(
    session: Session, percent: float, since: datetime | None, chooser: random.Random
) -> list[Row[Any]]:
    wanted = select(Blob.id, Blob.sha256, Blob.size_bytes).order_by(Blob.sha256)
    wanted = wanted.where(Blob.destroyed_at.is_(None))
    if since is not None:
        wanted = wanted.where(or_(Blob.verified_at.is_(None), Blob.verified_at < since))
    rows: list[Row[Any]] = [*session.execute(wanted)]
    return [blob for blob in rows if percent >= 100 or chooser.random() * 100 < percent]


def _hashed(
    database: Database,
    vault: Vault,
    chosen: Sequence[Row[Any]],
    clock: Callable[[], datetime],
    tell: Callable[[int], None],
) -> Iterator[Finding]:
    """Hash them on all cores, and keep what was seen after each batch."""

    def look(blob: Row[Any]) -> str | None:
        try:
            vault.check(blob.sha256, blob.size_bytes)
        except DamageFound as error:
            return str(error)
        return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(chosen), BATCH):
            batch = chosen[start : start + BATCH]
            seen = list(zip(batch, pool.map(look, batch), strict=True))
            broken = {blob.sha256: why for blob, why in seen if why}
            with database.write() as session:
                scrub.note(session, clock(), [blob.id for blob, why in seen if not why], broken)
            for blob, why in seen:
                if why:
                    yield Finding("blob", f"{why} {_bearers(database, blob.id)}")
            tell(start + len(batch))


def _tombstones(session: Session, journal: Journal) -> Iterator[str]:
    """Is what was destroyed what the receipts say was destroyed?"""
    known = applied_end(session).bytes
    receipts = (one for end, one in journal.read(skip_damaged=True) if end <= known)
    return tombstones.damage(session, receipts)


def _bearers(database: Database, blob_id: int) -> str:
    with database.read() as session:
        ids = session.scalars(select(Version.document_id).where(Version.blob_id == blob_id))
        numbers = [file_number(document_id) for document_id in sorted(set(ids))]
    return f"It is the content of {', '.join(numbers) or 'no document'}."


def _end(session: Session, journal: Journal) -> Iterator[str]:
    """Is the journal, up to where the database knows it, as the database knows it?"""
    known = applied_end(session)
    try:
        there = journal.end(within=known.bytes)
    except DamageFound as error:
        yield str(error)
        return
    if there.bytes < known.bytes:
        yield f"The receipts lost their end: {there.bytes} of {known.bytes} bytes are there."
    elif there.sha256 != known.sha256:
        yield "The last receipt is not the one that was written."


def _sightings(session: Session, journal: Journal) -> Iterator[str]:
    """Each sighting has its receipt with the same bytes, and each receipt its sighting.

    The journal is gone through once, some receipts at a time; all that is kept of it meanwhile is
    a number for each sighting.
    """
    known = applied_end(session).bytes
    confirmed = array("q")
    receipts = (
        (str(receipt["receipt"]), position, receipt)
        for position, receipt in journal.read(skip_damaged=True)
        if receipt.get("what") == "sighting" and "receipt" in receipt
    )
    while some := list(islice(receipts, BATCH)):
        said = {name: (position, receipt) for name, position, receipt in some}
        names = [name for name in said if name.isascii() and name.isprintable()]  # of a tampered
        rows = session.execute(  # journal a database might refuse the others
            select(Sighting.id, Sighting.receipt, Blob.sha256)
            .join(Version, Version.id == Sighting.version_id)
            .join(Blob, Blob.id == Version.blob_id)
            .where(Sighting.receipt.in_(names))
        )
        for sighting_id, name, sha256 in rows:
            _, receipt = said.pop(name)
            if receipt.get("sha256") == sha256:
                confirmed.append(sighting_id)
        for name, (position, receipt) in said.items():
            if position <= known:
                yield f"Receipt {name}, of document {receipt.get('document')}, has no sighting."
    yield from _unconfirmed(session, confirmed)


def _unconfirmed(session: Session, confirmed: Iterable[int]) -> Iterator[str]:
    """The sightings that are not among these; both are gone through in one order."""
    rows = session.execute(
        select(Sighting.id, Version.document_id)
        .join(Version, Version.id == Sighting.version_id)
        .order_by(Sighting.id)
        .execution_options(yield_per=BATCH)
    )
    left = iter(sorted(confirmed))
    following = next(left, None)
    for sighting_id, document_id in rows:
        is_confirmed = sighting_id == following
        while following is not None and following <= sighting_id:  # a line may stand there twice
            following = next(left, None)
        if not is_confirmed:
            yield f"A sighting of {file_number(document_id)} has no receipt that says the same."
