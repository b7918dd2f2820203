"""A chronology as PDF: a page number on each page, a bookmark for each year; set by Typst.

It claims PDF/A-2b as Typst writes that; nothing else has looked at the claim. Where a title has
letters of which Typst's own fonts have none, it is plain PDF and claims nothing. Of the same lines
every machine makes the same bytes: no font of the system is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import typst

from archive.chronology import WHATS, Line

STANDARD: Final = "a-2b"
ENGLISH: Final = {
    **WHATS, "date": "date", "filed": "filed", "what": "what", "title": "title",
    "undated": "without a date", "chronology": "Chronology",
}  # fmt: skip
TEMPLATE: Final = b"""
#let d = json(bytes(sys.inputs.lines))
#set document(title: d.title, date: datetime(year: d.made.at(0), month: d.made.at(1),
  day: d.made.at(2), hour: d.made.at(3), minute: d.made.at(4), second: d.made.at(5)))
#set text(lang: d.language, size: 8.5pt, hyphenate: true)
#set page(
  paper: "a4", flipped: true, margin: (x: 14mm, top: 14mm, bottom: 18mm),
  footer: text(size: 8pt, fill: luma(70), grid(columns: (1fr, auto), d.title,
    context [#counter(page).display() / #counter(page).final().at(0)])),
)
#set heading(bookmarked: true)
#heading(level: 1, d.title)
#for (name, rows) in d.parts {
  heading(level: 2, name)
  table(
    columns: (auto, auto, 11em, 12em, 1fr),
    stroke: (bottom: 0.3pt + luma(160)), inset: (x: 3pt, y: 2.5pt),
    table.header(..d.heads.map(h => strong(h))),
    ..rows.flatten(),
  )
}
"""


def chronology_pdf(
    of: str, lines: Iterable[Line], at: datetime, words: Mapping[str, str] = ENGLISH, *,
    language: str = "en",
) -> bytes:  # fmt: skip
    """The chronology of what `of` says, made at a time; `words` as in ENGLISH."""
    parts = groupby(lines, lambda line: (line.date or line.filed or "")[:4])
    content = {
        "title": f"{words['chronology']}: {of}",
        "language": language,
        "made": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "heads": [words[name] for name in ("date", "filed", "what")] + ["", words["title"]],
        "parts": [
            [year or words["undated"], [_row(line, words) for line in rows]] for year, rows in parts
        ],
    }
    told = json.dumps(content)
    try:
        return _compiled(told, at, [STANDARD])
    except typst.TypstError:
        return _compiled(told, at, [])


def _compiled(told: str, at: datetime, standards: list[Any]) -> bytes:
    made: bytes = typst.compile(
        TEMPLATE, format="pdf", sys_inputs={"lines": told}, pdf_standards=standards,
        ignore_system_fonts=True, timestamp=int(at.timestamp()),
    )  # fmt: skip
    return made


def _row(line: Line, words: Mapping[str, str]) -> list[str]:
    called = " ".join(part for part in (line.document, line.number) if part)
    what = f"{words[line.what]} ({line.detail})" if line.detail else words[line.what]
    return [line.date or "", line.filed or "", what, called, line.title or ""]
