"""Whether a document says of itself that it is a draft, or that it was approved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from archive.reading import FactFound, PageText
from indexer.extract.facts_trade import evidence

PAGE_CHARS: Final = 8_000  # of a page: it stands in the head, or on a sheet of signatures
#: What takes back an approval that it follows.
_NOT_YET: Final = r"[ \t]*[,;:(–-]?[ \t]*(?:pending|awaiting|inväntar|väntar)\b"
_STATES: Final = (
    r"(?P<draft>draft(?:\s+for\s+\w+)?|preliminary|work\s+in\s+progress|for\s+review|utkast|"
    r"preliminär|under\s+arbete|för\s+granskning|entwurf)"
    r"|(?P<approved>approved|released|godkänd|godkänt|fastställd|fastställt|frisläppt|freigegeben)"
    rf"(?!{_NOT_YET})"
)
_STATUS: Final = (
    r"(?:document\s+|approval\s+)?status|state|(?:dokument)?status|godkännandestatus|approval"
)
_BY: Final = (
    r"(?:approved|released|authori[sz]ed)\s+by|godkänd\s+av|godkänt\s+av|fastställd\s+av|"
    r"frisläppt\s+av|freigegeben\s+von"
)
#: A form that nobody has filled in, what is beside it in one, or what is still to be done.
_NOBODY: Final = (
    r"(?:n/?a|tb[acd]|to\s+be|nobody|none|not|pending|awaiting|name|sign|signed|signature|date|"
    r"open|ingen|ej|inte|icke|ska|skall|namn|signatur|underskrift|datum|väntar|inväntar)\b"
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], float, str], ...]:
    """The wordings in the order of what they are worth, compiled once a process."""
    flags = re.IGNORECASE | re.MULTILINE
    colon = r" *[:|\t][:|\t ]*"  # or the edge of a cell; without one it is prose
    gap, end = r"[ \t]*[:|\t ][:|\t ]*", r"[ \t]*[.;,(]?.{0,40}$"
    return (
        (
            re.compile(rf"^[ \t*#|]*(?:{_STATUS}){gap}(?:{_STATES})(?!\w){end}", flags),
            0.95,
            "status",
        ),
        (
            re.compile(r"^[ \t*#|\[(]*(?P<draft>draft|utkast|entwurf)[ \t*\])!.]*$", flags),
            0.9,
            "mark",
        ),
        (
            re.compile(
                rf"^[ \t*#|]*(?P<approved>(?:{_BY}){colon}(?!{_NOBODY})[^\W\d_][\w.,'’ -]*\w)",
                flags,
            ),
            0.85,
            "approved by",
        ),
    )


def approval(pages: Sequence[PageText]) -> FactFound | None:
    """`draft` or `approved`, by the surest of what the document says of itself."""
    for pattern, sure, rule in _patterns():
        for page in pages:
            match = pattern.search(page.text, 0, PAGE_CHARS)
            if match is not None:
                value = "draft" if match.groupdict().get("draft") else "approved"
                where = evidence(page, *match.span(value))
                return FactFound("approval", value, where, confidence=sure, rule=rule)
    return None
