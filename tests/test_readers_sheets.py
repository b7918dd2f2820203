"""Workbooks: what they say beside their cells."""

from __future__ import annotations

import datetime
import io
import struct

import openpyxl
import pytest

from indexer.parsers.print_headers import printed_text
from tests.small_files import odf, package, reading, summary, texts, xls


def test_what_is_printed_above_and_below_a_sheet_is_read_once() -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("two")):
        assert sheet is not None
        sheet["A1"] = "cell"
        sheet.oddHeader.left.text = "Ramavtal RA-2024-7"
        sheet.oddHeader.center.text = "R&D &A"
        sheet.oddFooter.right.text = "Page &P of &N"
    out = io.BytesIO()
    book.save(out)
    found = reading(out.getvalue(), "x.xlsx")
    assert texts(found) == ["cell", "cell", "Ramavtal RA-2024-7\tR"]


@pytest.mark.parametrize(
    ("coded", "text"),
    [
        ('&L&"Arial,Bold"&12Order &KFF0000PO-7&C&G&RSida &P (&N)', "Order PO-7"),
        ("&CSmith && Sons, contract 12&R&D &T", "Smith & Sons, contract 12"),
        ("Draft&C&P/&N", "Draft"),
        ("&F&A&Z", ""),
    ],
)
def test_codes_of_print_headers_are_no_text(coded: str, text: str) -> None:
    assert printed_text(coded) == text


def test_a_long_print_header_does_not_hold_the_reader_up() -> None:
    assert len(printed_text("a" * 1_000_000)) == 1_000_000


def test_an_xls_has_its_comments_and_print_headers_and_its_properties() -> None:
    def written(text: str) -> bytes:
        return struct.pack("<HB", len(text), 0) + text.encode("latin-1")

    comment, wide = "ring Åsa om priset", "цена"
    records = [
        (0x14, written("&CRamavtal RA-7")),
        (0x15, written("&CPage &P")),
        (0x1B6, bytes(10) + struct.pack("<HHI", len(comment), 16, 0)),
        (0x3C, b"\0" + comment[:5].encode("latin-1")),
        (0x3C, b"\0" + comment[5:].encode("latin-1")),
        (0x3C, bytes(16)),
        (0x1B6, bytes(10) + struct.pack("<HHI", len(wide), 16, 0)),
        (0x3C, b"\1" + wide.encode("utf-16-le")),
    ]
    said = summary(title="Prislista på pumpar", author="Åsa")
    found = reading(xls(*records, cell="Total", summary=said), "x.xls")
    assert texts(found) == ["Total", f"Ramavtal RA-7\n{comment}\n{wide}"]
    assert (found.title, found.properties) == ("Prislista på pumpar", (("author", "Åsa"),))


