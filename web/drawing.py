"""Documents over time as a small picture: numbers only, the template writes the SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WIDTH = 1000.0
LEFT = 110.0  # room for the names of the lanes
LANE_HEIGHT = 18.0
TOP = 16.0  # room for the years
TICK_WIDTH = 4.0
MAX_TICKS = 600  # 600 ticks are about 60 kB of SVG; wider ticks are used above


@dataclass(frozen=True, slots=True)
class Point:
    """A document on a day. `date` is ISO; `type` a kind or register."""

    date: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    type: str  # the kind whose documents lie in it
    y: float  # its middle


@dataclass(frozen=True, slots=True)
class Tick:
    """One or several documents of a lane close together; higher where there are more."""

    x: float
    y: float
    width: float
    height: float
    type: str
    label: str  # dates and the first numbers
    first: str  # ISO dates of the first and last document in it
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class YearLine:
    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture `WIDTH` wide and `height` high, in its own units."""

    height: float
    first: str  # ISO dates of the first and last document
    last: str
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    years: tuple[YearLine, ...]
    width: float = WIDTH
    left: float = LEFT


def draw(points: Iterable[Point]) -> Drawing | None:
    """A lane for each kind, the most frequent first, at most eight, the rest in the last one.

    None where fewer than two documents have a date.
    """
    dated = sorted(
        (point for point in points if day_number(point.date)), key=lambda point: point.date
    )
    if len(dated) < 2:
        return None
    counts = Counter(point.type for point in dated)
    types = [kind for kind, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    if len(types) > 8:
        types = [*[kind for kind in types if kind != "other"][:7], "other"]
    lanes = tuple(
        Lane(kind, TOP + (number + 0.5) * LANE_HEIGHT) for number, kind in enumerate(types)
    )
    first, last = day_number(dated[0].date), day_number(dated[-1].date)
    span = max(last - first, 1)

    def place(day: int) -> float:
        return LEFT + 8 + (day - first) / span * (WIDTH - LEFT - 16)

    return Drawing(
        height=TOP + len(lanes) * LANE_HEIGHT + 2,
        first=dated[0].date,
        last=dated[-1].date,
        lanes=lanes,
        ticks=_ticks(dated, {lane.type: lane for lane in lanes}, first, span),
        years=tuple(
            YearLine(round(place(date(year, 1, 1).toordinal()), 1), year)
            for year in _years(first, last)
        ),
    )


def day_number(text: str) -> int:
    """The ordinal of an ISO date, 0 for what is none."""
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return 0


def _years(first: int, last: int) -> list[int]:
    """The years that begin within, thinned to at most 25."""
    years = [
        year
        for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
        if first <= date(year, 1, 1).toordinal() <= last
    ]
    return years[:: len(years) // 25 + 1]


def _ticks(dated: list[Point], lanes: dict[str, Lane], first: int, span: int) -> tuple[Tick, ...]:
    """Points of a lane that fall into one column become one tick."""
    room = WIDTH - LEFT - 16
    width = max(TICK_WIDTH, room * len(lanes) / MAX_TICKS)
    columns: dict[tuple[str, int], list[Point]] = {}
    for point in dated:
        kind = point.type if point.type in lanes else "other"
        column = min(
            int((day_number(point.date) - first) / span * room / width), int(room / width) - 1
        )
        columns.setdefault((kind, column), []).append(point)
    most = max(len(group) for group in columns.values())
    ticks = []
    for (kind, column), group in columns.items():
        height = 5 + (LANE_HEIGHT - 8) * (len(group) / most if most > 1 else 0.5)
        ticks.append(
            Tick(
                x=round(LEFT + 8 + column * width, 1),
                y=round(lanes[kind].y - height / 2, 1),
                width=round(width - 1, 1),
                height=round(height, 1),
                type=kind,
                label=", ".join(point.text for point in group[:3]),
                first=group[0].date,
                last=group[-1].date,
                count=len(group),
            )
        )
    return tuple(ticks)
