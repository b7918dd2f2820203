"""What the fields of the query language mean: `kind:invoice`, `date:2023..2024`, `total:>10000`.

A value that is not understood makes a note and no filter, so that it never empties a list unsaid.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final, TypeAlias

from archive.parties import party_key
from archive.vocabulary import KINDS, REASONS, STATUSES
from indexer.extract.kind_words import TITLES
from indexer.search.analysis import squeezed, tokens
from indexer.search.answers import Message
from indexer.search.fields import NEVER, amount_number, folded_path
from indexer.search.tree import Field


@dataclass(frozen=True, slots=True)
class Is:
    """Documents with any of these terms."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begins:
    """Documents with a term that begins so."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Named:
    """Documents with these tokens side by side in a field of names."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfParty:
    """Documents that name a party so, or by another of its names: those with these keys."""

    tokens: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Documents whose number in this field lies in a closed range."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Documents of a register's entry; its collection is found out by who is asked.

    `called` are entries (collection, code as it is compared) that have what was asked for as name.
    """

    register: str
    code: str
    called: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Linked:
    """Documents that cite this one or an identifier, or are cited by a document."""

    name: str  # cites, cited-by
    target: str


@dataclass(frozen=True, slots=True)
class InCollection:
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a field filters nothing."""

    message: Message


Filter: TypeAlias = Is | Begins | Named | OfParty | Within | Entry | Linked | InCollection | Problem

_PART_OF_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_COMPARED: Final = re.compile(r"(>=|<=|>|<|=|≥|≤)\s*(.+)$")
_AMOUNT: Final = re.compile(r"-?\d[\d\s\u00a0\u202f'’.,]*$")
_OPEN: Final = ("", "*")


def understand(field: Field) -> Filter:
    """What one field filters by. Settings (`as-of:`, `on:`, `versions:`) are not asked here."""
    if not field.value:
        return Problem(Message("empty-field", {"field": field.name}))
    return _FIELDS[field.name](field.value)


def read_day(value: str) -> date | None:
    """The last day that a date, month or year names, for `on:` and `as-of:`."""
    days = _days(value)
    return None if days is None else days[1]


def end_of(day: date) -> datetime:
    """The last instant of a day: what was known on it was known by its end (UTC)."""
    return datetime.combine(day, time.max, UTC)


def _days(value: str) -> tuple[date, date] | None:
    """First and last day of `2024`, `2024-03` or `2024-03-05`."""
    match = _PART_OF_DATE.match(value.strip())
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        return None


def _range(value: str, ends: Callable[[str], tuple[int, int] | None]) -> tuple[int, int] | None:
    """The closed range that `a..b`, `>=a`, `<a` or `a` names; None where it names none."""
    if ".." in value:
        left, _, right = value.partition("..")
        low = (-NEVER, -NEVER) if left.strip() in _OPEN else ends(left)
        high = (NEVER, NEVER) if right.strip(" .") in _OPEN else ends(right.lstrip("."))
        if low is None or high is None or (low[0], high[1]) == (-NEVER, NEVER):
            return None
        if low[0] > high[1]:  # nothing lies between them
            return None
        return low[0], high[1]
    match = _COMPARED.match(value)
    found = ends(match[2] if match else value)
    if found is None:
        return None
    first, last = found
    sign = match[1] if match else "="
    ranges = {
        ">": (last + 1, NEVER), ">=": (first, NEVER), "≥": (first, NEVER), "=": (first, last),
        "<": (-NEVER, first - 1), "<=": (-NEVER, last), "≤": (-NEVER, last),
    }  # fmt: skip
    return ranges[sign]


def _day_numbers(value: str) -> tuple[int, int] | None:
    days = _days(value)
    return None if days is None else (days[0].toordinal(), days[1].toordinal())


def _amounts(value: str) -> tuple[int, int] | None:
    """An amount as people type it: 10000, 10 000, 10,000.50, 10.000,50."""
    text = value.strip()
    if not _AMOUNT.match(text):
        return None
    digits = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    whole, cents = digits, ""
    if match := re.search(r"[.,](\d{1,2})$", digits):
        whole, cents = digits[: match.start()], match[1]
    number = amount_number(f"{Decimal(re.sub(r'[.,]', '', whole))}.{cents or 0}")
    return None if number is None else (number, number)


def _date(value: str) -> Filter:
    days = _range(value, _day_numbers)
    return Within("date", *days) if days else Problem(Message("bad-date", {"value": value}))


def _total(value: str) -> Filter:
    found = _range(value, _amounts)
    return Within("total", *found) if found else Problem(Message("bad-amount", {"value": value}))


def _kind(value: str) -> Filter:
    wanted = squeezed(value)
    found = [kind for kind in KINDS if squeezed(kind) == wanted]
    found = found or [kind for kind, words in TITLES.items() if wanted in map(squeezed, words)]
    if found:
        return Is("kind", tuple(found))
    return Problem(Message("unknown-kind", {"value": value, "known": ", ".join(KINDS)}))


def _status(value: str) -> Filter:
    known = (*STATUSES, *REASONS)
    found = [status for status in known if status == value.casefold()]
    return (
        Is("status", tuple(found))
        if found
        else Problem(Message("unknown-status", {"value": value}))
    )


def _language(value: str) -> Filter:
    if re.fullmatch(r"[A-Za-z]{2,3}", value):
        return Is("language", (value.lower(),))
    return Problem(Message("unknown-value", {"field": "language", "value": value}))


def _number(value: str) -> Filter:
    wanted = squeezed(value)
    if not wanted:
        return Problem(Message("unknown-value", {"field": "number", "value": value}))
    return Begins("number", wanted) if value.endswith("*") else Is("number", (wanted,))


def _party(value: str) -> Filter:
    found = tuple(tokens(value))
    return OfParty(found, (party_key(value),)) if found else _nothing("party", value)


def _paper(value: str) -> Filter:
    found = tuple(tokens(value))
    return Named("paper", found) if found else _nothing("paper", value)


def _path(value: str) -> Filter:
    if value.endswith("*"):
        return Begins("path", folded_path(value.rstrip("*")))
    if "/" in value:
        folded = folded_path(value.removeprefix("/"))
        return Is("path", (folded,) if folded.endswith("/") else (folded, f"{folded}/"))
    found = tuple(tokens(value))
    return Named("place", found) if found else _nothing("path", value)


def _entry(register: str) -> Callable[[str], Filter]:
    def make(value: str) -> Filter:
        code = squeezed(value)
        return Entry(register, code) if code else _nothing(register, value)

    return make


def _nothing(field: str, value: str) -> Problem:
    return Problem(Message("unknown-value", {"field": field, "value": value}))


_FIELDS: Final[Mapping[str, Callable[[str], Filter]]] = {
    "kind": _kind,
    "number": _number,
    "party": _party,
    "product": _entry("product"),
    "change": _entry("change"),
    "milestone": _entry("milestone"),
    "path": _path,
    "paper": _paper,
    "date": _date,
    "total": _total,
    "language": _language,
    "status": _status,
    "cites": lambda value: Linked("cites", value),
    "cited-by": lambda value: Linked("cited-by", value),
    "collection": InCollection,
}
