"""The period for which a contract says that it holds: `Term: 2025-01-01 to 2026-12-31`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from archive.keys import lower_case
from archive.reading import FactFound, PageText
from indexer.extract.dates import DateFound
from indexer.extract.facts_trade import Dates, evidence
from indexer.extract.windows import windows

PERIOD_CHARS: Final = 20_000  # of a page that are looked through
_BEHIND: Final = 80  # a word for the term in which the first day begins …
_BOTH: Final = 200  # … and both begin
_DAY: Final = 30  # as long as a date may be
_WORDS: Final = (
    "term", "valid", "period", "duration", "force", "avtalstid", "gälle", "gilt", "löper",
    "laufzeit", "gültig", "durée",
)  # fmt: skip


@cache
def _said() -> re.Pattern[str]:
    """What stands before the first day."""
    return re.compile(
        r"\b(?:(?:contract|agreement|initial)\s+(?:term|period)|term(?:\s+of\s+(?:the\s+)?(?:contract|agreement))?"
        r"|period\s+of\s+(?:validity|(?:the\s+)?(?:contract|agreement))|valid(?:ity)?(?:\s+period)?|duration|in\s+force"
        r"|avtalstid(?:en)?|avtals?period(?:en)?|giltighetstid(?:en)?|giltigt?|gäller|löper"
        r"|(?:vertrags)?laufzeit|gültig|durée)\b"
        r"[\s:]*(?:(?:is|runs|shall\s+run|for\s+the\s+period|under\s+(?:tiden|perioden)|tiden|perioden)\s+)?"
        r"(?:(?:from|between|mellan|från|vom?|du)(?:\s+and\s+including|\s+och\s+med)?|fr\.?\s?o\.?\s?m\.?)?"
        r"\s*(?:den\s+|the\s+)?$",
        re.IGNORECASE,
    )


@cache
def _between() -> re.Pattern[str]:
    """What stands between the two days."""
    return re.compile(
        r"[\s,]*(?:to|until|till|through|thru|and|och|bis|au|t\.?\s?o\.?\s?m\.?|–|—|-)"
        r"(?:\s+(?:and\s+including|och\s+med|zum))?[\s,]*(?:den\s+|the\s+)?",
        re.IGNORECASE,
    )


def said_period(pages: Sequence[PageText], dates: Dates) -> Iterator[FactFound]:
    """Day of effect and expiry where two days stand together behind a word for the term."""
    for page in pages:
        lower = lower_case(page.text[:PERIOD_CHARS])
        near = windows(lower, _WORDS, 0, _BOTH + _DAY)
        days = [day for start, end in near for day in _whole(page, dates, start, end)]
        for first, last in pairwise(days):
            if first.iso is None or last.iso is None or not first.iso < last.iso:
                continue
            if not _between().fullmatch(page.text, first.end, last.start):
                continue
            if _said().search(page.text, max(0, first.start - _BEHIND), first.start):
                for name, day in (("effective_from", first), ("expires_on", last)):
                    where = evidence(page, day.start, day.end)
                    yield FactFound(name, day.iso or "", where, confidence=0.9, rule="said period")
                return


def _whole(page: PageText, dates: Dates, start: int, end: int) -> list[DateFound]:
    """The days of a stretch, less one that may go on behind it: `31.12.20` of `31.12.2026`."""
    is_cut = end < len(page.text)
    return [day for day in dates.within(page, start, end) if not (is_cut and day.end == end)]
