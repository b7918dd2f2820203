"""For how long a contract goes on by itself, and with how much notice it is ended, as it says.

`ninety (90) days' prior written notice` is "90 days"; `förlängs med ett (1) år i sänder` "1 year".
Both in the form of archive.periods.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from archive.keys import lower_case
from archive.periods import Period
from archive.reading import FactFound, PageText
from indexer.extract.contract_rules import NUMBERS
from indexer.extract.facts_trade import evidence
from indexer.extract.windows import windows

CHARS: Final = 400_000  # of a contract's text that are looked through
#: Without one of these near it, no wording says either.
_NOTICE_WORDS: Final = ("notice", "uppsäg", "säga upp", "säger upp", "sägas upp")
_RENEWAL_WORDS: Final = (
    "renew", "extend", "prolong", "at a time", "each time", "rolls over", "roll over", "förläng",
    "förny", "i sänder", "åt gången", "i taget",
)  # fmt: skip
_AROUND: Final = 300

_UNITS: Final = {"d": "day", "w": "week", "v": "week", "m": "month", "y": "year", "å": "year"}
_UNIT: Final = (
    r"(?P<unit>days?|weeks?|months?|years?|dag(?:ar)?s?|veckors?|månad(?:er)?s?|års?)\b['’]?s?"
)
#: What such a clause is about otherwise than ending a contract, and what only may be.
_OTHER: Final = re.compile(
    r"breach|default|cure|remed|insolv|bankrupt|force majeure|price|avtalsbrott|dröjsmål|konkurs|"
    r"rättelse|pris|deliver|levera|inspect|audit",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(
    r"terminat|renew|cancel|expir|end\s+of|extend|notice\s+period|säg|förläng",
    re.IGNORECASE,
)
_OPTION: Final = re.compile(
    r"\b(?:may|might|option\w*|entitled|right\s+to|mutual\w*|written\s+agreement|kan|möjlig\w*|rätt\s+att|"
    r"överenskomm\w*)\b",
    re.IGNORECASE,
)


@cache
def _length() -> str:
    words = "|".join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))
    return (
        rf"\b(?P<n>{words}|\d{{1,3}})\s*(?:\(\s*(?P<d>\d{{1,3}})\s*\))?[\s-]*"
        rf"(?:calendar\s+|full\s+|kalender)?{_UNIT}"
    )


@cache
def _notices() -> tuple[re.Pattern[str], ...]:
    """The wordings of notice, compiled once a process."""
    length = _length()
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"{length}\s+(?:prior\s+|advance\s+|previous\s+)?(?:written\s+)?notice\b",
            rf"\bnotice\s+period\s*(?:is|of|shall\s+be|will\s+be|[:|])?\s*{length}",
            rf"\bnotice\b[^.;]{{0,120}}?{length}\s+(?:prior\s+to|before|in\s+advance)\b",
            rf"\buppsägningstid\w*\s*(?:är|om|på|av|skall?\s+vara|[:|])?\s*(?:minst\s+)?{length}",
            rf"{length}\s+(?:skriftlig\w*\s+|ömsesidig\w*\s+)?uppsägning",
            rf"\b(?:uppsäg\w*|säg\w*\s+upp\w*)\b[^.;]{{0,120}}?{length}\s+(?:före|innan)\b",
        )
    )


_RENEWED: Final = r"(?:renew(?:s|ed)?|extend(?:s|ed)?|prolong(?:s|ed)?|rolls?\s+over)"
_FURTHER: Final = r"(?:successive|consecutive|further|additional|another)"
_FORLANGS: Final = r"(?:förlängs|förnyas|förlänges|prolongeras)"
_ITSELF: Final = r"(?:automatically|tacitly|by\s+itself)"
#: Wordings of how a contract goes on by itself, each with sentences and the length that they say;
#: `LENGTH` stands for a number and a unit.
RENEWALS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        rf"\b{_ITSELF}\s+(?:be\s+)?{_RENEWED}\b[^.;]{{0,120}}?LENGTH",
        (("It shall automatically renew for successive one (1) year periods.", "1 year"),),
    ),
    (
        rf"\b{_RENEWED}\s+{_ITSELF}\b[^.;]{{0,120}}?LENGTH",
        (
            ("The term shall be extended automatically for periods of 12 months.", "12 months"),
            ("It is renewed tacitly for one year.", "1 year"),
        ),
    ),
    (
        rf"\b(?:shall|will)\s+(?:be\s+)?{_RENEWED}\b[^.;]{{0,60}}?\b{_FURTHER}\b[^.;]{{0,60}}?LENGTH",
        (("It will be renewed for additional terms of two years each.", "2 years"),),
    ),
    (
        rf"\b(?:agreement|contract|term|it)\s+(?:is\s+(?:then\s+)?)?{_RENEWED}\b[^.;]{{0,40}}?"
        rf"\b{_FURTHER}\b[^.;]{{0,40}}?LENGTH",
        (
            ("Otherwise it is extended for another 6 months.", "6 months"),
            ("The agreement renews for successive periods of one year.", "1 year"),
        ),
    ),
    (
        rf"\b(?:{_RENEWED}|continues?|goes\s+on)\b[^.;]{{0,80}}?LENGTH\s+(?:at\s+a|each)\s+time\b",
        (
            ("The agreement is renewed by 12 months at a time.", "12 months"),
            ("If nobody gives notice it continues for one (1) year at a time.", "1 year"),
            ("The agreement rolls over for 6 months at a time.", "6 months"),
        ),
    ),
    (
        r"\bautomatic(?:ally)?\s+(?:renewal|extension|prolongation)\b[^.;]{0,40}?LENGTH",
        (("Automatic renewal: 12 months", "12 months"),),
    ),
    (
        r"\brenewal(?:\s+(?:term|period)s?)?\s*(?:is|of|shall\s+be|will\s+be|[:|])\s*(?:automatic\w*,?\s+)?"
        r"(?:for\s+)?LENGTH",
        (
            ("Renewal: 12 months", "12 months"),
            ("Each renewal term shall be two (2) years.", "2 years"),
        ),
    ),
    (
        rf"\b{_FORLANGS}\b[^.;]{{0,80}}?LENGTH",
        (
            ("Om avtalet inte sägs upp förlängs det med ett (1) år i sänder.", "1 year"),
            ("I annat fall förnyas avtalet med 12 månader åt gången.", "12 months"),
        ),
    ),
    (
        r"\b(?:avtalet\s+(?:löper|fortsätter)|(?:löper|fortsätter)\s+(?:avtalet|det))\b[^.;]{0,80}?"
        r"LENGTH\s+(?:i\s+sänder|åt\s+gången|i\s+taget)\b",
        (("Därefter löper avtalet vidare ett år i taget.", "1 year"),),
    ),
    (
        r"\b(?:automatisk\s+förlängning|förlängning\s+(?:sker|görs))\b[^.;]{0,60}?LENGTH",
        (
            ("Förlängning sker automatiskt med 12 månader.", "12 months"),
            ("Avtalet har automatisk förlängning om ett år.", "1 year"),
        ),
    ),
    (
        r"\bförlängning(?:s(?:period|tid)(?:en)?)?\s*[:|]\s*LENGTH",
        (("Förlängning: 6 månader", "6 months"),),
    ),
)  # fmt: skip


@cache
def _renewals() -> tuple[re.Pattern[str], ...]:
    """The wordings of renewal, compiled once a process."""
    return tuple(
        re.compile(wording.replace("LENGTH", _length()), re.IGNORECASE) for wording, _ in RENEWALS
    )


def notice_and_renewal(pages: Sequence[PageText]) -> Iterator[FactFound]:
    """The first clause on each of both; nothing where none says it."""
    notice = _first(pages, _NOTICE_WORDS, _notices(), _is_of_ending)
    if notice is not None:
        yield _fact("notice_period", *notice, "notice clause")
    renewal = _first(pages, _RENEWAL_WORDS, _renewals(), _is_by_itself)
    if renewal is not None:
        yield _fact("renewal", *renewal, "renewal clause")


def _is_of_ending(before: str, behind: str) -> bool:
    clause = before + behind
    return _ENDING.search(clause) is not None and _OTHER.search(clause) is None


def _is_by_itself(before: str, behind: str) -> bool:
    return _OPTION.search(before) is None


def _fact(name: str, page: PageText, match: re.Match[str], period: Period, rule: str) -> FactFound:
    where = evidence(page, *match.span())
    return FactFound(name, str(period), where, confidence=0.8, rule=rule)


def _first(
    pages: Sequence[PageText],
    words: Sequence[str],
    patterns: Sequence[re.Pattern[str]],
    is_meant: Callable[[str, str], bool],
) -> tuple[PageText, re.Match[str], Period] | None:
    left = CHARS
    for page in pages:
        text = page.text[: max(0, left)]
        for start, end in windows(lower_case(text), words, _AROUND, _AROUND):
            found = [match for one in patterns for match in one.finditer(text, start, end)]
            for match in sorted(found, key=lambda one: one.start()):
                period = _period(match)
                if period is not None and is_meant(*_clause(text, match)):
                    return page, match, period
        left -= len(page.text)
        if left <= 0:
            break
    return None


def _clause(text: str, match: re.Match[str]) -> tuple[str, str]:
    """The sentence that the wording stands in: up to its end, and behind it."""
    start = max(text.rfind(mark, max(0, match.start() - _AROUND), match.start()) for mark in ".;")
    ends = (text.find(mark, match.end(), match.end() + _AROUND) for mark in ".;")
    end = min((one for one in ends if one >= 0), default=min(len(text), match.end() + _AROUND))
    begin = max(start + 1, match.start() - _AROUND)
    return text[begin : match.end()], text[match.end() : end]


def _period(match: re.Match[str]) -> Period | None:
    """None where a letter only looks like one of the word's: "sıx" matches without case."""
    said = match["d"] or match["n"].lower()
    count = int(said) if said.isdigit() else NUMBERS.get(said)
    unit = _UNITS.get(match["unit"][0].lower())
    return None if count is None or unit is None else Period.read(str(Period(count, unit)))
