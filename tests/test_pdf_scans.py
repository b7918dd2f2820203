"""Which pages of a PDF are scans, although text stands on them."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import pytest
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    RectangleObject,
)

from api.labels import label_pdf
from archive.labels import LABEL, code_of
from tests.small_files import reading

PAPER = Image.new("L", (827, 1169), "white")  # A4 at 100 dpi
BATES = "BT /F1 9 Tf 380 20 Td (ACME-LIT-0001234 CONFIDENTIAL) Tj ET"
LINES = "".join(f"(Clause {n}: the seller delivers pumps to the buyer.) Tj T*\n" for n in range(9))
LETTER = f"14 TL 90 700 Td\n{LINES}"


def paper(
    over: str = "", *, under: str = "", picture: Image.Image = PAPER, is_larger: bool = False
) -> bytes:
    """A page that is a picture, or twice as high and wide, with operators behind and before it."""
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=100)
    writer = pypdf.PdfWriter(pypdf.PdfReader(out))
    page = writer.pages[0]
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    if is_larger:
        page.mediabox = RectangleObject((0, 0, 1190, 1684))
    font = DictionaryObject({NameObject(k): NameObject(v) for k, v in names.items()})
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page["/Resources"][NameObject("/Font")] = fonts  # type: ignore[index]

    def stream(content: str) -> DecodedStreamObject:
        made = DecodedStreamObject()
        made.set_data(f"q {content} Q\n".encode())
        return writer._add_object(made)  # type: ignore[return-value]

    whole = [stream(under), page.raw_get("/Contents"), stream(over)]
    page[NameObject("/Contents")] = ArrayObject(whole)
    done = io.BytesIO()
    writer.write(done)
    return done.getvalue()


@pytest.mark.parametrize(
    "over",
    [
        BATES,
        "BT /F1 9 Tf 60 820 Td (FAX FROM +46 8 123 456   2024-03-01 10:22   P. 1/4) Tj "
        "0 -795 Td (Received by the registry of the court on 2024-03-02) Tj ET",
        "BT /F1 14 Tf 200 600 Td (RECEIVED 2024-03-02 No. 17) Tj ET",
        "BT /F1 9 Tf 0 1 -1 0 15 200 Td (Produced by Acme AB in the case T 1234-24, page 3) Tj ET",
    ],
    ids=["number", "fax", "stamp", "upright"],
)
def test_a_page_that_is_a_picture_wants_ocr_although_it_is_stamped(over: str) -> None:
    found = reading(paper(over), "x.pdf")
    assert found.scans == (1,)
    assert found.pages[0].source == "embedded"


@pytest.mark.parametrize(
    "made",
    [
        lambda: paper(f"BT /F1 12 Tf {LETTER} ET"),
        lambda: paper(f"BT 3 Tr /F1 12 Tf {LETTER} ET {BATES}"),
        lambda: paper(BATES, under=f"BT /F1 12 Tf {LETTER} ET"),
        lambda: paper("BT 3 Tr /F1 12 Tf 90 700 Td (Purchase order PO-2024-113) Tj ET"),
        lambda: paper(BATES, is_larger=True),
    ],
    ids=["background", "recognised", "recognised under it", "recognised, little", "a part"],
)
def test_a_page_whose_text_is_there_wants_no_ocr(made) -> None:  # type: ignore[no-untyped-def]
    assert reading(made(), "x.pdf").scans == ()


def test_a_label_is_seen_on_a_scan_that_the_copier_has_read() -> None:
    label = pypdfium2.PdfDocument(label_pdf(123, "Pump contract", "Room 4"))[0]
    picture = PAPER.copy()
    picture.paste(label.render(scale=100 / 72, grayscale=True).to_pil(), (100, 100))
    found = reading(paper(f"BT 3 Tr /F1 12 Tf {LETTER} ET", picture=picture), "x.pdf")
    assert found.scans == ()
    assert (LABEL, code_of(123)) in found.properties
