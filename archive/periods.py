"""Lengths of time as contracts word them, `3 months`, and days counted by them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

UNITS: Final = ("day", "week", "month", "year")
LONGEST_YEARS: Final = 100
_FORM: Final = re.compile(r"([1-9]\d{0,3}) (day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Period:
    """So many days, weeks, months or years."""

    count: int
    unit: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What is written so: `1 year`, `90 days`; None for anything else, or what is too long."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            return None
        found = cls(int(match[1]), match[2])
        return found if found._days() <= LONGEST_YEARS * 366 else None

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, day: date, times: int = 1) -> date:
        """The day so long behind `day`; a negative number of times before it.

        The 31st of a month that has none is its last day. Raises `OverflowError` outside the
        calendar.
        """
        count = self.count * times
        if self.unit in ("day", "week"):
            return day + timedelta(days=count * (7 if self.unit == "week" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if self.unit == "year" else 1)
        year, month = divmod(months, 12)
        if not date.min.year <= year <= date.max.year:
            raise OverflowError(f"{day} and {self}")
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))

    def until(self, first: date, day: date) -> date:
        """`first`, or the first day that is no earlier than `day` and whole periods behind it.

        Raises `OverflowError` outside the calendar.
        """
        if first >= day:
            return first
        times = max(1, (day - first).days // self._days())  # no period is longer: never too many
        while (found := self.after(first, times)) < day:
            times += 1
        return found

    def _days(self) -> int:
        """So many at most."""
        return self.count * {"day": 1, "week": 7, "month": 31, "year": 366}[self.unit]
