"""The closing report of a product as pages of A4, set by Typst."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import typst
from babel.support import NullTranslations

from web.filters import amount
from web.views.closing import ClosingPage, CostCells, Sum
from web.views.common import Amount
from web.words import FIELDS, KINDS, STATES, say

#: What is written comes as data: tables with the names of their columns, and which are figures.
TEMPLATE: Final = b"""
#let d = json(bytes(sys.inputs.report))
#set document(title: d.title, date: none)
#set text(lang: d.language, size: 9pt, hyphenate: true)
#set par(leading: 0.5em)
#set page(
  paper: "a4", margin: (x: 16mm, top: 16mm, bottom: 20mm),
  footer: text(size: 8pt, fill: luma(70), grid(columns: (1fr, auto), d.foot,
    context [#counter(page).display() / #counter(page).final().at(0)])),
)
#let quiet(body) = text(fill: luma(70), body)
#text(size: 1.1em, quiet(d.kind))
#linebreak()
#text(size: 1.8em, strong(d.number)) #h(0.6em) #text(size: 1.3em, d.name)
#line(length: 100%, stroke: 0.6pt)
#grid(columns: (auto, 1fr), column-gutter: 1.5em, row-gutter: 0.5em,
  ..d.head.map(h => (quiet(h.at(0)), h.at(1))).flatten())
#for part in d.parts {
  block(above: 1.6em, below: 0.7em, sticky: true, text(size: 1.25em, strong(part.title)))
  if part.rows.len() == 0 { quiet(part.none) } else {
    table(
      columns: part.widths.map(w => if w == "1fr" { 1fr } else { auto }), stroke: none,
      inset: (x: 3pt, y: 3pt),
      align: part.figures.map(f => if f { right } else { left }),
      table.header(..part.heads.map(h => quiet(text(size: 0.9em, h))), table.hline(stroke: 0.5pt)),
      ..part.rows.map(r => r.enumerate().map(((i, c)) =>
        if i == 0 { strong(c) } else { c })).flatten(),
    )
    if part.note != "" { block(above: 0.5em, quiet(text(size: 0.85em, part.note))) }
  }
}
"""
KIND: Final = say("Closing report")
DATES: Final = say("Dates, planned and kept")
CAUSES: Final = say("Changes by cause")
CHANGES: Final = say("Change requests")
QUALITY: Final = say("Quality by phase")
NONE: Final = say("None is known.")
ALL: Final = say("all")
NOT_SAID: Final = say("not said")
FOOT: Final = say("Crossfile, as it stood %(when)s UTC")
DATE_HEADS: Final = (
    FIELDS["milestone"], FIELDS["name"], say("first planned for"), say("last planned for"),
    FIELDS["actual_on"], say("days late"),
)  # fmt: skip
COST_HEADS: Final = (say("estimated"), say("approved for"), say("billed"))
CAUSE_HEADS: Final = (
    FIELDS["cause"], FIELDS["changes"], STATES["approved"], say("turned down"), STATES["open"],
    *COST_HEADS,
)  # fmt: skip
CHANGE_HEADS: Final = (
    FIELDS["change"], FIELDS["title"], FIELDS["cause"], FIELDS["state"], *COST_HEADS,
)  # fmt: skip
PHASE_HEADS: Final = (FIELDS["phase"], FIELDS["since"], FIELDS["until"])
CONCERNS: Final = say("Quality concerns")
CONCERN_HEADS: Final = (
    FIELDS["number"], FIELDS["title"], FIELDS["phase"], FIELDS["reported_on"], FIELDS["state"],
    FIELDS["answer"],
)  # fmt: skip
CAME: Final = say("requests that came in")
NOTE: Final = say(
    "Estimated is what was said first, approved for what was said when it was approved; billed is "
    "without tax where the invoice says that, and an invoice that speaks of several changes counts "
    "once."
)
Gettext = Callable[[str], str]


def closing_pdf(page: ClosingPage, texts: NullTranslations, at: datetime) -> bytes:
    """The report, in the language of `texts`; `at` is the time that stands at its foot."""
    gettext = texts.ugettext
    language = texts.info().get("language", "en")[:2] or "en"
    content = {
        "language": language,
        "title": f"{gettext(KIND)} {page.thing.text}",
        "kind": gettext(KIND), "number": page.thing.text, "name": page.title,
        "head": [[gettext(FIELDS[name]), value] for name, value in page.head]
        + [[gettext(FIELDS["documents"]), str(page.documents)]],
        "parts": [
            _dates(page, gettext), _causes(page, gettext, language),
            _changes(page, gettext, language), _phases(page, gettext),
            _concerns(page, gettext),
        ],
        "foot": gettext(FOOT) % {"when": page.as_of or page.on or f"{at:%Y-%m-%d %H:%M}"},
    }  # fmt: skip
    made: bytes = typst.compile(TEMPLATE, format="pdf", sys_inputs={"report": json.dumps(content)})
    return made


def _part(
    gettext: Gettext, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *,
    wide: int, figures_from: int, note: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A table: which column takes the room that is left, from which one on there are figures."""
    return {
        "title": gettext(title), "heads": [gettext(one) for one in heads],
        "rows": [list(row) for row in rows], "none": gettext(NONE),
        "note": gettext(note) if note else "",
        "widths": ["1fr" if place == wide else "auto" for place in range(len(heads))],
        "figures": [place >= figures_from for place in range(len(heads))],
    }  # fmt: skip


