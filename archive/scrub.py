"""The scrub: each blob is hashed again at least every 90 days, a little at a time.

When a blob was last found sound stands in its row, so who goes on after a restart begins with the
one that has waited longest. What is damaged is told of in `meta` until it is found sound again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from archive.counters import insert_missing
from archive.db import Database
from archive.errors import DamageFound
from archive.models import Blob, Meta, utc_text
from archive.records import moment
from archive.vault import Vault

EVERY: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=30)  # so much earlier it begins, and has that long for all
AGAIN: Final = timedelta(hours=1)  # until damage is looked at again: somebody may have mended it
AT_ONCE: Final = 100
DAMAGED: Final = "damaged "  # begins the name of a line of `meta`; the SHA-256 follows


@dataclass(frozen=True, slots=True)
class Damage:
    """A blob that is not what it was: since when, when that was seen last, and a sentence."""

    since: datetime
    seen_at: datetime
    why: str

    @classmethod
    def of(cls, value: str) -> Damage:
        """What a line of `meta` says."""
        since, seen_at, why = value.split(" ", 2)
        return cls(datetime.fromisoformat(since), datetime.fromisoformat(seen_at), why)


def scrub(
    database: Database,
    vault: Vault,
    at: datetime,
    *,
    most_bytes: int,
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Hash some of the blobs whose time it is, longest unseen first; how many.

    Ends after `most_bytes` bytes, or when `go_on` says no: what is half hashed then is begun anew.
    A vault that is not there damages nothing. Raises OSError then.
    """
    next(vault.blobs.iterdir(), None)
    with database.read() as session:
        blobs = session.execute(
            select(Blob.id, Blob.sha256, Blob.size_bytes).where(_is_due(session, at))
            .order_by(_seen_at(), Blob.id).limit(AT_ONCE)
        ).all()  # fmt: skip
    sound, broken, left = [], {}, most_bytes
    for blob in blobs:
        try:
            if not vault.check(blob.sha256, blob.size_bytes, go_on=go_on):
                break
            sound.append(blob.id)
        except DamageFound as error:
            broken[blob.sha256] = str(error)
        left -= blob.size_bytes
        if left <= 0:
            break
    if sound or broken:
        with database.write() as session:
            note(session, at, sound, broken)
    return len(sound) + len(broken)


def note(session: Session, at: datetime, sound: Sequence[int], broken: Mapping[str, str]) -> None:
    """Keep what was seen: ids of blobs that are what they were; by SHA-256 why others are not."""
    mine = Blob.id.in_(sound)
    session.execute(update(Blob).where(mine).values(verified_at=at))
    known = damaged(session)
    if known:
        whole = session.scalars(select(Blob.sha256).where(mine, Blob.sha256.in_(known)))
        names = [DAMAGED + sha256 for sha256 in whole]
        session.execute(delete(Meta).where(Meta.name.in_(names)))
    for sha256, why in broken.items():
        since = known[sha256].since if sha256 in known else at
        name, value = DAMAGED + sha256, f"{utc_text(since)} {utc_text(at)} {why}"
        insert_missing(session, Meta, {"name": name, "value": value})
        session.execute(update(Meta).where(Meta.name == name).values(value=value))


def damaged(session: Session) -> dict[str, Damage]:
    """By SHA-256 what is known to be damaged."""
    rows = session.execute(
        select(Meta.name, Meta.value).where(Meta.name.startswith(DAMAGED)).order_by(Meta.name)
    )
    return {name.removeprefix(DAMAGED): Damage.of(value) for name, value in rows}


def progress(session: Session, at: datetime) -> dict[str, Any]:
    """How far it is: for `status`."""
    seen = _seen_at()
    longest = session.scalar(select(func.min(seen)))
    return {
        "not_seen_for_90_days": session.scalar(
            select(func.count()).select_from(Blob).where(seen < at - EVERY)
        ),
        "longest_unseen_since": moment(longest),
        "damaged": len(damaged(session)),
    }


def _seen_at() -> ColumnElement[datetime]:
    """When a blob was last hashed: it was when it came."""
    return func.coalesce(Blob.verified_at, Blob.created_at)


def _is_due(session: Session, at: datetime) -> ColumnElement[bool]:
    known = damaged(session)
    recent = [sha for sha, one in known.items() if at - AGAIN < one.seen_at <= at]
    older = [sha for sha in known if sha not in recent]
    seen = _seen_at()
    is_time = or_(seen < at - (EVERY - AHEAD), seen > at + AGAIN, Blob.sha256.in_(older))
    return is_time & Blob.sha256.not_in(recent)
