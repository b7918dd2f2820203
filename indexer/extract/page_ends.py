"""Numbers and lists over the end of a page, and labels whose number is on the next one.

Running heads, feet and page numbers stand between: lines at the edges of a page that its
neighbours have as well, but for their digits. What is open at the end of a page is never read as
the shorter number that is left of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from archive.keys import DASHES
from archive.reading import Evidence, PageText
from archive.scheme_types import Schemes
from archive.spot_values import COLON, SHAPE, Spot
from archive.spot_words import BEHIND_LIST, LIST, STOPS
from archive.spots import find_spots

_JOINTS: Final = f"-/{DASHES}"
_EDGE: Final = 60  # characters on each side of a page's end in which a broken number is looked for
_LONGEST_LIST: Final = 2000  # characters on each side in which a list is looked for
_MARGIN: Final = 3  # lines of a head or foot
_MARGIN_CHARS: Final = 600  # in which they are looked for
_PAGE_NUMBER: Final = re.compile(
    r"(?:page|sida|sid|s|seite|blatt)[ .:]*\d+(?:\D{0,8}\d+\)?)?|-[ ]?\d+[ ]?-"
    r"|\d+[ ]?(?:of|av|von|de|/)[ ]?\d+|\d+[ ]?\(\d+\)",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+")
_FEW_DIGITS: Final = 4  # a lone number of fewer below a label is a page's, or a line's


@dataclass(frozen=True, slots=True)
class Body:
    """What of a page is no head and no foot: offsets, and whether there were any."""

    start: int
    end: int
    has_head: bool
    has_foot: bool


@dataclass(frozen=True, slots=True)
class Over:
    """What is read over the end of a page: nothing from `start` to `stop` is read by itself."""

    start: int
    stop: int
    spot: Spot | None = None  # in `text`
    text: str = ""
    evidence: Evidence | None = None


def bodies(pages: Sequence[PageText]) -> list[Body]:
    """Each page without the lines that its neighbours have at the same edge."""
    heads = [_lines(page.text[:_MARGIN_CHARS]) for page in pages]
    feet = [_lines(page.text[-_MARGIN_CHARS:])[::-1] for page in pages]
    found = []
    for index, page in enumerate(pages):
        head, foot = (_margin(edges, index, page.number) for edges in (heads, feet))
        start, end = 0, len(page.text)
        for line in heads[index][:head]:
            start = page.text.index(line, start) + len(line)
        for line in feet[index][:foot]:
            end = page.text.rindex(line, 0, end)
        found.append(Body(min(start, end), end, head > 0, foot > 0))
    return found


def _lines(text: str) -> list[str]:
    return [line for line in (line.strip() for line in text.split("\n")) if line]


def _margin(edges: Sequence[list[str]], index: int, number: int) -> int:
    """How many lines from the edge of a page inwards are its head or foot."""
    near = [edges[at] for at in (index - 1, index + 1) if 0 <= at < len(edges)]
    known = {_DIGITS.sub("0", line) for lines in near for line in lines[:_MARGIN]}
    outer = {lines[0] for lines in near if lines}
    for count, line in enumerate(edges[index][:_MARGIN]):
        if line.isdecimal():  # a page's number, which may be counted from elsewhere
            beside = {str(int(line) - 1), str(int(line) + 1)}
            is_margin = line == str(number) or (count == 0 and not outer.isdisjoint(beside))
        else:
            is_margin = line[-1] not in _JOINTS and _DIGITS.sub("0", line) in known
        if not (is_margin or _PAGE_NUMBER.fullmatch(line)):
            return count
    return min(len(edges[index]), _MARGIN)


def over_end(
    schemes: Schemes,
    home: frozenset[str],
    pages: Sequence[PageText],
    around: Sequence[Body],
    spots: Sequence[Sequence[Spot]],
) -> Over:
    """What is broken over the end of the first of two pages, or stands behind its last label.

    `spots` are those of each page alone. Only where the page ends in the middle of a number: in a
    dash or slash, or where nothing on this page alone is a number. A running head or a page number
    must not become a part of one; what is left of a number before the dash at the end is none.
    """
    page, following = pages
    text = page.text[: around[0].end].rstrip()
    head = following.text[around[1].start :].lstrip()
    nothing = Over(len(page.text), len(page.text))
    if not text or not head:
        return nothing
    is_open = text[-1] in _JOINTS or (head[0] in _JOINTS and head[1:2].isalnum())
    left = len(text.rstrip(_JOINTS))
    at_end = [spot for spot in spots[0] if spot.end >= left and spot.start < len(text)]
    is_apart = around[0].has_foot or around[1].has_head
    if not is_open and (at_end or is_apart or not head[0].isalnum()):
        return _below_label(schemes, home, pages, (text, head), spots) or nothing
    cut, border = max(0, len(text) - _EDGE), min(len(text), _EDGE)
    joint = text[cut:] + "\n" + head[:_EDGE].split("\n")[0]
    shift = len(following.text) - len(head)
    for spot in find_spots(schemes, joint, home):
        if spot.start < border < spot.end and spot.sureness >= SHAPE:
            start = cut + spot.start
            rest = (following.number, shift, shift + spot.end - border - 1)
            evidence = Evidence(page.number, start, len(text), text[start:], more=(rest,))
            return Over(start, len(text), spot, joint, evidence)
    if is_open and at_end:
        return Over(min(spot.start for spot in at_end), len(text))
    return _below_label(schemes, home, pages, (text, head), spots) or nothing


def goes_on(
    schemes: Schemes,
    home: frozenset[str],
    pages: Sequence[PageText],
    around: Sequence[Body],
    spots: Sequence[list[Spot]],
) -> Iterator[Over]:
    """What a list has on the second of two pages that begins on the first.

    Only where the page ends in the joint of a list, and the next one goes on at once with numbers
    behind each of which the list or its line ends: "3 Scope" is a heading. `spots` are those of
    each page; what an item takes the place of is left out of the second.
    """
    page, following = pages
    text = page.text[: around[0].end].rstrip()
    last = max((spot.end for spot in spots[0] if spot.end <= len(text)), default=0)
    head = following.text[around[1].start : around[1].end].lstrip()[:_LONGEST_LIST]
    shift = following.text.index(head, around[1].start)
    cut = text.rfind("\n", 0, max(0, len(text) - _LONGEST_LIST)) + 1
    joint = f"{text[cut:]}\n{head}"
    border, end = len(text) - cut, last - cut
    between = LIST.match(joint, end) if last > cut and head else None
    if between is None or between.end() <= border:
        return
    for spot in find_spots(schemes, joint, home):
        if spot.start < between.end():
            continue
        if spot.start > between.end() or not _ends_item(joint, spot.end):
            return
        if spot.rule.startswith("list after "):
            start, end = (shift + at - border - 1 for at in (spot.start, spot.end))
            evidence = Evidence(following.number, start, end, following.text[start:end])
            spots[1][:] = [one for one in spots[1] if one.end <= start or end <= one.start]
            yield Over(start, end, spot, joint, evidence)
        between = LIST.match(joint, spot.end)
        if between is None:
            return


def _ends_item(text: str, end: int) -> bool:
    return any(pattern.match(text, end) for pattern in (STOPS, LIST, BEHIND_LIST))


def _below_label(
    schemes: Schemes,
    home: frozenset[str],
    pages: Sequence[PageText],
    texts: tuple[str, str],
    spots: Sequence[Sequence[Spot]],
) -> Over | None:
    """The number that opens a page, where the last line of the page before is its label alone."""
    page, following = pages
    *above, label = texts[0].rsplit("\n", 2)[-2:]
    if len(label) > _EDGE or (above and _is_label(above[0])):
        return None  # labels below one another have their numbers elsewhere
    joint = f"{label}\n{texts[1][:_EDGE].split(chr(10))[0]}\n"
    border, shift = len(label), len(following.text) - len(texts[1])
    for spot in find_spots(schemes, joint, home):
        if not (0 <= spot.label_start < border < spot.start) or spot.sureness < COLON:
            continue
        start, end = (shift + at - border - 1 for at in (spot.start, spot.end))
        is_taken = any(one.start < end and start < one.end for one in spots[1])
        if is_taken or "after" in spot.rule or len(spot.key) < _FEW_DIGITS:
            continue
        evidence = Evidence(following.number, start, end, following.text[start:end])
        return Over(len(page.text), len(page.text), spot, joint, evidence)
    return None


def _is_label(line: str) -> bool:
    """Whether a line looks like a label without its value."""
    return 0 < len(line.split()) <= 3 and not any(char.isdigit() for char in line)
