"""Runs of the benchmarks, one JSON file each, and what changed between two of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bench.figures import Figure, aligned, number


@dataclass(frozen=True, slots=True)
class Run:
    """All figures of one run, by benchmark."""

    at: str  # UTC, 20260302T093000Z; the name of its file as well
    machine: Mapping[str, str | int]
    stretch: tuple[float, float]  # before and after, see bench.machine
    figures: Mapping[str, list[Figure]]
    not_measured: Mapping[str, str]  # benchmark → reason
    scale: float = 1.0  # see bench.context

    def is_good(self) -> bool:
        """Does no figure miss its target?"""
        return all(figure.ok is not False for found in self.figures.values() for figure in found)


def name_of(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ")


def save(run: Run, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.at}.json"
    path.write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False) + "\n")
    return path


def load(name: str, folder: Path) -> Run:
    """The run of that name in `folder`, or in the file of that name.

    Raises `FileNotFoundError`.
    """
    path = Path(name) if name.endswith(".json") else folder / f"{name}.json"
    read = json.loads(path.read_text())
    figures = {key: [Figure(**one) for one in found] for key, found in read["figures"].items()}
    stretch = (read["stretch"][0], read["stretch"][1])
    scale = read.get("scale", 1.0)
    return Run(read["at"], read["machine"], stretch, figures, read["not_measured"], scale)


def comparison(before: Run, after: Run) -> str:
    """Each figure of either run with its change, as lines for people."""
    old, new = _by_name(before), _by_name(after)
    rows: list[tuple[str, ...]] = [("figure", before.at, after.at, "change", "unit")]
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        change = "–"
        if was and now and was.value:
            change = f"{(now.value / was.value - 1) * 100:+.1f} %"
        shown = [number(figure.value) if figure else "–" for figure in (was, now)]
        unit = (now or was or new[key]).unit
        rows.append((key, *shown, change, unit))
    return aligned(rows)


def _by_name(run: Run) -> dict[str, Figure]:
    return {f"{key}: {one.name}": one for key, found in run.figures.items() for one in found}
