"""The benchmark of words: what counts as said, what as found."""

from __future__ import annotations

import io

import openpyxl
import pytest

from bench.witnesses import WITNESSES, asked
from bench.words import Tally, found_words, kind_of, words
from tests.small_files import docx, odf, paragraph, reading


def test_a_word_is_found_as_it_is_or_within_other_letters_if_it_is_long() -> None:
    assert words("Order nr 7, PO-2024: 1 å\xadb") == {"order", "nr", "po", "2024", "åb"}
    said = words("Pumps TotalSum sum")
    assert found_words("pumps total\nsum", said) == said
    assert found_words("assume", said) == set()


def test_the_worst_files_are_named() -> None:
    tally = Tally()
    tally.add("good.docx", "one two", {"one", "two"})
    tally.add("bad.docx", "one", {"one", "two"})
    figure = tally.figure("docx")
    assert (figure.value, figure.ok) == (0.75, False)
    assert figure.note == "3 of 4 words in 2 files; worst: bad.docx 0.50 (two)"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = 42.0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


DELETED = (
    "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
)


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("docx", docx(paragraph("first") + DELETED), {"first", "kept"}),
        ("odt", odf("text", "<text:p>one<text:tab/>two</text:p>"), {"one", "two"}),
        ("xlsx", workbook(), {"42"}),
        ("rtf", rb"{\rtf1 first{\pict ffd8} page}", {"first", "page"}),
        ("html", b"<p>first<b>ly</b></p><script>x()</script>", {"firstly"}),
    ],
)
def test_witnesses_say_the_words_of_a_file_and_our_readers_find_them(
    kind: str, data: bytes, said: set[str]
) -> None:
    found = reading(data, f"x.{kind}")
    assert kind_of(found) == kind
    heard = set().union(*(words(asked(witness, data)) for witness in WITNESSES[kind].values()))
    assert heard == said
    assert found_words("\n".join(page.text for page in found.pages), said) == said


def test_a_witness_that_breaks_says_nothing() -> None:
    assert [asked(witness, b"PK\x03\x04") for witness in WITNESSES["docx"].values()] == ["", ""]
