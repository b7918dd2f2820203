"""Where identifiers stand in a text: behind their labels, by their shape, and in lists of both.

Labels go before shapes: "Purchase order no.: 4500012345" is a purchase order though its shape says
nothing. How much a label says depends on how it is written: "order no 4711" is explicit, "order:
4711" nearly so, "order 4711" a hint that wants a number that can hardly be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from archive.keys import Folded, fold
from archive.scheme_types import CompiledScheme, Label, Schemes

#: How sure a reading is; the surer one wins where two overlap.
EXPLICIT, SHAPE, COLON, DIGITS, HINT = 5, 4, 3, 2, 1

_AFTER_LABEL: Final = re.compile(
    r"(?P<gap>[ \t]*(?P<colon>[:=|#]|\.{2,})?[ \t]*(?:-[ \t]?)?)(?P<open>[\"'(\[*`]{0,3})"
)
#: Behind a label: a token with a digit in it, or the end of a line or of a table's cell.
_WORTH_A_LOOK: Final = re.compile(
    r"[\s:=|#.\"'(\[*`-]{0,12}[^\s\d]{0,20}\d|[ \t]*[:=]?(?:[ \t]*(?:\n|$|\|)|\t|[ ]{2})"
)
_LINE_END: Final = re.compile(
    r"[ \t]*[:=]?[ \t]*\r?\n[ \t]*(?P<bullet>[-*•][ \t]+)?(?P<open>[\"']?)"
)
_NEXT_BULLET: Final = re.compile(r"[\"']?[^\n]*\n[ \t]*[-*•][ \t]+[\"']?")
_DATE: Final = re.compile(
    r"(?:19|20)\d\d([-./ ])[01]?\d\1[0-3]?\d(?!\d)|[0-3]?\d([-./])[0-3]?\d\2(?:(?:19|20)\d\d|\d\d)(?!\d)"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[ ,.']\d{3})*[.,]\d\d(?!\d)|\d+[.,]\d\d(?!\d)")
_UNIT: Final = re.compile(
    r"[ \t]?(?:%|€|\$|£|§|(?:sek|eur|usd|gbp|kr|st|pcs|pieces?|units?|items?|days?|dagar|dag|tage?|months?"
    r"|månad(?:er)?|monate?|years?|år|jahre?|weeks?|veckor|vecka|hours?|timmar|tim|stunden|pages?|sidor"
    r"|million|miljon(?:er)?|kg|mm|cm|km|m|jours?|mois|ans|times|gånger|persons?|personer)\b)"
)
_LIST: Final = re.compile(
    r"[)\]\"'`*]{0,3}(?:[ \t]*[,;&][ \t]*(?:\n[ \t]*)?(?:(?:and|och|und|et|or|eller|oder|ou|samt)\s+)?"
    r"|\s+(?:and|och|und|et|or|eller|oder|ou|samt)\s+)[\"'`(\[]{0,2}",
)
_RANGE: Final = re.compile(
    r"[ \t]*(?: - |\s(?:to|till|t\.o\.m\.|tom|bis|through|thru|jusqu'à|à)\s)[ \t]*"
)
#: What can hardly be anything but a number: no section 18.2, no ERC20Receiver.
_CODE: Final = re.compile(
    r"(?=(?:\D*\d){2})[A-ZÅÄÖ]{0,5}[-/:]?\d+(?:[-/:][A-ZÅÄÖ]{0,3}\d+){0,4}(?:-?[A-Z])?"
)
_PROSE_LINE: Final = 30  # characters before a label at a line's end that make it prose, no table
_STOPS: Final = re.compile(r"[.,;:)]?(?:\s*$|\s*\n|(?<=[.,;:)])\s)")
_LABEL_GAP: Final = re.compile(r"[\s./_-]+")
_WORD_AFTER: Final = re.compile(
    r"[ \t](?!and\b|och\b|und\b|et\b|or\b|eller\b|oder\b|ou\b)[^\W\d]{2}"
)
_CELL: Final = re.compile(r"[^\s|](?:[^\t\n| ]| (?![ |\n]))*")
_CELL_END: Final = re.compile(r"[ \t]*(?:\n|$)|[ \t]{2,}|\t|[ \t]*\|")
_RANGE_END: Final = re.compile(r"\D{0,12}?(\d+)(?![\w.,:]\w)")
_DIGITS: Final = re.compile(r"\d+(?!\w|[-.]\d)")
_MOST_ROWS: Final = 5000
_DIGIT_RUN: Final = re.compile(r"\d[\d\s.,:/-]*")
_LABEL_REACH: Final = 160  # characters in front of a digit: the head of a table above its first row
_SHAPE_REACH: Final = 32  # the same for a prefix; back to white space from there
_TAIL_REACH: Final = 24  # behind the last digit: letters that end a number
_SLASH: Final = re.compile(r"[ \t]?/[ \t]?")
_LONGEST_RANGE: Final = 50  # a longer one is a mistake or a series that nobody means singly


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
    needs_home: bool = False  # "Requires: 20": read only where the document bears such a number


class SpotFinder:
    """Finds all that may be a spot in one text, in one pass for each scheme that can be there.

    Only the neighbourhood of digits is looked at, so that prose costs little.
    """

    def __init__(self, schemes: Schemes, text: str) -> None:
        self.schemes = schemes
        self.original = text
        self.folded: Folded = fold(text)
        self.text, self.lower = self.folded.text, self.folded.lower
        self.label_spans = _near_digits(self.text, _LABEL_REACH)
        self.between: list[Spot] = []  # numbers that a range means and nobody wrote

    def find(self) -> list[Spot]:
        """All that may be a spot; they may lie over one another, see `settle`."""
        if not self.label_spans:
            return []
        found = [*self._labelled(), *self._shaped()]
        return [*found, *self.between]

    # labels

    def _labelled(self) -> Iterator[Spot]:
        pattern = self.schemes.label_pattern
        for start, end in self.label_spans:
            while match := pattern.search(self.lower, start, end):
                found = False
                if _WORTH_A_LOOK.match(self.text, match.end()):
                    for spot in self._by_label(match):
                        found = True
                        yield spot
                # "your order confirmation" holds "your order" and "order confirmation"
                start = match.end() if found else match.start() + 1

    def _by_label(self, match: re.Match[str]) -> Iterator[Spot]:
        for label in self.schemes.labels[_LABEL_GAP.sub("", match["label"])]:
            if label.needs_number_word and match["number"] is None:
                continue
            spots = list(self._values(label, match)) or list(self._column(label, match))
            yield from spots
            if spots and not label.says_more:
                return

    def _values(self, label: Label, match: re.Match[str]) -> Iterator[Spot]:
        compiled = self.schemes.by_name[label.scheme]
        gap = _AFTER_LABEL.match(self.text, match.end())
        assert gap is not None  # every part of it is optional
        position, bullet = gap.end(), False
        colon = gap["colon"] is not None
        if line_end := _LINE_END.match(self.text, match.end()):
            if not self._begins_line(match.start()):
                yield from self._wrapped(compiled, label, match, line_end.end())
                return
            position, bullet = line_end.end(), line_end["bullet"] is not None
            colon = colon or bullet
        sureness = EXPLICIT if match["number"] else COLON if colon else HINT
        if sureness == HINT and gap["open"] and not line_end:
            return
        if label.says_more and not (sureness == COLON and self._begins_line(match.start())):
            return  # "requires 20 tokens"
        first = self._value(compiled, position, sureness)
        if first is None:
            return
        if line_end and not bullet and not self._ends_cell(first[1]):
            return
        if label.says_more and _WORD_AFTER.match(self.lower, first[1]):
            return  # "Requires: 12 volts"
        rule = f'label "{label.words}"'
        spot = self._spot(compiled, *first, rule, sureness, label, self.folded.at(match.start()))
        if spot is None:
            return
        yield spot
        if bullet:
            yield from self._bullets(compiled, first[1], spot)
        elif sureness >= COLON:
            yield from self._more(compiled, first, spot, freely=compiled.has_shape)

    def _wrapped(
        self, compiled: CompiledScheme, label: Label, match: re.Match[str], position: int
    ) -> Iterator[Spot]:
        """A number that prose has carried over to the next line: only one that is a code."""
        line = match.start() - self.text.rfind("\n", 0, match.start())
        span = self._value(compiled, position, HINT) if line >= _PROSE_LINE else None
        if span is None or label.says_more or self.text[slice(*span)].isdigit():
            return
        rule, start = f'label "{label.words}"', self.folded.at(match.start())
        spot = self._spot(compiled, *span, rule, HINT, label, start)
        if spot is not None:
            yield spot

    def _column(self, label: Label, match: re.Match[str]) -> Iterator[Spot]:
        """The values below a label that heads a column of a table."""
        if label.says_more or not self._ends_cell(match.end()):
            return
        heads, line_end = self._cells(self.text.rfind("\n", 0, match.start()) + 1)
        spans = [cell for cell in heads if cell[0] <= match.start() and match.end() <= cell[1]]
        if len(heads) < 2 or spans[:1] != [(match.start(), match.end())]:
            return
        column = heads.index(spans[0])
        compiled = self.schemes.by_name[label.scheme]
        sureness = EXPLICIT if match["number"] else COLON
        for _ in range(_MOST_ROWS):
            cells, line_end = self._cells(line_end + 1)
            if len(cells) != len(heads):
                return
            value = self._value(compiled, cells[column][0], sureness)
            if value is not None and value[1] == cells[column][1]:
                spot = self._spot(
                    compiled, *value, f'column "{label.words}"', sureness, label,
                    self.folded.at(match.start()),
                )  # fmt: skip
                if spot is not None:
                    yield spot

    def _cells(self, start: int) -> tuple[list[tuple[int, int]], int]:
        """The cells of the line that starts here, and where the line ends."""
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        return [match.span() for match in _CELL.finditer(self.text, start, end)], end

    def _begins_line(self, position: int) -> bool:
        before = self.text[self.text.rfind("\n", 0, position) + 1 : position]
        return not before.strip(" \t#*->|•\"'_")

    def _ends_cell(self, position: int) -> bool:
        """Whether a line, or a column of it, ends here."""
        return (
            re.compile(r"[ \t]*(?:\n|$)|[ \t]{2,}|\t|[ \t]*\|").match(self.text, position)
            is not None
        )

    def _value(
        self, compiled: CompiledScheme, position: int, sureness: int
    ) -> tuple[int, int] | None:
        """Start and end of the identifier that stands at this position, if one does."""
        for pattern in compiled.patterns:
            if (shape := pattern.match(self.text, position)) and shape.end() > position:
                return shape.span()
        match = compiled.alone.match(self.text, position)
        if match is None or match.end() == position:
            return None
        value = match.group()
        if _DATE.match(self.text, position) or _AMOUNT.fullmatch(value):
            return None
        if _UNIT.match(self.lower, match.end()) and sureness < EXPLICIT:
            return None
        if not self._is_sure(match, compiled, sureness):
            return None
        return match.span()

    def _is_sure(self, match: re.Match[str], compiled: CompiledScheme, sureness: int) -> bool:
        """Whether a number without its prefix may be taken, given how it is labelled."""
        value = match.group()
        if sureness == EXPLICIT or (sureness == COLON and compiled.has_shape):
            return True
        digits = sum(char.isdigit() for char in value)
        if _YEAR.fullmatch(value):
            return False
        if sureness == COLON:
            return digits >= 3 or (digits >= 1 and value[0].isalpha() and "-" in value)
        if compiled.has_shape and value[0].isalpha():
            return True
        bare = value.replace(" ", "")
        if not bare.isdigit():
            return _CODE.fullmatch(bare) is not None
        stops = _STOPS.match(self.text, match.end()) is not None
        return digits >= 5 or (digits == 4 and stops)  # "order 1200 bolts"

    # lists, ranges, slashes

    def _more(
        self, compiled: CompiledScheme, first: tuple[int, int], spot: Spot, *, freely: bool
    ) -> Iterator[Spot]:
        """What goes on behind a number: ", 165 and 721", "/114", " to 118"."""
        last = first
        rule = f"list after {spot.rule}"
        while True:
            if after := _LIST.match(self.text, last[1]):
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
        if abs(len(a) - len(b)) > 1 or _YEAR.fullmatch(b) or _UNIT.match(self.lower, other[1]):
            return False
        return len(a) >= 3 and re.sub(r"\d+", "9", a) == re.sub(r"\d+", "9", b)

    def _range(self, compiled: CompiledScheme, last: tuple[int, int], spot: Spot) -> None:
        """Keep the numbers of "INV-101 to INV-105", each with the whole range as its quote."""
        joint = _RANGE.match(self.text, last[1])
        if joint is None:
            return
        end = _RANGE_END.match(self.text, joint.end())
        first_digits = re.search(r"\d+$", self.text[slice(*last)])
        if end is None or first_digits is None:
            return
        low, high = first_digits.group(), end[1]
        stem = self.text[last[0] : last[1] - len(low)]
        head = self.text[joint.end() : end.start(1)]
        if head not in ("", stem) or len(low) != len(high) or len(low) < 2:
            return
        if int(high) - int(low) > _LONGEST_RANGE:
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
        while joint := _SLASH.match(self.text, end):
            digits = _DIGITS.match(self.text, joint.end())
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
                spot, start=start, end=self.folded.end(end), written=written, key=key, groups=groups,
                rule=f"slash after {spot.rule.removeprefix('slash after ')}",
            )  # fmt: skip
            yield spot

    def _bullets(self, compiled: CompiledScheme, end: int, spot: Spot) -> Iterator[Spot]:
        """The further items of a list of one number a line."""
        while bullet := _NEXT_BULLET.match(self.text, end):
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

    # shapes

    def _shaped(self) -> Iterator[Spot]:
        spans = _near_digits(self.text, _SHAPE_REACH)
        for compiled in self.schemes.by_name.values():
            hints = compiled.scheme.hints
            if hints and not any(hint in self.text for hint in hints):
                continue
            for index, pattern in enumerate(compiled.patterns, 1):
                for span in spans:
                    for match in pattern.finditer(self.text, *span):
                        yield from self._shape(compiled, match, f"pattern {index}")

    def _shape(self, compiled: CompiledScheme, match: re.Match[str], rule: str) -> Iterator[Spot]:
        start, end = match.span()
        text = self.text
        if end == start or (end < len(text) and text[end].isdigit() and text[end - 1].isdigit()):
            return
        sureness = SHAPE if any(char.isalpha() for char in match.group()) else DIGITS
        spot = self._spot(compiled, start, end, rule, sureness)
        if spot is None:
            return
        yield spot
        yield from self._slashed(compiled, spot, end)
        number = match.start("number")
        if text[max(start, number - 2) : number].lower().strip(" \t\n-") in ("s", "'s"):
            yield from self._more(compiled, (number, end), spot, freely=True)
        elif joint := _RANGE.match(text, end):
            if compiled.patterns[0].match(text, joint.end()):
                self._range(compiled, (start, end), spot)

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
        # in its place first: a pattern may look at what stands around the number
        shapes = (pattern.match(self.text, start) for pattern in compiled.patterns)
        shape = next((match for match in shapes if match and match.end() == end), None)
        key, groups = compiled.key(shape) if shape else compiled.key_of(written)
        if not any(char.isdigit() for char in key):
            return None
        return Spot(
            compiled.name, self.folded.at(start), self.folded.end(end), written, key, groups, rule,
            sureness, label, label_start,
            label is not None and label.says_more,
        )  # fmt: skip


def _near_digits(text: str, reach: int) -> list[tuple[int, int]]:
    """The stretches of a text in which a number can stand with so much in front of it."""
    spans: list[tuple[int, int]] = []
    start = end = -1
    for match in _DIGIT_RUN.finditer(text):
        first, last = match.span()
        if first - reach > end:
            if end >= 0:
                spans.append((start, end))
            start = max(0, first - reach)
            while start > 0 and not text[start - 1].isspace():  # no word, no address is cut
                start -= 1
        end = last + _TAIL_REACH
    if end >= 0:
        spans.append((start, min(end, len(text))))
    return spans


def settle(found: list[Spot], home: frozenset[str] = frozenset()) -> list[Spot]:
    """The spots that stand, by place: the surest where several lie over one another.

    `home` are the schemes of which the document bears a number itself: there, and only there, a
    bare "Requires: 20" is one of them.
    """
    likely = [spot for spot in found if not spot.needs_home or spot.scheme in home]
    likely.sort(key=lambda spot: (-spot.sureness, spot.start - spot.end, spot.start))
    covered = bytearray(max((spot.end for spot in likely), default=0))
    kept: list[Spot] = []
    for spot in likely:
        if not spot.rule.startswith("range") and covered.find(1, spot.start, spot.end) < 0:
            covered[spot.start : spot.end] = b"\x01" * (spot.end - spot.start)
            kept.append(spot)
    known = {(spot.scheme, spot.key) for spot in kept}
    ranged = [spot for spot in likely if spot.rule.startswith("range")]
    kept += [spot for spot in ranged if (spot.scheme, spot.key) not in known]
    return sorted(kept, key=lambda spot: (spot.start, spot.end))


def find_spots(schemes: Schemes, text: str, home: frozenset[str] = frozenset()) -> list[Spot]:
    """All identifiers in a text, by place, none over another; see `settle` for `home`."""
    return settle(SpotFinder(schemes, text).find(), home)
