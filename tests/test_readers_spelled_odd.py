"""Files that programs write oddly and people use all the same: read, not called damaged."""

from __future__ import annotations

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
