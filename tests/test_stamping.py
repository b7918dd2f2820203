"""Stamped copies: a number on each page, nothing covered, the same each time."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NullObject

from archive.errors import ReadingFailed
from indexer.parsers.limits import Limits
from indexer.stamping import sheet, stamped

PDF = "application/pdf"
STRIP = 18  # points: of pages that are not large
INK = b"0.2 g 20 30 60 90 re f 0.6 g 90 200 80 40 re f"


def paper(*rotations: int, content: bytes = INK, crop: tuple[int, int, int, int] | None = None):
    """A PDF with a page of 200 by 300 points for each rotation."""
    writer = PdfWriter()
    for rotation in rotations:
        page = writer.add_blank_page(200, 300)
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream)
        if crop:
            page.cropbox.lower_left, page.cropbox.upper_right = crop[:2], crop[2:]
        page.rotate(rotation)
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): NullObject()}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def pictures(data: bytes) -> list[Image.Image]:
    """The pages as they are shown, five pixels a point."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.render(scale=5).to_pil().convert("L") for page in document]
    finally:
        document.close()


def differs(one: Image.Image, other: Image.Image) -> bool:
    low, high = ImageChops.difference(one, other).getextrema()
    return bool(high > 40 and low is not None)


@pytest.mark.parametrize("crop", [None, (10, 20, 190, 260)])
@pytest.mark.parametrize("content", [INK, b"q q 2 0 0 2 5 5 cm " + INK, INK + b" Q Q"])
def test_the_page_is_as_it_was_and_the_strip_is_below_it_however_it_is_turned(crop, content):
    turned = (0, 90, 180, 270)
    before = paper(*turned, content=content, crop=crop)
    numbers = [f"T-000000{n}" for n in range(1, 5)]
    after = stamped(before, PDF, numbers, "CONFIDENTIAL", Limits())
    for page, (old, new) in enumerate(zip(pictures(before), pictures(after), strict=True)):
        strip = STRIP * 5
        assert new.size == (old.width, old.height + strip), turned[page]
        assert not differs(new.crop((0, 0, *old.size)), old), turned[page]
        below = new.crop((0, old.height, *new.size))
        left, right = (below.crop((x, 0, x + 400, strip)) for x in (0, new.width - 400))
        assert left.getextrema()[0] < 100 and right.getextrema()[0] < 100


def test_each_page_bears_its_number_and_the_legend_where_there_is_one():
    data = stamped(paper(0, 0), PDF, ["T-0000009", "T-0000010"], "CONFIDENTIAL", Limits())
    assert [text.split() for text in texts(data)] == [
        ["CONFIDENTIAL", "T-0000009"], ["CONFIDENTIAL", "T-0000010"],
    ]  # fmt: skip
    plain = stamped(paper(0), PDF, ["T-0000009"], "", Limits())
    assert [text.split() for text in texts(plain)] == [["T-0000009"]]


def test_the_same_document_gives_the_same_bytes_and_nothing_that_acts_by_itself():
    first, again = (stamped(paper(0), PDF, ["T-0000001"], "", Limits()) for _ in range(2))
    assert first == again
    assert "/OpenAction" not in PdfReader(io.BytesIO(first)).trailer["/Root"]


def test_resources_that_pages_share_stay_as_they_are():
    writer = PdfWriter()
    shared = writer._add_object(DictionaryObject())
    for _ in range(2):
        writer.add_blank_page(200, 300)[NameObject("/Resources")] = shared
    data = stamped(written(writer), PDF, ["T-0000001", "T-0000002"], "", Limits())
    assert [text.split() for text in texts(data)] == [["T-0000001"], ["T-0000002"]]


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK"])
def test_each_page_of_a_picture_becomes_a_page_with_its_number(mode):
    stream = io.BytesIO()
    frames = [Image.new(mode, (300, 400)) for _ in range(2)]
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:], dpi=(100, 100))
    made = [stamped(stream.getvalue(), "image/tiff", ["A-1", "A-2"], "", Limits()) for _ in "12"]
    assert [text.split() for text in texts(made[0])] == [["A-1"], ["A-2"]]
    assert made[0] == made[1]
    assert [float(page.mediabox.width) for page in PdfReader(io.BytesIO(made[0])).pages] == [
        216
    ] * 2


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"no PDF", PDF), (b"%PDF-1.7\n1 0 obj << /Pages 1 0 R >> endobj", PDF),
        (b"no picture", "image/png"), (paper(0, 0), PDF), (paper(), PDF),
    ],
    ids=["nothing", "broken", "no picture", "more pages than numbers", "no page"],
)  # fmt: skip
def test_what_can_not_be_stamped_is_refused(data, media_type):
    with pytest.raises(ReadingFailed) as failure:
        stamped(data, media_type, ["A-1"], "", Limits())
    assert failure.value.code == "damaged"


def test_a_locked_pdf_says_that_it_is_locked():
    writer = PdfWriter(clone_from=io.BytesIO(paper(0)))
    writer.encrypt("secret", algorithm="AES-256")
    with pytest.raises(ReadingFailed) as failure:
        stamped(written(writer), PDF, ["A-1"], "", Limits())
    assert failure.value.code == "encrypted"


def test_a_sheet_says_its_lines_on_as_many_pages_as_there_are_numbers():
    data = sheet(["A-1", "A-2"], "CONFIDENTIAL", ["Only the original:", "data/x (1).pdf"])
    for text, number in zip(texts(data), ["A-1", "A-2"], strict=True):
        assert all(one in text for one in ("Only the original:", "data/x (1).pdf", number))
        assert "CONFIDENTIAL" in text
    assert data == sheet(["A-1", "A-2"], "CONFIDENTIAL", ["Only the original:", "data/x (1).pdf"])
