"""Registers from CSV and back: all lines or none, each bad one named, nothing lost on the way."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from archive.access import operator
from archive.errors import UsageError
from archive.models import Entry, EntryValue, Event, Identifier, Job, NamedDocument
from archive.register_csv import export_lines, import_register, to_csv, to_xlsx
from archive.register_fields import REGISTERS, register_of
from demo.registers import registers as demo_registers
from tests.register_house import RegisterHouse


class CsvHouse(RegisterHouse):
    def take(self, register: str, text: str | bytes, viewer=None, **more):
        self.clock.step()
        data = text.encode() if isinstance(text, str) else text
        with self.database.write() as session:
            return import_register(
                session, viewer or operator(session), register_of(register), data, self.clock(),
                schemes=self.schemes, **{"collection": "general", **more},
            )  # fmt: skip

    def lines(self, register: str, **then):
        with self.database.read() as session:
            return list(export_lines(session, operator(session), register_of(register), **then))

    def as_csv(self, register: str) -> str:
        return to_csv(register_of(register), self.lines(register))

    def as_json_lines(self, register: str) -> str:
        return "".join(json.dumps(line) + "\n" for line in self.lines(register))

    def empty(self) -> None:
        with self.database.write() as session:
            for model in (Job, Identifier, EntryValue, NamedDocument, Entry):
                session.execute(delete(model))

    def count(self, model) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = CsvHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.fixture
def sqlite_house(sqlite_url, tmp_path, clock):
    house = CsvHouse(sqlite_url, tmp_path, clock)
    yield house
    house.close()


def whats(result):
    return [line.what for line in result.lines]


def test_the_demos_registers_come_in_and_the_second_time_nothing_changes(house):
    for name, text in demo_registers().items():
        first, again = house.take(name, text), house.take(name, text)
        assert first.is_done and set(whats(first)) == {"new"}
        assert again.is_done and set(whats(again)) == {"same"} and again.same == first.new
    assert {line["code"] for line in house.lines("products")} == {"AV-200", "AV-310", "Sidensvans"}


def test_every_bad_line_is_named_with_its_reason_and_nothing_is_done(house):
    house.register("product", code="KNOWN", name="Known")
    events = house.count(Event)
    result = house.take(
        "products",
        "code,name,phase,happened_on\n"
        "A-1,fine,planned,\n"
        "A-2,bad phase,flying,\n"
        "A-3,bad day,planned,2024-02-30\n"
        ",no code,,\n"
        "A-4,,planned,\n"
        "a1,the first again,,\n"
        "A-5,too long,planned,,more\n"
        "known,changed,,\n",
    )
    wrong = {line.number: line.detail for line in result.lines if line.what == "wrong"}
    assert list(wrong) == [3, 4, 5, 6, 7, 8]
    for number, said in (
        (3, "phase can't be 'flying'"), (4, "2024-02-30"), (5, "code is missing"),
        (6, "name is missing"), (7, "in line 2 already"), (8, "5 cells"),
    ):  # fmt: skip
        assert said in wrong[number]
    assert not result.is_done and (result.new, result.changed) == (1, 1)
    assert house.count(Entry) == 1 and house.count(Event) == events


def test_what_takes_one_anothers_place_in_a_circle_is_named_and_nothing_is_done(house):
    house.register("product", code="A-3", name="Three", replaced_by="A-1")
    result = house.take(
        "products",
        "code,name,replaced_by\n"
        "A-1,One,A-2\n"
        "A-2,Two,a3\n"
        "A-4,Four,A-1\n"  # leads into the circle, and is not in it
        "A-5,Five,A-5\n"
        "A-6,Six,A-9\n",
    )
    wrong = {line.number: line.detail for line in result.lines if line.what == "wrong"}
    assert wrong == {
        2: "A-1 can't be replaced by A-2: that goes round, A-1 → A-2 → A-3 → A-1.",
        3: "A-2 can't be replaced by a3: that goes round, A-2 → A-3 → A-1 → A-2.",
        5: "A-5 can't be replaced by A-5: that goes round, A-5 → A-5.",
    }
    assert not result.is_done and house.count(Entry) == 1


def test_a_circle_that_the_lines_of_one_file_open_is_none(house):
    house.take("products", "code,name,replaced_by\nA-1,One,A-2\nA-2,Two,\n")
    assert house.take("products", "code,replaced_by\nA-1,-\nA-2,A-1\n").is_done
    day = "code,replaced_by,happened_on\nA-1,A-2,2030-01-01\nA-2,-,2030-01-01\n"
    assert house.take("products", day).is_done


def test_a_dry_run_says_what_would_change_and_does_nothing(house):
    house.register("product", code="A-1", name="One", phase="planned", owner="Eva")
    text = "code,name,phase,owner\nA-1,,launched,-\nA-2,Two,,\n"
    result = house.take("products", text, dry_run=True)
    assert [(line.what, line.detail) for line in result.lines] == [
        ("changed", "phase: planned → launched; owner: Eva → -"),
        ("new", ""),
    ]
    assert not result.is_done and house.count(Entry) == 1
    done = house.take("products", text)
    assert done.is_done and whats(done) == whats(result)
    assert house.get("product", "A-1").told()["owner"] is None


@pytest.mark.parametrize(
    "data",
    [
        'Code;Other Names;NAME\nA-1;"Sjö;Å";Räksmörgås\n'.encode("cp1252"),
        "\ufeffcode,other-names,name\r\nA-1,Sjö;Å,Räksmörgås\r\n\r\n".encode(),
        "code\tother_names\tname\nA-1\tSjö;Å\tRäksmörgås\n".encode("utf-16"),
    ],
)
def test_what_spreadsheets_write_is_read(sqlite_house, data):
    assert sqlite_house.take("products", data).is_done
    told = sqlite_house.get("product", "A-1").told()
    assert (told["name"], told["other_names"]) == ("Räksmörgås", ["Sjö", "Å"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("code,name,colour\nA,B,red\n", "no field 'colour'"),
        ("code,name,name\nA,B,C\n", "twice"),
    ],
)
def test_a_file_that_is_no_register_is_refused_as_a_whole(sqlite_house, text, said):
    with pytest.raises(UsageError, match=said):
        sqlite_house.take("products", text)


def test_a_quote_that_is_not_closed_is_a_bad_line_and_nothing_is_done(sqlite_house):
    result = sqlite_house.take("products", 'code,name\nA-1,One\nA-2,"Two\nA-3,Three\n')
    assert whats(result) == ["new", "wrong"] and result.lines[1].number == 3
    assert not sqlite_house.count(Entry)


def test_lines_with_a_day_are_a_history_and_answer_on_and_as_of(house):
    house.take(
        "products",
        "code,name,phase,happened_on\n"
        "A-1,One,planned,\nA-1,,launched,2024-03-01\nA-1,,ended,2025-03-01\n",
    )
    known = house.clock()
    house.take("products", "code,phase,happened_on\nA-1,serviced,2026-01-01\n")
    assert house.lines("products")[0]["phase"] == "serviced"
    assert house.lines("products", as_of=known)[0]["phase"] == "ended"
    then = house.lines("products", on=date(2024, 12, 31))[0]
    assert (then["phase"], then["history"]) == ("launched", [])


def test_an_import_goes_only_where_one_may_write(house):
    eva = house.viewer("general")
    text = "code,name,collection\nA-1,One,general\nA-2,Two,secret\nA-3,Three,nowhere\n"
    result = house.take("products", text, eva)
    assert [line.detail for line in result.lines if line.what == "wrong"] == [
        "There is no collection secret.",
        "There is no collection nowhere.",
    ]


def test_an_import_changes_no_entry_of_another_collection(house):
    house.register("product", "secret", code="A-1", name="Hidden")
    assert whats(house.take("products", "code,name\nA-1,Mine\n")) == ["new"]
    names = {line["collection"]: line["name"] for line in house.lines("products")}
    assert names == {"general": "Mine", "secret": "Hidden"}


LINE = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" ,\"';-=+@åß"), min_size=1
).map(lambda text: " ".join(text.replace(";", "").split()))
VALUE = LINE.filter(lambda text: text and text != "-" and text.isprintable())
DAY = st.dates(date(1990, 1, 1), date(2050, 1, 1)).map(date.isoformat)


def value_of(field):
    return {
        "day": DAY,
        "choice": st.sampled_from(field.choices or ("x",)),
        "names": st.lists(VALUE, max_size=3).map(";".join),
        "amount": st.decimals(0, 10**9, places=2).map(str),
        "currency": st.sampled_from(("SEK", "EUR")),
        "version": st.sampled_from(("D-000123/1", "d-17/2")),
    }.get(field.type, VALUE)


@st.composite
def tables(draw):
    register = draw(st.sampled_from(sorted(REGISTERS.values(), key=lambda r: r.name)))
    rows = []
    for number in range(draw(st.integers(0, 3))):
        for day in ["", *draw(st.lists(DAY, max_size=2, unique=True))]:
            row = {
                field.name: draw(value_of(field))
                for field in register.fields
                if (field.name == register.title and not day) or draw(st.booleans())
            }
            rows.append(row | {register.code: f"N{number} {register.plural}", "happened_on": day})
    return register, rows


def test_no_cell_of_an_export_is_run_and_all_comes_back(sqlite_house):
    sqlite_house.empty()
    names = {"A-1": "=HYPERLINK(1)", "A-2": "+46 8 123", "A-3": "@sum", "A-4": "-x", "A-5": "'=1"}
    for code, name in names.items():
        sqlite_house.register("product", "general", code=code, name=name)
    text = sqlite_house.as_csv("products")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
    assert "'=HYPERLINK(1)" in cells
    sqlite_house.empty()
    assert sqlite_house.take("products", text).is_done
    assert {line["code"]: line["name"] for line in sqlite_house.lines("products")} == names


@given(tables())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_export_import_export_is_equal_in_every_form(sqlite_house, table):
    register, rows = table
    sqlite_house.empty()
    made = io.StringIO()
    names = [*(field.name for field in register.fields), "happened_on"]
    writer = csv.DictWriter(made, names)
    writer.writeheader()
    writer.writerows(rows)
    first = sqlite_house.take(register.name, made.getvalue())
    assert first.is_done, [line for line in first.lines if line.what == "wrong"]
    lines, text = sqlite_house.lines(register.name), sqlite_house.as_csv(register.name)
    workbook = to_xlsx(register, lines)
    for form in (text, sqlite_house.as_json_lines(register.name), workbook):
        if not lines and not form.strip():
            continue
        again = sqlite_house.take(register.name, form)
        assert again.is_done and set(whats(again)) <= {"same"}
        sqlite_house.empty()
        assert sqlite_house.take(register.name, form).is_done
        assert sqlite_house.lines(register.name) == lines
        assert sqlite_house.as_csv(register.name) == text
        assert to_xlsx(register, sqlite_house.lines(register.name)) == workbook
