"""Values of e-documents in our own forms: ISO dates, plain decimals, currency codes, kinds."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)|(\d{4})(\d\d)(\d\d)\d{4,6}$")


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
    try:
        amount = Decimal(text.strip().replace(" ", ""))
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) >= Decimal("1e15"):
        return None
    places = max(2, -int(amount.as_tuple().exponent))
    return f"{amount:.{places}f}"


def currency(text: str) -> str | None:
    """An ISO 4217 code."""
    return text.upper() if re.fullmatch(r"[A-Za-z]{3}", text) else None
