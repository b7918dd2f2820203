"""Workbooks: what they say beside their cells."""

from __future__ import annotations

import io
import struct

import openpyxl
import pytest

from indexer.parsers.print_headers import printed_text
from tests.small_files import reading, summary, texts, xls


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
