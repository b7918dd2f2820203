"""Questions that are answered with rows: about changes and decisions, now and of then."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from api.pages.questions import WORDS
from archive import change_answers, questions
from archive.change_answers import Answer
from archive.change_authority import ChangeRules
from archive.config import Config
from archive.errors import UsageError
from archive.questions import QUESTIONS
from tests.change_house import ChangeHouse
from web.words import FIELDS

SPEC = "Specification\nSpecification no: SPEC-{number}\nDate: 2024-0{month}-01\nA seal.\n{more}"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ChangeHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def spec(house: ChangeHouse, number: int, month: int, more: str = "", collection="general") -> None:
    text = SPEC.format(number=number, month=month, more=more)
    house.put(f"spec-{number}.txt", text, collection)


def ask(house: ChangeHouse, name: str, by: str = "staff one", **then) -> list[dict]:
    with house.database.read() as session:
        found = questions.answer(session, house.person(by), Config(), name, house.clock(), **then)
        return found.told()["items"]


def test_every_question_has_words_for_its_page_and_its_columns():
    assert set(WORDS) == set(QUESTIONS)
    for question in QUESTIONS.values():
        for column in question.columns:
            assert column.name in FIELDS, (question.name, column.name)


def test_an_approved_change_is_listed_with_each_document_that_no_version_carries(house):
    for number in (104, 105, 106, 107):
        spec(house, number, 1)
    entry = house.ask(affects=["SPEC-104", "SPEC-105", "SPEC-106"])
    other = house.ask("CR-119", affects=["SPEC-107"])
    house.moved(entry, "review", "present", "approve")
    house.moved(other, "review", "present", "approve")
    before = house.clock()
    spec(house, 104, 4, "Changed by CR-118.")
    with house.database.write() as session:
        one = house.status(entry).affected[1]
        change_answers.answer(
            session, house.person("coordinator one"), entry, one.id, Answer("waived", "In stock."),
            house.clock.step(), rules=ChangeRules((), house.schemes),
        )  # fmt: skip
    told = [(row["change"], row["document"]) for row in ask(house, "changes-not-carried")]
    assert told == [("CR-118", "D-000003"), ("CR-119", "D-000004")]
    then = [(row["change"], row["document"]) for row in
            ask(house, "changes-not-carried", as_of=before)]  # fmt: skip
    assert then == [("CR-118", f"D-00000{n}") for n in (1, 2, 3)] + [("CR-119", "D-000004")]
    spec(house, 106, 4, "Changed by CR-118.")
    assert [row["change"] for row in ask(house, "changes-not-carried")] == ["CR-119"]


def test_a_version_that_cites_it_and_came_before_carries_nothing(house):
    spec(house, 104, 1, "CR-118 is being thought about.")
    house.moved(house.ask(affects=["SPEC-104"]), "review", "present", "approve")
    assert [row["document"] for row in ask(house, "changes-not-carried")] == ["D-000001"]


def test_changes_are_told_by_age_and_state(house):
    today = house.clock().date()
    for number, days in ((1, 10), (2, 30), (3, 31), (4, 400)):
        house.ask(f"CR-10{number}", received_on=(today - timedelta(days=days)).isoformat())
    house.move(house.get("change-request", "CR-102"), "withdraw", "coordinator one")
    assert [(row["change"], row["days"]) for row in ask(house, "open-changes")] == [
        ("CR-104", 400), ("CR-103", 31), ("CR-101", 10),
    ]  # fmt: skip
    rows = {row["state"]: tuple(row.values())[1:] for row in ask(house, "changes-by-state")}
    assert rows == {
        "received": (3, 1, 1, 0, 1, "CR-104"),
        "withdrawn": (1, 1, 0, 0, 0, "CR-102"),
    }
    assert ask(house, "open-changes", as_of=house.clock() - timedelta(days=1)) == []


def test_decisions_are_told_by_person_also_those_that_count_no_more_or_were_taken_in(house):
    entry = house.moved(house.ask(), "review", "present", "approve", by="manager two")
    house.move(entry, "reopen", "manager one")
    house.ask("CR-7", state="approved", authority="The board", decided_on="2019-05-01")
    told = [(row["person"], row["decision"], row["change"], row["state"]) for row in
            ask(house, "decisions-by-person")]  # fmt: skip
    assert told == [
        ("manager two", "approve", "CR-118", "under-review"), ("The board", "", "CR-7", "approved"),
    ]  # fmt: skip
    assert [row["person"] for row in ask(house, "decisions-by-person", on=date(2020, 1, 1))] == [
        "The board"
    ]


def test_later_versions_of_specifications_that_name_no_change_request_are_told(house):
    spec(house, 104, 1)
    spec(house, 104, 2, "Changed by CR-118.")
    before = house.clock()
    spec(house, 104, 3, "Changed in silence.")
    spec(house, 105, 1)
    house.put("memo.txt", "Invoice\nInvoice no: 7788\n")
    house.put("memo.txt", "Invoice\nInvoice no: 7788\nAgain.\n")
    rows = ask(house, "changed-without-request")
    assert [(row["document"], row["version"], row["kind"]) for row in rows] == [
        ("D-000001", 3, "specification")
    ]
    assert ask(house, "changed-without-request", as_of=before) == []
    entry = house.ask()
    with house.database.write() as session:
        by, at = house.person("coordinator one"), house.clock.step()
        made = change_answers.add(session, by, entry, "D-000001", at, version=2)
        change_answers.answer(
            session, by, entry, made, Answer("carried", version=3), at,
            rules=ChangeRules((), house.schemes),
        )  # fmt: skip
    assert ask(house, "changed-without-request") == []


def test_what_the_viewer_may_not_see_is_in_no_answer(house):
    spec(house, 104, 1, collection="secret")
    spec(house, 104, 2, collection="secret")
    house.register("change-request", "secret", number="CR-9", title="T", state="approved",
                   authority="X", affects=["SPEC-104"])  # fmt: skip
    for name, question in QUESTIONS.items():
        if not question.is_of_product:
            assert ask(house, name) == [], name


def test_a_question_that_there_is_none_of_names_those_that_there_are(house):
    with pytest.raises(UsageError, match="open-changes"):
        ask(house, "why")


def test_the_command_line_answers_as_a_table_as_csv_and_as_json(crossfile, tmp_path, config):
    file = tmp_path / "changes.csv"
    file.write_text("number,title,received_on\nCR-7,=Seal,2024-03-01\n", encoding="utf-8")
    crossfile("import", "register", "change-requests", str(file))
    assert "open-changes" in crossfile("question")[1]
    assert "CR-7" in crossfile("question", "open-changes")[1]
    told = json.loads(crossfile("question", "open-changes", "--json")[1])
    assert told["total"] == 1 and told["items"][0]["received_on"] == "2024-03-01"
    csv = crossfile("question", "open-changes", "--csv")[1].splitlines()
    assert csv[0] == "change,title,state,requester,received_on,days" and "'=Seal" in csv[1]
    assert crossfile("question", "why")[0] == 2
