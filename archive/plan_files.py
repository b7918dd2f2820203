"""Plans that the configuration keeps in files of their own: TOML, or CSV with a line a need."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from archive.errors import ConfigError, all_wrong
from archive.plan_templates import PlanSection, wrong_in

#: The columns of a plan as CSV: a milestone stands in its first line; `what` and the rest say what
#: it needs, and are empty where it needs nothing.
COLUMNS: Final = (
    "milestone", "name", "after", "days", "what", "need", "kind", "party", "state", "responsible",
)  # fmt: skip
NEED: Final = COLUMNS[4:]
#: How the keys of a plan are called in its columns.
NAMED: Final = {"code": "milestone"}
LARGEST: Final = 1 << 20  # bytes of a plan


def read_plans(
    plans: Sequence[PlanSection], folder: Path
) -> tuple[tuple[PlanSection, ...], list[ConfigError]]:
    """The plans with the milestones of their files, and all that is wrong with them.

    Files count from `folder`.
    """
    found: list[PlanSection] = []
    wrong: list[ConfigError] = []
    for place, plan in enumerate(plans):
        key = f"plans.{place}"
        if plan.name in [one.name for one in found]:
            wrong.append(ConfigError(f"{key}.name", plan.name, "a name that no other plan has"))
        if plan.file and plan.milestones:
            wrong.append(ConfigError(f"{key}.file", plan.file, "no file, or no milestones here"))
        elif plan.file:
            try:
                plan = _read(plan, folder, f"{key}.file")
            except ConfigError as error:
                wrong.append(error)
                continue
            key = f"{key}.file"
        wrong += wrong_in(plan, key)
        found.append(plan)
    return tuple(found), wrong


def _read(plan: PlanSection, folder: Path, where: str) -> PlanSection:
    path = folder / plan.file
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(where, plan.file, f"a file of at most {LARGEST} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            where, plan.file, f"a file that can be read ({error.strerror})"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(where, plan.file, f"a file in UTF-8 ({error})") from error
    lines: dict[tuple[int, ...], int] = {}
    if path.suffix.casefold() == ".csv":
        said, lines = _from_csv(text, plan.file, where)
    else:
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(where, plan.file, f"valid TOML ({error})") from error
    try:
        return PlanSection(**{"title": plan.title, **said, "name": plan.name})
    except ValidationError as error:
        found = [_in_file(one, where, lines) for one in error.errors()]
        raise all_wrong(found) from error


def _in_file(wrong: ErrorDetails, where: str, lines: Mapping[tuple[int, ...], int]) -> ConfigError:
    """A mistake by its place in the file: a key of the TOML, a line of the CSV."""
    from archive.config import config_error  # which has all sections, this one too

    said = config_error(wrong)
    line = lines.get(tuple(part for part in wrong["loc"] if isinstance(part, int)))
    place = f".{said.key}"
    if line is not None:
        name = str(wrong["loc"][-1])
        column = "" if isinstance(wrong["loc"][-1], int) else f", {NAMED.get(name, name)}"
        place = f", line {line}{column}"
    return ConfigError(f"{where}{place}", said.value, said.expected)


def _from_csv(
    text: str, file: str, where: str
) -> tuple[dict[str, Any], dict[tuple[int, ...], int]]:
    """What a TOML file would say, and the line of each milestone and need by their places."""
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), strict=True, delimiter=delimiter)
    if set(reader.fieldnames or ()) - set(COLUMNS) or "milestone" not in (reader.fieldnames or ()):
        raise ConfigError(f"{where}, line 1", first, f"a head with columns of {', '.join(COLUMNS)}")
    milestones: dict[str, dict[str, Any]] = {}
    lines: dict[tuple[int, ...], int] = {}
    try:
        for row in reader:
            _take(row, milestones, lines, reader.line_num)
    except (csv.Error, ValueError) as error:
        wrong = f"a line of as many cells as the head has ({error})"
        raise ConfigError(f"{where}, line {reader.line_num}", file, wrong) from error
    return {"milestones": list(milestones.values())}, lines


def _take(
    row: Mapping[str | None, Any],
    milestones: dict[str, dict[str, Any]],
    lines: dict[tuple[int, ...], int],
    number: int,
) -> None:
    """One line: a milestone where it is the first of it, and a need where it says one."""
    if None in row or None in row.values():
        raise ValueError("more or fewer")
    cells = {name: " ".join(cell.split()) for name, cell in row.items() if name}
    one = milestones.get(cells["milestone"])
    if one is None:
        one = milestones[cells["milestone"]] = {"code": cells["milestone"], "needs": []}
        one |= {name: cells[name] for name in ("name", "after", "days") if cells.get(name)}
        lines[(len(milestones) - 1,)] = number
    if any(cells.get(name) for name in NEED):
        need = {name: cells[name] for name in NEED if cells.get(name)}
        place = list(milestones).index(cells["milestone"])
        lines[place, len(one["needs"])] = number
        one["needs"].append({("name" if k == "need" else k): v for k, v in need.items()})
