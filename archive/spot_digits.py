"""Digits in groups, and numbers in short: where a number ends, and which one a tail means.

"4500 012 345" is one number, "4711 12 pcs" is a number and a quantity. Nobody groups more than four
digits, and all on a line are of one number only where nothing behind them makes them a quantity, an
amount or a day. Where that can't be said nothing is read: the first group alone would be another
number.
"""

from __future__ import annotations

import re
from typing import Final

from archive.spot_words import DATE, LAST_DIGITS, LONGEST_RANGE, STOPS, UNIT, YEAR

_GROUPS: Final = re.compile(r"(?:[ ]\d+)+")
_REGULAR: Final = re.compile(r"\d{1,4}(?:[ ]\d{3}){2,4}")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[ ]\d{3})+")
_SMALL_AMOUNT: Final = re.compile(r"[ ]\d{1,2}(?:[ ]\d{3})+")
_MONTH: Final = re.compile(
    r"[.]?[ ](?:jan|feb|fév|mar|mär|apr|avr|ma[ijy]|jui?[nl]|aug|aoû|sep|o[ck]t|nov|de[cz]|déc)",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"[ ](?:[0-3]?\d[ ][01]?\d[ ])?(?:19|20)\d\d")
#: An amount, an hour, a day, a word: of these the last group is a part.
_GOES_ON: Final = re.compile(r"[^\W\d_]|[.,:/-]\d")
_COLUMN: Final = re.compile(r"[ ]{2}|[ ]?[|)\]]|\t")
#: Words that stand behind a number and never behind a quantity.
_DATED: Final = re.compile(r",?[ ](?:dated|of|from|vom|daterad|den|av|från|datée?|du)\b")
_LONGEST_GROUP: Final = 4  # digits
_MOST_DIGITS: Final = 14
_MANY_DIGITS: Final = 5  # no number with its year
#: What has a number that begins with a year behind a dash with spaces: no other year.
_BEHIND_YEAR: Final = re.compile(r"(?: - ?|- )(?!(?:19|20)\d\d(?!\d))\d{3,6}(?![\w.,:]\w|\w)")
_TAIL: Final = re.compile(r"\d+(?![^/])")
_LONGEST_UNIT: Final = 20  # characters


def end_of_groups(text: str, start: int, end: int, *, numbered: bool, labelled: bool) -> int | None:
    """Where the number ends whose first digits are these; None where that can't be said.

    `numbered`: behind a number word, where no amount stands; `labelled`: behind that or a colon.

    >>> end_of_groups("4500 012 345", 0, 4, numbered=False, labelled=False)
    12
    >>> end_of_groups("4711 12 pcs", 0, 4, numbered=True, labelled=True)
    4
    >>> end_of_groups("4711 12", 0, 4, numbered=False, labelled=False) is None
    True
    """
    run = _GROUPS.match(text, end)
    if run is None or not text[start:end].isdigit():
        return end
    behind = run.end()
    first, *others = text[start:behind].split(" ")
    is_regular = _REGULAR.fullmatch(text, start, behind) is not None
    if is_regular and len(first) == _LONGEST_GROUP and others[0].startswith("0"):
        return behind  # no amount, no quantity
    if _is_something_else(text, end, behind) and not (len(first) < 5 and _DAY.match(text, end)):
        return end
    if not _is_end(text, behind):  # "4711 12 bolts", but "123 45 Pump" may be either
        return None if is_regular or len(first) < _LONGEST_GROUP else end
    if len(first) > _LONGEST_GROUP:
        return None if len(others) == 1 and 3 <= len(others[0]) <= _LONGEST_GROUP else end
    if _are_neighbours(first, others[0]):
        return end  # "4711 4712"
    fits = all(2 <= len(group) <= _LONGEST_GROUP for group in others)
    fits = fits and behind - start <= _MOST_DIGITS + len(others)
    if not fits or YEAR.fullmatch(others[-1]) or _SMALL_AMOUNT.fullmatch(text, end, behind):
        return None
    can_be_amount = not numbered and _AMOUNT.fullmatch(text, start, behind)
    return behind if (labelled or is_regular) and not can_be_amount else None


