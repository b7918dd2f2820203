"""The label of a paper original: file number, title and place, with a QR code, as PDF."""

from __future__ import annotations

import typst
import zxingcpp

from archive.labels import code_of
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
MOST_CHARACTERS = 200  # of the title and the place; what is longer is cut


def label_pdf(document_id: int, title: str, place: str) -> bytes:
    """One label, always the same bytes for the same document."""
    code = zxingcpp.create_barcode(
        code_of(document_id),
        zxingcpp.BarcodeFormat.QRCode,
        ec_level="Q",  # a quarter of it may be dirt (ISO/IEC 18004)
    )
    inputs = {
        "number": file_number(document_id),
        "title": _cut(title),
        "place": _cut(place),
        "code": code.to_svg(add_quiet_zones=True),
    }
    made: bytes = typst.compile(TEMPLATE, format="pdf", sys_inputs=inputs)
    return made


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"
