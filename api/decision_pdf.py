"""The decision page of a change request as one page of A4, set by Typst."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

import typst
from babel.support import NullTranslations

from web.move_words import ANSWERS, MOVES
from web.views.decisions import DecisionPage, SheetLine
from web.words import FIELDS, ROLES, STATES, say

#: What is written comes as data, cut to what one page holds (api/pages/decisions.py), and is set in
#: the largest of some sizes in which it fits.
TEMPLATE: Final = b"""
#let d = json(bytes(sys.inputs.sheet))
#set document(title: d.number, date: none)
#set text(lang: d.language, hyphenate: true)
#set page(
  paper: "a4", margin: (x: 18mm, top: 16mm, bottom: 20mm),
  footer: text(size: 8pt, fill: luma(70), grid(columns: (1fr, auto), d.foot,
    context [#counter(page).display() / #counter(page).final().at(0)])),
)
#let quiet(body) = text(fill: luma(70), body)
#let part(name, body) = block(breakable: false, above: 1em, below: 0em, width: 100%, {
  strong(text(size: 0.9em, quiet(name)))
  linebreak()
  body
})
#let lines(rows) = grid(columns: (auto, auto, 1fr, auto), column-gutter: 1em, row-gutter: 0.5em,
  ..rows.flatten())
#let sheet(size) = {
  set text(size: size)
  set par(leading: 0.5em)
  grid(columns: (1fr, auto), text(size: 1.7em, strong(d.number)), text(size: 1.2em, d.state))
  text(size: 1.2em, d.title)
  line(length: 100%, stroke: 0.6pt)
  grid(columns: (auto, 1fr), column-gutter: 1.5em, row-gutter: 0.5em,
    ..d.head.map(h => (quiet(h.at(0)), h.at(1))).flatten())
  for (name, by, body) in d.review { part(name, [#body #text(size: 0.8em, quiet(by))]) }
  part(d.words.affected, if d.affected.len() > 0 { lines(d.affected) } else { d.words.none })
  d.more
  part(d.words.decision, { d.needed; if d.approvals.len() > 0 { lines(d.approvals) } })
  grid(columns: (1fr, 1fr, 1fr), column-gutter: 8mm,
    ..d.words.sign.map(s => { v(3em); line(length: 100%, stroke: 0.4pt); text(size: 0.8em, s) }))
}
#layout(paper => {
  let fits(size) = measure(block(width: paper.width, sheet(size))).height <= paper.height
  let found = (10.5pt, 10pt, 9.5pt, 9pt, 8.5pt, 8pt, 7.5pt, 7pt).find(fits)
  sheet(if found == none { 6.5pt } else { found })
})
"""
AFFECTED: Final = say("Affected documents")
DECISION: Final = say("Decision")
NONE: Final = say("None is named so far.")
FOOT: Final = say("Crossfile, as it stood %(when)s UTC")
AUTHORISED: Final = say("It is authorised.")
SIGN: Final = (say("decision"), say("date"), say("signature"))


def decision_pdf(page: DecisionPage, texts: NullTranslations, at: datetime) -> bytes:
    """The sheet, in the language of `texts`; `at` is the time that stands at its foot."""
    gettext = texts.ugettext
    when = page.as_of or page.on or f"{at:%Y-%m-%d %H:%M}"
    content = {
        "language": texts.info().get("language", "en")[:2] or "en",
        "number": page.thing.text, "title": page.title, "state": gettext(STATES[page.state]),
        "head": [[gettext(FIELDS[name]), value] for name, value in page.head],
        "review": [
            [
                _heading(gettext(FIELDS[one.field])),
                f"{one.who} {one.at:%Y-%m-%d}".strip(),
                f"{one.text} ({gettext(STATES[one.kind])})" if one.kind else one.text,
            ]
            for one in page.review
        ],
        "affected": [_line(one, gettext(ANSWERS[one.said])) for one in page.affected],
        "more": _more(page, texts),
        "needed": _needed(page, texts),
        "approvals": [_line(one, gettext(MOVES[one.said])) for one in page.approvals],
        "foot": gettext(FOOT) % {"when": when},
        "words": {
            "affected": gettext(AFFECTED), "decision": gettext(DECISION), "none": gettext(NONE),
            "sign": [gettext(one) for one in SIGN],
        },
    }  # fmt: skip
    made: bytes = typst.compile(TEMPLATE, format="pdf", sys_inputs={"sheet": json.dumps(content)})
    return made


def _heading(word: str) -> str:
    return word[:1].upper() + word[1:]


def _line(one: SheetLine, said: str) -> list[str]:
    return [one.text, one.mark, one.note, said]


def _more(page: DecisionPage, texts: NullTranslations) -> str:
    if not page.affected_more:
        return ""
    said = texts.ungettext(
        "and %(num)s document more", "and %(num)s documents more", page.affected_more
    )
    return said % {"num": page.affected_more}


def _needed(page: DecisionPage, texts: NullTranslations) -> str:
    if not page.missing:
        return texts.ugettext(AUTHORISED)
    if page.is_past_decision:
        return ""
    needs = texts.ungettext(
        "It needs %(num)s person to approve it",
        "It needs %(num)s different persons to approve it",
        page.persons,
    ) % {"num": page.persons}
    missing = texts.ungettext("%(num)s is missing.", "%(num)s are missing.", page.missing)
    roles = ", ".join(texts.ugettext(ROLES[role]) for role in page.roles)
    return f"{needs} ({roles}); {missing % {'num': page.missing}}"
