"""Tables as XLSX: what is written is read back, by us and by others; what people save is read."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.workbooks import read_rows, to_workbook

TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=20
)


def rows_of(data: bytes) -> list[list[str]]:
    return [cells for _, cells in read_rows(data)]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=5))
def test_every_text_is_read_back_as_it_was(rows):
    data = to_workbook("table", ["first", "last"], [[*row, "."] for row in rows])
    assert rows_of(data)[1:] == [[*row, "."] for row in rows]
    assert data == to_workbook("table", ["first", "last"], [[*row, "."] for row in rows])


def test_others_read_it_too_texts_as_texts_and_whole_numbers_as_numbers():
    rows = [["004411", "=1+1", 7, None], ["_x0041_", "a\nb <c>", -3, "å"]]
    data = to_workbook("Contracts: in/force", ["number", "text", "days", "more"], rows)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Contracts  in force"]
    sheet = book.active
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]][:3] == ["004411", "=1+1", 7]
    assert sheet["B2"].data_type == "s" and sheet["B2"].number_format == "@"
    assert [cell.value for cell in sheet[3]][1:] == ["a\nb <c>", -3, "å"]


def test_what_people_save_is_read_days_as_iso_and_whole_numbers_without_a_fraction():
    book = openpyxl.Workbook()
    book.active.append(["code", "planned_on", "size"])
    book.active.append([104, date(2024, 3, 5), 1.5])
    book.active["A4"] = "G1"
    book.create_sheet("other").append(["nothing"])
    made = io.BytesIO()
    book.save(made)
    found = list(read_rows(made.getvalue()))
    assert found == [
        (1, ["code", "planned_on", "size"]), (2, ["104", "2024-03-05", "1.5"]), (3, ["", "", ""]),
        (4, ["G1", "", ""]),
    ]  # fmt: skip


def test_a_code_comes_in_as_its_cell_shows_it():
    book = openpyxl.Workbook()
    first = book.active
    first.append(["code", "name", "supplier", "since"])
    first.append([123, "Pump", 77, 45356])
    for place, code in (("A2", "00000"), ("C2", '"PO-"0'), ("D2", "yyyy-mm-dd")):
        first[place].number_format = code
    other = book.create_sheet("first", 0)
    other["B3"] = 8
    other["B3"].number_format = "000"
    made = io.BytesIO()
    book.save(made)
    assert rows_of(made.getvalue()) == [["", ""], ["", ""], ["", "008"]]
    del book["first"]
    book.save(made := io.BytesIO())
    assert rows_of(made.getvalue())[1] == ["00123", "Pump", "PO-77", "2024-03-05"]


@pytest.mark.parametrize("cut", [4, 100, -30])
def test_what_is_no_workbook_is_refused_in_a_sentence(cut):
    whole = to_workbook("a", ["b"], [["c"]])
    with pytest.raises(UsageError, match="no workbook"):
        list(read_rows(whole[:cut]))


def with_sheet(sheet: str, **parts: str) -> bytes:
    """A workbook whose sheet has these rows."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(to_workbook("t", ["a"], []))) as whole,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in whole.namelist():
            if name != "xl/worksheets/sheet1.xml":
                package.writestr(name, whole.read(name))
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        body = f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'
        package.writestr("xl/worksheets/sheet1.xml", body)
        for name, text in parts.items():
            package.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="&#90;Z200000"><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * 3000 + '</row><row r="2000"><c><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_says_little_and_reaches_far_is_refused_before_room_is_made(sheet):
    with pytest.raises(UsageError, match="too large"):
        rows_of(with_sheet(sheet))


def test_a_workbook_that_would_be_read_as_another_format_is_refused():
    assert rows_of(with_sheet("<row><c><v>7</v></c></row>")) == [["7"]]
    with pytest.raises(UsageError, match="no XLSX file"):
        rows_of(with_sheet("", **{"content.xml": "<office/>"}))


def test_an_odd_package_is_refused_in_a_sentence():
    whole = to_workbook("t", ["a"], [["b"]])
    newer = whole.replace(b"PK\x03\x04\x14", b"PK\x03\x04\xff").replace(
        b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"
    )
    with pytest.raises(UsageError, match="no workbook"):
        rows_of(newer)


def test_the_command_line_writes_workbooks_and_takes_them_in(crossfile, tmp_path, config):
    file, book = tmp_path / "products.csv", tmp_path / "products.xlsx"
    file.write_text("code,name\n0077,=Pump\n", encoding="utf-8")
    assert crossfile("import", "register", "products", str(file))[0] == 0
    assert crossfile("export", "register", "products", "--xlsx", str(book))[0] == 0
    assert rows_of(book.read_bytes())[1][:3] == ["general", "0077", "=Pump"]
    again = crossfile("import", "register", "products", str(book), "--dry-run", "--json")
    assert json.loads(again[1])["same"] == 1
    answer = tmp_path / "open.xlsx"
    assert crossfile("question", "open-changes", "--xlsx", str(answer))[0] == 0
    assert rows_of(answer.read_bytes())[0][0] == "change"
    assert crossfile("question", "open-changes", "--xlsx", str(tmp_path / "no" / "x"))[0] == 2


def test_registers_and_answers_are_workbooks_on_the_pages_too(rooms):
    with rooms.client("cora") as client:
        client.post("/api/v1/products", json={"code": "AV-200", "name": "Pump"})
        for address in ("/products.xlsx", "/api/v1/products/export.xlsx"):
            answer = client.get(address)
            assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
            assert rows_of(answer.content)[1][:3] == ["general", "AV-200", "Pump"]
        files = {"file": ("p.xlsx", answer.content)}
        taken = client.post("/api/v1/products/import", files=files).json()
        assert (taken["same"], taken["is_done"]) == (1, True)
        rows = rows_of(client.get("/api/v1/questions/open-changes.xlsx").content)
        assert rows[0][0] == "change"
        assert 'href="/products.xlsx"' in client.get("/products").text
