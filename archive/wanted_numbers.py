"""Which references wait for one number: those of its key that no border and no issuer tells apart.

INV-101-12 and INV-1011-2 have one key, and INV-7 of two parties is one spelling: each is a line
of its own. What is written without borders, or by a paper that names no issuer, is the one that the
others of its key mean, if that is only one; else it stands alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_

from archive.keys import is_bordered
from archive.ruled import has_border

#: What tells the numbers of one key apart: groups and issuer, "" where there is none.
Marks = tuple[str, str]


#: What a number is told by, the last two of it its marks.
Number = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number that somebody means: by its marks, or None where its key has no other."""

    scheme: str
    key: str
    marks: Marks | None = None

    @classmethod
    def of(cls, text: str) -> Wanted:
        """The number that `str` wrote so."""
        scheme, key, *marks = text.split("/", 2)
        groups, _, issuer = "".join(marks).rpartition("/")
        return cls(scheme, key, (groups, issuer) if marks else None)

    def __str__(self) -> str:
        return "/".join((self.scheme, self.key, *(self.marks or ())))


def marks_of(row: Any) -> Marks:
    """The marks of a reference, or of a row that has them."""
    return row.groups or "", row.issuer or ""


def number_of(row: Any) -> Number:
    """The number of a reference: scheme, key, marks."""
    return (row.scheme, row.key, *marks_of(row))


def gathered_numbers(several: Iterable[Number]) -> dict[Number, Number]:
    """By each number the one under which it stands."""
    of_key: dict[Number, set[Marks]] = defaultdict(set)
    for one in several:
        of_key[one[:-2]].add((one[-2], one[-1]))
    return {
        (*key, *marks): (*key, *under)
        for key, every in of_key.items()
        for marks, under in _gathered(every).items()
    }


def _gathered(several: set[Marks]) -> dict[Marks, Marks]:
    alike = {(groups.replace("/", "|"), issuer) for groups, issuer in several}
    found = {}
    for groups, issuer in several:
        ours = (groups.replace("/", "|"), issuer)
        over = [one for one in alike if one != ours and _is_under(ours, one, several)]
        top = [one for one in over if all(_is_under(two, one, several) for two in over)]
        found[groups, issuer] = top[0] if top else ours
    return found


def _is_under(one: Marks, other: Marks, several: set[Marks]) -> bool:
    is_joined = not is_bordered(one[0]) and is_bordered(other[0]) and other in several
    return (one[0] == other[0] or is_joined) and one[1] in ("", other[1])


def suffix_of(row: Any) -> str:
    """What the name of a line has behind its key; see `suffix`."""
    groups, issuer = marks_of(row)
    groups = groups.replace("/", "|") if is_bordered(groups) else ""
    return f"/{groups}/{issuer}" if issuer else f"/{groups}" if groups else ""


def suffix(row: Any) -> ColumnElement[str]:
    """The same for the database: nothing where neither a border nor an issuer tells it apart."""
    groups = case((has_border(row.groups), literal("/") + _soft(row)), else_="")
    with_issuer = case((has_border(row.groups), groups), else_="/") + "/" + row.issuer
    return case((row.issuer.is_(None), groups), else_=with_issuer)


def is_alike(one: Any, other: Any) -> ColumnElement[bool]:
    """Have two references of one key the same marks?"""
    issuers = (func.coalesce(row.issuer, "") for row in (one, other))
    return and_(_soft(one) == _soft(other), next(issuers) == next(issuers))


def stands_under(row: Any, others: tuple[Any, Any], waits: Any) -> ColumnElement[bool]:
    """Does a reference stand under another one of its key, as `gathered_numbers` has it?

    `waits(other)` are the conditions under which another one of its key is there.
    """
    one, two = others
    is_over_it = exists().where(*_is_over(two, row), ~and_(*_is_over(one, two)), *waits(two))
    is_top = ~is_over_it.correlate(row, one)  # by itself it would look at any other `row` at all
    return exists().where(*_is_over(one, row), ~is_alike(one, row), is_top, *waits(one))


def _is_over(one: Any, other: Any) -> tuple[ColumnElement[bool], ...]:
    """Has one the marks of the other, or more?"""
    is_fuller = and_(~has_border(other.groups), has_border(one.groups), ~one.groups.contains("/"))
    return (
        or_(_soft(one) == _soft(other), is_fuller),
        or_(other.issuer.is_(None), func.coalesce(one.issuer, "") == other.issuer),
    )


def _soft(row: Any) -> ColumnElement[str]:
    return func.replace(func.coalesce(row.groups, ""), "/", "|")