def _dates(page: ClosingPage, gettext: Gettext) -> dict[str, Any]:
    rows = [
        (one.thing.text, one.name, one.first, one.planned if one.planned != one.first else "",
         one.actual or "–", "" if one.days_late is None else str(one.days_late))
        for one in page.milestones
    ]  # fmt: skip
    return _part(gettext, DATES, DATE_HEADS, rows, wide=1, figures_from=5)


def _causes(page: ClosingPage, gettext: Gettext, language: str) -> dict[str, Any]:
    def row(one: Any, name: str) -> list[str]:
        counts = map(str, (one.changes, one.approved, one.rejected, one.open))
        return [name, *counts, *_costs(one.costs, gettext, language)]

    rows = [row(one, one.cause or gettext(NOT_SAID)) for one in page.causes]
    if rows:
        rows.append(row(page.total, gettext(ALL)))
    return _part(gettext, CAUSES, CAUSE_HEADS, rows, wide=0, figures_from=1, note=NOTE)


def _changes(page: ClosingPage, gettext: Gettext, language: str) -> dict[str, Any]:
    rows = [
        (one.thing.text, one.title, one.cause, gettext(STATES[one.state]),
         *_costs(one.costs, gettext, language))
        for one in page.changes
    ]  # fmt: skip
    return _part(gettext, CHANGES, CHANGE_HEADS, rows, wide=1, figures_from=4)


def _phases(page: ClosingPage, gettext: Gettext) -> dict[str, Any]:
    kinds = [kind for kind, _, _ in page.phases[0].reports] if page.phases else []
    rows = [
        (gettext(STATES[one.phase]) if one.phase else gettext(NOT_SAID), one.since, one.until,
         *(str(count) for _, count, _ in one.reports), str(one.concerns), str(one.changes))
        for one in page.phases
    ]  # fmt: skip
    heads = (*PHASE_HEADS, *(KINDS[kind].name for kind in kinds), FIELDS["concerns"], CAME)
    return _part(gettext, QUALITY, heads, rows, wide=0, figures_from=3)


def _concerns(page: ClosingPage, gettext: Gettext) -> dict[str, Any]:
    rows = [
        (one.thing.text, one.title, gettext(STATES[one.phase]) if one.phase else gettext(NOT_SAID),
         one.reported, gettext(STATES[one.state]), one.answer)
        for one in page.concerns
    ]  # fmt: skip
    return _part(gettext, CONCERNS, CONCERN_HEADS, rows, wide=5, figures_from=6)


def _costs(costs: CostCells, gettext: Gettext, language: str) -> list[str]:
    return [
        "\n".join(_sum(one, gettext, language) for one in some)
        for some in (costs.estimated, costs.approved, costs.invoiced)
    ]


def _sum(one: Sum, gettext: Gettext, language: str) -> str:
    said = str(amount(Amount(one.value, one.currency), language=language).striptags())
    return f"{said} ({gettext(STATES[one.kind])})" if one.kind else said
