"""What is printed for paper, as PDF: the label of an original, the sheet that parts a bundle."""

from __future__ import annotations

import typst
import zxingcpp

from archive.labels import SEPARATOR, code_of
from archive.records import file_number

#: A7, lying (ISO 216): on a sheet of labels, or cut from A4. What is written comes as data.
TEMPLATE = b"""
#set page(width: 105mm, height: 74mm, margin: 7mm)
#set text(size: 10pt, hyphenate: false)
#set par(justify: false)
#set document(title: sys.inputs.number, date: none)
#grid(
  columns: (1fr, 30mm), column-gutter: 5mm,
  [
    #text(size: 20pt, weight: "bold", sys.inputs.number)
    #v(1mm)
    #block(height: 24mm, clip: true, sys.inputs.title)
    #block(height: 14mm, clip: true, text(weight: "bold", sys.inputs.place))
  ],
  image(bytes(sys.inputs.code), format: "svg", width: 30mm, alt: sys.inputs.number),
)
"""
#: A4, the code as large as it can be: it is read from a scan of any quality. Its words are among
#: those by which a page parts a bundle without its code too, see indexer.parsers.separators.
SHEET = b"""
#set page(width: 210mm, height: 297mm, margin: 25mm)
#set document(title: "Separator sheet", date: none)
#set align(center)
#image(bytes(sys.inputs.code), format: "svg", width: 150mm, alt: "Separator sheet")
#v(10mm)
#text(size: 32pt, weight: "bold")[Separator sheet]

#text(size: 32pt, weight: "bold")[Skiljeblad]
"""
MOST_CHARACTERS = 200  # of the title and the place; what is longer is cut


def label_pdf(document_id: int, title: str, place: str) -> bytes:
    """One label, always the same bytes for the same document."""
    inputs = {
        "number": file_number(document_id),
        "title": _cut(title),
        "place": _cut(place),
        "code": _code(code_of(document_id)),
    }
    made: bytes = typst.compile(TEMPLATE, format="pdf", sys_inputs=inputs)
    return made


def separator_pdf() -> bytes:
    """The sheet that is laid between two documents before they are scanned together."""
    made: bytes = typst.compile(SHEET, format="pdf", sys_inputs={"code": _code(SEPARATOR)})
    return made


def _code(text: str) -> str:
    code = zxingcpp.create_barcode(
        text,
        zxingcpp.BarcodeFormat.QRCode,
        ec_level="Q",  # a quarter of it may be dirt (ISO/IEC 18004)
    )
    drawn: str = code.to_svg(add_quiet_zones=True)
    return drawn


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"
