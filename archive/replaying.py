"""What a receipt of the journal says, as rows: of one that the database has not heard of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from archive import destroying, events, moving, reassigning, tombstones
from archive.filing import Filing
from archive.ledger import Ledger


def replay(session: Session, receipt: dict[str, Any]) -> None:
    """Make the rows; doing it again changes nothing. Raises `DamageFound` where others lack."""
    at = datetime.fromisoformat(receipt["at"])
    filing = Filing(session, Ledger(), at, receipt.get("actor", events.SYSTEM))
    if receipt["what"] == "gone":
        filing.apply_gone(receipt)
        filing.write()
    elif receipt["what"] in ("joined", "split"):
        moving.apply(session, receipt, at)
    elif receipt["what"] == "collection":
        reassigning.apply(session, receipt, at)
    elif receipt["what"] in tombstones.DESTROYED:
        destroying.apply(session, receipt)
    else:
        filing.replay(receipt)
        filing.write()
