"""What is around a document as a picture: numbers only, the template writes the SVG.

The document stands in the middle; what cites it is drawn at its left, what it cites at its right,
each step further in columns further out. All boxes stand on one grid of rows, so that lines run
between the rows and never through a box. What a step is called stands beside its box, in a lane of
its own: nothing overlaps, however much there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from web.views.common import Thing

ROW: Final = 28.0
BOX_HEIGHT: Final = 20.0  # its text stands 14 below its upper edge
BOX_WIDTH: Final = 156.0
LANE: Final = 92.0  # between a box and the lines to it: what the step is called
GAP: Final = 46.0  # in which lines change their rows
EDGE: Final = 8.0
PITCH: Final = BOX_WIDTH + LANE + GAP  # from column to column
MOST_ROWS: Final = 45  # of one column; more go into a further one
TEXT_WIDTH: Final = 120.0  # of a number in its box
CAPITAL, LETTER = 8.6, 7.3  # widths that no usual sans-serif exceeds on average, at 11.5 px
MOST_OTHERS: Final = 300  # lines beside the steps


@dataclass(frozen=True, slots=True)
class Dot:
    """One document or entry. `parent` is the place in the list of the one that it hangs on.

    `is_outward`: the parent cites it, not it the parent.
    """

    thing: Thing
    parent: int | None = None
    relation: str = ""
    is_outward: bool = False
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    thing: Thing
    text: str  # cut off where it is long
    x: float
    y: float  # of its middle
    label_x: float  # the middle of its lane
    relation: str = ""
    is_left: bool = False
    is_seed: bool = False
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    path: str  # as SVG has it
    is_step: bool  # else beside the steps
    at_start: bool  # its arrowhead: where it leads to
    title: tuple[str, str, str]  # who cites, the relation, what


@dataclass(frozen=True, slots=True)
class GraphDrawing:
    """A picture so wide and high, in pixels."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    box_width: float = BOX_WIDTH
    box_height: float = BOX_HEIGHT


def draw(dots: Sequence[Dot], others: Sequence[tuple[int, int, str]] = ()) -> GraphDrawing:
    """The picture of `dots`, the first of which stands in the middle; parents come before children.

    `others` are references beside the steps: places in `dots` of the two ends, and the relation.
    """
    columns = _columns(dots)
    order = sorted(columns)
    height = max(map(len, columns.values()))
    boxes: dict[int, Box] = {}
    for number, column in enumerate(order):
        first = (height - len(columns[column])) // 2
        for row, one in enumerate(columns[column]):
            x, y = EDGE + number * PITCH, EDGE + (first + row + 0.5) * ROW
            boxes[one] = _box(dots[one], x, y, column[0])
    steps = [_step(dots, boxes, one) for one in range(1, len(dots))]
    beside = [_beside(boxes[a], boxes[b], relation) for a, b, relation in others[:MOST_OTHERS]]
    last = EDGE + (len(order) - 1) * PITCH
    goes_out = any(boxes[a].x == boxes[b].x == last for a, b, _ in others[:MOST_OTHERS])
    return GraphDrawing(
        width=last + BOX_WIDTH + (GAP if goes_out else 0) + EDGE,
        height=height * ROW + 2 * EDGE,
        boxes=tuple(boxes[one] for one in range(len(dots))),
        lines=(*beside, *steps),
    )


def _columns(dots: Sequence[Dot]) -> dict[tuple[int, int], list[int]]:
    """The dots of each column from above; columns are named so that they sort from the left."""
    sides = [0] * len(dots)  # steps from the middle, to the left below 0
    for number, dot in enumerate(dots[1:], 1):
        parent = sides[dot.parent or 0]
        sign = (1 if dot.is_outward else -1) if parent == 0 else (1 if parent > 0 else -1)
        sides[number] = parent + sign
    by_side: dict[int, list[int]] = defaultdict(list)
    for number, side in enumerate(sides):
        by_side[side].append(number)
    row_of: dict[int, int] = {}
    columns: dict[tuple[int, int], list[int]] = {}
    for side in sorted(by_side, key=abs):
        rows = sorted(
            by_side[side],
            key=lambda one: (
                row_of.get(dots[one].parent or 0, 0),
                dots[one].relation,
                dots[one].date or "",
                dots[one].thing.text,
            ),
        )
        row_of.update((one, row) for row, one in enumerate(rows))
        for start in range(0, len(rows), MOST_ROWS):
            further = start // MOST_ROWS
            columns[side, -further if side < 0 else further] = rows[start : start + MOST_ROWS]
    return columns


def _box(dot: Dot, x: float, y: float, side: int) -> Box:
    return Box(
        thing=dot.thing,
        text=_cut(dot.thing.text),
        x=x,
        y=y,
        label_x=x + BOX_WIDTH + LANE / 2 if side < 0 else x - LANE / 2,
        relation=dot.relation,
        is_left=side < 0,
        is_seed=side == 0,
        date=dot.date,
    )


def _cut(text: str) -> str:
    """What of a text has room in a box."""
    widths = accumulate(CAPITAL if char.isupper() else LETTER for char in text)
    room = sum(width <= TEXT_WIDTH for width in widths)
    return text if room == len(text) else text[: room - 1] + "…"


def _step(dots: Sequence[Dot], boxes: Mapping[int, Box], one: int) -> Line:
    """From a box through its lane to its parent: between the rows past what stands between."""
    dot, box, parent = dots[one], boxes[one], boxes[dots[one].parent or 0]
    sign = 1 if box.is_left else -1
    begin = box.x + BOX_WIDTH if box.is_left else box.x
    lane = begin + sign * LANE
    end = parent.x if box.is_left else parent.x + BOX_WIDTH
    turn, y = end - sign * GAP, box.y
    path = f"M{begin:g} {y:g}H{lane:g}"
    if abs(turn - lane) > 1:
        y += ROW / 2
        path += f"C{lane + sign * 12:g} {box.y:g} {lane + sign * 8:g} {y:g} "
        path += f"{lane + sign * 20:g} {y:g}H{turn:g}"
    path += f"C{turn + sign * 26:g} {y:g} {end - sign * 30:g} {parent.y:g} {end:g} {parent.y:g}"
    ends = (parent, box) if dot.is_outward else (box, parent)
    return Line(path, True, dot.is_outward, (ends[0].thing.text, dot.relation, ends[1].thing.text))


def _beside(source: Box, target: Box, relation: str) -> Line:
    """Between two boxes that are no step apart: behind the boxes, from side to side."""
    title = (source.thing.text, relation, target.thing.text)
    if source.x == target.x:
        x, out = source.x + BOX_WIDTH, source.x + BOX_WIDTH + GAP
        path = f"M{x:g} {source.y:g}C{out:g} {source.y:g} {out:g} {target.y:g} {x:g} {target.y:g}"
        return Line(path, False, False, title)
    is_right = target.x > source.x
    begin = source.x + (BOX_WIDTH if is_right else 0)
    end = target.x + (0 if is_right else BOX_WIDTH)
    middle = (begin + end) / 2
    path = (
        f"M{begin:g} {source.y:g}C{middle:g} {source.y:g} {middle:g} {target.y:g} "
        f"{end:g} {target.y:g}"
    )
    return Line(path, False, False, title)
