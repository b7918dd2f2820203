"""Files that e-documents carry are children of theirs."""

from __future__ import annotations

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.reading import Child, PageText, Reading, ReadingContext
from archive.schemes import compile_schemes
from indexer.extract.edocuments import render
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


HEADER = (
    "<sh:StandardBusinessDocumentHeader><sh:HeaderVersion>1.0</sh:HeaderVersion>"
    "<sh:Sender><sh:Identifier>0007:5560360793</sh:Identifier></sh:Sender>"
    "</sh:StandardBusinessDocumentHeader>"
)


def enveloped(*documents: str) -> bytes:
    where = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    inside = "".join(documents)
    return (
        f'<sh:StandardBusinessDocument xmlns:sh="{where}">{HEADER}{inside}'
        "</sh:StandardBusinessDocument>"
    ).encode()


def test_one_e_document_in_an_envelope_is_what_the_file_is() -> None:
    found = read(enveloped(ubl().decode()))
    assert (found.kind, [one.identifier for one in found.identifiers]) == ("invoice", ["INV-77"])
    assert [child.name for child in found.children] == ["hours.csv"]


def test_each_of_several_e_documents_in_an_envelope_is_a_file_inside() -> None:
    numbers = [f"INV-{number}" for number in range(100, 200)]
    files = [ubl().decode().replace("INV-77", number) for number in numbers]
    found = read(enveloped(*files, SVEFAKTURA))
    assert (found.kind, found.identifiers, found.mentions) == ("other", (), ())
    assert [child.name for child in found.children[:2]] == ["1 - INV-100.xml", "2 - INV-101.xml"]
    assert len(found.children) == 101
    inside = [read(child.data) for child in found.children]
    assert [one.identifiers[0].identifier for one in inside[:-1]] == numbers
    assert {child.name for one in inside for child in one.children} == {"hours.csv"}
    assert inside[-1].format == "Svefaktura"
    assert "2 - INV-101.xml" in render(found)[0]


def test_several_e_documents_each_in_an_envelope_of_its_own_are_files_inside() -> None:
    one, two = (f"<Item>{ubl().decode().replace('INV-77', number)}</Item>" for number in "AB")
    found = read(f"<Batch><Count>2</Count>{one}{two}</Batch>".encode())
    assert [child.name for child in found.children] == ["1 - A.xml", "2 - B.xml"]


def test_a_file_beside_several_e_documents_in_an_envelope_is_inside_as_well() -> None:
    beside = (
        '<ObjectEnvelope><EncodedObject><EncodedData filename="b.csv">YTtiCjE7Mgo=</EncodedData>'
        '<EncodedData filename="c.csv">?</EncodedData></EncodedObject></ObjectEnvelope>'
    )
    found = read(enveloped(SVEFAKTURA, SVEFAKTURA, beside))
    assert [child.name for child in found.children[2:]] == ["b.csv"]
    assert [child.position for child in found.children] == [1, 2, 3]
    assert found.lost == ("c.csv",)
