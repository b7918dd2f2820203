"""Plans in the configuration and in files of their own; what is wrong with one stops the start."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from archive.config import load_config
from archive.errors import ConfigError
from archive.plan_templates import PlanSection, days_of, plans_of, wrong_in

START = '{ code = "G1", name = "A" }'
HEAD = "milestone,name,after,days,what,need,kind,party,state,responsible\n"
CSV = (
    HEAD
    + "G1,Start,,-30,document,The specification,specification,Acme AB,approved,Eva\n"
    + "G1,,,,person,Project leader,,,,Bo\n"
    + "G2,End,G1,40,,,,,,\n"
)


def configured(folder: Path, toml: str, **files: str) -> PlanSection:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    path = folder / "config.toml"
    path.write_text(f'[[plans]]\nname = "own"\n{toml}', encoding="utf-8")
    return load_config(path).plans[0]


def refused(folder: Path, toml: str, **files: str) -> str:
    with pytest.raises(ConfigError) as caught:
        configured(folder, toml, **files)
    return str(caught.value)


def test_the_included_plans_are_in_order():
    plans = plans_of(())
    assert list(plans) == ["engineering-change", "product-launch"]
    assert [
        *wrong_in(plans["product-launch"], ""),
        *wrong_in(plans["engineering-change"], ""),
    ] == []


def test_a_plan_can_stand_in_the_configuration(tmp_path):
    toml = f'milestones = [{START}, {{ code = "G2", name = "End", after = "g1", days = 9 }}]'
    plan = configured(tmp_path, toml)
    assert days_of(plan, date(2026, 1, 1)) == {"G1": date(2026, 1, 1), "G2": date(2026, 1, 10)}
    assert list(plans_of([plan])) == ["engineering-change", "product-launch", "own"]


def test_a_plan_of_the_configuration_replaces_an_included_one_of_its_name(tmp_path):
    plan = configured(tmp_path, 'milestones = [{ code = "G1", name = "Start" }]')
    own = plan.model_copy(update={"name": "product-launch"})
    assert plans_of([own])["product-launch"] is own


def test_a_plan_as_csv_has_a_line_for_each_need(tmp_path):
    plan = configured(tmp_path, 'file = "plan.csv"', plan_csv=CSV)
    first, last = plan.milestones
    assert (first.code, first.name, first.days) == ("G1", "Start", -30)
    assert [(need.what, need.name, need.responsible) for need in first.needs] == [
        ("document", "The specification", "Eva"), ("person", "Project leader", "Bo"),
    ]  # fmt: skip
    need = first.needs[0]
    assert (need.kind, need.party, need.state) == ("specification", "Acme AB", "approved")
    assert (last.after, last.days, last.needs) == ("G1", 40, ())


def test_a_plan_as_csv_may_have_semicolons_as_spreadsheets_write_them(tmp_path):
    plan = configured(tmp_path, 'file = "plan.csv"', plan_csv="\ufeff" + CSV.replace(",", ";"))
    assert [one.code for one in plan.milestones] == ["G1", "G2"]


def test_a_plan_as_toml_counts_from_the_folder_of_the_configuration(tmp_path, monkeypatch):
    monkeypatch.chdir(os.sep)
    plan = configured(
        tmp_path,
        'file = "plan.toml"',
        plan_toml='title = "Ours"\n[[milestones]]\ncode = "G1"\nname = "A"',
    )
    assert (plan.title, plan.milestones[0].code) == ("Ours", "G1")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("", ["plans.0.milestones", "at least one"]),
        ('milestones = [{ code = "G1", name = "A", after = "G9" }]',
         ["plans.0.milestones.0.after", "'G9'", "the code of a milestone of this plan"]),
        ('milestones = [{ code = "G1", name = "A", after = "G2" }, '
         '{ code = "G2", name = "B", after = "G1" }]',
         ["plans.0.milestones.0.after", "'G2'", "does not come after it"]),
        ('milestones = [{ code = "G1", name = "A", after = "G1" }]',
         ["plans.0.milestones.0.after", "does not come after it"]),
        ('milestones = [{ code = "G1", name = "A" }, { code = "g1", name = "B" }]',
         ["plans.0.milestones.1.code", "'g1'"]),
        (f'milestones = [{START}, {{ code = "G2", name = "B", after = "G1", days = -1 }}]',
         ["plans.0.milestones.1.days", "-1", "0 or more"]),
        ('milestones = [{ code = "G1", name = "A", days = 99999 }]',
         ["plans.0.milestones.0.days", "99999", "at most 36500"]),
        ('milestones = [{ code = "G1", name = "A", needs = [{ name = "X", kind = "contrakt" }] }]',
         ["plans.0.milestones.0.needs.0.kind", "'contrakt'", "one of the kinds"]),
        ('milestones = [{ code = "G1", name = "A", needs = [{ name = "X" }] }]',
         ["plans.0.milestones.0.needs.0", "`kind`"]),
        ('milestones = [{ code = "G1", name = "A", '
         'needs = [{ name = "X", what = "person", kind = "plan" }] }]',
         ["plans.0.milestones.0.needs.0", "of documents only"]),
        ('file = "none.toml"', ["plans.0.file", "none.toml", "a file that can be read"]),
        (f'file = "none.toml"\nmilestones = [{START}]', ["plans.0.file", "no file"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plan_stops_the_start_with_key_value_and_what_is_expected(
    tmp_path, toml, words
):
    said = refused(tmp_path, toml)
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            HEAD + "G1,Start,,soon,,,,,,\n",
            ["plans.0.file, line 2, days", "'soon'", "a whole number"],
        ),
        (
            HEAD + "G1,Start,,0,,,,,,\nG1,,,,document,X,contrakt,,,\n",
            ["line 3, kind", "'contrakt'"],
        ),
        (HEAD + "G1,Start,,0,,,,,,\nG1,,,,machine,X,,,,\n", ["line 3, what", "'machine'"]),
        (HEAD + "G1,Start\n", ["line 2", "as many cells"]),
        ("code,name\nG1,Start\n", ["line 1", "a head with columns of milestone"]),
        ("", ["line 1", "a head with columns of milestone"]),
    ],
)
def test_what_is_wrong_with_a_plan_as_csv_is_said_with_its_line(tmp_path, text, words):
    said = refused(tmp_path, 'file = "plan.csv"', plan_csv=text)
    assert all(word in said for word in words), said


def test_two_plans_of_one_name_are_refused(tmp_path):
    more = 'milestones = [{ code = "G1", name = "A" }]\n'
    said = refused(tmp_path, f'{more}[[plans]]\nname = "own"\n{more}')
    assert "plans.1.name" in said


def test_all_mistakes_of_the_configuration_are_said_at_once(tmp_path):
    said = refused(tmp_path, 'file = "none.toml"\n[server]\nport = -1')
    assert "plans.0.file" in said
    assert "server.port" in said


def test_the_example_of_a_plan_as_csv_in_the_documentation_is_one(tmp_path):
    text = (Path(__file__).parents[1] / "docs" / "coordinators.md").read_text(encoding="utf-8")
    example = "milestone;" + text.partition("```csv\nmilestone;")[2].partition("```")[0]
    plan = configured(tmp_path, 'file = "plan.csv"', plan_csv=example)
    assert [(one.code, len(one.needs)) for one in plan.milestones] == [("read", 2), ("sent", 1)]