def test_a_damaged_summary_does_not_hide_the_cells() -> None:
    found = reading(xls(summary=b"\xfe\xff" + b"\xff" * 60), "x.xls")
    assert texts(found) == ["cell"]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (123, "00000", "00123"),
        (4500012345, '"PO-"0', "PO-4500012345"),
        (77, '"A/"0000"-B"', "A/0077-B"),
        (1234, r"\P\O\-000000", "PO-001234"),
        (5563210987, "000000-0000", "556321-0987"),
        (12345, r"[$-41D]000\ 00", "123 45"),
        (1234567, "000-00", "12345-67"),
        (12, '"RA-"####', "RA-12"),
        (12, '"RA-"General', "RA-12"),
        (-7, "000", "-007"),
        (7, '"D-"000;"minus "000', "D-007"),
        (0, '"PO-"0', "PO-0"),
        # As before: what is rounded, counted, measured, or says more than the number.
        (-7, '"D-"000;"minus "000', "-7"),
        (0, '000;-000;"none"', "0"),
        (12.5, "000", "12.5"),
        (1234567, "#,##0", "1234567"),
        (1234, "0.00", "1234"),
        (12, "0", "12"),
        (1200, "0000,", "1200"),
        (0.5, "0%", "0.5"),
        (12, '[>10]"many "0', "12"),
        (12, '# "kr"', "12 kr"),
        (1234, "00E+00", "1234"),
    ],
)
def test_a_number_is_read_as_its_format_shows_its_digits(
    number: float, code: str, text: str
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"], sheet["D4"], sheet["E4"] = "Number", number, number
    sheet["D4"].number_format = code
    out = io.BytesIO()
    book.save(out)
    (found,) = texts(reading(out.getvalue(), "x.xlsx"))
    plain = str(number)
    assert found.split() == ["Number", *text.split(), plain]


def test_each_sheet_has_its_own_formats_and_what_is_printed_is_still_read() -> None:
    book = openpyxl.Workbook()
    for sheet, code in ((book.active, "0000"), (book.create_sheet("two"), '"PO-"0')):
        assert sheet is not None
        sheet.append([12, "text"])
        sheet["A1"].number_format = sheet["B1"].number_format = code
        sheet.oddHeader.left.text = "Ramavtal"
    out = io.BytesIO()
    book.save(out)
    found = texts(reading(out.getvalue(), "x.xlsx"))
    assert found == ["0012\ttext", "PO-12\ttext", "Ramavtal"]


def test_an_xls_shows_its_codes_too() -> None:
    def code(number: int, text: bytes) -> tuple[int, bytes]:
        return 0x41E, struct.pack("<HHB", number, len(text), 0) + text

    def style(number: int) -> tuple[int, bytes]:
        return 0xE0, struct.pack("<HH", 0, number) + bytes(16)

    styles = [code(164, b"00000"), code(165, b'"PO-"0'), style(0), style(164), style(165)]
    cells = [
        (0x203, struct.pack("<HHHd", 1, 0, 1, 123.0)),
        (0x27E, struct.pack("<HHHI", 1, 1, 2, 77 << 2 | 2)),
        (0x203, struct.pack("<HHHd", 1, 2, 0, 123.0)),
        (0xBD, struct.pack("<HHHIHIH", 2, 0, 0, 5 << 2 | 2, 1, 6 << 2 | 2, 1)),
    ]
    said = summary(title="List", author="Å")
    found = reading(xls(*cells, styles=styles, summary=said), "x.xls")
    assert texts(found) == ["cell\n00123\tPO-77\t123\n5\t00006"]


def xlsb(styles: bytes, *cells: bytes, edges: tuple[int, int, int, int] = (0, 9, 0, 9)) -> bytes:
    """A workbook of one sheet as Excel writes it in binary parts (MS-XLSB)."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    kinds = {"workbook": "sheet.binary.macroEnabled.main", "worksheets/sheet1": "worksheet",
             "styles": "styles"}  # fmt: skip
    types = "".join(
        f'<Override PartName="/xl/{name}.bin" ContentType="application/vnd.ms-excel.{kind}"/>'
        for name, kind in kinds.items()
    )
    sheet = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("List"))
    limits = record(148, struct.pack("<IIII", *edges))
    return package({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        f'package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{rels}"><Relationship Id="rId1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/workbook.bin": record(131) + record(143) + sheet + record(144) + record(132),
        "xl/styles.bin": record(278) + styles + record(279),
        "xl/worksheets/sheet1.bin": record(129) + limits + record(145) + b"".join(cells)
        + record(146) + record(130),
    })  # fmt: skip


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(content)]) + content


def test_an_xlsb_shows_its_codes_too() -> None:
    codes = ((164, "00000"), (165, '"PO-"0'), (166, "#,##0"), (167, "yyyy-mm-dd"))
    formats = record(615, struct.pack("<I", len(codes))) + b"".join(
        record(44, struct.pack("<H", number) + wide(code)) for number, code in codes
    )
    others = (
        record(626, b"\1\0\0\0")
        + record(47, struct.pack("<HH", 0xFFFF, 165) + b"\0" * 12)
        + record(627)
    )
    own = [0, *(number for number, _ in codes)]
    styles = (
        record(616)
        + others
        + record(617, struct.pack("<I", len(own)))
        + b"".join(record(47, struct.pack("<HH", 0, number) + b"\0" * 12) for number in own)
    )

    def cell(column: int, style: int, number: float) -> bytes:
        return record(5, struct.pack("<IId", column, style | 1 << 24, number))

    row = [cell(0, 1, 123), cell(1, 2, 77), cell(2, 0, 123), cell(3, 3, 1500), cell(4, 4, 45356)]
    short = record(2, struct.pack("<III", 1, 1, 6 << 2 | 2))
    rows = [record(0, struct.pack("<I", n) + b"\0" * 13) for n in (2, 5)]
    data = xlsb(formats + styles + record(618), rows[0], *row, rows[1], short)
    found = reading(data, "x.xlsb")
    assert found.media_type.endswith("sheet.binary.macroEnabled.12")
    assert texts(found) == ["00123\tPO-77\t123\t1500\t2024-03-05\n00006"]


def test_a_cell_in_the_last_place_of_a_sheet_is_read_with_the_others() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Order", "PO-2024-113", 1500])
    sheet["B1200"], sheet["T1200"], sheet["XFD1048576"] = 7, "far", datetime.date(2024, 3, 5)
    sheet["B1200"].number_format = "00000"
    book.create_sheet("two")["A1"] = "near"
    out = io.BytesIO()
    book.save(out)
    found = reading(out.getvalue(), "x.xlsx")
    assert texts(found) == ["Order\tPO-2024-113\t1500\n00007\tfar\n2024-03-05", "near"]
    assert found.reason is None


def test_cells_on_the_diagonal_of_a_sheet_are_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for i in range(1, 5_001):
        sheet.cell(i * 200, i, f"n{i}")
    out = io.BytesIO()
    book.save(out)
    (found,) = texts(reading(out.getvalue(), "x.xlsx"))
    assert found.split("\n") == [f"n{i}" for i in range(1, 5_001)]


def test_a_cell_in_the_last_place_of_an_xlsb_is_read_with_the_others() -> None:
    def cell(column: int, number: float) -> bytes:
        return record(5, struct.pack("<IId", column, 0, number))

    rows = [record(0, struct.pack("<I", n) + b"\0" * 13) for n in (2, 1_048_575)]
    styles = record(617, struct.pack("<I", 1)) + record(47, bytes(16)) + record(618)
    cells = (rows[0], cell(1, 4711), cell(3, 5), rows[1], cell(16_383, 12))
    edges = (2, 1_048_575, 1, 16_383)
    assert texts(reading(xlsb(styles, *cells, edges=edges), "x.xlsb")) == ["4711\t5\n12"]


def test_a_cell_in_the_last_place_of_an_ods_is_read_with_the_others() -> None:
    def cell(text: str) -> str:
        return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"

    empty = '<table:table-cell table:number-columns-repeated="16383"/>'
    body = (
        f'<table:table table:name="List"><table:table-row>{cell("first")}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        f'table:number-columns-repeated="16384"/></table:table-row><table:table-row>{empty}'
        f"{cell('last')}</table:table-row></table:table>"
    )
    assert texts(reading(odf("spreadsheet", body), "x.ods")) == ["first\nlast"]
