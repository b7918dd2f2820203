"""The lists, ranges and slashes that go on behind a number: "PO-2024-113, 114 and 115".

What is written in short after a whole number has as many digits and is higher. A quantity, an
amount, a day or a page that stands behind a comma must not become one: a list counts only where
the text goes on as it does behind numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from archive.scheme_types import CompiledScheme
from archive.spot_digits import is_near, next_number
from archive.spot_names import NameReader
from archive.spot_values import EXPLICIT, SHAPE, Spot
from archive.spot_words import (
    BEHIND_LIST,
    CELL_END,
    LAST_DIGITS,
    LINE,
    LIST,
    LONGEST_RANGE,
    MOST_BETWEEN,
    NEXT_BULLET,
    PLAIN_RANGE,
    RANGE,
    RANGE_END,
    SLASH,
    TAIL_DIGITS,
    TAIL_JOINT,
    UNIT,
    WORD_AFTER,
    YEAR,
    YEAR_BEFORE,
)


class ListReader(NameReader):
    """Reads what goes on behind an identifier of one text."""

    def _more(
        self,
        compiled: CompiledScheme,
        first: tuple[int, int],
        spot: Spot,
        *,
        freely: bool,
        is_plural: bool = False,
    ) -> Iterator[Spot]:
        """What goes on behind a number: ", 165 and 721", " to 118", "-118" after a plural."""
        last = first
        while after := LIST.match(self.text, last[1]):
            following = self._value(compiled, after.end(), EXPLICIT)
            if following is None or UNIT.match(self.lower, following[1]):
                return
            if not (freely or self._alike(last, following)):
                return
            item = self._item(compiled, following, spot)
            if item is None or not (is_plural or self._is_listed(last, following)):
                return
            yield item
            last = following
        self._range(compiled, last, spot, plain=is_plural)

    def _item(self, compiled: CompiledScheme, span: tuple[int, int], spot: Spot) -> Spot | None:
        """The spot of a further number that hangs on the label of `spot`."""
        return self._spot(
            compiled, *span, f"list after {spot.rule}", spot.sureness, spot.label, spot.label_start
        )

    def _alike(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether two values without a shape of their own look like two of a kind."""
        a, b = (self.text[slice(*span)] for span in (one, other))
        if abs(len(a) - len(b)) > 1 or YEAR.fullmatch(b):
            return False
        return len(a) >= 3 and re.sub(r"\d+", "9", a) == re.sub(r"\d+", "9", b)

    def _is_listed(self, last: tuple[int, int], following: tuple[int, int]) -> bool:
        """Whether what is behind the one number of a label is another: "no 4711, 300 pumps"."""
        before, value = (self.text[slice(*span)] for span in (last, following))
        if not value.isdigit() or not WORD_AFTER.match(self.lower, following[1]):
            return True
        if BEHIND_LIST.match(self.text, following[1]):
            return True
        return len(value) == len(before) and is_near(before, value)

    def _bullets(self, compiled: CompiledScheme, end: int, spot: Spot) -> Iterator[Spot]:
        """The further items of a list of one number a line, each behind its bullet."""
        while bullet := NEXT_BULLET.match(self.text, end):
            following = self._value(compiled, bullet.end(), EXPLICIT)
            item = self._item(compiled, following, spot) if following else None
            if following is None or item is None:
                return
            yield item
            end = following[1]

    def _lines(
        self, compiled: CompiledScheme, first: tuple[int, int], spot: Spot
    ) -> Iterator[Spot]:
        """The further lines below a label in the plural that are a number and nothing else."""
        last = first
        while line := LINE.match(self.text, last[1]):
            following = self._value(compiled, line.end(), EXPLICIT)
            if following is None or not self._alike(last, following):
                return
            item = self._item(compiled, following, spot)
            if item is None or not CELL_END.match(self.text, following[1]):
                return
            yield item
            last = following

    def _range(
        self, compiled: CompiledScheme, last: tuple[int, int], spot: Spot, *, plain: bool = False
    ) -> None:
        """Keep the numbers of "INV-101 to INV-105", each with the whole range as its quote."""
        joint = RANGE.match(self.text, last[1])
        if joint is None and plain:
            joint = PLAIN_RANGE.match(self.text, last[1])
        if joint is None:
            return
        end = RANGE_END.match(self.text, joint.end())
        first_digits = LAST_DIGITS.search(self.text[slice(*last)])
        if end is None or first_digits is None:
            return
        low, high = first_digits.group(), end[1]
        stem = self.text[last[0] : last[1] - len(low)]
        head = self.text[joint.end() : end.start(1)]
        if head not in ("", stem) or not _is_range(low, high):
            return
        if UNIT.match(self.lower, end.end()):
            return  # "no 4711 - 4715 pcs"
        if len(self.between) >= MOST_BETWEEN:
            return
        start, stop = self.folded.at(last[0]), self.folded.end(end.end())
        for number in range(int(low) + 1, int(high) + 1):
            written = f"{stem}{number:0{len(low)}d}"
            key, groups = compiled.key_of(written)
            self.between.append(
                replace(
                    spot, start=start, end=stop, written=written, key=key, groups=groups,
                    rule=f"range after {spot.rule}",
                )
            )  # fmt: skip

    def _before_range(self, span: tuple[int, int]) -> tuple[int, int]:
        """The first number of "101-105", which behind a plural is a range."""
        low, dash, high = self.text[slice(*span)].rpartition("-")
        digits = LAST_DIGITS.search(low)
        if not dash or digits is None or len(digits.group()) < 3 or YEAR.fullmatch(low):
            return span
        if not high.isdigit() or not _is_range(digits.group(), high):
            return span
        return span[0], span[0] + len(low)

    def _tails(
        self, compiled: CompiledScheme, spot: Spot, end: int, *, by_sign: bool
    ) -> Iterator[Spot]:
        """PO-2024-114 of "PO-2024-113/114", "PO-2024-113, -114" and "PO-2024-113 and 114".

        `by_sign`: only what a slash parts, where a number is less sure or has lists of its own.
        """
        is_shape, rule = spot.sureness == SHAPE and not by_sign, spot.rule
        found, certain, is_closed = [spot], 1, False
        while joint := self._joint(end, is_shape):
            year = YEAR_BEFORE.search(spot.written)
            is_whole = year is not None and self.text.startswith(year[1], joint.end())
            start = joint.end() + (len(year[1]) if year and is_whole else 0)
            tail = TAIL_DIGITS.match(self.text, start)
            if tail is None:
                break
            written = next_number(spot.written, tail.group(), by_slash=joint["sign"] == "/")
            if written is None or UNIT.match(self.lower, tail.end()):
                break
            if spot.sureness != SHAPE and not is_near(spot.written, written):
                break
            key, groups = compiled.key_of(written)
            kind = "slash" if joint["sign"] == "/" else "list"
            is_closed = is_closed or joint["and"] is not None
            end = tail.end()
            spot = replace(
                spot, start=self.folded.at(joint.end()), end=self.folded.end(end),
                written=written, key=key, groups=groups, rule=f"{kind} after {rule}",
            )  # fmt: skip
            found.append(spot)
            if joint["sign"]:  # there is nothing else that it can be
                certain = len(found)
        if len(found) > certain and self._stands(end, found, is_closed):
            certain = len(found)
        yield from found[1:certain]

    def _joint(self, end: int, is_shape: bool) -> re.Match[str] | None:
        """What parts a number from one in short; a comma or a word only where both are shapes."""
        return SLASH.match(self.text, end) or (
            TAIL_JOINT.match(self.text, end) if is_shape else None
        )

    def _stands(self, end: int, found: list[Spot], is_closed: bool) -> bool:
        """Whether a list without signs is one: "and" closes it, or its numbers are neighbours."""
        if not BEHIND_LIST.match(self.text, end):
            return False  # "CR-118 and 200 pumps"
        if is_closed:
            return True
        written = [one.written for one in found]
        is_long = written[0][-3:].isdigit()  # "CR-12, 15" may be anything
        return is_long and all(is_near(a, b) for a, b in pairwise(written))


def _is_range(low: str, high: str) -> bool:
    return len(low) == len(high) >= 2 and 0 < int(high) - int(low) <= LONGEST_RANGE
