"""Documents that bear a number that is cited, and are not meant: those of other parties.

A reference to order 310 of one buyer waits although order 310 of another one is there. Whoever
looks for it is to see that one too: it may be the buyer that was misread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.keys import meets
from archive.models import Document, Identifier
from archive.then import standing

#: A cited number: scheme, key, grouping.
Number = tuple[str, str, str]


def namesakes(
    session: Session, viewer: Viewer, waiting: Iterable[Number], *, as_of: datetime | None = None
) -> Mapping[Number, list[int]]:
    """By number that waits the documents that the viewer sees and that bear one written so."""
    by_key: dict[tuple[str, str], set[Number]] = defaultdict(set)
    for number in waiting:
        by_key[number[:2]].add(number)
    found: dict[Number, list[int]] = defaultdict(list)
    for chunk in chunked({key for _, key in by_key}):
        rows = session.execute(
            select(Identifier.scheme, Identifier.key, Identifier.groups, Document.id)
            .join(Document, Document.id == Identifier.document_id)
            .where(
                Identifier.key.in_(chunk),
                standing(Identifier, as_of),
                Document.collection_id.in_(viewer.reads),
            )
            .distinct()
            .order_by(Document.id)
        )
        for scheme, key, groups, document_id in rows:
            for number in by_key.get((scheme, key), ()):
                if meets(number[2], groups) and document_id not in found[number]:
                    found[number].append(document_id)
    return found
