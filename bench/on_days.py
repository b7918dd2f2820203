"""What held on a day: real histories of specifications, imported with the days of their changes.

Each entry is a change request; what its specification said of itself stands in fields of the same
form. The import says since when each value held, and nothing of when that was learnt.
"""

from __future__ import annotations

import csv
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.context import Context
from bench.figures import Figure, at_least
from bench.house import Client, House

QUESTIONS: Final = 2_000
SHARE: Final = 0.99
SEED: Final = 20240305
#: By field of the histories the field of the register, which is of the same form.
FIELDS: Final[Mapping[str, str]] = {
    "status": "cause",
    "requires": "affects",
    "last-call-deadline": "decided_on",
    "superseded-by": "benefits",
}
NOTHING: Final = "-"  # in a cell: no value from that day on


@dataclass(frozen=True, slots=True)
class Change:
    """From `day` on a field of an entry says `new`; before that it said `old`."""

    day: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What did this field of the entry say on that day?"""

    entry: str
    field: str  # of FIELDS
    day: str
    expected: str | None


Histories = dict[tuple[str, str], list[Change]]  # by entry and field, in order of time


def run(context: Context) -> list[Figure]:
    """2,000 sampled questions (entry, field, day), each asked over HTTP with `on=`."""
    told = context.shared("corpora/truth/history_eips.jsonl").read_text(encoding="utf-8")
    histories = histories_of(map(json.loads, told.splitlines()))
    house = House(context.folder("on-days"))
    house.prepare()
    table = house.folder / "history.csv"
    lines = write_table(histories, table)
    begun = time.monotonic()
    house.run("import", "register", "change-requests", table)
    took = time.monotonic() - begun
    questions = list(islice(questions_of(histories), context.sized(QUESTIONS)))
    with house.serve() as service, service.client() as client:
        wrong = [one for one in questions if not is_right(client, one)]
    share = 1 - len(wrong) / len(questions)
    note = f"{len(questions)} questions on {len({entry for entry, _ in histories})} entries"
    note += f"; first wrong: {wrong[0]}" if wrong else ""
    return [
        at_least("answers with on= that are right", share, "share", SHARE, note=note),
        Figure("import of their histories", took, "s", note=f"{lines} lines"),
    ]


def histories_of(lines: Iterable[Mapping[str, Any]]) -> Histories:
    """The changes by entry and field, those of one day as one."""
    days: dict[tuple[str, str], dict[str, Change]] = defaultdict(dict)
    for line in lines:
        field, day = line["field"], line["when"][:10]
        old, new = (_value(field, line[side]) for side in ("old", "new"))
        of_field = days[line["id"], field]
        of_field[day] = Change(day, of_field[day].old if day in of_field else old, new)
    return {key: [days[key][day] for day in sorted(days[key])] for key in days}


def _value(field: str, written: str | None) -> str | None:
    """As the register keeps it: numbers with semicolons between them."""
    text = " ".join((written or "").split())
    if field == "requires":
        text = ";".join(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
    return text or None


def write_table(histories: Histories, into: Path) -> int:
    """One line for each day of an entry, and one for what was said before; how many."""
    rows: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for (entry, field), changes in histories.items():
        rows[entry, ""]["title"] = entry
        if changes[0].old:
            rows[entry, ""][FIELDS[field]] = changes[0].old
        for change in changes:
            rows[entry, change.day][FIELDS[field]] = change.new or NOTHING
    heads = ["number", "title", *FIELDS.values(), "happened_on"]
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, restval="")
        writer.writeheader()
        for (entry, day), cells in sorted(rows.items()):
            writer.writerow({"number": entry, **cells, "happened_on": day})
    return len(rows)


def questions_of(histories: Histories) -> Iterator[Question]:
    """Without end, always the same: on the day of a change, beside it, or between two of them."""
    drawn = random.Random(SEED)
    keys = sorted(histories)
    entries = sorted({entry for entry, _ in keys})
    while True:
        entry = drawn.choice(entries)
        field = drawn.choice([field for owner, field in keys if owner == entry])
        changes = histories[entry, field]
        change = date.fromisoformat(drawn.choice(changes).day)
        day = (change + timedelta(drawn.choice((-1, 0, 1, drawn.randint(-400, 400))))).isoformat()
        yield Question(entry, field, day, held_on(changes, day))


def held_on(changes: list[Change], day: str) -> str | None:
    """What the last change up to that day says; before the first one what that says of before."""
    past = [change for change in changes if change.day <= day]
    return past[-1].new if past else changes[0].old


def is_right(client: Client, one: Question) -> bool:
    path = f"/api/v1/change-requests/{one.entry.replace(' ', '%20')}"
    said = client.json(path, on=one.day)[FIELDS[one.field]]
    return (";".join(said) if isinstance(said, list) else said or "") == (one.expected or "")
