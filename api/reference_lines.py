"""References as the command line tells them: what the page of a document says of each, in lines."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import load_views
from archive.messages import counted
from archive.records import file_number

Line = Mapping[str, Any]


def reference_lines(
    session: Session,
    viewer: Viewer,
    found: Line,
    entry_schemes: Container[str],
    *,
    as_of: datetime | None = None,
) -> Iterator[str]:
    """Of an answer of api.telling: relation, number, state, the other end; then page and quote."""
    known = _titles(session, viewer, found, as_of)
    for direction in ("out", "in"):
        if direction not in found:
            continue
        yield f"{direction}: {counted(len(found[direction]), 'reference')}"
        for line in found[direction]:
            said = line["identifier"] or ""
            here = "" if "document" in found else f"{line['source']}  "
            if direction == "in":
                end = f"by {_titled(line['source'], known)}"
            else:
                end = f"→ {_target(line, known, entry_schemes)}"
            state = ", suspect" if line["suspect"] else ""
            yield f"  {here}{line['relation']} {said} ({line['status']}{state}) {end}"
            if place := _place(line):
                yield f"      {place}"


def _titles(
    session: Session, viewer: Viewer, found: Line, as_of: datetime | None
) -> dict[str, str]:
    """By file number the kind and title of what the references lead to or come from."""
    lines = [line for way in ("out", "in") for line in found.get(way, ())]
    names = {name for line in lines for name in (line["source"], line["target"])}
    names |= {name for line in lines for name in line["candidates"]}
    ids = sorted(int(name[2:]) for name in names if name and re.fullmatch(r"D-\d{6,9}", name))
    return {
        file_number(view.document.id): " ".join(
            part for part in (view.version.kind, view.version.title) if part
        )
        for view in load_views(session, viewer, ids=ids, as_of=as_of)
    }


def _target(line: Line, known: Mapping[str, str], entry_schemes: Container[str]) -> str:
    if line["target"]:
        is_document = line["target_type"] == "document"
        return (
            _titled(line["target"], known)
            if is_document
            else (f"{line['target_type']} {line['target']}")
        )
    if line["candidates"]:
        return " or ".join(_titled(name, known) for name in line["candidates"])
    return "not registered" if line["scheme"] in entry_schemes else "not in the archive"


def _titled(name: str, known: Mapping[str, str]) -> str:
    return f"{name} {known.get(name, '')}".rstrip()


def _place(line: Line) -> str:
    """Where it was read: `p.1 “our ref PO 2024-113”`, or the place in a file's data."""
    page = f"p.{line['page']}" if line["page"] else ""
    quote = f"“{' '.join(line['quote'].split())}”" if line["quote"] else ""
    times = f"×{line['mentions']}" if (line["mentions"] or 0) > 1 else ""
    return " ".join(part for part in (page, line["where"], quote, times) if part)
