"""Which products, change requests and milestones a document speaks of, to the one who asks.

The same for the index, where nobody asks yet: archive.named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bulk import chunked
from archive.models import Entry
from archive.named import FIELDS, NAMED
from archive.references import ReferenceView, Target


def _meant(reference: ReferenceView) -> Target | None:
    """What a person says is meant, where no number that was read says it."""
    ruling = reference.ruling
    is_led = ruling is not None and ruling.decision == "redirect"
    return reference.target if is_led or reference.row.scheme is None else None


def codes_said(session: Session, references: Iterable[ReferenceView]) -> dict[int, str]:
    """By id the codes of the entries that people led these references to: for `told_names`."""
    meant = {target.id for one in references if (target := _meant(one)) and target.type in NAMED}
    codes: dict[int, str] = {}
    for chunk in chunked(sorted(meant)):
        rows = session.execute(select(Entry.id, Entry.code).where(Entry.id.in_(chunk)))
        codes |= {row.id: row.code for row in rows}
    return codes


def told_names(
    references: Iterable[ReferenceView], codes: Mapping[int, str]
) -> dict[str, list[str]]:
    """What a document speaks of to the one who asks, each once, in the fields of the export."""
    found: dict[str, dict[str, None]] = {scheme: {} for scheme in NAMED}
    for one in references:
        meant, scheme, text = _meant(one), one.row.scheme, one.row.text
        if meant is not None:
            if meant.type in NAMED:
                found[meant.type][codes[meant.id]] = None
        elif scheme in NAMED and text and one.status != "rejected":
            found[scheme][text] = None
    return {field: list(found[scheme]) for scheme, field in FIELDS.items()}
