"""What speaks for each of several documents that a number may mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.documents import DocumentView, load_views
from archive.fitting import same_party
from archive.messages import counted
from archive.models import Entry, Version
from archive.parties import folded_name
from archive.paths import load_places
from archive.records import file_number
from archive.references import ReferenceView, Target

#: What parts a number from its edition, by the schemes whose numbers have any.
EDITIONS: Final = {one.name: one.edition for one in BUILTIN_SCHEMES if one.edition}

#: What speaks for a candidate, in English; `{names}` are the parameters.
SPEAKS: Final = {
    "same-party": "{party} is named in both",
    "kind": "is a {kind}",
    "days-before": "dated {time} before",
    "days-after": "dated {time} after",
    "same-day": "dated the same day",
}


def candidates_of(
    session: Session, viewer: Viewer, views: Sequence[ReferenceView]
) -> list[list[dict[str, Any]]]:
    """For each ambiguous reference its candidates, those first for which most speaks.

    Of a number that is cited without its edition the newest comes first.
    """
    targets = {target for view in views for target in view.candidates}
    documents = sorted(target.id for target in targets if target.type == "document")
    loaded = {view.document.id: view for view in load_views(session, viewer, ids=documents)}
    places = load_places(session, [view.version.id for view in loaded.values()])
    paths = {key: places.shown(view.version.id)[0] for key, view in loaded.items()}
    entries = _entries(session, [target.id for target in targets if target.type != "document"])
    sources = _sources(session, [view.row.version_id for view in views])
    told = []
    for view in views:
        lines = [
            _document(loaded[target.id], paths[target.id], sources[view.row.version_id], view)
            if target.type == "document"
            else _entry(target, entries[target.id])
            for target in view.candidates
        ]
        lines.sort(key=lambda line: (-len(line["speaks"]), line["target"]))
        if mark := EDITIONS.get(view.row.scheme or ""):
            lines.sort(key=lambda line: (line["number"] or "").partition(mark)[2], reverse=True)
        told.append(lines)
    return told


def _document(
    candidate: DocumentView, path: str, source: Version, view: ReferenceView
) -> dict[str, Any]:
    version = candidate.version
    return {
        "target_type": "document",
        "target": file_number(candidate.document.id),
        "number": version.own_number,
        "title": version.title,
        "kind": version.kind,
        "date": version.date,
        "parties": [party["name"] for party in version.parties],
        "path": path,
        "speaks": [
            {"id": name, "params": params, "text": _spoken(name, params)}
            for name, params in _speaks(version, source, view.row.scheme)
        ],
    }


def _speaks(
    candidate: Version, source: Version, scheme: str | None
) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    ours = [folded_name(party["name"]) for party in source.parties]
    for party in candidate.parties:
        name = folded_name(party["name"])
        if name and any(one and same_party(name, one) for one in ours):
            found.append(("same-party", {"party": party["name"]}))
            break
    if candidate.kind and candidate.kind == scheme:
        found.append(("kind", {"kind": candidate.kind}))
    if candidate.date and source.date:
        days = (date.fromisoformat(source.date) - date.fromisoformat(candidate.date)).days
        name = "days-before" if days > 0 else "days-after" if days < 0 else "same-day"
        found.append((name, {"days": str(abs(days))}))
    return found


def _spoken(name: str, params: dict[str, str]) -> str:
    return SPEAKS[name].format(**params, time=counted(params.get("days", ""), "day"))


def _entry(target: Target, row: tuple[str, str]) -> dict[str, Any]:
    code, name = row
    return {
        "target_type": target.type,
        "target": code,
        "number": code,
        "title": name,
        "kind": None,
        "date": None,
        "parties": [],
        "path": None,
        "speaks": [],
    }


def _entries(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(Entry.id, Entry.code, Entry.name).where(Entry.id.in_(ids)))
    return {row[0]: (row[1], row[2]) for row in rows}


def _sources(session: Session, ids: Sequence[int]) -> dict[int, Version]:
    return {row.id: row for row in session.scalars(select(Version).where(Version.id.in_(ids)))}
