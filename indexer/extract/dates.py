"""Dates as people write them in English, Swedish, German and French, strictly.

`03/04/2024` is April or March. It is decided by the other dates of the document, by its language,
or not at all: of a date that stays open both readings are kept, for a person to choose.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

#: Order of day and month in numeric dates.
DAY_FIRST: Final = "dmy"
MONTH_FIRST: Final = "mdy"

#: Years outside are misread numbers: contracts cite laws of the century before last.
FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2100
#: Two-digit years above are of the last century.
PIVOT: Final = 69

MONTHS: Final[dict[int, str]] = {
    1: "january januari januar janvier januari jan janv",
    2: "february februari februar februar février feb febr févr fév",
    3: "march mars märz maart mar mär mrz",
    4: "april avril apr avr",
    5: "may maj mai mei",
    6: "june juni juin jun",
    7: "july juli juillet jul juil",
    8: "august augusti août augustus aug",
    9: "september septembre sep sept",
    10: "october oktober octobre oct okt",
    11: "november novembre nov",
    12: "december dezember décembre dec dez déc des",
}


@dataclass(frozen=True, slots=True)
class DateFound:
    """One date and where it stands. `iso` is None where day and month can't be told apart."""

    start: int
    end: int
    iso: str | None
    order: str | None = None  # what a numeric date proves of the document's order
    readings: tuple[str, ...] = ()  # of one that stays open: all days that it may be


@dataclass(frozen=True, slots=True)
class DateRules:
    """Compiled patterns and month names."""

    pattern: re.Pattern[str]
    months: dict[str, int]


@cache
def date_rules() -> DateRules:
    """The rules, made once a process."""
    months = {name: number for number, names in MONTHS.items() for name in names.split()}
    pattern = re.compile(
        r"""(?<![\w/.-])(?<!\d[:,])(?:
          (?P<iy>\d{4})(?P<is>[-/.])(?P<im>\d{1,2})(?P=is)(?P<id>\d{1,2})(?![\w/]|[-.]\d)
        | (?P<a>\d{1,2})(?P<s>[-/.])[ ]?(?P<b>\d{1,2})(?P=s)[ ]?(?P<c>\d{4}|\d{2})
          (?![\w/]|[-.,:]\d)
        | (?P<sd>\d{1,2})/(?P<sm>\d{1,2})[-\s](?P<sy>\d{4})(?!\w)
        | (?P<td>\d{1,2})[ ]?(?:st|nd|rd|th|er|:e|:a)?\.?(?:\s+day)?(?:\s+of)?,?[\s-]{1,3}
          (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s{1,3})?
          (?P<tm>[^\W\d_]{3,9})\.?,?[\s-]{1,3}(?P<ty>\d{4}|\d{2}(?=[\s,;)]|$))(?!\w)
        | (?P<mm>[^\W\d_]{3,9})\.?\s+(?P<md>\d{1,2})(?:[ ]?(?:st|nd|rd|th))?[ ]?
          (?:,\s*|\s+)(?P<my>\d{4})(?!\w)
        )""",
        re.IGNORECASE | re.VERBOSE,
    )
    return DateRules(pattern, months)


def iso(year: int, month: int, day: int) -> str | None:
    """The ISO date, or nothing for days that don't exist or years that nobody means."""
    if year < 100:
        year += 1900 if year > PIVOT else 2000
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def find_dates(
    text: str, start: int = 0, end: int | None = None, *, order: str | None = None
) -> Iterator[DateFound]:
    """Dates in order of place. Without `order` those that can be read both ways stay open."""
    rules = date_rules()
    for match in rules.pattern.finditer(text, start, len(text) if end is None else end):
        found = _date_of(match, rules.months, order)
        if found is not None:
            yield found


def _date_of(match: re.Match[str], months: dict[str, int], order: str | None) -> DateFound | None:
    part = match.groupdict()
    value: str | None
    if part["iy"]:
        value = iso(int(part["iy"]), int(part["im"]), int(part["id"]))
    elif part["sy"]:
        value = iso(int(part["sy"]), int(part["sm"]), int(part["sd"]))
    elif part["ty"]:
        value = iso(int(part["ty"]), months.get(part["tm"].lower(), 0), int(part["td"]))
    elif part["my"]:
        value = iso(int(part["my"]), months.get(part["mm"].lower(), 0), int(part["md"]))
    else:
        return _numeric(match, order)
    return None if value is None else DateFound(*match.span(), value)


def _numeric(match: re.Match[str], order: str | None) -> DateFound | None:
    """`a s b s c`: what is possible; with dots day first (never American); else by the order.

    24-03-05 may be of 2024, as in Sweden, or of 2005: it stays open.
    """
    first, second, third = (int(match.group(name)) for name in "abc")
    separator, short_year = match.group("s"), len(match.group("c")) == 2
    possible = {DAY_FIRST: iso(third, second, first)}
    if separator != ".":
        possible[MONTH_FIRST] = iso(third, first, second)
    if separator == "-" and short_year:
        possible["ymd"] = iso(first, second, third)
    values = {value for value in possible.values() if value}
    if not values:
        return None
    if len(values) == 1:
        said = [name for name, value in possible.items() if value]
        is_proof = len(said) == 1 and (separator == "/" or (separator == "-" and not short_year))
        proves = said[0] if is_proof else None
        return DateFound(*match.span(), values.pop(), proves)
    decided = None if "ymd" in possible else possible.get(order or "")
    return DateFound(*match.span(), decided, readings=() if decided else tuple(sorted(values)))


def date_order(text: str, language: str | None, *, end: int = 20_000) -> str | None:
    """Whether the document writes day or month first: by a date that leaves no choice, by language.

    Of English only an American ZIP code or state says "month first", only a pound sign, a British
    postcode, a European VAT number or a telling country "day first". Two dates that prove opposite
    orders prove nothing.
    """
    proofs = {found.order for found in find_dates(text, 0, end) if found.order}
    if len(proofs) == 1:
        return proofs.pop()
    if proofs:
        return None
    if language in {"sv", "de", "fr", "nl", "da", "no", "fi", "it", "es", "pl"}:
        return DAY_FIRST
    if language == "en":
        american = bool(_AMERICAN.search(text, 0, end))
        british = bool(_BRITISH.search(text, 0, end))
        if american != british:
            return MONTH_FIRST if american else DAY_FIRST
    return None


#: "Scranton PA 18503", "Delaware"; "SW1A 2AA", "VAT no. GB 123456789", "Malaysia": where somebody
#: sits and is registered. Of moneys only the pound sign says so: who exports bills in euros.
_AMERICAN: Final = re.compile(
    r",? [A-Z]{2} \d{5}(?:-\d{4})?\b|\bUSA\b|\bDelaware\b|\bUnited States\b"
)
_BRITISH: Final = re.compile(
    r"£|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b(?:GB|IE|SE|DE|NL|DK|FI|FR) ?\d{8,12}\b"
    r"|\bUnited Kingdom\b|\bIreland\b|\bSweden\b|\bIndia\b|\bMalaysia\b"
)


def add_term(start: str, *, years: int = 0, months: int = 0, days: int = 0) -> str:
    """The day that many years, months or days after an ISO date, clipped to the month's end."""
    base = datetime.date.fromisoformat(start)
    month = base.month - 1 + months + 12 * years
    year, month = base.year + month // 12, month % 12 + 1
    day = min(base.day, calendar.monthrange(year, month)[1])
    return (datetime.date(year, month, day) + datetime.timedelta(days=days)).isoformat()
