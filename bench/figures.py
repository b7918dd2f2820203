"""What a benchmark gives: figures, each with what it has to reach and what nobody can beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

BUSY = 1.15  # above this stretch, waiting for a core is part of what the clock on the wall says


class NotMeasurable(Exception):
    """Something that the benchmark needs is not on this machine; the message says what."""


class Broken(Exception):
    """Crossfile did not do what the benchmark asked of it; the message says what."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    `floor` is the same thing done by the least that could do it, measured in the same run and in
    the same unit. `ok` is None where nothing has to be reached.
    """

    name: str
    value: float
    unit: str
    target: str = ""
    floor: float | None = None
    ok: bool | None = None
    note: str = ""


def at_least(
    name: str, value: float, unit: str, limit: float, *, floor: float | None = None, note: str = ""
) -> Figure:
    """A figure that is good when it is high."""
    return Figure(name, value, unit, f"≥ {number(limit)}", floor, value >= limit, note)


def at_most(
    name: str, value: float, unit: str, limit: float, *, floor: float | None = None, note: str = ""
) -> Figure:
    """A figure that is good when it is low."""
    return Figure(name, value, unit, f"≤ {number(limit)}", floor, value <= limit, note)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]


def within_ms(
    name: str,
    limit_ms: float,
    *,
    wall_ms: float,
    cpu_ms: float,
    stretch: float,
    floor_ms: float | None = None,
) -> Figure:
    """A time that has to stay below `limit_ms`.

    The clock on the wall is judged where the machine was free; where it was busy with other
    things (`stretch`, see bench.machine), CPU time of our own processes is.
    """
    if stretch <= BUSY:
        note = f"CPU {number(cpu_ms)} ms"
        return at_most(name, wall_ms, "ms", limit_ms, floor=floor_ms, note=note)
    note = f"CPU time; machine busy ({stretch:.2f}), wall {number(wall_ms)} ms"
    return at_most(name, cpu_ms, "ms", limit_ms, floor=floor_ms, note=note)


def number(value: float) -> str:
    """Three digits that say something; thousands are told apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as people read them, one a line."""
    rows = [("", "figure", "value", "unit", "target", "floor", "")]
    for figure in figures:
        mark = {None: " ", True: "✓", False: "✗"}[figure.ok]
        floor = "" if figure.floor is None else number(figure.floor)
        value = number(figure.value)
        rows.append(
            (mark, figure.name, value, figure.unit, figure.target or "–", floor or "–", figure.note)
        )
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines with columns of one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
