"""Where identifiers stand in a text: behind their labels, by their shape, and in lists of both.

Labels go before shapes: "Purchase order no.: 4500012345" is a purchase order though its shape says
nothing. How much a label says depends on how it is written: "order no 4711" is explicit, "order:
4711" nearly so, "order 4711" a hint that wants a number that can hardly be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from archive.scheme_types import CompiledScheme, Label, NameOf, Schemes, Shape
from archive.spot_lists import ListReader
from archive.spot_values import COLON, DIGITS, EXPLICIT, HINT, SHAPE, Spot
from archive.spot_words import (
    AFTER_LABEL,
    AFTER_PLURAL,
    CELL,
    CELL_END,
    DIGIT,
    LABEL_GAP,
    LABEL_TAIL,
    LINE_END,
    LONG_LABEL,
    MOST_ROWS,
    PLURAL,
    PLURAL_NUMBERS,
    PROSE_LINE,
    WORD_AFTER,
    WORTH_A_LOOK,
)


class SpotFinder(ListReader):
    """Finds all that may be a spot in one text: looks only at the words that can begin one."""

    def __init__(self, schemes: Schemes, text: str, *, is_name: bool = False) -> None:
        super().__init__(text)
        self.schemes = schemes
        self.is_name = is_name  # of a file or folder: its first word is a label without "no"
        self.rows_left = MOST_ROWS  # below labels that head a column, in the whole text

    def find(self) -> list[Spot]:
        """All that may be a spot; they may lie over one another, see `settle`."""
        labels: list[int] = []
        shapes: list[tuple[Shape, int]] = []
        names: list[tuple[NameOf, int]] = []
        for place, opening in self.schemes.openings.places(self.text):
            if opening.may_be_label:
                labels.append(place)
            for shape in opening.shapes:
                shapes.append((shape, place))
            for name in opening.names:
                names.append((name, place))
        found = [*self._named(names)]
        if DIGIT.search(self.text):
            found += [*self._labelled(labels), *self._shaped(shapes)]
        return [*found, *self.between]

    def _labelled(self, places: list[int]) -> Iterator[Spot]:
        pattern, done = self.schemes.label_pattern, 0
        for place in places:
            match = pattern.match(self.lower, place) if place >= done else None
            tail = LABEL_TAIL.match(self.text, match.end()) if match else None
            if not (match and tail and WORTH_A_LOOK.match(self.text, tail.end())):
                continue
            for spot in self._by_label(match):
                # "your order confirmation" holds "your order" and "order confirmation"
                done = match.end()
                yield spot

    def _by_label(self, match: re.Match[str]) -> Iterator[Spot]:
        for label in self.schemes.labels[LABEL_GAP.sub("", match["label"])]:
            opens_name = self.is_name and match.start() == 0 and len(label.words) >= LONG_LABEL
            if label.needs_number_word and match["number"] is None and not opens_name:
                continue
            spots = list(self._values(label, match)) or list(self._column(label, match))
            yield from spots
            if spots and not label.needs_home:
                return

    def _values(self, label: Label, match: re.Match[str]) -> Iterator[Spot]:
        compiled = self.schemes.by_name[label.scheme]
        tail = LABEL_TAIL.match(self.text, match.end())
        gap = AFTER_LABEL.match(self.text, tail.end() if tail else match.end())
        assert tail is not None  # every part of it is optional,
        assert gap is not None  # and of this
        position, bullet = gap.end(), False
        colon = gap["colon"] is not None
        if line_end := LINE_END.match(self.text, tail.end()):
            if not self._begins_line(match.start()):
                yield from self._wrapped(compiled, label, match, line_end.end())
                return
            position, bullet = line_end.end(), line_end["bullet"] is not None
            colon = colon or bullet
        sureness = EXPLICIT if match["number"] else COLON if colon else HINT
        if sureness < EXPLICIT and (
            tail["verb"] or (sureness == HINT and gap["open"] and not line_end)
        ):
            return
        if label.says_more and not (sureness == COLON and self._begins_line(match.start())):
            return  # "requires 20 tokens"
        is_said = tail["verb"] or self._is_in_brackets(match)  # "order (number 3 of them)"
        first = self._value(compiled, position, HINT if is_said else sureness)
        if first is None:
            return
        below = line_end is not None and not bullet  # a line of its own
        ends = self._ends_cell(first[1]) or self.text[first[1]] == "/"  # and its date
        if (below and not ends) or (label.says_more and WORD_AFTER.match(self.lower, first[1])):
            return  # "Requires: 12 volts"
        if self._is_plural(match) and not label.says_more:
            first = self._before_range(first)
        rule = f'label "{label.words}"'
        spot = self._spot(compiled, *first, rule, sureness, label, self.folded.at(match.start()))
        if spot is None:
            return
        yield spot
        yield from self._tails(compiled, spot, first[1], by_sign=True)
        if bullet:
            yield from self._bullets(compiled, first[1], spot)
        else:
            yield from self._listed(compiled, first, spot, match, below=below)

    def _listed(
        self,
        compiled: CompiledScheme,
        first: tuple[int, int],
        spot: Spot,
        match: re.Match[str],
        *,
        below: bool,
    ) -> Iterator[Spot]:
        """What goes on behind the first number of a label: a hint in the singular has but one."""
        is_plural = self._is_plural(match) and not spot.needs_home
        if below and is_plural:
            yield from self._lines(compiled, first, spot)
        elif is_plural or spot.sureness >= COLON:
            is_sure = spot.sureness >= COLON or self.text[first[0]].isalpha()
            freely = compiled.has_shape and is_sure
            yield from self._more(compiled, first, spot, freely=freely, is_plural=is_plural)

    def _is_in_brackets(self, match: re.Match[str]) -> bool:
        """Whether the number word of a label stands in brackets behind it: "order (no. 4711)"."""
        return self.lower.endswith("(", match.end("label"), max(match.start("number"), 0))

    def _is_plural(self, match: re.Match[str]) -> bool:
        """Whether a label is one of several numbers: "Invoices", "PO No(s).", "ordrar"."""
        ending = self.lower[match.end("label") : match.end()]
        number = (match["number"] or "").rstrip(".")
        return (
            (ending.startswith("s") and number in AFTER_PLURAL)
            or ending.startswith("(s)")
            or number.endswith("(s)")
            or number in PLURAL_NUMBERS
            or PLURAL.search(match["label"]) is not None
        )

    def _wrapped(
        self, compiled: CompiledScheme, label: Label, match: re.Match[str], position: int
    ) -> Iterator[Spot]:
        """A number that prose has carried over to the next line: only one that is a code."""
        line = match.start() - self.text.rfind("\n", 0, match.start())
        span = self._value(compiled, position, HINT) if line >= PROSE_LINE else None
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
        while self.rows_left:
            self.rows_left -= 1
            cells, line_end = self._cells(line_end + 1)
            if len(cells) < 2:
                return
            if not column < len(cells) <= len(heads) or cells[column][0] == cells[column][1]:
                continue
            value = self._value(compiled, cells[column][0], sureness)
            if value is not None and value[1] == cells[column][1]:
                spot = self._spot(
                    compiled, *value, f'column "{label.words}"', sureness, label,
                    self.folded.at(match.start()),
                )  # fmt: skip
                if spot is not None:
                    yield spot

    def _cells(self, start: int) -> tuple[list[tuple[int, int]], int]:
        """The cells of the line that starts here, and where the line ends.

        Between tabulators a cell may be empty; what is apart by lines or spaces has no empty ones.
        """
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        if self.text.find("\t", start, end) < 0:
            return [match.span() for match in CELL.finditer(self.text, start, end)], end
        cells = []
        for piece in self.text[start:end].split("\t"):
            text = piece.strip()
            first = start + piece.index(text)
            cells.append((first, first + len(text)))
            start += len(piece) + 1
        return cells, end

    def _begins_line(self, position: int) -> bool:
        before = self.text[self.text.rfind("\n", 0, position) + 1 : position]
        return not before.strip(" \t#*->|•\"'_")

    def _ends_cell(self, position: int) -> bool:
        """Whether a line, or a column of it, ends here."""
        return CELL_END.match(self.text, position) is not None

    def _shaped(self, places: list[tuple[Shape, int]]) -> Iterator[Spot]:
        """The shapes that begin at these places, and those that may begin anywhere."""
        found = []
        done: dict[int, int] = {}  # by rank: the same pattern never matches within its last match
        for shape, place in places:
            match = shape.pattern.match(self.text, place)
            if match and place >= done.get(shape.rank, 0):
                done[shape.rank] = match.end()
                found.append((shape, match))
        for shape in self.schemes.unguided:
            found += [(shape, match) for match in shape.pattern.finditer(self.text)]
        found.sort(key=lambda one: one[0].rank)
        for shape, match in found:
            yield from self._shape(shape.compiled, match, shape.rule)

    def _shape(self, compiled: CompiledScheme, match: re.Match[str], rule: str) -> Iterator[Spot]:
        start, end = match.start(), self._end_of_shape(compiled, match)
        text = self.text
        if (
            end is None
            or end == start
            or (end < len(text) and text[end].isdigit() and text[end - 1].isdigit())
        ):
            return
        sureness = SHAPE if any(char.isalpha() for char in match.group()) else DIGITS
        spot = self._spot(compiled, start, end, rule, sureness)
        if spot is None:
            return
        yield spot
        number = match.start("number")
        if series := match.groupdict().get("series"):
            for one in self._more(compiled, (start, end), spot, freely=True):
                if not one.written[0].isdigit():
                    break  # it has a series of its own
                key, groups = compiled.key_of(f"{series} {one.written}")
                yield replace(one, key=key, groups=groups)  # "AFS 2001:1 och 2005:16"
            return
        ending = text[max(start, number - 2) : number].lower().strip(" \t\n-")
        is_plural, freely = ending in ("s", "'s"), compiled.has_shape
        tails = list(self._tails(compiled, spot, end, by_sign=is_plural and freely))
        yield from tails
        if is_plural:
            yield from self._more(compiled, (number, end), spot, freely=freely, is_plural=True)
        elif not tails:
            self._range(compiled, (start, end), spot)


def settle(found: list[Spot], home: frozenset[str] = frozenset()) -> list[Spot]:
    """The spots that stand, by place: the surest where several lie over one another.

    `home` are the schemes of which the document bears a number itself: there, and only there, a
    bare "Requires: 20" is one of them, and what stands behind "Confirmation no".
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
