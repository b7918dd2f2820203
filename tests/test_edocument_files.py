"""Files that e-documents carry are children of theirs."""

from __future__ import annotations

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.reading import Child, PageText, Reading, ReadingContext
from archive.schemes import compile_schemes
from indexer.extract.extractor import Extractor
from tests.test_edocuments import SVEFAKTURA, read, ubl


def test_embedded_files_are_children() -> None:
    (child,) = read(ubl()).children
    assert (child.name, child.media_type, child.data) == ("hours.csv", "text/csv", b"a;b\n1;2\n")


def test_a_file_beside_a_svefaktura_in_its_envelope_is_its_child() -> None:
    envelope = (
        '<StandardBusinessDocument xmlns="urn:sfti:documents:StandardBusinessDocumentHeader">'
        f'{SVEFAKTURA}<ObjectEnvelope xmlns="urn:sfti:documents:ObjectEnvelope:1:0"><EncodedObject>'
        '<ObjectID>1</ObjectID><EncodedData format="base64" mimeCode="text/csv" filename="b.csv">'
        "YTtiCjE7Mgo=</EncodedData></EncodedObject></ObjectEnvelope></StandardBusinessDocument>"
    )
    (child,) = read(envelope.encode()).children
    assert (child.name, child.media_type, child.data) == ("b.csv", "text/csv", b"a;b\n1;2\n")


def test_files_attached_to_a_pdf_stand_before_those_in_its_e_invoice() -> None:
    page = PageText(1, "Invoice INV-77", width=595.0, height=842.0)
    terms = Child(1, "terms.txt", b"Terms")
    reading = Reading("pdf", 1, "application/pdf", (page,), (terms,), data=ubl())
    extractor = Extractor(compile_schemes(BUILTIN_SCHEMES))
    found, _ = extractor.extract(reading, ReadingContext("filing/a.pdf"))
    assert [(one.position, one.name) for one in found.children] == [
        (1, "terms.txt"), (2, "hours.csv"),
    ]  # fmt: skip


def test_a_file_that_is_no_base64_is_named_and_the_document_is_read() -> None:
    reading = Reading("xml", 1, "application/xml", data=ubl().replace(b"YTtiCjE7Mgo=", b"%PDF-1.7"))
    extractor = Extractor(compile_schemes(BUILTIN_SCHEMES))
    found, extraction = extractor.extract(reading, ReadingContext("filing/a.xml"))
    assert (found.reason_code, found.reason) == ("truncated", "Left out: hours.csv (damaged).")
    assert not found.children
    assert ("number", "INV-77") in [(fact.name, fact.value) for fact in extraction.facts]
