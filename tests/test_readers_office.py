"""Word, Excel, PowerPoint, OpenDocument: all text, in reading order, by page."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from indexer.parsers.compound import packed
from indexer.parsers.limits import MIB, Limits
from tests.small_files import (
    A,
    P,
    R,
    S,
    docx,
    odf,
    office,
    package,
    paragraph,
    reading,
    relations,
    saying,
    texts,
    word,
)

SHEETS = "openxmlformats-officedocument.spreadsheetml"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def body_text(body: str) -> str:
    return "\f".join(texts(reading(docx(body), "x.docx"))).strip()


def test_word_reads_every_part_that_carries_text() -> None:
    data = docx(
        paragraph("body"), header=paragraph("header"), footer=paragraph("footer"),
        footnotes=f"<w:footnote>{paragraph('footnote')}</w:footnote>",
        endnotes=f"<w:endnote>{paragraph('endnote')}</w:endnote>",
        comments=f"<w:comment>{paragraph('comment')}</w:comment>",
    )  # fmt: skip
    assert texts(reading(data, "x.docx"))[0].split() == [
        "header", "body", "footer", "footnote", "endnote", "comment",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:ins><w:r><w:t>added</w:t></w:r></w:ins>"
         "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>", "added"),
        ("<w:p><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
         "<w:moveTo><w:r><w:t>here</w:t></w:r></w:moveTo></w:p>", "here"),
        (f"<w:sdt><w:sdtContent>{paragraph('control')}</w:sdtContent></w:sdt>", "control"),
        ("<w:p><w:sdt><w:sdtContent><w:r><w:t>inline</w:t></w:r></w:sdtContent></w:sdt></w:p>",
         "inline"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:fldSimple><w:r><w:t>result</w:t>"
         "</w:r></w:fldSimple></w:p>", "result"),
        (f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{paragraph('box')}"
         f"</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{paragraph('box')}"
         "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>", "box"),
        (f"<w:p><w:r><w:t>before</w:t></w:r><w:r><w:txbxContent>{paragraph('box')}"
         "</w:txbxContent></w:r><w:r><w:t>after</w:t></w:r></w:p>", "before\nbox\nafter"),
        (f'<w:p xmlns:m="{M}"><m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r>'
         "</m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>", "x=1/2"),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t>"
         "<w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>", "a\tb\nc\u2011d"),
    ],
)  # fmt: skip
def test_word_text_is_what_stands_there_now(body: str, text: str) -> None:
    assert body_text(body) == text


def test_a_word_table_is_a_line_for_each_row() -> None:
    inner = (
        f"<w:tbl><w:tr><w:tc>{paragraph('c1')}</w:tc><w:tc>{paragraph('c2')}</w:tc></w:tr></w:tbl>"
    )
    row = f"<w:tr><w:tc>{paragraph('a')}{paragraph('b')}</w:tc><w:tc>{inner}</w:tc></w:tr>"
    last = f"<w:tr><w:tc>{paragraph('Total')}</w:tc><w:tc>{paragraph('100')}</w:tc></w:tr>"
    assert body_text(f"<w:tbl>{row}{last}</w:tbl>") == "a\nb\tc1\tc2\nTotal\t100"


@pytest.mark.parametrize(
    "between",
    [
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
        "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>",
        "<w:p><w:pPr><w:pageBreakBefore/></w:pPr></w:p>",
    ],
)
def test_word_has_a_page_for_each_explicit_break(between: str) -> None:
    found = reading(docx(paragraph("one") + between + paragraph("two")), "x.docx")
    assert [page.text.strip() for page in found.pages] == ["one", "two"]


def test_a_section_that_goes_on_makes_no_page() -> None:
    between = '<w:p><w:pPr><w:sectPr><w:type w:val="continuous"/></w:sectPr></w:pPr></w:p>'
    assert body_text(paragraph("one") + between + paragraph("two")).split() == ["one", "two"]
    assert len(reading(docx(paragraph("one") + between), "x.docx").pages) == 1


def test_a_damaged_footnote_part_does_not_hide_the_body_and_is_named() -> None:
    types = {"word/document.xml": "wordprocessingml.document.main",
             "word/footnotes.xml": "wordprocessingml.footnotes"}  # fmt: skip
    parts = {"word/document.xml": word("document", f"<w:body>{paragraph('body')}</w:body>"),
             "word/footnotes.xml": "<broken"}  # fmt: skip
    found = reading(office(types, parts), "x.docx")
    assert texts(found) == ["body"]
    assert found.reason_code == "truncated"
    assert found.reason == "Left out: word/footnotes.xml (damaged)."


def test_a_word_file_that_declares_entities_is_refused() -> None:
    types = {"word/document.xml": "wordprocessingml.document.main"}
    attack = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    parts = {"word/document.xml": attack + word("document", "<w:body>&e;</w:body>")}
    assert reading(office(types, parts), "x.docx").reason_code == "refused"


def test_word_properties_are_kept() -> None:
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    parts = {
        "[Content_Types].xml": '<Types xmlns="urn:x">'
        '<Override PartName="/d.xml" ContentType="x/wordprocessingml.document.main+xml"/>'
        '<Override PartName="/c.xml" ContentType="x/package.core-properties+xml"/></Types>',
        "d.xml": word("document", f"<w:body>{paragraph('x')}</w:body>"),
        "c.xml": f'<c:p xmlns:c="{core}" xmlns:d="urn:dc"><d:title>Avtal</d:title>'
        "<d:creator>Anna</d:creator></c:p>",
    }
    found = reading(package(parts), "x.docx")
    assert (found.title, found.properties) == ("Avtal", (("author", "Anna"),))


def test_sheets_are_pages_and_cells_read_as_people_write_them() -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Priser")
    assert first is not None
    first.title = "Order"
    first.append(["Order no", "PO-2024-113", None, 42.0, 1250.5, True])
    first.append([])
    first.append([datetime.datetime(2024, 3, 5), datetime.datetime(2024, 3, 5, 10, 30)])
    second["C9"] = "ensam cell"
    second["C9"].comment = Comment("en kommentar", "Anna")
    out = io.BytesIO()
    book.save(out)
    found = reading(out.getvalue(), "x.xlsx")
    assert [(page.label, page.text) for page in found.pages] == [
        ("Order", "Order no\tPO-2024-113\t\t42\t1250.5\tTRUE\n2024-03-05\t2024-03-05 10:30:00"),
        ("Priser", "ensam cell"),
        ("comments and shapes", "en kommentar"),
    ]


def workbook(sheet: str) -> bytes:
    """An XLSX whose one sheet is `sheet`, as XML."""
    relation = relations(rId1=("worksheet", "worksheets/sheet1.xml"))
    listing = '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets>'
    book = f'<workbook xmlns="{S}" xmlns:r="{R}">{listing}</workbook>'
    types = {"xl/workbook.xml": "spreadsheetml.sheet.main",
             "xl/worksheets/sheet1.xml": "spreadsheetml.worksheet"}  # fmt: skip
    parts = {"_rels/.rels": relations(rId1=("officeDocument", "xl/workbook.xml")),
             "xl/_rels/workbook.xml.rels": relation, "xl/workbook.xml": book,
             "xl/worksheets/sheet1.xml": sheet}  # fmt: skip
    return office(types, parts)


def test_a_sheet_that_is_cut_off_is_named_and_hides_no_other() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "cell"
    book.create_sheet("Orders")["A1"] = "PO-2024-113"
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    second = "xl/worksheets/sheet2.xml"
    found = reading(package({**parts, second: parts[second][:-60]}), "x.xlsx")
    assert [(page.label, page.text) for page in found.pages] == [("Sheet", "cell"), ("Orders", "")]
    assert (found.reason_code, found.reason) == ("truncated", "Left out: Orders (damaged).")


ROW = "<row><c t='inlineStr'><is><t>cell</t></is></c></row>"


@pytest.mark.parametrize(
    "limits", [Limits(max_inflated=20 * MIB, max_ratio=10_000), Limits(max_ratio=100)]
)
def test_a_workbook_is_measured_before_it_is_inflated(limits: Limits) -> None:
    def sheet(inside: str) -> bytes:
        data = f'<worksheet xmlns="{S}"><sheetData>{ROW}{inside}</sheetData></worksheet>'
        return workbook(data)

    assert texts(reading(sheet(""), "x.xlsx", limits)) == ["cell"]
    assert reading(sheet(" " * (30 * MIB)), "x.xlsx", limits).reason_code == "too-large"


def test_a_workbook_that_says_less_than_it_holds_is_measured_all_the_same() -> None:
    data = workbook(f'<worksheet xmlns="{S}">{" " * (30 * MIB)}</worksheet>')
    lying = saying(data, "xl/worksheets/sheet1.xml", 1_000)
    limits = Limits(max_inflated=20 * MIB, max_ratio=10_000)
    assert reading(lying, "x.xlsx", limits).reason_code == "too-large"
    assert reading(lying, "x.xlsx").reason_code == "damaged"


def test_a_workbook_that_declares_entities_is_refused() -> None:
    types = {"xl/workbook.xml": "spreadsheetml.sheet.main"}
    attack = f'<!DOCTYPE a [<!ENTITY e "x">]><workbook xmlns="{S}">&e;</workbook>'
    assert reading(office(types, {"xl/workbook.xml": attack}), "x.xlsx").reason_code == "refused"


def slide(text: str, namespace: str = P) -> str:
    shape = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
    return f'<p:sld xmlns:p="{namespace}" xmlns:a="{A}" xmlns:r="{R}">{shape}</p:sld>'


def test_a_slide_that_is_cut_off_is_named_and_hides_no_other() -> None:
    types = {f"ppt/slides/slide{i}.xml": "presentationml.slide" for i in (1, 2)}
    types["ppt/presentation.xml"] = "presentationml.presentation.main"
    parts = {"ppt/presentation.xml": "<a/>",
             "ppt/slides/slide1.xml": slide("first"),
             "ppt/slides/slide2.xml": slide("last")[:-9],
             "ppt/slides/_rels/slide1.xml.rels": "<broken"}  # fmt: skip
    found = reading(office(types, parts), "x.pptx")
    assert (texts(found), found.reason_code) == (["first", ""], "truncated")
    assert found.reason == (
        "Left out: ppt/slides/_rels/slide1.xml.rels (damaged), ppt/slides/slide2.xml (damaged)."
    )


def test_slides_come_in_the_order_of_the_show_with_their_notes() -> None:
    types = {"ppt/presentation.xml": "presentationml.presentation.main"}
    types |= {f"ppt/slides/slide{i}.xml": "presentationml.slide" for i in (1, 2, 3)}
    order = '<p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst>'
    parts = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}">{order}'
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            r1=("slide", "slides/slide1.xml"), r2=("slide", "/ppt/slides/slide2.xml")
        ),
        "ppt/slides/slide1.xml": slide("last"),
        "ppt/slides/slide2.xml": slide("first"),
        "ppt/slides/slide3.xml": slide("not shown"),
        "ppt/slides/_rels/slide2.xml.rels": relations(n=("notesSlide", "../notes/n.xml")),
        "ppt/notes/n.xml": slide("a note"),
    }
    found = reading(office(types, parts), "x.pptx")
    assert [(page.label, page.text) for page in found.pages] == [
        ("Slide 1", "first\na note"),
        ("Slide 2", "last"),
    ]


@pytest.mark.parametrize(
    ("content_type", "root", "reader"),
    [
        ("openxmlformats-officedocument.wordprocessingml.template.main", "word", "docx"),
        ("ms-word.document.macroEnabled.main", "word", "docx"),
        ("ms-word.template.macroEnabledTemplate.main", "word", "docx"),
        ("openxmlformats-officedocument.presentationml.slideshow.main", "ppt", "pptx"),
        ("openxmlformats-officedocument.presentationml.template.main", "ppt", "pptx"),
        ("ms-powerpoint.presentation.macroEnabled.main", "ppt", "pptx"),
        ("ms-powerpoint.slideshow.macroEnabled.main", "ppt", "pptx"),
        ("ms-powerpoint.template.macroEnabled.main", "ppt", "pptx"),
    ],
)
def test_templates_shows_and_files_with_macros_are_read_like_their_kind(
    content_type: str, root: str, reader: str
) -> None:
    slides = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
    shown = f'<p:presentation xmlns:p="{P}"/>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="urn:x"><Override PartName="/main.xml" '
        f'ContentType="application/vnd.{content_type}+xml"/>'
        f'<Override PartName="/slide.xml" ContentType="{slides}"/></Types>',
        "main.xml": word("document", f"<w:body>{paragraph('text')}</w:body>")
        if root == "word" else shown,
        "slide.xml": slide("text"),
    }  # fmt: skip
    found = reading(package(parts), "x.bin")
    assert (found.reader, texts(found)) == (reader, ["text"])


@pytest.mark.parametrize("ending", ["xlsm", "xltx", "xltm"])
def test_workbooks_with_macros_and_templates_are_read_like_workbooks(ending: str) -> None:
    book = openpyxl.Workbook()
    book.template = ending.startswith("xlt")
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "cell"
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    if ending.endswith("m"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        kind = b"application/vnd.ms-excel." + (b"template" if book.template else b"sheet")
        listing = parts["[Content_Types].xml"]
        for main in ("sheet", "template"):
            plain = f"application/vnd.{SHEETS}.{main}.main".encode()
            listing = listing.replace(plain, kind + b".macroEnabled.main")
        data = package({**parts, "[Content_Types].xml": listing})
    found = reading(data, "x.bin")
    assert (found.reader, texts(found)) == ("xlsx", ["cell"])


def test_opendocument_text_reads_tables_notes_and_footers_but_nothing_deleted() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h>Avtal</text:h><text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d'
        "<text:note><text:note-body><text:p>not</text:p></text:note-body></text:note></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>Total</text:p></table:table-cell>"
        "<table:table-cell><text:p>100</text:p></table:table-cell></table:table-row></table:table>"
    )
    footer = "<style:footer><text:p>sidfot</text:p></style:footer>"
    found = reading(odf("text", body, footer), "x.odt")
    assert texts(found) == ["Avtal\na  b\tc\nd\nnot\n\nTotal\t100\nsidfot"]


def test_opendocument_sheets_and_slides_are_pages() -> None:
    cell = "<table:table-cell><text:p>1 250,00 kr</text:p></table:table-cell>"
    sheet = (
        f'<table:table table:name="Blad"><table:table-row>{cell}</table:table-row></table:table>'
    )
    found = reading(odf("spreadsheet", sheet * 2), "x.ods")
    assert [(page.label, page.text) for page in found.pages] == [("Blad", "1 250,00 kr")] * 2
    show = (
        "<draw:page><draw:frame><draw:text-box><text:p>title</text:p></draw:text-box></draw:frame>"
        "<presentation:notes><text:p>note</text:p></presentation:notes></draw:page>"
    )
    assert texts(reading(odf("presentation", show), "x.odp")) == ["title\nnote"]


def test_objects_inside_opendocument_are_text_or_children() -> None:
    chart = odf("chart", "<text:p>Deliveries 2024</text:p>")
    with zipfile.ZipFile(io.BytesIO(chart)) as archive:
        inside = archive.read("content.xml")
    out = io.BytesIO(odf("text", "<text:p>Report</text:p>"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("Object 1/content.xml", inside)
        archive.writestr("Object 2/content.xml", "<broken")
        archive.writestr("Object 3", packed({"CONTENTS": b"%PDF-1.7\n"}))
        archive.writestr("ObjectReplacements/Object 1", b"a picture")
    found = reading(out.getvalue(), "x.odt")
    assert texts(found) == ["Report\nDeliveries 2024"]
    assert found.reason == "Left out: Object 2/content.xml (damaged)."
    assert [(child.name, child.data) for child in found.children] == [
        ("Object 3.pdf", b"%PDF-1.7\n")
    ]


@pytest.mark.parametrize("part", ["styles.xml", "meta.xml", "META-INF/manifest.xml"])
def test_a_damaged_part_beside_an_opendocument_is_named_and_hides_nothing(part: str) -> None:
    whole = odf("text", "<text:p>Avtal</text:p>")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    data = bytearray(package({**parts, part: "<a><b></a>"}, stored=["mimetype", part]))
    if part.startswith("META-INF"):  # nothing but its sum is looked at
        data[data.index(b"<a><b></a>") + 1] ^= 1
    found = reading(bytes(data), "x.odt")
    assert texts(found) == ["Avtal"]
    assert (found.reason_code, found.reason) == ("truncated", f"Left out: {part} (damaged).")


def test_an_encrypted_opendocument_says_so() -> None:
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"\x00\x01",
             "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}  # fmt: skip
    assert reading(package(parts, stored=["mimetype"]), "x.odt").reason_code == "encrypted"
