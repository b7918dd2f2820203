"""Digits that are written in groups: "4500 012 345" is one number, "4711 12 pcs" is two.

Nobody groups more than four digits, and all on a line are of one number only where nothing behind
them makes them a quantity, an amount or a day. Where that can't be said nothing is read: the first
group alone would be another number.
"""

from __future__ import annotations

import re
from typing import Final

from archive.spot_words import DATE, STOPS, UNIT, YEAR

_GROUPS: Final = re.compile(r"(?:[ ]\d+)+")
_REGULAR: Final = re.compile(r"\d{1,4}(?:[ ]\d{3}){2,4}")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[ ]\d{3})+")
_DAY: Final = re.compile(r"[ ](?:[0-3]?\d[ ][01]?\d[ ])?(?:19|20)\d\d")
#: An amount, an hour, a day, a word: of these the last group is a part.
_GOES_ON: Final = re.compile(r"[^\W\d_]|[.,:/-]\d")
_COLUMN: Final = re.compile(r"[ ]{2}|[ ]?[|)\]]|\t")
#: Words that stand behind a number and never behind a quantity.
_DATED: Final = re.compile(r",?[ ](?:dated|of|from|vom|daterad|den|av|från|datée?|du)\b")
_LONGEST_GROUP: Final = 4  # digits
_MOST_DIGITS: Final = 14
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
    if not _is_end(text, behind):
        return None if is_regular else end  # "4711 12 bolts"
    if len(first) > _LONGEST_GROUP:
        return None if len(others) == 1 and 3 <= len(others[0]) <= _LONGEST_GROUP else end
    fits = all(2 <= len(group) <= _LONGEST_GROUP for group in others)
    if not fits or behind - start > _MOST_DIGITS + len(others) or YEAR.fullmatch(others[-1]):
        return None
    can_be_amount = not numbered and _AMOUNT.fullmatch(text, start, behind)
    return behind if (labelled or is_regular) and not can_be_amount else None


def end_of_threes(text: str, start: int, end: int) -> int | None:
    """The same behind a prefix, where threes alone are groups: "PO 4500 012 345"."""
    if not text[start:end].isdigit() or _REGULAR.match(text, start) is None:
        return end
    return end_of_groups(text, start, end, numbered=False, labelled=False)


def _is_something_else(text: str, start: int, end: int) -> bool:
    """Whether the groups behind the first are a quantity, an amount, an hour or a day."""
    return bool(
        _GOES_ON.match(text, end)
        or UNIT.match(text[end : end + _LONGEST_UNIT].lower())
        or DATE.match(text, start + 1)
        or _DAY.fullmatch(text, start, end)
    )


def _is_end(text: str, end: int) -> bool:
    """Whether the line, its column or what is said of the number ends here."""
    return any(pattern.match(text, end) for pattern in (STOPS, _COLUMN, _DATED))
