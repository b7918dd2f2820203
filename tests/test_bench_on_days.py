"""The benchmark of what held on a day: how histories become lines and questions."""

from __future__ import annotations

import csv
from itertools import islice

from bench.on_days import held_on, histories_of, questions_of, write_table

LINES = [
    {"id": "EIP 7", "when": f"{day}T10:00:00+00:00", "field": field, "old": old, "new": new}
    for day, field, old, new in (
        ("2018-03-21", "requires", "EIP-8", "8, 778"),
        ("2018-04-01", "status", None, "Draft"),
        ("2018-05-01", "status", "Draft", "Review"),
        ("2018-05-01", "status", "Review", "Final"),
    )
]


def test_the_last_change_of_a_day_is_what_held_on_it() -> None:
    changes = histories_of(LINES)["EIP 7", "status"]
    assert [(one.day, one.old, one.new) for one in changes] == [
        ("2018-04-01", None, "Draft"), ("2018-05-01", "Draft", "Final"),
    ]  # fmt: skip
    days = ("2018-03-31", "2018-04-01", "2018-04-30", "2018-05-01", "2030-01-01")
    assert [held_on(changes, day) for day in days] == [None, "Draft", "Draft", "Final", "Final"]
    assert held_on(histories_of(LINES)["EIP 7", "requires"], "2018-03-20") == "EIP-8"


def test_a_line_is_written_for_each_day_and_one_for_what_was_before(tmp_path) -> None:
    table = tmp_path / "history.csv"
    assert write_table(histories_of(LINES), table) == 4
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [(row["happened_on"], row["cause"], row["affects"]) for row in rows] == [
        ("", "", "EIP-8"), ("2018-03-21", "", "8;778"), ("2018-04-01", "Draft", ""),
        ("2018-05-01", "Final", ""),
    ]  # fmt: skip


def test_the_same_questions_are_asked_each_time_also_about_days_before_all_changes() -> None:
    histories = histories_of(LINES)
    asked = list(islice(questions_of(histories), 50))
    assert asked == list(islice(questions_of(histories), 50))
    assert {one.expected for one in asked} == {None, "Draft", "Final", "EIP-8", "8;778"}
