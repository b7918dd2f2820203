"""Days that a retention class is counted from and no document says itself: an end that has come.

Where one of several contracts or products goes on, or it is not certain which is meant, there is
no such day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.chain import CONTRACTS
from archive.contracts import Contract, load_contracts
from archive.models import Document, Entry, EntryValue, utc_text
from archive.references import outgoing
from archive.trade import load_trade

UNDER = "under"
PRODUCT = "product"


def contract_ends(session: Session, viewer: Viewer, today: date) -> dict[int, str]:
    """By document of trade the ISO day on which the last of its contracts ended.

    Of a contract or an amendment its own, of others those under which they stand.
    """
    trade = load_trade(session, viewer)
    contracts = load_contracts(session, trade)
    found = {}
    for document_id in trade.documents:
        if trade.kind(document_id) in CONTRACTS:
            mine = trade.amended_by(document_id)
        elif (document_id, UNDER) in trade.doubtful or (document_id, UNDER) in trade.absent:
            continue
        else:
            mine = set(trade.contracts_of(document_id))
        days = [_end(contracts.get(one), today) for one in mine]
        if days and all(days):
            found[document_id] = max(days)
    return found


def _end(contract: Contract | None, today: date) -> str:
    """On which day it ended; "" where it has not, or nobody knows."""
    if contract is None:
        return ""
    day = today.isoformat()
    if contract.is_replaced(day):
        return max(contract.replaced_from, contract.ends if contract.ends < day else "")
    return contract.ends if contract.is_over(day) else ""


def product_ends(
    session: Session, viewer: Viewer, document_ids: Iterable[int], today: date
) -> dict[int, str]:
    """By document the ISO day on which the last of the products that it speaks of had ended."""
    current: dict[int, int] = {}
    for chunk in chunked(document_ids):
        found_here = session.execute(
            select(Document.current_version_id, Document.id).where(Document.id.in_(chunk))
        )
        current |= {row[0]: row[1] for row in found_here if row[0] is not None}
    spoken: dict[int, set[int | None]] = defaultdict(set)
    for view in outgoing(session, viewer, version_ids=sorted(current)):
        if view.row.scheme == PRODUCT and view.status != "rejected":
            target = view.target if view.target and view.target.type == PRODUCT else None
            spoken[current[view.row.version_id]].add(target.id if target else None)
    entries = {one for some in spoken.values() for one in some if one is not None}
    ended = _ended(session, entries)
    found = {}
    for document_id, some in spoken.items():
        days = [ended.get(one or 0, "") for one in some]
        if all(day and day <= today.isoformat() for day in days):
            found[document_id] = max(days)
    return found


def _ended(session: Session, entry_ids: Iterable[int]) -> dict[int, str]:
    """By product the day on which its phase became `ended`, where that is so still."""
    found: dict[int, str] = {}
    for chunk in chunked(entry_ids):
        rows = session.execute(
            select(
                EntryValue.entry_id, EntryValue.happened_on, EntryValue.recorded_at, Entry.fields
            )
            .join(Entry, Entry.id == EntryValue.entry_id)
            .where(
                EntryValue.entry_id.in_(chunk), EntryValue.field == "phase",
                EntryValue.value == "ended", EntryValue.retracted_at.is_(None),
            )
        )  # fmt: skip
        for entry_id, happened_on, recorded_at, fields in rows:
            if fields.get("phase") == "ended":
                day = happened_on or utc_text(recorded_at)[:10]
                found[entry_id] = max(day, found.get(entry_id, ""))
    return found
