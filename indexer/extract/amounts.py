"""Amounts and currencies as people write them: `1 234,50 kr`, `$1,234.50`, `1.234,50 €`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

#: Sign or word → ISO 4217. `kr` and `$` belong to several countries, see `currency_of`.
SIGNS: Final[dict[str, str]] = {
    "€": "EUR", "£": "GBP", "$": "USD", "US$": "USD", "₹": "INR", "Rs": "INR", "Rs.": "INR",
    "RM": "MYR", "zł": "PLN", "¥": "JPY", "kr": "SEK", "kr.": "SEK", "Kč": "CZK", "CA$": "CAD",
    "A$": "AUD", "S$": "SGD", "Euro": "EUR", "kronor": "SEK",
}  # fmt: skip
CODES: Final = (
    "SEK", "EUR", "USD", "GBP", "NOK", "DKK", "CHF", "PLN", "JPY", "INR", "MYR", "CAD", "AUD",
    "CNY", "CZK", "HUF", "SGD", "NZD", "ISK", "RON", "BGN", "TRY", "ZAR", "BRL", "MXN", "HKD",
    "KRW", "THB", "AED", "OMR", "SAR", "ILS",
)  # fmt: skip
KRONOR: Final = {"no": "NOK", "nb": "NOK", "da": "DKK", "is": "ISK"}


@dataclass(frozen=True, slots=True)
class AmountFound:
    """One amount, where its digits stand, and the currency written at it (a code), if any."""

    start: int
    end: int
    value: Decimal
    currency: str | None
    has_cents: bool


@dataclass(frozen=True, slots=True)
class AmountRules:
    pattern: re.Pattern[str]
    currency: re.Pattern[str]


@cache
def amount_rules() -> AmountRules:
    """The rules, made once a process."""
    signs = sorted({*SIGNS, *CODES}, key=lambda sign: -len(sign))
    written = "|".join(re.escape(sign) for sign in signs)
    currency = rf"(?<![^\W\d])(?:{written})(?![^\W\d])"
    number = (
        r"(?P<minus>[-−–]\s?)?"
        r"(?P<whole>\d{1,3}(?:(?P<by>[ \u00a0\u202f'’.,])\d{3}(?:(?P=by)\d{3})*)?(?!\d)|\d+)"
        r"(?P<cents>[.,]\d{1,2}(?!\d)|:-|,-|:\d\d(?!\d))?"
    )
    pattern = re.compile(
        rf"(?:(?P<before>{currency})[ \u00a0]{{0,3}}|(?<![\w.,/-]))(?:{number})"
        r"(?![\w/%]|[.,:]\d|-\d|[ ]?%)"
        rf"(?:[ \u00a0]?(?P<after>{currency}))?"
    )
    return AmountRules(pattern, re.compile(currency))


def find_amounts(text: str, start: int = 0, end: int | None = None) -> Iterator[AmountFound]:
    """Amounts in order of place. Any plain number is one; what it means is said by its label."""
    stop = len(text) if end is None else end
    for match in amount_rules().pattern.finditer(text, start, stop):
        whole = re.sub(r"\D", "", match.group("whole"))
        cents = re.sub(r"\D", "", match.group("cents") or "")
        if len(whole) > 13:
            continue
        value = Decimal(f"{'-' if match.group('minus') else ''}{whole}.{cents or '0'}")
        sign = match.group("after") or match.group("before")
        first = match.start("minus") if match.group("minus") else match.start("whole")
        last = match.end("cents") if match.group("cents") else match.end("whole")
        code = None if sign is None else SIGNS.get(sign, sign)
        yield AmountFound(first, last, value, code, bool(match.group("cents")))


def plain(value: Decimal) -> str:
    """`1250.00`: at least two places, no grouping."""
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{places}f}"


def currency_of(code: str, language: str | None) -> str:
    """Kronor are those of the document's language."""
    return KRONOR.get(language or "", code) if code == "SEK" else code


def find_currencies(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where currencies are written, as spans."""
    stop = len(text) if end is None else end
    for match in amount_rules().currency.finditer(text, start, stop):
        yield match.span()