def end_of_threes(text: str, start: int, end: int) -> int | None:
    """The same behind a prefix, where threes alone are groups: "PO 4500 012 345"."""
    if not text[start:end].isdigit() or _REGULAR.match(text, start) is None:
        return end
    return end_of_groups(text, start, end, numbered=False, labelled=False)


def end_of_year(text: str, start: int, end: int) -> int | None:
    """Where a number ends of which this may be the year; None where that can't be said.

    >>> end_of_year("2024 - 113.", 0, 4), end_of_year("2024.", 0, 4)
    (10, 4)
    >>> end_of_year("2024 - 113 pumps", 0, 4) is None
    True
    """
    behind = _BEHIND_YEAR.match(text, end) if YEAR.fullmatch(text, start, end) else None
    if behind is None:
        return end
    return behind.end() if _is_end(text, behind.end()) else None


def _is_something_else(text: str, start: int, end: int) -> bool:
    """Whether the groups behind the first are a quantity, an amount, an hour or a day."""
    return bool(
        _GOES_ON.match(text, end)
        or _MONTH.match(text, end)
        or UNIT.match(text[end : end + _LONGEST_UNIT].lower())
        or DATE.match(text, start + 1)
        or _DAY.fullmatch(text, start, end)
    )


def _is_end(text: str, end: int) -> bool:
    """Whether the line, its column or what is said of the number ends here."""
    return any(pattern.match(text, end) for pattern in (STOPS, _COLUMN, _DATED))


def next_number(written: str, tail: str, *, by_slash: bool) -> str | None:
    """The number that `tail` means in short behind `written`; None where it can't be one.

    As many digits, and higher. Behind a slash fewer are the last of the very next number: what is
    less near may be a line of the order or a year.

    >>> next_number("PO-2024-113", "115", by_slash=False)
    'PO-2024-115'
    >>> [next_number("450046", tail, by_slash=True) for tail in ("47", "50")]
    ['450047', None]
    """
    digits = LAST_DIGITS.search(written)
    if digits is None:
        return None
    last = digits.group()
    if len(tail) == len(last):
        is_one = int(tail) > int(last) and not YEAR.fullmatch(tail)
    else:
        is_one = (
            by_slash
            and 2 <= len(tail) < len(last)
            and not tail.startswith("0")
            and not YEAR.fullmatch(last)
            and int(tail) == int(last[-len(tail) :]) + 1
            and sum(map(str.isdigit, written)) >= _MANY_DIGITS
        )
    return f"{written[: digits.end() - len(tail)]}{tail}" if is_one else None


def _are_neighbours(one: str, other: str) -> bool:
    return (
        len(one) == len(other) == _LONGEST_GROUP
        and next_number(one, other, by_slash=False) is not None
        and is_near(one, other)
    )


def is_near(written: str, following: str) -> bool:
    """Whether few numbers lie between two that differ in their last digits."""
    low, high = LAST_DIGITS.search(written), LAST_DIGITS.search(following)
    if low is None or high is None:
        return False
    return int(high.group()) - int(low.group()) <= LONGEST_RANGE


def before_slash(text: str, start: int, end: int) -> int:
    """Where a labelled number ends that has its date, or the next number, behind a slash.

    >>> before_slash("4500012345/2024-03-05", 0, 21), before_slash("4500012345/46", 0, 13)
    (10, 10)
    >>> before_slash("77/2020", 0, 7)
    7
    """
    slash = text.find("/", start, end)
    if slash < 0:
        return end
    tail = _TAIL.match(text, slash + 1, end)
    following = next_number(text[start:slash], tail.group(), by_slash=True) if tail else None
    is_pair = (
        following is not None
        and text[slash + 1] != "0"  # of a part
        and sum(map(str.isdigit, text[start:slash])) >= _MANY_DIGITS
        and is_near(text[start:slash], following)
    )
    return slash if is_pair or DATE.match(text, slash + 1) else end
