"""The life of a product as a picture: numbers only, the template writes the SVG.

Years go across; behind stand the phases, above milestones and changes as signs, below a lane for
each kind of document. What lies too close together to be told apart becomes one mark, higher where
there is more, that leads to its days: looked at closer, or read in the table.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

from web.drawing import day_number

WIDTH: Final = 1000.0
LEFT: Final = 130.0  # room for the names of the lanes
RIGHT: Final = WIDTH - 10
AXIS: Final = 18.0  # room for the years
LANE: Final = 20.0
MOST_LANES: Final = 10  # of documents; the rest lies in the last one
#: Marks that one picture has at most, about 60 kB of SVG; columns become wider until it is so.
MOST_MARKS: Final = 320
COLUMNS: Final = (4, 5, 6, 8, 10, 13, 17, 22, 30, 40, 60, 100)  # widths in units
SIGN: Final = 12  # width of a sign: milestones and changes nearer than that become one
MONTHS_UP_TO: Final = 1100  # days of a picture that shows months; more show years
DAYS_UP_TO: Final = 70


@dataclass(frozen=True, slots=True)
class Point:
    """One thing on a day."""

    day: str  # ISO
    lane: str
    what: str  # of archive.timeline.WHATS
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One mark; `count` things from `first` to `last`, `text` names some of them."""

    x: int
    y: int
    width: int
    height: int
    what: str  # "" where it stands for things of several sorts
    text: str
    first: str
    last: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class TimeLane:
    name: str
    is_of_documents: bool
    y: float  # its middle
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    x: float
    width: float
    href: str
    first: str


@dataclass(frozen=True, slots=True)
class AxisMark:
    """Where a year, month or day begins; it leads to itself alone."""

    x: float
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class TimelineDrawing:
    """A picture `width` wide and `height` high, in its own units, from `first` to `last`."""

    height: float
    first: str
    last: str
    lanes: tuple[TimeLane, ...]
    phases: tuple[Phase, ...]
    axis: tuple[AxisMark, ...]
    today: float | None  # where today is, None outside the picture
    width: float = WIDTH
    left: float = LEFT
    right: float = RIGHT


@dataclass(frozen=True, slots=True)
class Frame:
    """Which days are drawn ("" for as many as there are), and where a part of them is looked at."""

    today: str
    since: str = ""
    until: str = ""
    closer: Callable[[str, str, str], str] = lambda since, until, lane: ""


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int  # ordinals of days
    last: int

    def __call__(self, day: int) -> float:
        """Where a day begins."""
        part = (day - self.first) / (self.last + 1 - self.first)
        return round(LEFT + part * (RIGHT - LEFT), 1)


def draw(points: Sequence[Point], signs: Sequence[str], frame: Frame) -> TimelineDrawing | None:
    """The picture; `signs` are the lanes above those of documents. None where nothing has a day."""
    dated = [(number, one) for one in points if (number := day_number(one.day))]
    phases = [pair for pair in dated if pair[1].what == "phase"]
    first, last = _days(dated, frame)
    if not first:
        return None
    scale = _Scale(first, last)
    shown = [pair for pair in dated if first <= pair[0] <= last and pair[1].what != "phase"]
    names = [*(name for name in signs if any(one.lane == name for _, one in shown))]
    names += _kinds(shown, signs)
    top = AXIS + (LANE if phases else 0)
    lanes = _lanes(shown, names, set(signs), scale, frame, top)
    today = day_number(frame.today)
    return TimelineDrawing(
        height=top + len(names) * LANE + 4,
        first=date.fromordinal(first).isoformat(),
        last=date.fromordinal(last).isoformat(),
        lanes=lanes,
        phases=_phases(phases, scale),
        axis=_axis(scale, frame),
        today=scale(today) if first <= today <= last else None,
    )


def _days(dated: Sequence[tuple[int, Point]], frame: Frame) -> tuple[int, int]:
    """First and last day of the picture: those that are asked for, else whole years."""
    days = [number for number, _ in dated]
    if not days and not (frame.since and frame.until):
        return 0, 0
    first = day_number(frame.since) or date(date.fromordinal(min(days)).year, 1, 1).toordinal()
    last = day_number(frame.until) or date(date.fromordinal(max(days)).year, 12, 31).toordinal()
    return (first, last) if first <= last else (last, first)


def _kinds(shown: Sequence[tuple[int, Point]], signs: Sequence[str]) -> list[str]:
    """The kinds of documents, the most frequent first."""
    counts = Counter(one.lane for _, one in shown if one.lane not in signs)
    kinds = sorted(counts, key=lambda kind: (-counts[kind], kind))
    if len(kinds) > MOST_LANES:
        kinds = [*[kind for kind in kinds if kind != "other"][: MOST_LANES - 1], "other"]
    return kinds


