"""Suspect references: what was decided on them, by whom, and what of the target changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.attention_lines import Line, lines_of_references
from archive.bulk import chunked
from archive.models import Account, Document, Version
from archive.records import file_number, moment
from archive.references import ReferenceView, seen
from archive.wanting import SUSPECT, Asked


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of archive.open_references.suspects, with what was decided and what changed since."""
    views = seen(session, asked.viewer, [row[0] for row in rows], None)
    told, changes = lines_of_references(session, views, SUSPECT), changes_of(session, views)
    for line, view in zip(told, views, strict=True):
        line["changed"] = changes.get(view.row.id)
    return told


def changes_of(session: Session, views: Sequence[ReferenceView]) -> dict[int, dict[str, Any]]:
    """By the id of each suspect reference: its target, the version then and the one now.

    `before` is None where the version that was ruled on is another document's by now.
    """
    suspect = [view for view in views if view.is_suspect]
    before = _numbers(session, {view.ruled_version_id or 0 for view in suspect})
    targets = {view.row.id: view.target.id for view in suspect if view.target}
    now = _current(session, set(targets.values()))
    names = _names(session, suspect)
    return {
        view.row.id: {
            "document": file_number(targets[view.row.id]),
            "before": before.get((view.ruled_version_id or 0, targets[view.row.id])),
            "now": now.get(targets[view.row.id]),
            **_decided(view, names),
        }
        for view in suspect
    }


def _numbers(session: Session, version_ids: set[int]) -> dict[tuple[int, int], int]:
    """By (version, its document) its number there."""
    found: dict[tuple[int, int], int] = {}
    for chunk in chunked(version_ids):
        rows = session.execute(
            select(Version.id, Version.document_id, Version.number).where(Version.id.in_(chunk))
        )
        found.update(((row[0], row[1]), row[2]) for row in rows)
    return found


def _current(session: Session, documents: set[int]) -> dict[int, int]:
    """By document the number of its current version."""
    found: dict[int, int] = {}
    for chunk in chunked(documents):
        rows = session.execute(
            select(Document.id, Version.number)
            .join(Version, Version.id == Document.current_version_id)
            .where(Document.id.in_(chunk))
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _decided(view: ReferenceView, names: Mapping[int, str]) -> dict[str, Any]:
    """What a person decided: a ruling, or the reference itself where it was made by hand."""
    row, ruling = view.row, view.ruling
    return {
        "decision": ruling.decision if ruling else "add",
        "by": names.get((ruling.user_id if ruling else row.user_id) or 0),
        "at": moment(ruling.recorded_at if ruling else row.recorded_at),
        "reason": ruling.reason if ruling else row.rule,
    }


def _names(session: Session, views: Sequence[ReferenceView]) -> dict[int, str]:
    ids = {(view.ruling or view.row).user_id for view in views} - {None}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
