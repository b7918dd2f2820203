"""How sure a document's own number is depends on how it was found, and the fact says how."""

from __future__ import annotations

import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.reading import PageText, Reading, ReadingContext
from archive.schemes import compile_schemes
from indexer.extract.extractor import Extractor

EXTRACTOR = Extractor(compile_schemes(BUILTIN_SCHEMES))


@pytest.mark.parametrize(
    ("text", "path", "rule", "sure"),
    [
        ("INVOICE\nInvoice no: 104711", "r/a.txt", 'label "invoice"', 0.95),
        ("Baurechnung (380) Nr. R-77/1 vom 5.3.2018", "r/a.txt", "numbered title", 0.9),
        ("PURCHASE ORDER PO-7113", "r/a.txt", "heading", 0.8),
        ("PURCHASE ORDER\nof pumps", "r/PO-7113.txt", "file name", 0.7),
    ],
)
def test_a_number_says_how_it_was_found(text: str, path: str, rule: str, sure: float) -> None:
    reading = Reading("text", 1, "text/plain", (PageText(1, text),))
    _, extraction = EXTRACTOR.extract(reading, ReadingContext(path))
    (number,) = (fact for fact in extraction.facts if fact.name == "number")
    assert number.rule.startswith(rule)
    assert number.confidence == sure


@pytest.mark.parametrize(
    ("text", "path"), [("Moved.", "r/RFC 20 rev B.txt"), ("RFC 20: ASCII\n\nText.", "r/a.txt")]
)
def test_what_bears_a_number_is_of_its_kind_where_nothing_else_says_the_kind(text, path) -> None:
    reading = Reading("text", 1, "text/plain", (PageText(1, text),))
    _, extraction = EXTRACTOR.extract(reading, ReadingContext(path))
    assert ("kind", "specification") in [(fact.name, fact.value) for fact in extraction.facts]


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("SP-200 Rev C.txt", "C"),
        ("SP-200 rev c.txt", "C"),
        ("SP-200-rC.txt", "C"),
        ("SP-200_v2.txt", "2"),
        ("SP-200 r01.txt", "01"),
        ("amplifier-rf.txt", None),
        ("RR-2024-02 Ekeborga.txt", None),
        ("DRW-2003 rB.txt", "B"),
        ("DRW-2003 R.B.txt", "B"),
        ("pump-vs-motor.txt", None),
        ("parts-r-us.txt", None),
        ("review v a.txt", None),
    ],
)
def test_a_revision_in_a_name_is_no_letter_of_a_word(name: str, mark: str | None) -> None:
    reading = Reading("text", 1, "text/plain", (PageText(1, "A text that says no revision."),))
    _, extraction = EXTRACTOR.extract(reading, ReadingContext(f"r/{name}"))
    found = [fact.value for fact in extraction.facts if fact.name == "revision"]
    assert found == ([mark] if mark else [])
