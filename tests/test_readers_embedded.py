"""Files inside Office files and RTF: children, taken out of the objects that wrap them."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from PIL import Image, ImageDraw

from archive.reading import Reading
from indexer.parsers.compound import packed
from indexer.parsers.limits import MIB, Limits
from tests.small_files import docx, paragraph, pdf, reading, texts

NATIVE = "\x01Ole10Native"


def dropped(label: str, content: bytes, *, wide: str = "") -> bytes:
    """What Windows' Packager writes of a file that was dropped into a document."""
    path = f"C:\\TEMP\\{label}\0".encode("cp1252", "replace")
    out = struct.pack("<H", 2) + f"{label}\0".encode("cp1252", "replace") + path
    out += struct.pack("<HHI", 0, 3, len(path)) + path
    out += struct.pack("<I", len(content)) + content
    for text in (path.decode("cp1252"), wide, "") if wide else ():
        out += struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return out


def with_embedded(data: bytes, **files: bytes) -> bytes:
    """An Office file with these files in word/embeddings."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in files.items():
            archive.writestr(f"word/embeddings/{name.replace('_', '.')}", content)
    return out.getvalue()


INNER = docx(paragraph("inner"))
INVOICE = pdf(["Invoice"])


@pytest.mark.parametrize(
    ("name", "content", "child", "data"),
    [
        ("Sheet1_docx", INNER, "Sheet1.docx", INNER),
        ("ole1_bin", packed({"Package": INNER}), "ole1.docx", INNER),
        ("ole1_bin", packed({"CONTENTS": INVOICE}), "ole1.pdf", INVOICE),
        ("ole1_bin", packed({NATIVE: b"size" + dropped("a.txt", b"text")}), "a.txt", b"text"),
        ("ole1_bin", packed({NATIVE: b"size" + dropped("p?.txt", b"text", wide="pł.txt")}),
         "pł.txt", b"text"),
        ("ole1_bin", packed({NATIVE: b"size" + INVOICE}), "ole1.pdf", INVOICE),
        ("ole1_bin", packed({"WordDocument": b"x"}), "ole1.doc", packed({"WordDocument": b"x"})),
    ],
)  # fmt: skip
def test_a_file_inside_an_office_file_is_a_child(
    name: str, content: bytes, child: str, data: bytes
) -> None:
    found = reading(with_embedded(docx(paragraph("outer")), **{name: content}), "x.docx")
    assert [(c.position, c.name, c.data) for c in found.children] == [(1, child, data)]
    assert texts(found) == ["outer"]


def picture(width: int, height: int, shade: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), shade).save(out, "PNG")
    return out.getvalue()


def written_page(width: int, height: int) -> bytes:
    """A scan: lines of words on paper that is not quite white."""
    paper = Image.effect_noise((width, height), 12).point(lambda shade: min(shade + 100, 255))
    drawing = ImageDraw.Draw(paper)
    for line in range(12, height - 20, height // 40):
        for word in range(20, width - 50, 60):
            drawing.rectangle((word, line, word + 45, line + 6), fill=40)
    out = io.BytesIO()
    paper.save(out, "JPEG")
    return out.getvalue()


def photo(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(out, "JPEG")
    return out.getvalue()


def with_pictures(data: bytes, *pictures: bytes) -> Reading:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for number, content in enumerate(pictures):
            archive.writestr(f"word/media/image{number}.png", content)
    return reading(out.getvalue(), "x.docx")


def test_pictures_are_read_by_themselves_where_a_file_says_nothing_else() -> None:
    scan = picture(600, 850)
    scanned = with_pictures(docx(""), scan, b"a drawing")
    assert [(c.name, c.data) for c in scanned.children] == [("image0.png", scan)]
    assert scanned.reason_code == "no-text"
    assert with_pictures(docx(paragraph("text")), scan).children == ()


def test_pages_that_were_scanned_into_a_file_with_text_are_read_by_themselves() -> None:
    scans = [written_page(827, 1169), written_page(1700, 2200), picture(620, 877, 255)]
    found = with_pictures(docx(paragraph("See the signed contract below.")), *scans)
    assert [child.data for child in found.children] == scans
    assert texts(found) == ["See the signed contract below."]
    assert found.reason_code is None


@pytest.mark.parametrize("size", [(827, 1169), (1700, 2200)], ids=["A4", "Letter"])
def test_a_page_that_was_scanned_sideways_into_a_file_with_text_is_read_by_itself(
    size: tuple[int, int],
) -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(written_page(*size))).rotate(90, expand=True).save(out, "JPEG")
    scan = out.getvalue()
    assert [one.data for one in with_pictures(docx(paragraph("text")), scan).children] == [scan]


@pytest.mark.parametrize(
    "shown",
    [
        photo(1200, 1600), photo(1600, 1200), picture(1200, 1600, 90), picture(2000, 600, 255),
        written_page(1600, 1200), written_page(1500, 1000), written_page(1600, 900),
        written_page(420, 594), photo(1169, 827),
    ],
    ids=["upright photo", "photo", "dark", "banner", "chart", "3:2", "16:9", "small", "A4 photo"],
)  # fmt: skip
def test_photos_logos_and_charts_in_a_file_with_text_are_no_documents(shown: bytes) -> None:
    found = with_pictures(docx(paragraph("text")), shown)
    assert (found.children, found.reason_code) == ((), None)


def test_logos_and_what_a_theme_is_painted_with_are_no_documents() -> None:
    small = [picture(500, 500), picture(1200, 200), picture(64, 64)] * 10
    empty = with_pictures(docx(""), *small)
    assert (empty.children, empty.reason_code) == ((), "no-text")


def test_no_more_than_a_few_dozen_pictures_of_a_file_become_documents_and_it_says_so() -> None:
    found = with_pictures(docx(""), *[picture(600, 850)] * 40)
    assert len(found.children) == 36
    assert found.reason is not None and "4" in found.reason


def test_a_formula_is_no_file() -> None:
    formula = packed({"Equation Native": b"x", NATIVE: b"y"})
    found = reading(with_embedded(docx(paragraph("outer")), ole1_bin=formula), "x.docx")
    assert (found.children, found.reason_code) == ((), None)


def test_a_file_inside_that_exceeds_the_limits_is_said_and_hides_nothing() -> None:
    data = with_embedded(docx(paragraph("outer")), big_bin=bytes(3 * MIB), small_txt=b"text")
    found = reading(data, "x.docx", Limits(max_inflated=MIB))
    assert texts(found) == ["outer"]
    assert [child.name for child in found.children] == ["small.txt"]
    assert found.reason_code == "truncated"


def test_objects_in_rtf_are_children_and_links_are_not() -> None:
    def written(kind: int, native: bytes) -> str:
        head = struct.pack("<II", 0x0501, kind) + struct.pack("<I8sII", 8, b"Package\0", 0, 0)
        return (head + struct.pack("<I", len(native)) + native).hex("\n", 40)

    objects = "".join(
        rf"{{\object\objemb{{\*\objclass Package}}{{\*\objdata {digits}}}{{\result shown}}}}"
        for digits in (
            written(2, dropped("faktura.pdf", INVOICE)),
            written(1, b"linked"),
            written(2, packed({"CONTENTS": INVOICE})),
        )
    )
    found = reading(rf"{{\rtf1 {objects}}}".encode(), "x.rtf")
    assert [(child.name, child.data) for child in found.children] == [
        ("faktura.pdf", INVOICE), ("object-3.pdf", INVOICE),
    ]  # fmt: skip
    assert texts(found) == ["shownshownshown"]


def test_a_damaged_object_is_a_child_as_it_is() -> None:
    broken = packed({"CONTENTS": INVOICE})[:600]
    found = reading(with_embedded(docx(paragraph("outer")), ole1_bin=broken), "x.docx")
    assert [child.data for child in found.children] == [broken]
    assert texts(found) == ["outer"]


def test_pages_that_were_scanned_into_rtf_are_children_and_other_pictures_are_not() -> None:
    scan = written_page(827, 1169)

    def pict(data: bytes, kind: str) -> str:
        return rf"{{\pict{{\*\picprop{{\sp{{\sn a}}{{\sv b}}}}}}\{kind}\picw9 {data.hex(' ', 40)}}}"

    twice = rf"{{\*\shppict{pict(scan, 'jpegblip')}}}{{\nonshppict{pict(scan, 'jpegblip')}}}"
    others = pict(photo(1200, 1600), "jpegblip") + pict(b"\xd7\xcd\xc6\x9a", "wmetafile8")
    found = reading(rf"{{\rtf1 Text{twice}{others}}}".encode(), "x.rtf")
    assert [(child.name, child.data) for child in found.children] == [("image1.jpg", scan)]
    assert texts(found) == ["Text"]
    alone = picture(600, 850)
    found = reading(rf"{{\rtf1 {pict(alone, 'pngblip')}}}".encode(), "x.rtf")
    assert [(child.name, child.data) for child in found.children] == [("image1.png", alone)]
