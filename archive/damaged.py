"""Documents whose original is damaged, as the scrub or `verify` found it: for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from archive import scrub
from archive.access import Right
from archive.asides import not_aside
from archive.attention_lines import Line, homes_of, line_of, roots_in
from archive.models import Blob, Document, Meta, Version
from archive.paths import load_places
from archive.records import file_number
from archive.wanting import Asked, is_kept, name_of

DAMAGED: Final = "damaged-original"


def wanted(asked: Asked) -> Select[Any, Any]:
    """Versions whose blob is not what it was: (Version, what is known of it)."""
    name = literal(scrub.DAMAGED) + Blob.sha256
    return (
        select(Version, Meta.value)
        .join(Blob, Blob.id == Version.blob_id)
        .join(Meta, Meta.name == name)
        .join(Document, Document.id == Version.document_id)
        .where(
            literal(asked.viewer.may(Right.ADMINISTER)),
            Document.collection_id.in_(asked.viewer.reads),
            is_kept(asked, Version.id, Document.collection_id),
            not_aside(name_of(DAMAGED, Version.document_id, Version.number), asked.today),
        )
        .order_by(Meta.value, Version.id)
    )


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of `wanted`."""
    ids = [version.id for version, _ in rows]
    places = load_places(session, ids)
    roots = roots_in(places, ids)
    homes = homes_of(session, [version.document_id for version, _ in rows])
    return [
        line_of(
            f"{DAMAGED}:{version.document_id}/{version.number}",
            DAMAGED,
            DAMAGED,
            {"path": places.shown(version.id)[0]},
            document=file_number(version.document_id),
            version=version.number,
            path=places.shown(version.id)[0],
            reason=scrub.Damage.of(value).why,
            since=scrub.Damage.of(value).since,
            roots=roots.get(version.id, frozenset()),
            home=homes[version.document_id],
        )
        for version, value in rows
    ]
