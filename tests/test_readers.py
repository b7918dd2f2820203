"""The registry: what the bytes are, limits, and a Reading for whatever comes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from archive.vocabulary import REASONS
from indexer.parsers.limits import MIB, Limits
from indexer.parsers.registry import READERS
from indexer.parsers.sniff import sniff
from tests.small_files import docx, mail, odf, package, paragraph, pdf, reading, texts


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "reader"),
    [
        (pdf(["x"]), "x.doc", "pdf"),
        (b"junk before\n" + pdf(["x"]), "x", "pdf"),
        (docx(paragraph("x")), "x.zip", "docx"),
        (odf("text", "<text:p>x</text:p>"), "x", "odt"),
        (package({"a.txt": "x"}), "x.docx", "zip"),
        (b"{\\rtf1 x}", "x.doc", "rtf"),
        (b"<!DOCTYPE html><p>x", "x.txt", "html"),
        (b"<?xml version='1.0'?><!-- a --><html><p>x</p></html>", "x.xml", "html"),
        (b"<?xml version='1.0'?><a>x</a>", "x.txt", "xml"),
        (b"\xef\xbb\xbf<Invoice xmlns='urn:x'><ID>1</ID></Invoice>", "x", "xml"),
        (mail("x").as_bytes(), "x.txt", "eml"),
        (b"From: a\nSubject: b\n\nx", "x.eml", "eml"),
        (b"From: a\nTo: b\nSubject: minutes\n\nx", "memo.txt", "text"),
        (b"From a@b Tue Mar  5 10:00:00 2024\nFrom: a\nSubject: b\n\nx\n", "inbox", "mbox"),
        (b"BMW 320 is a car", "x.txt", "text"),
        (b"MZ is short for Mark Zbikowski", "x.txt", "text"),
        ("\ufeffå".encode("utf-16"), "x.txt", "text"),
        ("utan märke".encode("utf-16-le"), "x.txt", "text"),
        (b"a,b\n1,2\n", "x.csv", "text"),
        (picture(), "x.txt", "image"),
        (picture("BMP"), "x", "image"),
        (picture("JPEG2000"), "x.jp2", "image"),
        (picture("AVIF"), "x.avif", "image"),
        (picture("AVIF").replace(b"ftypavif", b"ftypmif1", 1), "x.avif", "image"),
        (b"\0\0\0\x18ftypmp42" + bytes(12) + b"avif" + bytes(8), "x.mp4", "none"),
        (gzip.compress(b"x", mtime=0), "x.txt.gz", "gzip"),
    ],
)
def test_a_file_is_read_by_what_its_bytes_are(data: bytes, name: str, reader: str) -> None:
    assert reading(data, name).reader == reader


def test_the_name_breaks_ties_among_texts() -> None:
    assert reading(b"# Title", "x.md").media_type == "text/markdown"
    assert reading(b"a;b", "x.csv").media_type == "text/csv"
    assert reading(b"a;b", "x").media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.pdf", "no-text"),
        (b"\x00\x01\x02\x03" * 100, "x.bin", "unknown-format"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "x.7z", "damaged"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "x.heic", "unknown-format"),
        (b"%PDF-1.7 and nothing else", "x.pdf", "damaged"),
        (docx(paragraph("x"))[:-30], "x.docx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.xls", "unknown-format"),
        (picture()[:40], "x.png", "damaged"),
        (b"MM\0*" + pdf(["hello"])[4:], "x.tif", "damaged"),
        (b"   \n ", "blank.txt", "no-text"),
        (b"<a><b></a>", "x.xml", "damaged"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "x.xml", "refused"),
        (gzip.compress(b"x" * 100, mtime=0)[:-20], "x.gz", "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, name: str, code: str) -> None:
    found = reading(data, name)
    assert found.reason_code == code
    assert found.reason


def test_an_external_doctype_alone_is_no_attack() -> None:
    data = b'<!DOCTYPE a PUBLIC "-//X//EN" "http://127.0.0.1:9/x.dtd"><a>text</a>'
    assert texts(reading(data, "x.xml")) == ["text"]


@given(st.binary(max_size=300), st.sampled_from(["x.txt", "x.eml", "x.csv", "x.html", ""]))
def test_any_bytes_end_in_a_reading(data: bytes, name: str) -> None:
    found = reading(data, name)
    assert found.reason_code is None or found.reason_code in REASONS


@given(st.data(), st.sampled_from([pdf(["hello"]), docx(paragraph("hello")), mail("x").as_bytes()]))
def test_a_file_with_a_flaw_ends_in_a_reading(data: st.DataObject, whole: bytes) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    flawed = whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + 4 :]
    found = reading(flawed, "x")
    assert found.reason_code is None or found.reason_code in REASONS


def test_a_head_full_of_comments_does_not_hold_the_reader_up() -> None:
    assert sniff(b"<!-- a -->" * 800 + b"<x></x>", "x.txt") == "xml"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("å ä ö".encode(), "å ä ö"),
        ("\ufeffå ä ö".encode(), "å ä ö"),
        ("å ä ö".encode("utf-16"), "å ä ö"),
        ("å ä ö på svenska".encode("utf-16-be"), "å ä ö på svenska"),
        ("å ä ö – “x” €".encode("cp1252"), "å ä ö – “x” €"),
    ],
)
def test_text_is_decoded_by_mark_then_utf_8_then_cp1252(data: bytes, text: str) -> None:
    assert texts(reading(data, "x.txt")) == [text]


SWEDISH = "förslag till avtal, åäö, ånyo, Öst – "


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (SWEDISH.encode() + b"\xff" + SWEDISH.encode(), f"{SWEDISH}\ufffd{SWEDISH.rstrip(' ')} "),
        ("förslag å".encode()[:-1], "förslag \ufffd"),
    ],
    ids=["a stray byte", "cut off"],
)
def test_text_that_is_mostly_utf_8_is_read_as_such_and_says_what_it_lacks(
    data: bytes, text: str
) -> None:
    found = reading(data, "x.txt")
    assert (texts(found), found.reason_code) == ([text], "truncated")
    assert found.reason == "Letters that can't be read, left out: 1."


@pytest.mark.parametrize("text", [SWEDISH, "å", "Ã¶ on a page of its own, från Åsa på Öland"])
def test_text_of_one_byte_a_letter_is_not_taken_for_utf_8(text: str) -> None:
    found = reading(text.encode("cp1252"), "x.txt")
    assert (texts(found), found.reason_code) == ([text], None)


def test_front_matter_is_text() -> None:
    assert texts(reading(b"---\nspec: 100\n---\n# Title\n", "x.md")) == [
        "---\nspec: 100\n---\n# Title\n"
    ]


def test_text_beyond_the_limit_is_cut_and_said() -> None:
    found = reading(b"abcdefgh", "x.txt", Limits(max_text=5))
    assert (texts(found), found.reason_code) == (["abcde"], "truncated")


def test_pages_beyond_the_limit_are_left_out_and_said() -> None:
    found = reading(pdf(["one"], ["two"], ["three"]), "x.pdf", Limits(max_pages=2))
    assert len(found.pages) == 2
    assert found.reason_code == "truncated"


def test_a_file_over_the_limit_is_not_read() -> None:
    assert reading(b"x" * 11, "x.txt", Limits(max_bytes=10)).reason_code == "too-large"


def test_the_xml_itself_is_kept_for_those_who_know_its_meaning() -> None:
    data = b"<Invoice xmlns='urn:x'><ID>INV-77</ID><Note>a <b>c</b></Note></Invoice>"
    found = reading(data, "x.xml")
    assert found.data == data
    assert texts(found) == ["INV-77\na\nc"]


LONG = b"JVBERi0xLjQK" * 900_000  # a file in base64, longer than libxml2 takes a text by itself


def test_an_xml_that_holds_a_large_file_is_read_beside_it() -> None:
    data = b"<?xml version='1.0'?><Invoice><ID>INV-77</ID><File>%s</File></Invoice>" % LONG
    found = reading(data, "x.xml")
    assert (found.reason_code, found.data) == (None, data)
    assert texts(found) == ["INV-77"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<?xml version='1.0'?>" + b"<a>" * 300 + LONG + b"</a>" * 300, "damaged"),
        (b"<?xml version='1.0'?><!--" + bytes(range(32, 44)) * 9_000 + b"--><!DOCTYPE a [<!ENTITY b"
         b" 'c'>]><a t='&b;'>" + LONG + b"</a>", "damaged"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-7'?><a>" + LONG + b"</a>", "damaged"),
        (b"<?xml version='1.0'?><a><b>" + LONG + b"</a>", "damaged"),
    ],
    ids=["deep", "entities", "in disguise", "broken"],
)  # fmt: skip
def test_a_large_file_in_an_xml_opens_no_other_limit(data: bytes, code: str) -> None:
    assert reading(data, "x.xml").reason_code == code


def test_attributes_are_the_text_of_xml_elements_that_have_none() -> None:
    data = (
        b'<order xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b"'
        b' number="PO-7"><line item="Pump" count="2"/><sum currency="SEK">40</sum> tail </order>'
    )
    assert texts(reading(data, "x.xml")) == ["PO-7\nPump\t2\n40\ntail"]


def test_html_reads_as_a_browser_shows_it() -> None:
    data = b"""<html><head><title>The  title</title><style>p {}</style><script>x()</script></head>
        <body><p>Some <b>bold</b>\n text</p><table><tr><td>a</td><td> b</td></tr></table>
        <pre>two\nlines</pre><!-- no --></body></html>"""
    found = reading(data, "x.html")
    assert texts(found) == ["The title\nSome bold text\na\tb\ntwo\nlines"]
    assert found.title == "The title"


@pytest.mark.parametrize(
    "between",
    [b"<img src='data:image/png;base64,%s'>" % LONG, b"<div>" * 300 + b"</div>" * 300],
    ids=["a large picture", "deep"],
)
def test_a_page_goes_on_behind_what_is_large_or_deep(between: bytes) -> None:
    data = b"<html><body><p>before</p>" + between + b"<p>after</p></body></html>"
    assert texts(reading(data, "x.html")) == ["before\nafter"]


@pytest.mark.parametrize(
    "data",
    [
        '<meta charset="iso-8859-1"><p>Åsa – €'.encode("cp1252"),
        '<meta charset="utf-8"><p>Åsa – €'.encode(),
        "<p>Åsa – €</p></html>".encode(),
        "\ufeff<html><p>Åsa – €</p>".encode("utf-16"),
    ],
)
def test_html_is_decoded_as_it_says(data: bytes) -> None:
    assert texts(reading(data, "x.html")) == ["Åsa – €"]


def test_rtf_reads_with_its_letters() -> None:
    data = rb"{\rtf1\ansi\ansicpg1252 Order f\'f6r \u8364? 10\par next}"
    assert texts(reading(data, "x.rtf")) == ["Order för € 10\nnext"]


def test_members_of_a_zip_are_children_in_their_order() -> None:
    found = reading(package({"b/å.txt": "two", "a.txt": "one"}), "x.zip")
    children = [(c.position, c.name, c.data) for c in found.children]
    assert children == [(1, "b/å.txt", b"two"), (2, "a.txt", b"one")]
    assert texts(found) == ["b/å.txt\na.txt"]


def test_a_tar_gives_files_only_and_a_compressed_file_its_one_file() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        info = tarfile.TarInfo("a.txt")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"one"))
    plain = out.getvalue()
    assert [(c.name, c.data) for c in reading(plain, "x.tar").children] == [("a.txt", b"one")]
    for pack, name in ((gzip, "x.tgz"), (bz2, "x.tar.bz2"), (lzma, "x.tar.xz")):
        (child,) = reading(pack.compress(plain), name).children
        assert (child.name, child.data) == ("x.tar", plain)


def test_containers_within_containers_end_at_the_limit() -> None:
    limits = Limits(max_depth=2)
    data = package({"a.txt": "x"})
    assert reading(data, "x.zip", limits, depth=1).reason_code is None
    assert reading(data, "x.zip", limits, depth=2).reason_code == "too-large"


def test_bombs_are_refused_before_they_go_off() -> None:
    small = Limits(max_inflated=20 * MIB, max_members=1000)
    zeros = bytes(15 * MIB)
    assert reading(package({"zeros": zeros}), "x.zip", small).reason_code == "too-large"
    assert reading(gzip.compress(bytes(30 * MIB)), "x.gz", small).reason_code == "too-large"
    big = picture(size=(2000, 2000))
    assert reading(big, "x.png", Limits(max_pixels=1_000_000)).reason_code == "too-large"
    body = "<w:p/>" * 2_500_000
    assert reading(docx(body), "x.docx", small).reason_code == "too-large"


def test_a_member_that_lies_about_its_size_is_damaged() -> None:
    data = bytearray(package({"a.txt": "x" * 1000}))
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert reading(bytes(data), "x.zip").reason_code == "damaged"


def test_an_encrypted_member_is_said_to_be_encrypted() -> None:
    data = bytearray(package({"a.txt": "x"}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + offset] |= 1
    assert reading(bytes(data), "x.zip").reason_code == "encrypted"


def test_pictures_wait_for_ocr_with_their_size_in_points() -> None:
    out = io.BytesIO()
    frames = [Image.new("L", (300, 150), "white") for _ in range(2)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], dpi=(150, 150))
    found = reading(out.getvalue(), "x.tif")
    assert [(page.width, page.height, page.source) for page in found.pages] == [
        (144, 72, "none"),
        (144, 72, "none"),
    ]
    assert (found.reason_code, found.scans) == ("no-text", (1, 2))


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    container = '<c><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></c>'
    opf = """<package><metadata><title>Book</title></metadata><manifest>
        <item id="a" href="a.html"/><item id="b" href="b%20b.html"/></manifest>
        <spine><itemref idref="b"/><itemref idref="a"/></spine></package>"""
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container,
             "O/b.opf": opf, "O/a.html": "<p>second</p>", "O/b b.html": "<p>first</p>"}  # fmt: skip
    found = reading(package(parts, stored=["mimetype"]), "x.epub")
    assert (texts(found), found.title) == (["first", "second"], "Book")


def test_every_reader_has_a_version_and_a_media_type() -> None:
    assert all(reader.version >= 1 and "/" in reader.media_type for reader in READERS.values())


def test_the_ending_of_a_zip_can_be_found_although_a_comment_follows() -> None:
    out = io.BytesIO(package({"a.txt": "x"}))
    with zipfile.ZipFile(out, "a") as file:
        file.comment = b"from the copier"
    assert [child.name for child in reading(out.getvalue(), "x").children] == ["a.txt"]


def test_old_word_files_are_read_by_a_program_or_say_which_one_would_help(corpora: Path) -> None:
    file = next((corpora / "mixed-tika").rglob("testWORD_3imgs.doc"))
    found = reading(file.read_bytes(), file.name)
    if shutil.which("catdoc") or shutil.which("antiword"):
        assert len(texts(found)[0]) > 50
    else:
        assert found.reason_code == "unknown-format"
        assert "catdoc" in (found.reason or "")


@pytest.mark.parametrize("folder", ["mixed-tika", "mixed-opf", "invoices-zugferd"])
def test_real_files_end_in_a_reading_with_text_or_a_reason(corpora: Path, folder: str) -> None:
    for path in sorted((corpora / folder).rglob("*")):
        if path.is_file():
            found = reading(path.read_bytes(), path.name)
            has_text = any(page.text.strip() for page in found.pages)
            assert has_text != (found.reason_code is not None) or found.reason_code == "truncated"


def test_a_reader_is_imported_when_its_first_file_comes() -> None:
    heavy = ("pypdfium2", "lxml", "PIL", "email")
    code = f"import sys, indexer.parsers.registry; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[1],
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
