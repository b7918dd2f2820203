"""Files that programs write oddly and people use all the same: read, not called damaged."""

from __future__ import annotations

import binascii

import pytest

from indexer.extract.edocuments import read_edocument
from tests.small_files import odf, reading, texts
from tests.test_edocuments import key_of, ubl


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ('office:value-type="float" office:value="1250"', "1250"),
        ('office:value-type="date" office:date-value="2024-03-05"', "2024-03-05"),
        ('office:value-type="string" office:string-value="PO-77"', "PO-77"),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
    ],
)
def test_a_cell_of_an_ods_that_has_a_value_and_no_text_shows_the_value(
    attributes: str, text: str
) -> None:
    cells = f"<table:table-cell {attributes}/>"
    cells += "<table:table-cell><text:p>a</text:p></table:table-cell>"
    sheet = f'<table:table table:name="S"><table:table-row>{cells}</table:table-row></table:table>'
    assert texts(reading(odf("spreadsheet", sheet), "x.ods")) == [f"{text}\ta"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('\n <?xml version="1.0" encoding="utf-8"?><a>Förslag</a>'.encode(), "Förslag"),
        ('<?xml version="1.0" encoding="utf-8"?><a>Förslag – 5 €</a>'.encode("cp1252"),
         "Förslag – 5 €"),
        ("<a xmlns='x'>Förslag</a>".encode("cp1252"), "Förslag"),
    ],
)  # fmt: skip
def test_xml_with_a_blank_before_its_head_or_in_another_encoding_is_read(
    data: bytes, text: str
) -> None:
    assert texts(reading(data, "x.xml")) == [text]


def test_an_e_invoice_in_another_encoding_than_it_says_is_one() -> None:
    data = ubl().decode().replace("Vik Kommun", "Åre Kommun").encode("cp1252")
    found = read_edocument(b'<?xml version="1.0" encoding="UTF-8"?>' + data, key_of)
    assert found is not None
    assert "Åre Kommun" in [fact.value for fact in found.facts]


def test_xml_that_is_broken_stays_so() -> None:
    assert reading("<a>å<b></a>".encode("cp1252"), "x.xml").reason_code == "damaged"
    entities = '<!DOCTYPE a [<!ENTITY b "å">]><a>&b;</a>'.encode("cp1252")
    assert reading(entities, "x.xml").reason_code == "refused"


def test_what_pgp_has_encrypted_says_so_and_what_it_signed_is_read() -> None:
    locked = b"\n-----BEGIN PGP MESSAGE-----\n\nhQEMA7\n-----END PGP MESSAGE-----\n"
    found = reading(locked, "encrypted.asc")
    assert (found.reason_code, found.pages) == ("encrypted", ())
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrder PO-7\n"
    assert "Order PO-7" in texts(reading(signed.encode(), "x.asc"))[0]


def test_files_that_stand_uuencoded_in_the_body_of_a_mail_are_children() -> None:
    head = b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n"
    coded = b"begin 644 avtal 7.txt\r\n" + binascii.b2a_uu(b"FA-2021-7\n") + b"`\r\nend\r\n"
    said = b"begin 12 weeks before the\r\nend of the term.\r\n"
    found = reading(head + b"See below.\r\n" + coded + said, "x.eml")
    assert texts(found) == [f"From: a@b.example\nSubject: x\n\nSee below.\n\n{said.decode()}"
                            .replace("\r", "").strip()]  # fmt: skip
    assert [(one.name, one.data) for one in found.children] == [("avtal 7.txt", b"FA-2021-7\n")]
