"""What was in force for a product on a day: specifications, drawings, contracts, prices."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from archive import questions
from archive.access import operator
from archive.config import Config
from archive.errors import UsageError
from tests.register_house import RegisterHouse

SPEC = "Specification\nSpecification no: {number}\nDate: {day}\nProduct: AV-200\n{more}"


@pytest.fixture
def house(database_url, tmp_path, clock):
    clock.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    made = RegisterHouse(database_url, tmp_path, clock)
    made.register("product", code="AV-200", name="Aurora pump")
    yield made
    made.close()


def spec(house, number, day, more="", collection="general", path=None):
    text = SPEC.format(number=number, day=day, more=more)
    house.put(path or f"{number}.txt", text, collection)


def ask(house, viewer=None, code="AV-200", **then):
    with house.database.read() as session:
        who = viewer or operator(session)
        product = house.get("product", code, who)
        found = questions.answer(
            session, who, Config(), "in-force", house.clock(), product=product, **then
        )
    names = ("kind", "number", "version", "effective_from", "expires_on")
    return [tuple(row[name] for name in names) for row in found.told()["items"]]


def test_of_each_document_the_version_that_held_on_the_day_is_told(house):
    spec(house, "SPEC-104", "2023-01-10", "A brass seal.")
    spec(house, "SPEC-104", "2024-05-01", "A steel seal.")
    spec(house, "SPEC-105", "2025-02-01")
    assert ask(house) == [
        ("specification", "SPEC-104", 2, "2024-05-01", None),
        ("specification", "SPEC-105", 1, "2025-02-01", None),
    ]
    assert ask(house, on=date(2024, 4, 30)) == [
        ("specification", "SPEC-104", 1, "2023-01-10", None)
    ]
    assert ask(house, on=date(2022, 1, 1)) == []


def test_as_of_a_moment_only_what_had_come_in_is_told(house):
    spec(house, "SPEC-104", "2023-01-10", "A brass seal.")
    before = house.clock()
    spec(house, "SPEC-104", "2024-05-01", "A steel seal.")
    assert ask(house, as_of=before) == [("specification", "SPEC-104", 1, "2023-01-10", None)]


def test_what_another_one_had_taken_the_place_of_by_then_is_not_in_force(house):
    spec(house, "SPEC-104", "2023-01-10")
    spec(house, "SPEC-204", "2025-01-10", "Replaces specification SPEC-104")
    assert [row[1] for row in ask(house)] == ["SPEC-204"]
    assert [row[1] for row in ask(house, on=date(2024, 6, 1))] == ["SPEC-104"]


def test_contracts_hold_until_they_end_also_with_their_amendments(house):
    house.put(
        "c.txt",
        "Supply agreement\nContract no: C-2024-001\nDate: 2024-01-15\nProduct: AV-200\n"
        "Valid until: 2025-12-31\n",
    )
    assert ask(house) == []
    held = ask(house, on=date(2025, 6, 1))
    assert held == [("contract", "C-2024-001", 1, "2024-01-15", "2025-12-31")]
    house.put(
        "a.txt",
        "Amendment\nAmendment no: C-2024-001-A1\nDate: 2025-11-01\n"
        "This amends contract C-2024-001.\nValid until: 2027-12-31\n",
    )
    assert ask(house) == [("contract", "C-2024-001", 1, "2024-01-15", "2027-12-31")]


def test_prices_stand_in_quotations_that_are_valid_on_the_day(house):
    house.put(
        "q.txt",
        "Quotation\nQuotation no: Q-2025-7\nDate: 2025-01-10\nProduct: AV-200\n"
        "Valid until: 2025-03-31\nTotal: 120.00 SEK\n",
    )
    assert ask(house) == []
    assert [row[:2] for row in ask(house, on=date(2025, 2, 1))] == [("quotation", "Q-2025-7")]


def test_hidden_documents_are_in_no_answer_and_take_the_place_of_none(house):
    spec(house, "SPEC-104", "2023-01-10")
    spec(house, "SPEC-204", "2025-01-10", "Replaces specification SPEC-104", "secret")
    general = house.viewer("general")
    assert [row[1] for row in ask(house, general)] == ["SPEC-104"]


def test_it_is_asked_of_a_product_and_other_questions_are_not(house):
    with house.database.read() as session:
        who, now = operator(session), house.clock()
        with pytest.raises(UsageError, match="which product"):
            questions.answer(session, who, Config(), "in-force", now)
        with pytest.raises(UsageError, match="no product"):
            product = house.get("product", "AV-200")
            questions.answer(session, who, Config(), "open-changes", now, product=product)


def test_pages_and_api_ask_which_product_is_meant(rooms):
    with rooms.client("cora") as client:
        client.post("/api/v1/products", json={"code": "AV-200", "name": "Pump"})
        page = client.get("/questions/in-force")
        assert page.status_code == 200 and 'name="product"' in page.text
        assert "Nothing answers" in client.get("/questions/in-force?product=AV-200").text
        assert client.get("/questions/in-force?product=NO-1").status_code == 404
        assert client.get("/api/v1/questions/in-force").status_code == 400
        told = client.get("/api/v1/questions/in-force?product=av200").json()
        assert (told["items"], told["is_of_product"]) == ([], True)
        assert client.get("/api/v1/questions/open-changes?product=AV-200").status_code == 400
        assert "Nothing of it is in force." in client.get("/products/AV-200").text


def test_the_command_line_asks_it_too(crossfile, tmp_path, config):
    file = tmp_path / "products.csv"
    file.write_text("code,name\nAV-200,Pump\n", encoding="utf-8")
    crossfile("import", "register", "products", str(file))
    told = crossfile("question", "in-force", "--product", "AV-200", "--json")
    assert json.loads(told[1])["items"] == []
    assert crossfile("question", "in-force")[0] == 2
    assert crossfile("question", "in-force", "--product", "NO-1")[0] == 1
