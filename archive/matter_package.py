"""A matter as a package packs it: what is included, numbered; what is withheld; how it was chosen.

It has the form of a trail (archive.trail.gather), so that a package is made of either. Words of a
document stand in it only where that document goes out itself.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from archive.access import Right, Viewer
from archive.chronology import Line, chronology
from archive.errors import Conflict
from archive.exports import tell_references
from archive.matter_entries import EntryLine, list_entries
from archive.matter_history import list_gatherings
from archive.matter_numbers import EVERY, Numbers, numbers_of, ranges
from archive.matter_outgoing import current, going_out
from archive.matters import MatterView, get
from archive.models import Version
from archive.paths import load_places
from archive.records import file_number, moment
from archive.references import outgoing
from archive.trail import missing_lines
from archive.withholding import withheld

Entry = dict[str, Any]


def matter_trail(
    session: Session, viewer: Viewer, matter_id: int, *, entry_schemes: Container[str]
) -> dict[str, Any]:
    """What a package of the matter holds. `archive.matter_numbers.give` comes before.

    Raises `NotFound`, `NotAllowed`; `Conflict` where something without a number was included
    meanwhile.
    """
    matter = get(session, viewer, matter_id)
    viewer.require(Right.TRAIL)
    lines = list_entries(session, viewer, matter_id, limit=EVERY).items
    chosen = [line for line in lines if _decision(line) == "included"]
    pairs = going_out(session, chosen)
    versions = [one for _, one in pairs]
    numbers = numbers_of(session, matter_id)
    if any(one.id not in numbers for one in versions):
        raise Conflict("Somebody has included more documents meanwhile. Try again.")
    kept_back = withheld(session, versions, lines)
    here = {one.id for one in versions}
    packed = [(line, one) for line, one in pairs if one.id not in kept_back]
    return {
        "matter": _told(matter),
        "seeds": [],
        "entries": _entries(session, packed, numbers),
        "missing": _missing(session, viewer, [one for _, one in packed], entry_schemes),
        "withheld": [
            _withheld(line, numbers[one.id], kept_back[one.id])
            for line, one in pairs
            if one.id in kept_back
        ],
        "chosen": {
            **_chosen(session, viewer, matter_id, lines, {one.document_id for _, one in packed}),
            "numbers_not_here": ranges(
                one for version, one in numbers.items() if version not in here
            ),
        },
        "chronology": chronology(
            session, viewer, [one for _, one in packed], entry_schemes=entry_schemes
        ),
        "as_of": None,
    }


def matter_chronology(
    session: Session, viewer: Viewer, matter_id: int, *, entry_schemes: Container[str]
) -> list[Line]:
    """The chronology of what is not excluded from a matter. Raises `NotFound`."""
    lines = list_entries(session, viewer, matter_id, limit=EVERY).items
    ids = [line.document_id for line in lines if _decision(line) != "excluded"]
    return chronology(session, viewer, current(session, ids), entry_schemes=entry_schemes)


def _told(matter: MatterView) -> dict[str, Any]:
    return {
        "id": matter.id, "name": matter.name, "reference": matter.reference,
        "parties": list(matter.parties), "opened_on": matter.opened_on,
    }  # fmt: skip


def _decision(line: EntryLine) -> str:
    return line.said["decision"].value if "decision" in line.said else "undecided"


def _entries(
    session: Session, packed: Sequence[tuple[EntryLine, Version]], numbers: Mapping[int, Numbers]
) -> list[Entry]:
    places = load_places(session, [one.id for _, one in packed])
    first = {one.id: numbers[one.id].of_page(1) for _, one in packed}
    shown = {file_number(one.document_id) for _, one in packed}
    told = []
    for line, one in packed:
        path, _ = places.shown(one.id)
        parents = {seen.parent_version_id for seen in places.sightings[one.id]}
        if not parents - {None} <= first.keys():  # the name of what does not go out stays here
            path = one.file_name
        told.append(
            {
                **numbers[one.id].told(),
                "document": file_number(one.document_id), "version": one.number, "kind": one.kind,
                "number": one.own_number, "title": one.title, "date": one.date,
                "received_at": moment(one.received_at), "path": path, "depth": line.depth,
                "media_type": one.media_type,
                "is_confidential": "confidential" in line.said,
                "redacts": None if one.document_id == line.document_id else line.document,
                "inside": min((first[parent] for parent in parents if parent in first), default=""),
                "because": [_step(step, shown) for step in line.because],
            }
        )  # fmt: skip
    return told


def _step(step: Mapping[str, Any], shown: Collection[str]) -> dict[str, Any]:
    """A reason; of a document that does not go out itself without its words."""
    if "from" not in step or step["from"] in shown:
        return dict(step)
    return {**step, "identifier": None, "quote": None, "page": None, "where": None}


def _withheld(line: EntryLine, numbers: Numbers, ground: str) -> dict[str, Any]:
    """What is said of it: nothing that was read in it but its kind and its day."""
    return {
        **numbers.told(), "document": line.document, "kind": line.kind, "date": line.date,
        "ground": ground,
    }  # fmt: skip


def _missing(
    session: Session, viewer: Viewer, versions: Sequence[Version], entry_schemes: Container[str]
) -> list[dict[str, Any]]:
    """What the documents that go out cite, and is not there or may be more than one."""
    views = outgoing(session, viewer, version_ids=[one.id for one in versions])
    ends = [
        view
        for view in views
        if view.status == "ambiguous"
        or (view.status == "waiting" and view.row.scheme not in entry_schemes)
    ]
    return missing_lines(tell_references(session, ends))


def _chosen(
    session: Session, viewer: Viewer, matter_id: int, lines: Sequence[EntryLine],
    packed: Collection[int],
) -> dict[str, Any]:  # fmt: skip
    """How the set was chosen: every gathering, and what became of what they found.

    What members think of a document, their reasons and notes, is theirs and not told.
    """
    shown = {file_number(one) for one in packed}
    decisions = [_decision(line) for line in lines]
    return {
        "gatherings": [
            {
                "number": one.number, "at": moment(one.at), "who": one.who, "asked": one.asked,
                "found_first": one.new, "left_out_by_limits": len(one.limits),
                "not_followed": [name for name in one.lists if name in shown],
                "unknown": list(one.unknown), "refused": list(one.refused),
                "truncated": one.truncated,
            }
            for one in reversed(list_gatherings(session, viewer, matter_id))
        ],
        "documents": len(lines),
        **{name: decisions.count(name) for name in ("included", "excluded", "undecided")},
    }  # fmt: skip
