"""Page pictures, and where stretches of text stand on them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from archive.errors import ReadingFailed
from archive.reading import PageText, Run
from indexer.parsers.limits import Limits
from indexer.parsers.ocr import from_tsv
from indexer.parsers.ocr_picture import is_empty
from indexer.parsers.recognise import recognise
from indexer.parsers.registry import read
from indexer.pictures import Box, boxes, page_png
from tests.small_files import pdf, pdf_with, reading

PDF = "application/pdf"
LIMITS = Limits()


def shown(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def darkest(picture: Image.Image, box: Box) -> int:
    """The darkest grey within the box."""
    left, top, width, height = box
    area = (left * picture.width, top * picture.height,
            (left + width) * picture.width, (top + height) * picture.height)  # fmt: skip
    return picture.crop(tuple(map(round, area))).getextrema()[0]  # type: ignore[return-value]


def test_a_page_is_drawn_at_the_size_asked_for() -> None:
    picture = shown(page_png(pdf(["hello"], ["two"]), PDF, 2, dpi=144, limits=LIMITS))
    assert picture.size == (1190, 1684)


def test_a_huge_page_is_drawn_smaller() -> None:
    limits = Limits(max_pixels=10_000)
    picture = shown(page_png(pdf(["hello"]), PDF, 1, dpi=300, limits=limits))
    assert picture.width * picture.height <= 10_300


@pytest.mark.parametrize("page", [0, 2, 99])
def test_a_page_that_is_not_there_is_said(page: int) -> None:
    with pytest.raises(ReadingFailed):
        page_png(pdf(["hello"]), PDF, page, dpi=72, limits=LIMITS)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_box_covers_its_words_on_the_picture_however_the_page_lies(rotate: int) -> None:
    data = pdf(["Invoice INV-77", "", "Total: 1250"], rotate=rotate)
    page = reading(data, "x.pdf").pages[0]
    start = page.text.index("INV-77")
    ((box,),) = boxes(data, PDF, page, [(start, start + 6)])
    picture = shown(page_png(data, PDF, 1, dpi=100, limits=LIMITS))
    assert darkest(picture, box) < 100
    covered = picture.copy()
    for other in boxes(data, PDF, page, [(0, len(page.text))])[0]:
        left, top, width, height = other
        ImageDraw.Draw(covered).rectangle(
            [left * covered.width - 2, top * covered.height - 2,
             (left + width) * covered.width + 2, (top + height) * covered.height + 2],
            fill=255,
        )  # fmt: skip
    assert darkest(covered, (0, 0, 1, 1)) > 200


def test_a_stretch_over_two_lines_has_two_boxes_one_below_the_other() -> None:
    data = pdf(["first line", "second line"])
    page = reading(data, "x.pdf").pages[0]
    upper, lower = boxes(data, PDF, page, [(0, len(page.text))])[0]
    assert upper[1] < lower[1]
    assert all(0 <= side <= 1 for side in (*upper, *lower))


def test_text_that_stands_nowhere_on_the_picture_has_no_boxes() -> None:
    data = pdf_with(pdf(["hello"]), outline="only in the outline")
    page = reading(data, "x.pdf").pages[0]
    start = page.text.index("only")
    assert boxes(data, PDF, page, [(start, start + 4)]) == [[]]
    assert boxes(b"x", "text/plain", PageText(1, "x"), [(0, 1)]) == [[]]


def test_words_of_ocr_are_joined_to_a_box_for_each_line() -> None:
    words = ((0, 2, 10.0, 10.0, 20.0, 20.0), (3, 5, 25.0, 11.0, 35.0, 21.0),
             (6, 8, 10.0, 40.0, 20.0, 50.0))  # fmt: skip
    page = PageText(1, "aa bb\ncc", "ocr", width=100, height=100, words=words)
    assert boxes(b"", "image/png", page, [(0, 8), (4, 5), (2, 3)]) == [
        [(0.1, 0.1, 0.25, 0.11), (0.1, 0.4, 0.1, 0.1)],
        [(0.25, 0.11, 0.1, 0.1)],
        [],
    ]


def test_a_picture_is_shown_upright_and_never_larger_than_it_is() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.new("RGB", (300, 200), "white").save(out, "JPEG", dpi=(100, 100), exif=exif)
    page = reading(out.getvalue(), "x.jpg").pages[0]
    assert (page.width, page.height) == (144, 216)
    for dpi, size in ((50, (100, 150)), (400, (200, 300))):
        assert shown(page_png(out.getvalue(), "image/jpeg", 1, dpi=dpi, limits=LIMITS)).size == size


def test_tesseract_tables_become_lines_and_paragraphs_with_the_place_of_each_word() -> None:
    head = "level page_num block_num par_num line_num word_num left top width height conf text"
    rows = ["5 1 1 1 1 1 10 20 30 10 90 Invoice", "5 1 1 1 1 2 50 20 30 10 80 INV",
            "5 1 1 1 2 1 10 40 30 10 100 Total", "5 1 1 1 2 2 10 40 30 10 95 ",
            "5 1 2 1 1 1 10 80 20 10 70 SEK"]  # fmt: skip
    table = "\n".join("\t".join(line.split(" ")) for line in [head, *rows])
    found = from_tsv(table, 100, 200)
    assert found.text == "Invoice INV\nTotal\n\nSEK"
    assert [found.text[word[0] : word[1]] for word in found.words] == [
        "Invoice", "INV", "Total", "SEK",
    ]  # fmt: skip
    assert found.words[0][2:] == (0.1, 0.1, 0.4, 0.15)
    assert 0.7 < found.confidence < 1


def scan(text: str) -> Image.Image:
    picture = Image.new("L", (1240, 500), "white")
    font = ImageFont.load_default(48)
    ImageDraw.Draw(picture).text((100, 200), text, fill=0, font=font)
    return picture


def test_a_scan_is_read_by_ocr_when_asked_and_its_words_have_boxes(tesseract: Path) -> None:
    assert tesseract
    out = io.BytesIO()
    scan("Purchase order 4411").save(out, "PDF", resolution=150)
    limits = Limits(ocr_languages=("eng",))
    without = read(out.getvalue(), "x.pdf", limits)
    assert (without.reason_code, without.scans) == ("no-text", (1,))
    page = page_read(out.getvalue(), "x.pdf")
    assert (page.text, page.source) == ("Purchase order 4411", "ocr")
    assert page.confidence is not None
    assert page.confidence > 0.8
    start = page.text.index("4411")
    ((box,),) = boxes(out.getvalue(), PDF, page, [(start, start + 4)])
    picture = shown(page_png(out.getvalue(), PDF, 1, dpi=100, limits=limits))
    assert darkest(picture, box) < 100
    assert 0.3 < box[1] < 0.6


def page_read(data: bytes, name: str) -> PageText:
    """The first page with all that can be read of it."""
    limits = Limits(ocr_languages=("eng",))
    found = recognise(data, name, [1], limits)
    assert found.failed == ()
    return read(data, name, limits, recognised=found.pages).pages[0]


def test_a_picture_that_can_not_be_read_hides_no_other(tesseract: Path) -> None:
    assert tesseract
    out = io.BytesIO()
    scan("Purchase order").save(out, "TIFF")
    found = recognise(out.getvalue(), "x.tif", [1, 2], Limits(ocr_languages=("eng",)))
    assert [page.text for page in found.pages] == ["Purchase order"]
    assert [number for number, _ in found.failed] == [2]


LETTER = (
    "Purchase order PO-2024-113", "to Nordic Pumps AB in Sundsvall", "Please deliver forty valves",
    "of the type AV-200 before the end", "of October to our yard in Timrå.",
)  # fmt: skip


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_lies_or_stands_on_its_head_is_read_and_its_boxes_stand_right(
    tesseract: Path, degrees: int
) -> None:
    assert tesseract
    picture = Image.new("L", (1240, 900), "white")
    for number, line in enumerate(LETTER):
        place = (100, 100 + 140 * number)
        ImageDraw.Draw(picture).text(place, line, fill=0, font=ImageFont.load_default(48))
    picture = picture.rotate(degrees, expand=True)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    page = page_read(out.getvalue(), "x.pdf")
    assert page.text.splitlines()[0] == LETTER[0]
    assert (page.width or 0) > (page.height or 0) or degrees != 180
    start = page.text.index("PO-2024-113")
    ((box,),) = boxes(out.getvalue(), PDF, page, [(start, start + 11)])
    shown_page = shown(page_png(out.getvalue(), PDF, 1, dpi=100, limits=LIMITS))
    left, top, width, height = box
    assert darkest(shown_page, box) < 100
    assert (width > height) == (degrees == 180)
    # the number stands at the end of the first line: at the edge to which the page was turned
    middle = (left + width / 2, top + height / 2)
    expected = {90: (0.15, 0.5), 180: (0.5, 0.85), 270: (0.85, 0.5)}[degrees]
    assert middle == pytest.approx(expected, abs=0.1)


def test_pale_print_on_shaded_paper_is_read(tesseract: Path) -> None:
    assert tesseract
    picture = Image.linear_gradient("L").resize((1240, 500)).point(lambda shade: 120 + shade // 4)
    ImageDraw.Draw(picture).text(
        (100, 200), "Purchase order 4411", fill=110, font=ImageFont.load_default(48)
    )
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert page_read(out.getvalue(), "x.png").text == "Purchase order 4411"


def test_an_empty_page_has_no_text() -> None:
    picture = Image.new("L", (800, 600), 240)
    picture.putpixel((300, 300), 230)
    assert is_empty(picture)
    assert not is_empty(scan("."))


def test_without_languages_nothing_is_recognised() -> None:
    out = io.BytesIO()
    scan("Purchase order").save(out, "PNG")
    found = recognise(out.getvalue(), "x.png", [1], Limits())
    assert (found.pages, len(found.failed)) == ((), 1)


def test_a_map_that_leads_nowhere_gives_no_boxes() -> None:
    page = PageText(1, "hello", width=595, height=842, runs=(Run(0, 10_000, 5),))
    assert boxes(pdf(["hello"]), PDF, page, [(0, 5)]) == [[]]
