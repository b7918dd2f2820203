"""Which versions show the label of a document on their first page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import by_file_number
from archive.errors import NotFound
from archive.labels import LABEL, document_named
from archive.models import Document, Version


def labelled(session: Session, version_ids: Sequence[int]) -> dict[int, int]:
    """By version the document of its own collection whose label stands on its first page.

    A label of another collection's document, or of none, says nothing.
    """
    rows = session.execute(
        select(Version.id, Version.properties, Document.collection_id)
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(version_ids), Version.page_count > 0)
        .order_by(Version.id)
    )
    found = {}
    for version_id, properties, collection_id in rows:
        number = _number_on(properties)
        if number is None:
            continue
        within = Viewer("system", "administrator", frozenset({collection_id}), frozenset())
        try:
            found[version_id] = by_file_number(session, within, number)
        except NotFound:
            continue
    return found


def _number_on(properties: dict[str, Any]) -> int | None:
    for name, value in properties.get("properties", ()):
        if name == LABEL:
            return document_named(value)
    return None
