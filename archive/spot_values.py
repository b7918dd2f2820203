"""One identifier in a text, and the lists, ranges and slashes that go on behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from archive.keys import Folded, fold
from archive.scheme_types import CompiledScheme, Label
from archive.spot_groups import end_of_groups, end_of_threes
from archive.spot_words import (
    AMOUNT,
    CODE,
    DATE,
    LIST,
    LONGEST_RANGE,
    MOST_BETWEEN,
    NEXT_BULLET,
    ONLY_DIGITS,
    RANGE,
    RANGE_END,
    SLASH,
    STOPS,
    TAIL_DIGITS,
    UNIT,
    YEAR,
)

#: How sure a reading is; the surer one wins where two overlap.
EXPLICIT, SHAPE, COLON, DIGITS, HINT = 5, 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Spot:
    """One identifier in a text. `start` and `end` are offsets in the text as given."""

    scheme: str
    start: int
    end: int
    written: str  # as people write it, on one line: "PO-2024-113"
    key: str
    groups: str
    rule: str  # what found it: 'label "spec no"', "pattern 1", 'list after label "requires"'
    sureness: int
    label: Label | None = None
    label_start: int = -1  # where the label begins; -1 without one
    needs_home: bool = False  # "Requires: 20": read only where the document bears such numbers
    name: str | None = None  # by which the text means it, where its number is not written


class ValueReader:
    """Reads the identifiers that stand at a place of one text, and what goes on behind them."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.folded: Folded = fold(text)
        self.text, self.lower = self.folded.text, self.folded.lower
        self.between: list[Spot] = []  # numbers that a range means and nobody wrote

    def _value(
        self, compiled: CompiledScheme, position: int, sureness: int
    ) -> tuple[int, int] | None:
        """Start and end of the identifier that stands at this position, if one does."""
        for pattern in compiled.patterns:
            if (shape := pattern.match(self.text, position)) and shape.end() > position:
                end = self._end_of_shape(compiled, shape)
                return None if end is None else (position, end)
        match = compiled.alone.match(self.text, position)
        if match is None or match.end() == position:
            return None
        value = match.group()
        if DATE.match(self.text, position) or AMOUNT.fullmatch(value):
            return None
        if UNIT.match(self.lower, match.end()) and sureness < EXPLICIT:
            return None
        numbered, labelled = sureness == EXPLICIT, sureness >= COLON
        end = end_of_groups(self.text, *match.span(), numbered=numbered, labelled=labelled)
        if end is not None and end > match.end():
            end = end if self._fits(compiled, position, end) else match.end()
        if end is None or not self._is_sure((position, end), compiled, sureness):
            return None
        return position, end

    def _end_of_shape(self, compiled: CompiledScheme, shape: re.Match[str]) -> int | None:
        """Where a number with its prefix ends, of whose groups the pattern knows the first."""
        first = ONLY_DIGITS.fullmatch(shape.group())
        if first is None:
            return shape.end()
        start = shape.start() + first.start(1)
        end = end_of_threes(self.text, start, shape.end())
        if end is None or self._fits(compiled, start, end):
            return end
        return shape.end()

    def _fits(self, compiled: CompiledScheme, start: int, end: int) -> bool:
        """Whether the digits of these groups together may be a number of the scheme."""
        return compiled.alone.fullmatch(self.text[start:end].replace(" ", "")) is not None

    def _is_sure(self, span: tuple[int, int], compiled: CompiledScheme, sureness: int) -> bool:
        """Whether a number without its prefix may be taken, given how it is labelled."""
        value = self.text[slice(*span)]
        if sureness == EXPLICIT or (sureness == COLON and compiled.has_shape):
            return True
        digits = sum(char.isdigit() for char in value)
        if YEAR.fullmatch(value):
            return False
        if sureness == COLON:
            return digits >= 3 or (digits >= 1 and value[0].isalpha() and "-" in value)
        if compiled.has_shape and value[0].isalpha():
            return True
        bare = value.replace(" ", "")
        if not bare.isdigit():
            return CODE.fullmatch(bare) is not None
        stops = STOPS.match(self.text, span[1]) is not None
        return digits >= 5 or (digits == 4 and stops)  # "order 1200 bolts"

    def _more(
        self, compiled: CompiledScheme, first: tuple[int, int], spot: Spot, *, freely: bool
    ) -> Iterator[Spot]:
        """What goes on behind a number: ", 165 and 721", "/114", " to 118"."""
        last = first
        rule = f"list after {spot.rule}"
        while True:
            if after := LIST.match(self.text, last[1]):
                following = self._value(compiled, after.end(), EXPLICIT)
                if following is None or not (freely or self._alike(last, following)):
                    return
                following_spot = self._spot(
                    compiled, *following, rule, spot.sureness, spot.label, spot.label_start
                )
                if following_spot is None:
                    return
                yield following_spot
                last = following
                continue
            self._range(compiled, last, spot)
            return

    def _alike(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether two values without a shape of their own look like two of a kind."""
        a, b = (self.text[slice(*span)] for span in (one, other))
        if abs(len(a) - len(b)) > 1 or YEAR.fullmatch(b) or UNIT.match(self.lower, other[1]):
            return False
        return len(a) >= 3 and re.sub(r"\d+", "9", a) == re.sub(r"\d+", "9", b)

    def _range(self, compiled: CompiledScheme, last: tuple[int, int], spot: Spot) -> None:
        """Keep the numbers of "INV-101 to INV-105", each with the whole range as its quote."""
        joint = RANGE.match(self.text, last[1])
        if joint is None:
            return
        end = RANGE_END.match(self.text, joint.end())
        first_digits = re.search(r"\d+$", self.text[slice(*last)])
        if end is None or first_digits is None:
            return
        low, high = first_digits.group(), end[1]
        stem = self.text[last[0] : last[1] - len(low)]
        head = self.text[joint.end() : end.start(1)]
        if head not in ("", stem) or len(low) != len(high) or len(low) < 2:
            return
        if int(high) - int(low) > LONGEST_RANGE or len(self.between) >= MOST_BETWEEN:
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

    def _slashed(self, compiled: CompiledScheme, spot: Spot, end: int) -> Iterator[Spot]:
        """PO-2024-114 of "PO-2024-113/114": as many digits, and a higher number."""
        while joint := SLASH.match(self.text, end):
            digits = TAIL_DIGITS.match(self.text, joint.end())
            tail = re.search(r"\d+$", spot.written)
            if digits is None or tail is None or len(digits.group()) != len(tail.group()):
                return
            if int(digits.group()) <= int(tail.group()):
                return
            written = spot.written[: tail.start()] + digits.group()
            key, groups = compiled.key_of(written)
            start = self.folded.at(digits.start())
            end = digits.end()
            spot = replace(
                spot, start=start, end=self.folded.end(end), written=written, key=key,
                groups=groups, rule=f"slash after {spot.rule.removeprefix('slash after ')}",
            )  # fmt: skip
            yield spot

    def _bullets(self, compiled: CompiledScheme, end: int, spot: Spot) -> Iterator[Spot]:
        """The further items of a list of one number a line."""
        while bullet := NEXT_BULLET.match(self.text, end):
            following = self._value(compiled, bullet.end(), EXPLICIT)
            if following is None:
                return
            item = self._spot(
                compiled, *following, f"list after {spot.rule}", spot.sureness, spot.label,
                spot.label_start,
            )  # fmt: skip
            if item is None:
                return
            yield item
            end = following[1]

    def _spot(
        self,
        compiled: CompiledScheme,
        start: int,
        end: int,
        rule: str,
        sureness: int,
        label: Label | None = None,
        label_start: int = -1,
    ) -> Spot | None:
        written = " ".join(self.text[start:end].split())
        key, groups = self._key(compiled, start, end, written)
        if not any(char.isdigit() for char in key):
            return None
        return Spot(
            compiled.name, self.folded.at(start), self.folded.end(end), written, key, groups, rule,
            sureness, label, label_start,
            label is not None and label.needs_home,
        )  # fmt: skip

    def _key(self, compiled: CompiledScheme, start: int, end: int, written: str) -> tuple[str, str]:
        """Key and groups of what stands here: a pattern may look at what is around it."""
        shapes = [pattern.match(self.text, start) for pattern in compiled.patterns]
        for shape in shapes:
            if shape and shape.end() == end:
                return compiled.key(shape)
        for shape in shapes:
            if shape and start < shape.start("number") and shape.end() < end:
                return compiled.key_of(self.text[shape.start("number") : end])
        return compiled.key_of(written)
