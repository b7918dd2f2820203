"""What is erased is written over in the journal of receipts too: see archive/receipts.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Sighting, Version
from archive.receipts import Journal


def with_lines(session: Session, journal: Journal, receipt: dict[str, Any]) -> dict[str, Any]:
    """The receipt of an erasure with the hashes of the lines that are to be written over."""
    if receipt["what"] != "erased":
        return receipt
    names = session.scalars(
        select(Sighting.receipt)
        .join(Version, Version.id == Sighting.version_id)
        .where(Version.document_id == receipt["document"])
    )
    return {**receipt, "lines": journal.hashes_of(set(names))}


def write_over(journal: Journal, receipt: dict[str, Any]) -> None:
    """Write over what the receipt of an erasure names. Where that is done it changes nothing."""
    journal.write_over(receipt.get("lines", {}))
