"""PDF: text by page with its map to PDFium's characters, files inside, second tries."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from archive.reading import PageText
from indexer.parsers.limits import Limits
from indexer.parsers.registry import read
from tests.small_files import pdf, pdf_with, reading, texts

CII = b'<x xmlns="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>'


def characters(data: bytes, page: PageText) -> str:
    """What PDFium says stands at each character index that the page's map leads to."""
    text_page = pypdfium2.PdfDocument(data)[page.number - 1].get_textpage()
    codes = (
        pypdfium2.raw.FPDFText_GetUnicode(text_page, run.own + i)
        for run in page.runs
        for i in range(run.length)
    )
    return "".join(map(chr, codes)).replace("\r", "\n")


def test_each_page_has_its_text_its_size_and_a_map_to_pdfium_characters() -> None:
    data = pdf(["Invoice INV-77", "Total: 1 250,00 SEK"], ["Sida två"])
    found = reading(data, "x.pdf")
    assert [page.text for page in found.pages] == [
        "Invoice INV-77\nTotal: 1 250,00 SEK",
        "Sida två",
    ]
    assert {(page.width, page.height, page.source) for page in found.pages} == {
        (595.0, 842.0, "embedded")
    }
    for page in found.pages:
        assert characters(data, page) == page.text


def test_the_map_leads_to_pdfium_characters_in_real_files(corpora: Path) -> None:
    for path in sorted((corpora / "swedish-procurement").glob("*.pdf"))[:4]:
        data = path.read_bytes()
        for page in reading(data, path.name).pages[:3]:
            raw = characters(data, page)
            same = sum(a == b for a, b in zip(page.text, raw, strict=False))
            assert same >= 0.95 * len(raw)


def test_the_invoice_inside_is_data_and_every_other_file_a_child() -> None:
    data = pdf_with(pdf(["Invoice"]), files={"factur-x.xml": CII, "terms.txt": b"terms"})
    found = reading(data, "x.pdf")
    assert found.data == CII
    assert [(c.position, c.name, c.data) for c in found.children] == [(1, "terms.txt", b"terms")]


def test_an_invoice_inside_is_known_by_its_root_whatever_its_name() -> None:
    found = reading(pdf_with(pdf(["Invoice"]), files={"daten.xml": CII}), "x.pdf")
    assert (found.data, found.children) == (CII, ())


def test_title_and_outline_are_read() -> None:
    data = pdf_with(pdf(["Clause one"]), title="Ramavtal", outline="§ 12 Sekretess")
    found = reading(data, "x.pdf")
    assert found.title == "Ramavtal"
    assert texts(found) == ["Clause one\n§ 12 Sekretess"]
    assert sum(run.length for run in found.pages[0].runs) == len("Clause one")


def test_notes_and_filled_fields_are_text() -> None:
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf(["Order form"]))))
    box = ArrayObject(FloatObject(n) for n in (100, 100, 300, 120))

    def annotation(**entries: object) -> None:
        held = {NameObject("/" + key): value for key, value in entries.items()}
        held[NameObject("/Type")] = NameObject("/Annot")
        held[NameObject("/Rect")] = box
        reference = writer._add_object(DictionaryObject(held))
        page = writer.pages[0]
        page[NameObject("/Annots")] = ArrayObject([*page.get("/Annots", []), reference])
        if "FT" in entries:
            form = DictionaryObject({NameObject("/Fields"): ArrayObject([reference])})
            writer.root_object[NameObject("/AcroForm")] = form

    annotation(Subtype=NameObject("/Text"), Contents=TextStringObject("Godkänt av Åsa"))
    annotation(Subtype=NameObject("/Widget"), FT=NameObject("/Tx"), F=NumberObject(4),
               T=TextStringObject("po"), V=TextStringObject("PO-2024-113"))  # fmt: skip
    out = io.BytesIO()
    writer.write(out)
    assert texts(reading(out.getvalue(), "x.pdf")) == ["Order form\nGodkänt av Åsa\nPO-2024-113"]


def test_boxes_and_buttons_are_read_with_their_state() -> None:
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf(["Order form"]))))
    page, fields = writer.pages[0], ArrayObject()
    box = ArrayObject(FloatObject(n) for n in (100, 100, 120, 120))

    def ticked(state: str, on: str = "Yes", **entries: object) -> None:
        states = (NameObject("/" + on), NameObject("/Off"))
        looks = DictionaryObject({name: writer._add_object(StreamObject()) for name in states})
        held = {NameObject("/" + key): value for key, value in entries.items()}
        held |= {
            NameObject("/Type"): NameObject("/Annot"), NameObject("/Rect"): box,
            NameObject("/Subtype"): NameObject("/Widget"), NameObject("/FT"): NameObject("/Btn"),
            NameObject("/AS"): NameObject("/" + state), NameObject("/V"): NameObject("/" + state),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): looks}),
        }  # fmt: skip
        fields.append(writer._add_object(DictionaryObject(held)))

    ticked("Yes", T=TextStringObject("accepted[0]"))
    ticked("Off", T=TextStringObject("b"), TU=TextStringObject("Delivery by us"))
    ticked("Road", "Road", T=TextStringObject("by"), Ff=NumberObject(1 << 15))
    page[NameObject("/Annots")] = fields
    form = DictionaryObject({NameObject("/Fields"): fields})
    writer.root_object[NameObject("/AcroForm")] = form
    out = io.BytesIO()
    writer.write(out)
    assert texts(reading(out.getvalue(), "x.pdf")) == [
        "Order form\n☒ accepted\n☐ Delivery by us\n☒ by: Road"
    ]


