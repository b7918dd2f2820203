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
