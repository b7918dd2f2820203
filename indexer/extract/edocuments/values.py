"""Values of e-documents in our own forms: ISO dates, plain decimals, currency codes, kinds."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)|(\d{4})(\d\d)(\d\d)\d{4,6}$")
#: As XML Schema has it, and with a small exponent: a large one writes out as many zeros.
_DECIMAL = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})(?:e[+-]?\d)?", re.ASCII | re.I)
_MOST = Decimal("1e15")
_MARK = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,19}", re.ASCII | re.IGNORECASE)


def iso_date(text: str) -> str | None:
    """`2024-03-05`, `2024-03-05T10:00:00Z`, `20240305` (format 102) as `2024-03-05`."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def plain_amount(text: str) -> str | None:
    """A decimal as XML Schema writes it, with at least two places: `1729` is `1729.00`."""
    text = text.strip().replace(" ", "")
    if not _DECIMAL.fullmatch(text):
        return None
    amount = Decimal(text)
    if abs(amount) >= _MOST:
        return None
    places = max(2, -int(amount.as_tuple().exponent))
    return f"{amount:.{places}f}"


def revision(text: str) -> str | None:
    """A revision mark as people give them: `3`, `1.2`, `B`, `2024-03`."""
    return text.strip() if _MARK.fullmatch(text.strip()) else None


def currency(text: str) -> str | None:
    """An ISO 4217 code."""
    return text.upper() if re.fullmatch(r"[A-Za-z]{3}", text) else None