def _lanes(
    shown: Sequence[tuple[int, Point]], names: Sequence[str], signs: set[str], scale: _Scale,
    frame: Frame, top: float,
) -> tuple[TimeLane, ...]:  # fmt: skip
    for width in COLUMNS:
        columns = _columns(shown, names, scale, {name: max(width, SIGN) for name in signs}, width)
        if len(columns) <= MOST_MARKS:
            break
    most = max((len(group) for (lane, _), group in columns.items() if lane not in signs), default=1)
    found: dict[str, list[Sign]] = {name: [] for name in names}
    for (lane, x), group in columns.items():
        y = top + (names.index(lane) + 0.5) * LANE
        wide = SIGN - 2 if lane in signs else width - 1
        high = SIGN - 2 if lane in signs else 5 + (LANE - 8) * sqrt((len(group) - 1) / most)
        found[lane].append(_sign(lane, group, (x, y, wide, high), frame))
    return tuple(
        TimeLane(name, name not in signs, top + (number + 0.5) * LANE, tuple(found[name]))
        for number, name in enumerate(names)
    )


def _columns(
    shown: Sequence[tuple[int, Point]], names: Sequence[str], scale: _Scale,
    wide: Mapping[str, int], width: int,
) -> dict[tuple[str, float], list[Point]]:  # fmt: skip
    """By lane and place what is drawn as one mark."""
    known, found = set(names), dict[tuple[str, float], list[Point]]()
    for number, one in sorted(shown, key=lambda pair: pair[0]):
        lane = one.lane if one.lane in known else "other"
        column = wide.get(lane, width)
        x = LEFT + (scale(number) - LEFT) // column * column
        found.setdefault((lane, x), []).append(one)
    return found


def _sign(
    lane: str, group: Sequence[Point], box: tuple[float, float, float, float], frame: Frame
) -> Sign:
    x, y, width, height = box
    first, last = group[0].day, group[-1].day
    whats = {one.what for one in group}
    names = list(dict.fromkeys(one.text for one in group))
    hrefs = {one.href for one in group}
    return Sign(
        x=round(x), y=round(y - height / 2), width=round(width), height=round(height),
        what=whats.pop() if len(whats) == 1 else "",
        text=", ".join(names[:3]) + (" …" if len(names) > 3 else ""),
        first=first, last=last, count=len(group),
        href=hrefs.pop() if len(hrefs) == 1 else frame.closer(first, last, lane),
    )  # fmt: skip


def _phases(phases: Sequence[tuple[int, Point]], scale: _Scale) -> tuple[Phase, ...]:
    """Each from its day until that of the next one, as far as the picture goes."""
    ordered = sorted(phases, key=lambda pair: pair[0])
    found = []
    for place, (number, one) in enumerate(ordered):
        end = ordered[place + 1][0] if place + 1 < len(ordered) else scale.last + 1
        begin, end = max(number, scale.first), min(end, scale.last + 1)
        if begin < end:
            x = scale(begin)
            found.append(Phase(one.text, x, round(scale(end) - x, 1), one.href, one.day))
    return tuple(found)


def _axis(scale: _Scale, frame: Frame) -> tuple[AxisMark, ...]:
    first, last = date.fromordinal(scale.first), date.fromordinal(scale.last)
    days = scale.last - scale.first
    if days > MONTHS_UP_TO:
        years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
        parts = [(one, one.replace(month=12, day=31), str(one.year)) for one in years]
    elif days > DAYS_UP_TO:
        parts = [(one, end_of_month(one), f"{one:%Y-%m}") for one in months(first, last)]
    else:
        weeks = [
            (date.fromordinal(day), date.fromordinal(min(day + 6, scale.last)))
            for day in range(scale.first, scale.last + 1, 7)
        ]
        parts = [(begin, end, begin.isoformat()) for begin, end in weeks]
    step = len(parts) // 18 + 1
    return tuple(
        AxisMark(
            scale(begin.toordinal()), text, frame.closer(begin.isoformat(), end.isoformat(), "")
        )
        for begin, end, text in parts[::step]
        if scale.first <= begin.toordinal()
    )


def months(first: date, last: date) -> list[date]:
    """The first days of the months from that of `first` to that of `last`."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


def end_of_month(first: date) -> date:
    """The last day of its month."""
    return first.replace(day=monthrange(first.year, first.month)[1])
