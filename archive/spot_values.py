"""One identifier in a text: where it ends, and whether it may be taken for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.keys import Folded, fold
from archive.scheme_types import CompiledScheme, Label
from archive.spot_digits import before_slash, end_of_groups, end_of_threes, end_of_year
from archive.spot_words import (
    AMOUNT,
    CODE,
    DATE,
    LINE_CLOSES,
    ONLY_DIGITS,
    STOPS,
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
    """Reads the identifiers that stand at a place of one text."""

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
        if DATE.match(self.text, position) or AMOUNT.fullmatch(match.group()):
            return None
        if UNIT.match(self.lower, match.end()) and sureness < EXPLICIT:
            return None
        first = before_slash(self.text, *match.span())
        numbered, labelled = sureness == EXPLICIT, sureness >= COLON
        end = end_of_groups(self.text, position, first, numbered=numbered, labelled=labelled)
        if end is not None and end > first:
            end = end if self._fits(compiled, position, end) else first
        if end == first:
            end = end_of_year(self.text, position, first)
        if end is None or self._is_broken(end):
            return None
        if not self._is_sure((position, end), compiled, sureness):
            return None
        return position, end

    def _end_of_shape(self, compiled: CompiledScheme, shape: re.Match[str]) -> int | None:
        """Where a number with its prefix ends, of whose groups the pattern knows the first."""
        if self._is_broken(shape.end()):
            return None
        first = ONLY_DIGITS.fullmatch(shape.group())
        if first is None:
            return shape.end()
        start = shape.start() + first.start(1)
        end = end_of_threes(self.text, start, shape.end())
        if end is None or self._fits(compiled, start, end):
            return end
        return shape.end()

    def _is_broken(self, end: int) -> bool:
        """Whether a dash and a line's end leave a number open, and no word goes on behind them."""
        if self.text[end : end + 1] != "-":
            return False
        line_end = LINE_CLOSES.match(self.original, self.folded.at(end) + 1)
        return (
            line_end is not None
            and not self.original[line_end.end() : line_end.end() + 1].islower()
        )

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
