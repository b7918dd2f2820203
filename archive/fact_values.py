"""What a fact may be set to by a person: the form of each, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from archive.errors import UsageError
from archive.messages import Message
from archive.periods import Period
from archive.vocabulary import APPROVALS, KINDS


def _day(value: str) -> str:
    return date.fromisoformat(value).isoformat()


def _kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(value)
    return value


def _approval(value: str) -> str:
    if value not in APPROVALS:
        raise ValueError(value)
    return value


def _amount(value: str) -> str:
    amount = Decimal(value.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    if not amount.is_finite():
        raise ValueError(value)
    return format(amount, "f")


def _code(pattern: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(value)
        return value

    return check


def _line(value: str) -> str:
    if len(value) > 500 or "\n" in value:
        raise ValueError(value)
    return value


def _period(value: str) -> str:
    found = Period.read(value)
    if found is None:
        raise ValueError(value)
    return str(found)


_DAY = (_day, Message("a day as 2024-03-05"))
_PERIOD = (_period, Message("a length of time such as 3 months or 1 year"))
_LINE = (_line, Message("one line of at most %(most)s characters", most=500))
FORMS: Mapping[str, tuple[Callable[[str], str], Message]] = MappingProxyType(
    {
        "kind": (_kind, Message("one of %(choices)s", choices=", ".join(KINDS))),
        "number": _LINE,
        "revision": _LINE,
        "title": _LINE,
        "date": _DAY,
        "due_date": _DAY,
        "effective_from": _DAY,
        "expires_on": _DAY,
        "language": (_code("[a-z]{2,3}"), Message("an ISO 639 code such as sv")),
        "currency": (_code("[A-Z]{3}"), Message("an ISO 4217 code such as SEK")),
        "total": (_amount, Message("an amount such as 1250.00")),
        "net_total": (_amount, Message("an amount such as 1250.00")),
        "governing_law": _LINE,
        "notice_period": _PERIOD,
        "renewal": _PERIOD,
        "approval": (_approval, Message("one of %(choices)s", choices=", ".join(APPROVALS))),
    }
)


def checked_value(name: str, value: str) -> str:
    """The value in its stored form. Raises `UsageError` naming the fact and what was expected."""
    if name not in FORMS:
        raise UsageError(
            "There is no fact %(name)r; set one of %(known)s.", name=name, known=", ".join(FORMS)
        )
    check, expected = FORMS[name]
    try:
        return check(value.strip())
    except (ValueError, InvalidOperation) as error:
        raise UsageError(
            "The fact %(fact)s can't be %(value)r; expected %(expected)s.",
            fact=name,
            value=value,
            expected=expected,
        ) from error