def test_a_form_that_is_xml_is_read_where_its_page_only_asks_to_wait() -> None:
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf(["Please wait..."]))))
    packets = ArrayObject()
    for name, xml in (
        ("template", b"<template><draw><value><text>Order number</text></value></draw></template>"),
        ("datasets", b"<d><data><form><number>PO-2024-113</number></form></data></d>"),
    ):
        stream = StreamObject()
        stream.set_data(xml)
        packets += [TextStringObject(name), writer._add_object(stream)]
    held = {"/Fields": ArrayObject(), "/XFA": packets}
    form = DictionaryObject({NameObject(key): value for key, value in held.items()})
    writer.root_object[NameObject("/AcroForm")] = form
    writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)
    out = io.BytesIO()
    writer.write(out)
    assert texts(reading(out.getvalue(), "x.pdf")) == ["Please wait...\nOrder number\nPO-2024-113"]


def test_attached_files_that_exceed_the_limits_are_said() -> None:
    data = pdf_with(pdf(["Offer"]), files={"small.txt": b"terms", "large.txt": b"x" * 5000})
    found = reading(data, "x.pdf", Limits(max_inflated=1000))
    assert [child.name for child in found.children] == ["small.txt"]
    assert (texts(found), found.reason_code) == (["Offer"], "truncated")


@pytest.mark.parametrize(("password", "code"), [("secret", "encrypted"), ("", None)])
def test_only_a_password_that_is_asked_for_hides_a_pdf(password: str, code: str | None) -> None:
    found = reading(pdf_with(pdf(["hello"]), password=password), "x.pdf")
    assert found.reason_code == code


def test_a_blank_page_has_no_text_and_wants_no_ocr() -> None:
    found = reading(pdf([]), "x.pdf")
    assert (found.reason_code, found.scans) == ("no-text", ())


def test_what_a_scan_says_beside_its_picture_is_kept_with_what_is_recognised() -> None:
    data = pdf_with(pdf(["No. 17"]), outline="§ 12 Sekretess")
    words = ((0, 7, 1.0, 1.0, 9.0, 2.0), (8, 14, 10.0, 1.0, 20.0, 2.0))
    seen = PageText(1, "Invoice INV-77\nan old note", "ocr", confidence=0.9, words=words)
    (page,) = read(data, "x.pdf", Limits(), recognised=[seen]).pages
    assert page.text == "Invoice INV-77\nNo. 17\n§ 12 Sekretess"
    assert (page.source, page.confidence, page.words) == ("ocr", 0.9, words)
    assert page.width == pytest.approx(595, abs=1)


def test_a_page_that_is_a_picture_wants_ocr() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (600, 800), "white").save(out, "PDF", resolution=100)
    found = reading(out.getvalue(), "x.pdf")
    assert (found.reason_code, found.scans) == ("no-text", (1,))
    assert found.pages[0].width == pytest.approx(432)


def test_of_pdfs_one_behind_the_other_the_last_is_read_and_the_others_are_inside() -> None:
    first, second, last = (pdf([text]) for text in ("Order PO-1", "Contract FA-2", "Minutes"))
    found = reading(first + second + b"\r\n\0" + first + last, "x.pdf")
    assert texts(found) == ["Minutes"]
    assert [(one.position, one.name) for one in found.children] == [
        (1, "part-1.pdf"), (2, "part-2.pdf"),
    ]  # fmt: skip
    inside = [reading(one.data) for one in found.children]
    assert [texts(one) for one in inside] == [["Order PO-1"], ["Contract FA-2"]]
    assert not any(one.children for one in inside)


def test_a_pdf_twice_in_one_file_and_one_attached_as_it_is_are_no_earlier_documents() -> None:
    plain = pdf(["Order PO-1"])
    assert reading(plain + plain, "x.pdf").children == ()
    found = reading(pdf_with(plain, files={"in.pdf": pdf(["Terms"])}), "x.pdf")
    assert [one.name for one in found.children] == ["in.pdf"]
    changed = io.BytesIO()
    writer = pypdf.PdfWriter(io.BytesIO(plain), incremental=True)
    writer.add_metadata({"/Title": "Order"})
    writer.write(changed)
    assert reading(changed.getvalue(), "x.pdf").children == ()


def test_a_pdf_behind_other_bytes_is_read() -> None:
    assert texts(reading(b"\x1b%-12345X@PJL\r\n" + pdf(["Order PO-1"]), "x.pdf")) == ["Order PO-1"]
