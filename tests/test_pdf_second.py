"""What the second reader of PDF reads of files that the first one refuses."""

from __future__ import annotations

import io

import pypdf
from PIL import Image
from pypdf.annotations import Text

from archive.errors import ReadingFailed
from indexer.parsers import pdf_second
from indexer.parsers.limits import Limits
from indexer.parsers.source import Contents, Source
from tests.small_files import pdf, pdf_with

CII = b'<x xmlns="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>'
LEFT = "Only text and attached files were read, neither fields nor notes nor scans."


def second(data: bytes, limits: Limits | None = None) -> Contents:
    refused = ReadingFailed("damaged", "PDFium can't open it.")
    return pdf_second.read(Source(data, "x.pdf", limits or Limits()), refused)


def test_the_second_reader_takes_the_invoice_inside_and_all_other_files() -> None:
    files = {"factur-x.xml": CII, "terms.txt": b"terms", "drawing.txt": b"drawing"}
    found = second(pdf_with(pdf(["Invoice"]), files=files))
    assert (found.pages[0].text.strip(), found.data, found.reason_code) == ("Invoice", CII, None)
    assert {(child.name, child.data) for child in found.children} == {
        ("terms.txt", b"terms"), ("drawing.txt", b"drawing")
    }  # fmt: skip
    assert [child.position for child in found.children] == [1, 2]


def test_attached_files_that_exceed_the_limits_are_said_by_the_second_reader() -> None:
    data = pdf_with(pdf(["Offer"]), files={"large.txt": b"x" * 5000, "small.txt": b"terms"})
    found = second(data, Limits(max_inflated=1000))
    assert [child.name for child in found.children] == ["small.txt"]
    assert found.reason_code == "truncated"


def test_the_second_reader_says_that_it_reads_no_scans_and_no_notes() -> None:
    scan = io.BytesIO()
    Image.new("L", (600, 800), "white").save(scan, "PDF", resolution=100)
    found = second(scan.getvalue())
    assert (found.reason_code, found.reason) == ("truncated", LEFT)
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf(["A contract of two pages"]))))
    writer.add_annotation(0, Text(text="approved", rect=(9, 9, 90, 90)))
    noted = io.BytesIO()
    writer.write(noted)
    assert second(noted.getvalue()).reason == LEFT
    assert second(pdf(["A contract of two pages"])).reason is None
